"""The .dockerignore is matched as Docker does, and never hides what the Dockerfile copies."""

from __future__ import annotations

import pytest
from dockgen.ignore import COMMON, SECRETS, compose
from dockgen.patterns import is_ignored
from dockgen.plans import IgnoreGroup

# From moby/patternmatcher's documentation and tests, and docs.docker.com's page on .dockerignore.
MATCHES = [
    ("*/temp*", "somedir/temporary.txt", True),
    ("*/temp*", "somedir/temp/file", True),
    ("*/temp*", "temp", False),
    ("*/*/temp*", "somedir/subdir/temporary.txt", True),
    ("*/*/temp*", "somedir/temporary.txt", False),
    ("temp?", "tempa", True),
    ("temp?", "temp", False),
    ("temp?", "temp/", False),
    ("**/*.go", "a/b/c.go", True),
    ("**/*.go", "c.go", True),
    ("**", "file", True),
    ("**", "dir/file", True),
    ("**/", "file", True),
    ("**/", "dir/file", True),
    ("**/**", "dir/file", True),
    ("dir/**", "dir/file", True),
    ("dir/**", "dir/dir2/file", True),
    ("dir/**", "dir", False),
    ("**/dir", "dir/file", True),
    ("**/dir", "a/dir/file", True),
    ("**/dir2/*", "dir/dir2/file", True),
    ("**/dir2/*", "dir/dir2/dir2/file", True),
    ("**/dir2/**", "dir/dir2/dir2/file", True),
    ("**file", "file", True),
    ("**file", "dir/file", True),
    ("**file", "dir/afile", True),
    ("**/file", "dir/afile", False),
    ("**/file", "dir/dir/file", True),
    ("**file*", "dir/filename", True),
    ("**file*", "dir/afile", False),
    ("**/file*txt", "dir/dir/file.txt", True),
    ("**/**/*.txt", "dir/dir/file.txt", True),
    ("a**/*.txt", "a/file.txt", True),
    ("a/*.txt", "a/b/file.txt", False),
    ("a[b-d]e", "ace", True),
    ("a[b-d]e", "aae", False),
    ("a[^b-d]e", "aze", True),
    ("a\\*b", "a*b", True),
    ("a\\*b", "acb", False),
    ("[z-a]", "z", False),
    ("abc.def", "abcddef", False),
    ("abc.def", "abc.def", True),
    ("a(b)c{d}$", "a(b)c{d}$", True),
    (".", "a", False),
    ("./bar", "bar", True),
    ("/bar", "bar", True),
    ("//bar", "bar", True),
    ("bar/", "bar", True),
    ("bar/", "bar/file", True),
    ("foo/./bar", "foo/bar", True),
    ("foo/../bar", "bar", True),
    ("../bar", "bar", False),
    ("  bar  ", "bar", True),
    ("# bar", "# bar", False),
    (" # bar", "# bar", True),  # only a # in the first column starts a comment
    ("bar", "a/bar", False),  # relative to the root, unlike .gitignore
    ("bar", "barn", False),
    ("Bar", "bar", False),
    (".*", ".git/config", True),
    ("*", "a/b/c", True),
]


@pytest.mark.parametrize(("pattern", "path", "ignored"), MATCHES)
def test_one_pattern(pattern, path, ignored):
    assert is_ignored(path, [pattern]) is ignored


@pytest.mark.parametrize(
    ("lines", "path", "ignored"),
    [
        (["*.md", "!README.md"], "README.md", False),
        (["*.md", "!README*.md", "README-secret.md"], "README-secret.md", True),
        (["*.md", "README-secret.md", "!README*.md"], "README-secret.md", False),
        (["!README.md", "*.md"], "README.md", True),
        (["*", "!src"], "src/a/b", False),
        (["*", "!src/*.go"], "src/a.go", False),
        (["*", "!src/*.go"], "src/a.txt", True),
        (["docs", "!docs/api"], "docs/api/x", False),
        (["docs", "!docs/api", "docs/api/private"], "docs/api/private/x", True),
        (["docs", "! docs/api"], "docs/api/x", False),
        # A folder that is not ignored itself is not brought back by its name (BuildKit's one pass from the top).
        (["dir/*", "!dir"], "dir/x", True),
        (["dir/*", "!dir/*"], "dir/x", False),
        (["**/.env.*", "!**/.env.example"], "a/.env.example", False),
        ([], "a", False),
        (["", "   ", "#"], "a", False),
    ],
)
def test_the_last_match_wins(lines, path, ignored):
    assert is_ignored(path, lines) is ignored


@pytest.mark.parametrize(
    "path",
    [
        ".git/config", ".env", "api/.env.local", "certs/server.key", "a/id_rsa", ".ssh/known_hosts",
        "x/.aws/credentials", "terraform.tfstate.backup", "Dockerfile", "compose.prod.yaml",
        ".github/workflows/ci.yml", "app/debug.log", "deploy/service-account-prod.json", "service_account.json",
        "config/master.key", "android/app/release.keystore", "a.jks", "vault.kdbx", "x/AuthKey_1.p8", "putty.ppk",
        "deploy_rsa", ".kube/config", "kubeconfig.yaml", ".docker/config.json", ".git-credentials", "pip.conf",
        "auth.toml", "a/credentials.json", "client_secret_1.apps.json", "x-firebase-adminsdk-1.json", "secrets.yaml",
        ".streamlit/secrets.toml", "infra/prod.tfvars", ".envrc", "api/.env.production", ".npmrc.orig",
        "Dockerfile.orig",
    ],
)  # fmt: skip
def test_what_no_build_may_see(path):
    assert is_ignored(path, [p for group in COMMON for p in group.patterns])


@pytest.mark.parametrize(
    "path",
    ["src/main.py", "environment.yml", "keys.go", "src/env.ts", "public/.well-known/x", "certs/ca.crt", "pip.config",
     "src/credentials.ts", "secrets.js", "auth.ts", "id_document.py", "service.json", "config/secrets.rb"]
)  # fmt: skip
def test_what_a_build_needs_is_let_through(path):
    assert not is_ignored(path, [p for group in COMMON for p in group.patterns])


def test_a_pattern_that_hides_a_needed_file_is_left_out():
    group = IgnoreGroup(title="docs", patterns=("*.md", "docs", "LICENSE*"))
    assert compose([group], ["README.md"]) == (IgnoreGroup(title="docs", patterns=("docs", "LICENSE*")),)


def test_a_group_with_nothing_left_is_dropped():
    assert compose([IgnoreGroup(title="docs", patterns=("*.md",))], ["README.md"]) == ()


def test_a_pattern_for_secrets_stays_and_the_needed_file_comes_back():
    (group,) = compose([SECRETS], ["certs/public.pem"])
    assert set(SECRETS.patterns) < set(group.patterns)
    assert not is_ignored("certs/public.pem", group.patterns)
    assert is_ignored("certs/private.pem", group.patterns)


def test_what_hides_a_needed_file_is_what_ignores_it():
    groups = [IgnoreGroup(title="t", patterns=("docs", "*.md", "**/*.log", "src/*", "a/b", "!keep", "/x", "[z-a]"))]
    for needed in ("docs/a/b.txt", "README.md", "a/b/c/d.log", "src/x/y", "a/b/c", "x", "keep", "free.txt"):
        kept = [p for g in compose(groups, [needed]) for p in g.patterns]
        assert kept == [p for p in groups[0].patterns if p[0] == "!" or not is_ignored(needed, [p])]
