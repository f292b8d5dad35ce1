"""`python -m email_registry.cli`, which is `./registry`."""

from email_registry.cli import audit as _audit  # noqa: F401
from email_registry.cli import commands, lists, onboarding, retention  # noqa: F401  they join the group as they are imported
from email_registry.cli import doctor as _doctor  # noqa: F401
from email_registry.cli import init as _init  # noqa: F401
from email_registry.cli import keys as _keys  # noqa: F401
from email_registry.cli import record as _record  # noqa: F401
from email_registry.cli import rights as _rights  # noqa: F401
from email_registry.cli import rights_cases as _rights_cases  # noqa: F401
from email_registry.cli.group import cli

if __name__ == "__main__":
    cli(prog_name="registry")
