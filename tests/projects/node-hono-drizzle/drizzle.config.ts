import { url } from './src/settings.js';

export default { dialect: 'turso', schema: './src/schema.ts', out: './migrations', dbCredentials: { url } };
