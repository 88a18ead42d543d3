"""The setting `writable`: which folders an app can be given, and how each image makes them."""

from __future__ import annotations

import pytest
from dockgen import Project, detect, plan, render
from dockgen.errors import InputError
from dockgen.values import folder

FLASK = {
    "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
}
EXPRESS = {
    "package.json": '{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5.1.0"}}',
    "server.js": 'require("express")().listen(process.env.PORT || 3000)\n',
}
GO = {
    "go.mod": "module example.com/app\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
}
BARE = {"main.py": "import time\nwhile True:\n    time.sleep(1)\n"}
UPLOADS = {
    "requirements.txt": "flask\n",
    "app.py": "import os\nfrom flask import Flask\napp = Flask(__name__)\nos.makedirs('/data')\n",
}


def made(files, writable, **settings):
    given = {"writable": writable, **settings}
    facts = detect(Project.of(files), settings=given)
    found = plan(facts, settings=given)
    return found, render(found)[0].text


@pytest.mark.parametrize(("files", "owner"), [(FLASK, "10001:10001"), (EXPRESS, "1000:1000")], ids=["python", "node"])
def test_a_shell_makes_them_after_the_source_has_come(files, owner):
    found, text = made(files, "/data /app/uploads")
    assert found.runtime.volumes == ("/app/uploads", "/data")
    assert f"RUN mkdir -p /data /app/uploads \\\n    && chown -R {owner} /data /app/uploads\n" in text
    assert text.index("COPY --link . ") < text.index("RUN mkdir -p /data") < text.index("USER ")
    assert 'VOLUME ["/app/uploads", "/data"]' in text


def test_without_a_shell_they_are_copied():
    _, text = made(FLASK, "/data", base="distroless", version="3.13")
    assert "COPY --link --from=build --chown=65532:65532 /mnt/ /data/\n" in text
    assert "RUN mkdir -p /data" not in text


def test_go_has_them_from_the_stage_that_builds():
    found, text = made(GO, "/data /var/lib/app")
    assert found.runtime.volumes == ("/data", "/var/lib/app")
    assert "COPY --link --from=build --chown=65532:65532 /out/state/ /var/lib/app/\n" in text


def test_on_alpine_a_shell_makes_them():
    _, text = made(FLASK, "/data", base="alpine")
    assert "RUN mkdir -p /data" in text


def test_what_was_found_is_not_made_twice():
    found, text = made(UPLOADS, "/data/pictures /srv/x")
    assert found.runtime.volumes == ("/data", "/srv/x")
    assert "/data/pictures" not in text
    assert found.choices[-1].key == "writable"


def test_nothing_changes_without_it():
    facts = detect(Project.of(FLASK))
    assert render(plan(facts))[0].text == made(FLASK, "")[1]


def test_a_site_writes_nothing():
    with pytest.raises(InputError, match="a site is read"):
        made({"index.html": "<h1>Hello</h1>"}, "/data")


def test_without_a_stage_that_builds_nothing_can_make_them():
    with pytest.raises(InputError, match="no stage of the build can make"):
        made(BARE, "/data", base="distroless", version="3.13")


@pytest.mark.parametrize(
    "path", ["/data", "/app/uploads", "/app/.cache/pages", "/var/lib/app", "/srv/a-b_c.d", "/run/x"]
)
def test_folders_that_an_app_can_be_given(path):
    assert folder(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "/", "/app", "/etc", "/usr/lib", "/usr/local/bin", "/tmp/x", "/proc/1", "data", "./data", "/data/", "//data", "/a/../etc",
     "/a b", "/a;id", "/a$HOME", "/a\nRUN id", "/-x", "/a'", "/dev/shm"],
)  # fmt: skip
def test_folders_that_it_cannot(path):
    with pytest.raises(InputError):
        folder(path)


def test_the_folder_that_the_app_works_in_is_refused():
    with pytest.raises(InputError):
        folder("/srv/app", "/srv/app/src")
    with pytest.raises(InputError):
        made(FLASK, "/app")
