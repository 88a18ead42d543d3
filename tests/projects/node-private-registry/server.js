const http = require("node:http");
const berths = require("@harbour/berths");

const server = http.createServer((request, response) => response.end(JSON.stringify(berths.free())));

server.listen(process.env.PORT || 3000);
process.on("SIGTERM", () => server.close());
