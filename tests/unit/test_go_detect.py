"""What is found out about Go programs."""

from __future__ import annotations

import pytest
from dockgen.errors import InputError, UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read
from dockgen.stacks import workspaces
from dockgen.stacks.go import private
from dockgen.stacks.go.claim import claim

MOD = "module github.com/o/shop\n\ngo 1.25\n"
MAIN = "package main\n\nfunc main() {}\n"


def web(body: str, imports: tuple[str, ...] = ("net/http",), above: str = "") -> str:
    lines = "".join(f'\t"{i}"\n' for i in imports)
    return f"package main\n\nimport (\n{lines})\n\n{above}\nfunc main() {{\n{body}\n}}\n"


def plan_of(files, *flags):
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def dockerfile(files, *flags):
    return render(plan_of(files, *flags))[0].text


@pytest.mark.parametrize(
    ("files", "score"),
    [
        ({"go.mod": MOD, "hey.go": MAIN}, 95),
        ({"go.mod": MOD, "cmd/a/main.go": MAIN}, 95),
        ({"go.mod": MOD, "lib.go": "package lib\n"}, 60),
        ({"backend/go.mod": MOD}, 55),
        ({"internal/users/go.mod": MOD}, 40),
        ({"examples/users/go.mod": MOD}, None),
        ({"main.go": MAIN}, 50),
        ({"lib.go": "package lib\n"}, None),
    ],
)
def test_claim(files, score):
    found = claim(Project.of(files))
    assert (found.score if found else None) == score


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        ({"main.go": MAIN, "cmd/other/main.go": MAIN}, "."),
        ({"cmd/shop/main.go": MAIN, "cmd/shopctl/main.go": MAIN}, "cmd/shop"),
        ({"cmd/server/main.go": MAIN, "cmd/migrate/main.go": MAIN}, "cmd/server"),
        ({"cmd/a/main.go": web('http.ListenAndServe(":80", nil)'), "cmd/b/main.go": MAIN}, "cmd/a"),
        ({"cmd/a/main.go": MAIN, "cmd/b/main.go": MAIN, "Makefile": "b:\n\tgo build -o bin/b ./cmd/b\n"}, "cmd/b"),
        ({"lib.go": "package shop\n", "examples/base/main.go": MAIN, ".goreleaser.yml": "builds:\n  - main: ./examples/base\n"}, "examples/base"),
        ({"cmd/shop/main.go": web("http.Serve(l, nil)"), "cmd/shopd/main.go": web("http.Serve(l, nil)")}, "cmd/shopd"),
        ({"server/main.go": MAIN, "scripts/x.go": MAIN, "internal/gen/main.go": MAIN}, "server"),
    ],
)  # fmt: skip
def test_the_program_to_ship(files, folder):
    assert detect(Project.of({"go.mod": MOD, **files}), NOTHING).detail.main.value.folder == folder


def test_several_programs_are_listed():
    files = {"go.mod": MOD, "cmd/a/main.go": MAIN, "cmd/b/main.go": MAIN}
    with pytest.raises(UndecidedError) as caught:
        detect(Project.of(files), NOTHING)
    assert "--set main=./cmd/a" in str(caught.value)
    assert "./cmd/b" in str(caught.value)
    assert plan_of(files, "main=./cmd/b").build.package == "./cmd/b"
    with pytest.raises(InputError, match="no program in"):
        plan_of(files, "main=./cmd/c")


@pytest.mark.parametrize(
    "files", [{"go.mod": MOD}, {"go.mod": MOD, "a.go": "package a\n"}, {"go.mod": MOD, "examples/x/main.go": MAIN}]
)
def test_a_library_is_refused(files):
    with pytest.raises(UndecidedError, match="no program"):
        detect(Project.of(files), NOTHING)


@pytest.mark.parametrize(
    ("mod", "more", "line"),
    [
        ("module m\n", {}, "1.27"),
        ("module m\ngo 1.13\n", {}, "1.27"),
        ("module m\ngo 1.26.3\n", {}, "1.26"),
        ("module m\ngo 1.20\ntoolchain go1.26.2\n", {}, "1.26"),
        ("module m\ngo 1.20\n", {".go-version": "1.26.1\n"}, "1.26"),
        ("module m\ngo 1.20\n", {".go-version": "1.20.1\n"}, "1.27"),
        ("module m\ngo 1.20\n", {"mise.toml": '[tools]\ngo = "1.26"\n'}, "1.26"),
        ("module m\ngo 1.20\n", {"Dockerfile": "FROM --platform=$BUILDPLATFORM docker.io/library/golang:1.26.1-alpine AS b\n"}, "1.26"),
        ("module m\ngo 1.20\n", {".github/workflows/a.yml": "    - with:\n        go-version: '1.26.x'\n"}, "1.26"),
        ("module m\ngo 1.20\n", {".github/workflows/a.yml": "        go-version: ['1.26', '1.27']\n"}, "1.27"),
        ("module m\ngo 1.20\n", {".github/workflows/a.yml": "        go-version: stable\n"}, "1.27"),
        ("module m\ngo 1.27\n", {".tool-versions": "golang 1.26.1\n"}, "1.27"),
    ],
)  # fmt: skip
def test_version(mod, more, line):
    assert detect(Project.of({"go.mod": mod, "main.go": MAIN, **more}), NOTHING).version.value == line


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (web("w.ShowAndRun()", ("fyne.io/fyne/v2/app",)), "an app with a window"),
        (web("wails.Run(nil)", ("github.com/wailsapp/wails/v2",)), "an app with a window"),
        (web("ebiten.RunGame(nil)", ("github.com/hajimehoshi/ebiten/v2",)), "an app with a window"),
        (
            web("plugin.Serve(nil)", ("github.com/hashicorp/terraform-plugin-sdk/v2/plugin",)),
            "a provider for Terraform",
        ),
        (web("", ("syscall/js",)), "a program for the browser"),
    ],
)
def test_what_is_no_program_for_a_server(text, what):
    with pytest.raises(UndecidedError, match=what) as caught:
        plan_of({"go.mod": MOD, "main.go": text})
    assert caught.value.where == "main.go:4"
    assert plan_of({"go.mod": MOD, "main.go": text}, "main=.").build


def test_a_tool_with_a_window_beside_the_server():
    files = {
        "go.mod": MOD,
        "cmd/gui/main.go": web("w.ShowAndRun()", ("fyne.io/fyne/v2/app",)),
        "cmd/shopd/main.go": web('http.ListenAndServe(":8080", nil)'),
    }
    assert plan_of(files).build.package == "./cmd/shopd"


def test_a_release_that_does_not_exist_yet_is_refused():
    with pytest.raises(InputError) as caught:
        detect(Project.of({"go.mod": "module m\n\ngo 1.99\n", "main.go": MAIN}), NOTHING)
    assert caught.value.where == "go.mod:3"
    with pytest.raises(InputError, match=r"older than the 1\.27"):
        plan_of({"go.mod": "module m\ngo 1.27\n", "main.go": MAIN}, "version=1.26")


HTTP = ("net/http", "os", "flag")


@pytest.mark.parametrize(
    ("text", "port", "env", "arguments"),
    [
        (web('http.ListenAndServe(":8082", nil)'), 8082, {}, None),
        (web('port := os.Getenv("PORT")\nif port == "" {\nport = "9001"\n}\nhttp.ListenAndServe(":"+port, nil)', HTTP), 9001, {"PORT": "9001"}, None),
        (web('http.ListenAndServe(":"+os.Getenv("PORT"), nil)', HTTP), 8080, {"PORT": "8080"}, None),
        (web('http.ListenAndServe(":"+get("APP_PORT", "80"), nil)\n_ = getEnv("APP_PORT", "80")', HTTP), 8080, {"APP_PORT": "8080"}, None),
        (web("http.ListenAndServe(*a, nil)", HTTP, 'var a = flag.String("addr", "localhost:6060", "x")'), 6060, {}, ("-addr=0.0.0.0:6060",)),
        (web("http.ListenAndServe(*a, nil)", HTTP, 'var a = flag.String("addr", ":6060", "x")'), 6060, {}, None),
        (web("http.ListenAndServe(x, nil)", HTTP, 'var p = flag.Int("port", 9000, "x")'), 9000, {}, None),
        (web('go http.ListenAndServe("127.0.0.1:6060", nil)\nhttp.ListenAndServe(":"+p, nil)', HTTP, 'const defaultPort = "7001"'), 7001, {}, None),
        (web('_ = redis.Options{Addr: "localhost:6379"}\nhttp.ListenAndServe(":8083", nil)'), 8083, {}, None),
        (web("r := gin.Default()\nr.Run()", ("github.com/gin-gonic/gin",)), 8080, {"PORT": "8080"}, None),
        (web("gin.Default().Run()", ("github.com/gin-gonic/gin",)), 8080, {"PORT": "8080"}, None),
        (web('e := echo.New()\ne.Start(":1323")', ("github.com/labstack/echo/v4",)), 1323, {}, None),
        (web('app.Listen(":3000")', ("github.com/gofiber/fiber/v2",)), 3000, {}, None),
        (web("srv.ListenAndServe()", above='type C struct {\n\tPort int `env:"C_PORT" envDefault:"8084"`\n\tHost string `env:"C_HOST" envDefault:"127.0.0.1"`\n}'), 8084, {"C_PORT": "8084", "C_HOST": "0.0.0.0"}, None),
        (web("web.ListenAndServe(srv, f, l)", ("github.com/prometheus/exporter-toolkit/web",), 'var f = webflag.AddFlags(kingpin.CommandLine, ":9115")'), 9115, {}, None),
        (web('viper.SetDefault("port", 8085)\nhttp.ListenAndServe(x, nil)'), 8085, {}, None),
        # What is beside the service: the profiler, a redirection, other protocols, ports of a part with a name.
        (web('go http.ListenAndServe(":6060", nil)\nhttp.ListenAndServe(x, nil)', above='const port = "8086"'), 8086, {}, None),
        (web('go http.ListenAndServe(":80", m.HTTPHandler(nil))\nhttp.ListenAndServe(x, nil)', above="var c = C{Port: 8087}"), 8087, {}, None),
        (web("srv.ListenAndServe()", above='var c = C{\n\tSSH: SSHConfig{ListenAddr: ":2222"},\n\tHTTP: HTTPConfig{ListenAddr: ":8088"},\n}'), 8088, {}, None),
        (web('net.Listen("tcp", ":7007")\nsrv.ListenAndServe()', above='type A struct {\n\tAddr string `arg:"env:SHOP_ADDR" default:":8089"`\n}'), 8089, {}, None),
        (web("srv.ListenAndServe()", above='type A struct {\n\tHost string `long:"host" default:"localhost"`\n\tHTTPHost string `long:"bind" default:"localhost"`\n\tHTTPPort int `long:"listen" default:"8081"`\n}'), 8081, {}, ("--bind=0.0.0.0",)),
        (web("srv.ListenAndServe()", above='type A struct {\n\tListen string `long:"listen" env:"LISTEN"`\n\tMgmt struct {\n\t\tListen string `long:"listen" env:"LISTEN" default:"0.0.0.0:8081"`\n\t} `namespace:"mgmt" env-namespace:"MGMT"`\n}'), 8080, {"LISTEN": "0.0.0.0:8080"}, None),
        (web("http.ListenAndServe(a, nil)", ("net/http", "flag"), 'const DefaultAddr = "127.0.0.1:8080"\nvar a string\nfunc init() { flag.StringVar(&a, "addr", "", "x") }'), 8080, {}, ("-addr=0.0.0.0:8080",)),
        (web("http.ListenAndServe(a, nil)", ("net/http", "github.com/urfave/cli"), 'var f = cli.StringFlag{Name: "listener", Value: "127.0.0.1:8080", EnvVar: "LISTENER"}'), 8080, {"LISTENER": "0.0.0.0:8080"}, None),
        (web("http.ListenAndServe(a, nil)", HTTP, 'var p = flag.Int("port", 0, "x")\nvar port = 443'), 8080, {}, ("-port=8080",)),
        (web("http.ListenAndServe(a, nil)", ("net/http", "github.com/spf13/cobra"), 'var rootCmd = &cobra.Command{\n\tUse: "shop",\n\tRunE: run,\n}\nfunc init() {\n\trootCmd.AddCommand(users)\n\trootCmd.Flags().StringP("address", "a", "127.0.0.1", "x")\n\trootCmd.Flags().StringP("port", "p", "8080", "x")\n}'), 8080, {}, ("--address=0.0.0.0",)),
    ],
)  # fmt: skip
def test_port(text, port, env, arguments):
    runtime = plan_of({"go.mod": MOD, "main.go": text}).runtime
    assert (runtime.port, dict(runtime.env), runtime.command) == (port, env, arguments)


def test_a_local_address_in_a_configuration_is_a_warning():
    files = {"go.mod": MOD, "main.go": web(READS, VIPER), "config.yaml": "server:\n  host: 127.0.0.1\n  port: 8095\n"}
    assert any(w.startswith("config.yaml:2 host is 127.0.0.1") for w in plan_of(files).warnings)
    files["main.go"] += 'type C struct {\n\tHost string `yaml:"host" env:"HOST" default:"127.0.0.1"`\n}\n'
    plan = plan_of(files)
    assert plan.runtime.env["HOST"] == "0.0.0.0"
    assert not any(w.startswith("config.yaml") for w in plan.warnings)


VIPER = ("net/http", "github.com/spf13/viper")
READS = 'viper.SetConfigName("config")\nviper.AddConfigPath(".")\nhttp.ListenAndServe(viper.GetString("x"), nil)'


@pytest.mark.parametrize(
    ("text", "more", "port", "env"),
    [
        (web(READS, VIPER), {"config.yaml": "database:\n  port: 5432\nserver:\n  name: x\n  port: 8091 # ours\n"}, 8091, {}),
        (web(READS, VIPER), {"config.toml": '[redis]\nport = 6379\n\n[http]\naddr = ":8092"\n'}, 8092, {}),
        (web(READS, VIPER), {"config.json": '{\n  "db": {\n    "port": 5432\n  },\n  "web": {\n    "port": 8093,\n    "x": 1\n  }\n}\n'}, 8093, {}),
        (web("viper.AutomaticEnv()\n" + READS, VIPER), {"config.yaml": "port: 80\n"}, 8080, {"PORT": "8080"}),
        (web('viper.SetEnvPrefix("shop")\nviper.AutomaticEnv()\nviper.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))\n' + READS, VIPER), {"config.yaml": "server:\n  addr: localhost:8094\n"}, 8094, {"SHOP_SERVER_ADDR": "0.0.0.0:8094"}),
        (web('viper.BindEnv("server.host", "BIND")\n' + READS, VIPER), {"config.yaml": "server:\n  host: 127.0.0.1\n  port: 8095\n"}, 8095, {"BIND": "0.0.0.0"}),
        (web('viper.AutomaticEnv()\nviper.SetDefault("port", 80)\nhttp.ListenAndServe(x, nil)', VIPER), {}, 8080, {"PORT": "8080"}),
        (web('viper.AutomaticEnv()\nviper.SetDefault("server.port", 8096)\nhttp.ListenAndServe(x, nil)', VIPER), {}, 8096, {}),
    ],
)  # fmt: skip
def test_the_port_in_a_configuration(text, more, port, env):
    runtime = plan_of({"go.mod": MOD, "main.go": text, **more}).runtime
    assert (runtime.port, dict(runtime.env)) == (port, env)


def test_a_local_address_that_nothing_can_change_is_a_warning():
    plan = plan_of({"go.mod": MOD, "main.go": web('http.ListenAndServe("localhost:8080", nil)')})
    assert any("listens on localhost only" in w for w in plan.warnings)


def test_an_address_of_ipv6_beside_that_of_ipv4_is_turned_off():
    fields = (
        'type C struct {\n\tPort int `env:"C_PORT" default:"3000"`\n\tListenV4 string `env:"C_V4" default:"127.0.0.1"`\n'
        '\tListenV6 string `env:"C_V6" default:"::1"`\n}'
    )
    known = web('if c.ListenV6 != "-" {\nsrv.ListenAndServe()\n}', above=fields)
    assert plan_of({"go.mod": MOD, "main.go": known}).runtime.env["C_V6"] == "-"
    other = web('if c.ListenV6 != "" {\nsrv.ListenAndServe()\n}', above=fields)
    assert "C_V6" not in plan_of({"go.mod": MOD, "main.go": other}).runtime.env


def test_a_sub_command_that_serves():
    files = {
        "go.mod": MOD,
        "main.go": 'package main\n\nimport "github.com/o/shop/cmd"\n\nfunc main() { cmd.Run() }\n',
        "cmd/serve.go": 'package cmd\n\nimport (\n\t"github.com/spf13/cobra"\n\t"net/http"\n)\n\nvar c = &cobra.Command{Use: "serve [domain]"}\n'
        'func Run() {\n\tvar httpAddr string\n\tc.Flags().StringVar(&httpAddr, "http", "", "x")\n\thttpAddr = "127.0.0.1:8090"\n\thttp.ListenAndServe(httpAddr, nil)\n}\n',
    }  # fmt: skip
    runtime = plan_of(files).runtime
    assert runtime.command == ("serve", "--http=0.0.0.0:8090")


def test_a_sub_command_without_a_library():
    body = 'switch os.Args[1] {\ncase "client":\n\tdial()\ncase "server":\n\thttp.ListenAndServe(":8080", nil)\n}'
    assert plan_of({"go.mod": MOD, "main.go": web(body, HTTP)}).runtime.command == ("server",)
    body = body.replace("os.Args[1]", "message.Kind")
    assert plan_of({"go.mod": MOD, "main.go": web(body, HTTP)}).runtime.command is None


def test_a_framework_that_another_package_sets_up():
    files = {
        "go.mod": MOD,
        "main.go": web('r := router.New()\nr.Start(":1323")', ("github.com/o/shop/router",)),
        "router/router.go": 'package router\n\nimport "github.com/labstack/echo/v4"\n\nfunc New() *echo.Echo { return echo.New() }\n',
    }
    plan = plan_of(files)
    assert (plan.kind, plan.framework, plan.runtime.port) == ("web", "echo", 1323)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (MAIN, "cli"),
        (web('http.Get("x")'), "cli"),
        (web('net.Listen("unix", "/tmp/x")', ("net",)), "cli"),
        (web("signal.Notify(c)", ("os/signal",)), "worker"),
        (web('net.Listen("tcp", ":9000")', ("net", "google.golang.org/grpc")), "web"),
    ],
)
def test_kind(text, kind):
    plan = plan_of({"go.mod": MOD, "main.go": text})
    assert plan.kind == kind
    assert (plan.runtime.port is None) is (kind != "web")


@pytest.mark.parametrize(
    ("files", "image", "cgo"),
    [
        ({"main.go": MAIN}, "static", False),
        ({"main.go": 'package main\n\n// int x;\nimport "C"\n\nfunc main() {}\n'}, "base", True),
        ({"main.go": MAIN, "c.go": '//go:build cgo\n\npackage main\n\nimport "C"\n'}, "static", False),
        ({"main.go": 'package main\n\nimport _ "github.com/mattn/go-sqlite3"\n\nfunc main() {}\n'}, "base", True),
        ({"main.go": 'package main\n\nimport _ "github.com/marcboeker/go-duckdb/v2"\n\nfunc main() {}\n'}, "cc", True),
    ],
)
def test_cgo(files, image, cgo):
    plan = plan_of({"go.mod": MOD, **files})
    assert plan.runtime.image == f"gcr.io/distroless/{image}-debian13:nonroot"
    assert plan.build.cgo is cgo


@pytest.mark.parametrize(
    ("directive", "build", "run"),
    [
        ("// #cgo LDFLAGS: -L/x -lpcap -lm", ("libpcap-dev",), ("ca-certificates", "libpcap0.8t64", "tzdata")),
        ("/*\n#cgo pkg-config: vips libzmq\n*/", ("libvips-dev", "libzmq3-dev"), ("ca-certificates", "libvips42t64", "libzmq5", "tzdata")),
        ("// #cgo darwin LDFLAGS: -lpcap", (), ()),
        ("// #cgo linux LDFLAGS: -lz", ("zlib1g-dev",), ("ca-certificates", "tzdata", "zlib1g")),
    ],
)  # fmt: skip
def test_libraries_that_its_own_c_code_names(directive, build, run):
    text = f'package main\n\n{directive}\nimport "C"\n\nfunc main() {{}}\n'
    plan = plan_of({"go.mod": MOD, "main.go": text})
    assert (plan.build.apt, plan.runtime.apt) == (build, run)
    assert plan.build.cgo


def test_c_plus_plus_beside_it():
    files = {"go.mod": MOD, "main.go": 'package main\n\nimport "C"\n\nfunc main() {}\n', "x.cpp": ""}
    assert plan_of(files).runtime.image == "gcr.io/distroless/cc-debian13:nonroot"
    files["tests/x.cpp"] = files.pop("x.cpp")
    assert plan_of(files).runtime.image == "gcr.io/distroless/base-debian13:nonroot"


def test_packages_that_c_libraries_need():
    files = {"go.mod": MOD, "main.go": 'package main\n\nimport "github.com/h2non/bimg"\n\nfunc main() {}\n'}
    plan = plan_of(files)
    assert plan.build.apt == ("libvips-dev",)
    assert plan.runtime.apt == ("ca-certificates", "libvips42t64", "tzdata")
    assert plan.runtime.image == "debian:trixie-slim"


@pytest.mark.parametrize(
    ("statement", "image", "apt"),
    [
        ('exec.Command("git", "log").Run()', "debian:trixie-slim", ("ca-certificates", "git", "tzdata")),
        ('exec.CommandContext(ctx, "/usr/bin/ffprobe", x)', "debian:trixie-slim", ("ca-certificates", "ffmpeg", "tzdata")),
        ('shell := "sh"\n\texec.Command(shell, "-c", x)', "debian:trixie-slim", ("ca-certificates", "tzdata")),
        ('exec.Command("xdg-open", x)', "gcr.io/distroless/static-debian13:nonroot", ()),
        ("exec.Command(os.Args[1])", "gcr.io/distroless/static-debian13:nonroot", ()),
    ],
)  # fmt: skip
def test_programs_that_it_starts_are_in_the_image(statement, image, apt):
    runtime = plan_of({"go.mod": MOD, "main.go": web(statement, ("os/exec",))}).runtime
    assert (runtime.image, runtime.apt) == (image, apt)


def test_files_that_the_program_opens_are_copied_and_embedded_ones_are_not():
    text = web(
        'template.ParseGlob("templates/*.html")\nos.ReadFile("missing.txt")\nhttp.Dir("static")\n'
        'x := flag.String("c", "app.yaml", "x")\nhttp.ListenAndServe(":8080", nil)',
        ("net/http", "embed"),
        "//go:embed static\nvar files embed.FS",
    )
    files = {"templates/a.html": "", "static/a.css": "", "app.yaml": "", "secret.pem": ""}
    plan = plan_of({"go.mod": MOD, "main.go": text, **files})
    assert [a.source for a in plan.build.assets] == ["app.yaml", "templates"]


def test_a_folder_that_a_constant_names():
    text = web('http.ListenAndServe(":1", nil)', above='const (\n\tpagesDir = "pages"\n\tverb = "docs"\n)')
    plan = plan_of({"go.mod": MOD, "main.go": text, "pages/a.tmpl": "", "docs/a.html": ""})
    assert [a.source for a in plan.build.assets] == ["pages"]


def test_a_configuration_that_the_project_does_not_have():
    text = web(
        'http.ListenAndServe(":8080", nil)',
        above='var f = kingpin.Flag("config.file", "x").Default("config.yml").String()',
    )
    assert any("main.go:7 config.yml" in w for w in plan_of({"go.mod": MOD, "main.go": text}).warnings)
    assert not plan_of({"go.mod": MOD, "main.go": text, "config.yml": ""}).warnings


def test_an_embedded_file_is_not_ignored():
    text = web('http.ListenAndServe(":1", nil)', ("embed", "net/http"), "//go:embed *.md docs\nvar files embed.FS")
    files = {"go.mod": MOD, "main.go": text, "README.md": "", "docs/a.txt": ""}
    ignored = [p for g in plan_of(files).ignore for p in g.patterns]
    assert "*.md" not in ignored
    assert "docs" not in ignored
    assert "**/*_test.go" in ignored


@pytest.mark.parametrize(
    ("statement", "workdir", "state"),
    [
        ('os.MkdirAll("./data", 0o755)', "/app", ("/app/data",)),
        ('sql.Open("sqlite3", "app.db")', "/data", ("/data",)),
        ('gorm.Open("sqlite3", "./../app.db")', "/data/app", ("/data",)),
        ('os.MkdirAll("/var/lib/x", 0o755)', "/", ()),
        ("os.MkdirAll(cfg.DataPath, 0o755)", "/data", ("/data",)),
        ("os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)", "/data", ("/data",)),
        ('os.MkdirAll(filepath.Join(os.TempDir(), "x"), 0o755)', "/", ()),
        ("os.OpenFile(name, os.O_RDONLY, 0)", "/", ()),
    ],
)
def test_folders_that_are_written_to(statement, workdir, state):
    plan = plan_of({"go.mod": MOD, "main.go": web(f'{statement}\nhttp.ListenAndServe(":8080", nil)')})
    assert (plan.runtime.workdir, plan.build.state, plan.runtime.volumes) == (workdir, state, state)


EMBEDS = web('http.ListenAndServe(":8080", nil)', ("embed", "net/http"), "//go:embed all:ui/dist\nvar files embed.FS")


def test_a_front_end_that_is_not_built_yet():
    package = '{"scripts": {"build": "vite build"}, "packageManager": "pnpm@10.1.0", "engines": {"node": "^24"}}'
    files = {"go.mod": MOD, "main.go": EMBEDS, "ui/package.json": package, "ui/pnpm-lock.yaml": ""}
    plan = plan_of(files)
    (stage,) = plan.build.frontends
    assert (stage.setup.commands, stage.image) == (("npm install --global pnpm@10.1.0",), "node:24-trixie-slim")
    assert [(m.source, m.path) for m in plan.build.embedded] == [("/app/ui/dist", "ui/dist")]
    (patched,) = plan_of({**files, "ui/patches/x.patch": ""}).build.frontends
    assert (patched.install.folder, patched.install.copies) == ("ui/", ("patches",))
    built = {"ui/dist/index.html": "", "ui/dist/app.js": "", "ui/dist/app.css": ""}
    assert plan_of({**files, **built}).build.frontends == ()
    assert plan_of({**files, **built, ".gitignore": "dist/\n"}).build.frontends == plan.build.frontends


def test_a_front_end_that_is_opened_when_the_program_runs():
    serves = web('http.Handle("/", http.FileServer(http.Dir("./web/dist")))\nhttp.ListenAndServe(":8080", nil)')
    package = '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "^7"}}'
    plan = plan_of({"go.mod": MOD, "main.go": serves, "web/package.json": package})
    assert [(c.stage, c.source, c.target) for c in plan.build.assets] == [("frontend", "/app/web/dist", "web/dist")]
    assert (plan.build.embedded, plan.runtime.workdir) == ((), "/app")
    elsewhere = plan_of({"go.mod": MOD, "main.go": serves, "site/package.json": package})
    assert elsewhere.build.frontends == ()


def test_a_front_end_that_nothing_builds_is_a_warning():
    plan = plan_of({"go.mod": MOD, "main.go": EMBEDS})
    assert plan.warnings == (
        "main.go:8: go:embed".replace(": go", " go")
        + ": ui/dist is not in the project, and nothing was found that makes it",
    )


@pytest.mark.parametrize(
    "package",
    [
        "[1]",
        '{"scripts": [1, 2]}',
        '{"scripts": {"build": 3}}',
        "{",
        '{"scripts": {"build": "x"}, "packageManager": {}, "engines": 4}',
    ],
)
def test_a_hostile_package_json_is_no_traceback(package):
    plan_of({"go.mod": MOD, "main.go": EMBEDS, "ui/package.json": package})


def test_dependencies():
    needs = {
        "go.mod": MOD + "require a.org/b v1.0.0\n",
        "main.go": 'package main\n\nimport "a.org/b"\n\nfunc main() { b.X() }\n',
    }
    assert "go mod download" in dockerfile({**needs, "go.sum": "x"})
    bare = plan_of(needs)
    assert "-mod=mod" in bare.build.flags
    assert any("go.sum is missing" in w for w in bare.warnings)
    vendored = plan_of({**needs, "vendor/modules.txt": "# a.org/b v1.0.0\n"})
    assert (vendored.build.download, vendored.build.flags) == ((), ("-trimpath", "-buildvcs=false"))
    stale = plan_of({**needs, "go.sum": "x", "vendor/modules.txt": "# a.org/b v0.1.0\n"})
    assert stale.build.flags[-1] == "-mod=readonly"
    assert "source=go.sum" not in dockerfile({"go.mod": MOD, "main.go": MAIN})


def test_a_module_in_a_folder():
    files = {"backend/go.mod": MOD, "backend/go.sum": "", "backend/main.go": MAIN, "readme.txt": ""}
    assert "type=bind,source=backend,target=." in plan_of(files).build.mounts


def test_a_workspace_and_its_sums():
    files = {
        "go.work": "go 1.25\n\nuse (\n\t./api\n\t./lib\n)\n",
        "go.work.sum": "",
        "api/go.mod": "module m.org/api\nrequire x.org/y v1.0.0\n",
        "api/go.sum": "",
        "api/main.go": web('http.ListenAndServe(":8080", nil)', ("net/http", "m.org/lib")),
        "lib/go.mod": "module m.org/lib\n",
        "lib/l.go": "package lib\n",
    }
    build = plan_of(files).build
    assert "type=bind,source=go.work.sum,target=go.work.sum" in build.download
    assert "GOWORK" not in build.env
    whole = Project.of({**files, "lib/cmd/x/main.go": MAIN})
    member = whole.within("api", workspaces.of(whole, "api"))
    plan = decide(detect(member, NOTHING), NOTHING)
    assert (plan.build.package, plan.build.workdir) == ("./api", "/src")
    outside = {**files, "go.work": "go 1.25\n\nuse ./lib\n"}
    assert plan_of(outside).build.env["GOWORK"] == "off"


PRIVATE = {
    "go.mod": MOD + "require git.corp.org/x/b v1.0.0\n",
    "go.sum": "",
    "main.go": web("b.X()", ("git.corp.org/x/b",)),
}


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({"Makefile": "export GOPRIVATE=git.corp.org/*,x.org\n"}, "git.corp.org/*,x.org"),
        ({".github/workflows/a.yml": "env:\n  GOPRIVATE: git.corp.org\n"}, "git.corp.org"),
        ({"Makefile": "export GOPRIVATE=$(HOST)\n"}, ""),
        ({"Makefile": "export GOPRIVATE=other.org\n"}, ""),  # nothing that the program needs
    ],
)
def test_private_modules(more, value):
    plan = plan_of({**PRIVATE, **more})
    text = dockerfile({**PRIVATE, **more})
    assert plan.build.private == value
    assert "ENV GOPRIVATE" not in text
    assert "GOPRIVATE" not in plan.build.env
    assert text.count("--mount=type=secret,id=netrc,target=/root/.netrc,required=true") == (2 if value else 0)
    assert text.count("GOPRIVATE=") == (2 if value else 0)
    assert plan.build_args == (("--secret", "id=netrc,src=$HOME/.netrc") if value else ())


@pytest.mark.parametrize(
    ("patterns", "module", "covered"),
    [
        ("git.corp.org", "git.corp.org/x/b", True),
        ("git.corp.org/x", "git.corp.org/x/b", True),
        ("git.corp.org/y", "git.corp.org/x/b", False),
        ("*.corp.org", "git.corp.org/x/b", True),
        ("git.corp.org/*/b", "git.corp.org/x/b/v2", True),
        ("a.org,git.corp.org/x/b", "git.corp.org/x/b", True),
        ("git.corp.org/x/b/c", "git.corp.org/x/b", False),
        ("git.corp", "git.corp.org/x/b", False),
    ],
)
def test_what_goprivate_covers(patterns, module, covered):
    assert private.matches(patterns, module) is covered


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Makefile", 'setup:\n\tgit config --global url."git@git.corp.org:".insteadOf "https://git.corp.org/"\n'),
        (".gitconfig", '[url "ssh://git@git.corp.org/"]\n\tinsteadOf = https://git.corp.org/\n'),
        ("README.md", "git config --global url.ssh://git@git.corp.org/.insteadOf https://git.corp.org/\n"),
    ],
)
def test_private_modules_over_ssh(file, text):
    more = {".github/workflows/a.yml": "env:\n  GOPRIVATE: git.corp.org\n", file: text}
    plan = plan_of({**PRIVATE, **more})
    made = dockerfile({**PRIVATE, **more})
    assert plan.build_args == ("--ssh", "default")
    assert made.count("--mount=type=ssh,required=true") == 2
    assert "netrc" not in made
    assert ".insteadOf https://git.corp.org/" in made
    assert "StrictHostKeyChecking=accept-new" in made


def test_a_rewrite_of_another_host_changes_nothing():
    more = {"Makefile": 'GOPRIVATE=git.corp.org\n git config url."git@other.org:".insteadOf "https://other.org/"\n'}
    assert plan_of({**PRIVATE, **more}).build_args == ("--secret", "id=netrc,src=$HOME/.netrc")


def test_a_replaced_module_beside_it_is_mounted():
    files = {
        "a/go.mod": "module m.org/a\nrequire (\n m.org/b v0.0.0\n x.org/y v1.0.0\n)\nreplace m.org/b => ../b\n",
        "a/go.sum": "",
        "a/main.go": 'package main\n\nimport "m.org/b"\n\nfunc main() { b.X() }\n',
        "b/go.mod": "module m.org/b\n",
        "b/b.go": "package b\n",
    }
    build = plan_of(files).build
    assert build.workdir == "/src/a"
    assert "type=bind,target=/src" in build.mounts
    assert "type=bind,source=b/go.mod,target=../b/go.mod" in build.download


def test_before_modules():
    plan = plan_of({"main.go": MAIN})
    assert plan.build.env["GO111MODULE"] == "off"
    main = 'package main\n\nimport (\n\t"h.org/o/shop/config"\n\t"h.org/lib"\n)\n\nfunc main() {}\n'
    files = {"main.go": main, "config/c.go": "package config\n"}
    with pytest.raises(UndecidedError, match=r"which version of h\.org/lib"):
        plan_of(files)
    assert plan_of({**files, "vendor/modules.txt": ""}).build.workdir == "/go/src/h.org/o/shop"


@pytest.mark.parametrize("name", ["x\ny", 'a"b', "$(id)", "a b", "../../x"])
def test_names_from_the_project_stay_data(name):
    text = dockerfile({"go.mod": f"module h.org/{name}\n", "main.go": MAIN, f"cmd/{name}/main.go": MAIN})
    assert "$(id)" not in text
    assert all(line.split(" ")[0] in ("#", "FROM", "ENV", "WORKDIR", "ARG", "RUN", "LABEL", "COPY", "USER", "ENTRYPOINT", "") for line in text.splitlines() if not line.startswith("#"))  # fmt: skip


def test_a_program_that_keeps_its_files_beside_itself():
    text = web('d := filepath.Dir(os.Args[0])\nhttp.ListenAndServe(":8080", nil)', ("net/http", "os", "path/filepath"))
    plan = plan_of({"go.mod": MOD, "main.go": text})
    assert (plan.runtime.entrypoint, plan.build.state) == (("/app/shop",), ("/app",))
    assert plan.runtime.volumes == ()  # it would hide the next release of the program
    lines = render(plan)[0].text.splitlines()
    copies = [line for line in lines if line.startswith("COPY")]
    assert "/out/state/" in copies[-1]  # a later copy into /app would take it from the program's user again


@pytest.mark.parametrize(
    ("text", "env", "arguments"),
    [
        (web("http.ListenAndServe(*a, nil)", HTTP, 'var a = flag.String("addr", "localhost:6060", "x")'), {}, ("-addr=0.0.0.0:7000",)),
        (web("http.ListenAndServe(*a, nil)", HTTP, 'var a = flag.Int("port", 6060, "x")'), {}, ("-port=7000",)),
        (web('a := os.Getenv("ADDR")\nif a == "" {\na = ":6060"\n}\nhttp.ListenAndServe(a, nil)', HTTP), {"ADDR": "0.0.0.0:7000"}, None),
    ],
)  # fmt: skip
def test_the_port_that_the_user_sets_reaches_the_program(text, env, arguments):
    runtime = plan_of({"go.mod": MOD, "main.go": text}, "port=7000").runtime
    assert (runtime.port, dict(runtime.env), runtime.command) == (7000, env, arguments)


def test_its_own_health_check():
    text = web('if os.Args[1] == "healthcheck" {\n}\nhttp.ListenAndServe(":8080", nil)', ("net/http", "os"))
    files = {"go.mod": MOD, "main.go": text}
    assert plan_of(files).runtime.health == ("/usr/local/bin/shop", "healthcheck")
    assert plan_of(files, "health=").runtime.health is None


@pytest.mark.parametrize(
    ("path", "text", "flag"),
    [
        ("Makefile", "build:\n\tgo build -v -tags='netgo sqlite' ./cmd/shop\n", "-tags=sqlite"),
        ("Makefile", "build:\n\tcd cmd/shop; $(GOBUILD) --tags sqlite,fts5\n", "-tags=sqlite,fts5"),
        ("Dockerfile", "FROM golang\nRUN go build -tags sqlite -o /app .\n", "-tags=sqlite"),
        (".goreleaser.yml", "builds:\n  - main: .\n    tags:\n      - sqlite\n      - netgo\n", "-tags=sqlite"),
        (".promu.yml", "build:\n  flags: -a -tags netgo,builtinassets\n", "-tags=builtinassets"),
        ("Makefile", "test:\n\tgo test -tags sqlite ./...\nv:\n\tgit describe --tags sqlite\n", ""),
        ("Makefile", "build:\n\tgo build -tags 'dev other $(TAGS)' .\n", ""),
    ],
)
def test_tags_of_the_release_build(path, text, flag):
    files = {
        "go.mod": MOD,
        "main.go": MAIN,
        "lite.go": '//go:build sqlite\n\npackage main\n\nimport _ "github.com/mattn/go-sqlite3"\n',
        path: text,
    }
    build = plan_of(files).build
    assert [f for f in build.flags if f.startswith("-tags")] == ([flag] if flag else [])
    assert build.cgo == ("sqlite" in flag)


SERVES = 'http.ListenAndServe(":80", nil)'


@pytest.mark.parametrize(
    ("imports", "body", "name"),
    [
        (("net/http", "github.com/go-chi/chi/v5/middleware", "github.com/gorilla/mux"), SERVES, "gorilla/mux"),
        (("net/http", "github.com/go-chi/chi/v5/middleware"), SERVES, "chi"),
        (("net/http", "github.com/labstack/echo/v4"), SERVES, "echo"),
        (("github.com/beego/beego/v2/server/web",), 'web.Run(":80")', "beego"),
        (("net/http", "google.golang.org/grpc"), f"grpc.NewClient(x)\n{SERVES}", "net/http"),
        (("net/http", "google.golang.org/grpc"), f"grpc.NewServer()\n{SERVES}", "net/http"),
        (("net", "google.golang.org/grpc"), 'l, _ := net.Listen("tcp", ":50051")\ngrpc.NewServer().Serve(l)', "grpc"),
    ],
)
def test_the_framework_is_what_serves(imports, body, name):
    facts = detect(Project.of({"go.mod": MOD, "main.go": web(body, imports)}), NOTHING)
    assert facts.framework.value == name


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("if flag.NArg() < 1 {\n\tusage()\n}\nsignal.Notify(c, os.Interrupt)", "cli"),
        ("if len(os.Args) < 2 {\n\tusage()\n}\nfor range time.Tick(x) {\n}", "cli"),
        ("flag.Parse()\nsignal.Notify(c, os.Interrupt)", "worker"),
        ("println(len(os.Args))", "cli"),
    ],
)
def test_what_does_nothing_without_arguments_is_a_command(body, kind):
    files = {"go.mod": MOD, "main.go": web(body, ("flag", "os", "os/signal", "time"))}
    assert detect(Project.of(files), NOTHING).kind.value == kind
