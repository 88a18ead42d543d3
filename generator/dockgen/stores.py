"""Table: databases, caches and queues that apps need beside them, and the variables that bring apps their addresses."""

from __future__ import annotations

import re
from dataclasses import field
from itertools import islice
from typing import TYPE_CHECKING

from dockgen import examples, lazy
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.lines import line_at
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dockgen.project import Project

MOST_READS = 400  # of variables in one file


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A server: its image (the tag is the line of PRODUCT in releases.json), how it is run, and how it is addressed.

    USER is the account of the image that needs no capability; `env`, `health` and `command` may name {user}, {database}
    and {password}. WORDS are what the names of variables with its address are made of, NAMES whole ones beside them.
    """

    name: str  # of the service, by which others reach it
    title: str
    product: str
    image: str
    user: str
    port: int
    volume: str  # where its data lies
    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    health: tuple[str, ...]
    start_period: int = 30  # seconds in which it may be making its files
    tmpfs: tuple[str, ...] = ("/tmp",)  # noqa: S108  (in its container)
    writes: str = ""  # why its container is not read-only, if it is not
    hostname: bool = False  # its data belongs to the name of the host
    grace: int = 60  # seconds that it has to write everything down
    memory: int = 512  # MiB
    secret: str = ""  # the variable of whoever runs it that has its password; "" if it has none
    file: bool = True  # NAME_FILE may stand for the variable with its password
    scheme: str  # of an address
    schemes: str  # pattern for all of them
    query: str = ""  # at the end of an address
    database: str = "app"  # the name of the database in it
    words: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)  # variable -> role
    is_sql: bool = False  # one of the servers that take each other's place


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A store that an app needs, the variables with its address that the app reads, and the URL that it takes."""

    store: Fact[str]
    reads: tuple[tuple[str, str], ...] = ()  # variable, role: url | address | host | port | user | password | name
    where: tuple[Evidence, ...] = ()  # of each of them
    scheme: str = ""  # of the URL, where it is not the usual one
    query: str = ""
    form: str = "url"  # url | dsn (go-sql-driver's)


STORES: Mapping[str, Store] = {
    each.name: each
    for each in (
        Store(
            name="postgres",
            title="PostgreSQL",
            product="postgres",
            image="postgres",
            user="postgres",
            port=5432,
            volume="/var/lib/postgresql",  # since 18; before, one folder below
            env={"POSTGRES_USER": "{user}", "POSTGRES_PASSWORD": "{password}", "POSTGRES_DB": "{database}"},
            health=("pg_isready", "--host", "127.0.0.1", "--username", "{user}", "--dbname", "{database}"),
            tmpfs=("/tmp", "/run/postgresql"),  # noqa: S108
            secret="POSTGRES_PASSWORD",  # noqa: S106  (a name)
            scheme="postgresql",
            schemes=r"postgres(?:ql)?(?:\+[a-z0-9]+)?",
            words=("POSTGRES", "POSTGRESQL", "PG", "DB", "DATABASE", "SQL"),
            names={"DIRECT_URL": "url"},
            is_sql=True,
        ),
        Store(
            name="mysql",
            title="MySQL",
            product="mysql",
            image="mysql",
            user="mysql",
            port=3306,
            volume="/var/lib/mysql",
            env={
                "MYSQL_RANDOM_ROOT_PASSWORD": "yes",
                "MYSQL_USER": "{user}",
                "MYSQL_PASSWORD": "{password}",
                "MYSQL_DATABASE": "{database}",
            },
            health=("mysqladmin", "ping", "--host", "127.0.0.1", "--silent"),
            start_period=60,
            tmpfs=("/tmp", "/run/mysqld"),  # noqa: S108
            memory=1024,
            secret="MYSQL_PASSWORD",  # noqa: S106
            scheme="mysql",
            schemes=r"mysql2?(?:\+[a-z0-9]+)?",
            words=("MYSQL", "DB", "DATABASE", "SQL"),
            is_sql=True,
        ),
        Store(
            name="mariadb",
            title="MariaDB",
            product="mariadb",
            image="mariadb",
            user="mysql",
            port=3306,
            volume="/var/lib/mysql",
            env={
                "MARIADB_RANDOM_ROOT_PASSWORD": "yes",
                "MARIADB_USER": "{user}",
                "MARIADB_PASSWORD": "{password}",
                "MARIADB_DATABASE": "{database}",
            },
            health=("healthcheck.sh", "--connect", "--innodb_initialized"),
            start_period=60,
            tmpfs=("/tmp", "/run/mysqld"),  # noqa: S108
            memory=1024,
            secret="MARIADB_PASSWORD",  # noqa: S106
            scheme="mariadb",
            schemes=r"(?:mariadb|mysql)(?:\+[a-z0-9]+)?",
            words=("MARIADB", "MYSQL", "DB", "DATABASE", "SQL"),
            is_sql=True,
        ),
        Store(
            name="mongo",
            title="MongoDB",
            product="mongo",
            image="mongo",
            user="mongodb",
            port=27017,
            volume="/data/db",
            env={"MONGO_INITDB_ROOT_USERNAME": "{user}", "MONGO_INITDB_ROOT_PASSWORD": "{password}"},
            health=("mongosh", "--quiet", "--eval", "quit(db.adminCommand('ping').ok ? 0 : 1)"),
            memory=1024,
            secret="MONGO_PASSWORD",  # noqa: S106
            scheme="mongodb",
            schemes=r"mongodb",
            query="?authSource=admin",
            words=("MONGO", "MONGODB", "MONGOOSE", "DB", "DATABASE"),
        ),
        Store(
            name="valkey",
            title="Valkey (Redis's protocol)",
            product="valkey",
            image="valkey/valkey",
            user="valkey",
            port=6379,
            volume="/data",
            command=("valkey-server", "--appendonly", "yes"),
            health=("valkey-cli", "ping"),
            start_period=10,
            memory=256,
            scheme="redis",
            schemes=r"(?:redis|valkey)",
            database="0",
            words=("REDIS", "VALKEY", "CACHE", "BROKER", "QUEUE"),
            names={"CELERY_RESULT_BACKEND": "url", "RESULT_BACKEND": "url", "CHANNEL_LAYER_URL": "url"},
        ),
        Store(
            name="rabbitmq",
            title="RabbitMQ",
            product="rabbitmq",
            image="rabbitmq",
            user="rabbitmq",
            port=5672,
            volume="/var/lib/rabbitmq",
            env={"RABBITMQ_DEFAULT_USER": "{user}", "RABBITMQ_DEFAULT_PASS": "{password}"},
            health=("rabbitmq-diagnostics", "--quiet", "ping"),
            start_period=60,
            writes="its scripts write below /etc/rabbitmq and /var/log",
            hostname=True,
            file=False,
            secret="RABBITMQ_PASSWORD",  # noqa: S106
            scheme="amqp",
            schemes=r"(?:py)?amqp",
            database="",
            words=("RABBITMQ", "RABBIT", "AMQP", "CLOUDAMQP", "BROKER", "QUEUE"),
        ),
    )
}
USER = "app"  # that the app logs in as

# What the end of a variable's name says about its value; the first that fits.
_ROLES: Mapping[str, str] = {
    "url": r"UR[LI]|DSN|CONN(?:ECTION)?(?:_?STR(?:ING)?|_?UR[LI])",
    "host": r"HOST(?:NAME)?|SERVER",
    "address": r"ADDR(?:ESS)?|ENDPOINT",
    "port": r"PORT",
    "user": r"USER(?:_?NAME)?|LOGIN",
    "password": r"PASS(?:WORD|WD)?|PWD",
    "name": r"NAME|DB|DATABASE|DB_?NAME|DATABASE_?NAME",
}
# Before the words: no other database of the same kind.
_OTHER = lazy.pattern(r"(?:TEST|SHADOW|DEV|LOCAL|STAGING|REPLICA|READ|READONLY|LEGACY|OLD|LOG)_")


def role(store: Store, name: str) -> str:
    """What the variable NAME says of the address of STORE; "" if it says nothing of it."""
    if name in store.names:
        return store.names[name]
    if _OTHER.match(name):
        return ""
    words = "|".join(sorted(store.words, key=len, reverse=True))
    for what, ends in _ROLES.items():
        if re.fullmatch(rf"(?:[A-Z0-9]+_){{0,2}}(?:{words})_?(?:{ends})", name):
            return what
    return ""


def variables(pattern: re.Pattern[str], path: str, text: str) -> Iterator[tuple[str, Evidence]]:
    """The variables that a file reads, by a PATTERN whose groups are their names, each with its place."""
    for m in islice(pattern.finditer(text), MOST_READS):
        for group in m.groups():
            if group:
                yield group, Evidence(path, line_at(text, m.start()), group)


def chosen(found: Iterable[Fact[str]], told: Mapping[str, Evidence]) -> tuple[Fact[str], ...]:
    """One fact for each store of FOUND, in the order of the table; of the SQL servers only one.

    That is the one that the code TOLD of, by a URL or a dialect; the others have lost. If it told of none, none is:
    such an app can do with any of them, and mostly with a file as well.
    """
    merged: dict[str, Fact[str]] = {}
    for each in found:
        known = merged.get(each.value)
        merged[each.value] = Fact(each.value, (*known.evidence, *each.evidence)) if known else each
    inside = [merged[name] for name in STORES if name in merged]
    rivals = [each for each in inside if STORES[each.value].is_sql]
    if len(rivals) < 2:
        return tuple(inside)
    best = next((each for each in rivals if each.value in told), None)
    if best is None:
        return tuple(each for each in inside if each not in rivals)
    lost = tuple(Rejected(each.value, each.evidence[0]) for each in rivals if each is not best)
    kept = Fact(best.value, (*best.evidence, told[best.value]), lost)
    return tuple(kept if each is best else each for each in inside if each is best or each not in rivals)


def told(texts: Iterable[tuple[str, str]], dialects: re.Pattern[str] | None = None) -> dict[str, Evidence]:
    """The stores that TEXTS, path and text, name in a URL, or by one of DIALECTS, in one of its groups."""
    found: dict[str, Evidence] = {}
    for path, text in texts:
        for name, store in STORES.items():
            if name not in found and (m := re.search(rf"[\"'`=]({store.schemes})://", text)):
                found[name] = Evidence(path, line_at(text, m.start(1)), f"{m[1]}://")
        for m in islice(dialects.finditer(text), 20) if dialects else ():
            said = m[m.lastindex or 0]
            name = "postgres" if said.startswith("postgres") else said
            found.setdefault(name, Evidence(path, line_at(text, m.start()), said))
    return found


def scheme(store: Store, texts: Iterable[tuple[str, str]]) -> str:
    """The beginning of the first URL of STORE in TEXTS, "" if there is none."""
    pattern = re.compile(rf"(?<![\w+])({store.schemes})://")
    return next((m[1] for _, text in texts if (m := pattern.search(text))), "")


def reads(
    stores: Sequence[Fact[str]], found: Iterable[tuple[str, Evidence]]
) -> dict[str, dict[str, tuple[str, Evidence]]]:
    """Store -> variable -> its role and its place, of the variables FOUND; each belongs to one store only.

    A name that several could have is that of the store whose own name is in it, or else of the first in the table.
    """
    made: dict[str, dict[str, tuple[str, Evidence]]] = {each.value: {} for each in stores}
    taken: set[str] = set()
    for name, place in found:
        fits = [(s, what) for each in stores if (what := role(s := STORES[each.value], name))]
        if not fits or name in taken:
            continue
        taken.add(name)
        store, what = next(((s, w) for s, w in fits if any(word in name for word in _own(s))), fits[0])
        made[store.name][name] = (what, place)
    return made


def needs(
    project: Project,
    needed: Sequence[Fact[str]],
    names: Iterable[tuple[str, Evidence]],
    texts: Iterable[tuple[str, str]],
) -> tuple[Need, ...]:
    """The stores NEEDED as PROJECT does: with the variables NAMES that it reads, and those of its example.

    The URLs in the example and in TEXTS, path and text, say how an address begins.
    """
    example = examples.file(project)
    shown = [(example, project.text(example)), *texts] if example else list(texts)
    found = reads(needed, [*names, *((name, Evidence(example, None, name)) for name in examples.read(project))])
    return tuple(
        Need(
            store=each,
            reads=tuple((name, what) for name, (what, _) in found[each.value].items()),
            where=tuple(place for _, place in found[each.value].values()),
            scheme=scheme(STORES[each.value], shown),
        )
        for each in needed
    )


def _own(store: Store) -> tuple[str, ...]:
    """The words that stand for no other kind of store."""
    others = {word for each in STORES.values() if each is not store for word in each.words}
    return tuple(word for word in store.words if word not in others)
