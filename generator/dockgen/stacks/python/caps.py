"""Tables: the newest Python that old packages, old pins and removed modules allow."""

from __future__ import annotations

# A package below a version has no wheel for Linux for a Python newer than the one named, so that it would be compiled.
# Source: the lists of files of the releases at the index; the first with a wheel for the next Python ends the row.
WHEELS: tuple[tuple[str, str, str], ...] = (
    ("aiohttp", "3.8", "3.10"), ("aiohttp", "3.9", "3.11"), ("aiohttp", "3.10.6", "3.12"),
    ("aiohttp", "3.13", "3.13"),
    ("asyncpg", "0.27", "3.10"), ("asyncpg", "0.29", "3.11"), ("asyncpg", "0.30", "3.12"), ("asyncpg", "0.31", "3.13"),
    ("cffi", "1.15.1", "3.10"), ("cffi", "1.16", "3.11"), ("cffi", "1.17", "3.12"), ("cffi", "2", "3.13"),
    ("cx-oracle", "9", "3.10"),
    ("faiss-cpu", "1.8", "3.11"), ("faiss-cpu", "1.9", "3.12"),
    ("frozenlist", "1.4.1", "3.11"),
    ("gevent", "23.9", "3.11"), ("gevent", "24.10.1", "3.12"), ("gevent", "25.8", "3.13"),
    ("greenlet", "1.1.3", "3.10"), ("greenlet", "3", "3.11"), ("greenlet", "3.1", "3.12"),
    ("greenlet", "3.2.4", "3.13"),
    ("grpcio", "1.59", "3.11"), ("grpcio", "1.66.2", "3.12"), ("grpcio", "1.75.1", "3.13"),
    ("h5py", "3.10", "3.11"), ("h5py", "3.12", "3.12"), ("h5py", "3.15", "3.13"),
    ("httptools", "0.3", "3.9"), ("httptools", "0.6", "3.11"), ("httptools", "0.6.2", "3.12"),
    ("httptools", "0.7", "3.13"),
    ("lazy-object-proxy", "1.7", "3.9"),
    ("llvmlite", "0.42", "3.11"), ("llvmlite", "0.44", "3.12"), ("llvmlite", "0.46", "3.13"),
    ("lxml", "4.9.3", "3.11"), ("lxml", "5.3", "3.12"), ("lxml", "6", "3.13"),
    ("markupsafe", "1.1", "3.9"),
    ("matplotlib", "3.8", "3.11"), ("matplotlib", "3.9.2", "3.12"), ("matplotlib", "3.10.5", "3.13"),
    ("multidict", "6", "3.9"), ("multidict", "6.0.5", "3.11"),
    ("numba", "0.59", "3.11"), ("numba", "0.61", "3.12"), ("numba", "0.63", "3.13"),
    ("numpy", "1.21", "3.9"), ("numpy", "1.23.2", "3.10"), ("numpy", "1.26", "3.11"),
    ("numpy", "2.1", "3.12"), ("numpy", "2.3.2", "3.13"),
    ("onnxruntime", "1.17", "3.11"), ("onnxruntime", "1.20", "3.12"),
    ("orjson", "3.9.6", "3.11"), ("orjson", "3.10.7", "3.12"), ("orjson", "3.11.3", "3.13"),
    ("pandas", "1.3.3", "3.9"), ("pandas", "1.5.1", "3.10"), ("pandas", "2.1.1", "3.11"),
    ("pandas", "2.2.3", "3.12"), ("pandas", "2.3.3", "3.13"),
    ("pillow", "6.2.1", "3.7"), ("pillow", "8", "3.8"), ("pillow", "8.3.2", "3.9"),
    ("pillow", "9.3", "3.10"), ("pillow", "10.1", "3.11"), ("pillow", "10.4", "3.12"),
    ("pillow", "11.3", "3.13"),
    ("psycopg-binary", "3.1.12", "3.11"), ("psycopg-binary", "3.2.2", "3.12"), ("psycopg-binary", "3.2.10", "3.13"),
    ("psycopg2-binary", "2.8.4", "3.7"), ("psycopg2-binary", "2.8.6", "3.8"), ("psycopg2-binary", "2.9", "3.9"),
    ("psycopg2-binary", "2.9.5", "3.10"), ("psycopg2-binary", "2.9.9", "3.11"), ("psycopg2-binary", "2.9.10", "3.12"),
    ("psycopg2-binary", "2.9.11", "3.13"),
    ("pyarrow", "14", "3.11"), ("pyarrow", "18", "3.12"), ("pyarrow", "22", "3.13"),
    ("pydantic-core", "2.20", "3.12"), ("pydantic-core", "2.41", "3.13"),
    ("pyyaml", "6", "3.9"), ("pyyaml", "6.0.1", "3.11"), ("pyyaml", "6.0.2", "3.12"), ("pyyaml", "6.0.3", "3.13"),
    ("regex", "2021.8.21", "3.9"), ("regex", "2022.9.13", "3.10"),
    ("scikit-image", "0.22", "3.11"), ("scikit-image", "0.25", "3.12"),
    ("scikit-learn", "1.3.1", "3.11"), ("scikit-learn", "1.5.2", "3.12"), ("scikit-learn", "1.7.2", "3.13"),
    ("scipy", "1.11.2", "3.11"), ("scipy", "1.14.1", "3.12"), ("scipy", "1.16.1", "3.13"),
    ("sentencepiece", "0.2", "3.11"), ("sentencepiece", "0.2.1", "3.12"),
    ("shapely", "2.0.2", "3.11"), ("shapely", "2.0.6", "3.12"), ("shapely", "2.1.2", "3.13"),
    ("spacy", "3.8.7", "3.12"),
    ("tensorflow", "2.16", "3.11"), ("tensorflow", "2.20", "3.12"), ("tensorflow", "3", "3.13"),
    ("tensorflow-cpu", "2.16", "3.11"), ("tensorflow-cpu", "2.20", "3.12"), ("tensorflow-cpu", "3", "3.13"),
    ("tiktoken", "0.8", "3.12"), ("tiktoken", "0.12", "3.13"),
    ("tokenizers", "0.15", "3.11"), ("tokenizers", "0.21", "3.12"),
    ("torch", "2.2", "3.11"), ("torch", "2.5", "3.12"), ("torch", "2.9", "3.13"),
    ("torchaudio", "2.2", "3.11"), ("torchaudio", "2.5", "3.12"), ("torchaudio", "2.9", "3.13"),
    ("torchvision", "0.17", "3.11"), ("torchvision", "0.20", "3.12"), ("torchvision", "0.24", "3.13"),
    ("typed-ast", "1.5", "3.9"),
    ("uvloop", "0.16", "3.9"), ("uvloop", "0.18", "3.11"), ("uvloop", "0.21", "3.12"), ("uvloop", "0.22", "3.13"),
    ("yarl", "1.9.3", "3.11"),
)  # fmt: skip

# Packages that install without a compiler too: where no wheel fits they do without their part in C, and are slower.
# Source: their setup.py.
FALLS_BACK = frozenset({"coverage", "markupsafe", "simplejson", "sqlalchemy", "websockets", "wrapt", "zope-interface"})

# A package below a version does not run on a Python newer than the one named: the package, the version, the Python,
# and the source: what of Python it needs that the next one has not, or where its own notes say so.
RUNS: tuple[tuple[str, str, str, str], ...] = (
    ("celery", "5.3", "3.11", "release notes of 5.3: support for 3.12 follows in its bug-fix releases"),
    ("django", "1.11.17", "3.6", "release notes of 1.11.17: Python 3.7"),
    ("django", "2.1", "3.9", "collections' old names left Python with 3.10"),
    ("django", "2.2", "3.10", "its FAQ: which Python for which Django"),
    ("django", "4.2", "3.11", "its FAQ; distutils left Python with 3.12"),
    ("django", "5.1", "3.12", "its FAQ; cgi left Python with 3.13"),
    ("django", "5.2.8", "3.13", "its FAQ: 3.14 as of 5.2.8"),
    ("eventlet", "0.34", "3.11", "change log of 0.34: Python 3.12"),
    ("eventlet", "0.37", "3.12", "change log of 0.37: Python 3.13"),
    ("flask", "2", "3.11", "its change log tests no newer one; goes with Werkzeug and Jinja of that time"),
    ("flask", "3", "3.13", "ast.Str and pkgutil.get_loader left Python with 3.14"),
    ("gunicorn", "20.1", "3.11", "imports pkg_resources, which new environments have not from 3.12 on"),
    ("jinja2", "2.11", "3.9", "collections' old names left Python with 3.10"),
    ("psycopg2", "2.8.4", "3.7", "its change log of 2.8.4: building with Python 3.8"),
    ("psycopg2", "2.9", "3.9", "PY_SSIZE_T_CLEAN is required from 3.10 on"),
    ("pydantic", "1.10.13", "3.11", "change log of 1.10.13: Python 3.12"),
    ("pydantic", "2", "3.13", "its documentation: version 1 does not run on 3.14"),
    ("pydantic", "2.8", "3.12", "release notes of 2.8: Python 3.13"),
    ("pydantic", "2.12", "3.13", "release notes of 2.12: Python 3.14"),
    ("sqlalchemy", "1.4", "3.11", "change log: Python 3.12 from 1.4 on"),
    ("sqlalchemy", "2.0.31", "3.12", "change log of 2.0.31: Python 3.13"),
    ("werkzeug", "1", "3.9", "collections' old names left Python with 3.10"),
    ("werkzeug", "3", "3.13", "ast.Str left Python with 3.14"),
)

# A package from a version on does not run on a Python older than the one named, among those that are supported.
# Source: Requires-Python of the releases.
NEEDS: tuple[tuple[str, str, str], ...] = (("django", "6", "3.12"),)

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
# Source: "Removed" in What's New of 3.12 and 3.13.
REMOVED: tuple[tuple[str, str, str], ...] = (
    ("distutils", "3.11", "setuptools"),
    ("imp", "3.11", ""),
    ("asyncore", "3.11", "pyasyncore"),
    ("asynchat", "3.11", "pyasynchat"),
    ("smtpd", "3.11", ""),
    ("cgi", "3.12", "legacy-cgi"),
    ("cgitb", "3.12", "legacy-cgi"),
    ("crypt", "3.12", "legacy-crypt"),
    ("telnetlib", "3.12", "telnetlib3"),
    ("imghdr", "3.12", "standard-imghdr"),
    ("sndhdr", "3.12", "standard-sndhdr"),
    ("audioop", "3.12", "audioop-lts"),
    ("pipes", "3.12", "standard-pipes"),
    ("nntplib", "3.12", "standard-nntplib"),
    ("uu", "3.12", "standard-uu"),
    ("xdrlib", "3.12", "standard-xdrlib"),
    ("lib2to3", "3.12", ""),
)
