"""The site while it is written."""

AUTHOR = "Ada"
SITENAME = "Gulls"
SITEURL = ""
PATH = "content"
TIMEZONE = "Europe/Berlin"
FEED_ALL_ATOM = None
