const { Worker } = require('bullmq');

const worker = new Worker('arrivals', async (job) => console.log(job.name), {
  connection: { url: process.env.REDIS_URL || 'redis://localhost:6379' },
});
process.on('SIGTERM', () => worker.close());
