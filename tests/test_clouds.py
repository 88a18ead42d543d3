"""What --with ecs and --with aci write for every project is what the published schemas take, and says no secret."""

from __future__ import annotations

import json
import re

import botocore.loaders
import botocore.model
import botocore.validate
import jsonschema
import pytest
import yaml
from conftest import cases
from deployed import HOST, added, is_tool, looked
from dockgen.companions.deploying import TAG
from helpers import ROOT

DEPLOYED = [case for case in cases() if not is_tool(case)]
AZURE = json.loads((ROOT / "tests/samples/azure/container-group.json").read_text(encoding="utf-8"))
# What Fargate reserves: CPU units, and the MiB of memory that go with them.
FARGATE = {256: (512, 1024, 2048), 512: (1024, 2048, 3072, 4096)}


def definitions(project, companion):
    """What the companion's files say, by their paths."""
    return {path: yaml.safe_load(text) for path, text in added(looked(project), companion)[1].items()}


def expected(project, name):
    """One file for each app that runs, in its folder."""
    return {f"{one.folder}/{name}".lstrip("/") for one in looked(project) if one.plan.kind != "cli"}


@pytest.fixture(scope="module")
def register():
    """The shape of what RegisterTaskDefinition takes, in the service model that AWS publishes."""
    model = botocore.loaders.Loader().load_service_model("ecs", "service-2")
    return botocore.model.ServiceModel(model).operation_model("RegisterTaskDefinition").input_shape


def faults(value, shape):
    """What the model refuses in VALUE, and words that are not in one of its lists."""
    report = botocore.validate.ParamValidator().validate(value, shape)
    return [report.generate_report()] if report.has_errors() else unknown(value, shape)


def unknown(value, shape):
    if shape.type_name == "structure":
        return [fault for key, inner in value.items() for fault in unknown(inner, shape.members[key])]
    if shape.type_name == "list":
        return [fault for inner in value for fault in unknown(inner, shape.member)]
    return [f"{shape.name}: {value}"] if getattr(shape, "enum", None) and value not in shape.enum else []


@pytest.mark.parametrize("project", DEPLOYED)
def test_the_model_of_ecs_takes_it(project, register):
    found = definitions(project, "ecs")
    assert set(found) == expected(project, "ecs-task-definition.yaml")
    for each in found.values():
        assert faults(each, register) == []
        assert int(each["memory"]) in FARGATE[int(each["cpu"])]
        (container,) = each["containerDefinitions"]
        assert container["image"].startswith(f"{HOST}/app-")
        assert container["image"].endswith(f":{TAG}")
        assert container["user"].partition(":")[0] not in ("", "0")
        assert container["readonlyRootFilesystem"] is True
        assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
        volumes = [volume["name"] for volume in each.get("volumes", [])]
        assert [mount["sourceVolume"] for mount in container.get("mountPoints", [])] == volumes
        assert container.get("healthCheck", {"command": ["CMD", "x"]})["command"][0] == "CMD"


def test_the_model_refuses_what_is_wrong(register):
    assert faults({"family": "a", "containerDefinitions": [{"cpus": 1}]}, register)
    assert faults({"family": "a", "containerDefinitions": [], "networkMode": "none-such"}, register)


@pytest.mark.parametrize("project", DEPLOYED)
def test_the_schema_of_azure_takes_it(project):
    found = definitions(project, "aci")
    assert set(found) == expected(project, "container-group.yaml")
    for each in found.values():
        jsonschema.Draft202012Validator(AZURE).validate(each)
        properties = each["properties"]
        (container,) = properties["containers"]
        inner = container["properties"]
        assert inner["image"].endswith(f":{TAG}")
        volumes = [volume["name"] for volume in properties.get("volumes", [])]
        assert [mount["name"] for mount in inner.get("volumeMounts", [])] == volumes
        ports = [port["port"] for port in properties.get("ipAddress", {"ports": []})["ports"]]
        assert [port["port"] for port in inner.get("ports", [])] == ports
        told = {secret["name"] for secret in properties.get("secretReferences", [])}
        used = {variable["secureValueReference"] for variable in inner.get("environmentVariables", [])}
        used |= {volume["azureFile"]["storageAccountKeyReference"] for volume in properties.get("volumes", [])}
        assert told == used


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a", "properties": {"osType": "Linux", "containers": [], "restart": "Always"}},
        {"name": "a", "properties": {"osType": "BeOS", "containers": []}},
        {"name": "a", "apiVersion": "2018-10-01", "properties": {"osType": "Linux", "containers": []}},
    ],
)
def test_the_schema_refuses_what_is_wrong(wrong):
    assert list(jsonschema.Draft202012Validator(AZURE).iter_errors(wrong))


@pytest.mark.parametrize("companion", ["ecs", "aci"])
@pytest.mark.parametrize("project", ["python-django-channels", "python-telegram-bot", "node-strapi"])
def test_no_secret_is_written(project, companion):
    text = "".join(added(looked(project), companion)[1].values())
    assert "change-me" not in text
    assert {one.plan.run_args[1].partition("=")[0] in text for one in looked(project)} == {True}


@pytest.mark.parametrize("companion", ["ecs", "aci"])
@pytest.mark.parametrize("project", DEPLOYED)
def test_all_that_is_to_be_filled_in_is_named_in_the_command(project, companion):
    """envsubst replaces the names that it is given, so that `$ENV` in a health check stays what it is."""
    for text in added(looked(project), companion)[1].values():
        command = next((line for line in text.splitlines() if line.startswith("#") and "envsubst '" in line), "")
        named = set(command.partition("envsubst '")[2].partition("'")[0].replace("$", "").split())
        body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
        assert set(re.findall(r"\$\{([A-Z_]+)\}", body)) == named
