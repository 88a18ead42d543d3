"""A log book: entries as text, and a page that shows them."""

from jinja2 import Template

PAGE = Template("<ul>{% for entry in entries %}<li>{{ entry }}</li>{% endfor %}</ul>")


def page(entries):
    return PAGE.render(entries=entries)
