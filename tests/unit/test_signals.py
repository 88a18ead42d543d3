"""Signals that come in bad moments, in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import pytest
from helpers import ROOT

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
ENDS = {"SIGINT": "KeyboardInterrupt", "SIGTERM": -signal.SIGTERM, "SIGHUP": -signal.SIGHUP}


def run(body: str) -> tuple[list[str], int, str]:
    """Run BODY in a new Python; the words that it printed, its status, its last line of errors."""
    text = "import signal, subprocess, sys, threading, os\nfrom dockgen import signals\n" + textwrap.dedent(body)
    done = subprocess.run(
        [sys.executable, "-c", text],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(ROOT / "generator")},
    )
    return done.stdout.split(), done.returncode, (done.stderr.strip().splitlines() or [""])[-1]


@pytest.mark.parametrize("name", NAMES)
def test_a_signal_waits_and_then_does_what_it_always_does(name):
    said, status, last = run(f"""
        with signals.held() as came:
            print(came())
            with signals.held() as inner:
                os.kill(os.getpid(), signal.{name})
                print(inner())
            print(came(), flush=True)
        print("never")
    """)
    assert said == ["False", "True", "True"]
    assert ENDS[name] in (status, last)


@pytest.mark.parametrize("name", NAMES)
def test_all_are_one_signal(name):
    said, status, last = run(f"""
        try:
            with signals.alike(), signals.held():
                os.kill(os.getpid(), signal.{name})
                print("inside")
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        print(signal.getsignal(signal.SIGTERM).name, signal.getsignal(signal.SIGINT).__name__, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
    """)
    assert said == ["inside", "interrupted", "SIG_DFL", "default_int_handler"]
    assert (status, last) == (-signal.SIGTERM, "")


def test_what_is_ignored_stays_ignored():
    said, status, _ = run("""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with signals.alike(), signals.held() as came:
            os.kill(os.getpid(), signal.SIGHUP)
            print(came())
    """)
    assert (said, status) == (["False"], 0)


def test_a_program_that_is_started_meanwhile_holds_nothing_back():
    said, status, _ = run("""
        with signals.held():
            child = subprocess.Popen(["sleep", "60"])
        child.terminate()
        print(child.wait(20))
    """)
    assert (said, status) == ([str(-signal.SIGTERM)], 0)


def test_another_thread_holds_nothing_and_breaks_nothing():
    said, status, _ = run("""
        def work():
            with signals.alike(), signals.held() as came:
                print(came())
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    """)
    assert (said, status) == (["False"], 0)


def test_an_error_in_the_meantime_does_not_lose_the_signal():
    _, status, _ = run("""
        with signals.held():
            os.kill(os.getpid(), signal.SIGTERM)
            raise ValueError
    """)
    assert status == -signal.SIGTERM
