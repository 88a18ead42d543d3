"""Go modules that need a C compiler, and the Debian packages that they build and run with."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.records import dataclass
from dockgen.stacks.go import clibs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.gomod import Module
    from dockgen.stacks.go.source import GoFile


@dataclass(frozen=True, slots=True)
class Native:
    """Import paths that begin with `prefix` need cgo; `cpp` if the binary links the C++ runtime."""

    prefix: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    cpp: bool = False


# Package names are those of Debian 13. Without packages: the C code comes with the module.
NATIVE = (
    Native("github.com/mattn/go-sqlite3"),
    Native("gorm.io/driver/sqlite"),
    Native("github.com/jinzhu/gorm/dialects/sqlite"),
    Native("github.com/mutecomm/go-sqlcipher"),
    Native("github.com/confluentinc/confluent-kafka-go"),
    Native("github.com/DataDog/zstd"),
    Native("github.com/valyala/gozstd"),
    Native("github.com/bmatsuo/lmdb-go"),
    Native("github.com/PowerDNS/lmdb-go"),
    Native("github.com/miekg/pkcs11"),  # loads the token's library at run time
    Native("github.com/smacker/go-tree-sitter"),
    Native("github.com/tree-sitter/go-tree-sitter"),
    Native("github.com/bytecodealliance/wasmtime-go"),
    Native("github.com/wasmerio/wasmer-go"),
    Native("rogchap.com/v8go", (), (), cpp=True),
    Native("gopkg.in/olebedev/go-duktape.v3"),
    Native("layeh.com/gopus"),
    Native("github.com/yalue/onnxruntime_go"),  # loads onnxruntime at run time
    Native("github.com/chai2010/webp"),
    Native("github.com/kolesa-team/go-webp", ("libwebp-dev",), ("libwebp7",)),
    Native("github.com/godror/godror"),  # loads Oracle's client at run time
    Native("github.com/marcboeker/go-duckdb", (), (), cpp=True),
    Native("github.com/duckdb/duckdb-go", (), (), cpp=True),
    Native("github.com/tecbot/gorocksdb", ("librocksdb-dev",), ("librocksdb9.10",), cpp=True),
    Native("github.com/linxGnu/grocksdb", ("librocksdb-dev",), ("librocksdb9.10",), cpp=True),
    Native("gopkg.in/gographics/imagick", ("libmagickwand-dev",), ("libmagickwand-7.q16-10",)),
    Native("github.com/alexbrainman/odbc", ("unixodbc-dev",), ("libodbc2",)),
    Native("github.com/google/gousb", ("libusb-1.0-0-dev",), ("libusb-1.0-0",)),
    Native("github.com/gordonklaus/portaudio", ("portaudio19-dev",), ("libportaudio2",)),
    Native("github.com/hillu/go-yara", ("libyara-dev",), ("libyara10",)),
    Native("github.com/jmhodges/levigo", ("libleveldb-dev",), ("libleveldb1d",)),
    Native("github.com/msteinert/pam", ("libpam0g-dev",), ("libpam0g",)),
    Native("github.com/rakyll/magicmime", ("libmagic-dev",), ("libmagic1t64",)),
    Native("github.com/seccomp/libseccomp-golang", ("libseccomp-dev",), ("libseccomp2",)),
    Native("gopkg.in/hraban/opus", ("libopus-dev", "libopusfile-dev"), ("libopus0", "libopusfile0")),
    Native("libvirt.org/go/libvirt", ("libvirt-dev",), ("libvirt0",)),
    Native("github.com/libvirt/libvirt-go", ("libvirt-dev",), ("libvirt0",)),
    Native("github.com/h2non/bimg", ("libvips-dev",), ("libvips42t64",)),
    Native("github.com/davidbyttow/govips", ("libvips-dev",), ("libvips42t64",)),
    Native("github.com/google/gopacket/pcap", ("libpcap-dev",), ("libpcap0.8t64",)),
    Native("github.com/gopacket/gopacket/pcap", ("libpcap-dev",), ("libpcap0.8t64",)),
    Native(
        "github.com/otiai10/gosseract",
        ("libleptonica-dev", "libtesseract-dev"),
        ("libtesseract5", "tesseract-ocr-eng"),
        cpp=True,
    ),
    Native("github.com/libgit2/git2go", ("libgit2-dev",), ("libgit2-1.9",)),
    Native("github.com/pebbe/zmq4", ("libzmq3-dev",), ("libzmq5",), cpp=True),
    Native("github.com/coreos/go-systemd/v22/sdjournal", ("libsystemd-dev",), ("libsystemd0",)),
    Native("gocv.io/x/gocv", ("libopencv-dev",), ("libopencv-contrib410",), cpp=True),
)
# Found through another module: harmless to build with cgo, and broken at run time without.
INDIRECT = ("github.com/mattn/go-sqlite3",)
PRUNED_SINCE = (1, 17)  # from then on go.mod lists only what the module's packages really import


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgo:
    """Why the program needs a C compiler, and the packages that come with it."""

    evidence: Evidence
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    cpp: bool = False


def cgo(project: Project, program: Sequence[GoFile], module: Module | None, go: tuple[int, int] | None) -> Cgo | None:
    """What the PROGRAM needs of C; None if it builds without, which is the rule."""
    needs: list[tuple[Native, Evidence]] = []
    for file in program:
        if file.cgo:
            where = Evidence(file.path, file.line(file.text.find('"C"')), 'import "C"')
            own = [Native("C", (build,), (run,)) for build, run in clibs.packages(project, file)]
            folder = posixpath.dirname(file.path)
            cpp = any(posixpath.dirname(f) == folder for f in project.ending(".cc", ".cpp", ".cxx"))
            needs += [(n, where) for n in (Native("C", cpp=cpp), *own)]
        for path in file.imports:
            where = Evidence(file.path, file.line(file.text.find(f'"{path}"')), "needs cgo")
            needs += [
                (n, where) for n in NATIVE if path == n.prefix or path.startswith((n.prefix + "/", n.prefix + ".v"))
            ]
    if not needs and module and go and go >= PRUNED_SINCE:
        needs += [
            (Native(name), Evidence(module.file, required.line, f"{name} needs cgo"))
            for name in INDIRECT
            if (required := module.requires.get(name)) and required.indirect
        ]
    if not needs:
        return None
    return Cgo(
        evidence=needs[0][1],
        build=tuple(sorted({p for n, _ in needs for p in n.build})),
        run=tuple(sorted({p for n, _ in needs for p in n.run})),
        cpp=any(n.cpp for n, _ in needs),
    )
