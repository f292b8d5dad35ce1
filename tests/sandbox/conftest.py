"""One world that is served and only read, and worlds of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from sandbox.home import Home
from sandbox.population import Batch
from sandbox.rows import CrmRow, guid
from sandbox.store import add
from sandbox.world import World
from tests.sandbox.outside import Outside
from tests.sandbox.troubled import Troubled, equal_afterwards, troubled_world

EXTRA_CONTACTS = 5_200


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """A world of 600 addresses that tests only read, with more contacts of another region than a count may say."""
    outside = Outside(tmp_path_factory.mktemp("served"))
    outside.run("create", "--seed", "11", "--addresses", "600", "--date", "2026-11-23")
    rng = Random("extra")
    rows = [
        CrmRow("contact", guid(rng), f"x{n}@sandbox-yritys.fi", 0, None, None, "Lappi", "2020-01-01T00:00:00Z", 1, None)
        for n in range(EXTRA_CONTACTS)
    ]
    with World(Home(outside.home)).writing() as db:
        add(db, Batch([], rows))
    with outside.served():
        yield outside


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder for a world of this test's own."""
    return tmp_path / "sandbox"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    """A served world whose Webropol may be told to misbehave; made once a module."""
    with troubled_world(tmp_path_factory.mktemp("troubles")) as world:
        yield world


@pytest.fixture
def playing(outside: Troubled) -> Iterator[Troubled]:
    """The same world. After the test a healthy night is played, and the lists are made equal."""
    with equal_afterwards(outside):
        yield outside
