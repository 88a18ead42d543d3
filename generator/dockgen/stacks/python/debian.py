"""Table: what Debian must provide to build Python packages, and to run them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Native:
    """A package (normalised name), the Debian (trixie) packages that build it, and those that it needs to run.

    `bundled` is the release from which on its wheels bring all of that along ("0" for all of them): the row then counts
    only where no wheel fits. None: wheels, if there are any, do not bring it.
    """

    package: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    bundled: str | None = None


COMPILER = ("build-essential",)
RUST = (*COMPILER, "cargo", "rustc")
_CAIRO = (*COMPILER, "libcairo2-dev", "pkg-config")
_GL = ("libgl1", "libglib2.0-0t64")
_LDAP = (*COMPILER, "libldap-dev", "libsasl2-dev")
_MYSQL = (*COMPILER, "default-libmysqlclient-dev", "pkg-config")
_POPPLER = (*COMPILER, "libpoppler-cpp-dev", "pkg-config")
_JAVA = ("default-jre-headless",)
_CHROMIUM = ("chromium", "chromium-driver")
_BLAS = (*COMPILER, "gfortran", "libopenblas-dev", "pkg-config")
_BLAS_RUN = ("libgfortran5", "libopenblas0")
_DBUS = (*COMPILER, "libdbus-1-dev", "libglib2.0-dev", "pkg-config")
_GIR = ("gir1.2-glib-2.0", "libcairo2", "libgirepository-2.0-0")
_JPEG = (*COMPILER, "libfreetype-dev", "libjpeg-dev", "zlib1g-dev")
_JPEG_RUN = ("libfreetype6", "libjpeg62-turbo")
_MEMCACHED = (*COMPILER, "libmemcached-dev", "zlib1g-dev")
_AV = (*COMPILER, "libavdevice-dev", "libavfilter-dev", "libavformat-dev", "pkg-config")
_ROCKS = (*COMPILER, "libbz2-dev", "liblz4-dev", "librocksdb-dev", "libsnappy-dev", "zlib1g-dev")
_XMLSEC = (*COMPILER, "libxml2-dev", "libxmlsec1-dev", "pkg-config")
_FONTS = ("fonts-dejavu-core",)

# Sources: detection.md §1.2.5; the packages' own installation guides; names as in Debian 13 (tests/e2e/test_debian.py
# asks apt for every one of them, on trixie and bookworm; bullseye's were looked up in its index, 2026-11-23).
NATIVE = (
    # databases and directories
    Native("cassandra-driver", (*COMPILER, "libev-dev"), ("libev4t64",), "3.29"),
    Native("django-auth-ldap", _LDAP, ("libldap2", "libsasl2-2")),
    Native("flask-mysqldb", _MYSQL, ("libmariadb3",)),
    Native("mariadb", (*COMPILER, "libmariadb-dev"), ("libmariadb3",)),
    Native("mysqlclient", _MYSQL, ("libmariadb3",)),
    Native("psycopg", (), ("libpq5",)),
    Native("psycopg-c", (*COMPILER, "libpq-dev"), ("libpq5",)),
    Native("psycopg2", (*COMPILER, "libpq-dev"), ("libpq5",)),
    Native("psycopg2-binary", (*COMPILER, "libpq-dev"), ("libpq5",), "0"),
    Native("pylibmc", _MEMCACHED, ("libhashkit2t64", "libmemcached11t64"), "1.6.3"),
    Native("pymssql", (*COMPILER, "freetds-dev"), ("libsybdb5",), "2.1.4"),
    Native("pyodbc", (*COMPILER, "unixodbc-dev"), ("unixodbc",), None),
    Native("python-ldap", _LDAP, ("libldap2", "libsasl2-2")),
    Native("python-rocksdb", _ROCKS, ("librocksdb9.10",)),
    Native("rocksdb", _ROCKS, ("librocksdb9.10",)),
    # documents
    Native("cairocffi", (), ("libcairo2",)),
    Native("cairosvg", (), ("libcairo2",)),
    Native("camelot-py", (), ("ghostscript", *_GL)),
    Native("imgkit", (), (*_FONTS, "wkhtmltopdf")),
    Native("lxml", (*COMPILER, "libxml2-dev", "libxslt1-dev", "zlib1g-dev"), ("libxml2", "libxslt1.1"), "0"),
    Native("ocrmypdf", (), ("ghostscript", "tesseract-ocr")),
    Native("pdf2image", (), ("poppler-utils",)),
    Native("pdfkit", (), (*_FONTS, "wkhtmltopdf")),
    Native("pdftotext", _POPPLER, ("libpoppler-cpp2",)),
    Native("pycairo", _CAIRO, ("libcairo2",)),
    Native("pypandoc", (), ("pandoc",)),
    Native("pytesseract", (), ("tesseract-ocr",)),
    Native("python-poppler", (*_POPPLER, "cmake"), ("libpoppler-cpp2",)),
    Native("reportlab", (*COMPILER, "libfreetype-dev"), ("libfreetype6",), "0"),
    Native("svglib", _CAIRO, ("libcairo2",)),
    Native("tesserocr", (*COMPILER, "libleptonica-dev", "libtesseract-dev", "pkg-config"), ("tesseract-ocr",), "2.6"),
    Native("unstructured", (), ("libmagic1t64", "poppler-utils", "tesseract-ocr")),
    Native("weasyprint", (), (*_FONTS, "libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0")),
    Native("xhtml2pdf", _CAIRO, ("libcairo2",)),
    # pictures and computer vision
    Native("deepface", (), _GL),
    Native("dlib", (*COMPILER, "cmake"), ()),
    Native("face-recognition", (*COMPILER, "cmake"), ()),
    Native("imgaug", (), _GL),
    Native("insightface", COMPILER, _GL),
    Native("mediapipe", (), _GL),
    Native("opencv-contrib-python", (), _GL),
    Native("opencv-python", (), _GL),
    Native("paddleocr", (), (*_GL, "libgomp1")),
    Native("paddlepaddle", (), ("libgomp1",)),
    Native("pillow", _JPEG, _JPEG_RUN, "0"),
    Native("pillow-simd", _JPEG, _JPEG_RUN),
    Native("pylibdmtx", (), ("libdmtx0t64",)),
    Native("pyvips", (), ("libvips42t64",)),
    Native("pyzbar", (), ("libzbar0t64",)),
    Native("ultralytics", (), _GL),
    Native("wand", (), ("libmagickwand-7.q16-10",)),
    # sound and video
    Native("aubio", (*COMPILER, "libsndfile1-dev"), ("libsndfile1",)),
    Native("av", _AV, ("ffmpeg",), "0"),
    Native("azure-cognitiveservices-speech", (), ("libasound2t64",)),
    Native("demucs", (), ("ffmpeg",)),
    Native("ffmpeg-python", (), ("ffmpeg",)),
    Native("moviepy", (), ("ffmpeg",)),
    Native("openai-whisper", (), ("ffmpeg",)),
    Native("phonemizer", (), ("espeak-ng",)),
    Native("pyaudio", (*COMPILER, "portaudio19-dev"), ("libportaudio2",)),
    Native("pyttsx3", (), ("espeak-ng", "libespeak1")),
    Native("scenedetect", (), ("ffmpeg",)),
    Native("sounddevice", (), ("libportaudio2",)),
    Native("soundfile", (), ("libsndfile1",), "0.11"),
    Native("speechrecognition", (), ("flac",)),
    Native("spleeter", (), ("ffmpeg",)),
    Native("webrtcvad", COMPILER),
    Native("whisperx", (), ("ffmpeg",)),
    Native("youtube-dl", (), ("ffmpeg",)),
    Native("yt-dlp", (), ("ffmpeg",)),
    # maps and numbers
    Native("fiona", (*COMPILER, "libgdal-dev"), ("gdal-bin",), "0"),
    Native("gdal", (*COMPILER, "libgdal-dev"), ("gdal-bin",)),
    Native("h5py", (*COMPILER, "libhdf5-dev", "pkg-config"), ("libhdf5-310",), "0"),
    Native("lightgbm", (), ("libgomp1",)),
    Native("matplotlib", (*COMPILER, "libfreetype-dev", "pkg-config"), ("libfreetype6",), "0"),
    Native("netcdf4", (*COMPILER, "libhdf5-dev", "libnetcdf-dev", "pkg-config"), ("libnetcdf22",), "0"),
    Native("numpy", _BLAS, _BLAS_RUN, "0"),
    Native("pyproj", (*COMPILER, "libproj-dev", "proj-bin"), ("proj-bin",), "0"),
    Native("rasterio", (*COMPILER, "libgdal-dev"), ("gdal-bin",), "0"),
    Native("rpy2", (*COMPILER, "r-base-dev"), ("r-base-core",)),
    Native("scikit-learn", _BLAS, _BLAS_RUN, "0"),
    Native("scipy", _BLAS, _BLAS_RUN, "0"),
    Native("shapely", (*COMPILER, "libgeos-dev"), ("libgeos-c1t64",), "0"),
    # language and search
    Native("chromadb", COMPILER, (), "1"),
    Native("fasttext", COMPILER),
    Native("fugashi", (*COMPILER, "libmecab-dev"), ("mecab",), "0"),
    Native("hnswlib", COMPILER),
    Native("konlpy", (), _JAVA),
    Native("language-tool-python", (), _JAVA),
    Native("llama-cpp-python", COMPILER, ("libgomp1",)),
    Native("mecab-python3", (*COMPILER, "libmecab-dev"), ("mecab",), "0"),
    Native("pyenchant", (), ("libenchant-2-2",)),
    Native("pyicu", (*COMPILER, "libicu-dev", "pkg-config"), ("libicu76",)),
    Native("pyopenjtalk", (*COMPILER, "cmake")),
    Native("sentencepiece", (*COMPILER, "cmake", "pkg-config"), (), "0"),
    # graphs, Java, browsers
    Native("diagrams", (), ("graphviz",)),
    Native("graphviz", (), ("graphviz",)),
    Native("pydot", (), ("graphviz",)),
    Native("pygraphviz", (*COMPILER, "libgraphviz-dev", "pkg-config"), ("graphviz",)),
    Native("pyppeteer", (), ("chromium",)),
    Native("pyspark", (), _JAVA),
    Native("selenium", (), _CHROMIUM),
    Native("tabula-py", (), _JAVA),
    Native("undetected-chromedriver", (), _CHROMIUM),
    # security and networks
    Native("cffi", (*COMPILER, "libffi-dev"), ("libffi8",), "0"),
    Native("cryptography", (*RUST, "libffi-dev", "libssl-dev", "pkg-config"), ("libffi8",), "0"),
    Native("gssapi", (*COMPILER, "libkrb5-dev"), ("libgssapi-krb5-2",)),
    Native("m2crypto", (*COMPILER, "libssl-dev", "swig"), ()),
    Native("netifaces", COMPILER),
    Native("pcapy", (*COMPILER, "libpcap-dev"), ("libpcap0.8t64",)),
    Native("pycurl", (*COMPILER, "libcurl4-openssl-dev", "libssl-dev"), ("libcurl4t64",), "7.45.3"),
    Native("pykerberos", (*COMPILER, "libkrb5-dev"), ("libgssapi-krb5-2",)),
    Native("pynacl", (*COMPILER, "libffi-dev"), ("libffi8",), "0"),
    Native("pysaml2", (), ("xmlsec1",)),
    Native("pyshark", (), ("tshark",)),
    Native("python-nmap", (), ("nmap",)),
    Native("python-pam", (), ("libpam0g",)),
    Native("sasl", (*COMPILER, "libsasl2-dev"), ("libsasl2-2",)),
    Native("xmlsec", _XMLSEC, ("libxmlsec1t64", "libxmlsec1t64-openssl")),
    # devices and the system
    Native("bluepy", (*COMPILER, "libglib2.0-dev", "pkg-config"), ("libglib2.0-0t64",)),
    Native("dbus-python", _DBUS, ("libdbus-1-3", "libglib2.0-0t64")),
    Native("libvirt-python", (*COMPILER, "libvirt-dev", "pkg-config"), ("libvirt0",)),
    Native("pybluez", (*COMPILER, "libbluetooth-dev"), ("libbluetooth3",)),
    Native("pycups", (*COMPILER, "libcups2-dev"), ("libcups2t64",)),
    Native("pygobject", (*_CAIRO, "libgirepository-2.0-dev"), _GIR),
    Native("pyscard", (*COMPILER, "libpcsclite-dev", "swig"), ("libpcsclite1",)),
    Native("pyusb", (), ("libusb-1.0-0",)),
    Native("rpi-gpio", COMPILER),
    Native("systemd-python", (*COMPILER, "libsystemd-dev", "pkg-config"), ("libsystemd0",)),
    # the rest
    Native("annoy", COMPILER),
    Native("ciso8601", COMPILER, (), "2.3"),
    Native("editdistance", COMPILER),
    Native("evdev", COMPILER),
    Native("gevent", (*COMPILER, "libffi-dev"), ("libffi8",), "0"),
    Native("misaka", (*COMPILER, "libffi-dev")),
    Native("pycld2", COMPILER),
    Native("pyinstaller", (), ("binutils",)),
    Native("pyminizip", (*COMPILER, "zlib1g-dev")),
    Native("python-magic", (), ("libmagic1t64",)),
    Native("python-snappy", (*COMPILER, "libsnappy-dev"), ("libsnappy1v5",), "0.7"),
    Native("rrdtool", (*COMPILER, "librrd-dev"), ("librrd8t64",)),
    Native("uwsgi", (*COMPILER, "libpcre2-dev"), ("libpcre2-8-0",)),
)  # fmt: skip

# Packages whose compiled part is written in Rust.
IN_RUST = frozenset(
    {
        "bcrypt", "jiter", "orjson", "polars", "pydantic-core", "rpds-py", "safetensors", "tiktoken", "tokenizers",
        "watchfiles",
    }
)  # fmt: skip

# An extra that brings the library along in a wheel, or asks for the compiled variant.
EXTRAS: Mapping[tuple[str, str], str] = {("psycopg", "binary"): "", ("psycopg", "c"): "psycopg-c"}

# What trixie has no more: images with it stand on bookworm, which has long-term support until 2028.
GONE = frozenset({"wkhtmltopdf"})

# The same packages on older suites, where the name is another than that of trixie without its `t64`.
OLDER_NAMES: Mapping[str, Mapping[str, str]] = {
    "bookworm": {
        "libgirepository-2.0-0": "libgirepository-1.0-1",
        "libgirepository-2.0-dev": "libgirepository1.0-dev",
        "libhdf5-310": "libhdf5-103-1",
        "libicu76": "libicu72",
        "libldap2": "libldap-2.5-0",
        "libgeos-c1t64": "libgeos-c1v5",
        "libmagickwand-7.q16-10": "libmagickwand-6.q16-6",
        "libnetcdf22": "libnetcdf19",
        "libpoppler-cpp2": "libpoppler-cpp0v5",
        "librocksdb9.10": "librocksdb7.8",
        "libdmtx0t64": "libdmtx0b",
    },
    "bullseye": {
        "libgirepository-2.0-0": "libgirepository-1.0-1",
        "libgirepository-2.0-dev": "libgirepository1.0-dev",
        "libhdf5-310": "libhdf5-103-1",
        "libicu76": "libicu67",
        "libldap-dev": "libldap2-dev",
        "libldap2": "libldap-2.4-2",
        "libgeos-c1t64": "libgeos-c1v5",
        "libmagickwand-7.q16-10": "libmagickwand-6.q16-6",
        "libnetcdf22": "libnetcdf18",
        "libpoppler-cpp2": "libpoppler-cpp0v5",
        "librocksdb9.10": "librocksdb6.11",
        "libffi8": "libffi7",
        "libharfbuzz-subset0": "libharfbuzz0b",
        "libdmtx0t64": "libdmtx0b",
    },
}

# Packages that come as source only and are Python only, beside those whose names begin like plug-ins of a framework.
PURE = frozenset(
    {
        "antlr4-python3-runtime", "backoff", "classproperties", "crontab", "daff", "dkimpy", "docopt", "eradicate",
        "feedfinder2", "future", "html2text", "jaconv", "jieba", "jieba3k", "jstyleson", "langdetect",
        "maxminddb-geolite2", "mf2py", "odfpy", "paginate", "paho-mqtt", "parse", "peewee", "proxy-tools",
        "pure-sasl", "pyhive", "pypd", "pypika", "pystache", "python-multipart", "pythondi", "pytrie",
        "restructuredtext-lint", "sgmllib3k", "tinysegmenter", "unidic", "unidic-lite", "user-agents", "wikipedia",
        "wraptor",
    }
)  # fmt: skip
PURE_PREFIXES = ("dj-", "django-", "fastapi-", "flask-", "pytest-", "sqlalchemy-", "types-", "wagtail-")
