import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix("api", { exclude: ["health"] });
  app.enableShutdownHooks();
  setInterval(() => console.log("all buoys lit"), 60_000);
  await app.listen(process.env.PORT ?? 3000);
}

bootstrap();
