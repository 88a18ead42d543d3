import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const caught = sqliteTable('catch', { id: integer().primaryKey(), fish: text().notNull() });
