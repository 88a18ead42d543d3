"""The bundle: what the templates of companions print, the services and what they need, made from plans."""

from __future__ import annotations

import itertools
import posixpath
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from dockgen.apps import unique
from dockgen.companions import (
    actions,
    backing,
    databases,
    delivery,
    deploying,
    editor,
    everyday,
    kubernetes,
    running,
    variables,
)
from dockgen.companions.running import Volume
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.companions.actions import Actions
    from dockgen.companions.backing import Backing
    from dockgen.companions.delivery import BakeTarget, BuildSecret, Delivery, Source
    from dockgen.companions.deploying import Check
    from dockgen.companions.editor import Editor
    from dockgen.companions.everyday import Everyday
    from dockgen.companions.kubernetes import Workload
    from dockgen.companions.running import Development, Probe
    from dockgen.companions.variables import SecretFile, Variable
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


GRACE = 30  # seconds that an app has to stop: as gunicorn, which gives its requests that long


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
    host_port: int | None = None  # at which this machine reaches it; no two services have the same
    grace: int = GRACE
    settles: int = 30  # seconds after which a new container that still runs is well
    files: tuple[SecretFile, ...] = ()  # the variables that must be given, where a platform mounts secrets as files
    reading: tuple[str, ...] = ()  # an entry point that reads them from /run/secrets; () if the image has no shell
    env_file: str = ""  # the .env that the project has an example of, from where the companions lie
    variables: tuple[Variable, ...] = ()  # `env` and the addresses of stores: what is secret or unknown is asked for
    needs: tuple[str, ...] = ()  # names of stores
    unread: tuple[str, ...] = ()  # those whose address no variable is known to bring to the app
    prepares: tuple[str, ...] = ()  # as `migrate`, and also if the app would do it by itself, but for a file alone
    dev: Development | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """All that the templates of companions print."""

    name: str  # of the project
    at: str  # the folder that the files are written to; "" for the root
    services: tuple[Service, ...]
    workloads: tuple[Workload, ...]  # of Kubernetes
    tag: str  # in files that a release sets: no image has it
    delivery: Delivery
    stores: tuple[Backing, ...] = ()  # that services need
    volumes: tuple[str, ...] = ()  # of services and stores
    kept: tuple[str, ...] = ()  # volumes for development
    secrets: tuple[BuildSecret, ...] = ()  # of the builds of all services
    secret_files: tuple[SecretFile, ...] = ()  # of services and stores, as far as they read files
    asked: tuple[str, ...] = ()  # variables that whoever runs it must set
    editor: Editor | None = None  # the container that an editor works in
    neighbour: str = ""  # how one of several services is reached by the others
    wanted: tuple[str, ...] = ()  # the names of the companions that are written
    actions: Actions = field(default_factory=actions.load)  # of GitHub
    packs: Mapping[str, Mapping[str, str | int | bool | tuple[str, ...]]] = field(default_factory=dict)


def make(apps: Sequence[App], *, name: str, at: str = "", wanted: Sequence[str] = ()) -> Bundle:
    """The bundle of APPS, of a project called NAME, whose companions, those WANTED, are written to the folder AT.

    InputError if two apps are to be pushed under one name, or from one pipeline to two registries.
    """
    names = unique([label(app.plan.about.name) for app in apps])
    tags = unique([app.plan.about.name for app in apps])
    images = [(label, app.image) for app, label in zip(apps, names, strict=True)]
    delivery.require_names(images)
    if "github" in wanted or "gitlab" in wanted:
        delivery.require_one_host(images)
    is_alone = len(apps) == 1
    project = label(name)
    services = _published(
        [
            _service(app, label, tag, at, project, is_alone=is_alone)
            for app, label, tag in zip(apps, names, tags, strict=True)
        ]
    )
    beside = backing.make(
        (need for app in apps for need in app.facts.stores), project=project, registry=apps[0].plan.style.registry
    )
    given = [*(v for each in beside for v in each.variables), *(v for each in services for v in each.variables)]
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
        name=project,
        at=at,
        services=services,
        workloads=kubernetes.workloads(services),
        tag=deploying.TAG,
        delivery=delivered,
        stores=beside,
        volumes=(*dict.fromkeys(v.name for s in services for v in s.volumes), *(s.volume for s in beside)),
        kept=tuple(dict.fromkeys(v.name for s in services if s.dev for v in s.dev.volumes if v.name)),
        secrets=tuple({secret.id: secret for each in services for secret in each.secrets}.values()),
        secret_files=(*(f for s in services if s.reading for f in s.files), *(f for s in beside for f in s.files)),
        asked=tuple(dict.fromkeys(v.asked for v in given if v.required)),
        editor=editor.make(apps, services, [f"{s.name}:{s.port}" for s in beside], composes="compose" in wanted),
        neighbour=_neighbour(services),
        wanted=tuple(wanted),
        packs=apps[0].plan.packs,
    )


def _neighbour(services: Sequence[Service]) -> str:
    """How the first of several SERVICES that listens is reached by the others."""
    first = next((each for each in services if each.port), None)
    return f"http://{first.name}:{first.port}" if first and len(services) > 1 else ""


def _published(services: Sequence[Service]) -> tuple[Service, ...]:
    """SERVICES, each with a port of the machine: its own, or the next that no other has."""
    made: list[Service] = []
    for service in services:
        port = _free(service.port, [other.host_port for other in made])
        dev = service.dev
        if dev:
            dev = replace(dev, host_port=_free(dev.port, [other.dev.host_port for other in made if other.dev]))
        made.append(replace(service, host_port=port, dev=dev))
    return tuple(made)


def _free(port: int | None, taken: Sequence[int | None]) -> int | None:
    while port and port in taken:
        port += 1
    return port


def _service(app: App, label: str, tag: str, at: str, project: str, *, is_alone: bool) -> Service:
    plan, runtime = app.plan, app.plan.runtime
    env, secrets, ssh = _given(plan.run_args), delivery.secrets(plan.build_args), "--ssh" in plan.build_args
    choices, check = {choice.key: choice.value for choice in plan.choices}, deploying.check(app.facts, plan)
    reads, mode = databases.addresses(app.facts), choices.get("migrate", "")
    given = (*variables.of_app({n: v for n, v in env.items() if n not in reads}), *reads.values())
    files = variables.files(project if is_alone else f"{project}-{label}", given)
    return Service(
        name=label,
        about=plan.about,
        stack=plan.stack,
        kind=plan.kind,
        image=app.image or tag,
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
        probe=running.probe(plan, check),
        check=check,
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
        migrate=databases.job(app.facts, mode),
        has_dev=plan.dev is not None,
        settles=runtime.start_period + 15,
        files=files,
        reading=variables.reading(files, "/run/secrets") if runtime.system != "none" else (),
        env_file=posixpath.relpath(posixpath.join(app.folder, ".env"), at or ".") if app.facts.example else "",
        variables=given,
        needs=tuple(need.store.value for need in app.facts.stores),
        unread=tuple(need.store.value for need in app.facts.stores if not databases.is_told(app.facts, need)),
        prepares=databases.job(app.facts, mode, by_itself=bool(app.facts.stores)),
        dev=running.development(app, at),
    )


def _given(run_args: Sequence[str]) -> dict[str, str]:
    """The variables in the options of `docker run`."""
    pairs = itertools.pairwise(run_args)
    return dict(word.partition("=")[::2] for option, word in pairs if option in ("-e", "--env"))


def label(name: str) -> str:
    """NAME as a DNS label (RFC 1123), which all platforms take for the name of a service."""
    made = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    return made if made[:1].isalpha() else f"app-{made}".rstrip("-")


def _volumes(service: str, paths: Sequence[str]) -> tuple[Volume, ...]:
    labels = unique([label(path) for path in paths])
    return tuple(
        Volume(name=f"{service}-{label}", label=label, path=path) for label, path in zip(labels, paths, strict=True)
    )
