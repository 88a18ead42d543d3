import { Controller, Get } from "@nestjs/common";

@Controller("buoys")
export class BuoysController {
  @Get()
  list(): string[] {
    return ["Gedney 4", "Norther 1"];
  }
}
