import { createServer } from "node:http";
import Database from "better-sqlite3";

const database = new Database(":memory:");

createServer((request, response) => {
  const { now } = database.prepare("select datetime() as now").get() as { now: string };
  response.end(`${now}\n`);
}).listen(8000);
