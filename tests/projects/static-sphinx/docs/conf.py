"""How Sphinx makes the tide tables' handbook."""

project = "Tide tables"
author = "The harbour office"
extensions = ["myst_parser", "sphinx.ext.graphviz"]
html_theme = "furo"
