"""`dockgen completion`: the script that makes a shell complete, and the values that it is offered; never an error."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from dockgen.cli import shells  # noqa: F401  (click is told of them)
from dockgen.cli.options import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.packoptions import Kind

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_DOCKGEN_COMPLETE"  # with what a shell asks: no variable of ours, which begin with DOCKGEN_
FILES = ("Dockerfile", ".dockerignore", "Dockerfile.dockerignore")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
def command(shell: str) -> None:
    """Print a script for SHELL, by which it completes commands, options, values.

    bash: add `eval "$(dockgen completion bash)"` to ~/.bashrc. zsh: the same with zsh to ~/.zshrc, after compinit.
    fish: add `dockgen completion fish | source` to ~/.config/fish/config.fish.
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


def settings(context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """`KEY=` of a setting or an option of a pack, or its values."""
    from dockgen.settings import ALIASES, GROUPS, KEYS

    key, equals, text = incomplete.partition("=")
    if equals:
        return _offered([f"{key}={value}" for value in _values(context, key, text)], incomplete)
    keys = {f"{name}=": text for name, text in KEYS.items()}
    keys |= {f"{name}=": f"the same as {of}" for name, of in ALIASES.items()}
    keys |= {f"{name}=": option.help for name, option in _options(context).items()}
    return _offered(keys | {f"{name}.": text for name, text in GROUPS.items()}, incomplete)


def values(context: click.Context, key: str, incomplete: str) -> list[CompletionItem[str]]:
    """The values of the setting KEY."""
    return _offered(_values(context, key, incomplete), incomplete)


def _values(context: click.Context, key: str, incomplete: str) -> list[str]:
    """What KEY can be set to; of a list, what can be added to what INCOMPLETE has."""
    from dockgen.settings import LISTS, VALUES

    if key not in LISTS:
        return [*(VALUES.get(key) or _elsewhere(key) or (o.choices if (o := _options(context).get(key)) else ()))]
    before = incomplete[: incomplete.rfind(",") + 1]
    return [before + value for value in VALUES[key] if value not in before.split(",")]


def _elsewhere(key: str) -> tuple[str, ...]:
    """The values that are words of keys which can be set to other things as well, or that only some stacks know."""
    from dockgen.migration import MODES
    from dockgen.stacks import STACKS

    known = {"stack": STACKS, "migrate": MODES, "frontend": ("auto", "none"), "health": ("tcp", "none")}
    return tuple(known.get(key, ()))


def _options(context: click.Context) -> Mapping[str, Kind]:
    """The options of packs; none where these cannot be read."""
    from dockgen.errors import DockgenError

    try:
        found: Mapping[str, Kind] = _inputs(context).settings().known
    except DockgenError:
        return {}
    return found


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
    known = {f"{name}:": "one of its lines" for name, text in writer.on_disk(Path(directory), FILES).items() if text}
    known |= KEYS
    known |= {name: f"the same as {of}" for name, of in ALIASES.items()}
    known |= {rule.name: rule.why for rule in rules.RULES}
    return _offered(known | {guard.id: guard.asks for guard in guards.GUARDS}, incomplete)


def _folder(context: click.Context) -> str:
    """The folder that is meant."""
    return os.path.expanduser(context.meta.get(DIRECTORY) or _argument(context, "directory") or ".")  # noqa: PTH111


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
