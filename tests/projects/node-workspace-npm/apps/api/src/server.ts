import { greet } from '@acme/greetings';
import Fastify from 'fastify';

const app = Fastify();
app.get('/', async () => greet('world'));
app.get('/healthz', async () => ({ ok: true }));
await app.listen({ port: Number(process.env.PORT ?? 3000), host: '0.0.0.0' });

process.on('SIGTERM', () => void app.close());
