"""Commands that other files of the project give away: pm2's list of processes, a shell script, an image made before."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.errors import InputError
from dockgen.facts import Evidence

if TYPE_CHECKING:
    from dockgen.project import Project

PM2 = ("ecosystem.config.js", "ecosystem.config.cjs", "ecosystem.config.json", "ecosystem.json", "pm2.json",
    "pm2.config.js", "processes.json", "process.json")  # fmt: skip
# Lines of a shell script that only prepare its shell, and words that make it more than a list of commands.
_PREPARES = lazy.pattern(r"(?:#.*|set\s.*|export\s+\w+=\S*|echo\s.*|:|)")
_CONTROL = lazy.pattern(r"^\s*(?:if|for|while|until|case|function|trap|\w+\s*\(\))\b|\$\(|`|<<|\bdone\b", re.MULTILINE)
_OWN = "# dockgen "  # the header of what we wrote: no evidence of anything


def pm2(project: Project, file: str = "") -> str:
    """The command of the first process that pm2's configuration lists; "" if there is none."""
    name = file if file and project.has(file) else project.first(*PM2) or ""
    text = project.text(name)
    script = _field(text, "script")
    if not script:
        return ""
    arguments = _field(text, "args")
    folder = posixpath.normpath(_field(text, "cwd") or ".")
    runs = f"node {script}" if re.fullmatch(r"\S+\.[cm]?js", script) else script
    command = f"{runs} {arguments}".strip()
    return command if folder == "." or folder.startswith(("/", "..")) else f"cd {folder} && {command}"


def _field(text: str, key: str) -> str:
    m = re.search(rf"""["']?\b{key}["']?\s*:\s*(?:["'`]([^"'`\n$]+)["'`]|\[([^\]\n]*)\])""", text)
    return (m[1] or " ".join(re.findall(r"[\"']([^\"'\n]+)[\"']", m[2] or ""))) if m else ""


def shell(project: Project, path: str) -> str:
    """The commands of a shell script as one line; "" if it does more than to run them one after another."""
    text = project.text(posixpath.normpath(path))
    if not text or _CONTROL.search(text):
        return ""
    lines = re.sub(r"\\\n", " ", text).split("\n")
    return " && ".join(line.strip() for line in lines if not _PREPARES.fullmatch(line.strip()))


def image(project: Project) -> tuple[str, Evidence] | None:
    """The command of a Dockerfile or a compose file that is not ours: a hint, where nothing else says how to start."""
    text = project.text("Dockerfile")
    if _OWN not in text:
        for word in ("CMD", "ENTRYPOINT"):
            found = re.findall(rf"^{word}[ \t]+(.+)$", text.split("\nFROM ")[-1], re.MULTILINE | re.IGNORECASE)
            if found and (command := _command(found[-1])):
                line = project.line_of("Dockerfile", found[-1])
                return command, Evidence("Dockerfile", line, f"{word} {found[-1]}")
    for file in ("docker-compose.yml", "docker-compose.yaml", "compose.yaml", "compose.yml"):
        text = project.text(file)
        m = re.search(r"^\s+command:[ \t]*(\S.*)$", text, re.MULTILINE)
        if m and len(re.findall(r"^\s+build:", text, re.MULTILINE)) == 1 and (command := _command(m[1])):
            return command, Evidence(file, project.line_of(file, m[0].strip()), m[1].strip())
    return None


def _command(text: str) -> str:
    """The command in exec form or as for a shell."""
    text = text.strip()
    if text.startswith("["):
        try:
            words = json.loads(text.replace("'", '"'))
        except (ValueError, RecursionError):
            return ""
        if not all(isinstance(w, str) for w in words):
            return ""
        return words[2] if words[:2] in (["sh", "-c"], ["/bin/sh", "-c"]) and len(words) == 3 else shlex.join(words)
    return text.strip("\"'")


def scripts(project: Project, folder: str) -> dict[str, str]:
    """The scripts of the package.json in FOLDER; none if there is no such file or it cannot be read."""
    from dockgen.stacks.node import package  # noqa: PLC0415

    path = f"{folder}/{package.MANIFEST}"
    try:
        return dict(package.read(project, path).scripts)
    except InputError:
        return {}
