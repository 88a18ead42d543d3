"""What --with kubernetes writes for every project is valid, passes the restricted standard, and the judges' policy."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess

import judges
import kubernetes_validate
import pytest
import yaml
from conftest import PROJECTS, cases
from deployed import added, is_tool, looked
from dockgen.errors import ExitCode
from helpers import ROOT, dockgen
from kubernetes_validate import utils

VERSIONS = ("1.32", "1.34", "1.37")  # the oldest has what the files use for two years, the last is the newest
DEPLOYED = [case for case in cases() if not is_tool(case)]
SOME = (
    "python-fastapi-uv",
    "python-django-channels",
    "python-django-sqlite",
    "python-job",
    "node-workspace-npm",
    "go-nethttp",
    "go-worker",
    "static-site",
)
BAD = """\
apiVersion: v1
kind: Pod
metadata: {name: bad}
spec: {containers: [{name: bad, image: nginx, securityContext: {privileged: true}}]}
"""


@pytest.fixture(scope="module", autouse=True)
def _schemas():
    """Read each schema once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utils, "schema_contents", functools.cache(utils.schema_contents))
        yield


def objects(project):
    """The objects of a project, with the images that kustomize puts into them."""
    _, made = added(looked(project), "kubernetes")
    images = {
        image["name"]: f"{image['newName']}:{image['newTag']}"
        for image in yaml.safe_load(made["k8s/kustomization.yaml"])["images"]
    }
    found = [each for each in yaml.safe_load_all(made["k8s/app.yaml"]) if each]
    for container in (c for each in found for c in containers(each)):
        container["image"] = images[container["image"]]
    return found


def pods(found):
    return [each["spec"]["template"]["spec"] for each in found if "template" in each["spec"]]


def containers(one):
    return one["spec"].get("template", {"spec": {}})["spec"].get("containers", [])


@pytest.mark.parametrize("project", DEPLOYED)
def test_the_schemas_of_kubernetes_take_it(project):
    found = objects(project)
    assert pods(found)
    for each in found:
        for version in VERSIONS if project in SOME else VERSIONS[1:2]:
            kubernetes_validate.validate(each, version, strict=True)


def test_the_validator_refuses_a_wrong_field():
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"port": 80}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.34", strict=True)


@pytest.mark.parametrize("project", DEPLOYED)
def test_pods_pass_the_restricted_standard(project):
    for pod in pods(objects(project)):
        account = pod["securityContext"]
        assert account["runAsNonRoot"] is True
        assert account["runAsUser"] > 0
        assert account["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
        assert all(set(volume) - {"name"} <= {"emptyDir", "persistentVolumeClaim"} for volume in pod["volumes"])
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


@pytest.mark.parametrize("project", DEPLOYED)
def test_selectors_find_the_pods_of_one_workload(project):
    found = objects(project)
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in found if "template" in each["spec"]]
    for each in found:
        selector = each["spec"].get("selector")
        wanted = (selector or {}).get("matchLabels", selector)
        if wanted:
            assert [label for label in labels if wanted.items() <= label.items()] == [wanted]


@pytest.mark.parametrize("project", DEPLOYED)
def test_every_mount_has_its_volume(project):
    for each in objects(project):
        for container in containers(each):
            pod = each["spec"]["template"]["spec"]
            claims = [claim["metadata"]["name"] for claim in each["spec"].get("volumeClaimTemplates", [])]
            names = [volume["name"] for volume in pod["volumes"]] + claims
            assert sorted(mount["name"] for mount in container["volumeMounts"]) == sorted(names)


@pytest.mark.parametrize("project", ["python-django-channels", "python-telegram-bot", "node-strapi"])
def test_no_secret_is_written(project):
    _, made = added(looked(project), "kubernetes")
    assert "change-me" not in "".join(made.values())
    assert all("optional" not in c["envFrom"][0]["secretRef"] for p in pods(objects(project)) for c in p["containers"])


def probes(project):
    container = pods(objects(project))[0]["containers"][0]
    return [container[name] for name in ("startupProbe", "readinessProbe", "livenessProbe")]


@pytest.mark.parametrize(
    ("project", "asked"),
    [
        ("go-nethttp", {"httpGet": {"path": "/healthz", "port": "http"}}),  # the image itself has nothing to ask with
        ("go-embed", {"tcpSocket": {"port": "http"}}),  # the program asks itself, by a command
        ("node-express-npm", {"httpGet": {"path": "/healthz", "port": "http"}}),
        ("python-fastapi-uv", {"tcpSocket": {"port": "http"}}),
        (
            "python-django-health",
            {
                "httpGet": {
                    "path": "/status/healthz/",
                    "port": "http",
                    "httpHeaders": [{"name": "Host", "value": "localhost"}],
                }
            },
        ),
    ],
)
def test_what_the_cluster_asks(project, asked):
    for probe in probes(project):
        assert asked.items() <= probe.items()


def run(folder, project, *options):
    """(the run of dockgen, the folder) for a copy of a project."""
    shutil.copytree(PROJECTS / project, folder / project)
    return dockgen("generate", "--with", "kubernetes", *options, folder / project), folder / project


def test_nobody_asks_where_the_user_says_so(tmp_path):
    _, folder = run(tmp_path, "go-nethttp", "--set", "health=none")
    text = (folder / "k8s/app.yaml").read_text()
    assert "Probe" not in text
    assert "containerPort" in text


def test_a_command_is_refused(tmp_path):
    done, folder = run(tmp_path, "go-cobra")
    assert done.code == ExitCode.INPUT
    assert "kubernetes: tally is a command that somebody calls" in done.err
    assert not (folder / "k8s").exists()
    assert not (folder / "Dockerfile").exists()


def test_it_says_that_nobody_said_where_the_image_is(tmp_path):
    done, folder = run(tmp_path, "go-nethttp")
    assert "--set image=" in done.err
    assert "newName: registry.invalid/tides" in (folder / "k8s/kustomization.yaml").read_text()


def test_two_apps_cannot_have_the_same_image(tmp_path):
    done, _ = run(tmp_path, "node-workspace-npm", "--all", "--set", "image=registry.example.com/team/app")
    assert done.code == ExitCode.INPUT
    assert "api and web" in done.err


def test_the_override_of_the_page_holds(tmp_path):
    page = (ROOT / "docs/how-to/kubernetes.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```jinja\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    own = tmp_path / "own/companions/kubernetes"
    own.mkdir(parents=True)
    (own / "app.yaml.j2").write_text(block)
    done, folder = run(tmp_path, "go-nethttp", "--templates", tmp_path / "own", "--set", "image=example.com/tides")
    assert (done.code, "DG2" in done.err) == (0, False), done.err
    (container,) = pods([*yaml.safe_load_all((folder / "k8s/app.yaml").read_text())])[0]["containers"]
    assert container["resources"]["requests"] == {"cpu": "250m", "memory": "128Mi"}


@pytest.mark.skipif(not shutil.which("kubectl"), reason="there is no kubectl on this machine")
def test_kubectl_builds_it(tmp_path):
    _, made = added(looked("node-workspace-npm"), "kubernetes")
    (tmp_path / "k8s").mkdir()
    for path, text in made.items():
        (tmp_path / path).write_text(text)
    built = subprocess.run(["kubectl", "kustomize", tmp_path / "k8s"], capture_output=True, text=True, check=True)
    by_kind = {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(built.stdout)}
    for each in objects("node-workspace-npm"):
        other = by_kind.pop((each["kind"], each["metadata"]["name"]))
        assert other["metadata"]["labels"]["app.kubernetes.io/part-of"] == "node-workspace-npm"
        assert [c["image"] for c in containers(other)] == [c["image"] for c in containers(each)]
    assert by_kind == {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The objects of some projects, and a bad one that the judges must see."""
    made = tmp_path_factory.mktemp("judged")
    for project in SOME:
        (made / project).mkdir()
        (made / project / "app.yaml").write_text(yaml.safe_dump_all(objects(project)))
    (made / "bad").mkdir()
    (made / "bad" / "app.yaml").write_text(BAD)
    return made


def faults(found):
    return [
        finding
        for finding in found
        if finding.case != "bad" and not judges.holds_on_kubernetes(finding, objects(finding.case))
    ]


@pytest.mark.skipif(bool(judges.missing("trivy")), reason=judges.missing("trivy") or "")
def test_trivy_finds_nothing(folder):
    recognised, found = judges.trivy(folder, "kubernetes")
    assert recognised == {*SOME, "bad"}
    assert faults(found) == []
    assert {"KSV-0012", "KSV-0017"} <= {f.check for f in found if f.case == "bad"}


@pytest.mark.skipif(bool(judges.missing("checkov")), reason=judges.missing("checkov") or "")
def test_checkov_finds_nothing(folder):
    count, found = judges.checkov(folder, "kubernetes")
    assert count >= len(SOME) + 1
    assert faults(found) == []
    assert {"CKV_K8S_16", "CKV_K8S_20"} <= {f.check for f in found if f.case == "bad"}


@pytest.mark.parametrize(
    ("check", "uid", "ports", "covered"),
    [
        ("CKV_K8S_8", 10001, [], True),
        ("CKV_K8S_8", 10001, [{"containerPort": 80}], False),
        ("KSV-0020", 101, [], True),
        ("KSV-0020", 10001, [], False),
        ("CKV_K8S_11", 10001, [], True),
        ("CKV_K8S_16", 10001, [], False),
    ],
)
def test_what_the_policy_covers(check, uid, ports, covered):
    pod = {"securityContext": {"runAsUser": uid}, "containers": [{"ports": ports}]}
    found = [{"spec": {"template": {"spec": pod}}}]
    assert judges.holds_on_kubernetes(judges.Finding("x", check, 1, ""), found) is covered
