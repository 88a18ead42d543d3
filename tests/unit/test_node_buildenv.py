"""What builds take from their environment."""

from __future__ import annotations

import json

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING
from dockgen.stacks.node import buildenv


def dockerfile(files, dependencies, name="Dockerfile", **manifest):
    table = {"name": "x", "dependencies": dict.fromkeys(dependencies, "1"), "scripts": {"build": "make"}, **manifest}
    project = Project.of({"package.json": json.dumps(table), "index.html": "", **files})
    plan = decide(detect(project, NOTHING), NOTHING)
    return next(a.text for a in render(plan) if a.path == name), plan


def test_what_is_compiled_in_is_an_argument():
    files = {
        "src/api.ts": "fetch(import.meta.env.VITE_API + import.meta.env.MODE)",
        ".env.example": "VITE_NAME=a\nOTHER=b\n",
    }
    text, plan = dockerfile(files, ["vite"])
    assert "\nARG VITE_API\nARG VITE_NAME\n" in text
    assert "OTHER" not in text
    assert any("--build-arg VITE_API=…" in w for w in plan.warnings)


def test_what_looks_like_a_secret_comes_as_one():
    text, plan = dockerfile({"src/a.js": "x(import.meta.env.VITE_MAP_KEY)"}, ["vite"])
    assert "--mount=type=secret,id=VITE_MAP_KEY,env=VITE_MAP_KEY" in text
    assert "ARG" not in text
    assert plan.build_args == ("--secret", "id=VITE_MAP_KEY,env=VITE_MAP_KEY")


@pytest.mark.parametrize(
    ("ignored", "env", "seen"),
    [
        ("node_modules\n", "VITE_API=https://api.example\n", True),
        ("node_modules\n.env\n", "VITE_API=https://api.example\n", False),
        ("node_modules\n.env*\n!.env\n", "VITE_API=https://api.example\n", True),
        ("", "VITE_API=https://api.example\n", False),
        ("node_modules\n", "VITE_API=https://api.example\nSECRET=x\n", True),
    ],
)
def test_public_values_that_the_project_shares_are_defaults(ignored, env, seen):
    files = {".gitignore": ignored, ".env": env, "src/a.js": "import.meta.env.VITE_API"}
    text, plan = dockerfile(files, ["vite"])
    assert ("ARG VITE_API=https://api.example\n" in text) is seen
    assert ("\nARG VITE_API\n" in text) is not seen
    assert any("--build-arg VITE_API" in w for w in plan.warnings) is not seen
    assert "SECRET" not in text
    assert "!.env" not in dockerfile(files, ["vite"], ".dockerignore")[0]


def shared(text, dependencies=("vite",), **files):
    return dockerfile({".gitignore": "node_modules\n", ".env": text, **files}, dependencies)


def test_the_file_for_production_wins():
    assert "ARG VITE_A=b\n" in shared("VITE_A=a\n", **{".env.production": "VITE_A=b\n"})[0]


@pytest.mark.parametrize(
    "name", ["REACT_APP_API_KEY", "REACT_APP_TOKEN", "REACT_APP_USERNAME", "REACT_APP_FIREBASE_KEY"]
)
def test_public_values_with_the_name_of_a_secret_are_in_the_command_alone(name):
    text, plan = shared(f"{name}=it's $5\n", ["react-scripts"])
    assert f"RUN export {name}='it'\"'\"'s $5' \\\n    && npm run build" in text
    assert text.count(name) == 1
    assert plan.build_args == ()


@pytest.mark.parametrize(
    ("env", "printed"),
    [
        ("VITE_A=a b # c\n", 'ARG VITE_A="a b"\n'),
        ("VITE_A='a # b'\n", 'ARG VITE_A="a # b"\n'),
        ('export VITE_A = "x"\n', "ARG VITE_A=x\n"),
        ("VITE_A=\n", 'ARG VITE_A=""\n'),
        ("HOST=h.example\nVITE_A=https://$HOST/v\n", "ARG VITE_A=https://h.example/v\n"),
        ("HOST=h.example\nVITE_A=https://${HOST}\n", "ARG VITE_A=https://h.example\n"),
        ("VITE_A=cost\\$5\n", 'ARG VITE_A="cost\\$5"\n'),
        ("VITE_A=5$\n", 'ARG VITE_A="5\\$"\n'),
    ],
)
def test_values_are_read_as_the_build_tools_read_them(env, printed):
    text, plan = shared(env)
    assert printed in text
    assert not any("VITE_A" in w for w in plan.warnings)


@pytest.mark.parametrize(
    "env",
    [
        'VITE_A="a\nb"\n',
        'VITE_A="a\\nb"\n',
        "VITE_A=$HOME/x\n",
        "VITE_A=${B:-c}\n",
        "VITE_A=$VITE_A\n",
        "VITE_A=$B\nB=$C\nC=$B\n",
    ],
)
def test_values_that_cannot_be_carried_over_are_told(env):
    text, plan = shared(env)
    assert "\nARG VITE_A\n" in text
    assert any(".env: VITE_A has several lines or refers" in w for w in plan.warnings)


def test_settings_of_the_build_in_the_same_file():
    text, _ = shared("GENERATE_SOURCEMAP=false\nDB_PASSWORD=x\n", ["react-scripts"])
    assert "ARG GENERATE_SOURCEMAP=false\n" in text
    assert "DB_PASSWORD" not in text


@pytest.mark.parametrize(
    ("code", "exported"),
    [
        ("const uri = process.env.MONGODB_URI;\nif (!uri) {\n  throw new Error('no')\n}", "MONGODB_URI=mongodb://"),
        ("if (!process.env.API_URL) throw new Error('no')", "API_URL=http://localhost"),
        ("const s = new Stripe(process.env.STRIPE_KEY!, { apiVersion: '1' })", "STRIPE_KEY=only-for-the-build"),
        ("const sql = neon(process.env.DATABASE_URL!)", "DATABASE_URL=postgresql://"),
        ("createEnv({ server: {\n  MODE: z.enum(['live', 'test']),\n  OWNER: z.string().email(),\n} })", "MODE=live"),
    ],
)
def test_what_the_build_only_wants_to_be_there(code, exported):
    text, _ = dockerfile({"lib/a.ts": code}, ["next"])
    assert f"export {exported}" in text
    run = text[text.index("export ") :].partition("\n\n")[0]
    assert run.endswith("npm run build")
    assert exported.partition("=")[0] not in text.replace(run, "")


@pytest.mark.parametrize(
    "code",
    ["new Stripe(process.env.STRIPE_KEY ?? 'x')", "if (!process.env.A) return", "fetch(process.env.API_URL)"],
)
def test_what_the_build_does_not_miss(code):
    assert "export " not in dockerfile({"lib/a.ts": code}, ["next"])[0]


def test_a_server_that_the_build_does_not_run_needs_nothing():
    code = "if (!process.env.KEY) throw 1; app.listen(3000)"
    assert (
        "export "
        not in dockerfile({"server.js": code}, ["express"], scripts={"start": "node server.js", "build": "x"})[0]
    )


def test_validation_that_can_be_left_out_is():
    code = "createEnv({ server: { OWNER: z.string() }, skipValidation: !!process.env.SKIP_ENV_VALIDATION })"
    text, _ = dockerfile({"src/env.js": code}, ["next"])
    assert "export SKIP_ENV_VALIDATION=1 \\\n    && npm run build" in text


def test_each_has_a_line_of_its_own():
    code = "createEnv({ server: {\n" + "".join(f"  NAME_{n}: z.string(),\n" for n in range(5)) + "} })"
    text, _ = dockerfile({"lib/a.ts": code}, ["next"])
    assert text.count("export NAME_") == 5
    assert "&& export NAME_4=only-for-the-build-not-a-secret-0000 \\\n    && npm run build" in text


def test_prisma_reads_its_configuration_strictly():
    files = {"prisma.config.ts": "import { env } from 'prisma/config'\nexport default { datasource: { url: env('DATABASE_URL') } }",
             "prisma/schema.prisma": "", "server.js": "app.listen(3000)"}  # fmt: skip
    text, _ = dockerfile(
        files, ["express", "prisma", "@prisma/client"], scripts={"start": "node server.js", "build": "x"}
    )
    assert "export DATABASE_URL=postgresql://build:build@localhost:5432/build" in text


def test_values_cannot_break_out_of_the_command():
    code = "createEnv({ server: {\n  MODE: z.enum(['a; rm -rf /', 'b']),\n} })"
    assert "export MODE='a; rm -rf /'" in dockerfile({"lib/a.ts": code}, ["next"])[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "redis://"),
        ("APP_URL", "http://"),
        ("SMTP_PORT", "3000"),
        ("ADMIN_EMAIL", "nobody@"),
        ("X", "only"),
    ],
)
def test_placeholders(name, value):
    assert buildenv.placeholder(name).startswith(value)


@pytest.mark.parametrize(
    ("files", "manifest", "args"),
    [
        ({"server.js": "if (!process.env.API_TOKEN) throw 1; app.listen(3000)"}, {}, ("-e", "API_TOKEN=change-me-before-this-serves")),
        ({"server.js": "if (!process.env.DATABASE_URL) throw 1; app.listen(3000)", ".env.example": "DATABASE_URL=mysql://a:b@db/c\n"},
         {}, ("-e", "DATABASE_URL=mysql://a:b@db/c")),
        ({"server.js": "app.listen(process.env.PORT); fetch(process.env.OTHER)"}, {}, ()),
        ({"server.js": "if (!process.env.PORT) throw 1; app.listen(process.env.PORT || 3000)"}, {}, ()),
        ({"config/server.js": "keys: env.array('APP_KEYS'), host: env('HOST', 'x'), port: env.int('PORT', 1)"},
         {"dependencies": {"@strapi/strapi": "5"}, "scripts": {"start": "strapi start"}}, ("-e", "APP_KEYS=change-me-before-this-serves")),
        ({"bin/server.ts": "", "start/env.ts": "  APP_KEY: Env.schema.string(),\n  LOG_LEVEL: Env.schema.enum(['info', 'x']),\n"
          "  SMTP: Env.schema.string.optional(),\n"},
         {"dependencies": {"@adonisjs/core": "6"}, "scripts": {"build": "node ace build"}},
         ("-e", "APP_KEY=change-me-before-this-serves", "-e", "LOG_LEVEL=info")),
    ],
)  # fmt: skip
def test_what_the_app_does_not_start_without_is_in_the_command(files, manifest, args):
    table = {"name": "x", "dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}, **manifest}
    project = Project.of({"package.json": json.dumps(table), **files})
    assert decide(detect(project, NOTHING), NOTHING).run_args == args


def test_a_comment_is_no_demand_and_the_check_of_a_schema_is_turned_off_by_its_own_name():
    code = "createEnv({ client: {\n// NEXT_PUBLIC_UNUSED: z.string(),\n}, skipValidation:\n !!process.env.CI || x })"
    text, _ = dockerfile({"src/env.ts": code}, ["next"])
    assert "export CI=1 \\\n" in text
    assert "NEXT_PUBLIC_UNUSED" not in text
