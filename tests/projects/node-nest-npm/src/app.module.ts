import { Controller, Get, Module } from "@nestjs/common";

@Controller()
class AppController {
  @Get()
  lamp(): string {
    return "lit";
  }
}

@Module({ controllers: [AppController] })
export class AppModule {}
