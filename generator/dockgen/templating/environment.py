"""The sandboxed Jinja environment that prints a plan: templates test and print fields, nothing else."""

from __future__ import annotations

import functools
import json
import shlex
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound, Undefined

from dockgen import lazy
from dockgen.errors import DockgenError
from dockgen.templating.bounds import Bounded, bounded, whole
from dockgen.templating.shipped import Shipped
from dockgen.values import is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jinja2 import nodes

    from dockgen.templating.layers import Layers
    from dockgen.templating.origins import Marks


class UnsafeTextError(TemplateError):
    """A template printed something that is not one line of text."""


class Printed(str):
    """What a template printed already, such as `super()`: of as many lines as it has."""

    __slots__ = ()


class LayeredLoader(BaseLoader):
    """Templates of several layers under the names that `Sandbox.join_path` makes: `layer:path`."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.used: set[str] = set()  # the names of the layers that templates were taken from

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        """Text and shown place of `layer:path`; TemplateNotFound if there is none."""
        name, _, path = template.partition(":")
        for layer in self.layers.all:
            if layer.name == name and (text := self.layers.text(layer, path)) is not None:
                self.used.add(name)
                return text, layer.place(path), lambda: True
        raise TemplateNotFound(path or template)


class Sandbox(Bounded):
    """Resolves names through the layers, for include, import and extends alike.

    `extra` are the user's instructions by slot, `reached` the slots that were printed. With `marks`, what is printed
    shows where it comes from.
    """

    loader: LayeredLoader
    extra: Mapping[str, str]
    reached: set[str]
    marks: Marks | None

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """What blocks and macros print, in one."""
        return Printed(whole(parts))

    def join_path(self, template: str, parent: str) -> str:
        """`layer:path` of what the template PARENT, itself `layer:path`, calls TEMPLATE."""
        self.step()
        return self.resolve(template, parent.partition(":")[0])

    def resolve(self, name: str, below: str | None = None) -> str:
        """`layer:path` of the template NAME; TemplateNotFound if no layer has it."""
        found = self.loader.layers.find(name, below)
        if not found:
            raise TemplateNotFound(name)
        return f"{found[0].name}:{found[1]}"

    def slot(self, name: str) -> Printed:
        """The user's instructions in the slot NAME, set apart."""
        self.reached.add(name)
        text = self.extra[name].strip("\n")
        if self.marks:
            text = self.marks.slot(text, name)
        return Printed(f"\n\n{text}\n\n")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.marks and name and filename:
            tree = self.marks.insert(tree, name.partition(":")[0], filename)
        if self.extra:
            from dockgen.templating import slots  # noqa: PLC0415  (only where there is something to print)

            tree = slots.insert(tree, self.extra)
        return tree


def printable(value: Any) -> Any:
    """What `{{ … }}` may print: one line of text or a whole number; UnsafeTextError for anything else."""
    if isinstance(value, Undefined):
        str(value)  # which fails, and says what is undefined
    if isinstance(value, bool) or value is None or not isinstance(value, (str, int)):
        raise UnsafeTextError(f"cannot print a {type(value).__name__}; use a filter such as exec, sh or join")
    if isinstance(value, str) and not isinstance(value, Printed) and not is_plain(value):
        raise UnsafeTextError(f"cannot print text with a line break: {value[:60]!r}")
    return value


def exec_form(argv: Sequence[str]) -> str:
    """ARGV as the JSON array of an exec-form instruction."""
    return json.dumps(list(argv), ensure_ascii=False)


def sh(argv: Sequence[str]) -> str:
    """ARGV as one line for a POSIX shell, each word quoted where it must be."""
    return " ".join(shlex.quote(word) for word in argv)


def quoted(value: str) -> str:
    """VALUE for the right-hand side of ENV or LABEL: bare if harmless, else in double quotes with nothing expanded."""
    text = str(value)
    if text and all(c.isascii() and (c.isalnum() or c in "._-/:+@,=") for c in text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'"{escaped}"'


# Words that YAML 1.1 reads as something else than text.
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_YAML_PLAIN = lazy.pattern(r"(?:[A-Za-z/]|\.{1,2}(?=/|$))[A-Za-z0-9_./@-]*(?::[A-Za-z0-9_./@-]+)*")


def yaml_form(value: str | Sequence[str]) -> str:
    """VALUE as YAML: a text, bare if that cannot be read as anything else, or a list of texts on one line."""
    if not isinstance(value, str):
        return "[" + ", ".join(json.dumps(word, ensure_ascii=False) for word in value) + "]"
    is_bare = _YAML_PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS
    return value if is_bare else json.dumps(value, ensure_ascii=False)


def json_form(value: str | Sequence[str]) -> str:
    """VALUE as JSON: a text, or a list of texts on one line."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)


def compose_form(value: str | Sequence[str]) -> str:
    """VALUE as YAML in which Compose replaces nothing: it would read `$NAME` as a variable."""
    return yaml_form(value).replace("$", "$$")


def compose_variable(value: Mapping[str, Any]) -> str:
    """The variable VALUE of a bundle as YAML in which Compose replaces only what whoever runs it is asked for."""
    if not value["asked"]:
        return compose_form(value["before"])
    unset = ":?set it in .env" if value["required"] else f":-{value['default']}"
    before, after = (
        json.dumps(value[side], ensure_ascii=False)[1:-1].replace("$", "$$") for side in ("before", "after")
    )
    return f'"{before}${{{value["asked"]}{unset}}}{after}"'


def kube_form(value: str | Sequence[str]) -> str:
    """VALUE as YAML in which Kubernetes replaces nothing: it would read `$(NAME)` as a variable."""
    return yaml_form(value).replace("$(", "$$(")


def github_form(value: str) -> str:
    """VALUE as YAML in which GitHub replaces nothing: it would read `${{ … }}` as an expression."""
    return yaml_form(value.replace("${{", "${{ '${{' }}"))


def gitlab_form(value: str) -> str:
    """VALUE as YAML in which GitLab replaces nothing: it reads `$NAME` as Compose does."""
    return compose_form(value)


def hcl_form(value: str | Sequence[str]) -> str:
    """VALUE as HCL, a text or a list of texts, in which nothing is replaced."""
    return json_form(value).replace("${", "$${").replace("%{", "%%{")


def make_form(value: str | Sequence[str]) -> str:
    """VALUE, a text or words, as the shell of a recipe of make reads it."""
    return sh([value] if isinstance(value, str) else value).replace("$", "$$")


def just_form(value: str | Sequence[str]) -> str:
    """VALUE, a text or words, as the shell of a recipe of just reads it."""
    return sh([value] if isinstance(value, str) else value).replace("{{", "{{{{")


# The filters that print a value so that its reader takes nothing in it for anything else.
FORMS: Mapping[str, Callable[..., str]] = {
    "exec": exec_form,
    "sh": sh,
    "quoted": quoted,
    "yaml": yaml_form,
    "compose": compose_form,
    "variable": compose_variable,
    "json": json_form,
    "kube": kube_form,
    "hcl": hcl_form,
    "make": make_form,
    "just": just_form,
    "github": github_form,
    "gitlab": gitlab_form,
}


def environment(layers: Layers, extra: Mapping[str, str] | None = None, marks: Marks | None = None) -> Sandbox:
    """A sandbox that reads the templates of LAYERS, prints EXTRA in its slots, and MARKS what it prints if asked to."""
    env = Sandbox(
        loader=LayeredLoader(layers),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=printable,
        auto_reload=False,
        bytecode_cache=None if extra or marks else Shipped(),  # both change the code
    )
    env.filters = {name: env.filters[name] for name in ("join", "length", "first", "last", "default", "replace")}
    replaced, joined = env.filters["replace"], env.filters["join"]
    env.filters["replace"] = _bounded(replaced)
    env.filters["join"] = _bounded(joined)
    env.filters |= FORMS
    env.globals = {}
    env.extra, env.reached, env.marks = extra or {}, set(), marks
    return env


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter FUNCTION, whose result must not be too long."""

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        found = function(*arguments, **named)
        return bounded(found) if isinstance(found, str) else found

    return call


def render(env: Sandbox, template: str, context: dict[str, Any]) -> str:
    """The text that TEMPLATE prints for CONTEXT; TemplateFaultError naming the template's file and line if it fails."""
    env.steps = 0
    try:
        return whole(env.get_template(env.resolve(template)).generate(context))
    except DockgenError:
        raise
    except Exception as error:
        from dockgen.templating import faults  # noqa: PLC0415  (only where something fails)

        if not isinstance(error, TemplateError) and not faults.is_ours(error):
            raise
        raise faults.fault(error, template, env.loader.layers, context) from error
