"""What an image has, read from archives as engines write them: made here, no larger than they need to be."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
from archives import HISTORY, saved, tar
from dockgen.errors import InputError
from dockgen.verify import development, judging, layers, origin
from dockgen.verify.contents import Package, Secret
from dockgen.verify.development import Development

KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "\n".join(["MIIEpAIBAAKCAQEA" + "a" * 48] * 4)
    + "\n-----END RSA PRIVATE KEY-----\n"
)
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
DOCKERFILE = """\
FROM python:3.14 AS build
RUN make
FROM debian:13 AS base
ENV A=1
FROM base
COPY . /app
RUN prepare
USER 1000
CMD ["x"]
"""


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
def test_layers_are_those_of_the_history(pack):
    image = layers.read(saved([{"etc/x": "abc"}, {"app/a.py": "12345"}, {"b": "1"}], pack=pack))
    assert [(layer.made_by, layer.size) for layer in image.layers] == [
        ("debian rootfs", 3), ("COPY . /app # buildkit", 5), ("RUN /bin/sh -c prepare # buildkit", 1),
    ]  # fmt: skip
    assert image.config == {"User": "1000"}


def test_older_archives_name_a_layer_by_a_link():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:

        def add(path, data):
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

        add("a/layer.tar", tar({"x": "123"}))
        link = tarfile.TarInfo("b/layer.tar")
        link.type, link.linkname = tarfile.SYMTYPE, "../a/layer.tar"
        archive.addfile(link)
        add("c.json", json.dumps({"config": {}, "history": []}).encode())
        add("manifest.json", json.dumps([{"Config": "c.json", "Layers": ["a/layer.tar", "b/layer.tar"]}]).encode())
    out.seek(0)
    assert [layer.size for layer in layers.read(out).layers] == [3, 3]


@pytest.mark.parametrize("data", [b"", b"no archive at all" * 99, tar({"x": "y"}), saved([{}]).getvalue()[:3000]])
def test_no_image(data):
    with pytest.raises(InputError, match="archive of the image"):
        layers.read(io.BytesIO(data))


def test_above_the_base():
    image = layers.read(saved([{"etc/x": "abc"}, {"app/a.py": "12345"}, {"b": "1"}]))
    found, history = origin.above_base(image, DOCKERFILE)
    assert [layer.size for layer in found] == [5, 1]
    assert history[0] == "ENV A=1"
    assert origin.above_base(image, DOCKERFILE + "EXPOSE 1\n") is None
    assert origin.above_base(image, "FROM scratch\n" + "RUN a\n" * 9) is None


FOUND = [
    ("app/.env", "TOKEN=1", "is named as secrets are"),
    ("app/.env.example", "TOKEN=", ""),
    ("app/.env.empty/x", "", ""),
    ("home/app/.ssh/config", "Host x", "is named as secrets are"),
    ("app/deploy", KEY, "holds a private key"),
    ("app/look.py", 'if "-----BEGIN RSA PRIVATE KEY-----" in text: pass', ""),
    ("etc/tls/server.pem", CERTIFICATE, ""),
    ("etc/tls/other.pem", CERTIFICATE + KEY, "holds a private key"),
    ("app/.npmrc", "//a/:_authToken=abc", "has a token in it"),
    ("app/.npmrc", "//a/:_authToken=${TOKEN}", ""),
    ("app/node_modules/x/test/key.pem", KEY, ""),
    ("opt/venv/lib/python3.14/site-packages/tornado/test/test.key", KEY, ""),
    ("usr/share/doc/x/id_rsa", KEY, ""),
    ("app/a.key/", "", ""),
]


@pytest.mark.parametrize(("path", "text", "why"), FOUND, ids=[f"{path} {why}" for path, _, why in FOUND])
def test_secrets(path, text, why):
    image = layers.read(saved([{}, {path: text}, {}]))
    assert image.layers[1].found.secrets == ([Secret(path, why)] if why else [])


def test_a_whiteout_is_no_file():
    assert layers.read(saved([{}, {"app/.wh..env": "x"}, {}])).layers[1].found.secrets == []


def test_version_control_and_packages():
    files = {
        "app/.git/": "", "app/.git/config": "x", "app/sub/.git": "gitdir: x", "app/.github/x": "y",
        "app/node_modules/koa/package.json": '{"dependencies": {"a": "1"}, "peerDependencies": {"b": "2"}}',
        "app/node_modules/.pnpm/c@1/node_modules/@s/c/package.json": "[]",
        "app/node_modules/koa/lib/package.json": "{}",
        "v/site-packages/Foo_Bar-1.dist-info/METADATA":
            "Name: Foo.Bar\nRequires-Dist: x[y]>1; extra == 'z'\n\nName: no\n",
        "usr/local/go/bin/go": "elf",
    }  # fmt: skip
    found = layers.read(saved([{}, files, {}])).layers[1].found
    assert found.vcs == ["app/.git/", "app/sub/.git"]
    assert found.packages == [
        Package("node", "koa", ("a", "b")),
        Package("node", "@s/c", ()),
        Package("python", "Foo.Bar", ("x[y]>1; extra == 'z'",)),
    ]
    assert found.has_go


SITE = Development(stack="static", reason="no packages")


def judged(contents, known=SITE, **more):
    found, size = judging.judge(layers.read(saved(contents, **more)), DOCKERFILE, known)
    return {check.name: (check.status, check.said) for check in found}, size


def test_what_is_in_the_base_is_not_the_projects():
    checks, size = judged([{"app/.env": "a", "x/.git/config": "b"}, {"app/a": "1" * 4000}, {"b": ""}])
    assert checks == {
        "no-secrets": ("passed", "no file, variable or instruction looks like a secret"),
        "no-dev": ("skipped", "no packages"),
        "no-vcs": ("passed", "no data of version control in any layer"),
        "size": ("passed", "4.0 kB, 4.0 kB above its base, 4.0 kB of it by COPY . /app"),
    }
    assert (size.total, size.base, [(p.instruction, p.size) for p in size.parts]) == (4002, 2, [("COPY . /app", 4000)])


def test_a_layer_that_cannot_be_read():
    packed = [lambda data: data, lambda data: b"\x28\xb5\x2f\xfd" + data]
    image = layers.read(saved([{}, {"a": "b"}, {}], pack=lambda data: packed[b"b" in data](data)))
    assert [layer.read for layer in image.layers] == [True, False, True]
    found, _ = judging.judge(image, DOCKERFILE, NODE)
    assert [check.status for check in found] == ["skipped", "skipped", "skipped", "passed"]
    assert found[0].said == "layers that are packed in a way that cannot be read here: 1"


def test_what_is_found_is_named():
    checks, _ = judged([{}, {"app/.env": "a", "app/.git/config": "b"}, {"k": KEY}])
    assert checks["no-secrets"] == ("failed", "/app/.env is named as secrets are, /k holds a private key")
    assert checks["no-vcs"] == ("failed", "/app/.git/")


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("ENV API_TOKEN=abc123xyz", ["API_TOKEN"]),
        ("ENV SECRET_KEY=dummy-for-the-build", []),
        ("ENV A_FILE=/run/x KEY_PATH=/x", []),
        ("ENV URL=postgres://u:pa55@db/x", ["URL"]),
        ("RUN |1 NPM_TOKEN=npm_1234 /bin/sh -c npm ci # buildkit", ["NPM_TOKEN"]),
        ("RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci", []),
        ("RUN curl -H x --token=$TOKEN", []),
    ],
)
def test_values_that_are_secrets(said, names):
    history = [*HISTORY[:3], {"created_by": "COPY . /app"}, {"created_by": said}]
    pairs = [word for word in said.split()[1:] if "=" in word and said.startswith("ENV")]
    image = layers.read(saved([{}, {}, {}], history=history, config={"Env": ["PATH=/x", "GPG_KEY=7169605F", *pairs]}))
    text = f"FROM debian\nENV A=1\nCOPY . /app\n{said.split()[0]} x\n"
    check = judging.judge(image, text, Development())[0][0]
    assert [name for name in ("API_TOKEN", "SECRET_KEY", "URL", "NPM_TOKEN", "TOKEN", "GPG_KEY")
            if f" {name} " in f" {check.detail} "] == names  # fmt: skip
    assert "abc123xyz" not in check.detail


NODE = Development(stack="node", asks=("jest", "typescript", "left"), roots=(("koa", frozenset()),), reason="")
PYTHON = Development(
    stack="python", asks=("pytest", "httpx", "ruff"), roots=(("fast-api", frozenset({"standard"})),), reason=""
)


@pytest.mark.parametrize(
    ("known", "packages", "found"),
    [
        (NODE, [Package("node", "koa", ()), Package("node", "jest", ())], ("jest",)),
        (NODE, [Package("node", "koa", ("x",)), Package("node", "x", ("typescript",)), Package("node", "typescript", ())], ()),
        (NODE, [Package("python", "jest", ())], ()),
        (PYTHON, [Package("python", "PyTest", ()), Package("python", "httpx", ())], ("pytest", "httpx")),
        (PYTHON, [Package("python", "Fast.API", ('httpx>1; extra == "standard"',)), Package("python", "httpx", ())], ()),
        (PYTHON, [Package("python", "fast_api", ("pytest; extra == 'test'",)), Package("python", "pytest", ())], ("pytest",)),
        (PYTHON, [Package("python", "fast_api", ("a[b]; python_version > '3'",)), Package("python", "A", ("ruff; extra=='b'",)),
                  Package("python", "ruff", ())], ()),
    ],
)  # fmt: skip
def test_development(known, packages, found):
    assert development.in_image(known, packages) == found


def test_go_has_a_toolchain_or_not():
    known = Development(stack="go", reason="")
    assert judged([{}, {"a": ""}, {}], known)[0]["no-dev"][0] == "passed"
    assert judged([{}, {"usr/local/go/bin/go": "x"}, {}], known)[0]["no-dev"][0] == "failed"


def test_packages_in_archives():
    files = {".pnp.cjs": "x", "node_modules/jest/package.json": "{}"}
    assert judged([{}, files, {}], NODE)[0]["no-dev"][0] == "skipped"
    assert judged([{}, {"node_modules/jest/package.json": "{}"}, {}], NODE)[0]["no-dev"] == (
        "failed", "only development needs jest",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("user", "process", "status"),
    [("10001:10001", "10001", "passed"), ("node", None, "passed"), ("", "0", "failed"), ("root", None, "failed"),
     ("0:5", None, "failed"), ("1000", "root", "failed"), ("1000", "0", "failed")],
)  # fmt: skip
def test_users(user, process, status):
    image = layers.Image(config={"User": user}, history=(), layers=())
    assert judging.user(image, process).status == status
