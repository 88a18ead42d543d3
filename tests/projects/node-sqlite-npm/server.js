import { createServer } from "node:http";
import Database from "better-sqlite3";

const database = new Database(process.env.DATABASE ?? ":memory:");
database.exec("CREATE TABLE IF NOT EXISTS catches (fish TEXT, kilos REAL)");
database.prepare("INSERT INTO catches VALUES (?, ?)").run("cod", 12.5);

const server = createServer((request, response) => {
  const rows = database.prepare("SELECT fish, kilos FROM catches").all();
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(rows));
});

server.listen(3000);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
