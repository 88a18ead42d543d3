import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PrismaClient } from '@prisma/client';

const db = new PrismaClient();

@Controller()
class Berths {
  @Get()
  async count() {
    return { berths: await db.berth.count() };
  }
}

@Module({ controllers: [Berths] })
class App {}

async function main() {
  const app = await NestFactory.create(App);
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
}

main();
