import cron from "node-cron";

cron.schedule("* * * * *", () => console.log("blowing"));
console.log("waiting for fog");
