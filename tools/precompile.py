"""What hatchling runs when it builds a wheel: dockgen's own templates become modules, which Python loads sooner.

An editable install has none. What a wheel has is only used for the templates that it was made of, and by the same Jinja
(`dockgen.templating.shipped`).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compiled() -> dict[str, str]:
    """Each module by its name: the code that Jinja makes of one of dockgen's own templates."""
    from dockgen.templating import shipped  # noqa: PLC0415  (the source tree is only on the path by now)
    from dockgen.templating.environment import environment  # noqa: PLC0415
    from dockgen.templating.layers import BUILT_IN, only_built_in  # noqa: PLC0415

    layers = only_built_in()
    env = environment(layers)
    made = {}
    for path in layers.paths():
        name = f"{BUILT_IN}:{path}"
        source, place, _ = env.loader.get_source(env, name)
        made[shipped.module(name, source)] = env.compile(source, name, place, raw=True)
    return made


class Precompile(BuildHookInterface[Any]):
    """Adds the modules to a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the templates of this source tree, unless the VERSION of the wheel is the editable one."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "generator")))
        self.made = tempfile.TemporaryDirectory()
        folder = Path(self.made.name)
        texts = {"__init__": '"""The code of dockgen\'s own templates, made by tools/precompile.py."""', **compiled()}
        for name, text in texts.items():
            (folder / f"{name}.py").write_text(f"{text}\n", encoding="utf-8")
        build_data["force_include"][str(folder)] = "dockgen/compiled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was only needed for the wheel."""
        if version != "editable":
            self.made.cleanup()
