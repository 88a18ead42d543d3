module.exports = { apps: [{ name: 'pilot', script: './jobs/worker.js', args: '--quiet' }] };
