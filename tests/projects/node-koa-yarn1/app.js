const Koa = require("koa");

const app = new Koa();
app.use((context) => {
  context.body = "next ferry: 14:05";
});

module.exports = app;
