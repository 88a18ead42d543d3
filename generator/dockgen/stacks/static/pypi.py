"""Distributions on PyPI that make sites: what themes, plugins and extensions are called there, and proven versions."""

from __future__ import annotations

# What is installed where the project does not say which version it wants (PyPI on 2026-11-23).
PINS = {
    "furo": "2025.12.19",
    "mkdocs": "1.6.1",
    "mkdocs-material": "9.8.1",
    "myst-parser": "5.2.0",
    "pelican": "4.12.0",
    "pydata-sphinx-theme": "0.24.0",
    "sphinx": "9.0.4",
    "sphinx-book-theme": "1.4.0",
    "sphinx-rtd-theme": "3.1.0",
    "zensical": "0.0.60",
}
PACKAGES = {"MkDocs": "mkdocs", "Zensical": "zensical", "Sphinx": "sphinx", "Pelican": "pelican"}
# Names in mkdocs.yml (themes, plugins) and conf.py (extensions, themes) -> the distribution that brings them.
# Those that MkDocs, Material and Sphinx bring themselves are missing on purpose.
THEMES = {
    "material": "mkdocs-material", "readthedocs-dropdown": "mkdocs-rtd-dropdown", "terminal": "mkdocs-terminal",
    "ivory": "mkdocs-ivory", "dracula": "mkdocs-dracula-theme", "gitbook": "mkdocs-gitbook",
    "windmill": "mkdocs-windmill", "cinder": "mkdocs-cinder", "bootstrap": "mkdocs-bootstrap",
    "shadcn": "mkdocs-shadcn",
}  # fmt: skip
PLUGINS = {
    "autorefs": "mkdocs-autorefs", "awesome-pages": "mkdocs-awesome-pages-plugin",
    "awesome-nav": "mkdocs-awesome-nav", "redirects": "mkdocs-redirects", "minify": "mkdocs-minify-plugin",
    "macros": "mkdocs-macros-plugin", "glightbox": "mkdocs-glightbox", "mermaid2": "mkdocs-mermaid2-plugin",
    "rss": "mkdocs-rss-plugin", "literate-nav": "mkdocs-literate-nav", "gen-files": "mkdocs-gen-files",
    "section-index": "mkdocs-section-index", "include-markdown": "mkdocs-include-markdown-plugin",
    "mkdocstrings": "mkdocstrings[python]", "mike": "mike", "exclude": "mkdocs-exclude", "i18n": "mkdocs-static-i18n",
    "swagger-ui-tag": "mkdocs-swagger-ui-tag",
    "git-revision-date-localized": "mkdocs-git-revision-date-localized-plugin",
    "git-revision-date": "mkdocs-git-revision-date-plugin", "git-authors": "mkdocs-git-authors-plugin",
    "jupyter": "mkdocs-jupyter", "mkdocs-jupyter": "mkdocs-jupyter", "table-reader": "mkdocs-table-reader-plugin",
    "monorepo": "mkdocs-monorepo-plugin", "techdocs-core": "mkdocs-techdocs-core", "drawio": "mkdocs-drawio",
    "pdf-export": "mkdocs-pdf-export-plugin", "with-pdf": "mkdocs-with-pdf",
    "markdownextradata": "mkdocs-markdownextradata-plugin", "roamlinks": "mkdocs-roamlinks-plugin",
    "ezlinks": "mkdocs-ezlinks-plugin", "callouts": "mkdocs-callouts",
}  # fmt: skip
EXTENSIONS = {
    "furo": "furo", "sphinx_rtd_theme": "sphinx-rtd-theme", "pydata_sphinx_theme": "pydata-sphinx-theme",
    "sphinx_book_theme": "sphinx-book-theme", "alabaster": "", "sphinx_material": "sphinx-material",
    "sphinx_immaterial": "sphinx-immaterial", "shibuya": "shibuya", "sphinx_wagtail_theme": "sphinx-wagtail-theme",
    "insegel": "insegel", "groundwork": "groundwork-sphinx-theme", "press": "sphinx-press-theme",
    "piccolo_theme": "piccolo-theme", "myst_parser": "myst-parser", "myst_nb": "myst-nb",
    "recommonmark": "recommonmark", "nbsphinx": "nbsphinx", "sphinx_copybutton": "sphinx-copybutton",
    "sphinx_design": "sphinx-design", "sphinx_tabs": "sphinx-tabs", "sphinx_inline_tabs": "sphinx-inline-tabs",
    "sphinxext": "sphinxext-opengraph", "notfound": "sphinx-notfound-page", "sphinx_click": "sphinx-click",
    "sphinx_argparse": "sphinx-argparse", "sphinxarg": "sphinx-argparse",
    "sphinx_autodoc_typehints": "sphinx-autodoc-typehints", "autoapi": "sphinx-autoapi", "numpydoc": "numpydoc",
    "sphinxcontrib.mermaid": "sphinxcontrib-mermaid", "sphinxcontrib.httpdomain": "sphinxcontrib-httpdomain",
    "sphinxcontrib.openapi": "sphinxcontrib-openapi", "sphinxcontrib.spelling": "sphinxcontrib-spelling",
    "sphinxcontrib.bibtex": "sphinxcontrib-bibtex", "sphinxcontrib.plantuml": "sphinxcontrib-plantuml",
    "sphinxcontrib.programoutput": "sphinxcontrib-programoutput", "sphinx_gallery": "sphinx-gallery",
    "sphinx_sitemap": "sphinx-sitemap", "sphinx_reredirects": "sphinx-reredirects",
    "sphinx_togglebutton": "sphinx-togglebutton", "breathe": "breathe", "hoverxref": "sphinx-hoverxref",
    "sphinx_multiversion": "sphinx-multiversion",
}  # fmt: skip
