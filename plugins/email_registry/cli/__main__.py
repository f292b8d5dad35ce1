"""`python -m email_registry.cli`, which is `./registry`."""

from email_registry.cli.main import cli

if __name__ == "__main__":
    cli(prog_name="registry")
