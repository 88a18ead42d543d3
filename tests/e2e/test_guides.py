"""The how-to pages with an engine: every command of theirs, what it prints, and what must be true then."""

from __future__ import annotations

import contextlib
import json
import re

import buildkit
import engine
import judges
import pages
import pytest
import registry
from helpers import ROOT

NODE = "node:26-trixie-slim"
# The page, the examples in it that get names of this run's own, and the ports that it publishes.
PAGES = {
    "build-elsewhere": (("ferry", "far"), ()),
    "containerise-a-legacy-app": (("bookings",), (8000,)),
    "deploy": (("ferry",), (3000, 3001, 3002)),
    "develop-in-a-container": (("deck",), (5173,)),
    "harden-a-container": (("ferry",), (3000,)),
    "mend-a-failed-build": ((), ()),
    "reproducible-builds": (("shop", "far"), ()),
    "verify-an-image": ((), ()),
}

WITH_REGISTRIES = {"build-elsewhere", "deploy", "reproducible-builds"}
SERVER = """process.on("SIGTERM", () => process.exit())
require("http").createServer((_, answer) => answer.end("open")).listen(3000)
"""


@pytest.fixture
def page(request, scratch, tmp_path):
    examples, ports = PAGES[request.param]
    found = pages.page(request.param, scratch, *examples)
    for port in ports:
        engine.wait_for(f"free: port {port}", lambda port=port: engine.is_free(port), "", 60)
    with contextlib.ExitStack() as stack:
        if request.param in WITH_REGISTRIES:
            if reason := registry.missing():
                pytest.skip(f"NOTHING WAS BUILT: {reason}")
            stack.enter_context(pages.registries(found, tmp_path))
        yield found
        pages.clean(found)


def of(name):
    return pytest.mark.parametrize("page", [name], indirect=True, ids=[name])


@contextlib.contextmanager
def another_machine(page, folder):
    """A builder behind certificates, whose address is yielded; images of Docker Hub are in the mirror that it asks."""
    if reason := buildkit.missing():
        pytest.skip(f"NOTHING WAS BUILT ELSEWHERE: {reason}")
    mirror = page.named("mirror.example.com")
    base = f"{mirror}/library/{NODE}"
    engine.run(engine.TOOL, "provide", NODE) if engine.TOOL.exists() else engine.docker("pull", NODE)
    engine.docker("image", "tag", NODE, base)
    engine.docker("push", "--quiet", base)
    engine.docker("image", "rm", base)
    with buildkit.serve(folder, page.folder / "work/certs", mirror, page.named("registry.example.com")) as host:
        page.names["build.example.com:1234"] = host
        yield host


def without_syntax(folder):
    """Leave out the line `# syntax`, which wants an image of Docker Hub, too."""
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().partition("\n")[2])


@of("build-elsewhere")
def test_build_elsewhere(page, tmp_path):
    with another_machine(page, tmp_path) as host:
        page.run(lambda block: "mkdir" in block)
        without_syntax(page.folder / "work" / page.named("ferry"))
        page.run(lambda block: "mkdir" not in block)
        # Who has no certificate builds nothing there.
        page.shell(f"docker buildx create --name far-other --driver remote tcp://{host}")
        assert "ERROR" in page.shell("docker buildx build --builder far-other . 2>&1 || true")
        page.shell("docker buildx rm far-other")
    assert "Driver: " in (said := page.out("buildx inspect far"))
    assert "remote" in said
    assert (page.folder / "work/cache/index.json").exists()
    for tag in ("1", "cache", "1.4.2", "buildcache"):
        made = page.shell(f"docker buildx imagetools inspect --raw registry.example.com/team/ferry:{tag}")
        assert json.loads(made)["schemaVersion"] == 2
    # What was built there runs here.
    page.shell("docker run --rm registry.example.com/team/ferry:1.4.2 --version")


@of("containerise-a-legacy-app")
def test_a_legacy_app(page):
    page.run()
    # What it writes is in the volume, and belongs to the app.
    kept = page.shell(
        "docker run --rm --volume bookings-data:/app/data --no-healthcheck bookings stat -c %u data/bookings.db"
    )
    assert kept == "10001\n"


@of("deploy")
def test_deploy(page):
    page.run()
    release = (page.folder / "work/release.txt").read_text().strip()
    assert release.startswith(page.named("registry.example.com/team/ferry@sha256:"))
    assert page.shell('echo "$previous"').strip() == release
    assert page.shell('echo "$release"').strip() != release
    assert "further at sea" in page.out("previous=$release")


@of("reproducible-builds")
def test_the_same_image_twice(page, tmp_path):
    files = {"package.json": '{"scripts": {"start": "node server.js"}}', "server.js": SERVER}
    for name, text in files.items():
        (page.folder / "work" / name).write_text(text)
    page.shell(
        "dockgen generate && git init -q && git add . && git -c user.name=me -c user.email=me@x commit -qm start"
    )
    raw = "docker buildx imagetools inspect --raw registry.example.com/team/shop"
    with another_machine(page, tmp_path):
        without_syntax(page.folder / "work")
        page.shell("mkdir out && mv certs out/")
        keys = "cacert=$PWD/out/certs/ca.pem,cert=$PWD/out/certs/cert.pem,key=$PWD/out/certs/key.pem"
        page.shell(
            f'docker buildx create --name far --driver remote --driver-opt "{keys}" tcp://build.example.com:1234'
        )
        page.shell("export BUILDX_BUILDER=far")
        text = (ROOT / "docs/how-to/reproducible-builds.md").read_text(encoding="utf-8")
        (asked,) = re.findall(r"^```bash\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        recorded = asked.replace("--provenance=false ", "")
        plain = "docker buildx build --provenance=false --tag registry.example.com/team/shop --push ."
        made = {}
        for how in (asked, recorded, plain):
            for _turn in range(2):
                page.shell("docker buildx prune --all --force && touch server.js")
                page.shell(how)
                made.setdefault(how, []).append(page.shell(raw))
        page.shell("docker buildx rm far")
    assert made[asked][0] == made[asked][1]
    assert made[plain][0] != made[plain][1]
    assert made[recorded][0] != made[recorded][1]
    images = [json.loads(index)["manifests"][0] for index in made[recorded]]
    assert images[0]["platform"]["os"] == "linux"
    assert images[0] == images[1]


@of("develop-in-a-container")
def test_develop_in_a_container(page):
    page.run()


@of("harden-a-container")
def test_harden(page):
    if reason := judges.missing("trivy"):
        pytest.skip(reason)
    page.run()
    name = page.names["ferry"]
    # The limits are there, and hold: who wants more memory is ended, who wants more processes gets none.
    limits = json.loads(engine.inspect(name, "{{json .HostConfig}}"))
    assert (limits["Memory"], limits["PidsLimit"], limits["NanoCpus"]) == (256 << 20, 100, 10**9)
    assert engine.inspect(name, "{{.State.Health.Status}}") in {"starting", "healthy"}
    run = "docker run --rm --memory 64m --memory-swap 64m --pids-limit 40"
    greedy = "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))"
    assert page.shell(f"{run} ferry:1 -e '{greedy}' >/dev/null 2>&1 || echo $?") == "137\n"
    many = 'for (let i = 0; i < 60; i++) try { require("child_process").spawn("sleep", ["5"]).on("error", e => console.log(e.code)) } catch (e) {}'
    assert "EAGAIN" in page.shell(f"{run} ferry:1 -e '{many}' 2>&1 || true")
    # A secret in the image fails the scan.
    planted = "AKIA" + "QWERTYUIOPASDFGH"
    page.shell(f"printf 'aws_access_key_id = {planted}\\n' > ferry/settings.js && docker build --tag ferry:leaks ferry")
    scan = "trivy image --scanners secret --image-config-scanners secret --exit-code 1 ferry:leaks"
    assert page.shell(f"{scan} >/dev/null || echo $?") == "1\n"


@of("mend-a-failed-build")
def test_a_failed_build_is_mended(page):
    page.run()
    assert "10 passed, 1 skipped" in page.out("--fix")
    assert "+git" in page.out("git diff")


@of("verify-an-image")
def test_an_image_is_verified(page):
    page.run()
