"""What holds of the templates for every golden project and variant: origins, guard rails, the place that all stages have."""

from __future__ import annotations

import re
from functools import cache

import pytest
from conftest import PROJECTS, cases
from dockgen import dockerfile, guards, rendering
from dockgen.pipeline import choose, decide
from dockgen.plans import to_data
from dockgen.project import scan
from dockgen.settings import read
from dockgen.templating import environment as templating
from dockgen.templating.blocks import outline
from dockgen.templating.layers import BUILT_IN, built_in, only_built_in
from dockgen.templating.slots import names
from memory import layers
from variants import VARIANTS

EVERY = {case: (case, {}) for case in cases()} | dict(VARIANTS)
STAGE = """{# What all stages begin with. #}
# enter {{ stage.name }} {{ stage.image }} {{ stage.system }}
{% if not stage.root %}
USER 0:0
{% endif %}
RUN true {{ stage.name }}
"""
SLOTS = [
    slot
    for path in built_in().paths()
    if not path.startswith("companions/")  # which have none
    for block in outline(built_in().read(path) or "").blocks
    for slot in names(block.name)
]
# What runs as somebody else than root by itself.
ROOTLESS = ("nginxinc/", "cgr.dev/chainguard/")


@cache
def plan_of(name):
    project, values = EVERY[name]
    settings = read([f"{key}={value}" for key, value in values.items()], {})
    return decide(choose(scan(PROJECTS / project), settings).facts, settings)


@pytest.mark.parametrize("name", EVERY)
def test_our_own_files_break_no_guard_rail(name):
    plan = plan_of(name)
    written, ignored = rendering.render(plan)
    own = rendering.own_images(to_data(plan))
    assert guards.check(written.text, ignored.text.splitlines(), own) == ()


@pytest.mark.parametrize("case", cases())
def test_every_instruction_has_an_origin(case):
    plan = plan_of(case)
    written, ignored = rendering.render(plan)
    origins = rendering.origins(plan)
    lines = written.text.splitlines()
    assert [len(found) for found in origins.values()] == [len(lines), len(ignored.text.splitlines())]
    templates = {path: outline(layer.read(path) or "") for layer in layers(built=True).all for path in layer.paths()}
    for instruction in dockerfile.read(written.text).instructions:
        for number in range(instruction.first, instruction.last + 1):
            origin = origins["Dockerfile"][number - 1]
            if not lines[number - 1].strip():
                continue
            assert origin, lines[number - 1]
            assert origin.layer == BUILT_IN
            file, _, line = origin.place.removeprefix("dockgen/templates/").rpartition(":")
            assert int(line) > 0
            assert file in templates
            known = {block.name for found in templates.values() for block in found.blocks}
            assert origin.block in known
    patterns = [n for n, line in enumerate(ignored.text.splitlines()) if line and not line.startswith("# dockgen ")]
    assert all(origins[".dockerignore"][n] for n in patterns)


@pytest.mark.parametrize("name", EVERY)
def test_every_stage_that_runs_commands_has_one_place_for_what_all_begin_with(name):
    plan = plan_of(name)
    found = layers(built=True, acme={"common/stage.j2": STAGE})
    text = rendering.render(plan, layers=found)[0].text
    is_bare = plan.runtime.system == "none"
    names: list[str] = []
    for stage in re.split(r"(?m)^(?=FROM )", text)[1:]:
        image, stage_name = re.match(r"FROM (?:--platform=\S+ )?(\S+) AS (\S+)", stage).groups()
        runs = [i.value for i in dockerfile.read(stage).instructions if i.name == "RUN"]
        own = [value for value in runs if value.startswith("true ")]
        others = [value for value in runs if not value.startswith("true ")]
        is_new = image not in names
        names.append(stage_name)
        if stage_name == "runtime":
            expected = not is_bare
        else:
            is_base = re.search(rf"(?m)^FROM {stage_name} AS ", text) is not None
            expected = is_new and (bool(others) or is_base or stage_name == "dev")
        assert own == ([f"true {stage_name}"] if expected else []), stage
        if expected and any(part in image for part in ROOTLESS):
            assert "USER 0:0\n" in stage.partition("RUN true")[0], stage
        if expected and plan.style.comments != "none" and plan.style.versions == "literal":
            system = "alpine" if "alpine" in image or "chainguard" in image else "debian"
            assert f"# enter {stage_name} {image} {system}\n" in stage


def test_the_place_is_empty_by_itself():
    found = layers(built=True, acme={"common/stage.j2": "{# nothing #}\n"})
    for case in cases()[::9]:
        assert rendering.render(plan_of(case), layers=found) == rendering.render(plan_of(case))


def instructions_of(text):
    """The instructions of TEXT but those of slots; of heredocs what is written in them."""
    return [
        (
            i.name,
            i.value,
            [line for h in i.heredocs for line in h.content.splitlines() if line and "# slot " not in line],
        )
        for i in dockerfile.read(text).instructions
        if not i.value.startswith("slot=")
    ]


def test_every_slot_is_between_instructions():
    """With all slots filled, the instructions of every file are what they were, and no slot is out of reach."""
    extra = {s: f"# slot {s}" if "nginx_" in s or "ignore" in s else f"LABEL slot={s}" for s in SLOTS}
    reached = set()
    for name in EVERY:
        data = to_data(plan_of(name))
        plain, filled = templating.environment(only_built_in()), templating.environment(only_built_in(), extra)
        for template in (f"{data['stack']}/Dockerfile.j2", "common/dockerignore.j2"):
            texts = [templating.render(env, template, data) for env in (plain, filled)]
            if template.startswith("common/"):
                lines = [[line for line in text.splitlines() if line and "# slot " not in line] for text in texts]
                assert lines[0] == lines[1]
            else:
                assert instructions_of(texts[0]) == instructions_of(texts[1]), name
        reached |= filled.reached
    assert reached == set(SLOTS)
