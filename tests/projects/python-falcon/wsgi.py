"""Depths at the pier."""

import falcon


class Depth:
    """The depth now."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """In metres."""
        response.media = {"metres": 4.2}


application = falcon.App()
application.add_route("/depth", Depth())
