const express = require("express");
const puppeteer = require("puppeteer");

const app = express();
app.use(express.text({ type: "text/html" }));

app.get("/healthz", (request, response) => response.send("ok"));

app.post("/pdf", async (request, response) => {
  const browser = await puppeteer.launch({ args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.setContent(request.body);
    response.type("application/pdf").send(Buffer.from(await page.pdf()));
  } finally {
    await browser.close();
  }
});

const server = app.listen(process.env.PORT || 3000);
process.on("SIGTERM", () => server.close());
