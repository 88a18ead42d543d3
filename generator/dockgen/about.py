"""What a project says of itself, in its manifest and beyond: the licence in its licence file, what its README says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, readme
from dockgen.values import one_line

if TYPE_CHECKING:
    from dockgen.project import Project

FILES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "COPYING", "license", "UNLICENSE")
# A phrase near the top of the licence's text, and its SPDX identifier.
PHRASES = (
    ("Apache License", "Apache-2.0"),
    ("GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0-only"),
    ("GNU LESSER GENERAL PUBLIC LICENSE", "LGPL-3.0-only"),
    ("GNU GENERAL PUBLIC LICENSE\n                       Version 2", "GPL-2.0-only"),
    ("GNU GENERAL PUBLIC LICENSE", "GPL-3.0-only"),
    ("Mozilla Public License", "MPL-2.0"),
    ("This is free and unencumbered software", "Unlicense"),
    ("MIT License", "MIT"),
    ("Permission is hereby granted, free of charge", "MIT"),
    ("Permission to use, copy, modify, and/or distribute", "ISC"),
    ("Neither the name of", "BSD-3-Clause"),
    ("Redistribution and use in source and binary forms", "BSD-2-Clause"),
    ("CC0 1.0 Universal", "CC0-1.0"),
)
# What package managers write where the description shall go.
PLACEHOLDERS = ("Add your description here", "Default template for PDM package")
_SPDX = lazy.pattern(r"\(?[A-Za-z0-9.+-]{1,40}(?: (?:OR|AND|WITH) [A-Za-z0-9.+()-]{1,40}){0,5}")


def licence(project: Project, declared: str = "") -> str:
    """The SPDX expression that the manifest DECLARED, else the one that the licence file's words stand for, else ""."""
    if declared and _SPDX.fullmatch(declared) and declared.upper() not in ("UNLICENSED", "SEE", "NONE"):
        return declared
    file = project.first(*FILES)
    text = project.head(file, 4096) if file else ""
    return next((spdx for phrase, spdx in PHRASES if phrase in text), "")


def description(project: Project, declared: str = "") -> str:
    """What the project is, in one line: what the manifest DECLARED, else the top of the README, else ""."""
    declared = one_line(declared)
    return declared if declared and declared not in PLACEHOLDERS else readme.summary(project)


def image_name(name: str) -> str:
    """NAME as the name of an image: lower case, `@scope/` dropped, other characters as dashes."""
    base = re.sub(r"[^a-z0-9]+", "-", name.rpartition("/")[2].lower())
    return base.strip("-")[:64].rstrip("-") or "app"


def web_address(text: str) -> str:
    """The https address in a repository field such as `git+https://…/x.git` or `github:owner/name`; "" if none."""
    text = text.strip()
    if m := re.fullmatch(r"(?:github:)?([\w.-]+/[\w.-]+)", text):
        text = f"https://github.com/{m[1]}"
    text = re.sub(r"^(?:git|(?:git\+)?ssh)://(?:git@)?", "https://", text.removeprefix("git+"))
    text = re.sub(r"^git@([\w.-]+):", r"https://\1/", text)
    return one_line(text.removesuffix(".git")) if re.fullmatch(r"https?://[^\s@]+", text) else ""
