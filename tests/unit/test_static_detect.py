"""What is taken for a static site, and what is not."""

from __future__ import annotations

import pytest
from dockgen.errors import UndecidedError
from dockgen.ignore import is_ignored
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.render import render
from dockgen.settings import NOTHING, read
from dockgen.stacks import choose
from dockgen.stacks.static.claim import claim

PAGE = "<!doctype html><title>Home</title>"


@pytest.mark.parametrize(
    ("files", "root"),
    [
        ({"index.html": PAGE}, "."),
        ({"public/index.html": PAGE}, "public"),
        ({"docs/index.html": PAGE}, "docs"),
        ({"src/index.html": PAGE, "dist/index.html": PAGE}, "dist"),
        ({"index.html": PAGE, "docs/index.html": PAGE}, "."),
    ],
)
def test_root(files, root):
    assert detect(Project.of(files), NOTHING).detail.root.value == root


@pytest.mark.parametrize("manifest", ["composer.json", "Cargo.toml", "setup.py", "package.json", "go.mod", "Gemfile"])
def test_documentation_of_a_program_is_no_site(manifest):
    assert claim(Project.of({manifest: "", "docs/index.html": PAGE, "test/index.html": PAGE})) is None


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"hugo.toml": ""}, "Hugo"),
        ({"config.toml": "", "content/a.md": ""}, "Hugo or Zola"),
        ({"mkdocs.yml": ""}, "MkDocs"),
        ({"book.toml": ""}, "mdBook"),
        ({"_config.yml": "", "_posts/a.md": "", "index.html": "---\nlayout: x\n---\n"}, "Jekyll"),
        ({"docs/conf.py": "", "docs/index.rst": ""}, "Sphinx"),
    ],
)
def test_sites_that_have_to_be_built_are_refused_by_name(files, name):
    for settings in (NOTHING, read(["stack=static"], {})):
        with pytest.raises(UndecidedError, match=f"built by {name}"):
            detect(Project.of(files), settings)


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"hugo.yaml": "", "go.mod": "module x\n", "package.json": '{"devDependencies": {"hugo-extended": "1"}, "scripts": {"serve": "hugo serve"}}'}, "Hugo"),
        ({"_config.yml": "", "_layouts/a.html": "", "Gemfile": "", "index.html": "---\n---\n"}, "Jekyll"),
        ({"_config.yml": "", "_includes/a.html": "", "package.json": '{"scripts": {"start": "sass x"}, "main": "css/a.sass"}'}, "Jekyll"),
    ],
)  # fmt: skip
def test_manifests_of_a_site_s_tools_do_not_hide_its_generator(files, name):
    with pytest.raises(UndecidedError, match=f"built by {name}"):
        detect(Project.of(files), NOTHING)


@pytest.mark.parametrize(
    ("package", "stack"),
    [
        ('{"devDependencies": {"grunt": "1"}}', "static"),
        ('{"scripts": {"test": "eslint ."}}', "static"),
        ('{"dependencies": {"express": "5"}, "scripts": {"start": "node a.js"}}', "node"),
        ('{"devDependencies": {"vite": "7"}, "scripts": {"build": "vite build"}}', "node"),
    ],
)
def test_a_page_with_a_package_json(package, stack):
    files = {
        "index.html": PAGE,
        "package.json": package,
        "a.js": "",
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
    }
    assert choose(Project.of(files), NOTHING).value == stack


@pytest.mark.parametrize("folder", ["public", "dist", "_site", "www"])
def test_a_finished_site_beside_tools_only(folder):
    tools = '{"devDependencies": {"prettier": "3"}, "scripts": {"lint": "prettier ."}}'
    assert choose(Project.of({"package.json": tools, f"{folder}/index.html": PAGE}), NOTHING).value == "static"
    built = '{"devDependencies": {"vite": "7"}, "scripts": {"build": "vite build"}}'
    assert choose(Project.of({"package.json": built, f"{folder}/index.html": PAGE}), NOTHING).value == "node"


def test_a_program_with_a_site_s_files_stays_a_program():
    files = {"hugo.toml": "", "go.mod": "module x\n\ngo 1.25\n", "main.go": "package main\n\nfunc main() {}\n"}
    assert choose(Project.of(files), NOTHING).value == "go"
    files = {
        "_config.yml": "",
        "_includes/a.html": "",
        "package.json": '{"dependencies": {"koa": "3"}, "scripts": {"start": "node a.js"}}',
        "a.js": "",
    }
    assert choose(Project.of(files), NOTHING).value == "node"


def test_what_a_generator_has_built_is_served():
    assert detect(Project.of({"hugo.toml": "", "public/index.html": PAGE}), NOTHING).detail.root.value == "public"


def test_what_the_page_brings():
    files = {
        "index.html": PAGE,
        "404.html": "",
        "assets/app-4f3a2b1c.js": "",
        "README.md": "",
        "Makefile": "",
        ".env": "",
    }
    plan = decide(detect(Project.of(files), NOTHING), NOTHING)
    dockerfile, ignored = (a.text for a in render(plan))
    assert "error_page 404 /404.html;" in dockerfile
    assert "location /assets/ {" in dockerfile
    lines = ignored.splitlines()
    assert [p for p in files if is_ignored(p, lines)] == ["README.md", "Makefile", ".env"]


def test_files_without_digest_are_not_kept_for_ever():
    files = {"index.html": PAGE, "assets/app-4f3a2b1c.js": "", "assets/logo.svg": ""}
    assert detect(Project.of(files), NOTHING).detail.hashed is None


def test_a_heredoc_ends_in_a_blank_line():
    plan = decide(detect(Project.of({"index.html": PAGE}), NOTHING), NOTHING)
    lines = render(plan)[0].text.splitlines()
    assert not lines[lines.index("EOF") + 1]
