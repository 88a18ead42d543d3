"""How the tests are spread over workers: those that need the engine share one, and any other file has one to itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

from helpers import ROOT

FILES = ("tests/e2e/test_a.py", "tests/e2e/test_b.py", "tests/test_c.py", "tests/unit/test_d.py")
TEXT = "import time\nimport pytest\n\n@pytest.mark.parametrize('n', range(4))\ndef test_it(n):\n    time.sleep(0.1)\n"


def test_what_needs_the_engine_takes_turns(tmp_path):
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(TEXT)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "tests/conftest.py", tmp_path / "tests")
    words = [sys.executable, "-m", "pytest", "-n2", "-v", "-p", "no:cacheprovider"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False).stdout
    ran = re.findall(r"^\[(gw\d)\] \[ *\d+%\] PASSED (tests/\S+?)::", said, re.MULTILINE)
    assert sorted({file for _, file in ran}) == list(FILES), said
    assert len({worker for worker, file in ran if file.startswith("tests/e2e/")}) == 1
    assert all(len({worker for worker, file in ran if file == path}) == 1 for path in FILES)
    assert len({worker for worker, _ in ran}) == 2
