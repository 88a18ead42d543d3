"""Overrides that override nothing, name what is not there, or have gone stale are told before anything is printed."""

from __future__ import annotations

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import choose, decide
from dockgen.project import Project
from dockgen.rendering import make
from dockgen.settings import read
from dockgen.stacks import STACKS
from dockgen.templating import lint
from dockgen.templating.layers import Layer, Layers, only_built_in
from dockgen.templating.overrides import Original, bare, copy, marks, of_blocks, remade
from hypothesis import given
from hypothesis import strategies as st
from memory import Folder, layers

GO = {"go.mod": "module x\n\ngo 1.27\n", "main.go": "package main\n\nfunc main() {}\n"}


def told(stack="python", packs=None, **files):
    """The findings for a layer `mine` of FILES above dockgen's own, as lines."""
    return [str(f) for f in lint.check(layers(built=True, mine=files), (stack,), packs)]


def test_dockgen_s_own_templates_are_clean():
    assert lint.check(only_built_in(), STACKS, own=True) == ()


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("python/Dockerfile.j2", '{% extends "!python/Dockerfile.j2" %}\n{% block usr %}{% endblock %}',
         "2: block 'usr' overrides nothing in dockgen/templates/python/Dockerfile.j2; did you mean 'user'?"),
        ("python/Dockerfile.j2", '{% extends "!python/Dockerfile.j2" %}\n\n\nUSER 1\n',
         "4: this stands outside of all blocks, so it is never printed"),
        ("python/Dockerfile.j2", '{% extends "!python/Dockerfile.j2" %}\n{% if dev %}x{% endif %}',
         "2: this stands outside of all blocks, so it is never printed"),
        ("common/lables.j2", "x", "1: the file overrides nothing, and no template includes it; did you mean 'common/labels.j2'?"),
        ("common/labels.j2", '{% include "common/own.j2" %}', "1: there is no template 'common/own.j2'; did you mean 'common/env.j2'?"),
        ("common/labels.j2", '{% include "common/enw.j2" %}', "1: there is no template 'common/enw.j2'; did you mean 'common/env.j2'?"),
        ("common/labels.j2", '{% extends "common/labels.j2" %}', "1: the file calls itself; the one below it is '!common/labels.j2'"),
        ("common/labels.j2", "a\n{% if %}", "2: Expected an expression, got 'end of statement block'"),
        ("common/labels.j2", "\n{{ runtime.imge }}", "2: the plan has no 'runtime.imge'; did you mean 'runtime.image'?"),
        ("common/labels.j2", "{% if false %}{{ runtime.imge }}{% endif %}", "1: the plan has no 'runtime.imge'; did you mean 'runtime.image'?"),
        ("common/labels.j2", "{{ runtme.image }}", "1: there is no variable 'runtme'; did you mean 'runtime'?"),
        ("common/account.j2", "{{ account.udi }}", "1: the plan has no 'account.udi'; did you mean 'account.uid'?"),
        ("common/account.j2", "{{ acount.uid }}", "1: there is no variable 'acount'; did you mean 'account'?"),
        ("python/build.j2", "{% for x in build.frontends %}{{ x.nme }}{% endfor %}", "1: the plan has no 'x.nme'; did you mean 'x.name'?"),
        ("python/build.j2", "{{ build.goversion }}", None),
        ("common/labels.j2", "{{ runtime.image | qouted }}", "1: there is no filter 'qouted'; did you mean 'quoted'?"),
        ("common/labels.j2", "{% if runtime.image is strin %}{% endif %}", "1: there is no test 'strin'; did you mean 'string'?"),
        ("common/labels.j2", "LABEL a={{ about.description }}", "1: about.description is somebody's own words: print it through quoted, sh or exec"),
        ("common/labels.j2", "LABEL a={{ 'x' ~ labels['a'] }}", None),
        ("common/labels.j2", "<<<<<<< your override\n", "1: a conflict is not resolved here"),
        ("common/labels.j2", "{{ packs.acme.prxy | quoted }}", "1: the plan has no 'packs.acme.prxy'; did you mean 'packs.acme.proxy'?"),
        ("common/labels.j2", "{{ packs.acme.proxy }}", "1: packs.acme.proxy is somebody's own words: print it through quoted, sh or exec"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(path, text, message):
    found = told(packs={"acme": {"proxy": "http://x"}}, **{path: text})
    assert len(found) == 1
    if message:
        assert found == [f"mine/{path}:{message}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("python/Dockerfile.j2", '{% extends "!python/Dockerfile.j2" %}\n{# why #}\n{% block user %}{{ super() }}{% block new %}{% endblock %}{% endblock %}'),
        ("python/install/own.j2", "RUN x"),  # a package manager's partial is included by a name made up when it is printed
        ("common/labels.j2", "# {{ about.description }}\nLABEL a={{ about.description | quoted }}"),
        ("common/labels.j2", "{% if runtime.x is defined and runtime.x %}{{ runtime.x }}{% endif %}"),
        ("common/labels.j2", "{% for name in labels %}{{ name }}={{ labels[name] | quoted }}{{ loop.index }}{% endfor %}"),
        ("common/labels.j2", "{% for name, value in labels.items() %}{{ name }}={{ value | quoted }}{% endfor %}"),
        ("common/labels.j2", "{% with a = runtime.account %}{{ a.uid }}{% endwith %}{% set b = runtime.account %}{{ b.gid }}"),
        ("common/labels.j2", '{% include "!common/labels.j2" %}'),
        ("node/stage.j2", '{% extends "!node/stage.j2" %}'),
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(path, text):
    assert told(**{path: text}) == []


def test_a_block_in_a_loop_has_the_loop_s_variables():
    path = "companions/kubernetes/app.yaml.j2"
    start = f'{{% extends "!{path}" %}}{{% block kubernetes_resources %}}'
    assert told("companions", **{path: start + "{{ service.memory }} {{ workload.name }}{% endblock %}"}) == []
    (found,) = told("companions", **{path: start + "{{ service.memry }}{% endblock %}"})
    assert "the plan has no 'service.memry'; did you mean 'service.memory'?" in found
    (found,) = told("companions", **{path: start + "{{ servce.memory }}{% endblock %}"})
    assert "there is no variable 'servce'; did you mean 'service'?" in found


def test_a_field_of_another_stack_is_wrong_only_where_that_is_printed():
    files = {"go/build.j2": "{{ build.uv_image }}"}
    assert told("python", **files) == []
    assert told("go", **files) == ["mine/go/build.j2:1: the plan has no 'build.uv_image'; did you mean 'build.image'?"]


def test_a_file_that_another_override_includes_is_used():
    assert told(**{"common/labels.j2": '{% include "common/own.j2" %}', "common/own.j2": "{{ runtime.image }}"}) == []


def test_all_mistakes_at_once_and_nothing_is_printed():
    found = layers(built=True, mine={"common/labels.j2": "{{ a }}", "common/env.j2": "{{ b }}"})
    settings = read([], {})
    plan = decide(choose(Project.of(GO), settings).facts, settings)
    with pytest.raises(InputError, match="the templates have 2 mistakes") as caught:
        make(plan, layers=found)
    assert "mine/common/env.j2:1: there is no variable 'b'" in str(caught.value)
    assert "mine/common/labels.j2:1: there is no variable 'a'" in str(caught.value)


BASE = {
    "t.j2": "{% block a %}\nRUN 1\n{% endblock %}\n{% block b %}\n{% block c %}\nRUN 2\n{% endblock %}\n{% endblock %}\n"
}


def original(text=BASE["t.j2"]):
    return Original(who="dockgen", version="0.1.0", path="t.j2", text=text)


def stale(override, text):
    """What is said of OVERRIDE above a template that is TEXT now."""
    below = Layer(name="dockgen", folder=Folder({"t.j2": text}), shown="dockgen")
    mine = Layer(name="mine", folder=Folder({"t.j2": override}), shown="mine")
    return [f.what for f in lint.check(Layers((mine, below)), ()) if f.is_stale]


def test_a_copy_is_current_until_its_original_changes():
    assert stale(copy(original()), BASE["t.j2"]) == []
    assert stale(copy(original()), BASE["t.j2"] + "x") == [
        "the file was rewritten since dockgen 0.1.0; see dockgen templates rebase t.j2"
    ]


def test_a_block_is_current_until_that_block_changes():
    override = of_blocks(original(), ["b"])
    assert stale(override, BASE["t.j2"].replace("RUN 1", "RUN one")) == []
    assert stale(override, BASE["t.j2"].replace("RUN 2", "RUN two")) == [
        "block 'b' was rewritten since dockgen 0.1.0; see dockgen templates rebase t.j2"
    ]
    assert stale(override, "x") == ["this is based on dockgen 0.1.0, which does not have block 'b' of it any more"]


def test_a_block_is_taken_with_those_inside_it():
    assert lint.block_source(BASE["t.j2"], "b") == BASE["t.j2"][BASE["t.j2"].index("{% block b %}") : -1]
    assert lint.block_source(BASE["t.j2"], "none") is None


@given(st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True))
def test_marks_come_off_and_on_again(names):
    text = of_blocks(original(), names)
    assert [name for name, _ in marks(text)] == names
    assert remade(bare(text), original(), names) == text
    whole = copy(original())
    assert (marks(whole)[0][0], remade(bare(whole), original(), [None])) == (None, whole)


def test_a_block_that_is_overridden_already_is_not_taken_again():
    with pytest.raises(InputError, match="has the block 'a' already"):
        of_blocks(original(), ["a"], of_blocks(original(), ["a"]))
    with pytest.raises(InputError, match="has no block 'd'"):
        of_blocks(original(), ["d"])


NAMES = st.sampled_from(["a.j2", "b.j2", "x/c.j2"])


@given(st.lists(st.sets(NAMES), min_size=1, max_size=5), NAMES)
def test_names_are_resolved_from_the_top_and_below_who_asks(found, name):
    stack = Layers(
        tuple(
            Layer(name=f"l{i}", folder=Folder(dict.fromkeys(files, "x")), shown=f"l{i}")
            for i, files in enumerate(found)
        )
    )
    have = [i for i, files in enumerate(found) if name in files]
    top = stack.find(name)
    assert (top[0].name if top else None) == (f"l{have[0]}" if have else None)
    for asking in range(len(found)):
        below = [i for i in have if i > asking]
        got = stack.find(f"!{name}", f"l{asking}")
        assert (got[0].name if got else None) == (f"l{below[0]}" if below else None)


def test_three_layers_change_three_blocks_of_one_template():
    from dockgen.templating import environment

    def over(block):
        return {"t.j2": f'{{% extends "!t.j2" %}}{{% block {block} %}}[{block}{{{{ super() }}}}]{{% endblock %}}'}

    base = {"t.j2": "{% block a %}1{% endblock %}{% block b %}2{% endblock %}{% block c %}3{% endblock %}"}
    env = environment.environment(layers(x=over("a"), y=over("b"), z=over("c"), base=base))
    assert environment.render(env, "t.j2", {}) == "[a1][b2][c3]"
