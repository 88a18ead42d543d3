"""Programs that a Go program starts, and the Debian packages that they come in."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.records import dataclass
from dockgen.stacks.go.source import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.stacks.go.source import GoFile

# Packages of Debian 13, and the programs in them that other programs start.
PACKAGES = {
    "7zip": "7z 7za 7zz",
    "aria2": "aria2c",
    "bind9-dnsutils": "dig nslookup",
    "borgbackup": "borg",
    "bzip2": "bzip2",
    "chromium": "chromium",
    "curl": "curl",
    "default-mysql-client": "mysql mysqldump mysqladmin",
    "ethtool": "ethtool",
    "ffmpeg": "ffmpeg ffprobe",
    "ghostscript": "gs",
    "gifsicle": "gifsicle",
    "git": "git",
    "git-lfs": "git-lfs",
    "gnupg": "gpg gpg2",
    "graphviz": "dot",
    "imagemagick": "convert identify magick mogrify",
    "inkscape": "inkscape",
    "iperf3": "iperf3",
    "iproute2": "ip ss tc",
    "iptables": "iptables ip6tables",
    "iputils-ping": "ping ping6",
    "jpegoptim": "jpegoptim",
    "jq": "jq",
    "libimage-exiftool-perl": "exiftool",
    "librsvg2-bin": "rsvg-convert",
    "lsof": "lsof",
    "mediainfo": "mediainfo",
    "mercurial": "hg",
    "mkvtoolnix": "mkvmerge mkvextract",
    "net-tools": "arp ifconfig netstat",
    "nftables": "nft",
    "nmap": "nmap",
    "nodejs": "node",
    "openssh-client": "ssh scp sftp ssh-keygen ssh-keyscan",
    "openssl": "openssl",
    "optipng": "optipng",
    "pandoc": "pandoc",
    "perl": "perl",
    "pngquant": "pngquant",
    "poppler-utils": "pdfimages pdfinfo pdftoppm pdftotext",
    "postgresql-client": "pg_dump pg_dumpall pg_isready pg_restore psql",
    "procps": "pgrep pkill ps top",
    "python3": "python3",
    "qpdf": "qpdf",
    "rclone": "rclone",
    "redis-tools": "redis-cli",
    "restic": "restic",
    "rsync": "rsync",
    "smartmontools": "smartctl",
    "snmp": "snmpget snmpwalk",
    "socat": "socat",
    "sox": "sox",
    "sqlite3": "sqlite3",
    "subversion": "svn",
    "tesseract-ocr": "tesseract",
    "traceroute": "traceroute",
    "unzip": "unzip",
    "webp": "cwebp dwebp gif2webp",
    "wget": "wget",
    "wireguard-tools": "wg wg-quick",
    "xz-utils": "xz",
    "yt-dlp": "yt-dlp",
    "zip": "zip",
    "zstd": "zstd",
}
# What a Debian image has and an image without a shell lacks.
SLIM = frozenset(
    {
        "awk", "base64", "bash", "cat", "chmod", "chown", "cp", "cut", "date", "df", "du", "echo", "env", "find",
        "grep", "gunzip", "gzip", "hostname", "id", "kill", "ln", "ls", "md5sum", "mkdir", "mount", "mv", "nice",
        "nohup",
        "readlink", "rm", "rmdir", "sed", "sh", "sha256sum", "sleep", "sort", "stat", "tail", "tar", "tee", "test",
        "touch", "uname", "uniq", "wc", "which", "xargs",
    }
)  # fmt: skip
# Modules that start a program themselves.
MODULES = (
    ("github.com/chromedp/chromedp", "chromium"),
    ("github.com/go-rod/rod", "chromium"),
    ("github.com/gogs/git-module", "git"),
    ("github.com/u2takey/ffmpeg-go", "ffmpeg"),
    ("github.com/xfrr/goffmpeg", "ffmpeg"),
    ("github.com/barasher/go-exiftool", "exiftool"),
    ("github.com/wader/goutubedl", "yt-dlp"),
    ("github.com/creack/pty", "sh"),
)
_STARTS = lazy.pattern(
    r"\bexec(?:abs)?\.(?:LookPath\(|Command\(|CommandContext\([^,\n]{1,80},)\s*\"(?P<name>[\w./+-]{1,100})\""
)
_SHELL = lazy.pattern(r"\"(?:/bin/|/usr/bin/)?(?P<name>sh|bash)\"")
_OF = {program: package for package, programs in PACKAGES.items() for program in programs.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The programs that have to be in the image: their names, the packages to install, and where it is said."""

    names: tuple[str, ...]
    packages: tuple[str, ...]
    evidence: Evidence


def programs(program: Sequence[GoFile]) -> Programs | None:
    """What PROGRAM starts; None if it starts nothing that is known.

    Programs of a desktop or of another system are not in the tables, and so are passed over.
    """
    found: dict[str, Evidence] = {}
    for file in program:
        for name, at in _started(file):
            if name in _OF or name in SLIM:
                found.setdefault(name, Evidence(file.path, file.line(at), f"starts {name}"))
    if not found:
        return None
    return Programs(
        names=tuple(found),
        packages=tuple(sorted({_OF[name] for name in found if name in _OF})),
        evidence=next(where for name, where in found.items() if name in _OF or not found.keys() & _OF.keys()),
    )


def _started(file: GoFile) -> Iterator[tuple[str, int]]:
    for path, name in MODULES:
        if hit := next((i for i in file.imports if i == path or i.startswith(path + "/")), None):
            yield name, file.text.find(f'"{hit}"')
    if not any(i in ("os/exec", "golang.org/x/sys/execabs") for i in file.imports):
        return
    for match in matches(_STARTS, file.text):
        yield posixpath.basename(match["name"]), match.start()
    # A shell is often chosen first and started under the name of a variable.
    for match in matches(_SHELL, file.text):
        yield match["name"], match.start()
