"""Jinja as dockgen uses it: sandboxed, strict about undefined names, and unable to print an unquoted line break."""
