"""Options that commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dockgen.sources import Request

if TYPE_CHECKING:
    from collections.abc import Callable

directory = click.argument("directory", default=".", metavar="[DIR]")
settings = click.option(
    "-s", "--set", "flags", multiple=True, metavar="KEY=VALUE", help="Decide a value yourself; may be repeated."
)
# Short forms of `--set KEY=VALUE`: flag, what it sets (to the flag's value, if that ends in `=`), help.
SHORT = (
    ("--base", "base=", "What the image stands on: slim, alpine, distroless or chainguard."),
    ("--comments", "comments=", "Comments in the Dockerfile: none, short or teach."),
    ("--no-syntax", "syntax=no", "Leave the `# syntax` line out, for builds that reach no registry."),
    ("--no-healthcheck", "health=none", "No HEALTHCHECK."),
    ("--init", "init=", "Process 1: auto, tini or none."),
    ("--arg-versions", "versions=arg", "Versions of base images in ARG instead of FROM."),
    ("--os-upgrade", "os-upgrade=yes", "Upgrade the packages of the base image in the final stage."),
    ("--podman", "builder=podman", "Only what Podman and Buildah can build."),
    ("--dev", "dev=yes", "Add a target for development: hot reload, the source mounted."),
    ("--allow-eol", "allow-eol=yes", "Build on a release that gets no security fixes any more."),
)
# What takes settings from files: flag, the field of the request, how values are called, help.
FILES = (
    ("-p", "--preset", "presets", "NAME|FILE", "Settings under a name (dockgen presets list); may be repeated."),
    ("", "--pack", "packs", "NAME|PATH", "Templates, presets and options of a company; may be repeated."),
    ("", "--answers", "answers", "FILE|-", "Settings from a YAML or JSON file, or from standard input."),
    ("", "--templates", "templates", "DIR", "Templates that go before all others; may be repeated."),
)
app = click.option("-a", "--app", metavar="NAME", help="The app that is meant, where DIR has several: folder or name.")
every = click.option("--all", "every", is_flag=True, help="Every app below DIR, each with a Dockerfile of its own.")
debug = click.option("--debug", is_flag=True, help="Show the traceback if dockgen itself fails.")


def _sets(setting: str) -> Callable[..., None]:
    def remember(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            flag = setting + (value if setting.endswith("=") else "")
            context.meta.setdefault("dockgen.flags", []).append(flag)

    return remember


def _takes(field: str) -> Callable[..., None]:
    def remember(context: click.Context, _: click.Parameter, value: Any) -> None:
        context.meta[f"dockgen.{field}"] = value

    return remember


def given(flags: tuple[str, ...]) -> Request:
    """What is asked for: the FLAGS of --set, after those that were given in their short form, and files."""
    meta = click.get_current_context().meta
    return Request(
        flags=(*meta.get("dockgen.flags", ()), *flags),
        **{field: meta.get(f"dockgen.{field}") or Request().__getattribute__(field) for _, _, field, _, _ in FILES},
    )


def deciding(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that decide what is built."""
    for name, setting, text in reversed(SHORT):
        is_flag = not setting.endswith("=")
        option = click.option(
            name, is_flag=is_flag, metavar=None if is_flag else "NAME", expose_value=False, callback=_sets(setting),
            help=text,
        )  # fmt: skip
        function = option(function)
    for row in reversed(FILES):
        function = _from_files(row)(function)
    return settings(function)


def _from_files(row: tuple[str, str, str, str, str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    short, name, field, metavar, text = row
    names = (short, name) if short else (name,)
    return click.option(
        *names, multiple=field != "answers", metavar=metavar, expose_value=False, callback=_takes(field), help=text
    )


def packs(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says which packs count."""
    return _from_files(next(row for row in FILES if row[2] == "packs"))(function)


def templates(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option that names folders of templates."""
    return _from_files(next(row for row in FILES if row[2] == "templates"))(function)


def looking(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the commands that look at apps: which folder, what is decided, which app of several."""
    for option in (every, app, deciding, directory):
        function = option(function)
    return function


def writing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the commands that write files."""
    for option in (
        click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing."),
        click.option(
            "-f", "--force", is_flag=True, help="Replace files that dockgen did not write; keep them as .orig."
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (schema 1)."),
        debug,
        looking,
    ):
        function = option(function)
    return function
