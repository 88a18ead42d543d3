"""What a server is pointed at."""

from crew import create_app

app = create_app()
