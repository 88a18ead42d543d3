import { serve } from '@hono/node-server';
import { drizzle } from 'drizzle-orm/libsql';
import { Hono } from 'hono';
import { caught } from './schema.js';
import { url } from './settings.js';

const db = drizzle(url);
const app = new Hono();

app.get('/', async (c) => {
  await db.insert(caught).values({ fish: 'cod' });
  return c.text(`caught: ${await db.$count(caught)}`);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
