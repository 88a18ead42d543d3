"""What a container is given in its environment: texts, and what whoever runs it must or may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import lazy, secretnames, stores
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.stores import Need, Store

# Values that detection makes up where only the user knows one.
_MADE_UP = lazy.pattern(r"change-me|://|localhost|127\.0\.0\.1|only-for-the-build")
_PLAIN = lazy.pattern(r"[^\s\"'$\\{}`]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable: BEFORE, the value that whoever runs it gives to ASKED ("" if nobody is asked), AFTER.

    Without that value it is DEFAULT; if the variable is REQUIRED, nothing starts.
    """

    name: str
    before: str = ""
    asked: str = ""
    required: bool = False
    default: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFile:
    """The secret NAME that a platform mounts as a file, and the VARIABLE that gets what is in it."""

    name: str
    variable: str
    form: str  # what its text looks like; "" for any


def files(owner: str, variables: Sequence[Variable]) -> tuple[SecretFile, ...]:
    """The secrets of OWNER, one for each of its VARIABLES that whoever runs it must give a value to."""
    return tuple(
        SecretFile(
            name=f"{owner}-{each.name}".lower().replace("-", "_"),
            variable=each.name,
            form=f"{each.before}PASSWORD{each.after}" if each.before or each.after else "",
        )
        for each in variables
        if each.required
    )


def reading(secrets: Sequence[SecretFile], folder: str) -> tuple[str, ...]:
    """An entry point that sets the variables of SECRETS, files in FOLDER, and becomes the command after it."""
    if not secrets:
        return ()
    steps = [f'{each.variable}="$(cat {folder}/{each.name})"' for each in secrets]
    return ("sh", "-euc", f'export {" ".join(steps)}; exec "$@"', "--")


def of_app(env: Mapping[str, str]) -> tuple[Variable, ...]:
    """The variables ENV without which an app does not start: what is secret or unknown is asked for."""
    made = []
    for name, value in env.items():
        is_asked = bool(_MADE_UP.search(value) or secretnames.holds_secret(name) or not _PLAIN.fullmatch(value))
        made.append(Variable(name=name, asked=name, required=is_asked, default="" if is_asked else value))
    return tuple(made)


def of_store(store: Store) -> tuple[Variable, ...]:
    """The variables that the server of STORE is set up with."""
    return tuple(_filled(name, text, store) for name, text in store.env.items())


def of_address(store: Store, need: Need) -> tuple[Variable, ...]:
    """The variables that NEED says an app reads the address of STORE from."""
    found = (_with_role(name, role, store, need) for name, role in need.reads)
    return tuple(each for each in found if each)


def url(store: Store, need: Need | None = None) -> Variable:
    """The address of STORE as a URL."""
    scheme = (need.scheme if need else "") or store.scheme
    after = f"@{store.name}:{store.port}/{store.database}{(need.query if need else '') or store.query}"
    if not store.secret:
        return Variable(name="", before=f"{scheme}://{after.removeprefix('@')}")
    return Variable(name="", before=f"{scheme}://{stores.USER}:", asked=store.secret, required=True, after=after)


def _dsn(store: Store) -> Variable:
    after = f"@tcp({store.name}:{store.port})/{store.database}?parseTime=true"
    return Variable(name="", before=f"{stores.USER}:", asked=store.secret, required=True, after=after)


def _with_role(name: str, role: str, store: Store, need: Need) -> Variable | None:
    if role == "url":
        made = _dsn(store) if need.form == "dsn" else url(store, need)
        return Variable(name=name, before=made.before, asked=made.asked, required=made.required, after=made.after)
    if role == "password":
        return Variable(name=name, asked=store.secret, required=True) if store.secret else None
    if role == "user" and not store.secret:
        return None
    texts = {
        "host": store.name,
        "address": f"{store.name}:{store.port}",
        "port": str(store.port),
        "user": stores.USER,
        "name": store.database,
    }
    return Variable(name=name, before=texts[role]) if texts[role] else None


def _filled(name: str, text: str, store: Store) -> Variable:
    if text == "{password}":
        return Variable(name=name, asked=store.secret, required=True)
    return Variable(name=name, before=text.format(user=stores.USER, database=store.database))
