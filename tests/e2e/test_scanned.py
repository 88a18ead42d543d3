"""The scan for secrets that each built image goes through does find one, in any layer and in the environment."""

from __future__ import annotations

import engine
import judges
import pytest

pytestmark = pytest.mark.skipif(bool(judges.missing("trivy")), reason=judges.missing("trivy") or "")
KEY = "AKIA" + "QWERTYUIOPASDFGH"


@pytest.mark.parametrize(
    "lines",
    [
        "COPY settings /app/settings\n",
        "COPY settings /app/settings\nFROM scratch\nCOPY --from=0 /app /app\n",
        f"COPY Dockerfile /x\nENV AWS_ACCESS_KEY_ID={KEY}\n",
        f"COPY Dockerfile /x\nENV A={KEY}\nENV A=\n",
    ],
)
def test_a_planted_secret_is_found(scratch, lines):
    (scratch / "settings").write_text(f"aws_access_key_id = {KEY}\n")
    (scratch / "Dockerfile").write_text(f"FROM scratch\n{lines}")
    (scratch / ".dockerignore").write_text("")
    with engine.image(scratch, scratch / "Dockerfile") as tag:
        assert engine.secrets(tag, scratch)


def test_an_image_without_a_secret_is_clean(scratch):
    (scratch / "settings").write_text("nothing = here\n")
    (scratch / "Dockerfile").write_text("FROM scratch\nCOPY settings /app/settings\n")
    with engine.image(scratch, scratch / "Dockerfile") as tag:
        assert engine.secrets(tag, scratch) == []
