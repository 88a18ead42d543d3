"""Tables: which Debian package brings a header, a library or a program that a log says is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.importing.packages import RUNTIME
from dockgen.stacks.go.clibs import LIBRARIES
from dockgen.stacks.go.programs import PACKAGES as STARTED
from dockgen.stacks.python.called import PROGRAMS as CALLED
from dockgen.stacks.python.native import renamed

if TYPE_CHECKING:
    from collections.abc import Mapping

# Package with headers -> the headers by which compilers miss it; a name with a slash at its end is a folder of headers.
# Names as in Debian 13 (tests/e2e/test_debian.py asks apt for every one of them, on trixie and bookworm).
_HEADERS: Mapping[str, str] = {
    "build-essential": "assert.h errno.h limits.h math.h stdint.h stdio.h stdlib.h string.h sys/types.h unistd.h",
    "default-libmysqlclient-dev": "my_config.h mysql.h mysql/",
    "freetds-dev": "ctpublic.h sybdb.h sybfront.h",
    "libacl1-dev": "acl/ sys/acl.h",
    "libargon2-dev": "argon2.h",
    "libarchive-dev": "archive.h",
    "libasound2-dev": "alsa/",
    "libavcodec-dev": "libavcodec/",
    "libavdevice-dev": "libavdevice/",
    "libavfilter-dev": "libavfilter/",
    "libavformat-dev": "libavformat/",
    "libavutil-dev": "libavutil/",
    "libbluetooth-dev": "bluetooth/",
    "libboost-dev": "boost/",
    "libbz2-dev": "bzlib.h",
    "libcairo2-dev": "cairo.h cairo/",
    "libcups2-dev": "cups/",
    "libcurl4-openssl-dev": "curl/",
    "libdbus-1-dev": "dbus/",
    "libdevmapper-dev": "libdevmapper.h",
    "libeigen3-dev": "Eigen/",
    "libenchant-2-dev": "enchant.h enchant-2/",
    "libev-dev": "ev.h",
    "libevent-dev": "event.h event2/",
    "libexpat1-dev": "expat.h",
    "libffi-dev": "ffi.h",
    "libfftw3-dev": "fftw3.h",
    "libfontconfig-dev": "fontconfig/",
    "libfreetype-dev": "ft2build.h freetype2/",
    "libgdal-dev": "cpl_port.h gdal.h gdal/",
    "libgeos-dev": "geos_c.h geos/",
    "libgif-dev": "gif_lib.h",
    "libgit2-dev": "git2.h",
    "libgl-dev": "GL/",
    "libglib2.0-dev": "glib.h glib-2.0/ gio/",
    "libgmp-dev": "gmp.h",
    "libgpgme-dev": "gpgme.h",
    "libgraphviz-dev": "graphviz/",
    "libgtk-3-dev": "gtk/",
    "libhdf5-dev": "hdf5.h",
    "libheif-dev": "libheif/",
    "libicu-dev": "unicode/",
    "libjpeg-dev": "jpeglib.h",
    "libkrb5-dev": "gssapi.h gssapi/ krb5.h",
    "libldap-dev": "lber.h ldap.h",
    "libleptonica-dev": "leptonica/",
    "libleveldb-dev": "leveldb/",
    "liblua5.4-dev": "lua.h",
    "liblz4-dev": "lz4.h lz4frame.h",
    "liblzma-dev": "lzma.h",
    "libmagic-dev": "magic.h",
    "libmagickwand-dev": "MagickWand/ wand/",
    "libmecab-dev": "mecab.h",
    "libmemcached-dev": "libmemcached/",
    "libmp3lame-dev": "lame/",
    "libmpc-dev": "mpc.h",
    "libmpfr-dev": "mpfr.h",
    "libncurses-dev": "curses.h ncurses.h term.h",
    "libnetcdf-dev": "netcdf.h",
    "libonig-dev": "oniguruma.h",
    "libopenblas-dev": "cblas.h lapacke.h",
    "libopus-dev": "opus.h opus/",
    "libopusfile-dev": "opusfile.h",
    "libpam0g-dev": "security/",
    "libpango1.0-dev": "pango/",
    "libpcap-dev": "pcap.h pcap/",
    "libpcre2-dev": "pcre2.h",
    "libpcsclite-dev": "PCSC/ winscard.h",
    "libpng-dev": "png.h",
    "libpoppler-cpp-dev": "poppler/",
    "libpq-dev": "libpq-fe.h libpq/ postgresql/",
    "libproj-dev": "proj.h proj_api.h",
    "libprotobuf-dev": "google/protobuf/",
    "libpulse-dev": "pulse/",
    "librdkafka-dev": "librdkafka/",
    "libre2-dev": "re2/",
    "libreadline-dev": "readline/",
    "librocksdb-dev": "rocksdb/",
    "librrd-dev": "rrd.h",
    "librsvg2-dev": "librsvg/",
    "libsasl2-dev": "sasl.h sasl/",
    "libseccomp-dev": "seccomp.h",
    "libsecret-1-dev": "libsecret/",
    "libsnappy-dev": "snappy-c.h snappy.h",
    "libsndfile1-dev": "sndfile.h",
    "libsodium-dev": "sodium.h",
    "libsqlite3-dev": "sqlite3.h",
    "libssl-dev": "openssl/",
    "libsystemd-dev": "systemd/",
    "libtesseract-dev": "tesseract/",
    "libtiff-dev": "tiff.h tiffio.h",
    "libudev-dev": "libudev.h",
    "libusb-1.0-0-dev": "libusb-1.0/ libusb.h",
    "libvips-dev": "vips/",
    "libvirt-dev": "libvirt/",
    "libvpx-dev": "vpx/",
    "libwebp-dev": "webp/",
    "libx11-dev": "X11/",
    "libxcb1-dev": "xcb/",
    "libxml2-dev": "libxml/ libxml2/",
    "libxmlsec1-dev": "xmlsec/ xmlsec1/",
    "libxslt1-dev": "libexslt/ libxslt/",
    "libyaml-dev": "yaml.h",
    "libyara-dev": "yara.h yara/",
    "libzmq3-dev": "zmq.h",
    "libzstd-dev": "zstd.h",
    "llvm-dev": "llvm-c/ llvm/",
    "portaudio19-dev": "portaudio.h",
    "tk-dev": "tcl.h tk.h",
    "unixodbc-dev": "sql.h sqlext.h",
    "uuid-dev": "uuid/",
    "zlib1g-dev": "zconf.h zlib.h",
}
# The same by the names of pkg-config, of `-l` and of `find_package`, beside those that Go's table has already.
_NAMES: Mapping[str, str] = {
    "default-libmysqlclient-dev": "mysqlclient MySQL",
    "freetds-dev": "ct sybdb",
    "libboost-dev": "Boost",
    "libbz2-dev": "bz2 bzip2",
    "libcairo2-dev": "cairo cairo-gobject py3cairo",
    "libcurl4-openssl-dev": "CURL",
    "libdbus-1-dev": "dbus-1",
    "libexpat1-dev": "expat EXPAT",
    "libffi-dev": "ffi libffi",
    "libfontconfig-dev": "fontconfig",
    "libgdal-dev": "gdal GDAL",
    "libgif-dev": "gif",
    "libgirepository-2.0-dev": "girepository-2.0",
    "libgl-dev": "GL gl OpenGL",
    "libglib2.0-dev": "gio-2.0 glib-2.0 gmodule-2.0 gobject-2.0",
    "libgmp-dev": "gmp",
    "libgtk-3-dev": "gtk+-3.0",
    "libhdf5-dev": "hdf5 HDF5",
    "libicu-dev": "icu-i18n icu-uc icudata icui18n icuuc ICU",
    "libjpeg-dev": "JPEG",
    "libldap-dev": "lber libldap",
    "libleptonica-dev": "lept leptonica",
    "liblzma-dev": "liblzma lzma",
    "libmagickwand-dev": "ImageMagick MagickWand",
    "libmemcached-dev": "libmemcached memcached",
    "libopenblas-dev": "BLAS LAPACK blas lapack openblas",
    "libpango1.0-dev": "pango pangocairo pangoft2",
    "libpcsclite-dev": "libpcsclite pcsclite",
    "libpixman-1-dev": "pixman-1",
    "libpng-dev": "PNG",
    "libpoppler-cpp-dev": "poppler-cpp",
    "libpq-dev": "PostgreSQL",
    "libprotobuf-dev": "protobuf",
    "librsvg2-dev": "librsvg-2.0",
    "libsasl2-dev": "libsasl2 sasl2",
    "libsecret-1-dev": "libsecret-1",
    "libsndfile1-dev": "sndfile",
    "libssl-dev": "OpenSSL",
    "libtesseract-dev": "tesseract Tesseract",
    "libx11-dev": "X11 x11",
    "libxi-dev": "xi",
    "libxml2-dev": "LibXml2",
    "libxmlsec1-dev": "xmlsec1 xmlsec1-openssl",
    "libxslt1-dev": "exslt libexslt libxslt xslt",
    "libyaml-dev": "yaml yaml-0.1",
    "zlib1g-dev": "ZLIB",
}
# Programs that tell how a library is compiled against, and those that build, by the package that has them.
_BUILDERS: Mapping[str, str] = {
    "autoconf": "autoconf autoreconf",
    "automake": "aclocal automake",
    "bison": "bison yacc",
    "build-essential": "c++ c89 c99 cc g++ gcc make x86_64-linux-gnu-g++ x86_64-linux-gnu-gcc aarch64-linux-gnu-gcc"
    " x86_64-alpine-linux-musl-gcc gmake CMAKE_C_COMPILER CMAKE_CXX_COMPILER",
    "cargo": "cargo",
    "clang": "clang clang++",
    "cmake": "cmake",
    "curl": "curl",
    "default-libmysqlclient-dev": "mariadb_config mysql_config",
    "flex": "flex",
    "gettext": "msgfmt xgettext",
    "gfortran": "f77 f90 f95 gfortran",
    "git": "git",
    "libcups2-dev": "cups-config",
    "libcurl4-openssl-dev": "curl-config",
    "libgdal-dev": "gdal-config",
    "libgeos-dev": "geos-config",
    "libkrb5-dev": "krb5-config",
    "libmecab-dev": "mecab-config",
    "libnetcdf-dev": "nc-config",
    "libpcap-dev": "pcap-config",
    "libpq-dev": "pg_config",
    "libtool": "libtool libtoolize",
    "libxml2-dev": "xml2-config",
    "libxslt1-dev": "xslt-config",
    "llvm-dev": "llvm-config",
    "meson": "meson",
    "nasm": "nasm",
    "ninja-build": "ninja",
    "openssh-client": "ssh",
    "patch": "patch",
    "pkg-config": "pkg-config pkgconf",
    "protobuf-compiler": "protoc",
    "python3": "python python3",
    "r-base-core": "R",
    "rustc": "rustc",
    "swig": "swig",
    "unixodbc-dev": "odbc_config",
    "unzip": "unzip",
    "wget": "wget",
    "xz-utils": "xz",
    "yasm": "yasm",
}
# Programs that apps start, beside those that Go's and Python's tables have already.
_PROGRAMS: Mapping[str, str] = {
    "antiword": "antiword",
    "bash": "bash",
    "calibre": "ebook-convert",
    "chromium-driver": "chromedriver",
    "curl": "curl",
    "default-jre-headless": "java",
    "espeak": "espeak",
    "flac": "flac",
    "libreoffice-nogui": "libreoffice soffice",
    "mecab": "mecab",
    "openssl": "openssl",
    "postgresql-client": "pg_restore pg_isready psql",
    "procps": "free pgrep pkill ps top",
    "qpdf": "qpdf",
    "redis-tools": "redis-cli",
    "sqlite3": "sqlite3",
    "unzip": "unzip",
    "webp": "cwebp dwebp",
    "wget": "wget",
    "xvfb": "Xvfb xvfb-run",
    "zip": "zip",
}
# Shared library, with the number of its interface -> the package that has it.
LIBRARIES_AT_RUN: Mapping[str, str] = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libGLU.so.1": "libglu1-mesa", "libICE.so.6": "libice6",
    "libMagickWand-7.Q16.so.10": "libmagickwand-7.q16-10", "libOpenCL.so.1": "ocl-icd-libopencl1",
    "libSM.so.6": "libsm6", "libX11.so.6": "libx11-6", "libX11-xcb.so.1": "libx11-xcb1",
    "libXcomposite.so.1": "libxcomposite1", "libXcursor.so.1": "libxcursor1", "libXdamage.so.1": "libxdamage1",
    "libXext.so.6": "libxext6", "libXfixes.so.3": "libxfixes3", "libXi.so.6": "libxi6", "libXrandr.so.2": "libxrandr2",
    "libXrender.so.1": "libxrender1", "libXss.so.1": "libxss1", "libXtst.so.6": "libxtst6",
    "libarchive.so.13": "libarchive13t64", "libasound.so.2": "libasound2t64", "libatk-1.0.so.0": "libatk1.0-0t64",
    "libatk-bridge-2.0.so.0": "libatk-bridge2.0-0t64", "libatomic.so.1": "libatomic1",
    "libatspi.so.0": "libatspi2.0-0t64", "libbluetooth.so.3": "libbluetooth3", "libbz2.so.1.0": "libbz2-1.0",
    "libcairo.so.2": "libcairo2", "libcups.so.2": "libcups2t64", "libcurl-gnutls.so.4": "libcurl3t64-gnutls",
    "libcurl.so.4": "libcurl4t64", "libdbus-1.so.3": "libdbus-1-3", "libdmtx.so.0": "libdmtx0t64",
    "libdrm.so.2": "libdrm2", "libenchant-2.so.2": "libenchant-2-2", "libev.so.4": "libev4t64",
    "libevent-2.1.so.7": "libevent-2.1-7t64", "libexpat.so.1": "libexpat1", "libexslt.so.0": "libxslt1.1",
    "libffi.so.8": "libffi8", "libfontconfig.so.1": "libfontconfig1", "libfreetype.so.6": "libfreetype6",
    "libgbm.so.1": "libgbm1", "libgcc_s.so.1": "libgcc-s1", "libgdk_pixbuf-2.0.so.0": "libgdk-pixbuf-2.0-0",
    "libgeos_c.so.1": "libgeos-c1t64", "libgfortran.so.5": "libgfortran5", "libgif.so.7": "libgif7",
    "libgio-2.0.so.0": "libglib2.0-0t64", "libglib-2.0.so.0": "libglib2.0-0t64", "libgmp.so.10": "libgmp10",
    "libgobject-2.0.so.0": "libglib2.0-0t64", "libgomp.so.1": "libgomp1", "libgpgme.so.11": "libgpgme11t64",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2", "libgthread-2.0.so.0": "libglib2.0-0t64",
    "libgtk-3.so.0": "libgtk-3-0t64", "libharfbuzz.so.0": "libharfbuzz0b", "libheif.so.1": "libheif1",
    "libjpeg.so.62": "libjpeg62-turbo", "libkrb5.so.3": "libkrb5-3", "liblber.so.2": "libldap2",
    "libldap.so.2": "libldap2", "libleveldb.so.1d": "libleveldb1d", "liblz4.so.1": "liblz4-1",
    "liblzma.so.5": "liblzma5", "libmagic.so.1": "libmagic1t64", "libmariadb.so.3": "libmariadb3",
    "libmemcached.so.11": "libmemcached11t64", "libmp3lame.so.0": "libmp3lame0", "libmpfr.so.6": "libmpfr6",
    "libncursesw.so.6": "libncursesw6", "libnspr4.so": "libnspr4", "libnss3.so": "libnss3", "libodbc.so.2": "libodbc2",
    "libopenblas.so.0": "libopenblas0", "libopus.so.0": "libopus0", "libopusfile.so.0": "libopusfile0",
    "libpango-1.0.so.0": "libpango-1.0-0", "libpangocairo-1.0.so.0": "libpangocairo-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0", "libpcap.so.0.8": "libpcap0.8t64", "libpcre2-8.so.0": "libpcre2-8-0",
    "libpcsclite.so.1": "libpcsclite1", "libpng16.so.16": "libpng16-16t64", "libportaudio.so.2": "libportaudio2",
    "libpq.so.5": "libpq5", "libproj.so.25": "libproj25", "libpulse.so.0": "libpulse0",
    "libquadmath.so.0": "libquadmath0", "librdkafka.so.1": "librdkafka1", "libreadline.so.8": "libreadline8t64",
    "librsvg-2.so.2": "librsvg2-2", "libsasl2.so.2": "libsasl2-2", "libseccomp.so.2": "libseccomp2",
    "libsecret-1.so.0": "libsecret-1-0", "libsnappy.so.1": "libsnappy1v5", "libsndfile.so.1": "libsndfile1",
    "libsodium.so.23": "libsodium23", "libsqlite3.so.0": "libsqlite3-0", "libssl.so.3": "libssl3t64",
    "libcrypto.so.3": "libssl3t64", "libstdc++.so.6": "libstdc++6", "libsybdb.so.5": "libsybdb5",
    "libsystemd.so.0": "libsystemd0", "libtcl8.6.so": "libtcl8.6", "libtesseract.so.5": "libtesseract5",
    "libtiff.so.6": "libtiff6", "libtinfo.so.6": "libtinfo6", "libtk8.6.so": "libtk8.6", "libudev.so.1": "libudev1",
    "libusb-1.0.so.0": "libusb-1.0-0", "libuuid.so.1": "libuuid1", "libvips.so.42": "libvips42t64",
    "libvirt.so.0": "libvirt0", "libwebp.so.7": "libwebp7", "libwebpdemux.so.2": "libwebpdemux2",
    "libwebpmux.so.3": "libwebpmux3", "libxcb.so.1": "libxcb1", "libxkbcommon.so.0": "libxkbcommon0",
    "libxml2.so.2": "libxml2", "libxmlsec1.so.1": "libxmlsec1t64", "libxslt.so.1": "libxslt1.1",
    "libyaml-0.so.2": "libyaml-0-2", "libz.so.1": "zlib1g", "libzbar.so.0": "libzbar0t64", "libzmq.so.5": "libzmq5",
    "libzstd.so.1": "libzstd1",
}  # fmt: skip
# What other suites call it, beside what Python's table says.
OLDER: Mapping[str, Mapping[str, str]] = {
    "bookworm": {
        "libavcodec61": "libavcodec59", "libavformat61": "libavformat59", "libavutil59": "libavutil57",
        "libgit2-1.9": "libgit2-1.5", "libgirepository-2.0-dev": "libgirepository1.0-dev", "libldap2": "libldap-2.5-0",
        "libvpx9": "libvpx7", "libyara10": "libyara9",
    },
}  # fmt: skip
# In every image of Debian.
ESSENTIAL = frozenset({"libgcc-s1", "liblz4-1", "liblzma5", "libudev1", "libuuid1", "libzstd1", "zlib1g"})


def _by_name(*tables: Mapping[str, str]) -> dict[str, str]:
    return {name: package for table in tables for package, names in table.items() for name in names.split()}


HEADERS = _by_name(_HEADERS)
# pkg-config, -l and CMake, in any case.
NAMES = {name.lower(): package for name, package in _by_name({b: names for b, _, names in LIBRARIES}, _NAMES).items()}
BUILDERS = _by_name(_BUILDERS)
PROGRAMS = {**_by_name(STARTED), **CALLED, **_by_name(_PROGRAMS)}
# The library that a package with headers stands for when the app runs.
_AT_RUN = {**{build: run for build, run, _ in LIBRARIES}, **RUNTIME}


def of_header(name: str) -> str:
    """The package that has the header NAME, as in `#include`; "" if none is known."""
    name = name.removeprefix("./")
    folders = (name[: at + 1] for at, letter in enumerate(name) if letter == "/")
    return HEADERS.get(name) or next((HEADERS[f] for f in folders if f in HEADERS), "")


def of_name(name: str) -> str:
    """The package with the headers of the library NAME, as pkg-config, the linker or CMake call it; "" if unknown."""
    low = name.lower()
    return NAMES.get(low) or NAMES.get(low.removeprefix("lib")) or ""


def of_library(soname: str) -> str:
    """The package that has the shared library SONAME, such as libpq.so.5; "" if none is known."""
    return LIBRARIES_AT_RUN.get(soname, "")


def of_builder(program: str) -> str:
    """The package that has PROGRAM, which a build runs; "" if none is known."""
    return BUILDERS.get(program) or PROGRAMS.get(program, "")


def of_program(program: str) -> str:
    """The package that has PROGRAM, which an app runs; "" if none is known."""
    return PROGRAMS.get(program, "")


def at_run(package: str) -> str:
    """What a program that was built with PACKAGE needs when it runs; "" if nothing."""
    found = _AT_RUN.get(package, "")
    return "" if found in ESSENTIAL else found


def on(suite: str, package: str) -> str:
    """The name of a package of trixie on SUITE."""
    return OLDER.get(suite, {}).get(package) or renamed(package, suite)


def everything() -> frozenset[str]:
    """Every package of the tables."""
    made = {*HEADERS.values(), *NAMES.values(), *BUILDERS.values(), *PROGRAMS.values(), *LIBRARIES_AT_RUN.values()}
    return frozenset(made | {run for package in made if (run := at_run(package))})
