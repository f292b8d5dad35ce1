"""A person who asks, for tests: `ask` is a request about an address, `rights` the command with it on standard input."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from itertools import count

from email_registry.privacy import Address
from email_registry.rights import Request
from tests.conftest import ROOT

TODAY = date(2026, 11, 23)
numbers = count(1)


def ask(email: str, number: str = "", received_on: date = TODAY) -> Request:
    """A signed request, under a number of its own."""
    return Request(
        Address(email), number or f"2026/{next(numbers)}", "signature and identity card", received_on, "officer"
    )


def rights(environment: Mapping[str, str], email: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`./registry rights …`, the address on standard input."""
    return subprocess.run(
        [sys.executable, "-m", "email_registry.cli", "rights", *arguments],
        cwd=ROOT, env=dict(environment), input=email + "\n", capture_output=True, text=True, timeout=120,
    )  # fmt: skip
