import { createServer } from "node:http";
import { height } from "tide-math";

const server = createServer((request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(`${height(6).toFixed(2)} m at six\n`);
});

server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
