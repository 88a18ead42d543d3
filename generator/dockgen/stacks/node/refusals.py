"""What is made of Node and cannot run in a container: who runs it instead, and what would come nearest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.errors import InputError, Open, UndecidedError, Way
from dockgen.stacks.node import frameworks
from dockgen.values import is_path

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

# Apps of a desk or a telephone: a dependency, what it makes, what comes nearest.
_BUILD_WEB = "if it has a web version: --set kind=static --set build='...'"
NOT_SERVED = (
    ("electron", "an Electron desktop app", ""),
    ("react-native", "a React Native app", _BUILD_WEB),
    ("expo", "an Expo app", "install react-native-web and react-dom, then dockgen builds its web version"),
    ("nativescript", "a NativeScript app", ""),
    ("@nativescript/core", "a NativeScript app", ""),
    ("@tauri-apps/cli", "a Tauri desktop app", _BUILD_WEB),
    ("@capacitor/core", "a Capacitor app", _BUILD_WEB),
    ("cordova", "a Cordova app", _BUILD_WEB),
    ("nw", "an NW.js desktop app", ""),
    ("wxt", "a browser extension", ""),
    ("plasmo", "a browser extension", ""),
    ("@crxjs/vite-plugin", "a browser extension", ""),
    ("obsidian", "a plugin of Obsidian", ""),
    ("@raycast/api", "an extension of Raycast", ""),
    ("@figma/plugin-typings", "a Figma plugin", ""),
)
# Extensions of other programs, told by a manifest: files, what they say, what to call it.
EXTENSIONS = (
    (("manifest.json", "src/manifest.json", "public/manifest.json", "extension/manifest.json"), "manifest_version",
     "a browser extension"),
    (("manifest.json",), "editorType", "a Figma plugin"),
)  # fmt: skip
# Frameworks whose own tool makes the image: a dependency or a file, the name, what to do.
OWN_IMAGE = (
    (".meteor/release", "Meteor", "`meteor build` makes a bundle for Node, started by main.js: run dockgen in that"),
    ("redwood.toml", "Redwood", "`yarn rw setup docker` writes a Dockerfile for both of its sides"),
)  # fmt: skip
# Tools of platforms that run functions rather than containers: a script's word, the platform.
PLATFORM_TOOLS = (("wrangler", "Cloudflare Workers"), ("vercel", "Vercel"), ("netlify", "Netlify"),
    ("serverless", "serverless functions"), ("sls", "serverless functions"), ("sst", "serverless functions"),
    ("func", "Azure Functions"), ("firebase", "Firebase"), ("sam", "AWS Lambda"), ("cdk", "AWS"),
    ("partykit", "PartyKit"))  # fmt: skip
# The files by which the same platforms are told.
PLATFORM_FILES = (("wrangler.toml", "Cloudflare Workers"), ("wrangler.jsonc", "Cloudflare Workers"),
    ("wrangler.json", "Cloudflare Workers"), ("serverless.yml", "serverless functions"),
    ("serverless.ts", "serverless functions"), ("sst.config.ts", "serverless functions"),
    ("host.json", "Azure Functions"), ("cdk.json", "AWS"), ("template.yaml", "AWS Lambda"),
    ("functions/index.js", "Firebase"))  # fmt: skip

# The build of whatever is named after it, or of everything.
_NX_BUILD = re.compile(r"(?:npx )?nx (?:build|run-many\b.*|affected\b.*)(?: --?\S+)*")


def check(project: Project, package: Package) -> None:
    """UndecidedError for what is made of Node but is no program to run in a container."""
    action = project.first("action.yml", "action.yaml")
    if action and re.search(r"^\s+using:\s*[\"']?node", project.text(action), re.MULTILINE):
        raise UndecidedError("this is a GitHub Action: GitHub runs it, it is not run as a container", where=action)
    if package.contributes:
        raise UndecidedError("this is an extension of Visual Studio Code: the editor runs it", where=package.path)
    for file, title, instead in OWN_IMAGE:
        if project.has(file) or project.has_folder(file.partition("/")[0] if file[0] == "." else file):
            raise UndecidedError(
                f"{title} is built by its own tool, which dockgen does not do", where=file, hint=instead
            )
    if frameworks.match(frameworks.SERVERS, package):
        return
    if _is_nx(project, package):
        check_nx(project)
    for files, word, what in EXTENSIONS:
        if found := next((f for f in files if f'"{word}"' in project.text(f)), None):
            raise UndecidedError(f"this is {what}: it does not run in a container", where=found)
    _check_devices(package)


def _check_devices(package: Package) -> None:
    """UndecidedError for an app of a desk or a telephone, and for a plugin of another program."""
    for name, what, instead in NOT_SERVED:
        starts = any(name in s for s in package.scripts.values()) or name in package.dependencies
        if (
            name in package.all_dependencies
            and (starts or "extension" in what or "plugin" in what)
            and "react-native-web" not in package.dependencies
        ):
            raise UndecidedError(
                f"this is {what}: it does not run in a container", where=package.path, hint=instead or None
            )


def check_platform(project: Project, package: Package) -> None:
    """UndecidedError for functions that only a platform runs, and for a library that shows its parts."""
    texts = " ".join(package.scripts.values())
    found = [
        (tool, platform, package.path)
        for tool, platform in PLATFORM_TOOLS
        if re.search(
            rf"(?:^|[\s;&])(?:npx )?{tool} (?:dev|deploy|publish|start|offline|local|serve|emulators)\b", texts
        )
    ] or [(file, platform, file) for file, platform in PLATFORM_FILES if project.has(file)]
    if found:
        tool, platform, where = found[0]
        raise UndecidedError(
            f"this is made for {platform} ({tool}), and nothing in it listens by itself",
            where=where,
            hint="give it an entry that listens, such as one with @hono/node-server, and a start script",
        )
    if row := frameworks.match(frameworks.WORKSHOPS, package):
        raise UndecidedError(
            f"this is a library that shows its parts with {row.title}: it has no app",
            where=package.path,
            hint=f"an image of that site: --set framework={row.name}",
        )


def _is_nx(project: Project, package: Package) -> bool:
    """True if the root is no app itself: Nx builds those in its folders, and no script says which of them."""
    if not project.has("nx.json") or project.first("project.json", "angular.json"):
        return False
    build = package.scripts.get("build", "")
    return "defaultProject" not in project.text("nx.json") and (not build or bool(_NX_BUILD.fullmatch(build.strip())))


def check_nx(project: Project) -> None:
    """UndecidedError for an Nx workspace whose root is no app: which apps there are, and how one is chosen."""
    if not project.has("nx.json"):
        return
    found = []
    for file in project.ending("/project.json"):
        try:
            data = project.json(file)
        except InputError:
            continue
        name, folder = data.get("name"), file.removesuffix("/project.json")
        if data.get("projectType") == "application" and not folder.endswith("-e2e") and is_path(folder):
            found.append((name if isinstance(name, str) and is_path(name) else folder.rpartition("/")[2], folder))
    if found:
        name, folder = found[0]
        raise UndecidedError(
            "this is an Nx workspace, and nothing says which of its apps is meant"
            f"\n  found: {', '.join(f'{n} ({f})' for n, f in found[:8])}",
            where="nx.json",
            hint=f"choose one: --set build='nx build {name}' --set start='node dist/{folder}/main.js'",
            open=Open(key="app", ways=tuple(_nx(name, folder) for name, folder in found)),
        )


def _nx(name: str, folder: str) -> Way:
    """The way that builds the app NAME in FOLDER with Nx and starts what its usual build makes."""
    return Way(sets=(f"build=nx build {name}", f"start=node dist/{folder}/main.js"), shown=name, note=folder)
