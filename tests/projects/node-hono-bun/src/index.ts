import { Hono } from "hono";

const app = new Hono();
app.get("/health", (c) => c.text("ok"));
app.get("/", (c) => c.json({ gulls: 12 }));

export default { port: Number(Bun.env.PORT ?? 3000), fetch: app.fetch };
