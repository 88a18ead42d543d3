"""What real Go projects showed: modules that need each other, variables and files that programs end without."""

from __future__ import annotations

import pytest
from dockgen import apps, pipeline
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING
from dockgen.stacks import workspaces

MOD = "module github.com/o/shop\n\ngo 1.25\n"
LISTENS = '\thttp.ListenAndServe(":8080", nil)'
# Two services, and a module that both have beside them; nothing but their go.mod says so.
COMMON = "module github.com/o/common\n\ngo 1.25\n"
SERVICE = """module github.com/o/{0}

go 1.25

require github.com/o/common v0.0.0

replace github.com/o/common => ../common
"""
USES = 'package main\n\nimport "github.com/o/common"\n\nfunc main() {\n\tcommon.Run()\n}\n'
SERVICES = {
    "services/common/go.mod": COMMON,
    "services/common/run.go": f'package common\n\nimport "net/http"\n\nfunc Run() {{\n{LISTENS}\n}}\n',
    "services/orders/go.mod": SERVICE.format("orders"),
    "services/orders/main.go": USES,
    "services/users/go.mod": SERVICE.format("users"),
    "services/users/main.go": USES,
}


def program(body: str, imports: tuple[str, ...] = ("net/http",), above: str = "") -> str:
    lines = "".join(f'\t"{i}"\n' for i in imports)
    return f"package main\n\nimport (\n{lines})\n\n{above}\nfunc main() {{\n{body}\n}}\n"


def plan(files):
    return decide(detect(Project.of({"go.mod": MOD, **files}), NOTHING), NOTHING)


def dockerfile(files):
    return render(plan(files))[0].text


def test_modules_that_replace_each_other_are_apps_of_one_context():
    found = apps.find(Project.of(SERVICES), NOTHING)
    assert [(a.path, a.facts.kind.value, a.context) for a in found] == [
        ("services/orders", "web", ""),
        ("services/users", "web", ""),
    ]
    text = render(decide(found[0].facts, NOTHING))[0].text
    assert "WORKDIR /src/services/orders\n" in text
    assert (
        "--mount=type=bind,source=services/common/go.mod,target=../common/go.mod" not in text
    )  # no go.sum, no download
    assert "--mount=type=bind,target=/src" in text


def test_a_module_whose_replaced_ones_lie_below_it_stands_alone():
    files = {"go.mod": MOD + "\nreplace github.com/o/common => ./common\n", "common/go.mod": COMMON}
    assert workspaces.all_of(Project.of(files)) == ()
    assert workspaces.levels(Project.of(files)) == 0


def test_a_module_is_seen_from_the_folder_that_has_what_it_needs(tmp_path):
    for path, text in SERVICES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    root, project = pipeline.look(tmp_path / "services" / "orders")
    assert root == str(tmp_path / "services")
    assert project.workspace
    assert (project.workspace.path, project.workspace.members) == ("orders", ("orders", "users"))
    (tmp_path / "services" / "orders" / ".git").mkdir()  # a repository of its own: what lies above is not its business
    assert pipeline.look(tmp_path / "services" / "orders")[0] == str(tmp_path / "services" / "orders")


def test_the_root_of_a_library_with_tools_beside_it_stays_one():
    files = {"go.mod": MOD, "shop.go": "package shop\n", "tool/go.mod": SERVICE.format("tool"), "tool/main.go": USES}
    assert apps.is_library(Project.of(files))


@pytest.mark.parametrize(
    ("fields", "args"),
    [
        ('Key string `env:"APP_KEY,required"`', ("-e", "APP_KEY=change-me-before-this-serves")),
        ('Key string `env:"APP_KEY,required" envDefault:"x"`', ()),
        ('Key string `env:"APP_KEY"`', ()),
        ('Key string `envconfig:"APP_KEY" required:"true"`', ("-e", "APP_KEY=change-me-before-this-serves")),
        ('URL string `env:"REDIS_URL" env-required:"true"`', ("-e", "REDIS_URL=redis://localhost:6379")),
        ('Level string `env:"SHOWN,notEmpty"`', ("-e", "SHOWN=here")),
    ],
)
def test_variables_that_a_struct_requires(fields, args):
    files = {
        "main.go": program(LISTENS, above=f"type config struct {{\n\t{fields}\n}}"),
        ".env.example": "SHOWN=here\n",
    }
    assert plan(files).run_args == args


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ('\turl := os.Getenv("DB_URL")\n\tif url == "" {\n\t\tlog.Fatal("none")\n\t}', ["DB_URL"]),
        ('\turl, ok := os.LookupEnv("DB_URL")\n\tif !ok {\n\t\tpanic("none")\n\t}', ["DB_URL"]),
        ('\tif os.Getenv("KEY") == "" {\n\t\tfmt.Println("none")\n\t\tos.Exit(1)\n\t}', ["KEY"]),
        (
            '\tfor _, n := range []string{"A", "B"} {\n\t\tif os.Getenv(n) == "" {\n\t\t\tos.Exit(1)\n\t\t}\n\t}',
            ["A", "B"],
        ),
        ('\turl := os.Getenv("DB_URL")\n\tif url == "" {\n\t\turl = "localhost"\n\t}', []),
        ('\tif tls {\n\t\tif os.Getenv("CERT") == "" {\n\t\t\tlog.Fatal("none")\n\t\t}\n\t}', []),
    ],
)
def test_variables_without_which_the_program_ends(body, names):
    args = plan({"main.go": program(f"{body}\n{LISTENS}", ("net/http", "os"))}).run_args
    assert [word.partition("=")[0] for word in args[1::2]] == names


def test_variables_of_the_example_are_told_if_the_code_has_no_default_for_them():
    files = {
        ".env.example": "HOST_NAME=a\nWITH_DEFAULT=b\nNOT_READ=c\nPORT=80\n",
        "main.go": program(
            f'\t_ = os.Getenv("HOST_NAME")\n\t_ = getEnv("WITH_DEFAULT", "x")\n{LISTENS}', ("net/http", "os")
        ),
    }
    assert "the app reads HOST_NAME (.env.example): docker run --env-file .env" in plan(files).warnings


@pytest.mark.parametrize(
    ("body", "is_made"),
    [
        ('\terr := godotenv.Load()\n\tif err != nil {\n\t\tlog.Fatal("Error loading .env file")\n\t}', True),
        ('\tif err := godotenv.Load(".env"); err != nil {\n\t\tpanic(err)\n\t}', True),
        ('\tif err := godotenv.Load(); err != nil {\n\t\tlog.Println("no .env")\n\t}', False),
        ("\tif dev {\n\t\terr := godotenv.Load()\n\t\tif err != nil {\n\t\t\tlog.Fatal(err)\n\t\t}\n\t}", False),
        ("\t_ = godotenv.Load()", False),
    ],
)
def test_an_empty_file_of_variables_where_the_program_ends_without_one(body, is_made):
    text = dockerfile({"main.go": program(f"{body}\n{LISTENS}", ("net/http", "github.com/joho/godotenv"))})
    assert ("    && touch /out/.env\n" in text) is is_made
    assert ("COPY --link --from=build /out/.env /app/.env\n" in text) is is_made
    assert ("WORKDIR /app\n" in text) is is_made


@pytest.mark.parametrize(
    ("files", "port"),
    [
        ({"env.go": 'package main\n\nvar port = env.GetInt("SERVER_PORT", 8888)\n'}, 8888),
        ({"settings.yaml": "port: 3000\ndatabase:\n  port: 5432\n", "settings.go": 'package main\n\nimport _ "embed"\n\n//go:embed settings.yaml\nvar text []byte\n'}, 3000),
        ({"conf/config.dev.yml": "system:\n  port: 9001\n", "conf/config.prd.yml": "system:\n  port: 9000\n", "settings.go": 'package main\n\nconst configPath = "./conf"\n'}, 9000),
        ({"conf/config.test.yml": "system:\n  port: 9001\n", "conf/app.yml": "system:\n  port: 9002\n", "settings.go": 'package main\n\nconst configPath = "./conf"\n'}, 9002),
        ({"debug.go": 'package main\n\nimport (\n\t"net/http"\n\t_ "net/http/pprof"\n)\n\nfunc debug() {\n\thttp.ListenAndServe(":6060", nil)\n}\n'}, None),
    ],
)  # fmt: skip
def test_where_the_port_is_said(files, port):
    found = plan({"main.go": program("\thttp.ListenAndServe(address(), nil)"), **files})
    assert found.runtime.port == port
