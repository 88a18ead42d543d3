"""Tell from the name of a setting whether it is a port or an address, and read its value."""

from __future__ import annotations

import re

from dockgen import lazy

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})

# Words in the name of a setting: what it is about, and what it is not about.
PORT_WORDS = frozenset({"port"})
ADDRESS_WORDS = frozenset({"addr", "address", "listen", "listener", "bind", "http"})
HOST_WORDS = frozenset({"host", "ip", "listenhost", "interface", "ipv4", "v4"})
FOREIGN = frozenset(
    {
        "redis", "db", "database", "postgres", "postgresql", "pg", "mysql", "mongo", "mongodb", "smtp", "mail", "email",
        "imap", "pop3", "remote", "target", "upstream", "client", "dns", "kafka", "nats", "amqp", "rabbitmq", "rabbit",
        "memcached", "elastic", "consul", "etcd", "vault", "ldap", "ssh", "ftp", "statsd", "jaeger", "otlp", "otel",
        "gossip", "raft", "peer", "public", "origin", "allowed", "cors", "dest", "destination", "forward", "proxy",
        "sentinel", "url", "report", "syslog", "mqtt", "broker", "zookeeper", "minio", "s3", "influx", "graphite",
        "timeout", "v6", "ipv6", "clickhouse", "temporal",
    }
)  # fmt: skip
SECOND = frozenset(
    {
        "metrics", "prometheus", "debug", "pprof", "admin", "grpc", "tls", "https", "ssl", "profiling", "health",
        "mgmt", "management", "stats", "plugin", "plugins", "agent", "cluster",
    }
)  # fmt: skip
PROFILING = 6060  # where net/http/pprof listens by convention
NOT_HTTP = frozenset({21, 22, 25, 53, 110, 143, 465, 587, 993, 995, 1025, 1110, 3306, 5432, 6379, 27017})

_ADDRESS = lazy.pattern(r"(?P<host>[\w.-]*|\[[0-9a-fA-F:]*\]):(?P<port>\d{1,5})")


def words(name: str) -> frozenset[str]:
    """The words of a name such as `listenAddr`, `HTTP_PORT` or `web.listen-address`, in lower case."""
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3 \2\4", name)
    return frozenset(w.lower() for w in re.split(r"[^A-Za-z0-9]+", spaced) if w)


def kind_of(name: str) -> tuple[str, int] | None:
    """What the setting NAME sets and a correction of its weight; None if it is about something else."""
    found = words(name)
    if found & FOREIGN:
        return None
    minus = -30 if found & SECOND else 0
    plus = 8 if found <= PORT_WORDS | ADDRESS_WORDS | {"default", "server", "web", "http", "config"} else 0
    if found & PORT_WORDS or any(
        w.endswith("port")
        and w not in ("report", "import", "export", "support", "transport", "viewport", "passport", "airport")
        for w in found
    ):
        return "port", plus + minus
    if found & HOST_WORDS:  # `host` alone may be a database's
        return "host", plus + minus + (8 if found & (ADDRESS_WORDS | {"server"}) else 0)
    if found & ADDRESS_WORDS or any(w.endswith(("addr", "listen")) for w in found):
        return "address", plus + minus
    return None


def about(owner: str) -> int:
    """A correction for a setting that belongs to OWNER, the struct or the literal around it."""
    found = words(owner)
    return -40 if found & FOREIGN else -30 if found & SECOND else 4 if found & {"http", "web", "server", "api"} else 0


def read(text: str, kind: str) -> tuple[int | None, str] | None:
    """Port and host in a value such as `8080`, `:8080`, `localhost:8080` or, where no port is needed, `127.0.0.1`."""
    if text in LOOPBACK and kind in ("host", "address"):
        return None, text
    if kind == "host":
        return None
    if (
        len(text) < 6
        and text.isascii()
        and text.isdigit()
        and 0 < int(text) < 65536
        and (kind == "port" or int(text) >= 80)
    ):
        return int(text), ""
    if (match := _ADDRESS.fullmatch(text)) and 0 < int(match["port"]) < 65536:
        return int(match["port"]), match["host"]
    return None
