"""What a template says of itself is read without rendering it; dockgen's own templates say all of it."""

from __future__ import annotations

import pytest
from dockgen.templating.blocks import described, outline
from dockgen.templating.environment import environment
from dockgen.templating.layers import built_in, only_built_in
from jinja2 import nodes

SOURCE = """{# What it is for. #}
{% extends "common/Dockerfile.j2" %}
{# block one: the first
   of two #}
{% block one %}
{# a remark #}
{%- block two scoped -%}
{% include "a/b.j2" %}
{% raw %}{% block three %}{% endraw %}
{% endblock %}
{% endblock %}
"""


def sources():
    layer = built_in()
    return {path: layer.read(path) or "" for path in layer.paths()}


def test_an_outline():
    found = outline(SOURCE)
    assert found.description == "What it is for."
    assert [(b.name, b.description, b.line) for b in found.blocks] == [("one", "the first of two", 5), ("two", "", 7)]
    assert found.includes == ('"common/Dockerfile.j2"', '"a/b.j2"')
    assert found.stray == ()
    assert described(SOURCE) == {"one": ("the first of two", 5)}


@pytest.mark.parametrize(
    ("source", "stray"),
    [
        ("{# block a: text #}\nFROM x\n{% block a %}{% endblock %}", (1,)),
        ("\n{# block a: text #}\n{% block b %}{% endblock %}", (2,)),
        ("{# block a: text #}", (1,)),
        ("{# block a: text #}\n{# block a: text #}\n{% block a %}{% endblock %}", (1,)),
        ("{# block a: text #}\n\n{% block a %}{% endblock %}", ()),
    ],
)
def test_a_description_without_its_block(source, stray):
    assert outline(source).stray == stray


@pytest.mark.parametrize(("path", "source"), sources().items())
def test_every_block_of_ours_is_described(path, source):
    found = outline(source)
    assert found.description or path == "common/Dockerfile.j2"
    assert [b.name for b in found.blocks if not b.description] == []
    assert found.stray == ()
    tree = environment(only_built_in()).parse(source)
    assert sorted(b.name for b in found.blocks) == sorted(b.name for b in tree.find_all(nodes.Block))


@pytest.mark.parametrize(("path", "source"), sources().items())
def test_templates_of_ours_use_filters_that_are_there(path, source):
    env = environment(only_built_in())
    assert {f.name for f in env.parse(source).find_all(nodes.Filter)} <= set(env.filters)


def test_names_of_blocks_are_unique_in_what_one_dockerfile_is_made_of():
    """A slot is named by its block. A stack's Dockerfile overrides blocks of the common one; installers exclude others."""
    texts = sources()
    for stack in ("python", "node", "go", "static"):
        where: dict[str, set[str]] = {}
        for path in texts:
            if path.partition("/")[0] in (stack, "common", *(("node",) if stack in ("python", "go") else ())):
                is_other = (
                    path.startswith("node/") and stack != "node" and path in ("node/Dockerfile.j2", "node/stage.j2")
                )
                file = path.replace(f"{stack}/Dockerfile.j2", "common/Dockerfile.j2")
                file = "python/install/*" if file.startswith("python/install/") else file
                for block in outline(texts[path]).blocks if not is_other else ():
                    where.setdefault(block.name, set()).add(file)
        assert {name: files for name, files in where.items() if len(files) > 1} == {}
        assert len(where) > 30
