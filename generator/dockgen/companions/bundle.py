"""The bundle: what the templates of companions print, the services and what they need, made from plans."""

from __future__ import annotations

import itertools
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.companions import actions, delivery, deploying, everyday, kubernetes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.companions.actions import Actions
    from dockgen.companions.delivery import BakeTarget, BuildSecret, Delivery, Source
    from dockgen.companions.deploying import Check
    from dockgen.companions.everyday import Everyday
    from dockgen.companions.kubernetes import Workload
    from dockgen.facts import About, Facts
    from dockgen.plans import Account, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app as its run has it: the folder of its files, the context that it is built from, both "" for the root."""

    facts: Facts
    plan: Plan
    folder: str
    context: str
    dockerfile: str  # its path, from the root
    image: str  # where it is pushed to, without a tag; "" if nobody said


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How a platform asks whether the service is well: an HTTP PATH ("": by a connection), and the image's COMMAND."""

    path: str
    command: tuple[str, ...]
    start_period: int  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A folder of the container whose files outlive it: the name of the volume, LABEL in its service, where it is."""

    name: str
    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One app: its image and how it is run.

    CONTEXT and DOCKERFILE are as a build has them that starts where the companions lie: the context from there, the
    Dockerfile from the context.
    """

    name: str  # a DNS label, unique in the bundle
    about: About
    stack: str
    kind: str  # web | worker | job | cli | static
    image: str  # without a tag
    is_published: bool  # somebody said where the image is pushed to
    remote: str  # the image as a platform pulls it, without a tag: a name that nobody has, if nobody said
    context: str
    dockerfile: str
    folder: str  # of the app, from the root; "" for the root
    source: Source
    bake: BakeTarget
    everyday: Everyday
    account: Account
    port: int | None
    probe: Probe | None
    check: Check | None
    memory: int  # MiB
    replicas: int  # that may run side by side
    command: tuple[str, ...]  # what is started, entry point and all
    has_init: bool  # process 1 is tini already
    has_shell: bool  # there is one in the image
    stop_signal: str  # "" for SIGTERM
    env: Mapping[str, str] = field(default_factory=dict)  # without which it does not start
    volumes: tuple[Volume, ...] = ()
    secrets: tuple[BuildSecret, ...] = ()
    ssh: bool = False  # the build needs the SSH agent
    migrate: tuple[str, ...] = ()  # what brings the database's schema up to date before a release; () if nothing does
    has_dev: bool = False  # the Dockerfile has the target `dev`
    sources: tuple[str, ...] = ()  # what the Dockerfile copies or mounts by name, from its context


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """All that the templates of companions print."""

    name: str  # of the project
    at: str  # the folder that the files are written to; "" for the root
    services: tuple[Service, ...]
    workloads: tuple[Workload, ...]  # of Kubernetes
    tag: str  # in files that a release sets: no image has it
    delivery: Delivery
    wanted: tuple[str, ...] = ()  # the names of the companions that are written
    actions: Actions = field(default_factory=actions.load)  # of GitHub
    packs: Mapping[str, Mapping[str, str | int | bool | tuple[str, ...]]] = field(default_factory=dict)


def make(apps: Sequence[App], *, name: str, at: str = "", wanted: Sequence[str] = ()) -> Bundle:
    """The bundle of APPS, of a project called NAME, whose companions, those WANTED, are written to the folder AT.

    InputError if two apps are to be pushed under one name, or from one pipeline to two registries.
    """
    names = _unique([_label(app.plan.about.name) for app in apps])
    images = [(label, app.image) for app, label in zip(apps, names, strict=True)]
    delivery.require_names(images)
    if "github" in wanted or "gitlab" in wanted:
        delivery.require_one_host(images)
    is_alone = len(apps) == 1
    services = tuple(_service(app, label, at, is_alone=is_alone) for app, label in zip(apps, names, strict=True))
    delivered = delivery.make(
        names,
        [service.source for service in services],
        [app.image for app in apps],
        stacks={app.plan.stack for app in apps},
        registry=apps[0].plan.style.registry,
        by_argument=apps[0].plan.style.versions == "arg",
        ssh=any(service.ssh for service in services),
        at=at,
        context=apps[0].context,
    )
    return Bundle(
        name=_label(name),
        at=at,
        services=services,
        workloads=kubernetes.workloads(services),
        tag=deploying.TAG,
        delivery=delivered,
        wanted=tuple(wanted),
        packs=apps[0].plan.packs,
    )


def _service(app: App, label: str, at: str, *, is_alone: bool) -> Service:
    plan, runtime = app.plan, app.plan.runtime
    env, secrets, ssh = _given(plan.run_args), _secrets(plan.build_args), "--ssh" in plan.build_args
    choices = {choice.key: choice.value for choice in plan.choices}
    migration = getattr(app.facts.detail, "migration", None)
    return Service(
        name=label,
        about=plan.about,
        stack=plan.stack,
        kind=plan.kind,
        image=app.image or plan.about.name,
        is_published=bool(app.image),
        remote=deploying.remote(app.image, label),
        context=posixpath.relpath(app.context or ".", at or "."),
        dockerfile=posixpath.relpath(app.dockerfile, app.context or "."),
        folder=app.folder,
        source=delivery.source(app.context, app.dockerfile, secrets),
        bake=delivery.target(label, "." if at else app.context or ".", secrets, alone=is_alone),
        everyday=everyday.make(app.context, app.dockerfile, app.folder, secrets, at=at),
        account=runtime.account,
        port=runtime.port,
        probe=_probe(app, plan),
        check=deploying.check(app.facts, plan),
        memory=deploying.memory(plan),
        replicas=deploying.copies(plan),
        command=(*(runtime.entrypoint or ()), *(runtime.command or ())),
        has_init=bool(runtime.init),
        has_shell=runtime.system != "none",
        stop_signal=runtime.stop_signal or "",
        env=env,
        volumes=_volumes(label, (*runtime.volumes, *runtime.folders)),
        secrets=secrets,
        ssh=ssh,
        migrate=migration.command if migration and choices.get("migrate") == "job" else (),
        has_dev=plan.dev is not None,
        sources=plan.sources,
    )


def _probe(app: App, plan: Plan) -> Probe | None:
    runtime, check = plan.runtime, deploying.check(app.facts, plan)
    if not check or not runtime.health:
        return None
    return Probe(path=check.path, command=runtime.health, start_period=runtime.start_period)


def _given(run_args: Sequence[str]) -> dict[str, str]:
    """The variables in the options of `docker run`."""
    pairs = itertools.pairwise(run_args)
    return dict(word.partition("=")[::2] for option, word in pairs if option in ("-e", "--env"))


def _secrets(build_args: Sequence[str]) -> tuple[BuildSecret, ...]:
    """The secrets in the options of `docker build`, which given.py writes."""
    found = []
    for option, word in itertools.pairwise(build_args):
        if option == "--secret":
            said = dict(part.partition("=")[::2] for part in word.split(","))
            found.append(delivery.secret(said["id"], env=said.get("env", ""), file=said.get("src", "")))
    return tuple(found)


def _label(name: str) -> str:
    """NAME as a DNS label (RFC 1123), which all platforms take for the name of a service."""
    made = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    return made if made[:1].isalpha() else f"app-{made}".rstrip("-")


def _unique(names: Sequence[str]) -> list[str]:
    """NAMES with a number behind those that were there before."""
    made: list[str] = []
    for name in names:
        number, other = 2, name
        while other in made:
            other, number = f"{name}-{number}", number + 1
        made.append(other)
    return made


def _volumes(service: str, paths: Sequence[str]) -> tuple[Volume, ...]:
    labels = _unique([_label(path) for path in paths])
    return tuple(
        Volume(name=f"{service}-{label}", label=label, path=path) for label, path in zip(labels, paths, strict=True)
    )
