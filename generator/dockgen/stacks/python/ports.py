"""On which port and address an app listens, as its source says it or by its framework's convention."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact
from dockgen.stacks.python import commands

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.frameworks import Framework
    from dockgen.stacks.python.model import Known

OUTWARD = "0.0.0.0"

# What sets a port, the surest first; `env` is the variable that may change it.
_PORT_PATTERNS = (
    re.compile(
        r"\bport\s*=\s*int\(\s*os\.(?:environ\.get|getenv)\("
        r"\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*,\s*[\"']?(?P<port>\d{2,5})"
    ),
    re.compile(r"os\.(?:environ\.get|getenv)\(\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*,\s*[\"']?(?P<port>\d{2,5})"),
    re.compile(r"os\.environ\.get\(\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*\)\s*or\s*[\"']?(?P<port>\d{2,5})"),
    re.compile(r"[\"']PORT[\"']\s*:\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    re.compile(
        r"[\"']?(?:--)?port[\"']?\s*[=:,]\s*(?:type\s*=\s*int\s*,\s*)?"
        r"(?:default\s*=\s*)?[\"']?(?P<port>\d{2,5})\b(?P<env>)"
    ),
    re.compile(r"\b(?:http_)?(?:PORT|Port)\s*(?::\s*int\s*)?=\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    re.compile(r"\.(?:listen|bind)\(\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    re.compile(r"HTTPServer\(\s*\(\s*[\"'][^\"']*[\"']\s*,\s*(?P<port>\d{2,5})(?P<env>)"),
)

# Ports of other services and variables that name them: an app connects to those, and listens on none.
_FOREIGN = (21, 22, 25, 389, 465, 587, 636, 1433, 1883, 2181, 3306, 5432, 5672, 6379, 9092, 9200, 11211, 27017)
_FOREIGN_VARIABLE = re.compile(
    r"AMQP|CELERY|DATABASE|DB|DEBUG|ELASTIC|FTP|KAFKA|LDAP|MAIL|MEMCACHE|METRICS|MONGO|MQTT|MYSQL|PG|POSTGRES|PROMETHEUS|"
    r"PROXY|RABBIT|REDIS|SMTP|SSH"
)


def port_in(text: str) -> tuple[int, str, int] | None:
    """The first port that a source sets, the environment variable that may change it ("" if none), and its line."""
    for pattern in _PORT_PATTERNS:
        for m in pattern.finditer(text):
            if _FOREIGN_VARIABLE.search(m["env"]) or int(m["port"]) in _FOREIGN:
                continue
            if 0 < int(m["port"]) < 65536:
                return int(m["port"]), m["env"], text.count("\n", 0, m.start()) + 1
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


def inward(project: Project, path: str) -> tuple[str, ...]:
    """A warning if the file PATH listens on the loopback address, which nobody outside the container can reach."""
    text = project.text(path)
    if m := re.search(r"host\s*=\s*[\"'](127\.0\.0\.1|localhost)[\"']", text):
        line = text.count("\n", 0, m.start()) + 1
        return (f"{path}:{line} listens on {m[1]}, which nobody outside the container can reach; use 0.0.0.0",)
    return ()
