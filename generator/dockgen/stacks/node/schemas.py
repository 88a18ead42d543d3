"""Variables that the app's own schema of its environment demands, each with a value of the right form.

Read are zod, joi and envalid where they are given `process.env`, T3 Env, and joi in the configuration module of Nest.
"""

from __future__ import annotations

import re

from dockgen import lazy
from dockgen.placeholders import placeholder

_CHAIN = r"((?:\s{0,40}\.\s{0,40}\w{1,40}\((?:[^()]|\([^()]*\)){0,300}\)){1,12})"
_ZOD = lazy.pattern(r"^\s*([A-Z][A-Z0-9_]+)\s*:\s*z\s*((?:\.|\n\s*\.)[^,\n]*(?:\([^)]*\))?[^,\n]*)", re.MULTILINE)
_JOI = lazy.pattern(r"^\s*([A-Z][A-Z0-9_]+)\s*:\s*[Jj]oi" + _CHAIN, re.MULTILINE)
_ENVALID = lazy.pattern(
    r"^\s*([A-Z][A-Z0-9_]+)\s*:\s*(?:envalid\.)?(bool|num|str|email|host|port|url|json)\(((?:[^()]|\([^()]*\)){0,300})\)",
    re.MULTILINE,
)
_ZOD_READS = lazy.pattern(r"\.(?:safeP|p)arse\(\s*process\.env")
_JOI_READS = lazy.pattern(r"\bvalidat(?:e|eAsync)\(\s*process\.env|\battempt\(\s*process\.env|\bvalidationSchema\s*:")
_FIRST = lazy.pattern(r"(?:enum|valid|choices:)\s*\(?\s*\[?\s*[\"']([^\"']+)")


def demanded(code: str) -> dict[str, str]:
    """The variables without which CODE ends, with a value for each."""
    found: dict[str, str] = {}
    if "createEnv" in code or ("process.env" in code and _ZOD_READS.search(code)):
        found |= {m[1]: _value(m[1], m[2]) for m in _ZOD.finditer(code) if not _is_optional(m[2])}
    if ("Joi" in code or "joi" in code) and _JOI_READS.search(code):
        found |= {m[1]: _value(m[1], m[2]) for m in _JOI.finditer(code) if ".required(" in m[2]}
    if "cleanEnv(" in code:
        found |= {
            m[1]: _value(m[1], f"{m[2]}({m[3]})") for m in _ENVALID.finditer(code) if not re.search(r"\bdefault:", m[3])
        }
    return found


def names(code: str) -> set[str]:
    """All variables that a schema of zod in CODE names."""
    return {m[1] for m in _ZOD.finditer(code)}


def _is_optional(schema: str) -> bool:
    return "optional(" in schema or "default(" in schema or "nullish(" in schema


def _value(name: str, schema: str) -> str:
    if m := _FIRST.search(schema):
        return m[1]
    if "email(" in schema:
        return "nobody@example.invalid"
    if re.search(r"\bur[il]\(", schema):
        form = placeholder(name)
        return form if "://" in form else "http://localhost"
    if re.search(r"\bbool(?:ean)?\(", schema):
        return "false"
    if re.search(r"\bport\(", schema):
        return "3000"
    return "1" if re.search(r"\bnum(?:ber)?\(", schema) else placeholder(name)
