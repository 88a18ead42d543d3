"""Kubernetes: which workload each service is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from dockgen.companions.bundle import Service

DEPLOYMENT, STATEFUL, JOB = "Deployment", "StatefulSet", "Job"
PROBE_PERIOD = 2  # seconds between two questions while the app starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One thing that runs pods of SERVICE: its KIND and NAME, and the ARGS instead of the image's command.

    A migration is a Job of its own, which runs before a release serves. SERVES if traffic is sent to the pods.
    """

    kind: str  # Deployment | StatefulSet | Job
    name: str
    service: Service
    is_migration: bool = False
    args: tuple[str, ...] = ()
    serves: bool = False
    replicas: int = 1
    start_failures: int = 0  # of the startup probe, until the pod is given up


def workloads(services: Sequence[Service]) -> tuple[Workload, ...]:
    """What runs SERVICES; commands that somebody calls are left out."""
    names = {service.name for service in services}
    return tuple(workload for service in services if service.kind != "cli" for workload in _of(service, names))


def _of(service: Service, names: Container[str]) -> Iterator[Workload]:
    if service.migrate:
        name = f"{service.name}-migrate"
        while name in names:  # by the name a Service finds its pods
            name += "-job"
        yield Workload(kind=JOB, name=name, service=service, is_migration=True, args=service.migrate)
    is_kept = service.volumes and service.kind != "job"
    yield Workload(
        kind=JOB if service.kind == "job" else STATEFUL if is_kept else DEPLOYMENT,
        name=service.name,
        service=service,
        serves=bool(service.port),
        replicas=service.replicas,
        start_failures=service.check.patience // PROBE_PERIOD if service.check else 0,
    )
