import { defineConfig } from '@adonisjs/core/app';

export default defineConfig({ commands: [() => import('@adonisjs/core/commands')] });
