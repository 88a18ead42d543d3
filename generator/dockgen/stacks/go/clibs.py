"""C libraries that a program's own files ask for in #cgo lines, and the packages of Debian 13 that bring them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.go.source import GoFile

# Package to build with, package to run with, names in pkg-config and after -l.
LIBRARIES = (
    ("libarchive-dev", "libarchive13t64", "archive libarchive"),
    ("libasound2-dev", "libasound2t64", "asound alsa"),
    ("libavcodec-dev", "libavcodec61", "avcodec libavcodec"),
    ("libavformat-dev", "libavformat61", "avformat libavformat"),
    ("libavutil-dev", "libavutil59", "avutil libavutil"),
    ("libbluetooth-dev", "libbluetooth3", "bluetooth bluez"),
    ("libcups2-dev", "libcups2t64", "cups"),
    ("libcurl4-openssl-dev", "libcurl4t64", "curl libcurl"),
    ("libdevmapper-dev", "libdevmapper1.02.1", "devmapper"),
    ("libfreetype-dev", "libfreetype6", "freetype freetype2"),
    ("libgeos-dev", "libgeos-c1t64", "geos geos_c"),
    ("libgit2-dev", "libgit2-1.9", "git2 libgit2"),
    ("libgpgme-dev", "libgpgme11t64", "gpgme"),
    ("libheif-dev", "libheif1", "heif libheif"),
    ("libhunspell-dev", "libhunspell-1.7-0", "hunspell"),
    ("libhyperscan-dev", "libhyperscan5", "hs libhs"),
    ("libjpeg62-turbo-dev", "libjpeg62-turbo", "jpeg libjpeg"),
    ("libkrb5-dev", "libgssapi-krb5-2", "krb5 gssapi_krb5 krb5-gssapi"),
    ("libldap-dev", "libldap2", "ldap"),
    ("libleveldb-dev", "libleveldb1d", "leveldb"),
    ("liblua5.4-dev", "liblua5.4-0", "lua5.4"),
    ("libluajit-5.1-dev", "libluajit-5.1-2", "luajit luajit-5.1"),
    ("liblz4-dev", "liblz4-1", "lz4 liblz4"),
    ("libmagic-dev", "libmagic1t64", "magic libmagic"),
    ("libmariadb-dev", "libmariadb3", "mariadb mysqlclient libmariadb"),
    ("libmp3lame-dev", "libmp3lame0", "mp3lame"),
    ("libnetfilter-queue-dev", "libnetfilter-queue1", "netfilter_queue libnetfilter_queue"),
    ("libopus-dev", "libopus0", "opus"),
    ("libopusfile-dev", "libopusfile0", "opusfile"),
    ("libpam0g-dev", "libpam0g", "pam"),
    ("libpcap-dev", "libpcap0.8t64", "pcap libpcap"),
    ("libpcre2-dev", "libpcre2-8-0", "pcre2-8 libpcre2-8"),
    ("libpng-dev", "libpng16-16t64", "png libpng png16"),
    ("libpq-dev", "libpq5", "pq libpq"),
    ("libproj-dev", "libproj25", "proj"),
    ("librdkafka-dev", "librdkafka1", "rdkafka"),
    ("librocksdb-dev", "librocksdb9.10", "rocksdb"),
    ("libseccomp-dev", "libseccomp2", "seccomp libseccomp"),
    ("libsnappy-dev", "libsnappy1v5", "snappy"),
    ("libsodium-dev", "libsodium23", "sodium libsodium"),
    ("libsqlite3-dev", "libsqlite3-0", "sqlite3"),
    ("libssl-dev", "libssl3t64", "ssl crypto openssl libssl libcrypto"),
    ("libsystemd-dev", "libsystemd0", "systemd libsystemd"),
    ("libtiff-dev", "libtiff6", "tiff libtiff-4"),
    ("libudev-dev", "libudev1", "udev libudev"),
    ("libusb-1.0-0-dev", "libusb-1.0-0", "usb-1.0 libusb-1.0"),
    ("libvips-dev", "libvips42t64", "vips"),
    ("libvirt-dev", "libvirt0", "virt libvirt"),
    ("libvpx-dev", "libvpx9", "vpx"),
    ("libwebp-dev", "libwebp7", "webp libwebp"),
    ("libxml2-dev", "libxml2", "xml2 libxml-2.0"),
    ("libyara-dev", "libyara10", "yara"),
    ("libzmq3-dev", "libzmq5", "zmq libzmq"),
    ("libzstd-dev", "libzstd1", "zstd libzstd"),
    ("portaudio19-dev", "libportaudio2", "portaudio portaudio-2.0"),
    ("unixodbc-dev", "libodbc2", "odbc"),
    ("uuid-dev", "libuuid1", "uuid"),
    ("zlib1g-dev", "zlib1g", "z zlib"),
)
_OF = {name: (build, run) for build, run, names in LIBRARIES for name in names.split()}
_LINE = lazy.pattern(r"^[ \t/*]*#cgo[ \t]+([^:\n]*?)(LDFLAGS|pkg-config):[ \t]*([^\n]*)", re.MULTILINE)
_OTHER_SYSTEM = lazy.pattern(r"\b(?:darwin|windows|freebsd|openbsd|netbsd|android|ios)\b")


def packages(project: Project, file: GoFile) -> Iterator[tuple[str, str]]:
    """The packages that FILE is built with and runs with, in pairs."""
    for condition, kind, rest in _LINE.findall(project.text(file.path)):
        if _OTHER_SYSTEM.search(condition) and "linux" not in condition:
            continue
        for word in rest.split():
            name = word.removeprefix("-l") if kind == "LDFLAGS" else word
            if (word.startswith("-l") or kind != "LDFLAGS") and name in _OF:
                yield _OF[name]
