"""`dockerfile(…)` and `dockerignore(…)` in a Jinja template: what they write, see, take and refuse."""

from __future__ import annotations

import subprocess
import sys

import jinja2
import pytest
from dockgen import Project, detect, header, plan, render
from dockgen.jinja import DockerfileError, DockgenExtension
from helpers import environment as clean

FLASK = {
    "requirements.txt": "flask==3.1.3\ngunicorn==23.0.0\n",
    "app.py": 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/healthz")\ndef health():\n    return "ok"\n',
}


def baked(templates, name="Dockerfile", /, loader=None, **context):
    env = jinja2.Environment(
        loader=loader or jinja2.DictLoader(templates), extensions=[DockgenExtension], undefined=jinja2.StrictUndefined
    )
    return env.get_template(name).render(context)


def asked(call, files=FLASK, **context):
    return baked({**files, "Dockerfile": call + "\n"}, **context)


def of_project(files, name="app", **settings):
    project = Project.of(files, name=name)
    return {a.path: a.text for a in render(plan(detect(project, settings=settings), settings=settings))}


def body(text):
    return header.split(text)[1]


def test_files_beside_the_template():
    assert asked("{{ dockerfile() }}") == of_project(FLASK)["Dockerfile"]
    templates = {**FLASK, "Dockerfile": "FROM scratch\n", ".dockerignore": "{{ dockerignore() }}\n"}
    assert baked(templates, ".dockerignore") == of_project(FLASK)[".dockerignore"]


def test_they_are_seen_as_they_are_baked():
    templates = {
        "{% if web %}requirements.txt{% endif %}": "flask==3.1.3\n{% if server %}gunicorn==23.0.0\n{% endif %}",
        "{% if web %}app.py{% endif %}": FLASK["app.py"],
        "{% if not web %}main.go{% endif %}": "package main\n\nfunc main() {}\n",
        "{% if not web %}go.mod{% endif %}": "module example.com/x\n\ngo 1.26\n",
        "Dockerfile": "{{ dockerfile() }}",
    }
    assert "requirements.txt gunicorn==" not in baked(templates, web=True, server=True)
    assert "requirements.txt gunicorn==" in baked(templates, web=True, server=False)  # no server of its own
    assert "golang" in baked(templates, web=False, server=False)


def test_only_what_lies_in_the_folder_of_the_template():
    templates = {f"services/web/{path}": text for path, text in FLASK.items()}
    templates |= {"go.mod": "module x\n", "services/web/Dockerfile": "{{ dockerfile() }}"}
    assert baked(templates, "services/web/Dockerfile") == of_project(FLASK)["Dockerfile"]


def test_a_file_that_cannot_be_rendered_is_taken_as_it_stands():
    files = {**FLASK, "notes.py": "x = '{{ undefined_name }}'\n", "page.html": "{% raw %"}
    assert asked("{{ dockerfile() }}", files) == of_project(FLASK)["Dockerfile"]


def test_binary_files_and_those_of_dependencies_are_no_matter(tmp_path):
    for path, text in {**FLASK, "node_modules/x/package.json": "{}", "Dockerfile": "{{ dockerfile() }}"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "logo.py").write_bytes(b"\xff\xfe\x00\x80")
    assert baked({}, loader=jinja2.FileSystemLoader(tmp_path)) == of_project(FLASK)["Dockerfile"]


def test_folder_of_what_is_included_is_not_part_of_the_project(tmp_path):
    """Cookiecutter looks for templates to include in a second folder."""
    for folder, files in (("project", {**FLASK, "Dockerfile": "{{ dockerfile() }}"}), ("templates", {"go.mod": "x"})):
        (tmp_path / folder).mkdir()
        for path, text in files.items():
            (tmp_path / folder / path).write_text(text)
    loader = jinja2.FileSystemLoader([tmp_path / "project", tmp_path / "templates"])
    assert baked({}, loader=loader) == of_project(FLASK)["Dockerfile"]


def test_files_that_are_given():
    call = '{{ dockerfile(files={"requirements.txt": "flask==3.1.3\\ngunicorn==23.0.0\\n", "app.py": app}) }}'
    assert asked(call, {}, app=FLASK["app.py"]) == of_project(FLASK)["Dockerfile"]


def test_preset_with_settings():
    text = asked(
        '{{ dockerfile("fastapi", port=port, apt_run=["curl"], os_upgrade=true, name="Quay One") }}', {}, port="9000"
    )
    assert "EXPOSE 9000" in text
    assert "curl" in text
    assert "apt-get upgrade" in text
    assert "image.title=quay-one" in text


def test_every_key_can_be_a_keyword():
    from dockgen.settings import KEYS

    words = [key.replace(".", "_").replace("-", "_") for key in KEYS]
    assert len(set(words)) == len(KEYS)
    assert all(word.isidentifier() for word in words)


def test_groups_are_mappings():
    text = asked('{{ dockerfile(env={"TZ": "UTC"}, label={"com.example.team": "quay"}) }}')
    assert "TZ=UTC" in text
    assert "com.example.team=quay" in text


def test_a_setting_that_says_what_the_files_say_leaves_no_trace():
    """So that `dockgen generate` in the baked project finds nothing to change."""
    plain = of_project(FLASK, name="quay")["Dockerfile"]
    assert asked('{{ dockerfile(name="quay", port=8000) }}') == plain
    other = asked('{{ dockerfile(name="quay", port=8001) }}')
    assert "EXPOSE 8001" in other
    assert "EXPOSE 8001" in of_project(FLASK, name="quay", port=8001)["Dockerfile"]


def test_dockgen_yaml_of_the_template_counts():
    files = {**FLASK, "dockgen.yaml": "dockgen: 1\npreset: [hardened]\nset: {port: {{ port }}}\n"}
    text = asked("{{ dockerfile() }}", files, port=9700)
    assert "EXPOSE 9700" in text
    assert body(text) != body(asked("{{ dockerfile(port=9700) }}"))
    with pytest.raises(DockerfileError, match=r"dockgen\.yaml:2"):
        asked("{{ dockerfile() }}", {**FLASK, "dockgen.yaml": "dockgen: 1\nprot: 1\n"})
    with pytest.raises(DockerfileError, match="packs are looked for in a folder"):
        asked("{{ dockerfile() }}", {**FLASK, "dockgen.yaml": "dockgen: 1\npacks: [acme]\n"})


@pytest.mark.parametrize("keeps", [True, False])
def test_the_file_is_known_as_untouched(keeps):
    """Whether or not the environment keeps the line's end of the template itself (copier does, cookiecutter does not)."""
    env = jinja2.Environment(
        loader=jinja2.DictLoader({**FLASK, "Dockerfile": "{{ dockerfile() }}\n"}),
        extensions=[DockgenExtension],
        keep_trailing_newline=keeps,
    )
    text = env.get_template("Dockerfile").render()
    found, rest = header.split(text)
    assert found.body == header.digest(rest)
    assert text == of_project(FLASK)["Dockerfile"]


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ('{{ dockerfile("fastapy") }}', "there is no preset 'fastapy'\n  hint: did you mean 'fastapi'?"),
        ('{{ dockerfile("hardened") }}', "the preset hardened assumes no project"),
        ("{{ dockerfile(prot=1) }}", "unknown key 'prot'\n  hint: did you mean 'port'?"),
        ("{{ dockerfile(port='many') }}", "not a port: 'many'"),
        ("{{ dockerfile(files={}) }}", "Dockerfile: "),
        ("{{ dockerignore(port=none) }}", ".dockerignore: settings['port'] must be text"),
        ("{{ dockerfile(7) }}", "the preset must be text, not int"),
        ("{{ dockerfile(files=['app.py']) }}", "files must be texts by their paths"),
        ("{{ dockerfile(files={'app.py': 7}) }}", "files must be texts by their paths"),
    ],
)
def test_mistakes_are_one_clear_message(call, what):
    with pytest.raises(DockerfileError) as error:
        asked(call)
    assert what in str(error.value)


def test_a_value_that_is_undefined_is_said_to_be():
    with pytest.raises(jinja2.UndefinedError, match="'port' is undefined"):
        asked("{{ dockerfile(port=port) }}")


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("dockerfile(missing)", "the preset is undefined"),
        ("dockerfile(port=missing)", "port is undefined"),
        ("dockerfile(name=missing)", "name is undefined"),
        ("dockerfile(files=missing)", "files is undefined"),
        ("dockerignore(files={'app.py': missing})", ".dockerignore: app.py is undefined"),
    ],
)
def test_it_is_said_where_the_environment_would_take_it_for_nothing(call, what):
    """Copier and Jinja itself do: a Dockerfile without a port because of a slip of the pen helps nobody."""
    env = jinja2.Environment(
        loader=jinja2.DictLoader({**FLASK, "Dockerfile": f"{{{{ {call} }}}}\n"}), extensions=[DockgenExtension]
    )
    with pytest.raises(DockerfileError) as error:
        env.get_template("Dockerfile").render()
    assert what in str(error.value)
    defaulted = env.from_string("{{ dockerfile('fastapi', port=missing | default(9000)) }}").render()
    assert "EXPOSE 9000" in defaulted


def test_an_app_that_lies_deeper_is_told():
    with pytest.raises(DockerfileError, match="the app lies in api/"):
        asked("{{ dockerfile() }}", {f"api/{path}": text for path, text in FLASK.items()})


def test_text_of_no_template_brings_nothing_of_this_machine():
    env = jinja2.Environment(extensions=[DockgenExtension])
    with pytest.raises(DockerfileError):
        env.from_string("{{ dockerfile() }}").render()
    assert "uvicorn" in env.from_string('{{ dockerfile("fastapi") }}').render()


def test_loading_the_extension_loads_no_stack():
    code = "import sys, dockgen.jinja; print(*(m for m in sys.modules if m.startswith('dockgen')))"
    done = subprocess.run([sys.executable, "-c", code], env=clean({}), capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split()) == [
        "dockgen", "dockgen.errors", "dockgen.header", "dockgen.jinja", "dockgen.lazy", "dockgen.records",
    ]  # fmt: skip
