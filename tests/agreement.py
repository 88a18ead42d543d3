"""How far detection agrees with what people wrote down about real repositories.

    python tests/agreement.py --corpus open.yaml --repos MIRROR [--only TEXT] [--trees FOLDER] [--json FILE]

The corpus is a YAML list with the facts of one repository in each entry; MIRROR holds a bare git directory for each,
named owner+name. Each repository is checked out at its commit, its container files are taken away (they would give the
answer), and dockgen detects, in this process, what the service's folder is. Prints the agreement per field, every
disagreement with both values, and how long detection took. Nothing is built, nothing is fetched.

Either side may be wrong: a disagreement is a question, not a verdict.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "generator"))

FIELDS = ("language", "manager", "framework", "start", "port", "kind")
REFUSED = "refused"
# The stacks, in the corpus's words. A static site that a Node tool builds is a Node project there, too.
LANGUAGES = {"static": {"none", "html"}}
MANAGERS = {"yarn1": "yarn", "yarn-berry": "yarn", "setuptools": "pip", "gopath": "go"}
FRAMEWORKS = {
    "create-react-app": "cra", "nuxt3": "nuxt", "vue-cli": "vue-cli", "nest": "nestjs", "nextjs": "next",
    "react-router": "react-router", "socket.io": "socketio", "net/http": "", "vite-ssg": "vite",
}  # fmt: skip
# What the corpus names for completeness and nobody calls a framework: libraries for options, servers in the language.
NO_FRAMEWORK = frozenset({
    "", "own", "argparse", "flag", "commander", "meow", "kingpin", "cobra", "click", "several", "asgi", "optparse",
    "bottle",
})  # fmt: skip
# Options that say where to listen; the port is a field of its own.
ADDRESS = frozenset({
    "-h", "--host", "-b", "--bind", "--port", "-p", "--address", "-addr", "--listen", "--server.address",
    "--server.port",
})  # fmt: skip
_LISTENS_ON = re.compile(r"(-?-?(addr|http|host|port|listen)=)?(0\.0\.0\.0|\[::\])?:?(\$\{?PORT.*|\d{2,5})")
# Options that tune a server and change nothing of what runs.
TUNING = re.compile(
    r"--(worker-tmp-dir|log-file|access-logfile|workers|threads|timeout|worker-class|proxy-headers|forwarded-allow-ips"
    r"|server\.headless|browser\.gatherUsageStats|no-access-log|no-control-socket|config|c|log-level)(=.*)?|-[wkc]"
)
SWITCHES = frozenset({"--proxy-headers", "--no-access-log", "--no-control-socket"})  # options without a value
CONTAINER_FILES = (
    "railpack.json", "nixpacks.toml", "Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*", ".dockerignore",
    "docker-compose*.y*ml", "compose*.y*ml", "docker-bake.*", ".dockgen*", "dockgen.y*ml",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What detection says about one repository; `said` is its refusal."""

    language: str
    manager: str
    framework: str
    start: tuple[str, ...]
    port: int | None
    kind: str
    said: str
    seconds: float


def checkout(mirror: Path, entry: dict, folder: Path) -> None:
    """The repository (or its subtree) at its commit in FOLDER, without its container files."""
    gitdir = mirror / entry["repo"].replace("/", "+")
    if not (gitdir / "HEAD").exists():
        gitdir = next(found.parent for found in gitdir.glob("*/HEAD"))
    tree = (entry.get("commit") or "HEAD") + (f":{entry['subtree']}" if entry.get("subtree") else "")
    folder.mkdir(parents=True)
    names = {"GIT_DIR": str(gitdir), "GIT_WORK_TREE": str(folder), "GIT_INDEX_FILE": f"{folder}.index"}
    subprocess.run(["git", "read-tree", tree], env=os.environ | names, check=True, capture_output=True)
    # A snapshot may lack a few large files; the rest is still a project.
    subprocess.run(
        ["git", "checkout-index", "-a", "-f", "-q"],
        env=os.environ | names,
        cwd=folder,
        check=False,
        capture_output=True,
    )
    Path(f"{folder}.index").unlink()
    for pattern in CONTAINER_FILES:
        for deep in ("", "*/", "*/*/"):
            for path in folder.glob(deep + pattern):
                if path.is_file() or path.is_symlink():
                    path.unlink()


def ask(folder: Path) -> Answer:
    """What dockgen detects in FOLDER."""
    from dockgen import pipeline, stacks
    from dockgen.errors import DockgenError
    from dockgen.settings import NOTHING, read

    begin = time.process_time()
    language, said, facts = "", "", None
    try:
        _root, project = pipeline.look(folder)
        with contextlib.suppress(DockgenError):
            language = stacks.choose(project, NOTHING).value
        facts = pipeline.choose(project, NOTHING).facts
        language = facts.stack.value
        pipeline.decide(facts, read(["allow-eol=yes"], {}))  # which release it is on is another question
    except DockgenError as error:
        said, facts = str(error), None
    seconds = time.process_time() - begin
    value = lambda name: getattr(getattr(facts, name, None), "value", None)  # noqa: E731
    return Answer(
        language=language,
        manager=value("manager") or ("go" if facts and language == "go" else ""),
        framework=value("framework") or "",
        start=value("start") or (),
        port=value("port"),
        kind=value("kind") or REFUSED,
        said=said,
        seconds=seconds,
    )


def managers(text: str | None) -> set[str]:
    """The package managers in the corpus's words, such as `npm or yarn1 (both locks)`."""
    parts = re.split(r"\bor\b|\band\b|[+/,]", re.sub(r"\([^)]*\)", "", text or "")) if text else []
    names = {part.split()[0].lower() for part in parts if part.strip()}
    return {MANAGERS.get(name, name) for name in names} - {"none"}


def frameworks(text: str | None) -> set[str]:
    """The frameworks in the corpus's words, such as `express + socket.io + vite (vue)`, without versions."""
    parts = [p for p in re.split(r"[+,]", re.sub(r"\([^)]*\)", "", text or "")) if p.strip()]
    names = {re.sub(r"[\s-]*v?\d[\d.]*$", "", " ".join(p.split()[:2]).lower()).split()[0] for p in parts}
    names = {FRAMEWORKS.get(name, name) for name in names}
    return names or {""}


def essence(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The program and the arguments that matter: without wrappers, install folders, addresses and tuning."""
    words = [w for w in argv if not re.fullmatch(r"[A-Z_][A-Z0-9_]*=.*", w)]
    while words[:1] and words[0] in ("exec", "npx", "env"):
        words = words[1:]
    if words[:2] == ["python", "-m"] or (words[:1] == ["node"] and words[1:] and not words[1].startswith("-")):
        words = words[1 + (words[0] == "python") :]  # what node or Python runs
    elif words:
        words[0] = re.sub(r"^(/.*|bin|\.)/", "", words[0])
    if words[:1] and "node_modules/" in words[0]:
        words[0] = words[0].rpartition("/")[2]
    if words[:2] == ["fastapi", "run"]:  # uvicorn, by its path
        words = ["uvicorn", *(re.sub(r"/|(\.py)$", lambda m: "" if m[1] else ".", w) for w in words[2:])]
    kept: list[str] = []
    skip = False
    for number, word in enumerate(words):
        if skip or (number and _LISTENS_ON.fullmatch(word)):
            skip = False
        elif number and (word.partition("=")[0] in ADDRESS or TUNING.fullmatch(word)):
            skip = "=" not in word and word not in SWITCHES
        else:
            kept.append(re.sub(r"^\./|/$|\.(js|mjs|cjs)$|:(application|app)$", "", word))
    return tuple(kept)


def starts(text: str | None) -> set[tuple[str, ...]]:
    """The last command of the corpus's start, remarks in parentheses being other ways to say it."""
    found = set()
    for said in [re.sub(r"\s*\([^)]*\)", "", text or ""), *re.findall(r"\(([^)]*)\)", text or "")]:
        for command in re.split(r"\s+or\s+", re.split(r"&&|;", said)[-1]):
            with contextlib.suppress(ValueError):
                if argv := essence(tuple(shlex.split(re.sub(r"\[[^\]]*\]|<[^>]*>", "", command)))):
                    found.add(argv)
    return found


def compare(entry: dict, got: Answer) -> dict[str, tuple[bool, object, object]]:
    """Per field that the corpus says something about: whether we agree, its value and ours."""
    if entry["expect"] == "unsupported":
        return {"kind": (got.kind == REFUSED, "unsupported", got.kind)}
    language = entry["language"]
    rows: dict[str, tuple[bool, object, object]] = {
        "language": (language == got.language or language in LANGUAGES.get(got.language, ()), language, got.language),
        "kind": (
            entry["kind"] == got.kind,
            entry["kind"],
            got.kind if got.kind != REFUSED else f"{REFUSED}: {got.said}",
        ),
    }
    refused = got.kind == REFUSED
    wanted = managers(entry["package_manager"])
    rows["manager"] = (not refused and managers(got.manager) <= wanted, entry["package_manager"], got.manager)
    named = frameworks(entry["framework"])
    ours = FRAMEWORKS.get(got.framework, got.framework)
    agree = ours in named or (not ours and named <= NO_FRAMEWORK)
    rows["framework"] = (not refused and agree, entry["framework"], got.framework or None)
    command = (entry.get("start") or {}).get("command")
    if command:
        rows["start"] = (essence(got.start) in starts(command), command, shlex.join(got.start))
    elif entry["kind"] == "static":
        rows["start"] = (not refused and not got.start, "served as files", shlex.join(got.start))
    number = (entry.get("port") or {}).get("number")
    if number or entry["kind"] in ("cli", "worker"):
        rows["port"] = (not refused and got.port == number, number, got.port)
    return rows


def folder_of(trees: Path, mirror: Path, entry: dict) -> Path:
    """The service's folder in a checkout below TREES, made if it is not there yet."""
    name = (entry.get("subtree") or entry["repo"]).split("/")[-1].lower()
    root = trees / entry["id"] / name
    if not root.is_dir():
        checkout(mirror, entry, root)
    return root / (entry.get("service_dir") or ".")


def report(rows: dict[str, dict[str, tuple[bool, object, object]]], answers: dict[str, Answer]) -> None:
    """Print the table, the disagreements and the times."""
    print(f"{'field':<10} {'agree':>5} {'of':>4} {'':>5}")
    for field in FIELDS:
        found = [row[field][0] for row in rows.values() if field in row]
        if found:
            print(f"{field:<10} {sum(found):>5} {len(found):>4} {sum(found) / len(found):>5.0%}")
    for field in FIELDS:
        print(f"\n{field}")
        for name, row in rows.items():
            if field in row and not row[field][0]:
                print(f"  {name:<50} corpus: {row[field][1]}\n  {'':<50} here:   {row[field][2]}")
    times = {name: answer.seconds for name, answer in answers.items()}
    slow = sorted(times, key=lambda name: -times[name])[:5]
    print(
        f"\nCPU seconds: median {statistics.median(times.values()):.2f}; "
        + ", ".join(f"{n} {times[n]:.2f}" for n in slow)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", required=True, type=Path, help="YAML list of repositories and their facts")
    parser.add_argument("--repos", required=True, type=Path, help="folder of bare git directories named owner+name")
    parser.add_argument("--only", default="", help="only repositories whose id has this in it")
    parser.add_argument("--trees", type=Path, help="keep the checkouts here, for the next time")
    parser.add_argument("--json", type=Path, help="write the answers to this file")
    asked = parser.parse_args()
    entries = [e for e in yaml.safe_load(asked.corpus.read_text()) if asked.only in e["id"]]
    answers: dict[str, Answer] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for entry in entries:
            folder = folder_of(asked.trees or Path(scratch), asked.repos, entry)
            answers[entry["id"]] = ask(folder)
    report({e["id"]: compare(e, answers[e["id"]]) for e in entries}, answers)
    if asked.json:
        asked.json.write_text(json.dumps({name: asdict(a) for name, a in answers.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
