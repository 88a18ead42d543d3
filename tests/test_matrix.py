"""Combinations of package manager, framework, version source, layout and native packages give a sound Dockerfile.

Each project is made of parts (tests/matrix.py), planned and printed in this process, and checked for what must hold of
any Dockerfile and for what its parts promise. A project may be refused only where a part says so.
"""

from __future__ import annotations

import fnmatch
import functools
import json
import posixpath
import re
import shlex

import matrix
import matrix_go
import matrix_node
import matrix_python
import matrix_static
import pytest
from dockgen import __version__, header
from dockgen.errors import RefusedError, UndecidedError
from dockgen.patterns import is_ignored
from dockgen.pipeline import decide, detect
from dockgen.plans import to_data
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read
from dockgen.templating import environment as templates
from helpers import instructions

STACKS = (matrix_node.STACK, matrix_python.STACK, matrix_go.STACK, matrix_static.STACK)
ROWS = {
    f"{stack.name}:{'+'.join(row.values())}": (stack, row) for stack in STACKS for row in matrix.Cover(stack).rows()
}
COMPILED = functools.cache(templates.environment)  # of dockgen's own templates: nothing here fills a slot
LANGUAGES = {"node": "node", "python": "python", "go": "golang", "static": ""}
# What installs, by manager: what must be in the stages that build, and marks of all the others.
INSTALLS = {
    "npm": r"npm (ci|install --(no-audit|omit))", "pnpm": r"pnpm install", "yarn": r"yarn install --\S*(frozen|non-inter)",
    "yarn-berry": r"yarn\S* (install --(no-)?immutable|workspaces focus)", "bun": r"bun install",
    "pip": r"pip( --python \S+)? install -r requirements", "pip (project)": r"pip( --python \S+)? install (-r pyproject\.toml|\.)", "uv": r"uv sync|uv export",
    "poetry": r"poetry export", "pdm": r"pdm install|pdm export", "pipenv": r"pipenv (sync|install)",
}  # fmt: skip
FOREIGN = {
    "npm": r"\b(pnpm|yarn|bun) ", "pnpm": r"\bnpm ci|\b(yarn|bun) ", "yarn": r"\bnpm ci|\b(pnpm|bun) |immutable",
    "yarn-berry": r"\bnpm ci|\b(pnpm|bun) |frozen-lockfile", "bun": r"\bnpm (ci|install)|\b(pnpm|yarn) ",
    "pip": r"\b(poetry|pdm|pipenv|uv) ", "pip (project)": r"\b(poetry|pdm|pipenv) |uv sync", "uv": r"\b(poetry|pdm|pipenv) ",
    "poetry": r"\b(pdm|pipenv) |uv sync", "pdm": r"\b(poetry|pipenv) |uv sync", "pipenv": r"\b(poetry|pdm) |uv sync",
}  # fmt: skip
SHELLS = {"sh", "bash", "/bin/sh", "/bin/bash", "npm", "npx", "yarn", "pnpm", "uv", "poetry", "pipenv", "pdm"}


def generated(files, settings=NOTHING):
    """Facts, plan, Dockerfile and lines of the .dockerignore for a project of FILES."""
    facts = detect(Project.of(files, name="shop"), settings)
    plan = decide(facts, settings)
    texts = {artifact.path: artifact.text for artifact in render(plan)}
    return facts, plan, texts["Dockerfile"], texts[".dockerignore"]


def stages(text):
    """Each stage: its image, its name, its instructions."""
    found = []
    for name, rest in instructions(text):
        if name == "FROM":
            image, _, alias = re.sub(r"^--platform=\S+ ", "", rest).partition(" AS ")
            found.append((image, alias, []))
        else:
            assert found, f"{name} before FROM"
            found[-1][2].append((name, rest))
    return found


def check_stages(found):
    names = [alias for _, alias, _ in found]
    assert len(set(names)) == len(names), "two stages of one name"
    used = set()
    for number, (image, _, body) in enumerate(found):
        if image in names[:number]:
            used.add(image)
        elif image != "scratch":
            assert re.search(r":[\w][\w.-]*(@sha256:[0-9a-f]{64})?$", image), f"no tag: {image}"
            assert not re.search(r":latest\b", image)
        for name, rest in body:
            for stage in re.findall(r"--from=(\S+)", rest) if name == "COPY" else re.findall(r"\bfrom=([^,\s]+)", rest):
                assert stage in names[:number] or re.search(r":\w", stage), (
                    f"--from={stage}, which is no stage before it"
                )
                used.add(stage)
    assert set(names[:-1]) <= used, "a stage that nothing uses"


def sources(found):
    """Every path that a COPY or a bind mount takes from the project."""
    for _, _, body in found:
        for name, rest in body:
            if name == "COPY" and "--from=" not in rest and "<<" not in rest:
                yield from copied(rest)
            if name == "RUN":
                for mount in re.findall(r"--mount=type=bind,(\S+)", rest):
                    pairs = dict(p.partition("=")[::2] for p in mount.split(","))
                    if "from" not in pairs:
                        yield pairs.get("source", ".")


def check_sources(found, files, lines):
    for path in sources(found):
        clean = posixpath.normpath(path)
        below = [f for f in files if clean in (".", f) or f.startswith(f"{clean}/") or fnmatch.fnmatch(f, clean)]
        assert below, f"{path} is not in the project"
        assert any(not is_ignored(f, lines) for f in below), f"{path} is ignored"
    for path in files:
        if path.startswith((".env", ".git/", "node_modules/", ".venv/")):
            assert is_ignored(path, lines), f"{path} would be sent to the build"


# What makes a file in a stage, by the end of its path; anything else comes out of a RUN on the whole source.
MADE = (
    (r"/node_modules$|/\.pnp\.\*$|/\.yarn$", r"install|\bci\b|focus"),
    (r"/\.venv$", r"venv (--without-pip )?/app/\.venv|uv (sync|venv)|pdm install|VENV_IN_PROJECT"),
    (r"^/usr/", r""),
)


def check_made(found):
    """What is copied out of a stage, that stage (or one that it stands on) made."""
    bodies = {}
    for image, alias, body in found:
        bodies[alias] = bodies.get(image, "") + "".join(f"{name} {rest}\n" for name, rest in body)
        for name, rest in body:
            stage = re.search(r"--from=(\S+)", rest) if name == "COPY" else None
            for path in copied(rest) if stage and stage[1] in bodies else ():
                maker = next((text for mark, text in MADE if re.search(mark, path)), None)
                if maker is None:
                    maker = (
                        re.escape(path.rstrip("/")) if path.startswith("/out/") else r"COPY (--link )?\. [\s\S]*^RUN "
                    )
                assert re.search(maker, bodies[stage[1]], re.MULTILINE), f"{path} is not made by {stage[1]}"


def copied(rest):
    """The sources of a COPY."""
    return [w for w in shlex.split(rest) if not w.startswith("--")][:-1]


def check_last(found, plan, kind):
    by_name = dict(found[-1][2])
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", by_name["USER"])
    order = [name for name, _ in found[-1][2]]
    assert not {"RUN", "COPY"} & set(order[order.index("USER") :])
    assert by_name.get("EXPOSE") == (str(plan.runtime.port) if plan.runtime.port else None)
    assert bool(plan.runtime.port) == (kind in ("web", "static"))
    argv = []
    for name in ("ENTRYPOINT", "CMD"):
        words = json.loads(by_name.get(name, "[]"))
        assert all(isinstance(w, str) and w for w in words)
        argv += words
    assert argv
    assert argv[0] not in SHELLS
    if "HEALTHCHECK" in by_name:
        assert kind in ("web", "static")
        assert json.loads(by_name["HEALTHCHECK"].partition("CMD ")[2])
    return argv


def check_header(text, plan, path):
    said, body = header.split(text)
    assert said, f"{path} has no header"
    assert said.version == __version__
    assert said.body == header.digest(body)
    assert said.inputs == header.digest(json.dumps(to_data(plan), sort_keys=True))


def check_version(found, language, lines):
    images = [image for image, _, _ in found if re.match(rf"{language}:", image)]
    bun = [image for image, _, _ in found if image.startswith("oven/bun:")]
    assert images or bun
    for image in images:
        version = re.match(r"\d+(?:\.\d+)?", image.partition(":")[2])[0]
        assert any(f"{version}.".startswith(f"{line}.") for line in lines), f"{image}: wanted one of {lines}"


def check_install(found, manager):
    runs = "\n".join(rest for _, _, body in found for name, rest in body if name == "RUN")
    assert re.search(INSTALLS[manager], runs), f"nothing installs with {manager}"
    commands = re.sub(r"--mount=\S+|npm install --global\s+(--force )?\S+|pip install \S+==\S+.*", "", runs)
    assert not (odd := re.search(FOREIGN[manager], commands)), f"{odd[0]!r} in a project of {manager}"


@pytest.fixture(autouse=True)
def _compiled_once(monkeypatch):
    """Compile the templates once for all: that, and not the deciding, would take the time of these tests."""
    monkeypatch.setattr(templates, "environment", lambda layers, *_: COMPILED(layers))


@pytest.mark.parametrize("name", ROWS)
def test_combination(name):
    stack, row = ROWS[name]
    chosen = matrix.parts(stack, row)
    files = stack.compose(row, chosen)
    expect = matrix.expectations(chosen)
    if expect.get("refused"):
        with pytest.raises(UndecidedError) as refusal:
            generated(files)
        assert refusal.value.hint
        return
    settings = NOTHING
    if since := expect.get("ended"):
        settings = read(["allow-eol=yes"], {})
        if expect["kind"] != "static":
            with pytest.raises(RefusedError, match=f"no security fixes since {since}") as refusal:
                generated(files)
            assert "--allow-eol" in refusal.value.hint
    facts, plan, text, ignore = generated(files, settings)
    assert ("has had no security fixes since" in text) is bool(since)
    found = stages(text)
    assert plan.stack == stack.name
    assert (plan.kind, plan.framework, plan.runtime.port) == (
        expect["kind"], expect.get("framework", plan.framework), expect["port"],
    )  # fmt: skip
    check_stages(found)
    check_sources(found, files, ignore.splitlines())
    check_made(found)
    argv = check_last(found, plan, expect["kind"])
    assert expect.get("start", "") in " ".join(argv)
    check_header(text, plan, "Dockerfile")
    check_header(ignore, plan, ".dockerignore")
    if "lines" in expect:
        check_version(found, LANGUAGES[stack.name], expect["lines"])
    if manager := expect.get("manager"):
        assert facts.manager.value == manager
        check_install(found, manager)
    if pinned := expect.get("pinned"):
        assert pinned in text
    backwards = dict(reversed(files.items()))
    assert generated(backwards, settings)[2:] == (text, ignore), "the order of the files matters"


def test_the_rows_cover_every_pair():
    for stack in STACKS:
        names = list(stack.dimensions)
        clash = {frozenset(pair) for pair in stack.clashes}
        rows = [row for other, row in ROWS.values() if other is stack]
        for one in names:
            for two in names[names.index(one) + 1 :]:
                met = {(row[one], row[two]) for row in rows}
                for pair in ((a, b) for a in stack.dimensions[one] for b in stack.dimensions[two]):
                    assert pair in met or frozenset({(one, pair[0]), (two, pair[1])}) in clash, (stack.name, pair)


def test_there_are_about_a_thousand():
    assert len(ROWS) >= 1000


GOOD = 'FROM a:1 AS build\nRUN make -o /out/x\nFROM b:2 AS runtime\nCOPY --from=build /out/x /x\nCOPY a.txt ./\nUSER 1:1\nCMD ["/x"]\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FROM b:2", "FROM b"), ("FROM b:2", "FROM b:latest"), ("FROM b:2 AS runtime", "FROM b:2 AS build"),
        ("--from=build", "--from=other"), ("COPY --from=build /out/x /x\n", ""), ("/out/x /x", "/out/y /x"),
        ("a.txt", "b.txt"), ("a.txt", "secret.txt"), ("USER 1:1", "USER app"), ("USER 1:1", "USER 0:0"),
        ('CMD ["/x"]', "CMD /x"), ('CMD ["/x"]', 'CMD ["sh", "-c", "x"]'), ("CMD", "EXPOSE 80\nCMD"), ("CMD", "RUN x\nCMD"),
    ],
)  # fmt: skip
def test_the_checks_find_something(old, new):
    plan = decide(detect(Project.of({"main.py": "if __name__ == '__main__':\n    print()\n"}), NOTHING), NOTHING)

    def check(text):
        found = stages(text)
        check_stages(found)
        check_sources(found, {"a.txt": "", "secret.txt": ""}, ["secret.txt"])
        check_made(found)
        check_last(found, plan, "worker")

    check(GOOD)
    with pytest.raises((AssertionError, ValueError)):
        check(GOOD.replace(old, new))
