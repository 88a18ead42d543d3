"""Process 1: the app or tini, the signal that asks it to stop, and the setting that decides it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.process import signal_of
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import read

if TYPE_CHECKING:
    from dockgen.plans import Plan, Runtime

TINI = "/usr/bin/tini"
FLASK = "from flask import Flask\napp = Flask('x')\n"
WAITRESS = {"requirements.txt": "flask\nwaitress\n", "app.py": FLASK}
GUNICORN = {"requirements.txt": "flask\ngunicorn\n", "app.py": FLASK}
GO = {
    "go.mod": "module example.com/shop\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n',
}
SITE = {"index.html": "<p>hello</p>"}
CLI = {"main.py": "import argparse\nif __name__ == '__main__':\n    print(1)\n"}


def node(text: str = "app.listen(3000)", **dependencies: str) -> dict[str, str]:
    manifest = {"name": "x", "scripts": {"start": "node server.js"}, "dependencies": dependencies}
    return {"package.json": json.dumps(manifest), "server.js": text}


def plan(files: dict[str, str], *flags: str) -> Plan:
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def begin(runtime: Runtime) -> str:
    return ((runtime.entrypoint or ()) + (runtime.command or ()))[0]


@pytest.mark.parametrize("files", [node("process.on('SIGTERM', stop); app.listen(3000)"), GUNICORN, SITE, CLI])
def test_tini_where_it_is_asked_for(files):
    made = plan(files, "init=tini")
    assert begin(made.runtime) == TINI
    assert "tini" in made.runtime.apt
    assert ("init", "tini", "--set") in {(c.key, c.value, c.source) for c in made.choices}
    assert begin(plan(files).runtime) != TINI


def test_tini_keeps_the_entry_point_of_nginx_and_is_installed_as_root():
    made = plan(SITE, "init=tini")
    assert made.runtime.entrypoint == (TINI, "--", "/docker-entrypoint.sh")
    text = dockerfile(made)
    assert text.index("USER 0:0") < text.index("apt-get install") < text.index("USER 101:101")


def test_tini_cannot_be_installed_in_distroless():
    with pytest.raises(InputError, match="no package manager") as told:
        plan(GO, "init=tini")
    assert "docker run --init" in str(told.value)
    assert plan(GO, "init=none").runtime.entrypoint == plan(GO).runtime.entrypoint == ("/usr/local/bin/shop",)
    assert begin(plan(GO, "init=tini", "apt.run=git").runtime) == TINI


@pytest.mark.parametrize(("files", "warned"), [(node(), True), (GUNICORN, False), (WAITRESS, False)])
def test_none_is_told_where_the_app_ignores_sigterm(files, warned):
    made = plan(files, "init=none")
    assert begin(made.runtime) != TINI
    assert "tini" not in made.runtime.apt
    assert any("init=none" in w and "ten seconds" in w for w in made.warnings) is warned


def test_a_browser_gets_an_init_even_if_the_app_handles_sigterm():
    handled = "process.on('SIGTERM', stop); app.listen(3000)"
    made = plan(node(handled, puppeteer="^24.0.0"))
    assert begin(made.runtime) == TINI
    assert "leaves behind" in dockerfile(made)
    assert begin(plan(node(handled), "apt.run=chromium").runtime) == TINI
    assert begin(plan(GO, "apt.run=chromium").runtime) == TINI
    assert begin(plan(GO, "apt.run=git").runtime) != TINI


@pytest.mark.parametrize(
    ("start", "signal"),
    [("uwsgi --http-socket=:8000", "SIGQUIT"), ("/opt/bin/pm2-runtime app.js", "SIGINT"), ("gunicorn a:app", ""),
     ("python -m http.server 8000", "SIGINT"), ("python3 -m waitress", "SIGINT"), ("python -m a", ""), ("python", "")],
)  # fmt: skip
def test_programs_that_end_at_another_signal(start, signal):
    assert signal_of(tuple(start.split())) == signal


def test_a_start_of_the_users_own_brings_its_signal():
    assert plan(GUNICORN, "start=uwsgi --http-socket=:8000 --module=app:app").runtime.stop_signal == "SIGQUIT"
    assert plan(WAITRESS, "start=gunicorn app:app").runtime.stop_signal is None
    assert begin(plan(GUNICORN, "start=./serve").runtime) == TINI


@pytest.mark.parametrize(
    ("text", "signal", "init"),
    [
        ("process.on('SIGINT', stop)", "SIGINT", False),
        ("process.on('SIGTERM', stop); process.on('SIGINT', stop)", None, False),
        ("for (const s of ['SIGINT', 'SIGTERM']) process.on(s, stop)", None, False),
        ("import closeWithGrace from 'close-with-grace'", None, False),
        ("import { createLightship } from 'lightship'", None, False),
        ("app.listen('SIGTERM', () => app.terminate())", None, False),
        ("app.enableShutdownHooks()", None, False),
        ("app.enableShutdownHooks(); setInterval(poll, 1000)", None, True),
        ("app.enableShutdownHooks([], { useProcessExit: true }); setInterval(poll, 1000)", None, False),
        ("process.once('SIGTERM', () => { done(); process.kill(process.pid, 'SIGTERM') })", None, True),
        ("process.on('SIGTERM', stop); process.once('SIGUSR2', () => process.kill(process.pid, 'SIGUSR2'))", None, False),
        ("console.log('SIGTERM')", None, True),
    ],
)  # fmt: skip
def test_signals_in_the_code_of_node(text, signal, init):
    made = plan(node(f"{text}\napp.listen(3000)")).runtime
    assert (made.stop_signal, begin(made) == TINI) == (signal, init)


LOOP = "import time\nwhile True:\n    time.sleep(1)\n"
CATCHES = "if __name__ == '__main__':\n    try:\n        f()\n    except KeyboardInterrupt:\n        print('bye')\n"


@pytest.mark.parametrize(
    ("text", "signal", "init"),
    [
        (LOOP, None, True),
        (CATCHES, "SIGINT", False),
        (CATCHES.replace("KeyboardInterrupt", "(KeyboardInterrupt, SystemExit)"), "SIGINT", False),
        ("import threading\nthreading.Thread(target=f).start()\n" + CATCHES, None, True),
        ("import threading\nthreading.Thread(target=f, daemon=True).start()\n" + CATCHES, "SIGINT", False),
        ("try:\n    f()\nexcept:\n    pass\n" + CATCHES, None, True),
        ("import signal\nsignal.signal(signal.SIGTERM, stop)\n" + LOOP, None, False),
        ("loop.add_signal_handler(signal.SIGTERM, stop)\n" + LOOP, None, False),
        ("import signal\nchild.send_signal(signal.SIGTERM)\n" + LOOP, None, True),
        ("import discord\nclient = discord.Client()\nclient.run('x')\n", "SIGINT", False),
        ("application.run_polling()\n", None, False),
        ("async def main():\n    await dp.start_polling(bot)\nasyncio.run(main())\n", None, False),
        ("def main():\n    updater.start_polling()\n    updater.idle()\nmain()\n", None, True),
    ],
)
def test_signals_in_the_code_of_python(text, signal, init):
    made = plan({"main.py": text, "requirements.txt": "discord.py\n"}).runtime
    assert (made.stop_signal, begin(made) == TINI) == (signal, init)


@pytest.mark.parametrize(
    ("call", "signal"),
    [
        ("signal.Notify(c, os.Interrupt)", "SIGINT"),
        ("signal.NotifyContext(context.Background(), os.Interrupt)", "SIGINT"),
        ("signal.Notify(c, os.Interrupt, syscall.SIGTERM)", None),
        ("println(os.Interrupt)", None),
    ],
)
def test_a_go_program_that_shuts_down_at_an_interrupt_only(call, signal):
    files = GO | {"main.go": GO["main.go"].replace("\thttp.", f"\t{call}\n\thttp.")}
    assert plan(files).runtime.stop_signal == signal


def test_the_signal_stands_in_the_dockerfile():
    assert "\nSTOPSIGNAL SIGINT\n" in dockerfile(plan(WAITRESS))
    assert "STOPSIGNAL" not in dockerfile(plan(GUNICORN))


def dockerfile(made: Plan) -> str:
    return render(made)[0].text
