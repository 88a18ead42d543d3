import { Module } from "@nestjs/common";
import { TerminusModule } from "@nestjs/terminus";
import { BuoysController } from "./buoys.controller";
import { HealthController } from "./health.controller";

@Module({ imports: [TerminusModule], controllers: [BuoysController, HealthController] })
export class AppModule {}
