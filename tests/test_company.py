"""Every golden project for a company: its registry, its account; with that, the rules of all others still hold."""

from __future__ import annotations

import re
import subprocess

import pytest
from conftest import PROJECTS, cases
from dockgen import doubts, values
from dockgen.errors import InputError, UndecidedError
from dockgen.pipeline import choose, decide
from dockgen.project import scan
from dockgen.rendering import render
from dockgen.settings import NOTHING, read
from helpers import instructions
from hypothesis import given
from hypothesis import strategies as st
from test_golden import masked
from test_lint import CONFIG, check_layout, hadolint, stages

REGISTRY = "registry.example.com:5000/proxy"


def made(case, *flags):
    settings = read(flags, {})
    plan = decide(choose(scan(PROJECTS / case), settings).facts, settings)
    return plan, masked(render(plan)[0].text)


def references(text):
    """Every image that is pulled: of FROM, of COPY --from, of a mount's from."""
    names = {"scratch"}
    for stage in stages(text):
        image, *alias = re.split(r"\s+AS\s+", re.sub(r"^--platform=\S+ ", "", stage[0][1]))
        found = [image]
        for kind, rest in stage[1:]:
            if kind == "COPY":
                found += re.findall(r"--from=(\S+)", rest)
            if kind == "RUN":
                found += re.findall(r"--mount=\S*?\bfrom=([^,\s]+)", rest)
        yield from (name for name in found if name not in names)
        names.update(alias)


@pytest.fixture(scope="module")
def lint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")

    def check(case, text):
        file = folder / f"{case}.Dockerfile"
        file.write_text(text)
        return file

    yield check
    files = sorted(folder.iterdir())
    done = subprocess.run([hadolint(), "--config", CONFIG, *files], capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize("case", cases())
def test_user(case, lint):
    plan, text = made(case, "user=12345:0")
    account = plan.runtime.account
    assert (account.uid, account.gid, account.create_group) == (12345, 0, False)
    last = stages(text)[-1]
    assert [rest for name, rest in last if name == "USER"][-1] == "12345:0"
    assert not re.search(r"groupadd|addgroup", " ".join(rest for name, rest in last if name == "RUN"))
    owners = set(
        re.findall(
            r"(?:--chown=|chown (?:-R )?|install -d [^\n]*?-o )([0-9]+(?::[0-9]+| -g [0-9]+))",
            text.partition(" AS runtime")[2],
        )
    )
    assert {owner.replace(" -g ", ":") for owner in owners} <= {"12345:0"}
    if plan.runtime.system == "debian" and account.create:
        assert any("useradd --uid 12345 --gid 0 " in rest for name, rest in last if name == "RUN")
    check_layout(text)
    lint(f"user-{case}", text)


@pytest.mark.parametrize("case", cases())
def test_registry(case, lint):
    _, text = made(case, f"registry={REGISTRY}")
    assert [r for r in references(text) if not r.startswith(f"{REGISTRY}/")] == []
    assert text.startswith(f"# syntax={REGISTRY}/docker/dockerfile:1\n")
    base = re.search(r"org\.opencontainers\.image\.base\.name=(\S+)", text)
    assert base is None or base[1].startswith(f"{REGISTRY}/")
    # What is pulled is what would be pulled, by the path that it has in its own registry.
    _, plain = made(case)
    own = [re.sub(r"^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)/", "", r) for r in references(plain)]
    own = [path if "/" in path else f"library/{path}" for path in own]
    assert [r.removeprefix(f"{REGISTRY}/") for r in references(text)] == own
    check_layout(text)
    lint(f"registry-{case}", text)


STYLES = (
    ("node-vite-react", ("dev=yes",)),
    ("node-nest-npm", ("dev=yes", "builder=podman")),
    ("node-express-npm", ("base=distroless",)),
    ("python-fastapi-uv", ("base=distroless",)),
    ("python-litestar-uv", ("base=chainguard",)),
    ("python-psycopg2", ("base=alpine", "os-upgrade=yes")),
    ("python-fastapi-react", ("versions=arg",)),
    ("python-flask-vite", ("dev=yes", "versions=arg")),
    ("go-frontend", ("builder=podman",)),
    ("go-sqlite", ("base=slim", "dev=yes")),
    ("node-private-registry", ("builder=podman", "comments=teach")),
    ("static-site", ("base=alpine", "dev=yes")),
)


@pytest.mark.parametrize(
    ("case", "flags"), STYLES, ids=lambda value: value if isinstance(value, str) else "+".join(value)
)
def test_registry_and_user_with_all_else(case, flags):
    _, text = made(case, f"registry={REGISTRY}", "user=12345:12346", *flags)
    assert [r for r in references(text) if not r.startswith(f"{REGISTRY}/")] == []
    last = stages(text)[-1]
    assert [rest for name, rest in last if name == "USER"][-1] == "12345:12346"
    check_layout(text)


@pytest.mark.parametrize("case", ["node-express-npm", "python-fastapi-uv", "go-gin", "static-site"])
def test_own_variables_and_labels(case):
    plan, text = made(case, 'env.GREETING=a b"c$d', "env.ALPHA=1", "label.com.example.team=ships & boats")
    last = [rest for name, rest in stages(text)[-1] if name in ("ENV", "LABEL")]
    assert any('com.example.team="ships & boats"' in rest for rest in last)
    assert any(r'GREETING="a b\"c\$d"' in rest for rest in last), last
    assert any("ALPHA=1" in rest for rest in last)
    assert {"env.GREETING", "env.ALPHA", "label.com.example.team"} <= {c.key for c in plan.choices}
    assert [name for name, _ in instructions(text) if name == "ENV"]


@pytest.mark.parametrize("case", cases())
def test_nothing_is_guessed(case):
    """Refused with each guess and what settles it, or written as it would be."""
    app = choose(scan(PROJECTS / case), NOTHING)
    found = doubts.find(app.facts, decide(app.facts, NOTHING))
    if not found:
        assert made(case, "guesses=refuse")[1] == made(case)[1]
        return
    with pytest.raises(UndecidedError) as caught:
        made(case, "guesses=refuse")
    assert caught.value.what == "\n".join(["not everything could be found out", *(f"  {doubt}" for doubt in found)])


def test_some_projects_have_guesses_and_most_have_none():
    guessed = 0
    for case in cases():
        app = choose(scan(PROJECTS / case), NOTHING)
        guessed += bool(doubts.find(app.facts, decide(app.facts, NOTHING)))
    assert 0 < guessed < len(cases()) / 2


ROOTS = [
    "0",
    "0:0",
    "root",
    "-1",
    "1",
    "33:33",
    "99",
    "10001:33",
    "10001:x",
    "1000:1000:1000",
    "10001 ",
    "٣٠٠",
    "9999999999",
]


@pytest.mark.parametrize("user", ROOTS)
def test_root_and_what_belongs_to_the_system_is_refused(user):
    with pytest.raises(InputError, match="not a user that an app can run as"):
        values.user(user)


@given(st.integers(100, 999_999_999), st.integers(100, 999_999_999) | st.just(0) | st.none())
def test_all_other_numbers_are_taken(uid, gid):
    text = str(uid) if gid is None else f"{uid}:{gid}"
    assert values.user(text) == (uid, uid if gid is None else gid)


@given(st.text(max_size=40))
def test_no_text_is_a_user_or_a_registry_unless_it_looks_like_one(text):
    for check, pattern in ((values.user, r"[0-9:]+"), (values.registry, r"[a-z0-9.:/_-]+")):
        try:
            check(text)
        except InputError:
            continue
        assert re.fullmatch(pattern, text)


@pytest.mark.parametrize("registry", [
    "registry.example.com", "registry.example.com:5000", "registry.example.com/a/b-c", "localhost", "localhost:5000", "mirror:5000/x",
])  # fmt: skip
def test_registries(registry):
    assert values.registry(registry) == registry


@pytest.mark.parametrize("registry", [
    "", "mirror", "https://registry.example.com", "registry.example.com/", "registry.example.com/A", "a b.example.com",
    "registry.example.com:x", "registry.example.com@x", "user:secret@registry.example.com", "x.example.com\nRUN id",
])  # fmt: skip
def test_what_is_no_registry(registry):
    with pytest.raises(InputError, match="not the place of a registry"):
        values.registry(registry)
