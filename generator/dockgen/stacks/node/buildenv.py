"""What a build wants from its environment: values that it compiles in, and names that only have to be there."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from dockgen import examples, given, lazy
from dockgen.placeholders import placeholder, usable
from dockgen.stacks.node import dotenv, schemas, sites
from dockgen.values import env_name, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockgen.given import Secret
    from dockgen.project import Project
    from dockgen.stacks.node.model import App
    from dockgen.stacks.node.package import Package

# Dependency -> what the names of the variables begin with that it compiles into pages. Next's server reads its own.
PREFIXES: Mapping[str, str] = {
    "@angular/core": "NG_APP_",
    "@builder.io/qwik-city": "PUBLIC_",
    "@rsbuild/core": "PUBLIC_",
    "@sveltejs/kit": "PUBLIC_",
    "@vue/cli-service": "VUE_APP_",
    "astro": "PUBLIC_",
    "expo": "EXPO_PUBLIC_",
    "gatsby": "GATSBY_",
    "next": "NEXT_PUBLIC_",
    "react-scripts": "REACT_APP_",
    "snowpack": "SNOWPACK_PUBLIC_",
    "umi": "UMI_APP_",
    "vite": "VITE_",
}
# Frameworks whose build runs code of the server, to make pages or to learn about them.
RUNS_CODE = frozenset({"next", "astro", "sveltekit", "gatsby", "nuxt"})
MAX_FILES = 400
_COMMENT = lazy.pattern(r"^\s*//.*$", re.MULTILINE)
_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".vue", ".svelte", ".astro")
_ASIDE = lazy.pattern(r"(?:^|/)(?:tests?|__tests__|e2e|cypress|stories|public|dist|build)/|\.(?:test|spec|stories|d)\.")
_READ = lazy.pattern(r"\benv(?:\.|\[[\"'])([A-Z][A-Z0-9_]*)")
_NAME = r"(?:process\.env|import\.meta\.env)(?:\.|\[[\"'])([A-Z][A-Z0-9_]*)[\"']?\]?"
# Code that ends the build where a variable is missing.
_THROWS = lazy.pattern(r"if\s*\(\s*!\s*" + _NAME + r"[^;]{0,80}?\)\s*\{?\s*(?:\n\s*)?throw\b")
_HELD = lazy.pattern(r"\b(?:const|let|var)\s+(\w+)(?:\s*:\s*\w+)?\s*=\s*" + _NAME + r"!?\s*(?:as string\s*)?[;\n]")
_CLIENT = lazy.pattern(
    r"\b(?:neon|drizzle|createClient|createBrowserClient|createServerClient"
    r"|new\s+(?:Stripe|Resend|OpenAI|MongoClient|NeonHttp|PineconeClient))\s*(?:<[^>\n]*>)?\(([^;]{0,240})"
)
_REQUIRED = lazy.pattern(_NAME + r"(?!\s*(?:\|\||\?\?|[\w\"'?]))")
# The variable that turns the check of a schema off, as T3 Env's templates have it: SKIP_ENV_VALIDATION, CI.
_SKIP = lazy.pattern(r"\bskipValidation\s*:[^,}]*?\bprocess\.env\.([A-Z][A-Z0-9_]+)")
_PRISMA = lazy.pattern(r"\benv\(\s*[\"']([A-Z][A-Z0-9_]*)[\"']")
# Names that linters take for those of secrets are no ARG, which the history shows: the words of BuildKit's check,
# unless one of its other words makes them harmless, and what hadolint's DL3064 looks for in a name.
_WORDS = frozenset(
    {"apikey", "auth", "credential", "credentials", "gitauth", "key", "password", "pword", "passwd", "secret", "token"}
)
_HARMLESS = frozenset({"public", "file", "version"})
_PARTS = ("api_key", "client_key", "password", "private", "secret", "token", "username")
# Dependency -> settings of its build that a .env file may hold beside public variables.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "react-scripts": (
        "DISABLE_ESLINT_PLUGIN", "ESLINT_NO_DEV_ERRORS", "GENERATE_SOURCEMAP", "IMAGE_INLINE_SIZE_LIMIT",
        "INLINE_RUNTIME_CHUNK", "SKIP_PREFLIGHT_CHECK", "TSC_COMPILE_ON_ERROR",
    ),
}  # fmt: skip
NONE: Mapping[str, str] = MappingProxyType({})
COMMENT = "the build only wants these to be there"
INLINE = "public values of the project, compiled into what is served"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildEnv:
    """`arguments` are compiled in, with the value that the project gives (None: none); `secrets` too, by a mount.

    `dummies` only have to be there in the step that builds; so have those of the secrets that are `required`. `inline`
    are public values of the project whose names look like those of secrets.
    """

    arguments: Mapping[str, str | None] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    inline: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[Secret, ...] = ()
    dummies: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def find(
    project: Project, package: Package, app: App, known: Mapping[str, str] = NONE, beside: Sequence[Project] = ()
) -> BuildEnv:
    """What the build of APP wants. The image sets the variables KNOWN; the build includes the packages BESIDE."""
    if not app.build:
        return BuildEnv()
    framework = app.framework.value if app.framework else ""
    prefixes = tuple({p for name, p in PREFIXES.items() if name in package.all_dependencies})
    if framework == "nuxt" and app.kind.value == "static":
        prefixes = (*prefixes, "NUXT_PUBLIC_")
    texts = [t for p in (project, *beside) for t in _texts(p)] if prefixes or framework in RUNS_CODE else []
    settings = tuple(s for name, found in SETTINGS.items() if name in package.all_dependencies for s in found)
    shared = dotenv.shared(project, prefixes, settings) if prefixes else dotenv.Shared()
    public = _public(project, prefixes, texts) | shared.unread.keys()
    wanted = demanded(texts) if framework in RUNS_CODE else {}
    dummies = {n: v for n, v in wanted.items() if not n.startswith(prefixes or "\n") and n not in ("NODE_ENV", "CI")}
    for each in (project, *beside):
        dummies |= _prisma(each, package)
    shown = examples.read(project)
    values: dict[str, str | None] = dict.fromkeys(sorted(public))
    for name in (n for n in wanted if n in values):
        values[name] = shown[name] if usable(shown.get(name, "")) else wanted[name]
    compiled = sites.build_variables(project) if framework == "sveltekit" else ()
    values |= {n: shown.get(n, "") for n in compiled if n.startswith("PUBLIC_")}
    values |= shared.values
    hidden = {n for n in values if looks_secret(n)}
    required = tuple(n for n in compiled if not n.startswith("PUBLIC_") and n not in known)
    dummies |= {n: known[n] for n in compiled if n in known}
    arguments = {n: v for n, v in sorted(values.items()) if n not in hidden}
    if skip := next((m[1] for t in texts if (m := _SKIP.search(t))), ""):
        dummies = {skip: "1", **{n: v for n, v in dummies.items() if n not in _schema_names(texts)}}
    return BuildEnv(
        arguments=arguments,
        secrets=tuple(
            given.variable(n, required=False, where="compiled in by the build")
            for n in sorted({*hidden, *required} - shared.values.keys())
        ),
        required=required,
        inline={n: v for n, v in sorted(shared.values.items()) if n in hidden},
        dummies=dict(sorted(dummies.items())),
        warnings=tuple(_warnings(arguments, {n for n in wanted if n in arguments}, shared)),
    )


def looks_secret(name: str) -> bool:
    """True if linters take NAME for that of a secret."""
    low = name.lower()
    words = set(low.split("_"))
    return any(part in low for part in _PARTS) or (bool(words & _WORDS) and not words & _HARMLESS)


def comment(env: BuildEnv) -> str:
    """What stands above the step that exports."""
    return COMMENT if env.dummies else INLINE if env.inline else ""


def exports(env: BuildEnv) -> tuple[str, ...]:
    """The commands that set what only has to be there; secrets that were not given are empty."""
    words = [f"{env_name(n)}={shlex.quote(text(v, n))}" for n, v in (*env.dummies.items(), *env.inline.items())]
    words += [f'{env_name(n)}="${{{n}-}}"' for n in env.required]
    return tuple(f"export {word}" for word in words)


def _texts(project: Project) -> Iterator[str]:
    files = (f for f in project.ending(*_SUFFIXES) if not _ASIDE.search(f))
    for file, _ in zip(files, range(MAX_FILES), strict=False):
        content = project.text(file)
        if "env" in content or "Env" in content:
            yield _COMMENT.sub("", content)


def _public(project: Project, prefixes: tuple[str, ...], texts: list[str]) -> set[str]:
    """Names that are compiled in, of those that the code reads and the example lists."""
    if not prefixes:
        return set()
    names = {m[1] for t in texts if any(p in t for p in prefixes) for m in _READ.finditer(t)}
    names |= examples.read(project).keys()
    return {n for n in names if n.startswith(prefixes) and n not in prefixes}


def demanded(texts: list[str]) -> dict[str, str]:
    """Variables without which the code ends the build, with a value of the right form."""
    found: dict[str, str] = {}
    for code in texts:
        names = [m[1] for m in _THROWS.finditer(code)]
        names += [m[2] for m in _HELD.finditer(code) if _throws(code, m[1])]
        for call in _CLIENT.finditer(code):
            names += [m[1] for m in _REQUIRED.finditer(call[1])]
        found |= {n: placeholder(n) for n in names}
        found |= schemas.demanded(code)
    return found


def _throws(code: str, name: str) -> bool:
    """True if CODE throws where its constant NAME is empty."""
    return bool(re.search(rf"if\s*\(\s*!\s*{name}\b[^;]{{0,80}}?\)\s*\{{?\s*(?:\n\s*)?throw\b", code))


def _schema_names(texts: list[str]) -> set[str]:
    return {name for t in texts if _SKIP.search(t) for name in schemas.names(t)}


def _prisma(project: Project, package: Package) -> dict[str, str]:
    """Prisma's configuration reads its variables strictly, even to generate the client."""
    config = project.first("prisma.config.ts", "prisma.config.js", "prisma.config.mjs")
    if not config or "prisma" not in package.all_dependencies:
        return {}
    return {m[1]: placeholder(m[1]) for m in _PRISMA.finditer(project.text(config))}


def _warnings(arguments: Mapping[str, str | None], assumed: set[str], shared: dotenv.Shared) -> Iterator[str]:
    missing = [
        n for n, v in arguments.items() if (not v and n not in shared.values) or n in assumed - shared.values.keys()
    ]
    if missing:
        words = " ".join(f"--build-arg {n}=…" for n in missing[:4])
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        yield f"the build compiles in {', '.join(missing[:4])}{more}: docker build {words}"
    for name, file in shared.unread.items():
        way = f"--secret id={name},env={name}" if looks_secret(name) else f"--build-arg {name}=…"
        yield f"{file}: {name} has several lines or refers to what is not in the file: docker build {way}"
