"""The command line."""

import click


@click.group()
def main() -> None:
    """Speeds at sea."""


@main.command()
@click.argument("speed", type=float)
def kmh(speed: float) -> None:
    """SPEED in knots as kilometres an hour."""
    click.echo(f"{speed * 1.852:.2f} km/h")
