"""Dockerfiles that build, start and answer at the first try."""

__version__ = "0.1.0"
