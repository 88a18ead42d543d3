"""Every fenced block of the documentation, and what tries it. What nothing tries stands here with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpers import ROOT

PAGES = {
    page.relative_to(ROOT).with_suffix("").as_posix().removeprefix("docs/"): page
    for page in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
}
# Languages whose every block is tried, on whatever page it is.
ALWAYS = {
    "console": "tests/test_docs.py: run, and what is printed compared",
    "pycon": "tests/test_docs.py: run, and what is printed compared",
    "yaml": "tests/test_docs.py: parsed; test_examples.py: those of dockgen decoded",
    "json": "tests/test_docs.py: parsed",
    "toml": "tests/test_docs.py: parsed",
    "dockerfile": "tests/test_docs.py: what is generated",
}
# Pages whose `bash` blocks are run on an engine, and the tests that do it.
ON_AN_ENGINE = {
    "tutorials/first-dockerfile": "e2e/test_tutorials.py",
    "tutorials/go": "e2e/test_tutorials.py",
    "tutorials/node": "e2e/test_tutorials.py",
    "tutorials/python": "e2e/test_tutorials.py",
    "tutorials/static": "e2e/test_tutorials.py",
    "how-to/air-gapped": "e2e/test_tutorials.py",
    "how-to/migrate-an-old-dockerfile": "e2e/test_tutorials.py",
    "how-to/build-elsewhere": "e2e/test_guides.py",
    "how-to/containerise-a-legacy-app": "e2e/test_guides.py",
    "how-to/deploy": "e2e/test_guides.py",
    "how-to/develop-in-a-container": "e2e/test_guides.py",
    "how-to/harden-a-container": "e2e/test_guides.py",
    "how-to/mend-a-failed-build": "e2e/test_guides.py",
    "how-to/reproducible-builds": "e2e/test_guides.py",
    "how-to/verify-an-image": "e2e/test_guides.py",
    "how-to/keep-images": "e2e/test_image_pages.py",
    "how-to/publish-an-image": "e2e/test_image_pages.py",
}
# Blocks of other languages that have a test of their own: (page, language).
BY_THEMSELVES = {
    ("how-to/cookiecutter", "jinja"): "test_baked.py",
    ("how-to/cookiecutter", "js"): "test_baked.py",
    ("how-to/cookiecutter", "sh"): "test_baked.py",
    ("how-to/cookiecutter", "text"): "test_baked.py",
    ("how-to/scaffolding-scripts", "sh"): "test_scripts.py",
    ("how-to/scaffolding-scripts", "make"): "test_scripts.py",
    ("how-to/scaffolding-scripts", "js"): "test_scripts.py",
    ("how-to/make", "make"): "test_examples.py",
    ("how-to/make", "text"): "test_examples.py",
    ("how-to/kubernetes", "jinja"): "test_kubernetes.py",
    ("how-to/private-registry", "jinja"): "test_examples.py",
    ("reference/releases", "text"): "test_examples.py",
    ("explanation/processes-and-health", "go"): "test_examples.py",
}
# Pages whose `sh` blocks are run with programs on PATH that only note how they were called (tests/standin.py), and why.
WITH_STAND_INS = {
    "how-to/aci": "an account at Azure",
    "how-to/air-gapped": "a registry of one's own, and images of others",
    "how-to/bake": "an engine; what would be built is computed by buildx itself",
    "how-to/build-elsewhere": "machines elsewhere, a cluster, an account at Docker",
    "how-to/ci-gate": "a release of dockgen to install",
    "how-to/compose": "images of databases; Compose itself reads the files",
    "how-to/develop-in-a-container": "a container that runs",
    "how-to/ecs": "an account at AWS",
    "how-to/github": "the transparency log of Sigstore",
    "how-to/gitlab": "the transparency log of Sigstore",
    "how-to/harden-a-container": "a database of vulnerabilities, a signed image",
    "how-to/install": "what builds packages, and a place for programs; test_packaging.py installs it",
    "how-to/kubernetes": "a cluster; kubectl itself reads the files",
    "how-to/migrate-a-database": "a database server",
    "how-to/pin-digests": "registries; e2e/test_pin.py asks a real one",
    "how-to/private-registry": "a proxy",
    "how-to/publish-an-image": "a database of vulnerabilities, the transparency log of Sigstore",
    "how-to/scripts-and-ci": "an engine",
    "how-to/swarm": "a swarm; Docker itself reads the files",
}
# What no test runs: (page, the beginning of the block), and why it cannot be.
NOT_RUN = {
    ("README", "python3 -m venv"): "runs all tests, this one too: it is what CI begins with",
    ("CONTRIBUTING", "python3 -m venv"): "runs all tests, this one too: it is what CI begins with",
    ("explanation/compared", "python tests/peers.py --score"):
        "installs other generators from the internet, and takes an hour",
    ("how-to/import-a-dockerfile", "dockgen init --import"): "asks in a terminal; test_wizard.py answers",
    ("how-to/import-a-dockerfile", "docker-entrypoint.sh:3 waits for"): "an excerpt of the same",
    ("how-to/import-a-dockerfile", "Taken from Dockerfile"): "an excerpt of what the wizard shows; test_wizard.py has it",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of PAGE; `shown` if it is what the block right before it prints."""

    page: str
    line: int
    language: str
    text: str
    shown: bool

    @property
    def name(self) -> tuple[str, str]:
        """The page and how the block begins."""
        return self.page, " ".join(self.text.split()[:3])

    @property
    def tried_by(self) -> str:
        """The test that tries it, "" if none does."""
        if self.shown and self.language == "text":
            return ON_AN_ENGINE.get(self.page, "")
        if self.language == "bash":
            return ON_AN_ENGINE.get(self.page, "")
        if self.language == "sh" and self.page in WITH_STAND_INS:
            return "tests/test_blocks.py: with stand-ins"
        return ALWAYS.get(self.language) or BY_THEMSELVES.get((self.page, self.language), "")


def blocks(page: str) -> list[Block]:
    """The blocks of a page in their order, indented ones too."""
    text = PAGES[page].read_text(encoding="utf-8")
    found: list[Block] = []
    end = None
    for match in re.finditer(r"^( *)(```+)([^\n`]*)\n(.*?)^ *\2 *$", text, re.DOTALL | re.MULTILINE):
        is_right_after = end is not None and not text[end : match.start()].strip()
        found.append(
            Block(
                page=page,
                line=text.count("\n", 0, match.start()) + 1,
                language=match[3].strip(),
                text=match[4],
                shown=is_right_after and found[-1].language == "bash",
            )
        )
        end = match.end()
    return found
