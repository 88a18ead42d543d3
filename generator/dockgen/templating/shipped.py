"""The code of dockgen's own templates, which a wheel brings (tools/precompile.py) and a checkout does not."""

from __future__ import annotations

import hashlib
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

if TYPE_CHECKING:
    from types import CodeType

    from jinja2 import Environment

PACKAGE = "dockgen.compiled"


def module(name: str, source: str) -> str:
    """The module of the PACKAGE with the code that this Jinja makes of the template NAME, which reads SOURCE."""
    digest = hashlib.sha256(f"{jinja2.__version__}\n{source}".encode()).hexdigest()[:16]
    return f"{re.sub(r'[^a-z0-9]', '_', name.lower())}_{digest}"


class Shipped(BytecodeCache):
    """What Jinja asks for the code of a template before it compiles one; nothing is kept from one run to the next."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """The code of the template NAME, if the wheel has what is made of this SOURCE; errors show it as FILENAME."""
        bucket = Bucket(environment, name, "")
        if code := _code(f"{PACKAGE}.{module(name, source)}"):
            bucket.code = code.replace(co_filename=filename or name)
        return bucket

    def set_bucket(self, bucket: Bucket) -> None:
        """Keep nothing."""


def _code(name: str) -> CodeType | None:
    """The code of the module NAME, which is not imported: it runs once for each environment."""
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:  # there is no such package: this is a checkout
        return None
    get_code = getattr(spec and spec.loader, "get_code", None)
    found: CodeType | None = get_code(name) if get_code else None
    return found
