"""Serve the times of high water, with Python alone, until somebody interrupts."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Tides(BaseHTTPRequestHandler):
    """Answers every question with the tide."""

    def do_GET(self) -> None:
        """The next high water."""
        body = b"high water at 06:12\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve, and say goodbye."""
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8090"))), Tides)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("closed in order")
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
