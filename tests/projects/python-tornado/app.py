"""A weather vane."""

import asyncio
import os

import tornado.web


class Wind(tornado.web.RequestHandler):
    """Where the wind comes from."""

    def get(self) -> None:
        """In words."""
        self.write("north-east")


async def main() -> None:
    """Serve until told to stop."""
    app = tornado.web.Application([(r"/", Wind)])
    app.listen(int(os.environ.get("PORT", "8887")))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
