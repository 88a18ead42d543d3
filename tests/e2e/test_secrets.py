"""A secret that is planted, or given to a build, is in no file of the context and in no layer of the image."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import http.server
import io
import json
import re
import tarfile
import threading
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import engine
import pytest
from dockgen.pipeline import choose, decide
from dockgen.project import scan
from dockgen.rendering import render
from dockgen.settings import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SERVER = (
    "process.on('SIGTERM', () => process.exit(0));\nrequire('http').createServer((q, r) => r.end('ok')).listen(3000);\n"
)
PROGRAM = 'import tinytide\n\nif __name__ == "__main__":\n    print(tinytide.HIGH)\n'
PLANTED = (
    ".env",
    "deploy/id_rsa",
    "config/credentials.json",
    "infra/prod.tfvars",
    ".aws/credentials",
    "certs/server.key",
)


def wheel() -> bytes:
    """A package of one module."""
    made = io.BytesIO()
    info = "tinytide-1.0.dist-info"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("tinytide.py", "HIGH = 3\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tinytide\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", f"tinytide.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return made.getvalue()


def tarball() -> bytes:
    """The same for npm."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, text in (
            ("package.json", '{"name": "@harbour/tide", "version": "1.0.0"}'),
            ("index.js", "exports.high = 3\n"),
        ):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return made.getvalue()


@dataclass
class Registry:
    """A registry on loopback that serves FILES to whoever shows one of the headers in ALLOWED, and counts them."""

    files: dict[str, bytes]
    allowed: set[str]
    port: int = 0
    served: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def running(self) -> Iterator[Registry]:
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.rstrip("/").replace("%2f", "/")
                is_in = self.headers.get("Authorization", "") in registry.allowed
                body = registry.files.get(path, b"") if is_in else b""
                self.send_response(200 if body else 404 if is_in else 401)
                self.send_header("WWW-Authenticate", 'Basic realm="harbour"')
                self.send_header(
                    "Content-Type", "text/html" if path.startswith("/simple") else "application/octet-stream"
                )
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "HEAD":
                    return
                self.wfile.write(body)
                if body:
                    registry.served.append(path)

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


def marker() -> str:
    return f"planted{uuid.uuid4().hex}"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def pip(registry: Registry, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    """Files of a project, and the variables that its build is given."""
    registry.allowed.add(basic("crew", secret))
    address = f"http://${{INDEX_USER}}:${{INDEX_TOKEN}}@127.0.0.1:{registry.port}/simple"
    files = {
        "requirements.txt": f"--index-url {address}\ntinytide==1.0\n",
        "main.py": PROGRAM,
    }
    return files, {"INDEX_USER": "crew", "INDEX_TOKEN": secret}


def uv(registry: Registry, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    registry.allowed.add(basic("crew", secret))
    project = '[project]\nname = "tide"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["tinytide==1.0"]\n'
    index = f'[[tool.uv.index]]\nname = "harbour"\nurl = "http://127.0.0.1:{registry.port}/simple"\nauthenticate = "always"\n'
    files = {
        "pyproject.toml": f"{project}\n{index}default = true\n",
        "main.py": PROGRAM,
    }
    return files, {"UV_INDEX_HARBOUR_USERNAME": "crew", "UV_INDEX_HARBOUR_PASSWORD": secret}


def npm_project(registry: Registry, token: str) -> dict[str, str]:
    registry.allowed.add(f"Bearer {token}")
    host = f"127.0.0.1:{registry.port}"
    digest = base64.b64encode(hashlib.sha512(tarball()).digest()).decode()
    wanted = {"@harbour/tide": "1.0.0"}
    locked = {
        "version": "1.0.0",
        "resolved": f"http://{host}/@harbour/tide/-/tide-1.0.0.tgz",
        "integrity": f"sha512-{digest}",
    }
    packages = {"": {"name": "tide", "dependencies": wanted}, "node_modules/@harbour/tide": locked}
    lock = {"name": "tide", "lockfileVersion": 3, "requires": True, "packages": packages}
    return {
        "package.json": json.dumps({"name": "tide", "main": "server.js", "dependencies": wanted}),
        "package-lock.json": json.dumps(lock),
        "server.js": "require('@harbour/tide');\n" + SERVER,
    }


def npm(registry: Registry, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    files = npm_project(registry, secret)
    lines = (
        f"@harbour:registry=http://127.0.0.1:{registry.port}/\n//127.0.0.1:{registry.port}/:_authToken=${{NPM_TOKEN}}\n"
    )
    return {**files, ".npmrc": lines}, {"NPM_TOKEN": secret}


def npm_with_the_token_in_the_file(registry: Registry, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    files = npm_project(registry, secret)
    return {**files, ".npmrc": f"//127.0.0.1:{registry.port}/:_authToken={secret}\n"}, {}


def go(_: Registry, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    """A module that the project calls private; the engine may reach nothing but a proxy, see `build`."""
    sums = (engine.ROOT / "tests/projects/go-chi/go.sum").read_text()
    files = {
        "go.mod": "module example.org/tide\n\ngo 1.26.0\n\nrequire github.com/go-chi/chi/v5 v5.2.3\n",
        "go.sum": "".join(line for line in sums.splitlines(keepends=True) if line.startswith("github.com/go-chi/")),
        "Makefile": "export GOPRIVATE = github.com/go-chi\n",
        "main.go": 'package main\n\nimport (\n\t"net/http"\n\n\t"github.com/go-chi/chi/v5"\n)\n\n'
        'func main() { _ = http.ListenAndServe(":8080", chi.NewRouter()) }\n',
    }
    return files, {"HOME": f"machine git.example login crew password {secret}\n"}


@pytest.mark.parametrize("family", [pip, uv, npm, npm_with_the_token_in_the_file, go])
def test_nothing_planted_or_given_is_left(scratch, monkeypatch, family):
    given, planted = marker(), marker()
    with Registry(files={}, allowed=set()).running() as registry:
        registry.files |= {
            "/simple/tinytide": b'<a href="/files/tinytide-1.0-py3-none-any.whl">tinytide-1.0-py3-none-any.whl</a>',
            "/files/tinytide-1.0-py3-none-any.whl": wheel(),
            "/@harbour/tide/-/tide-1.0.0.tgz": tarball(),
        }
        files, variables = family(registry, given)
        project = scratch / "project"
        for path, text in {**files, **dict.fromkeys(PLANTED, f"secret = {planted}\n")}.items():
            file = project / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        plan = decide(choose(scan(project), NOTHING).facts, NOTHING)
        for artifact in render(plan):
            (project / artifact.path).write_text(artifact.text)
        assert not re.search(rf"{given}|{planted}", (project / "Dockerfile").read_text())
        assert any(w.startswith("6 files look like secrets and stay out") for w in plan.warnings) or ".npmrc" in files
        if netrc := variables.pop("HOME", ""):
            (scratch / ".netrc").write_text(netrc)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert not found_in(context(project, scratch), (given, planted))
        forgotten(project, scratch)
        tag = build(project, scratch, plan.build_args)
        try:
            assert not found_in(saved(tag, scratch), (given, planted))
        finally:
            engine.docker("image", "rm", "--force", tag)
        assert registry.served or family is go  # the secret opened the registry


def context(project: Path, scratch: Path) -> Mapping[str, bytes]:
    """Every file that a build of PROJECT is sent."""
    (scratch / "all.Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    out = scratch / "context"
    engine.docker("build", "--output", f"type=local,dest={out}", "-f", scratch / "all.Dockerfile", project)
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def dockerfile(project: Path, scratch: Path) -> Path:
    copy = engine.buildable(project / "Dockerfile", scratch)
    if engine.TOOL.exists():  # which reaches modules by a proxy alone, private or not
        copy.write_text(re.sub(r"(?m)^(FROM .*golang.*)$", r"\1\nENV GONOPROXY=none", copy.read_text()))
    return copy


def build(project: Path, scratch: Path, options: tuple[str, ...]) -> str:
    tag = f"{engine.PREFIX}:{uuid.uuid4().hex[:8]}"
    home = [o.replace("$HOME/", f"{scratch}/").replace("src=.npmrc", f"src={project}/.npmrc") for o in options]
    file = dockerfile(project, scratch)
    engine.docker("build", *engine.HOST_NETWORK, "--no-cache", "-t", tag, *home, "-f", file, project, timeout=1500)
    return tag


def forgotten(project: Path, scratch: Path) -> None:
    """Without its secrets the build stops at once, and says which one it wants."""
    with pytest.raises(engine.EngineError, match=r"secret \w+: not found"):
        engine.docker("build", *engine.HOST_NETWORK, "--no-cache", "-f", dockerfile(project, scratch), project)


def saved(tag: str, scratch: Path) -> Mapping[str, bytes]:
    """Everything that `docker save` writes of an image: configuration, history and each file of each layer."""
    path = scratch / "image.tar"
    engine.docker("save", "--output", path, tag)
    found: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if (stream := archive.extractfile(member)) is None:
                continue
            data = stream.read()
            data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            found[member.name] = data  # as it is, names of files included
            with contextlib.suppress(tarfile.ReadError), tarfile.open(fileobj=io.BytesIO(data)) as layer:
                for inner in layer:
                    content = layer.extractfile(inner) if inner.isfile() else None
                    blob = content.read() if content else b""
                    if blob[:2] == b"\x1f\x8b":
                        with contextlib.suppress(OSError, EOFError):
                            found[f"{member.name}:{inner.name}"] = gzip.decompress(blob)
    assert any(name.endswith(".json") for name in found)
    return found


def found_in(files: Mapping[str, bytes], markers: tuple[str, ...]) -> list[str]:
    """The names of FILES that hold one of MARKERS, as it is or in base64."""
    forms = [f for m in markers for f in (m.encode(), base64.b64encode(m.encode())[2:-4])]
    return [name for name, data in files.items() if any(form in data or form.decode() in name for form in forms)]


def test_the_search_finds_what_is_there(scratch):
    planted = marker()
    (scratch / "x").write_text(planted)
    (scratch / "Dockerfile").write_text("FROM scratch\nCOPY x /x\n")
    tag = f"{engine.PREFIX}:{uuid.uuid4().hex[:8]}"
    engine.docker("build", "-t", tag, scratch)
    try:
        assert found_in(saved(tag, scratch), (planted,))
    finally:
        engine.docker("image", "rm", "--force", tag)
