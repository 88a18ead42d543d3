"""What the source says: port, address, health path, signals, folders that are written to."""

from __future__ import annotations

import json

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING
from dockgen.stacks.node import filed, source, state


def read(text, **files):
    return source.read(
        Project.of({"server.js": text, **{k.replace("__", "/") + ".js": v for k, v in files.items()}}), "server.js"
    )


@pytest.mark.parametrize(
    ("text", "port", "variable"),
    [
        ("app.listen(8081)", 8081, ""),
        ("app.listen(process.env.PORT || 4000)", 4000, "PORT"),
        ("app.listen(process.env.PORT ?? 4000, () => {})", 4000, "PORT"),
        ("const port = Number(process.env.PORT) || 4000; app.listen(port)", 4000, "PORT"),
        ("const port = parseInt(process.env.PORT || '4000', 10)", 4000, "PORT"),
        ("const port = normalizePort(process.env.PORT || '4000');", 4000, "PORT"),
        ("const port = process.env.PORT ? Number(process.env.PORT) : 4000", 4000, "PORT"),
        ('const { PORT } = process.env; app.listen(process.env["PORT"] || 4000)', 4000, "PORT"),
        ("app.listen(process.env.PORT)", None, "PORT"),
        ("const port = parseInt(process.env.PORT, 10)", None, "PORT"),
        ("const { HOST, PORT } = process.env; app.listen(PORT)", None, "PORT"),
        ("const port = config.get<number>('PORT') || DEFAULT_PORT; app.listen(port)", None, "PORT"),
        ("cache.get('PORTAL'); app.listen(8080)", 8080, ""),
        ("const port = parseInt(process.env.PORT, 10) || 4000", 4000, "PORT"),
        ("const port = process.env.PORT\n  ? parseInt(process.env.PORT, 10)\n  : 4000", 4000, "PORT"),
        ("const port = getPort(process.env.PORT, 4000)", 4000, "PORT"),
        ("const options = { port: process.env.PORT ?? undefined, radix: 10 }", None, "PORT"),
        ("z.object({ PORT: z.coerce.number().default(9999) })", 9999, "PORT"),
        ("config.get('PORT', 7000)", 7000, "PORT"),
        ("fastify.listen({ port: 3333, host: '0.0.0.0' })", 3333, ""),
        ("serve({ fetch: app.fetch, port: 3456 })", 3456, ""),
        ("const PORT = 5050;\napp.listen(PORT)", 5050, ""),
        ("app.set('port', 3030)", 3030, ""),
        ("new Client({ port: 5432 }); app.listen(process.env.APP_PORT || 8088)", 8088, "APP_PORT"),
        ("const db = process.env.DB_PORT || 5433; app.listen(8080)", 8080, ""),
        ("app.listen(99999)", None, ""),
    ],
)
def test_port(text, port, variable):
    found = read(text)
    assert (found.port.value if found.port else None, found.port_variable) == (port, variable)


def test_port_in_a_neighbour_with_its_line():
    found = read('const { port } = require("./config");', config="\nexports.port = process.env.PORT || 4100;\n")
    assert (found.port.value, found.port.evidence[0].path, found.port.evidence[0].line) == (4100, "config.js", 2)


def test_tests_are_not_read():
    assert read('require("./tests/a")', tests__a="app.listen(1234)").port is None


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("process.on('SIGTERM', () => server.close())", "SIGTERM"),
        ('process.once("SIGTERM", stop)', "SIGTERM"),
        ("for (const s of ['SIGINT', 'SIGTERM']) {\n  process.on(s, stop)\n}", "SIGTERM"),
        ("app.enableShutdownHooks()", "SIGTERM"),
        ("import gracefully from 'close-with-grace'", "SIGTERM"),
        ("// SIGTERM is not handled", None),
        ("process.on('SIGINT', stop)", "SIGINT"),
    ],
)
def test_signals(text, signal):
    found = read(text).stops
    assert (found.value if found else None) == signal


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("app.get('/healthz', ok)", "/healthz"),
        ('fastify.get("/health", ok)', "/health"),
        ("if (request.url === '/health') {}", "/health"),
        ("router.get('/health', ok)", None),
        ("app.use('/health', router)", None),
        ("app.use('/health', (req, res) => res.send(token))", "/health"),
        ("app.get('/health', requireAuth, ok)", None),
        ("app.get('/health', passport.authenticate('jwt'), ok)", None),
        ("fetch('/health')", None),
        ("app.get('/healthy-food', ok)", None),
    ],
)
def test_health(text, path):
    found = read(text).health
    assert (found.value if found else None) == path


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("app/api/health/route.ts", "/api/health"),
        ("src/pages/api/healthz.js", "/api/healthz"),
        ("server/api/health.get.ts", "/api/health"),
        ("src/routes/health/+server.ts", "/health"),
        ("app/health/page.tsx", None),
    ],
)
def test_health_file(file, path):
    found = filed.route(Project.of({file: ""}))
    assert (found.value if found else None) == path


@pytest.mark.parametrize(
    ("router", "path"),
    [("r.get('/', ok)", "/health"), ("r.get('/live', ok)", None), ("r.route('/').get(ok)", "/health")],
)
def test_health_of_a_router_needs_a_route_at_its_root(router, path):
    app = "import r from './health.js';\nexport const app: Express = express();\napp.use('/health', r);"
    project = Project.of({"server.js": "import { app } from './app.js';\napp.listen(1234)", "app.js": app,
                          "health.js": router})  # fmt: skip
    found = source.read(project, "server.js").health
    assert (found.value if found else None) == path


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"next.config.js": "module.exports = { basePath: '/docs' }"}, None),
        ({"middleware.ts": "export default auth((request) => {})"}, None),
        ({"middleware.ts": "export const locale = 1"}, "/api/health"),
    ],
)
def test_no_health_path_where_something_stands_before_it(files, path):
    found = filed.route(Project.of({"app/api/health/route.ts": "", **files}))
    assert (found.value if found else None) == path


def test_port_in_an_example_of_the_variables():
    files = {"server.js": "app.listen(parseInt(process.env.PORT, 10))", ".env.example": "A=1\nPORT=4200\n"}
    found = source.read(Project.of(files), "server.js").port
    assert (found.value, found.evidence[0].path, found.evidence[0].line) == (4200, ".env.example", 2)


def test_a_configuration_of_the_app_is_followed():
    files = {"src/main.ts": "import './app.config'", "src/app.config.ts": "port: process.env.PORT || 4400"}
    assert source.read(Project.of(files), "src/main.ts").port.value == 4400


def test_imports_of_the_package_itself_are_followed():
    files = {"src/main.ts": "import { config } from '#root/config.js'", "src/config.ts": "process.env.PORT || 4300"}
    assert source.read(Project.of(files), "src/main.ts").port.value == 4300


@pytest.mark.parametrize(
    ("built", "text", "entry"),
    [
        ("dist/apps/api/main", "apps/api/src/main.ts", "apps/api/src/main.ts"),
        ("dist/main.js", "src/main.ts", "src/main.ts"),
        ("dist/main", "src/main.ts", "src/main.ts"),
        ("dist/src/index.js", "src/index.ts", "src/index.ts"),
        ("build/server.js", "server.ts", "server.ts"),
        ("lib/", "src/index.ts", None),
        ("server", "server/index.js", "server/index.js"),
        ("../outside.js", "src/index.ts", None),
    ],
)
def test_entry(built, text, entry):
    assert source.entry(Project.of({text: ""}), built) == entry


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("new Database('./data/app.db')", ("data",)),
        ("location = process.env.DB || '/etc/todos/todo.db'", ("/etc/todos",)),
        ("const dir = process.env.DATA_DIR || './storage'", ("storage",)),
        ("fs.mkdirSync('uploads', { recursive: true })", ("uploads",)),
        ("multer({ dest: 'uploads/' })", ("uploads",)),
        ("fs.mkdirSync('dist')", ()),
        ("fs.mkdirSync('../x'); new Database('app.db'); fs.mkdirSync('/')", ()),
        ("fs.mkdirSync('a b;c')", ()),
    ],
)
def test_written_folders(text, folders):
    assert state.find(Project.of({}), [("a.js", text)]).folders == folders


def plan(text, **manifest):
    data = {"name": "x", "scripts": {"start": "node server.js"}, **manifest}
    project = Project.of({"package.json": json.dumps(data), "server.js": text})
    return decide(detect(project, NOTHING), NOTHING)


def test_tini_only_where_nothing_handles_sigterm():
    assert plan("app.listen(1)").runtime.entrypoint == ("/usr/bin/tini", "--")
    assert "tini" in plan("app.listen(1)").runtime.apt
    handled = plan("process.on('SIGTERM', x); app.listen(1)").runtime
    assert (handled.entrypoint, handled.command, handled.apt) == (("node",), ("server.js",), ())


def test_loopback_is_told():
    assert any("loopback" in w for w in plan("app.listen(3000, '127.0.0.1')").warnings)
    assert any(
        "Fastify listens on localhost" in w
        for w in plan("app.listen({ port: 3000 })", dependencies={"fastify": "5"}).warnings
    )
    assert not plan("app.listen({ port: 3000, host: '0.0.0.0' })", dependencies={}).warnings[1:]


def test_host_from_the_environment_is_set():
    env = plan("app.listen(process.env.PORT || 3000, process.env.HOST || 'localhost')").runtime.env
    assert (env["HOST"], env["PORT"]) == ("0.0.0.0", "3000")


def test_secrets_of_a_script_stay_out_of_env():
    found = plan("app.listen(1)", scripts={"start": "JWT_SECRET=abc MODE=fast node server.js"}).runtime.env
    assert found == {"NODE_ENV": "production", "MODE": "fast"}


@pytest.mark.parametrize(
    ("files", "statement"),
    [
        (
            {"tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@settings": ["src/conf/env.ts"]}}}'},
            "@settings",
        ),
        ({"tsconfig.json": '{"compilerOptions": {"paths": {"@conf/*": ["./src/conf/*"]}}}'}, "@conf/env"),
        ({"tsconfig.json": '{"compilerOptions": {"baseUrl": "./src"}}'}, "conf/env"),
        ({"package.json": '{"imports": {"#conf/*": "./src/conf/*"}}'}, "#conf/env.js"),
        ({}, "@/conf/env"),
        ({}, "./conf/env"),
    ],
)
def test_imports_by_other_names_are_followed(files, statement):
    texts = {
        **files,
        "src/main.ts": f"import env from '{statement}'\napp.listen(env.port)",
        "src/conf/env.ts": "port: 8123",
    }
    assert source.read(Project.of(texts), "src/main.ts").port.value == 8123


@pytest.mark.parametrize(
    ("text", "port", "variable"),
    [
        ("z.object({ PORT: z\n    .coerce\n    .number()\n    .default(8124) })", 8124, "PORT"),
        ("convict({ port: { doc: 'x', format: 'port', default: 8125, env: 'API_PORT' } })", 8125, "API_PORT"),
        ("convict({ port: { env: 'PORT', default: 8126 } })", 8126, "PORT"),
        ("cleanEnv(process.env, { PORT: port({ default: 8127 }) })", 8127, "PORT"),
    ],
)
def test_ports_of_schemas(text, port, variable):
    found = source.read(Project.of({"a.ts": text + "\napp.listen(config.port)"}), "a.ts")
    assert (found.port.value, found.port_variable) == (port, variable)


def test_port_of_the_config_package_in_yaml():
    found = source.read(
        Project.of({"a.js": "app.listen(config.get('port'))", "config/default.yml": "port: 8128\n"}), "a.js"
    )
    assert found.port.value == 8128


def test_loopback_as_a_constant():
    text = "const hostname = '127.0.0.1';\nserver.listen(port, hostname, () => {})"
    assert source.read(Project.of({"a.js": text}), "a.js").loopback == "a.js:1"
    away = "const redis = 'localhost';\nserver.listen(port)"
    assert source.read(Project.of({"a.js": away}), "a.js").loopback == ""
