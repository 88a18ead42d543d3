"""Asking for digests: where, with what, and what is said when it fails; programs are stand-ins here."""

from __future__ import annotations

import hashlib

import pytest
from dockgen import mirrors, registry
from dockgen.errors import InputError
from dockgen.plans import Style
from dockgen.style import apply

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("image", "options", "full"),
    [
        ("node:26", [], "docker.io/library/node:26"),
        ("oven/bun:1", [], "docker.io/oven/bun:1"),
        ("docker.io/node:26", [], "docker.io/library/node:26"),
        ("gcr.io/distroless/static-debian13:nonroot", [], "gcr.io/distroless/static-debian13:nonroot"),
        ("localhost/a:1", [], "localhost/a:1"),
        ("node:26", ["127.0.0.1:5000"], "127.0.0.1:5000/library/node:26"),
        ("ghcr.io/astral-sh/uv:1", ["m.example/p/q/"], "m.example/p/q/astral-sh/uv:1"),
        ("ghcr.io/astral-sh/uv:1", ["docker.io=m.example"], "ghcr.io/astral-sh/uv:1"),
        ("ghcr.io/astral-sh/uv:1", ["m.example", "ghcr.io=m.example/ghcr"], "m.example/ghcr/astral-sh/uv:1"),
        ("node:26", ["m.example", "ghcr.io=m.example/ghcr"], "m.example/library/node:26"),
    ],
)
def test_where_an_image_is_asked_for(image, options, full):
    assert mirrors.locate(image, mirrors.parse(options)) == full


@pytest.mark.parametrize("option", ["", "http://m.example", "m.example/UP", "a=", "=m", "a/b=m", "-x", "m/../x", "m x"])
def test_what_is_no_mirror(option):
    with pytest.raises(InputError, match="not a mirror"):
        mirrors.parse([option])


def test_two_mirrors_for_one_registry():
    with pytest.raises(InputError, match="two mirrors for ghcr"):
        mirrors.parse(["ghcr.io=a", "ghcr.io=b"])


@pytest.mark.parametrize(
    ("stderr", "what"),
    [
        ("ERROR: docker.io/library/node:x: not found", "no such image"),
        ("Error: GET https://r/v2/a/manifests/x: MANIFEST_UNKNOWN: manifest unknown; map[Tag:x]", "no such image"),
        ('level=fatal msg="reading manifest x in r/a: manifest unknown"', "no such image"),
        ("ERROR: pull access denied, repository does not exist or may require authorization", "or it needs a login"),
        ("Error: GET https://r/v2/: UNAUTHORIZED: authentication required", "or it needs a login"),
        ('ERROR: failed to do request: Head "https://r/": dial tcp: lookup r on 1.1.1.1:53: no such host', "cannot be reached"),
        ("dial tcp 127.0.0.1:9: connect: connection refused", "cannot be reached"),
        ("net/http: TLS handshake timeout", "cannot be reached"),
        ("toomanyrequests: You have reached your unauthenticated pull rate limit. not found", "rate limit"),
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "certificate"),
        ("http: server gave HTTP response to HTTPS client", "certificate"),
        ("a page of HTML", "gave no digest"),
        ("", "gave no digest"),
        ("r.example/429/denied:404: a page of HTML", "gave no digest"),
    ],
)  # fmt: skip
def test_what_clients_say_is_explained(stderr, what):
    failure = registry.explain(stderr, "r.example/429/denied:404")
    assert what in failure.what
    assert failure.hint
    assert failure.said in stderr


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Make stand-ins for programs, and have no others."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def make(name, script):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)

    return make


def test_the_first_client_that_works_is_taken(programs):
    with pytest.raises(InputError, match="no program"):
        registry.client()
    programs("crane", "exit 0")
    assert registry.client().name == "crane"
    programs("docker", "exit 1")  # docker without buildx
    assert registry.client().name == "crane"
    programs("docker", "echo buildah 1.41.0")  # Podman in its place
    assert registry.client().name == "crane"
    programs("docker", "echo github.com/docker/buildx 0.29.1")
    assert registry.client().name == "buildx"
    assert registry.client("crane").name == "crane"
    with pytest.raises(InputError, match="skopeo is not installed"):
        registry.client("skopeo")


@pytest.mark.parametrize("client", registry.CLIENTS, ids=lambda c: c.name)
def test_each_image_is_asked_for_once(client, programs, tmp_path):
    log = tmp_path / "log"
    say = "printf manifest" if client.prints_manifest else f"echo '\"{DIGEST}\"'"
    programs(client.argv[0], f'echo "$@" >> {log}; {say}')
    found = registry.digests(["docker.io/library/a:1", "127.0.0.1:5000/b:1", "docker.io/library/a:1"], client)
    digest = f"sha256:{hashlib.sha256(b'manifest').hexdigest()}" if client.prints_manifest else DIGEST
    assert found == {"docker.io/library/a:1": digest, "127.0.0.1:5000/b:1": digest}
    asked = sorted(log.read_text().splitlines())
    argv = " ".join(client.argv[1:])
    plain = "".join(f" {word}" for word in client.plain)
    assert asked == sorted(
        [f"{argv} {client.scheme}docker.io/library/a:1", f"{argv}{plain} {client.scheme}127.0.0.1:5000/b:1"]
    )


def test_one_failure_does_not_hide_the_others(programs):
    programs(
        "crane", f'case "$2" in *a:1) echo {DIGEST};; *b:1) echo "x: not found" >&2; exit 1;; *) echo hello;; esac'
    )
    found = registry.digests(["r/a:1", "r/b:1", "r/c:1"], registry.CLIENTS[-1])
    assert found["r/a:1"] == DIGEST
    assert found["r/b:1"] == registry.explain("x: not found", "r/b:1")
    assert found["r/c:1"] == registry.Failure("the client printed no digest", "is it a current version?", "hello")


def test_a_client_that_does_not_answer(programs, monkeypatch):
    programs("crane", "exec /bin/sleep 30")
    monkeypatch.setattr(registry, "TIMEOUT", 0.2)
    failure = registry.digests(["r/a:1"], registry.CLIENTS[-1])["r/a:1"]
    assert isinstance(failure, registry.Failure)
    assert failure.what.startswith("no answer within")


def test_a_client_that_cannot_be_started(programs, tmp_path):
    failure = registry.digests(["r/a:1"], registry.CLIENTS[-1])["r/a:1"]
    assert isinstance(failure, registry.Failure)
    assert "cannot be started" in failure.what


@pytest.mark.parametrize(
    ("image", "there"),
    [
        ("node:26", "m.example/p/library/node:26"),
        ("docker.io/node:26@sha256:1", "m.example/p/library/node:26@sha256:1"),
        ("docker/dockerfile:1", "m.example/p/docker/dockerfile:1"),
        ("gcr.io/distroless/static-debian13:nonroot", "m.example/p/distroless/static-debian13:nonroot"),
    ],
)
def test_the_path_of_an_image_below_a_registry_of_ones_own(image, there):
    assert mirrors.below("m.example/p", image) == there
    assert mirrors.below("", image) == image
    style = Style(registry="m.example/p")
    text = f"# syntax=docker/dockerfile:1\nFROM {image} AS a\nCOPY --from={image} /x /x\nFROM a\n"
    done = f"# syntax=m.example/p/docker/dockerfile:1\nFROM {there} AS a\nCOPY --from={there} /x /x\nFROM a\n"
    assert apply(text, style) == apply(done, Style()) == apply(done, style)
