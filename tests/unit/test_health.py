"""Health checks: the setting, the routes that are found in each stack, and the probes, which are run for real."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from dockgen import probes
from dockgen.errors import ExitCode, InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import read
from helpers import PROJECTS, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.plans import Plan

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask('x')\n"
ROUTER = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef h(): ...\n"
NEST = {"@nestjs/core": "11", "@nestjs/common": "11"}
SHOP = {"go.mod": "module example.com/shop\n\ngo 1.26\n"}


def plan(files: dict[str, str], *flags: str) -> Plan:
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def asked(made: Plan) -> str:
    return next((c.value for c in made.choices if c.key == "health"), "")


def python(**files: str) -> dict[str, str]:
    return {"requirements.txt": "fastapi\nuvicorn\n", **{f"{k.replace('__', '/')}.py": v for k, v in files.items()}}


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (python(main=FASTAPI + "import r\napp.include_router(r.router)\n", r=ROUTER), "/health"),
        (python(main=FASTAPI + "from r import router\napp.include_router(router, prefix='/api')\n", r=ROUTER), "/api/health"),
        (python(main=FASTAPI + "from r import router as x\napp.include_router(x, prefix='/api')\n", r=ROUTER), "/api/health"),
        (python(main=FASTAPI + "import r\napp.include_router(r.router, prefix=settings.PREFIX)\n", r=ROUTER), "tcp"),
        (python(main=FASTAPI + "import r\napp.include_router(r.router)\n", r=ROUTER.replace("APIRouter()", "APIRouter(prefix='/v1')")), "/v1/health"),
        (python(main=FASTAPI + "import r\napp.include_router(r.router)\n",
                r=ROUTER.replace("APIRouter()", "APIRouter(prefix='/health')").replace("'/health')\ndef", "'')\ndef")), "/health"),
        (python(main=FASTAPI + "import r, v\napp.include_router(v.api, prefix='/api')\n",
                v="from fastapi import APIRouter\nimport r\napi = APIRouter()\napi.include_router(r.router, prefix='/v2')\n", r=ROUTER), "/api/v2/health"),
        (python(main=FASTAPI + "import r\napp.include_router(r.router, dependencies=[Depends(check_token)])\n", r=ROUTER), "tcp"),
        (python(main=FASTAPI + "@app.get('/health')\ndef h(user = Depends(get_current_user)): ...\n"), "tcp"),
        (python(main=FASTAPI + "@app.get('/health', dependencies=[Security(api_key)])\ndef h(): ...\n"), "tcp"),
        (python(main=FASTAPI + "@app.post('/health')\ndef h(): ...\n"), "tcp"),
        (python(main=FASTAPI + "@app.get('/readyz')\ndef h(): ...\n"), "tcp"),
        (python(main=FASTAPI + "@app.get('/ping')\ndef p(): ...\n@app.get('/health')\ndef h(): ...\n"), "/health"),
        (python(main=FASTAPI + "app.add_middleware(TrustedHostMiddleware, allowed_hosts=['a.example'])\n@app.get('/health')\ndef h(): ...\n"), "tcp"),
        (python(main=FLASK + "from b import bp\napp.register_blueprint(bp, url_prefix='/api')\n",
                b="from flask import Blueprint\nbp = Blueprint('b', __name__)\n@bp.route('/health')\ndef h(): ...\n"), "/api/health"),
        (python(main=FLASK + "from b import bp\napp.register_blueprint(bp, url_prefix='/in')\n",
                b="from flask import Blueprint\nbp = Blueprint('b', __name__, url_prefix='/out')\n@bp.route('/health')\ndef h(): ...\n"), "/in/health"),
        (python(main=FLASK + "@app.route('/health', methods=['POST'])\ndef h(): ...\n"), "tcp"),
        (python(main=FLASK + "@app.route('/health')\n@login_required\ndef h(): ...\n"), "tcp"),
        (python(main=FLASK + "@app.before_request\ndef check():\n    abort(401)\n@app.route('/health')\ndef h(): ...\n"), "tcp"),
    ],
)  # fmt: skip
def test_routes_of_python(files, path):
    assert asked(plan({**files, "requirements.txt": "fastapi\nuvicorn\nflask\ngunicorn\n"})) == path


def django(urls: str, settings: str = "ALLOWED_HOSTS = ['*']\n", **more: str) -> dict[str, str]:
    return {
        "requirements.txt": "django\ngunicorn\n",
        "manage.py": "import django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "",
        "shop/wsgi.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
        "application = get_wsgi_application()\n",
        "shop/settings.py": f"ROOT_URLCONF = 'shop.urls'\n{settings}",
        "shop/urls.py": f"from django.urls import include, path\nurlpatterns = [\n    {urls}\n]\n",
        **{f"{k.replace('__', '/')}.py": v for k, v in more.items()},
    }


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (django("path('health/', views.health),"), "/health/"),
        (django("path('healthz', lambda request: HttpResponse('ok')),"), "/healthz"),
        (django(r"re_path(r'^health/$', views.health),"), "/health/"),
        (django("path('ht/', include('health_check.urls')),"), "/ht/"),
        (django("path('status/', include('watchman.urls')),"), "/status/ping/"),
        (django("path('', include('core.urls')),", core__urls="urlpatterns = [path('healthz/', v)]\n"), "/healthz/"),
        (
            django("path('api/', include('core.urls')),", core__urls="urlpatterns = [path('health', v)]\n"),
            "/api/health",
        ),
        (django("path('health/', login_required(views.health)),"), "tcp"),
        (django("path('<str:lang>/health/', views.health),"), "tcp"),
        (django("path('health/', views.health),", "ALLOWED_HOSTS = os.environ['HOSTS'].split(',')\n"), "tcp"),
        (django("path('health/', views.health),", "FORCE_SCRIPT_NAME = '/shop'\nALLOWED_HOSTS = ['*']\n"), "tcp"),
        (django("]\nurlpatterns += i18n_patterns(path('health/', views.health))\nx = ["), "tcp"),
    ],
)
def test_urls_of_django(files, path):
    assert asked(plan(files)) == path


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("['*']", ""),
        ("['shop.example', '127.0.0.1']", ""),
        ("['shop.example', 'localhost']", "localhost"),
        ("['.shop.example', 'www.example']", "shop.example"),
        ("[\"x'y\", 'shop.example']", "shop.example"),
    ],
)
def test_django_is_called_by_a_name_that_it_answers_to(hosts, host):
    probe = (plan(django("path('health/', v),", f"ALLOWED_HOSTS = {hosts}\n")).runtime.health or ())[-1]
    assert (f"headers={{'Host': '{host}'}}" in probe) is bool(host)
    assert ("Host" in probe) is bool(host)


def node(text: str, dependencies: dict[str, str] | None = None, **more: str) -> dict[str, str]:
    table = {"express": "5"} if dependencies is None else dependencies
    manifest = {"name": "x", "scripts": {"start": "node server.js"}, "dependencies": table}
    return {
        "package.json": json.dumps(manifest),
        "server.js": f"{text}\napp.listen(process.env.PORT || 3000)\n",
        **{f"{k.replace('__', '/')}.js": v for k, v in more.items()},
    }


R = "const router = express.Router()\nrouter.get('/health', (q, r) => r.send('ok'))\nmodule.exports = router\n"


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (node("app.use('/api', require('./r'))", r=R), "tcp"),
        (node("const r = require('./r')\napp.use('/api', r)", r=R), "/api/health"),
        (node("import r from './r.js'\napp.use(r)", r=R), "/health"),
        (node("import r from './r.js'\napp.use('/api', auth, r)", r=R), "tcp"),
        (node("import r from './r.js'\napp.use(authenticate)\napp.use('/api', r)", r=R), "tcp"),
        (node("import r from './r.js'\napp.use('/api', r)\napp.use(authenticate)", r=R), "/api/health"),
        (node("import r from './r.js'\napp.use(prefix, r)", r=R), "tcp"),
        (node("import all from './all.js'\napp.use('/api', all)", r=R,
              all="import r from './r.js'\nconst all = Router()\nall.use('/v1', r)\nexport default all\n"), "/api/v1/health"),
        (node("import { router } from './r.js'\napp.use(router.routes())", r=R), "/health"),
        (node("import { router } from './r.js'\napp.route('/api', router)", r=R), "/api/health"),
        (node("import r from './r.js'\nfastify.register(r, { prefix: '/api' })",
              r="export default async (fastify) => { fastify.get('/health', async () => 'ok') }\n"), "/api/health"),
        (node("app.get('/health', (q, r) => r.send('ok'))\napp.get('/ping', p)"), "/health"),
        (node("app.use(requireAuth())\napp.get('/health', (q, r) => r.send('ok'))"), "tcp"),
        (node("app.use(jwtGuard())\napp.get('/health', (q, r) => r.send('ok'))"), "tcp"),
        (node("fastify.register(require('fastify-healthcheck'))"), "/health"),
        (node("fastify.register(require('fastify-healthcheck'), { healthcheckUrl: '/alive' })"), "/alive"),
        (node("app.register(require('@fastify/under-pressure'), { exposeStatusRoute: true })"), "/status"),
        (node("app.register(require('@fastify/under-pressure'), { exposeStatusRoute: { url: '/up' } })"), "/up"),
    ],
)  # fmt: skip
def test_routes_of_node(files, path):
    assert asked(plan(files)) == path


def nest(controller: str, main: str = "", module: str = "") -> dict[str, str]:
    return node(
        f"import {{ M }} from './m.js'\nconst app = await NestFactory.create(M)\n{main}",
        NEST,
        m=f"import {{ C }} from './c.js'\n{module}\n@Module({{ controllers: [C] }})\nexport class M {{}}\n",
        c=controller,
    )


TERMINUS = "@Controller('health')\nexport class C {\n  @Get()\n  @HealthCheck()\n  check() {\n    return 1\n  }\n}\n"
PREFIX = "app.setGlobalPrefix('api')"


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (nest(TERMINUS), "/health"),
        (nest(TERMINUS, PREFIX), "/api/health"),
        (nest(TERMINUS, "app.setGlobalPrefix('api', { exclude: ['health'] })"), "/health"),
        (nest(TERMINUS, "app.setGlobalPrefix('api', { exclude: [skipped] })"), "/api/health"),
        (nest(TERMINUS, "app.setGlobalPrefix(config.prefix)"), "tcp"),
        (nest(TERMINUS, "app.enableVersioning()"), "tcp"),
        (nest(TERMINUS, "", "const p = { provide: APP_GUARD, useClass: JwtGuard }"), "tcp"),
        (nest(TERMINUS, "", "const p = { provide: APP_GUARD, useClass: ThrottlerGuard }"), "/health"),
        (nest(TERMINUS.replace("@Get()", "@Public()\n  @Get()"), "app.useGlobalGuards(new G())"), "/health"),
        (nest("@UseGuards(G)\n" + TERMINUS), "tcp"),
        (nest(TERMINUS.replace("@Get()", "@UseGuards(G)\n  @Get()")), "tcp"),
        (nest(TERMINUS.replace("'health'", "").replace("@Get()", "@Get('healthz')")), "/healthz"),
        (nest(TERMINUS.replace("@Get()", "@Get('ready')")), "tcp"),
        (nest(TERMINUS.replace("@Get()", "@Get('live')")), "/health/live"),
        (nest(TERMINUS.replace("@Get()", "@Post()")), "tcp"),
    ],
)
def test_controllers_of_nest(files, path):
    assert asked(plan(files)) == path


@pytest.mark.parametrize(
    ("framework", "package", "file", "path"),
    [
        ("remix", "@remix-run/serve", "app/routes/healthcheck.tsx", "/healthcheck"),
        ("remix", "@remix-run/serve", "app/routes/api.health.ts", "/api/health"),
        ("remix", "@remix-run/serve", "app/routes/_health.tsx", "tcp"),
        ("react-router", "@react-router/dev", "app/routes/healthz.ts", "/healthz"),
        ("next", "next", "app/api/health/route.ts", "/api/health"),
        ("next", "next", "app/health/page.tsx", "tcp"),
    ],
)
def test_routes_that_are_files(framework, package, file, path):
    manifest = {"name": "x", "scripts": {"build": "b"}, "dependencies": {package: "16"}}
    made = plan({"package.json": json.dumps(manifest), file: "export const loader = () => 1\n"})
    assert (made.framework, asked(made)) == (framework, path)


def test_react_routers_table_names_the_path():
    manifest = {"name": "x", "scripts": {"build": "b"}, "dependencies": {"@react-router/dev": "7"}}
    routes = "export default [route('healthz', 'other/status.ts')]\n"
    assert asked(plan({"package.json": json.dumps(manifest), "app/routes.ts": routes})) == "/healthz"


def go(body: str) -> dict[str, str]:
    return SHOP | {"main.go": f'package main\n\nimport "net/http"\n\nfunc main() {{\n{body}\n}}\n'}


SERVES = 'http.HandleFunc("/healthz", h)\nhttp.ListenAndServe(":8080", nil)'


def test_a_go_program_is_told_how_to_be_asked_in_distroless():
    made = plan(go(SERVES))
    choice = next(c for c in made.choices if c.key == "health")
    assert (made.runtime.health, choice.value) == (None, "")
    assert "/healthz answers" in choice.reason
    assert not made.warnings
    assert not [c for c in plan(go('http.ListenAndServe(":8080", nil)')).choices if c.key == "health"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (SERVES, "GET /healthz "),
        ('r := gin.Default()\nr.GET("/health", h)\nhttp.ListenAndServe(":8080", nil)', "GET /health "),
        ('http.HandleFunc("GET /livez", h)\nhttp.ListenAndServe(":8080", nil)', "GET /livez "),
        ('r.GET("/health", h)\nhttp.ListenAndServe(":8080", nil)', "exit !IO::"),
        (
            'r := chi.NewRouter()\nx.Mount("/api", r)\nr.Get("/health", h)\nhttp.ListenAndServe(":8080", nil)',
            "exit !IO::",
        ),
        (
            'r := chi.NewRouter()\nr.Route("/api", f)\nr.Get("/health", h)\nhttp.ListenAndServe(":8080", nil)',
            "exit !IO::",
        ),
        (
            'r := chi.NewRouter()\nr.Use(AuthMiddleware)\nr.Get("/health", h)\nhttp.ListenAndServe(":8080", nil)',
            "exit !IO::",
        ),
        ('http.Get("http://x/health")\nhttp.ListenAndServe(":8080", nil)', "exit !IO::"),
    ],
)
def test_on_debian_perl_asks_a_go_program(body, expected):
    probe = plan(go(body), "apt.run=git").runtime.health or ()
    assert probe[0] == "perl"
    assert expected in probe[-1]


def test_the_setting_in_go():
    with pytest.raises(InputError, match="nothing in this image"):
        plan(go(SERVES), "health=/healthz")
    assert plan(go(SERVES), "health=shop check").runtime.health == ("shop", "check")
    assert "GET /x " in (plan(go(SERVES), "health=/x", "apt.run=git").runtime.health or ())[-1]
    assert plan(go(SERVES), "health=none", "apt.run=git").runtime.health is None


STACKS = {
    "python": python(main=FASTAPI),
    "node": node("app.get('/health', h)"),
    "static": {"index.html": ""},
}


@pytest.mark.parametrize("stack", STACKS)
def test_the_setting(stack):
    assert plan(STACKS[stack], "health=none").runtime.health is None
    assert "/up?full=1" in (plan(STACKS[stack], "health=/up?full=1").runtime.health or ())[-1]
    assert "GET" not in (plan(STACKS[stack], "health=tcp").runtime.health or ())[-1]


@pytest.mark.parametrize("value", ["health", "/a b", "/a'", "/a\\", "http://x/", "/$HOME", '/a"', "//x{y}"])
@pytest.mark.parametrize("stack", STACKS)
def test_a_path_that_cannot_be_asked_for(stack, value):
    with pytest.raises(InputError, match="not a path that can be asked for") as told:
        plan(STACKS[stack], f"health={value}")
    assert told.value.code == ExitCode.INPUT


@pytest.mark.parametrize(("stack", "word"), [("node", "process.env.PORT||3000"), ("python", "environ")])
def test_the_port_is_the_one_that_the_app_reads(stack, word):
    files = STACKS["node"] if stack == "node" else {
        "requirements.txt": "aiohttp\n",
        "main.py": "import os\nfrom aiohttp import web\napp = web.Application()\n"
        "web.run_app(app, port=int(os.environ.get('PORT', 8080)))\n",
    }  # fmt: skip
    assert word in (plan(files).runtime.health or ())[-1]
    # uvicorn is told the port, whatever the environment says
    told = python(main=FASTAPI + "import os\nport = int(os.environ.get('PORT', 8080))\n")
    assert "environ" not in (plan(told).runtime.health or ())[-1]


class Answers(BaseHTTPRequestHandler):
    """Well at /ok, ill at /ill, elsewhere at /moved, and well only for one host at /host."""

    def do_GET(self) -> None:
        host = self.headers.get("Host", "")
        status = {"/ok": 200, "/ill": 503, "/moved": 301}.get(self.path, 200 if host == "shop.example" else 400)
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "https://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def runs(argv: tuple[str, ...] | None, **environment: str) -> int:
    assert argv is not None
    program = sys.executable if argv[0] == "python" else shutil.which(argv[0])
    if program is None:
        pytest.skip(f"no {argv[0]} here")
    proxies = {"http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1", **environment}
    return subprocess.run([program, *argv[1:]], env=proxies, capture_output=True, timeout=30, check=False).returncode


@pytest.mark.parametrize("program", ["python", "node", "perl"])
def test_probes_tell_well_from_ill_past_a_proxy(program, port):
    def ask(what: str, number: int = port) -> tuple[str, ...] | None:
        if program == "node":
            return probes.node("node", what, number)
        return (probes.python if program == "python" else probes.perl)(what, number)

    assert runs(ask("/ok")) == 0
    assert runs(ask("/moved")) == 0  # it answers, whatever it says of HTTPS
    assert runs(ask("/ill")) == 1
    assert runs(ask("/host")) == 1
    assert runs(ask(probes.TCP)) == 0
    assert runs(ask("/ok", 1)) == 1
    assert runs(ask(probes.TCP, 1)) == 1


def test_probes_take_the_port_from_the_environment(port):
    for argv in (
        probes.python("/ok", 1, "PORT"),
        probes.python(probes.TCP, 1, "PORT"),
        probes.perl("/ok", 1, "PORT"),
        probes.perl(probes.TCP, 1, "PORT"),
    ):
        assert runs(argv, PORT=str(port)) == 0
        assert runs(argv) == 1


def test_the_host_is_sent(port):
    assert runs(probes.python("/host", port, host="shop.example")) == 0


def test_a_system_without_programs_asks_nothing():
    assert probes.of_system("none", "/ok", 80) is None
    assert (probes.of_system("alpine", "/ok", 80) or ())[-1] == "http://127.0.0.1:80/ok"
    assert (probes.of_system("alpine", "tcp", 80) or ())[:2] == ("nc", "-z")


def test_the_lines_that_the_documentation_gives_a_go_program_are_found():
    page = (ROOT / "docs" / "explanation" / "processes-and-health.md").read_text(encoding="utf-8")
    lines = page.partition("```go\n")[2].partition("```")[0]
    assert plan(go(f"{lines}{SERVES}")).runtime.health == ("/usr/local/bin/shop", "healthcheck")


def test_the_documentation_names_all_names():
    page = (ROOT / "docs" / "explanation" / "processes-and-health.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in probes.NAMES)


def test_a_migration_before_the_start_has_time():
    folder = PROJECTS / "python-flask-migrate"
    files = {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}
    periods = [plan(files, f"migrate={mode}").runtime.start_period for mode in ("start", "job")]
    assert periods == [60, 15]
