const http = require("node:http");
const bcrypt = require("bcrypt");

const keys = new Map([["harbour master", bcrypt.hashSync("anchor", 4)]]);

const server = http.createServer((request, response) => {
  const fits = bcrypt.compareSync("anchor", keys.get("harbour master"));
  response.setHeader("content-type", "text/plain");
  response.end(request.url === "/healthz" ? "ok" : `the key ${fits ? "fits" : "does not fit"}\n`);
});

server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
