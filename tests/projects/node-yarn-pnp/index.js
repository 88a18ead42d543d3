const Koa = require("koa");

new Koa().use((context) => (context.body = "afloat")).listen(process.env.PORT || 3000);
