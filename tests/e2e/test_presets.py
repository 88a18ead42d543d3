"""The project that a preset assumes is one that builds, starts hardened and answers, with what dockgen writes for it."""

from __future__ import annotations

import engine
import pytest
from cases import Case
from dockgen.presets import read
from helpers import ROOT
from test_bases import NODE, STAND_INS, stand_in
from test_build_and_run import generate, make_locks, plan_of, serve

NODE_26 = NODE.replace("nodejs24", "nodejs26")
# Since Node 26 its binary needs libatomic.
STAND_INS[NODE_26] = (
    STAND_INS[NODE]
    .replace("node:24", "node:26")
    .replace("ENTRYPOINT", "COPY --from=node /usr/lib/*-linux-gnu/libatomic.so.1 /usr/lib/\nENTRYPOINT")
)
# preset or presets -> what it answers, and the image that has to be stood in for where no registry can be reached
ROWS = {
    "fastapi": (Case("fastapi", path="/healthz", text="ok"), ""),
    "express+hardened": (Case("express", path="/healthz", text="ok"), NODE_26),
    "go": (Case("go", path="/healthz", text="ok"), ""),
    "django": (
        Case("django", path="/healthz", text="ok", env=("SECRET_KEY=only-a-test", "ALLOWED_HOSTS=127.0.0.1")),
        "",
    ),
}


@pytest.mark.parametrize("names", ROWS)
def test_an_assumed_project_builds_and_runs(names, scratch):
    case, image = ROWS[names]
    preset = read(case.project, (ROOT / "presets" / f"{case.project}.yaml").read_bytes(), "", "dockgen", {}).preset
    project = scratch / case.project
    for path, text in preset.project.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    make_locks(project, scratch)
    flags = [word for name in names.split("+") for word in ("--preset", name)]
    dockerfile = generate(project, *flags)
    if image and engine.TOOL.exists():
        stand_in(image, scratch)
    dockerfile = engine.buildable(dockerfile, scratch)
    said = engine.check(project, dockerfile)
    assert "no warnings found" in said, said
    plan = plan_of(project, *flags)
    with engine.image(project, dockerfile) as tag:
        options = [*engine.HARDENED, *plan["run_args"], *(word for pair in case.env for word in ("--env", pair))]
        serve(case, plan, tag, options)
