const fs = require('node:fs');
const path = require('node:path');
const { DatabaseSync } = require('node:sqlite');
const express = require('express');

const db = new DatabaseSync('visitors.db');
db.exec('CREATE TABLE IF NOT EXISTS visits (at TEXT)');

const uploads = path.join(__dirname, 'uploads');
fs.mkdirSync(uploads, { recursive: true });

const app = express();
app.get('/', (req, res) => {
  db.prepare('INSERT INTO visits VALUES (?)').run(new Date().toISOString());
  fs.writeFileSync(path.join(uploads, 'last.txt'), 'here');
  res.send(`visit ${db.prepare('SELECT count(*) AS n FROM visits').get().n}`);
});

const server = app.listen(process.env.PORT || 3000);
process.on('SIGTERM', () => server.close());
