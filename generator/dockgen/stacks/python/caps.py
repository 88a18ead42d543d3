"""Tables: the newest Python that old packages, old pins and removed modules allow."""

from __future__ import annotations

# A package below a version has no wheel for, or does not run on, a Python newer than the one named.
# Sources: the packages' change logs and file lists; detection.md §1.2.2.
CAPS: tuple[tuple[str, str, str], ...] = (
    ("aiohttp", "3.8", "3.10"), ("aiohttp", "3.9", "3.11"), ("aiohttp", "3.10.6", "3.12"), ("aiohttp", "3.13", "3.13"),
    ("asyncpg", "0.29", "3.11"), ("asyncpg", "0.30", "3.12"), ("asyncpg", "0.31", "3.13"),
    ("celery", "5.3", "3.11"),
    ("cffi", "1.16", "3.11"), ("cffi", "1.17", "3.12"), ("cffi", "2", "3.13"),
    ("django", "1.11.17", "3.6"), ("django", "2.1", "3.9"), ("django", "2.2", "3.10"),
    ("django", "4.2", "3.11"), ("django", "5.1", "3.12"), ("django", "5.2.8", "3.13"),
    ("eventlet", "0.34", "3.11"), ("eventlet", "0.37", "3.12"),
    ("flask", "2", "3.11"), ("flask", "3", "3.13"),
    ("frozenlist", "1.4.1", "3.11"), ("frozenlist", "1.5", "3.12"), ("frozenlist", "1.8", "3.13"),
    ("gevent", "23.9", "3.11"), ("gevent", "24.10.1", "3.12"), ("gevent", "25.8", "3.13"),
    ("greenlet", "3", "3.11"), ("greenlet", "3.1", "3.12"), ("greenlet", "3.2.4", "3.13"),
    ("grpcio", "1.59", "3.11"), ("grpcio", "1.66.2", "3.12"), ("grpcio", "1.75.1", "3.13"),
    ("gunicorn", "20.1", "3.11"),
    ("httptools", "0.6", "3.11"), ("httptools", "0.6.2", "3.12"), ("httptools", "0.7", "3.13"),
    ("jinja2", "2.11", "3.9"),
    ("lxml", "4.9.3", "3.11"), ("lxml", "5.3", "3.12"), ("lxml", "6", "3.13"),
    ("markupsafe", "1.1", "3.9"), ("markupsafe", "2.1.3", "3.11"), ("markupsafe", "3", "3.13"),
    ("matplotlib", "3.8", "3.11"), ("matplotlib", "3.9.2", "3.12"), ("matplotlib", "3.10.5", "3.13"),
    ("multidict", "6.0.5", "3.11"), ("multidict", "6.1", "3.12"), ("multidict", "6.7", "3.13"),
    ("numba", "0.59", "3.11"), ("numba", "0.61", "3.12"), ("numba", "0.63", "3.13"),
    ("numpy", "1.21", "3.9"), ("numpy", "1.23.2", "3.10"), ("numpy", "1.26", "3.11"),
    ("numpy", "2.1", "3.12"), ("numpy", "2.3.2", "3.13"),
    ("orjson", "3.9.6", "3.11"), ("orjson", "3.10.7", "3.12"), ("orjson", "3.11.3", "3.13"),
    ("pandas", "1.3.3", "3.9"), ("pandas", "1.5.1", "3.10"), ("pandas", "2.1.1", "3.11"),
    ("pandas", "2.2.3", "3.12"), ("pandas", "2.3.3", "3.13"),
    ("pillow", "9.3", "3.10"), ("pillow", "10.1", "3.11"), ("pillow", "11", "3.12"), ("pillow", "12", "3.13"),
    ("psycopg-binary", "3.1.12", "3.11"), ("psycopg-binary", "3.2.2", "3.12"), ("psycopg-binary", "3.2.10", "3.13"),
    ("psycopg2-binary", "2.9.5", "3.10"), ("psycopg2-binary", "2.9.9", "3.11"), ("psycopg2-binary", "2.9.10", "3.12"),
    ("psycopg2-binary", "2.9.11", "3.13"),
    ("pyarrow", "14", "3.11"), ("pyarrow", "18", "3.12"), ("pyarrow", "22", "3.13"),
    ("pydantic", "1.10.13", "3.11"), ("pydantic", "2", "3.13"), ("pydantic", "2.8", "3.12"),
    ("pydantic", "2.12", "3.13"),
    ("pydantic-core", "2.20", "3.12"), ("pydantic-core", "2.41", "3.13"),
    ("pyyaml", "6", "3.9"), ("pyyaml", "6.0.1", "3.11"), ("pyyaml", "6.0.2", "3.12"), ("pyyaml", "6.0.3", "3.13"),
    ("scikit-learn", "1.3.1", "3.11"), ("scikit-learn", "1.5.2", "3.12"), ("scikit-learn", "1.7.2", "3.13"),
    ("scipy", "1.11.2", "3.11"), ("scipy", "1.14.1", "3.12"), ("scipy", "1.16.1", "3.13"),
    ("spacy", "3.8", "3.12"),
    ("sqlalchemy", "1.4", "3.11"), ("sqlalchemy", "2.0.31", "3.12"),
    ("tensorflow", "2.16", "3.11"), ("tensorflow", "2.20", "3.12"), ("tensorflow", "3", "3.13"),
    ("tiktoken", "0.8", "3.12"), ("tiktoken", "0.12", "3.13"),
    ("torch", "2.2", "3.11"), ("torch", "2.5", "3.12"), ("torch", "2.9", "3.13"),
    ("uvloop", "0.18", "3.11"), ("uvloop", "0.21", "3.12"), ("uvloop", "0.22", "3.13"),
    ("werkzeug", "1", "3.9"), ("werkzeug", "3", "3.13"),
    ("yarl", "1.9.3", "3.11"), ("yarl", "1.13", "3.12"), ("yarl", "1.22", "3.13"),
)  # fmt: skip

# Packages whose versions are dates: they tell when a list of pins was made.
DATED = (
    "certifi",
    "pytz",
    "tzdata",
    "regex",
    "fsspec",
    "pyopenssl",
    "attrs",
    "packaging",
    "cattrs",
    "structlog",
    "twisted",
    "black",
)
# A Python and the month from which packages are published with wheels for it, two months after its release.
WHEELS_FROM: tuple[tuple[str, tuple[int, int]], ...] = (
    ("3.14", (2025, 12)),
    ("3.13", (2024, 12)),
    ("3.12", (2023, 12)),
)
OLDEST_BY_DATE = "3.11"  # an old date alone does not lead to a Python out of support

# Modules that left the standard library, with the last Python that has them, unless a package brings them back.
REMOVED: tuple[tuple[str, str, str], ...] = (
    ("distutils", "3.11", "setuptools"),
    ("imp", "3.11", ""),
    ("asyncore", "3.11", "pyasyncore"),
    ("asynchat", "3.11", "pyasynchat"),
    ("smtpd", "3.11", ""),
    ("cgi", "3.12", "legacy-cgi"),
    ("crypt", "3.12", "legacy-crypt"),
    ("telnetlib", "3.12", "telnetlib3"),
    ("imghdr", "3.12", "standard-imghdr"),
    ("sndhdr", "3.12", "standard-sndhdr"),
    ("audioop", "3.12", "audioop-lts"),
    ("pipes", "3.12", "standard-pipes"),
    ("nntplib", "3.12", "standard-nntplib"),
    ("xdrlib", "3.12", "standard-xdrlib"),
)
