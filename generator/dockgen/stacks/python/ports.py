"""On which port and address an app listens, as its source says it or by its framework's convention."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at
from dockgen.stacks.python import commands, environment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.frameworks import Framework
    from dockgen.stacks.python.model import Known

OUTWARD = "0.0.0.0"

# What sets a port, the surest first; `env` is the variable that may change it.
_PORT_PATTERNS = (
    lazy.pattern(
        r"\bport\s*=\s*int\(\s*os\.(?:environ\.get|getenv)\("
        r"\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*,\s*[\"']?(?P<port>\d{2,5})"
    ),
    lazy.pattern(r"os\.(?:environ\.get|getenv)\(\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*,\s*[\"']?(?P<port>\d{2,5})"),
    lazy.pattern(r"os\.environ\.get\(\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*\)\s*or\s*[\"']?(?P<port>\d{2,5})"),
    lazy.pattern(r"[\"']PORT[\"']\s*:\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    lazy.pattern(
        r"[\"']?(?:--)?port[\"']?\s*[=:,]\s*(?:type\s*=\s*int\s*,\s*)?"
        r"(?:default\s*=\s*)?[\"']?(?P<port>\d{2,5})\b(?P<env>)"
    ),
    lazy.pattern(r"[\"']--port[\"']\s*,[^()]{0,200}?default\s*=\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    lazy.pattern(r"\b(?:http_)?(?:PORT|Port)\s*(?::\s*int\s*)?=\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    lazy.pattern(r"\.(?:listen|bind)\(\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    lazy.pattern(r"(?:HTTPServer|\.bind)\(\s*\(\s*[\"'][^\"']*[\"']\s*,\s*(?P<port>\d{2,5})(?P<env>)"),
)

# Ports of other services and variables that name them: an app connects to those, and listens on none.
_FOREIGN = (21, 22, 25, 389, 465, 587, 636, 1433, 1883, 2181, 3306, 5432, 5672, 6379, 9092, 9200, 11211, 27017)
_FOREIGN_VARIABLE = lazy.pattern(
    r"AMQP|CELERY|DATABASE|DB|DEBUG|ELASTIC|FTP|KAFKA|LDAP|MAIL|MEMCACHE|METRICS|MONGO|MQTT|MYSQL|PG|POSTGRES|PROMETHEUS|"
    r"PROXY|RABBIT|REDIS|SMTP|SSH"
)


def port_in(text: str) -> tuple[int, str, int] | None:
    """The first port that a source sets, the environment variable that may change it ("" if none), and its line."""
    for pattern in _PORT_PATTERNS:
        for m in pattern.finditer(text):
            if _FOREIGN_VARIABLE.search(m["env"]) or int(m["port"]) in _FOREIGN:
                continue
            if m[0].startswith(".listen") and "socket.socket(" in text:
                continue  # of a socket it says how many connections may wait
            if 0 < int(m["port"]) < 65536:
                return int(m["port"]), m["env"], line_at(text, m.start())
    return None


def port_of(project: Project, path: str, framework: Framework) -> tuple[Fact[int], str]:
    """The port that the file PATH says, else the framework's; and the variable that may change it ("" if none)."""
    if found := port_in(project.text(path)):
        number, variable, line = found
        return Fact(number, (Evidence(path, line, variable),)), variable
    return Fact(framework.port, (Evidence(note=f"{framework.name}'s default"),)), ""


def served_port(project: Project, known: Known, path: str, framework: Framework) -> tuple[Fact[int], str]:
    """The port for the app in the file PATH under a server of ours: the project's own tools know it best."""
    if found := commands.port(project, known.told, path):
        return Fact(found[0], (found[1],)), ""
    number, variable = port_of(project, path, framework)
    if not number.evidence[0].path and (found := commands.exposed(project)):
        return Fact(found[0], (found[1],)), ""
    return number, variable


def unprivileged(port: Fact[int], note: str) -> Fact[int]:
    """PORT, or 8000 with NOTE where PORT needs privileges: for a server that is ours to point at a port."""
    if port.value >= 1024:
        return port
    return Fact(8000, (Evidence(note=note),))


def port_environment(port: Fact[int], *variables: str) -> tuple[tuple[str, str], ...]:
    """PORT under each of the environment VARIABLES that has a name."""
    return tuple((name, str(port.value)) for name in variables if name)


# A variable or a field of settings that says on which address to listen, and says the loopback one by default.
_HOST = lazy.pattern(
    r"(?:getenv|environ\.get|config|env(?:\.str)?)\(\s*[\"'](?P<env>\w{0,40}(?:HOST|BIND|ADDR|ADDRESS|IP|INTERFACE))[\"']\s*,"
    r"\s*(?:default\s*=\s*)?[\"'](?:127\.0\.0\.1|localhost)[\"']"
)
_HOST_FIELD = lazy.pattern(
    r"^[ \t]+(?P<field>(?:\w{0,30}_)?(?:host|bind|address))\s*:\s*str\s*=\s*[\"'](?:127\.0\.0\.1|localhost)[\"']",
    re.MULTILINE | re.IGNORECASE,
)


def outward(code: Code, paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The variables that make the code in PATHS listen on every address, where it would only on the loopback one."""
    found: set[str] = set()
    for path in paths:
        text = code.text(path)
        found.update(m["env"] for m in _HOST.finditer(text))
        if "BaseSettings" in text and (fields := {m["field"] for m in _HOST_FIELD.finditer(text)}):
            module = code.module(path)
            classes = module.classes.values() if module else ()
            found.update(
                environment.settings_prefix(settings) + field.upper()
                for settings in classes
                for field in fields
                if any(getattr(getattr(s, "target", None), "id", "") == field for s in settings.body)
            )
    return tuple((name, OUTWARD) for name in sorted(found) if not _FOREIGN_VARIABLE.search(name))


def named(code: Code, path: str) -> tuple[int, str, Evidence] | None:
    """The port that the file PATH takes from a setting of another file, and the variable that may change it."""
    if (module := code.module(path)) is None:
        return None
    for node in module.nodes:
        match node:
            case ast.keyword(arg="port" | "server_port", value=ast.Name(id=name) | ast.Attribute(attr=name)):
                pass
            case ast.keyword(
                arg="port", value=ast.Subscript(slice=ast.Constant(value=str(name)))
            ):  # port=config["port"]
                pass
            case ast.Call(func=ast.Attribute(attr="listen"), args=[ast.Name(id=name) | ast.Attribute(attr=name), *_]):
                pass
            case _:
                continue
        for home, value in code.assigned(name):
            number, variable = _number(value)
            if number and number not in _FOREIGN and not _FOREIGN_VARIABLE.search(variable):
                return number, variable, Evidence(home.path, value.lineno, name)
    return None


def _number(node: ast.expr) -> tuple[int, str]:
    """The number that an expression stands for, and the variable that may change it; 0 if it cannot be told."""
    match node:
        case ast.Constant(value=int() | str() as value) if re.fullmatch(r"[1-9]\d{1,4}", str(value)):
            return (int(value), "") if int(value) < 65536 else (0, "")
        case ast.Call(func=ast.Name(id="int"), args=[inner]):
            return _number(inner)
        case ast.BoolOp(values=[*_, last]):
            return _number(last)
        case ast.Call(args=[ast.Constant(value=str(name)), default, *_]):
            return _number(default)[0], name
        case ast.Call(args=args, keywords=keywords):
            values = [*(k.value for k in keywords if k.arg == "default"), *args[:1]]
            first = args[0].value if args and isinstance(args[0], ast.Constant) else ""
            return (_number(values[0])[0], first if isinstance(first, str) else "") if values else (0, "")
    return 0, ""


def inward(project: Project, path: str) -> tuple[str, ...]:
    """A warning if the file PATH listens on the loopback address, which nobody outside the container can reach."""
    text = project.text(path)
    if m := re.search(r"host\s*=\s*[\"'](127\.0\.0\.1|localhost)[\"']", text):
        line = line_at(text, m.start())
        return (f"{path}:{line} listens on {m[1]}, which nobody outside the container can reach; use 0.0.0.0",)
    return ()
