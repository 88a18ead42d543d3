"""Write the pages of docs/reference that say what the code says: templates, guard rails, commands; the manual.

    python tools/reference.py [--check]

With --check nothing is written, and the exit status is 1 if a page is out of date. A page is a function in PAGES.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import re
import sys
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "generator"))

import commands  # noqa: E402  (beside this file)
from dockgen import guards  # noqa: E402
from dockgen.companions import guards as companion_guards  # noqa: E402
from dockgen.companions import table as companions  # noqa: E402
from dockgen.companions.bundle import Bundle  # noqa: E402
from dockgen.plans import Plan  # noqa: E402
from dockgen.stacks.go.plan import GoBuild  # noqa: E402
from dockgen.stacks.node.model import NodeBuild  # noqa: E402
from dockgen.stacks.python.build import PythonBuild  # noqa: E402
from dockgen.stacks.static.plan import StaticBuild  # noqa: E402
from dockgen.templating.blocks import outline  # noqa: E402
from dockgen.templating.environment import environment  # noqa: E402
from dockgen.templating.layers import built_in, only_built_in  # noqa: E402
from dockgen.verify.checks import CHECKS  # noqa: E402
from dockgen.verify.repair import table as repair  # noqa: E402
from markdown_page import NOTE, table  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BUILDS = {"python": PythonBuild, "node": NodeBuild, "go": GoBuild, "static": StaticBuild}
FILTERS = {
    "join": "the items of a list as one text, with what is given between them",
    "length": "how many items or characters there are",
    "first": "the first item of a list",
    "last": "the last item of a list",
    "default": "another value where there is none",
    "replace": "a text with one part replaced by another",
    "exec": "a list of words as the JSON list of `CMD`, `ENTRYPOINT`, `VOLUME`",
    "sh": "a list of words as one line for a shell, each quoted where it must be",
    "quoted": "a text as the value of `ENV`, `ARG` or `LABEL`, with nothing in it expanded",
    "yaml": "a text or a list of texts as YAML on one line, bare where that cannot be read as anything else",
    "compose": "the same for Compose, which would replace `$NAME`",
    "json": "a text, or a list of texts, as JSON",
    "variable": "a variable of a service, as YAML in which Compose replaces only what whoever runs it must say",
    "kube": "the same for Kubernetes, which would replace `$(NAME)`",
    "github": "the same for a workflow of GitHub, which would replace `${{ … }}`",
    "gitlab": "the same for a pipeline of GitLab, which would replace `$NAME`",
    "hcl": "a text or a list of texts as HCL, with nothing in it replaced",
    "make": "a text or a list of words for the shell of a recipe of make, each quoted where it must be",
    "just": "the same for just",
}
INTRODUCTION = """\
How to change a part of them: [override a block](../how-to/override-a-block.md). Templates are Jinja in a sandbox:
they print and test the fields below, and nothing else. `!name` in `extends`, `include` and `import` is the file of
that name in the next layer below."""
SLOTS = """\
Before and after every block of a Dockerfile there is a slot for instructions of your own, also for a block that
another layer overrides: `extra.before_NAME` and `extra.after_NAME`, NAME being the block. Its text is printed as it is,
set apart by empty lines, each time that the block is printed. Slots of the blocks in `common/dockerignore.j2` take
lines of the .dockerignore, those of the blocks in `common/nginx.j2` (but of `nginx` itself) directives of nginx."""
FIELDS = """\
The fields of [Plan](#plan) are what templates start from, such as `{{ runtime.port }}`. `build` is what the stack of
the project decided. Templates below `companions/` start from those of [Bundle](#bundle), such as `{{ services }}`. What
is tested may be missing: `none`, an empty text, an empty list."""
RULES = """\
Where a template of yours or a slot (`extra.…`) takes part, the Dockerfile is read again before it is written. What
breaks a rule is told with the rule's id, the line, and the template, the block or the setting that printed it. What
dockgen writes by itself breaks none: a test holds it to that. Rules from `DG201` on are about
[companions](companions.md)."""
COMPANIONS = """\
`--with NAME,…`, or the setting `with`, writes files beside the Dockerfile that say how its image is run, built and
delivered. They are printed from templates that you can [override](../how-to/override-a-block.md), have the header that
`check`, `diff` and `update` know, and are left out of the build.

Once they are there, every command keeps them current, without the option: their headers say that they are dockgen's.
Delete one to be rid of it. To say it for good, let dockgen.yaml say so; that is the whole list then, and what is there
and not in it is left over. `dockgen init --with compose --yes` writes it:

```yaml
dockgen: 1
set:
  with: [compose]
```

With `--all` there is one file for all apps of a repository, in its root, if its format can say something of several. A
run for one app of several (`--app`, or in its folder) writes its companions into the folder of the app, if its own
settings or a flag ask for them, but not for what the dockgen.yaml of the root wants. The setting `image` is the name
that the image is pushed to and deployed from."""
# The how-tos of companions, where they are not called as these.
GUIDES = {"just": "make", "renovate": "update-bots", "dependabot": "update-bots", "hadolint": "update-bots"}
CAUSES = """\
`dockgen verify` looks for the cause of a failure in what the build or the container printed, and in what the container
listens on. The first row that fits is told, in this order. What it sets is written into dockgen.yaml by `verify --fix`:
[mend a failed build](../how-to/mend-a-failed-build.md)."""
STEPS = {"build": "build", "start": "start", "answer": "answer", "health": "health check", "stop": "stop"}
WORDS = {"str": "text", "int": "number", "bool": "true or false", "Any": "anything"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field that templates may print: its name, its type and what its comment says."""

    name: str
    type: ast.expr
    comment: str


def module_tree(cls: type) -> tuple[ast.Module, list[str]]:
    source = inspect.getsource(importlib.import_module(cls.__module__))
    return ast.parse(source), source.splitlines()


def fields_of(cls: type) -> list[Field]:
    """The fields of the dataclass CLS, in order, with the comments behind them."""
    tree, lines = module_tree(cls)
    body = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == cls.__name__).body
    found = []
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            behind = lines[(node.end_lineno or node.lineno) - 1][node.end_col_offset or 0 :]
            comment = behind.partition("#")[2].strip()
            found.append(Field(node.target.id, node.annotation, comment))
    return found


def named(cls: type, name: str) -> type | None:
    """The dataclass that NAME means in the module of CLS; imports that only types need count as well."""
    module = importlib.import_module(cls.__module__)
    found = getattr(module, name, None)
    for node in ast.walk(module_tree(cls)[0]):
        if isinstance(node, ast.ImportFrom) and node.module and any(a.name == name for a in node.names):
            found = getattr(importlib.import_module(node.module), name, None)
    return found if isinstance(found, type) and is_dataclass(found) else None


def reachable(cls: type, seen: list[type]) -> list[type]:
    """CLS and the dataclasses that its fields hold, each once, after those in SEEN."""
    if cls in seen:
        return seen
    seen.append(cls)
    for field in fields_of(cls):
        for node in ast.walk(field.type):
            if isinstance(node, ast.Name) and (inner := named(cls, node.id)):
                reachable(inner, seen)
    return seen


def title(cls: type, every: list[type]) -> str:
    """The heading of CLS: with its stack, where two have the same name."""
    if sum(other.__name__ == cls.__name__ for other in every) > 1:
        return f"{cls.__name__} of {cls.__module__.split('.')[2]}"
    return cls.__name__


def worded(cls: type, kind: ast.expr, every: list[type]) -> str:
    """The type KIND, of a field of CLS, in words."""

    def say(node: ast.expr) -> str:
        return worded(cls, node, every)

    if isinstance(kind, ast.Name):
        inner = named(cls, kind.id)
        if inner is None:
            return WORDS[kind.id]
        return f"[{title(inner, every)}](#{title(inner, every).lower().replace(' ', '-')})"
    if isinstance(kind, ast.BinOp):
        sides = (say(kind.left), say(kind.right))
        return " or ".join(sides)
    if isinstance(kind, ast.Constant):
        return "none"
    if isinstance(kind, ast.Subscript) and isinstance(kind.value, ast.Name) and isinstance(kind.slice, ast.Tuple):
        first, second = kind.slice.elts
        if kind.value.id == "Mapping":
            inner_words = say(second)
            return f"{f'({inner_words})' if ' ' in inner_words else inner_words}, by name"
        is_list = isinstance(second, ast.Constant) and second.value is ...
        return f"list of {say(first)}" if is_list else f"pair of {say(first)} and {say(second)}"
    raise ValueError(f"{cls.__name__}: no words for {ast.unparse(kind)}")


def fields_page(cls: type, every: list[type]) -> Iterator[str]:
    doc = inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    yield f"### {title(cls, every)}"
    yield doc
    rows = []
    for field in fields_of(cls):
        kind = worded(cls, field.type, every)
        if cls is Plan and field.name == "build":
            kind = ", ".join(worded_class(build, every) for build in BUILDS.values())
        rows.append((f"`{field.name}`", kind, field.comment))
    yield table(("field", "type", "meaning"), rows)


def worded_class(cls: type, every: list[type]) -> str:
    return f"[{title(cls, every)}](#{title(cls, every).lower()})"


def included(expression: str) -> str:
    """What `include` names, as a path: the parts that are computed as a star."""
    parts = re.findall(r'"([^"]*)"|\s~\s([\w.]+)', expression)
    return "".join(text or "*" for text, _ in parts)


def template_page(path: str, source: str) -> Iterator[str]:
    found = outline(source)
    yield f"### {path}"
    if found.description:
        yield found.description
    if names := list(dict.fromkeys(f"`{included(e)}`" for e in found.includes)):
        yield f"Extends or includes {', '.join(names)}."
    if found.blocks:
        yield table(("block", "what it prints"), [(f"`{b.name}`", b.description) for b in found.blocks])


def templates() -> str:
    """docs/reference/templates.md"""
    layer = built_in()
    every: list[type] = []
    for cls in (Plan, *BUILDS.values(), Bundle):
        reachable(cls, every)
    missing = set(FILTERS) ^ set(environment(only_built_in()).filters)
    if missing:
        raise ValueError(f"filters: {missing}")
    parts = [
        "# Templates",
        NOTE,
        INTRODUCTION,
        "## Slots",
        SLOTS,
        "## Filters",
        table(("filter", "gives"), [(f"`{name}`", FILTERS[name]) for name in FILTERS]),
        "What is printed without a filter has to be one line of text, or a whole number.",
        "## Files and blocks",
        *(part for path in layer.paths() for part in template_page(path, layer.read(path) or "")),
        "## Fields",
        FIELDS,
        *(part for cls in every for part in fields_page(cls, every)),
    ]
    return "\n\n".join(parts) + "\n"


def rules() -> str:
    """docs/reference/rules.md"""
    kinds = (("Errors", True, "Nothing is written."), ("Warnings", False, "The files are written, and you are told."))
    every: list[guards.Guard[Any]] = [*guards.GUARDS, *companion_guards.GUARDS]
    parts = [
        "# Guard rails",
        NOTE,
        RULES,
    ]
    for heading, is_error, then in kinds:
        rows = [(f"`{g.id}`", g.asks, g.why) for g in every if g.is_error is is_error]
        parts += [f"## {heading}", then, table(("id", "rule", "why"), rows)]
    return "\n\n".join(parts) + "\n"


VERIFICATION = """\
What [`dockgen verify`](../how-to/verify-an-image.md) asks of an image, in the order in which it is reported. The name
is that of JSON, JUnit and SARIF. A check that cannot be made is skipped, with the reason; the exit code is 1 if one
failed.
"""


def verification() -> str:
    """docs/reference/verify.md"""
    rows = [(f"`{row.name}`", row.title, f"{row.asks}?", row.why) for row in CHECKS]
    return (
        f"# Checks of an image\n\n{NOTE}\n\n{VERIFICATION}\n{table(('check', 'shown as', 'asks', 'because'), rows)}\n"
    )


def causes() -> str:
    """docs/reference/causes.md"""
    rows = [(f"`{c.id}`", ", ".join(STEPS[step] for step in c.steps), c.title, c.why, c.mends) for c in repair.CAUSES]
    parts = ["# Causes of failures", NOTE, CAUSES, table(("id", "fails at", "cause", "why", "what mends it"), rows)]
    return "\n\n".join(parts) + "\n"


def companions_page() -> str:
    """docs/reference/companions.md"""
    rows = []
    for each in companions.COMPANIONS.values():
        files = ", ".join(f"`{file.path}`" for file in each.files)
        alone = ", ".join(f"`{file.alone.format(name='NAME')}`" for file in each.files if file.alone)
        alone = alone or ("no" if any(file.alone == "" for file in each.files) else "in its folder")
        alone = "in its folder, with `--all` as well" if any(file.each for file in each.files) else alone
        guide = f"[`{each.name}`](../how-to/{GUIDES.get(each.name, each.name)}.md)"
        rows.append((guide, each.title, files, alone, f"`{each.reader}`"))
    head = ("name", "what it is for", "files", "for one app of several", "read by")
    return "\n\n".join(["# Companions", NOTE, COMPANIONS, table(head, rows)]) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/companions.md": companions_page,
    "docs/reference/cli.md": commands.page,
    "docs/reference/exit-codes.md": commands.exit_codes,
    "docs/man/dockgen.1": commands.manual,
    "docs/reference/templates.md": templates,
    "docs/reference/rules.md": rules,
    "docs/reference/verify.md": verification,
    "docs/reference/causes.md": causes,
}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is out of date")
    options: Any = parser.parse_args(argv)
    stale = []
    for name, page in PAGES.items():
        file, text = ROOT / name, page()
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not options.check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.writelines(f"{name}: {'out of date' if options.check else 'written'}\n" for name in stale)
    return int(bool(stale) and options.check)


if __name__ == "__main__":
    sys.exit(main())
