"""A company's pack on nine projects: images from its registry, built through its proxy, its certificate trusted."""

from __future__ import annotations

import contextlib
import http.server
import re
import select
import shutil
import socket
import ssl
import subprocess
import threading
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import engine
import pytest
from cases import CASES, Case
from dockgen import mirrors
from helpers import PROJECTS, ROOT
from test_build_and_run import generate, make_locks, plan_of, serve
from test_company import references

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACK = ROOT / "tests" / "packs" / "acme" / "acme_dockgen"
REGISTRY = "registry.acme.example/proxy"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True)
class Company:
    """A project in the company: what it answers, how a running container asks a server with the company's certificate."""

    project: str
    ask: tuple[str, ...] = ()
    thorough: bool = True

    @property
    def case(self) -> Case:
        return next(c for c in CASES if c.project == self.project)


PYTHON = ("python", "-c", "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read())")
NODE = ("node", "-e", "fetch(process.argv[1]).then(r => r.text()).then(console.log)")
NINE = (
    Company("python-fastapi-uv", PYTHON, thorough=False),
    Company("python-flask-pip", PYTHON),
    Company("python-psycopg2", PYTHON),
    Company("node-express-npm", NODE, thorough=False),
    Company("node-fastify-ts-pnpm", NODE),
    Company("node-vite-env"),
    Company("go-chi", thorough=False),
    Company("go-debian"),
    Company("static-site"),
)


class Proxy(http.server.BaseHTTPRequestHandler):
    """A proxy that passes connections on and remembers to whom."""

    asked: list[str]

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        self.asked.append(host)
        try:
            there = socket.create_connection((host, int(port)), 30)
        except OSError:
            self.send_error(502)
            return
        self.send_response(200)
        self.end_headers()
        with there:
            ends = {self.connection: there, there: self.connection}
            while ready := select.select(list(ends), [], [], 60)[0]:
                for end in ready:
                    with contextlib.suppress(OSError):
                        if data := end.recv(65536):
                            ends[end].sendall(data)
                            continue
                    return

    def do_GET(self) -> None:
        """What is not encrypted, such as Debian's packages."""
        self.asked.append(urllib.parse.urlsplit(self.path).hostname or "")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.path, timeout=60) as answer:
                body = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        except OSError as error:
            self.send_error(getattr(error, "code", 502))

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Hello(http.server.BaseHTTPRequestHandler):
    """A service of the company."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"trusted")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextlib.contextmanager
def listening(handler: type, context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that is gone
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def proxy():
    handler = type("Remembering", (Proxy,), {"asked": []})
    with listening(handler) as port:
        yield port, handler.asked


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate authority, and a service that shows a certificate of it: the address, and the authority's text."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl on this machine")
    folder = tmp_path_factory.mktemp("authority")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-x509"]
    signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]
    signed += ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "keyUsage=critical,digitalSignature"]
    usage = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
    for name, more in (("ca", ["-subj", "/CN=Acme e2e", *usage]), ("it", ["-subj", "/CN=service", *signed])):
        argv = ["openssl", "req", *new, "-keyout", f"{name}.key", "-out", f"{name}.crt", *more]
        subprocess.run(argv, cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "it.crt", folder / "it.key")
    with listening(Hello, context) as port:
        yield f"https://127.0.0.1:{port}/", (folder / "ca.crt").read_text()


def stand_ins(plain: Path, company: Path, scratch: Path) -> Path:
    """COMPANY's Dockerfile as it builds here: each image of it is the one that PLAIN has, under the company's name."""
    engine.buildable(plain, scratch)
    own = {mirrors.below(REGISTRY, r): r for r in references(plain.read_text())}
    text = re.sub(r"\A# syntax=.*\n", "", company.read_text())
    for name in set(references(text)):
        engine.docker("tag", own[name], name)
    copy = scratch / "company.Dockerfile"
    copy.write_text(text)
    return copy


@pytest.mark.parametrize("case", NINE, ids=lambda case: case.project)
def test_company(case: Company, scratch, proxy, authority):
    port, asked = proxy
    address, certificate = authority
    project = scratch / case.project
    shutil.copytree(PROJECTS / case.project, project)
    make_locks(project, scratch)
    plain = generate(project).rename(scratch / "plain.Dockerfile")
    (project / ".dockerignore").unlink()
    own = project / ".dockgen" / "templates" / "acme"
    own.mkdir(parents=True)
    (own / "ca.crt.j2").write_text(certificate)
    option = f"http://127.0.0.1:{port}"
    flags = [
        "--pack",
        str(PACK),
        "--preset",
        "acme/company",
        "--set",
        "acme.team=harbour",
        "--set",
        f"acme.proxy={option}",
    ]
    dockerfile = stand_ins(plain, generate(project, *flags), scratch)
    said = engine.check(project, dockerfile)
    assert "no warnings found" in said, said
    del asked[:]
    with engine.image(project, dockerfile, "--no-cache") as tag:
        check_image(tag)
        is_installing = case.project not in ("static-site", "go-debian")
        assert asked or not is_installing, "nothing went through the proxy"
        if case.ask:
            again = engine.docker(
                "run", "--rm", *engine.HOST_NETWORK, "--entrypoint", case.ask[0], tag, *case.ask[1:], address
            )
            assert "trusted" in again
        else:
            assert certificate.strip() in in_image(tag, BUNDLE)
        options = [*engine.HARDENED, *plan_of(project, *flags)["run_args"]]
        serve(case.case, plan_of(project, *flags), tag, options)
    inventory(project, dockerfile, scratch)


def check_image(tag: str) -> None:
    assert engine.inspect(tag, "{{.Config.User}}") == "20001:20001"
    assert engine.inspect(tag, '{{index .Config.Labels "com.acme.managed"}}') == "true"
    assert engine.inspect(tag, '{{index .Config.Labels "com.acme.team"}}') == "harbour"
    assert "http_proxy" not in engine.inspect(tag, "{{json .Config.Env}}").lower().replace("https", "http")


def in_image(tag: str, path: str) -> str:
    """The text of a file in an image, which may have no shell."""
    name = f"{engine.PREFIX}-look"
    engine.docker("create", "--name", name, tag, "x")
    try:
        done = subprocess.run(["docker", "cp", f"{name}:{path}", "-"], capture_output=True, check=True)
    finally:
        engine.docker("rm", "--force", name)
    return done.stdout.decode("utf-8", "replace")


def inventory(project: Path, dockerfile: Path, scratch: Path) -> None:
    """The stage that production does not build, built: a list of packages in a file."""
    if " AS inventory\n" not in dockerfile.read_text():
        return
    out = scratch / "out"
    engine.docker("build", *engine.HOST_NETWORK, "--target", "inventory", "--output", out, "-f", dockerfile, project)
    assert re.search(r"^libc6", (out / "inventory.txt").read_text(), re.MULTILINE)
