"""`dockgen completion`: the script that makes a shell complete, and the values that it is offered; never an error."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from dockgen.cli.options import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_DOCKGEN_COMPLETE"  # with what a shell asks: no variable of ours, which begin with DOCKGEN_
JOINTS = ("=", ":")  # bash takes them for words of their own
FILES = ("Dockerfile", ".dockerignore", "Dockerfile.dockerignore")
# click's own has no quotes around values, and a space behind `KEY=`.
BASH = """\
%(complete_func)s() {
    local kind value answer
    COMPREPLY=()
    answer=$(IFS=$'\\n'; COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            plain)
                COMPREPLY+=("$value")
                case $value in *[=:.]) compopt -o nospace 2>/dev/null ;; esac ;;
        esac
    done <<< "$answer"
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """bash, in which `--set port=80` is four words."""

    source_template = BASH

    def source(self) -> str:
        """The script; what bash it is for is not asked for."""
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is completed, and that one."""
        words = os.environ["COMP_WORDS"].split("\n")[: int(os.environ["COMP_CWORD"]) + 1]
        joined = [""]
        for word in words:
            if word in JOINTS or joined[-1].endswith(JOINTS):
                joined[-1] += word
            else:
                joined.append(word)
        plain = [(split_arg_string(word) or [word])[0] for word in joined[1:]]
        self._kept = max((plain[-1].rfind(joint) + 1 for joint in JOINTS), default=0)
        return plain[1:-1], plain[-1]

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """The part of the value that bash replaces."""
        return f"{item.type},{item.value[self._kept :]}"


add_completion_class(Bash)


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
def command(shell: str) -> None:
    """Print a script for SHELL, by which it completes commands, options and values.

    bash: add `eval "$(dockgen completion bash)"` to ~/.bashrc; zsh: the same with zsh to ~/.zshrc, after compinit;
    fish: `dockgen completion fish > ~/.config/fish/completions/dockgen.fish`.
    """
    from dockgen.cli import console, group

    console.out(answer(group(), f"{shell}_source").rstrip("\n"))


def answer(whole: click.Command, instruction: str) -> str:
    """What a shell is answered; nothing where anything is wrong: it is in the middle of somebody's line."""
    shell, _, what = instruction.partition("_")
    kind = get_completion_class(shell) if shell in SHELLS else None
    if kind is None or what not in ("source", "complete"):
        return ""
    shown = kind(whole, {}, "dockgen", VARIABLE)
    if what == "source":
        return shown.source()
    errors, sys.stderr = sys.stderr, open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    try:
        return shown.complete()
    except (Exception, SystemExit):  # noqa: BLE001  (whatever it is, the line that is typed stays as it is)
        return ""
    finally:
        sys.stderr.close()
        sys.stderr = errors


def _offered(values: Iterable[str] | Mapping[str, str], incomplete: str) -> list[CompletionItem[str]]:
    """Those of VALUES that go on from INCOMPLETE and mean nothing else in a shell than themselves."""
    help_of = values if isinstance(values, dict) else {}
    return [
        CompletionItem(value, help=help_of.get(value))
        for value in values
        if value.startswith(incomplete) and shlex.quote(value) == value
    ]


def folders(_context: click.Context, _incomplete: str) -> list[CompletionItem[str]]:
    """Folders, which the shell knows best."""
    return [CompletionItem("", type="dir")]


def files(_context: click.Context, _incomplete: str) -> list[CompletionItem[str]]:
    """Files, which the shell knows best."""
    return [CompletionItem("", type="file")]


def settings(_context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """`KEY=` of a setting, or its values."""
    from dockgen.settings import ALIASES, GROUPS, KEYS, VALUES

    key, equals, _ = incomplete.partition("=")
    if equals:
        return _offered([f"{key}={value}" for value in VALUES.get(key, ())], incomplete)
    keys = {f"{name}=": text for name, text in KEYS.items()}
    keys |= {f"{name}=": f"the same as {of}" for name, of in ALIASES.items()}
    return _offered(keys | {f"{name}.": text for name, text in GROUPS.items()}, incomplete)


def values(key: str, incomplete: str) -> list[CompletionItem[str]]:
    """The values of the setting KEY."""
    from dockgen.settings import VALUES

    return _offered(VALUES.get(key, ()), incomplete)


def presets(context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """The names of presets; where a path has begun, files."""
    from dockgen.presets import is_file

    if is_file(incomplete):
        return files(context, incomplete)
    return _offered([name for shelf in _inputs(context).shelves() for name in shelf.names()], incomplete)


def apps(context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """The folders of apps."""
    from dockgen import apps as found
    from dockgen import pipeline

    inputs = _inputs(context)
    _, project = pipeline.look(_folder(context))
    return _offered(
        [app.path for app in found.find(project, inputs.settings(), inputs.settings) if app.path], incomplete
    )


def templates(context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """The names of templates."""
    return _offered(_inputs(context).layers().paths(), incomplete)


def blocks(context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """The blocks of the template that is named."""
    from dockgen.templating.blocks import outline

    found = _inputs(context).layers().find(_argument(context, "name"))
    shown = outline(found[2]).blocks if found else ()
    return _offered({block.name: block.description for block in shown}, incomplete)


def explained(context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """What can be explained: settings, rules, files with their lines."""
    from dockgen import guards, rules, writer
    from dockgen.settings import ALIASES, KEYS

    directory = _folder(context)
    path, colon, _ = incomplete.rpartition(":")
    if colon:
        text = writer.on_disk(Path(directory), [path])[path] or ""
        return _offered([f"{path}:{number + 1}" for number in range(len(text.splitlines()))], incomplete)
    there = [f"{name}:" for name, text in writer.on_disk(Path(directory), FILES).items() if text is not None]
    known = [*KEYS, *ALIASES, *(rule.name for rule in rules.RULES), *(guard.id for guard in guards.GUARDS)]
    return _offered([*there, *known], incomplete)


def _folder(context: click.Context) -> str:
    """The folder that is meant."""
    return context.meta.get(DIRECTORY) or _argument(context, "directory") or "."


def _argument(context: click.Context, name: str) -> str:
    """The argument NAME; click leaves it in the rest where an option after it has no value yet."""
    is_argument = any(p.name == name and isinstance(p, click.Argument) for p in context.command.params)
    return context.args[0] if is_argument and context.args else context.params.get(name) or ""


def _inputs(context: click.Context) -> Any:
    """What the project and the environment say."""
    from dockgen import pipeline, sources
    from dockgen.sources import Request

    root, _ = pipeline.look(_folder(context))
    return sources.gather(root, Request(), os.environ)
