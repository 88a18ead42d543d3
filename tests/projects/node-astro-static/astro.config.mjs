import { defineConfig } from 'astro/config';

export default defineConfig({ site: 'https://harbour.example', base: '/log' });
