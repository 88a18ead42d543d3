"""Read from Go source what sets a port or an address: literals, flags, variables, tags, defaults."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.stacks.go.configs import Viper, rows
from dockgen.stacks.go.names import FOREIGN, LOOPBACK, about, kind_of, read, words
from dockgen.stacks.go.source import GoFile, matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.project import Project

_GIN_BARE = re.compile(r"[\w)]\.Run\(\s*\)")
_VALUE = r"(?:\"(?P<text>[^\"\n]*)\"|(?P<number>\d{1,5})\b|(?P<ident>[A-Za-z_][\w.]*)(?P<call>\([^()\n]*\))?)"
_DIRECT = re.compile(
    r"(?:\b(?:ListenAndServe(?:TLS)?|Listen(?:TLS)?|Start(?:TLS)?|Run(?:TLS)?|Serve)\(\s*(?:\"tcp[46]?\"\s*,\s*)?"
    r"|\bServer\{[^{}]{0,400}?\bAddr:\s*)\"(?P<value>(?:[\w.-]*|\[[0-9a-fA-F:]*\]):\d{1,5})\""
)
_ASIDE = re.compile(r"[^;]{0,120}?(?:\.HTTPHandler\(|[rR]edirect)")  # what answers there only sends elsewhere
_ENV = re.compile(
    r"(?:\b(?P<target>[A-Za-z_][\w.]{0,80})\s{0,40}:?=\s{0,40})?(?:[\w.]{0,80}\()?"
    r"\b[\w.]{0,80}(?:[eE]nv|ENV)[\w.]{0,40}\(\s{0,40}\"(?P<name>[A-Z][A-Z0-9_]*)\"\s{0,40}(?:,\s{0,40}"
    + _VALUE
    + r")?"
)
_READS_ENV = re.compile(r"(?:[eE]nv|ENV)[\w.]{0,40}\(\s{0,40}\"[A-Z]")
_NEAR = re.compile(r"\"(?P<text>(?:[\w.-]*:)?\d{2,5})\"|=\s*(?P<number>\d{2,5})\b")
_FLAG = re.compile(
    r"\.(?:String|Int|Uint|Int32|Int64|Uint16|Uint32|Uint64|TextVar|IP)(?:Var)?(?P<p>P)?\(\s*"
    r"(?:&?(?P<target>[A-Za-z_*][\w.*]*)\s*,\s*)?\"(?P<name>[\w.-]+)\"\s*,\s*(?:\"[\w]?\"\s*,\s*)?" + _VALUE
)
_KINGPIN = re.compile(r"\bFlag\(\s*\"(?P<name>[\w.-]+)\"[^\n]{0,300}?\.Default\(\"(?P<text>[^\"\n]*)\"\)")
_TOOLKIT = re.compile(r"\bAddFlags\([^()\n]*,\s*\"(?P<text>[\w.-]*:\d{2,5})\"\s*\)")
_URFAVE = re.compile(r"Flag\{(?P<body>[^{}]{0,600}(?:\{[^{}]{0,200}\}[^{}]{0,300})?)\}")
_TAG = re.compile(r"^[ \t]*(?P<field>[A-Z]\w*)[ \t]+(?:string|u?int\d*)[ \t]+`(?P<tag>[^`\n]*)`", re.MULTILINE)
_TAG_PART = re.compile(r'([\w-]+):"([^"]*)"')
_VIPER = re.compile(r"\.SetDefault\(\s*\"(?P<name>[\w.-]+)\"\s*,\s*" + _VALUE)
_NAMED = re.compile(
    r"(?<![\w.\"])(?:\w{1,60}\.){0,5}(?P<name>[A-Za-z_]\w{0,60})[ \t]{0,40}"
    r"(?:string|u?int\d*)?[ \t]{0,40}(?::=|=|:)[ \t]{0,40}"
    r"(?:\"(?P<text>[\w.\[\]:-]*\d)\"|(?P<number>\d{2,5}))(?![\w.*])"
)

_BRACE = re.compile(r"[{}]")
_STATEMENT = re.compile(r"\s*(?:\}?\s*else|if|for|switch|select|func|case|go|defer)\b")
_OWNER = re.compile(r"(?:\w+\s*:\s*)?&?[\w.]+(?:\s+struct)?\s*$")
_CLOSE = re.compile(r"[ \t]*`([^`\n]*)`")
MOST_AROUND = 3000  # characters before or after a hint in which its struct begins and ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One hint at what the program listens on, from a setting that is a "port", an "address" or a "host".

    `env` and `flag` are what sets it; `weight` says how much the hint is worth; `side` is true for a port that is not
    the service's own, such as that of metrics.
    """

    kind: str
    port: int | None
    host: str
    env: str | None = None
    flag: str | None = None
    target: str = ""
    weight: int
    side: bool = False
    where: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondAddress:
    """The variable that sets an address of IPv6 beside that of IPv4, and the value with which there is none."""

    env: str
    off: str
    where: Evidence


def second_address(program: Sequence[GoFile]) -> SecondAddress | None:
    """The program's own address for IPv6, if it has one and a value that turns it off.

    On Linux nothing else can listen on a port of 0.0.0.0, not even on ::1, which many containers do not have anyway.
    """
    for file in program:
        for match in matches(_TAG, file.text):
            tags = dict(_TAG_PART.findall(match["tag"]))
            env = tags.get("env", "").partition(",")[0]
            if not {tags.get(name) for name in ("default", "envDefault", "env-default")} & {"::1", "[::1]"} or not env:
                continue
            unless = re.compile(rf"\.{match['field']}\s*[!=]=\s*\"(-|off|none|disabled)\"")
            if off := next((found[1] for f in program if (found := unless.search(f.text))), None):
                where = Evidence(file.path, file.line(match.start()), f"{env}={off}: no address of IPv6 of its own")
                return SecondAddress(env=env, off=off, where=where)
    return None


Values = dict[str, str]


def named_values(program: Sequence[GoFile]) -> Values:
    """Names of constants, variables and fields that are given a port or an address, by lower-case name."""
    found: Values = {}
    for file in program:
        for match in _named(file.text):
            found.setdefault(match["name"].lower(), match["text"] or match["number"])
    return found


@lru_cache(maxsize=4096)
def _named(text: str) -> tuple[re.Match[str], ...]:
    """What is given a port or an address in a file; asked twice of each."""
    return tuple(matches(_NAMED, text))


def in_configuration(project: Project, paths: Sequence[str], variables: Viper) -> Iterator[Listener]:
    """The hints in the configuration files PATHS, which go before what the code has for default."""
    for path in paths:
        text = project.text(path)
        file = GoFile(path=path, package="", imports=(), text=text, has_main=False, cgo=False, generated=False)
        for row in rows(text, path):
            env = variables.variable(f"{row.owner}.{row.name}" if row.owner else row.name)
            if hint := _hint(row.name, row.value, 46, file, row.at, env=env, owner=row.owner):
                yield hint


def in_file(file: GoFile, values: Values, variables: Viper) -> Iterator[Listener]:
    for match in matches(_DIRECT, file.text):
        if _ASIDE.match(file.text, match.end()):
            continue
        # A bare listener is likely beside the service of a program that has a setting for its address.
        weight = 42 if file.text.startswith("net.", match.start() - 4) else 60
        if hint := _hint("addr", match["value"], weight, file, match.start()):
            # A second server that only this machine sees is for profiling more often than not.
            yield replace(hint, weight=hint.weight - 40) if hint.host in LOOPBACK else hint
    if _READS_ENV.search(file.text):  # the pattern is slow, and most files read no environment
        yield from _environment(file, values)
    yield from _flags(file, values)
    yield from _tags(file)
    for match in matches(_VIPER, file.text):
        env = variables.variable(match["name"])
        if hint := _hint(match["name"], _value(match, values), 38, file, match.start(), env=env):
            yield hint
    for match in _named(file.text):
        if hint := _hint(
            match["name"],
            match["text"] or match["number"],
            25,
            file,
            match.start(),
            target=match["name"],
            owner=_owner(file.text, match.start()),
        ):
            yield hint
    if any(i.startswith("github.com/gin-gonic/gin") for i in file.imports) and (bare := _GIN_BARE.search(file.text)):
        yield Listener(
            kind="port", port=8080, host="", env="PORT", weight=45,
            where=Evidence(file.path, file.line(bare.start()), "gin listens on 8080, or on PORT"),
        )  # fmt: skip


def _hint(
    name: str,
    value: str | None,
    weight: int,
    file: GoFile,
    at: int,
    *,
    env: str | None = None,
    flag: str | None = None,
    target: str = "",
    owner: str = "",
) -> Listener | None:
    kind = kind_of(name) or (kind_of(target) if target else None)
    if kind is None or (kind[0] == "host" and words(owner) & FOREIGN):
        return None
    found = read(value, kind[0]) if value else (None, "")
    if found is None and not (env or flag):
        return None
    port, host = found or (None, "")
    what = (
        "host"
        if kind[0] == "host" or (host and not port)
        else "address"
        if value and ":" in value
        else "port"
        if port
        else kind[0]
    )
    return Listener(
        kind=what,
        port=port,
        host=host,
        env=env,
        flag=flag,
        target=target,
        weight=weight + kind[1] + about(owner),
        side=min(kind[1], about(owner)) < -20,
        where=Evidence(file.path, file.line(at), flag or env or name),
    )


def _owner(text: str, at: int) -> str:
    """The words before the brace that is open at AT: `SSH: SSHConfig{`, `Metrics struct {`; "" for a statement's."""
    depth = 0
    for brace in reversed([*_BRACE.finditer(text, max(0, at - MOST_AROUND), at)]):
        depth += 1 if brace[0] == "}" else -1
        if depth < 0:
            line = text[max(0, text.rfind("\n", 0, brace.start()) + 1, brace.start() - 120) : brace.start()]
            return "" if (found := _STATEMENT.match(line)) or not (found := _OWNER.search(line)) else found[0]
    return ""


def _outer(text: str, at: int) -> dict[str, str]:
    """The tags of the field whose struct is open at AT, which may put something before the names within."""
    depth = 0
    for brace in _BRACE.finditer(text, at, at + MOST_AROUND):
        depth += 1 if brace[0] == "{" else -1
        if depth < 0:
            return dict(_TAG_PART.findall(found[1])) if (found := _CLOSE.match(text, brace.end())) else {}
    return {}


def _go_arg(field: str, tag: str) -> tuple[str, str]:
    """Flag and variable in a tag such as `--listen,env:LISTEN`; the flag is the field's name if it says none."""
    parts = [part.strip() for part in tag.split(",")]
    long = next((p[2:] for p in parts if p.startswith("--")), "" if "positional" in parts else field.lower())
    env = next((p for p in parts if p.partition(":")[0] == "env"), "")
    return long, env.partition(":")[2] or (field.upper() if env else "")


def _value(match: re.Match[str], values: Values) -> str | None:
    if match["text"] is not None or match["number"]:
        return match["text"] if match["text"] is not None else match["number"]
    if match["call"]:  # such as getEnv("PORT", "80")
        inner = re.search(r",\s*\"?([\w.:\[\]-]*\d)\"?\s*\)", match["call"])
        return inner[1] if inner else None
    return values.get(match["ident"].rpartition(".")[2].lower()) if match["ident"] else None


def _environment(file: GoFile, values: Values) -> Iterator[Listener]:
    for match in matches(_ENV, file.text):
        name = match["name"]
        value = _value(match, values)
        if not value and kind_of(name):
            near = _NEAR.search(file.text, match.end(), match.end() + 160)
            value = (near["text"] or near["number"]) if near else None
        weight = 52 if name == "PORT" else 42
        hint = _hint(name, value, weight, file, match.start(), env=name, target=match["target"] or "")
        if hint and hint.port is None and hint.kind != "host":
            hint = replace(hint, weight=hint.weight - 15)
        if hint:
            yield hint


def _flags(file: GoFile, values: Values) -> Iterator[Listener]:
    double = any("spf13/" in i or "urfave/" in i or "alecthomas/" in i for i in file.imports)
    for match in matches(_FLAG, file.text):
        flag = ("--" if double or match["p"] else "-") + match["name"]
        inner = _ENV.search(match[0])
        env = inner["name"] if inner else None
        hint = _hint(
            match["name"],
            _value(match, values),
            40,
            file,
            match.start(),
            env=env,
            flag=flag,
            target=match["target"] or "",
        )
        if hint:
            yield hint if hint.port or hint.host else replace(hint, weight=hint.weight - 25)
    for match in matches(_KINGPIN, file.text):
        if hint := _hint(match["name"], match["text"], 45, file, match.start(), flag="--" + match["name"]):
            yield hint
    for match in matches(_TOOLKIT, file.text):
        if hint := _hint("listen-address", match["text"], 50, file, match.start(), flag="--web.listen-address"):
            yield hint
    for match in matches(_URFAVE, file.text):
        body = match["body"]
        name = re.search(r"Name:\s*\"([\w.-]+)\"", body)
        value = re.search(r"Value:\s*(?:\"([^\"\n]*)\"|(\d+))", body)
        env = re.search(r"(?:EnvVars?|Sources)\b[^\n]*?\"([A-Z][A-Z0-9_]*)\"", body)
        if name and value:
            hint = _hint(
                name[1], value[1] or value[2], 45, file, match.start(), env=env[1] if env else None, flag="--" + name[1]
            )
            if hint:
                yield hint


def _tags(file: GoFile) -> Iterator[Listener]:
    """Fields of configuration structs, such as `Port int `env:"PORT" envDefault:"8080"``."""
    for match in matches(_TAG, file.text):
        tags = dict(_TAG_PART.findall(match["tag"]))
        source = tags.get("env") or tags.get("envconfig") or ""
        env, _, options = source.partition(",")
        value = tags.get("default") or tags.get("envDefault") or tags.get("env-default")
        if not value and (inline := re.search(r"default=([^,]+)", options)):
            value = inline[1]
        long = tags.get("long")
        if "arg" in tags:  # github.com/alexflint/go-arg
            long, env = _go_arg(match["field"], tags["arg"])
        usable = env if re.fullmatch(r"[A-Z][A-Z0-9_]*", env) else None
        owner = _owner(file.text, match.start())
        outer = _outer(file.text, match.end()) if owner else {}
        if usable:
            usable = (
                f"{outer['env-namespace']}_{usable}"
                if "env-namespace" in outer
                else outer.get("envPrefix", "") + usable
            )
        if long and "namespace" in outer:
            long = f"{outer['namespace']}.{long}"
        if (value or usable) and (
            hint := _hint(
                match["field"],
                value,
                44,
                file,
                match.start(),
                env=usable,
                flag=f"--{long}" if long else None,
                owner=owner,
            )
        ):
            yield hint if hint.port or hint.host else replace(hint, weight=hint.weight - 15)
