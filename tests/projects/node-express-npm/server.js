const express = require("express");
const hours = require("./hours.json");

const app = express();
app.get("/healthz", (request, response) => response.send("ok"));
app.get("/", (request, response) => response.json(hours));

const port = process.env.PORT || 4000;
const server = app.listen(port, () => console.log(`listening on ${port}`));

process.on("SIGTERM", () => server.close(() => process.exit(0)));
