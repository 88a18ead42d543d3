"""Servers of the Model Context Protocol: over standard input, or over HTTP and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING

if TYPE_CHECKING:
    from dockgen.plans import Plan

FASTMCP = {"requirements.txt": "fastmcp==3.2.0\n"}
SDK = {"requirements.txt": "mcp==1.30.0\n"}
OURS = "from fastmcp import FastMCP\nmcp = FastMCP('tools')\n"
OFFICIAL = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('tools'{more})\n"
MAIN = "if __name__ == '__main__':\n    {start}\n"


def plan(files: dict[str, str]) -> Plan:
    return decide(detect(Project.of(files), NOTHING), NOTHING)


def server(start: str, made: str = OURS) -> Plan:
    return plan(FASTMCP | {"server.py": made + MAIN.format(start=start)})


@pytest.mark.parametrize(
    "start",
    [
        "mcp.run()",
        "mcp.run(transport='stdio')",
        "mcp.run('stdio')",
        "asyncio.run(mcp.run_stdio_async())",
        "mcp.run(transport=os.getenv('TRANSPORT', 'stdio'))",
        "mcp.run(transport='sse') if args.sse else mcp.run()",
        "mcp.run(transport=unknown)",
    ],
)
def test_over_standard_input_it_is_a_program_that_is_kept_open(start):
    made = server(start)
    assert (made.kind, made.framework, made.run_args) == ("cli", "fastmcp", ("-i",))
    assert made.runtime.entrypoint[-2:] == ("python", "server.py")
    assert made.runtime.port is None


@pytest.mark.parametrize(
    ("start", "port"),
    [
        ("mcp.run(transport='http')", 8000),
        ("mcp.run('streamable-http', port=9100)", 9100),
        ("asyncio.run(mcp.run_async(transport='sse', port=9100))", 9100),
        ("asyncio.run(mcp.run_http_async())", 8000),
        ("mcp.run(transport=os.environ.get('TRANSPORT', 'sse'))", 8000),
        ("mcp.run(transport=MODE)", 8000),
    ],
)
def test_over_http_it_is_a_service_that_listens_on_every_address(start, port):
    made = server(start, OURS + "MODE = os.getenv('MODE') or 'http'\n")
    assert (made.kind, made.runtime.port, made.run_args) == ("web", port, ())
    assert made.runtime.env["FASTMCP_HOST"] == "0.0.0.0"
    assert made.warnings == ()


def test_the_port_that_another_file_sets():
    text = "from conf import settings\n" + OURS + MAIN.format(start="mcp.run(transport='http', port=settings['port'])")
    conf = "import os\nsettings = {'port': int(os.getenv('TOOLS_PORT', '9300'))}\n"
    made = plan(FASTMCP | {"server.py": text, "conf.py": conf})
    assert (made.runtime.port, made.runtime.env["TOOLS_PORT"]) == (9300, "9300")


def test_the_option_that_chooses_the_transport():
    option = "p = argparse.ArgumentParser()\np.add_argument('--transport', default='{}')\nargs = p.parse_args()\n"
    start = "mcp.run(transport=args.transport)"
    assert server(start, OURS + option.format("sse")).kind == "web"
    assert server(start, OURS + option.format("stdio")).kind == "cli"


def test_the_official_library_is_told_where_to_listen_in_its_code():
    start = MAIN.format(start="mcp.run(transport='streamable-http')")
    inward = plan(SDK | {"server.py": OFFICIAL.format(more="") + start})
    assert inward.kind == "web"
    assert inward.warnings == (
        'server.py:4 listens on 127.0.0.1, which nobody outside the container can reach; give it host="0.0.0.0"',
    )
    outward = plan(SDK | {"server.py": OFFICIAL.format(more=", host='0.0.0.0', port=9000") + start})
    assert (outward.runtime.port, outward.warnings) == (9000, ())


def test_a_server_that_another_file_makes():
    files = {
        "pyproject.toml": "[project]\nname='t'\nversion='1'\ndependencies=['fastmcp==3.2.0']\n[build-system]\nrequires=['hatchling']\n"
        "build-backend='hatchling.build'\n[project.scripts]\nt='t.cli:main'\n",
        "t/__init__.py": "",
        "t/app.py": "import fastmcp\ndef make():\n    return fastmcp.FastMCP('t')\nserver = make()\n",
        "t/cli.py": "from t.app import server\ndef main():\n    server.run(transport='http', host='0.0.0.0')\n",
    }
    made = plan(files)
    assert (made.kind, made.runtime.entrypoint[-1], made.runtime.port) == ("web", "t", 8000)
    assert "FASTMCP_HOST" not in made.runtime.env


def test_the_parts_of_the_official_library():
    text = (
        "import asyncio\nfrom mcp.server.stdio import stdio_server\nasync def main():\n"
        "    async with stdio_server() as (a, b):\n        await app.run(a, b)\n"
        + MAIN.format(start="asyncio.run(main())")
    )
    assert plan(SDK | {"main.py": text}).run_args == ("-i",)


def test_one_command_of_several_is_not_what_the_program_is():
    text = (
        OURS
        + "import click\n@click.group()\ndef main(): ...\n@main.command()\ndef mcp_():\n    mcp.run(transport='http')\n"
        "@main.command()\ndef index(): ...\n" + MAIN.format(start="main()")
    )
    made = plan(FASTMCP | {"main.py": text})
    assert (made.kind, made.framework) == ("cli", None)


def test_what_only_calls_others_is_no_server():
    text = "import subprocess, fastmcp\nsubprocess.run(['x'])\n" + MAIN.format(start="print(1)")
    assert plan(FASTMCP | {"main.py": text}).kind == "job"
