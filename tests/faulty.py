"""Projects and commands that faults meet, and ways to meet them: for tests/test_faults.py."""

from __future__ import annotations

import concurrent.futures
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dockgen import header
from dockgen.companions import table
from dockgen.templating import overrides
from dockgen.templating.overrides import Original
from dockgen.writer import STRAY
from helpers import ROOT, dockgen, environment, tree

APP = {
    "requirements.txt": "flask==3.1.0\ngunicorn==23.0.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    ".python-version": "3.13\n",
}
MANY = ("--with", "compose,devcontainer,kubernetes,make,github")  # seven files, in folders that have to be made
GIT = ["git", "-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "commit.gpgsign=false"]
EDITED = ("EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
DIGEST = "sha256:" + "a" * 64

# What runs dockgen and stops it before the number-th operation that changes something below a folder: by SIGKILL, or by an
# error; `count` says how many there are. An audit hook sees each before Python does it, whatever function asked for it.
AT = """
import atexit, os, signal, sys
folder, number, how = sys.argv[1], int(sys.argv[2]), sys.argv[3]
del sys.argv[1:4]
seen = 0
if how == "count":
    atexit.register(lambda: print(seen, file=sys.stderr))
def watch(event, args):
    global seen
    if event == "open":
        if not isinstance(args[0], str) or not args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif event in ("os.remove", "os.rmdir") and args[-1] != -1:
        return  # by a handle of its folder: a temporary one
    elif event not in ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown"):
        return
    if not os.path.abspath(os.fsdecode(args[0])).startswith(folder):
        return
    seen += 1
    if seen == number and how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if seen == number:
        raise OSError(int(how), os.strerror(int(how)))
sys.addaudithook(watch)
from dockgen.__main__ import main
main()
"""
# What runs dockgen and says by a byte that everything is compared and the folder will be locked next.
COMPARED = """
import os, sys
handle = int(sys.argv.pop(1))
told = []
def watch(event, args):
    if event == "fcntl.flock" and not told:
        told.append(os.write(handle, b"."))
sys.addaudithook(watch)
from dockgen.__main__ import main
main()
"""
# What runs dockgen as an installed script does, and says by a byte that its `main` runs: what comes before is Python's.
READY = """
import os, signal, sys
handle = int(sys.argv.pop(1))
def watch(event, args):
    if event == "import" and args[0] == "dockgen.cli":
        os.write(handle, b".")
sys.addaudithook(watch)
from dockgen.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # where tests run in the background, it is ignored
main()
"""


@dataclass(frozen=True)
class Case:
    """A command, the project that it is run in, what it makes of it; MENDED are the exit codes of a run after that."""

    name: str
    argv: tuple[str, ...]
    folder: Path
    after: dict[str, bytes]
    env: dict[str, str]
    mended: tuple[int, ...]

    def copy(self, place: Path) -> Path:
        """The project, in a folder of the same name below PLACE, which has only this."""
        return Path(shutil.copytree(self.folder, place / "app", symlinks=True))


def lay(place: Path, files=APP) -> Path:
    folder = place / "app"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def generated(place: Path) -> Path:
    folder = lay(place)
    assert dockgen("generate", folder).code == 0
    return folder


def companions(place: Path) -> Path:
    """Many files, of which one is edited, two are out of date, and one has to be merged; all are in a commit."""
    folder = lay(place)
    assert dockgen("generate", *MANY, folder).code == 0
    subprocess.run([*GIT, "init", "-q"], cwd=folder, check=True)
    subprocess.run([*GIT, "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "x"], cwd=folder, check=True)
    edit(folder / "compose.yaml", "mem_limit: 512m", "mem_limit: 1g")
    edit(folder / ".python-version", "3.13", "3.12")
    edit(folder / "requirements.txt", "flask==3.1.0\n", "flask==3.1.0\npsycopg[binary]==3.2.3\n")
    return folder


def fresh(place: Path) -> Path:
    return lay(place)


def foreign(place: Path) -> Path:
    return lay(place, APP | {"Dockerfile": "FROM scratch\n# mine\n", "Dockerfile.orig": "# older, and mine\n"})


def out_of_date(place: Path) -> Path:
    folder = generated(place)
    edit(folder / ".python-version", "3.13", "3.12")
    (folder / ".dockerignore").unlink()
    return folder


def edited(place: Path) -> Path:
    """A Dockerfile with an edit, to be merged with a change; what dockgen wrote is in a commit."""
    folder = generated(place)
    subprocess.run([*GIT, "init", "-q"], cwd=folder, check=True)
    subprocess.run([*GIT, "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "x"], cwd=folder, check=True)
    edit(folder / "Dockerfile", *EDITED)
    edit(folder / ".python-version", "3.13", "3.12")
    return folder


def merged(place: Path) -> Path:
    """The same once more: what dockgen wrote is nowhere but in .dockgen/originals."""
    folder = edited(place)
    assert dockgen("update", folder).code == 0
    shutil.rmtree(folder / ".git")
    edit(folder / ".python-version", "3.12", "3.14")
    return folder


def stale(place: Path) -> Path:
    """An override that is based on what a template once was."""
    folder = lay(place)
    name = "common/labels.j2"
    text = (ROOT / "templates" / name).read_text()
    old = Original(who="dockgen", version="0.0.9", path=name, text="{# an old remark #}\n" + text)
    for home, content in (("templates", overrides.copy(old) + "\n"), ("originals", old.text)):
        (folder / ".dockgen" / home / name).parent.mkdir(parents=True)
        (folder / ".dockgen" / home / name).write_text(content)
    return folder


# name -> how the project is made, the command (it runs in the project), the exit codes of the same command afterwards.
CASES = {
    "generate": (fresh, ("generate",), (0,)),
    "generate over a foreign file": (foreign, ("generate", "--force"), (0,)),
    "init with a setting": (out_of_date, ("init", "--yes", "--set", "port=9000"), (0,)),
    "generate anew": (out_of_date, ("generate",), (0,)),
    "update, merging": (edited, ("update",), (0,)),
    "update, merging again": (merged, ("update",), (0,)),
    "generate with companions": (fresh, ("generate", *MANY), (0,)),
    "update of companions, merging": (companions, ("update",), (0,)),
    "eject of companions": (companions, ("eject",), (0, 2)),
    "eject": (generated, ("eject",), (0, 2)),
    "templates override": (fresh, ("templates", "override", "common/Dockerfile.j2"), (0, 4)),
    "templates rebase": (stale, ("templates", "rebase"), (0,)),
    "pin": (generated, ("pin", "--with", "crane"), (0,)),
}


def run(argv, folder, env=None, **more):
    return dockgen(*argv, cwd=folder, env=env, **more)


def start(script: str, *argv: str, folder: Path, env=None, **more) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    where = environment({"TMPDIR": str(folder.parent)} | (env or {}))
    return subprocess.Popen([sys.executable, "-B", "-c", script, *argv], cwd=folder, env=where, stdin=subprocess.DEVNULL,
                            stdout=pipe, stderr=pipe, text=True, **more)  # fmt: skip


def begin(script: str, case_argv, folder: Path, env=None) -> subprocess.Popen[str]:
    """Start SCRIPT, and wait for the byte that it writes when it has come to what it is for."""
    read, write = os.pipe()
    process = start(script, str(write), *case_argv, folder=folder, env=env, pass_fds=(write,))
    os.close(write)
    os.read(read, 1)
    os.close(read)
    return process


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code of PROCESS, and what it said on stderr."""
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def strays(files) -> set[str]:
    return {path for path in files if STRAY.fullmatch(Path(path).name)}


def require_whole(case: Case, folder: Path) -> dict[str, bytes]:
    """Every file is the old or the new, and nothing else is there but what the next run removes."""
    before, now = tree(case.folder), tree(folder)
    left = {path: text for path, text in now.items() if path not in strays(now)}
    for path in before.keys() | case.after.keys() | left.keys():
        assert left.get(path) in (before.get(path), case.after.get(path)), f"{path} is neither old nor new"
    return left


def require_mended(case: Case, folder: Path) -> None:
    """The next run leaves the folder as if nothing had happened."""
    done = run(case.argv, folder, case.env)
    assert done.code in case.mended, done.err
    assert tree(folder) == case.after


def require_named(case: Case, folder: Path, left: dict[str, bytes]) -> None:
    """`check` says of each file what it is, whatever lies beside it."""
    asked = case.argv[1:] if case.argv[:2] == ("generate", "--with") else ()
    lines = dockgen("check", *asked, cwd=folder).out.splitlines()
    said = dict(line.split(maxsplit=1) for line in lines if line[0] != " ")
    beside = [name for name in case.after if name in left and table.named(name)]
    for name in ("Dockerfile", ".dockerignore", *beside):
        text = left.get(name, b"").decode()
        if name in beside and header.split(text)[0] is None:
            assert name not in said, "it was ejected: nothing asks for it"
        elif name not in left:
            assert said[name].startswith("missing")
        elif header.split(text)[0] is None:
            assert said[name].startswith("not ours")
        elif left[name] == case.after.get(name):
            assert said[name].startswith("up to date" if case.argv[0] == "generate" else ("up to date", "edited"))


def side_by_side(function, items) -> list:
    """FUNCTION of each of ITEMS, two at a time: most of the time is spent in the processes that it starts."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))
