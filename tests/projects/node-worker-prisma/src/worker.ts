import cron from "node-cron";

cron.schedule("* * * * *", () => console.log("tick"));
console.log("waiting");
