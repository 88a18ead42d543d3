import path from "node:path";
import express from "express";

const app = express();
const client = path.join(import.meta.dirname, "..", "client", "build");

app.get("/api/balance", (request, response) => {
  response.json({ balance: 12 });
});
app.use(express.static(client));
app.get("/{*page}", (request, response) => {
  response.sendFile(path.join(client, "index.html"));
});

const server = app.listen(process.env.PORT || 4000);
process.on("SIGTERM", () => server.close());
