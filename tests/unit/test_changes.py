"""What writing would change, and when a person has to be asked."""

from __future__ import annotations

import pytest
from dockgen import header
from dockgen.changes import Change, compare, diff, require_consent
from dockgen.errors import RefusedError
from dockgen.rendering import Artifact

OURS = header.stamp("FROM scratch\n", version="1.0.0", inputs="00000000")
NEW = Artifact(path="Dockerfile", text=header.stamp("FROM debian\n", version="1.1.0", inputs="11111111"))


@pytest.mark.parametrize(
    ("before", "kind", "loses"),
    [
        (None, "create", False),
        (NEW.text, "same", False),
        (OURS, "rewrite", False),
        (OURS.replace("\n", "\r\n"), "rewrite", False),
        (OURS + "USER 1\n", "edited", True),
        ("FROM scratch\n", "foreign", True),
        ("", "foreign", True),
        (b"# caf\xe9\nFROM x\n".decode("utf-8", "surrogateescape"), "foreign", True),
        (OURS + b"# caf\xe9\n".decode("utf-8", "surrogateescape"), "edited", True),
    ],
)
def test_kinds(before, kind, loses):
    (change,) = compare([NEW], {"Dockerfile": before})
    assert (change.kind, change.loses_work) == (kind, loses)
    if loses:
        with pytest.raises(RefusedError, match="nothing was written") as caught:
            require_consent([change])
        assert "--force" in caught.value.hint
    else:
        require_consent([change])


def test_diff_of_a_new_file():
    assert diff(Change(path="a", kind="create", text="x\n")).splitlines() == [
        "--- /dev/null",
        "+++ b/a",
        "@@ -0,0 +1 @@",
        "+x",
    ]


def test_diff_without_a_last_line_break():
    text = diff(Change(path="a", kind="foreign", text="x\n", before="y"))
    assert text.splitlines()[-2:] == ["-y", "+x"]
