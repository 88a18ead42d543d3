"""Walk the templates of a stack with the types of what they print, and name what the plan does not have."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from jinja2 import nodes

from dockgen import nearest
from dockgen.templating import environment as environments
from dockgen.templating import lint, schema
from dockgen.templating.schema import ANY, ANYTHING, FLAG, FREE, LIST, MAP, NUMBER, RECORD, TEXT, WORDS, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.templating.layers import Layer, Layers

Scope = dict[str, Type]
# What a filter gives; None: what it was given.
_GIVES = {"join": TEXT, "replace": None, "default": None, "length": NUMBER, **dict.fromkeys(environments.FORMS, TEXT)}
_SPECIAL = ("super", "self", "caller", "varargs", "kwargs")


def check(
    layers: Layers, trees: Mapping[str, nodes.Template], stack: str, packs: lint.Packs | None = None
) -> set[tuple[str, int, str]]:
    """(file, line, what) of each field that the templates of STACK name and the plan does not have.

    TREES are syntax trees that were read already, by `layer:path`; PACKS the options by pack, None if not known.
    """
    walker = _Walker(layers, dict(trees))
    for root in lint.roots(stack):
        walker.template(root, None, dict(schema.context(stack)) | (schema.options(packs) if packs is not None else {}))
    return walker.found


class _Walker:
    """Carries what was found through the templates."""

    def __init__(self, layers: Layers, trees: dict[str, nodes.Template]) -> None:
        self.layers = layers
        self.env = environments.environment(layers)
        self.trees = trees
        self.found: set[tuple[str, int, str]] = set()
        self.file = ""
        self.layer: str | None = None
        self.seen: set[tuple[str, frozenset[tuple[str, int]]]] = set()
        self.guards: list[str] = []  # what is known to be defined here
        self.blocks: dict[str, Scope] = {}  # what the parents' scoped blocks see, in a loop for instance

    def wrong(self, node: nodes.Node, what: str) -> None:
        self.found.add((self.file, node.lineno, what))

    # Templates

    def template(self, name: str, below: str | None, scope: Scope) -> None:
        """Everything that the template NAME prints with SCOPE, its parents' blocks included."""
        chain: list[tuple[str, Layer, str, nodes.Template]] = []
        found = self.layers.find(name, below)
        while found:
            layer, path, text = found
            key = f"{layer.name}:{path}"
            if any(key == k for k, _, _, _ in chain):
                return
            tree = self.trees.get(key) or self.env.parse(text, key, layer.place(path))
            self.trees[key] = tree
            chain.append((key, layer, path, tree))
            extends = tree.find(nodes.Extends)
            if not isinstance(extends, nodes.Extends) or not isinstance(extends.template, nodes.Const):
                break
            found = self.layers.find(str(extends.template.value), layer.name)
        if not chain:
            return
        mark = (f"{below}:{name}", frozenset((k, id(v)) for k, v in scope.items()))
        if mark in self.seen:
            return
        self.seen.add(mark)
        before = self.file, self.layer, self.blocks
        self.blocks = {}
        for _, layer, path, tree in reversed(chain):  # overridden blocks as well: super() may print them
            self.file, self.layer = layer.place(path), layer.name
            self.body(tree.body, dict(scope))
        self.file, self.layer, self.blocks = before

    def body(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        for node in body:
            self.statement(node, scope)

    def statement(self, node: nodes.Node, scope: Scope) -> None:
        handler = getattr(self, f"on_{type(node).__name__.lower()}", None)
        if handler:
            handler(node, scope)
        else:
            for child in node.iter_child_nodes():
                self.body([child], scope) if isinstance(child, nodes.Stmt) else self.type_of(child, scope)

    # Statements

    def on_output(self, node: nodes.Output, scope: Scope) -> None:
        line = ""
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                line = (line + part.data).rpartition("\n")[2]
                continue
            kind = self.type_of(part, scope)
            if kind.kind == FREE and not line.lstrip().startswith("#"):
                self.wrong(part, f"{_shown(part)} is somebody's own words: print it through quoted, sh or exec")
            line += "x"

    def on_block(self, node: nodes.Block, scope: Scope) -> None:
        inner = {**self.blocks.get(node.name, {}), **scope}
        if node.scoped:
            self.blocks[node.name] = inner
        self.body(node.body, dict(inner))

    def on_for(self, node: nodes.For, scope: Scope) -> None:
        items = self.type_of(node.iter, scope)
        inner = {**scope, "loop": ANYTHING}
        item = items.of if items.kind == LIST and items.of else WORDS[TEXT] if items.kind == MAP else ANYTHING
        for target in _targets(node.target):
            inner[target] = item if isinstance(node.target, nodes.Name) else ANYTHING
        if node.test:
            self.type_of(node.test, inner)
        self.body(node.body, inner)
        self.body(node.else_, scope)

    def on_if(self, node: nodes.If, scope: Scope) -> None:
        self.type_of(node.test, scope)
        guards = list(_defined(node.test))
        self.guards += guards
        self.body(node.body, scope)
        del self.guards[len(self.guards) - len(guards) :]
        self.body(node.elif_, scope)
        self.body(node.else_, scope)

    def on_with(self, node: nodes.With, scope: Scope) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            kind = self.type_of(value, scope)
            inner |= dict.fromkeys(_targets(target), kind)
        self.body(node.body, inner)

    def on_assign(self, node: nodes.Assign, scope: Scope) -> None:
        kind = self.type_of(node.node, scope)
        scope.update(dict.fromkeys(_targets(node.target), kind if isinstance(node.target, nodes.Name) else ANYTHING))

    def on_assignblock(self, node: nodes.AssignBlock, scope: Scope) -> None:
        self.body(node.body, dict(scope))
        scope.update(dict.fromkeys(_targets(node.target), ANYTHING))

    def on_macro(self, node: nodes.Macro, scope: Scope) -> None:
        scope[node.name] = ANYTHING
        self.body(node.body, {**scope, **{arg.name: ANYTHING for arg in node.args}})

    def on_import(self, node: nodes.Import, scope: Scope) -> None:
        scope[node.target] = ANYTHING

    def on_fromimport(self, node: nodes.FromImport, scope: Scope) -> None:
        scope.update({(n if isinstance(n, str) else n[1]): ANYTHING for n in node.names})

    def on_extends(self, node: nodes.Extends, scope: Scope) -> None:
        """The parent is walked by `template`."""

    def on_include(self, node: nodes.Include, scope: Scope) -> None:
        for name in lint.names(node.template):
            if "*" not in name:
                self.template(name, self.layer, scope)
            else:
                for path in self.layers.paths():
                    if fnmatch.fnmatchcase(path, name):
                        self.template(path, None, scope)

    # Expressions

    def type_of(self, node: nodes.Node, scope: Scope) -> Type:
        """What the expression NODE is; what the plan does not have is noted."""
        handler = getattr(self, f"of_{type(node).__name__.lower()}", None)
        if handler:
            found: Type = handler(node, scope)
            return found
        for child in node.iter_child_nodes():
            self.type_of(child, scope)
        return WORDS[FLAG] if isinstance(node, (nodes.Compare, nodes.Not)) else ANYTHING

    def of_const(self, node: nodes.Const, _scope: Scope) -> Type:
        return WORDS[NUMBER] if isinstance(node.value, int) else WORDS[TEXT]

    def of_name(self, node: nodes.Name, scope: Scope) -> Type:
        if node.name in scope:
            return scope[node.name]
        if node.name not in _SPECIAL and node.name not in self.guards:
            self.wrong(node, f"there is no variable {node.name!r}{nearest.after(node.name, scope)}")
        return ANYTHING

    def of_getattr(self, node: nodes.Getattr, scope: Scope) -> Type:
        return self.member(node, self.type_of(node.node, scope), node.attr)

    def of_getitem(self, node: nodes.Getitem, scope: Scope) -> Type:
        inside = self.type_of(node.node, scope)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self.member(node, inside, node.arg.value)
        self.type_of(node.arg, scope)
        return inside.of if inside.kind in (LIST, MAP) and inside.of else ANYTHING

    def member(self, node: nodes.Expr, inside: Type, name: str) -> Type:
        if inside.kind == RECORD and name in inside.fields:
            return inside.fields[name]
        if inside.kind == RECORD and _shown(node) not in self.guards:
            shown = _shown(node).rpartition(".")[0]
            known = (f"{shown}.{field}" for field in inside.fields)
            hint = nearest.hint(f"{shown}.{name}", known, f"it has {', '.join(inside.fields)}")
            self.wrong(node, f"the plan has no {f'{shown}.{name}'!r}; {hint}")
        return inside.of if inside.kind == MAP and inside.of else ANYTHING

    def of_filter(self, node: nodes.Filter, scope: Scope) -> Type:
        inner = self.type_of(node.node, scope) if node.node is not None else ANYTHING
        for arg in node.args:
            self.type_of(arg, scope)
        if node.name not in self.env.filters:
            self.wrong(node, f"there is no filter {node.name!r}{nearest.after(node.name, self.env.filters)}")
            return ANYTHING
        if node.name in ("first", "last"):
            return inner.of or ANYTHING
        if node.name == "join" and inner.of and inner.of.kind == FREE:
            return inner.of
        given = _GIVES.get(node.name)
        return WORDS[given] if given else inner

    def of_test(self, node: nodes.Test, scope: Scope) -> Type:
        if node.name not in ("defined", "undefined"):
            self.type_of(node.node, scope)
        if node.name not in self.env.tests:
            self.wrong(node, f"there is no test {node.name!r}{nearest.after(node.name, self.env.tests)}")
        return WORDS[FLAG]

    def of_and(self, node: nodes.And, scope: Scope) -> Type:
        self.type_of(node.left, scope)
        guards = list(_defined(node.left))
        self.guards += guards
        right = self.type_of(node.right, scope)
        del self.guards[len(self.guards) - len(guards) :]
        return right

    def of_or(self, node: nodes.Or, scope: Scope) -> Type:
        return _either(self.type_of(node.left, scope), self.type_of(node.right, scope))

    def of_condexpr(self, node: nodes.CondExpr, scope: Scope) -> Type:
        self.type_of(node.test, scope)
        guards = list(_defined(node.test))
        self.guards += guards
        first = self.type_of(node.expr1, scope)
        del self.guards[len(self.guards) - len(guards) :]
        return _either(first, self.type_of(node.expr2, scope)) if node.expr2 is not None else first

    def of_concat(self, node: nodes.Concat, scope: Scope) -> Type:
        kinds = [self.type_of(n, scope).kind for n in node.nodes]
        return WORDS[FREE] if FREE in kinds else WORDS[TEXT]

    def of_add(self, node: nodes.Add, scope: Scope) -> Type:
        return _either(self.type_of(node.left, scope), self.type_of(node.right, scope))

    def of_dict(self, node: nodes.Dict, scope: Scope) -> Type:
        """A mapping that a template makes is a record, as far as its keys are written out."""
        found = {}
        for pair in node.items:
            kind = self.type_of(pair.value, scope)
            if not isinstance(pair.key, nodes.Const):
                return ANYTHING
            found[str(pair.key.value)] = kind
        return Type(RECORD, "", found)

    def of_call(self, node: nodes.Call, scope: Scope) -> Type:
        for arg in (*node.args, *(k.value for k in node.kwargs)):
            self.type_of(arg, scope)
        if isinstance(node.node, nodes.Getattr):
            owner = self.type_of(node.node.node, scope)
            if owner.kind == RECORD:
                self.member(node.node, owner, node.node.attr)
            return owner if owner.kind == FREE else ANYTHING
        self.type_of(node.node, scope)
        return ANYTHING


def _either(left: Type, right: Type) -> Type:
    if FREE in (left.kind, right.kind):
        return WORDS[FREE]
    return left if left.kind != ANY else right


def _targets(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        yield node.name
    for child in node.iter_child_nodes():
        yield from _targets(child)


def _defined(test: nodes.Node) -> Iterator[str]:
    """What is known to be there if TEST holds."""
    if isinstance(test, nodes.And):
        yield from _defined(test.left)
        yield from _defined(test.right)
    elif isinstance(test, nodes.Test) and test.name == "defined":
        yield _shown(test.node)


def _shown(node: nodes.Node) -> str:
    """An expression as a template writes it, as far as it is names."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_shown(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        inner = str(node.arg.value) if isinstance(node.arg, nodes.Const) else _shown(node.arg)
        return f"{_shown(node.node)}.{inner}"
    return "this"
