"""The linters that judge Dockerfiles from outside: where they are, what they find, and which findings are policy."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers import ROOT, instructions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOME = ROOT / ".judges"  # where .ci/run installs them, each in an environment of its own
HEALTHCHECK = (
    "Kubernetes ignores it, and workers, jobs and commands answer no one: their end is what shows that they are ill. "
    "An image without a shell and without a runtime has nothing to check with; what runs it must ask from outside."
)
# Findings that are no faults, and why; docs/explanation/judged.md has the same table. `holds` says where a finding is
# covered by the policy: anywhere else it is a fault.
POLICY = {"DS-0026": HEALTHCHECK, "CKV_DOCKER_2": HEALTHCHECK}
NO_CPU_LIMIT = "A limit of CPU time stops an app while the node has time to spare. The request is what it gets when others want it, too."
NAMESPACE = "The namespace is said where the files are applied: `kubectl apply -n NAME -k k8s`."
ACCOUNT = "The account is the one that the base image has, such as node's 1000 and nginx's 101. `--set user=10001` makes another."
NO_PORT = "The app listens on no port, so nothing can be asked: its end is what shows that it is ill."
# The same for what `--with kubernetes` writes.
KUBERNETES = {
    "CKV_K8S_8": NO_PORT,
    "CKV_K8S_9": NO_PORT,
    "CKV_K8S_11": NO_CPU_LIMIT,
    "KSV-0011": NO_CPU_LIMIT,
    "CKV_K8S_15": "A tag that is never moved, or a digest, is the same image whether it is pulled again or not.",
    "CKV_K8S_21": NAMESPACE,
    "KSV-0110": NAMESPACE,
    "CKV_K8S_35": "Apps read variables. Whoever can read them in the process can read a file of the process as well.",
    "CKV_K8S_40": ACCOUNT,
    "KSV-0020": ACCOUNT,
    "KSV-0021": ACCOUNT,
    "CKV_K8S_43": "A release sets the digest, by `kustomize edit set image`.",
    "KSV-0125": "Which registries are trusted is for the cluster's owner to say, at admission.",
    "CKV2_K8S_6": "Who may call the app, and whom it calls, is not in its code: a guess would cut it off.",
}
_WITHOUT_RUNTIME = re.compile(r"gcr\.io/distroless/(static|base|base-nossl|cc)-debian\d+[:@]|scratch\b")


@dataclass(frozen=True)
class Finding:
    """One check that failed: in the file of which project, at which line."""

    case: str
    check: str
    line: int
    title: str


def find(name: str) -> Path | str | None:
    """The program of a judge; None if it is not here."""
    own = HOME / name / "bin" / name
    return own if own.exists() else shutil.which(name)


def missing(name: str) -> str | None:
    """Why nothing can be judged; None if the judge is here."""
    how = f"python3 -m venv .judges/{name} && .judges/{name}/bin/pip install -r .ci/judges/{name}.txt"
    return None if find(name) else f"NOTHING WAS JUDGED: there is no {name}; to have it: {how}"


def trivy(folder: Path, kind: str = "dockerfile") -> tuple[set[str], list[Finding]]:
    """The projects whose files of a KIND Trivy recognised in FOLDER, as `NAME/…`, and what it found, in one process."""
    options = ["-q", "--skip-check-update", "--skip-version-check", "--format", "json"]
    results = json.loads(_run(find("trivy"), "config", *options, folder)).get("Results") or []
    found = [
        Finding(
            result["Target"].partition("/")[0],
            failed["ID"],
            (failed.get("CauseMetadata") or {}).get("StartLine") or 0,
            failed["Title"],
        )
        for result in results
        for failed in result.get("Misconfigurations") or []
        if failed["Status"] == "FAIL"
    ]
    return {result["Target"].partition("/")[0] for result in results if result["Type"] == kind}, found


def checkov(folder: Path, kind: str = "dockerfile") -> tuple[int, list[Finding]]:
    """How many things of a KIND Checkov recognised in FOLDER, and what it found, in one process."""
    options = ["--framework", kind, "-o", "json", "--compact", "--quiet", "--skip-download", "--soft-fail"]
    data = json.loads(_run(find("checkov"), "-d", folder, *options))
    data = data[0] if isinstance(data, list) else data
    found = [
        Finding(
            failed["file_path"].strip("/").partition("/")[0],
            failed["check_id"],
            failed["file_line_range"][0],
            failed["check_name"],
        )
        for failed in data.get("results", {}).get("failed_checks", [])
    ]
    return (data.get("summary") or data)["resource_count"], found


def secrets(archive: Path) -> list[str]:
    """The secrets that Trivy finds in the layers, the history and the environment of an image saved as ARCHIVE."""
    options = ["-q", "--offline-scan", "--skip-db-update", "--skip-check-update", "--skip-version-check"]
    options += ["--scanners", "secret", "--image-config-scanners", "secret", "--format", "json", "--input", archive]
    results = json.loads(_run(find("trivy"), "image", *options)).get("Results") or []
    return [
        f"{result['Target']}: {secret['RuleID']} {secret['Title']}"
        for result in results
        for secret in result.get("Secrets") or []
    ]


def holds(finding: Finding, dockerfile: str) -> bool:
    """True if the policy covers FINDING in a file of this text: a missing health check, where nothing could be asked."""
    if finding.check not in POLICY:
        return False
    made = instructions(dockerfile)
    last = [rest for name, rest in made if name == "FROM"][-1]
    return "EXPOSE" not in {name for name, _ in made} or bool(_WITHOUT_RUNTIME.match(last))


def holds_on_kubernetes(finding: Finding, objects: Iterable[dict[str, Any]]) -> bool:
    """True if the policy covers FINDING in OBJECTS: an account below 10000, and no question to what has no port."""
    reason = KUBERNETES.get(finding.check)
    pods = [each["spec"]["template"]["spec"] for each in objects if "template" in each["spec"]]
    if reason == ACCOUNT:
        return any(pod["securityContext"]["runAsUser"] <= 10000 for pod in pods)
    if reason == NO_PORT:
        return not any(container.get("ports") for pod in pods for container in pod["containers"])
    return reason is not None


def _run(*argv: object) -> str:
    """What a judge prints; its exit status says only that it found something."""
    done = subprocess.run(
        [str(word) for word in argv],
        env=os.environ | {"LOG_LEVEL": "ERROR"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.strip(), f"{argv[0]}: exit {done.returncode}\n{done.stderr[-2000:]}"
    return done.stdout
