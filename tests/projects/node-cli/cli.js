#!/usr/bin/env node
import { program } from "commander";

program.name("knots").description("convert knots to km/h").argument("<number>").action((n) => console.log(n * 1.852));
program.parse();
