import { AngularNodeAppEngine, createNodeRequestHandler, writeResponseToNodeResponse } from '@angular/ssr/node';
import express from 'express';

const app = express();
const engine = new AngularNodeAppEngine();

app.use((req, res, next) => {
  engine.handle(req).then((r) => (r ? writeResponseToNodeResponse(r, res) : next())).catch(next);
});

const port = process.env['PORT'] || 4000;
app.listen(port);

export const reqHandler = createNodeRequestHandler(app);
