import { readFile } from "node:fs/promises";
import Fastify from "fastify";
import { settings } from "./settings.js";

const app = Fastify({ logger: true });
app.get("/health", async () => ({ status: "ok" }));
app.get("/", async () => readFile("templates/tides.txt", "utf8"));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await app.close();
    process.exit(0);
  });
}

await app.listen({ port: settings.port, host: settings.host });
