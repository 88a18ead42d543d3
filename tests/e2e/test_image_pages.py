"""The pages about images, with an engine and registries: every command, and what must be true of the images then."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess

import engine
import judges
import pages
import pytest
import registry
import second

NODE = "node:26-trixie-slim"
KEY = "AKIA" + "QWERTYUIOPASDFGH"
SECRET = "dGhlLXNlY3JldC1vZi1hLXRlc3Q"


@pytest.fixture
def keep(scratch):
    page = pages.page("keep-images", scratch, "parcels")
    yield page
    pages.clean(page)


def test_keep_images(keep):
    keep.run()
    name = keep.names["parcels"]
    assert " app/server.js\n" in keep.out("parcels-look")
    assert re.search(r'"User": "1000:1000"', keep.out("image ls --digests"))
    # What lost its name was removed, and only that.
    dangling = re.findall(r"^<none> +<none> +([0-9a-f]{12})", keep.out("dangling=true"), re.MULTILINE)
    pruned = keep.out("image prune")
    mine = {id_ for id_ in dangling if f"sha256:{id_}" in pruned}
    assert len(mine) == 1, (dangling, pruned)
    left = keep.shell(f"docker image ls --format '{{{{.Tag}}}}' {name}").split()
    assert sorted(left) == ["1.4", "1.4.1", "flat", "mended"]
    # A saved image has its layers as they were; an imported one has a single layer of its own.
    layers = {
        tag: json.loads(engine.inspect(f"{name}:{tag}", "{{json .RootFS.Layers}}")) for tag in ("1.4", "mended", "flat")
    }
    assert layers["mended"][:-1] == layers["1.4"]
    assert len(layers["flat"]) == 1
    assert layers["flat"][0] not in layers["1.4"]
    healthy = [json.loads(engine.inspect(f"{name}:{tag}", "{{json .Config.Healthcheck}}")) for tag in ("1.4", "flat")]
    assert healthy[0]["Test"]
    assert healthy[1] is None


def test_prune_takes_old_images_with_a_name_and_leaves_new_ones(keep):
    keep.run(lambda block: "mkdir" in block)
    name = keep.names["parcels"]
    keep.shell(f"docker build --quiet --tag {name}:new {name}")
    env = os.environ | {"SOURCE_DATE_EPOCH": "86400"}
    (keep.folder / "old").mkdir()
    (keep.folder / "old" / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    subprocess.run(
        ["docker", "build", "--quiet", "--label", keep.own, "--tag", f"{name}:old", keep.folder / "old"],
        env=env, check=True, capture_output=True,
    )  # fmt: skip
    assert engine.inspect(f"{name}:old", "{{.Created}}").startswith("1970")
    assert f"untagged: {name}:old" in keep.shell("docker image prune --all --force --filter until=168h")
    assert keep.shell(f"docker image ls --format '{{{{.Tag}}}}' {name}").split() == ["new"]


def test_history_has_no_secret_of_a_build_that_got_one(keep):
    text = {
        "mounted": 'RUN --mount=type=secret,id=TOKEN,env=TOKEN test -n "$TOKEN" && echo done > /done\n',
        "argument": 'ARG TOKEN\nRUN test -n "$TOKEN" && echo done > /done\n',
    }
    given = {"mounted": "--secret id=TOKEN,env=TOKEN", "argument": "--build-arg TOKEN"}
    name = keep.names["parcels"]
    for how, lines in text.items():
        folder = keep.folder / "work" / how
        folder.mkdir()
        (folder / "Dockerfile").write_text(f"FROM {NODE}\n{lines}")
        keep.shell(f"export TOKEN={SECRET}\ndocker build {given[how]} --tag {name}:{how} {how}\nunset TOKEN")
        shown = keep.shell(f"docker image history --no-trunc {name}:{how}")
        assert (SECRET in shown) is (how == "argument"), shown


@pytest.fixture
def publish(scratch, tmp_path):
    """The page on publishing, with two registries of this machine under the names that it uses."""
    if reason := registry.missing():
        pytest.skip(f"NOTHING WAS PUBLISHED: {reason}")
    page = pages.page("publish-an-image", scratch, "parcels")
    with pages.registries(page, tmp_path):
        yield page
        pages.clean(page)


def need(*programs: str) -> None:
    """Skip where a program is missing that the blocks need."""
    lacking = [name for name in programs if not judges.find(name)]
    if lacking:
        pytest.skip(f"NOTHING WAS ASKED OF {', '.join(lacking)}: not on this machine")


def without(*programs: str):
    """Chooses the blocks that need no image index, and none of the programs."""
    return lambda block: not re.search("|".join(["--provenance", *programs]), block)


def test_publish_an_image(publish):
    publish.run(without("crane", "skopeo", "trivy", "oras", "cosign"))
    assert "Login Succeeded" in publish.out("--password-stdin")
    pushed = re.search(
        r"^1\.4: digest: (sha256:[0-9a-f]{64}) size",
        publish.out("registry.example.com/team/parcels:1.4 parcels"),
        re.MULTILINE,
    )
    image = publish.out('echo "$image"').strip()
    assert image == publish.named(f"registry.example.com/team/parcels@{pushed[1]}")
    # Another machine gets it: this one, once nothing of it is left.
    id_ = engine.inspect(image, "{{.Id}}")
    pages.clean(publish)
    with pytest.raises(engine.EngineError, match=r"(?i)no such"):
        engine.inspect(image, "{{.Id}}")
    assert f"Digest: {pushed[1]}\n" in engine.docker("pull", image)
    assert engine.inspect(image, "{{.Id}}") == id_
    engine.docker("image", "rm", image)


def test_the_digest_is_one_for_all_clients_and_in_a_copy(publish):
    need("crane", "skopeo")
    publish.run(without("trivy", "oras", "cosign"))
    digests = [*publish.out("skopeo inspect").split(), *publish.out("skopeo copy").split()]
    assert len(digests) == 3
    assert set(digests) == {publish.out('echo "$image"').strip().partition("@")[2]}


def test_scanned_and_listed(publish):
    need("trivy", "oras", "skopeo", "crane")
    publish.run(without("cosign"))
    sbom = json.loads((publish.folder / "work" / publish.named("parcels.spdx.json")).read_text())
    assert sbom["spdxVersion"].startswith("SPDX-")
    assert "libc6" in {package["name"] for package in sbom["packages"]}
    listed = json.loads(publish.shell('oras discover --format json "$image"'))
    (referrer,) = listed["referrers"]
    publish.shell(f"oras pull --output got {referrer['reference']}")
    assert json.loads((publish.folder / "work/got" / publish.named("parcels.spdx.json")).read_text()) == sbom
    # What is attached goes along with `oras copy --recursive`, and with the others it does not.
    digest = publish.shell('echo "${image#*@}"').strip()
    asked = f"oras discover --format json mirror.example.com/team/parcels@{digest}"
    assert json.loads(publish.shell(asked)).get("referrers", []) == []
    publish.shell('oras copy --recursive "$image" mirror.example.com/team/parcels:1.4')
    assert len(json.loads(publish.shell(asked))["referrers"]) == 1
    # A secret in a layer fails the scan.
    publish.shell(
        f"printf 'aws_access_key_id = {KEY}\\n' > parcels/settings.js && docker build --tag parcels:leaks parcels"
    )
    scan = "trivy image --scanners secret --image-config-scanners secret --exit-code 1 parcels:leaks"
    assert publish.shell(f"{scan} > report || echo $? && cat report").startswith("1\n")


def test_signed_and_a_changed_image_is_refused(publish):
    need("trivy", "cosign")
    publish.run(without("crane", "skopeo", "oras"))
    verify = "cosign verify --key cosign.pub --insecure-ignore-tlog"
    signed = json.loads(publish.shell(f'{verify} "$image"'))
    digest = publish.shell('echo "${image#*@}"').strip()
    assert {one["critical"]["image"]["docker-manifest-digest"] for one in signed} == {digest}
    statement = json.loads((publish.folder / "work/attestation.json").read_text().splitlines()[0])
    payload = json.loads(base64.b64decode(statement["payload"]))
    assert payload["subject"][0]["digest"]["sha256"] == digest.partition(":")[2]
    assert payload["predicate"]["spdxVersion"].startswith("SPDX-")
    # Another image under the same tag is not signed; nor is the right one by another key.
    publish.shell(
        "echo '// changed' >> parcels/server.js && docker build --tag registry.example.com/team/parcels:1.4 parcels"
    )
    publish.shell("docker push --quiet registry.example.com/team/parcels:1.4")
    refused = publish.shell(f"{verify} registry.example.com/team/parcels:1.4 2>&1 && exit 1 || true")
    assert "no signatures found" in refused
    publish.shell("mkdir other && (cd other && cosign generate-key-pair)")
    other = verify.replace("cosign.pub", "other/cosign.pub")
    assert "could not verify envelope" in publish.shell(f'{other} "$image" 2>&1 && exit 1 || true')
    assert json.loads(publish.shell(f'{verify} "$image"'))


def test_an_index_with_how_it_was_made(publish, tmp_path):
    if reason := second.missing():
        pytest.skip(f"NO INDEX WAS BUILT: {reason}")
    publish.run(lambda block: "mkdir" in block)
    # No base image is there for a second platform; what the page shows of the index is the same without one.
    folder = publish.folder / "work" / publish.named("parcels")
    (folder / "Dockerfile").write_text("FROM scratch\nARG COLOUR=blue\nCOPY server.js /\n")
    with second.serve(tmp_path) as host:
        publish.shell(f"export DOCKER_HOST={host}")
        publish.run(lambda block: "--provenance" in block)
        for platform in ("linux/amd64", "linux/arm64"):
            assert f"Platform:    {platform}\n" in publish.out("--provenance")
        tag = "registry.example.com/team/parcels:1.6"
        publish.shell(f"docker build --provenance mode=max --build-arg COLOUR=blue --tag {tag} --push parcels")
        made = publish.shell(f"docker buildx imagetools inspect {tag} --format '{{{{json .Provenance}}}}'")
        assert json.loads(made)["SLSA"]["buildConfig"]["llbDefinition"]
        assert '"build-arg:COLOUR": "blue"' in made
        publish.shell("docker build --cache-to type=local,dest=cache,mode=max parcels")
        assert (publish.folder / "work/cache/index.json").exists()
        # The scanner's image is not to be had here, and the engine says that it is wanted.
        assert "buildkit-syft-scanner" in publish.shell("docker build --sbom=true parcels 2>&1 || true")
    publish.shell("unset DOCKER_HOST")
    if "io.containerd.snapshotter" not in engine.docker("info", "--format", "{{.DriverStatus}}"):
        said = publish.shell("docker build --provenance mode=max parcels 2>&1 || true")
        assert "Attestation is not supported" in said
        said = publish.shell("docker build --cache-to type=local,dest=cache parcels 2>&1 || true")
        assert "Cache export is not supported" in said
