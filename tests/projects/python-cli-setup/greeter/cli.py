import click


@click.command()
@click.option("--name", default="world")
def main(name: str) -> None:
    """Say hello."""
    click.echo(f"Hello, {name}!")
