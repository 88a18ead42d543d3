"""Labels: the licence, the image's name and the project's address."""

from __future__ import annotations

import time

import pytest
from dockgen.about import image_name, licence, web_address
from dockgen.facts import About
from dockgen.project import Project
from dockgen.stacks.python.metadata import about
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        ("MIT License\n\nCopyright", "MIT"),
        ("                                 Apache License\n", "Apache-2.0"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0-only"),
        ("GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991", "GPL-2.0-only"),
        ("GNU GENERAL PUBLIC LICENSE\n                       Version 3", "GPL-3.0-only"),
        ("do what you like", ""),
        (b"\x00\xff", ""),
    ],
)
def test_licence_file(text, spdx):
    assert licence(Project.of({"LICENSE": text})) == spdx


@pytest.mark.parametrize(
    "declared",
    ["MIT", "Apache-2.0", "MIT OR Apache-2.0", "(MIT OR Apache-2.0)", "GPL-2.0-only WITH Classpath-exception-2.0"],
)
def test_declared_licence_wins(declared):
    assert licence(Project.of({"LICENSE": "GNU GENERAL PUBLIC LICENSE"}), declared) == declared


@pytest.mark.parametrize(
    "declared", ["", "UNLICENSED", "SEE LICENSE IN x", 'MIT"\nRUN x', "MIT; x", "$(x)", "a" * 5000]
)
def test_what_is_no_licence_is_passed_over(declared):
    assert licence(Project.of({}), declared) == ""


def test_a_hostile_licence_costs_no_time():
    start = time.perf_counter()
    licence(Project.of({}), "a-" * 5000 + "!")
    assert time.perf_counter() - start < 1


@given(st.text())
def test_image_name_is_always_a_name(name):
    made = image_name(name)
    assert made.replace("-", "").isalnum()
    assert made.isascii()
    assert made == made.lower().strip("-")
    assert len(made) <= 64


@pytest.mark.parametrize(
    ("name", "made"),
    [("@acme/web-app", "web-app"), ("My App!", "my-app"), ("", "app"), ("日本", "app"), ("a" * 99, "a" * 64)],
)
def test_image_name(name, made):
    assert image_name(name) == made


@pytest.mark.parametrize(
    ("given_", "address"),
    [
        ("git+https://example.com/o/n.git", "https://example.com/o/n"),
        ("git://example.com/o/n.git", "https://example.com/o/n"),
        ("git+ssh://git@example.com/o/n.git", "https://example.com/o/n"),
        ("ssh://git@example.com/o/n", "https://example.com/o/n"),
        ("git@example.com:o/n.git", "https://example.com/o/n"),
        ("github:o/n", "https://github.com/o/n"),
        ("o/n", "https://github.com/o/n"),
        ("https://user:secret@example.com/o/n", ""),
        ("file:///etc/passwd", ""),
        ("https://a b", ""),
        ("", ""),
    ],
)
def test_web_address(given_, address):
    assert web_address(given_) == address


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (
            {"setup.py": "setup(name='t', description='High water', url='https://example.com/o/t', license='BSD')"},
            About(name="t", description="High water", source="https://example.com/o/t"),
        ),
        (
            {"setup.py": "setup(name='t', project_urls={'Source': 'https://example.com/o/t.git', 'x': 1})"},
            About(name="t", source="https://example.com/o/t"),
        ),
        (
            {"setup.py": "setup(description=read('README'))", "setup.cfg": "[metadata]\nname = t\ndescription = Low\n"},
            About(name="t", description="Low"),
        ),
        ({"setup.py": "setup(name='t', description=read('x'), url=3)"}, About(name="t")),
        ({"pyproject.toml": "[project]\nname = 'p'\n", "setup.py": "setup(description='old')"}, About(name="p")),
    ],
)
def test_what_setup_says(files, found):
    project = Project.of(files)
    assert about(project, project.toml("pyproject.toml") if "pyproject.toml" in files else {}) == found
