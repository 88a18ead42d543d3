"""Health checks: the setting `health`, the names of routes that answer one, and the argv that asks in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import values

if TYPE_CHECKING:
    from dockgen.choices import Chooser
    from dockgen.facts import Fact

# The last part of paths that answer whether an app is well, the likeliest first. `ready` and `readyz` are not among
# them: a container must not be restarted because something that it needs is away.
NAMES = (
    "healthz", "health", "livez", "healthcheck", "health-check", "health_check", "_health", "health/live",
    "health/liveness", "-/healthy", "ping",
)  # fmt: skip
# For a regular expression, the longer first, so that "health" does not stand for "healthz".
PATTERN = "|".join(sorted(NAMES, key=len, reverse=True))
TCP = "tcp"

NODE = (
    "require('http').get({{host:'127.0.0.1',port:{port},path:'{path}',timeout:4000}},"
    "r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"
)
NODE_TCP = (
    "require('net').connect({port},'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"
)
# http.client asks the app itself: urllib would go through HTTP_PROXY where that is set, and follow redirects out of the
# container.
PYTHON = (
    "import http.client{imports}; c = http.client.HTTPConnection('127.0.0.1', {port}, timeout=4); "
    "c.request('GET', '{path}'{headers}); exit(c.getresponse().status >= 400)"
)
PYTHON_TCP = "import socket{imports}; socket.create_connection(('127.0.0.1', {port}), 3).close()"
# Debian's perl-base is in every image of Debian's and can ask by itself; curl and wget are not there.
PERL = (
    "my $s = IO::Socket::INET->new({address}) or exit 1; "
    "print $s qq(GET {path} HTTP/1.0\\r\\n\\r\\n); exit(<$s> !~ / {status} /)"
)
PERL_TCP = "exit !IO::Socket::INET->new({address})"


def choose(pick: Chooser, found: Fact[str] | None, *, missing: str = TCP, why: str) -> str:
    """What is asked for: a path, `tcp` for a connection, "" for nothing; WHY is the reason where nothing was FOUND.

    InputError if it is none of these.
    """
    asked = pick.text("health", found, missing=missing, why=why)
    return asked if asked in ("", TCP) else values.request_target(asked)


def node(program: str, asked: str, port: int, variable: str = "") -> tuple[str, ...] | None:
    """The argv by which node or bun, PROGRAM, asks on PORT, or on the one that VARIABLE says in the container."""
    number = f"process.env.{values.env_name(variable)}||{port}" if variable else str(port)
    script = NODE_TCP.format(port=number) if asked == TCP else NODE.format(port=number, path=asked)
    return (program, "-e", script) if asked else None


def python(asked: str, port: int, variable: str = "", host: str = "") -> tuple[str, ...] | None:
    """The argv by which Python asks, as a client that calls the app HOST if one is given."""
    number = f"int(os.environ.get('{values.env_name(variable)}') or {port})" if variable else str(port)
    imports = ", os" if variable else ""
    headers = f", headers={{'Host': '{values.host(host)}'}}" if host else ""
    if asked == TCP:
        script = PYTHON_TCP.format(port=number, imports=imports)
    else:
        script = PYTHON.format(port=number, imports=imports, path=asked, headers=headers)
    return ("python", "-c", script) if asked else None


def perl(asked: str, port: int, variable: str = "", status: str = "[23]..") -> tuple[str, ...] | None:
    """The argv by which Debian's own perl asks; STATUS is a regular expression for the answer's."""
    address = f"'127.0.0.1:'.($ENV{{{values.env_name(variable)}}}||{port})" if variable else f"'127.0.0.1:{port}'"
    script = PERL_TCP if asked == TCP else PERL
    argv = ("perl", "-MIO::Socket::INET", "-e", script.format(address=address, path=asked, status=status))
    return argv if asked else None


def busybox(asked: str, port: int) -> tuple[str, ...] | None:
    """The argv by which Alpine's busybox asks, past any HTTP_PROXY."""
    if asked == TCP:
        return ("nc", "-z", "-w", "4", "127.0.0.1", str(port))
    url = f"http://127.0.0.1:{port}{asked}"
    return ("wget", "-q", "-T", "4", "-Y", "off", "-O", "/dev/null", url) if asked else None


def of_system(system: str, asked: str, port: int, variable: str = "") -> tuple[str, ...] | None:
    """The argv by which an image asks that stands on SYSTEM and has no language; None if nothing in it could."""
    if system == "alpine":
        return busybox(asked, port)
    return perl(asked, port, variable) if system == "debian" else None
