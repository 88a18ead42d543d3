"""A foreign program of a page, where the program is not run: it notes how it was called, and whether that can be right.

Where the real one is on this machine, it is asked whether it has the options; files that are named must be there, and what
Docker and kubectl can read without an engine or a cluster is read. Run as `standin.py PROGRAM ARGUMENTS`.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Whose help lists every long option.
HELPFUL = {"docker", "kubectl", "cosign", "skopeo", "crane", "trivy"}
# Options of programs that are followed by a file of the reader's; what stands for none is `-`.
FILES = re.compile(r"--(?:file|compose-file|from-env-file|input|predicate|key)")
DIGEST = f"sha256:{'0' * 64}"
# The beginning of a call -> what it prints, for those whose output the page uses.
ANSWERS = {
    "docker buildx version": "github.com/docker/buildx v0.37.0\n",
    "docker buildx imagetools inspect": f'"{DIGEST}"\n',
    "aws sts get-caller-identity": "123456789012\n",
    "az identity create": "/subscriptions/0/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/parcels\n",
}
# The beginning of a call -> what the real program makes of the same files, without an engine or a cluster.
READ = {
    ("docker", "compose"): lambda words: ["docker", *words[: words.index("up")], "config", "--quiet"],
    ("docker", "stack", "deploy"): lambda words: ["docker", "stack", "config", *_pair(words, "-c")],
    ("docker", "buildx", "bake"): lambda words: ["docker", *_printing(words)],
    ("kubectl", "apply"): lambda words: ["kubectl", "kustomize", _pair(words, "-k")[1]],
}


def _pair(words: list[str], option: str) -> list[str]:
    at = words.index(option)
    return words[at : at + 2]


def _printing(words: list[str]) -> list[str]:
    if "--builder" in words:
        at = words.index("--builder")
        words = words[:at] + words[at + 2 :]
    return words if any(word.startswith(("--print", "--list")) for word in words) else [*words, "--print"]


def _help(program: str, before: list[str]) -> str:
    """What a program's help says of a command; it is asked once, and kept beside the calls."""
    kept = Path("-".join([os.environ["STANDIN_CALLS"], program, *before]))
    if not kept.exists():
        done = subprocess.run([program, *before, "--help"], capture_output=True, text=True, check=False)
        kept.write_text(done.stdout + done.stderr, encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def unknown_options(program: str, words: list[str]) -> list[str]:
    """Those long options of a call that the real program's help does not have."""
    asked = {word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)}
    said = ""
    words = [word for before, word in zip(["", *words], words, strict=False) if "-f" not in {before, word}]
    for count in range(1, 4):  # `docker buildx build`: commands are the words before the first option
        before = words[:count]
        if len(before) < count or not all(re.fullmatch(r"[a-z][a-z-]*", word) for word in before):
            break
        said += _help(program, before)
    return sorted(option for option in asked if said and not re.search(rf"{option}(?![\w-])", said))


def missing_files(words: list[str]) -> list[str]:
    """The files that a call names after an option and that are not there."""
    named = [word.partition("=")[2] or after for word, after in zip(words, [*words[1:], ""], strict=False)
             if FILES.fullmatch(word.partition("=")[0])]  # fmt: skip
    return [name for name in named if name != "-" and not Path(name).exists()]


def main() -> int:
    """Note the call, and end with 97 if it cannot be right."""
    program, *words = sys.argv[1:]
    with Path(os.environ["STANDIN_CALLS"]).open("a", encoding="utf-8") as calls:
        calls.write(json.dumps([program, *words]) + "\n")
    os.environ["PATH"] = os.environ["REAL_PATH"]
    if any(word in {"-", "--password-stdin"} for word in words):
        sys.stdin.read()
    wrong = [f"no such file: {name}" for name in missing_files(words)]
    real = shutil.which(program)
    if (
        real and program in HELPFUL and words[0] not in {"run", "exec"}
    ):  # these have the options of others behind theirs
        wrong += [f"no such option: {option}" for option in unknown_options(program, words)]
    for beginning, reading in READ.items():
        if real and (program, *words)[: len(beginning)] == beginning:
            done = subprocess.run(reading(words), capture_output=True, text=True, check=False)
            wrong += [done.stderr] if done.returncode else []
    for option, name in itertools.pairwise(words):
        if option == "--output":
            Path(name).touch()
    whole = " ".join([program, *words])
    sys.stdout.write("".join(said for start, said in ANSWERS.items() if whole.startswith(start)))
    sys.stderr.write("".join(f"{whole}: {each}\n" for each in wrong))
    return 97 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
