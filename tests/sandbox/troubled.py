"""A world whose Webropol is troubled, with what is so in truth: read from the world's own tables."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests

from sandbox.targets import LIST_IDS
from tests.sandbox.outside import Outside

NAME = "henkiloasiakkaat"
LIST = LIST_IDS[NAME]
OTHER = LIST_IDS["yritysasiakkaat"]


class Troubled(Outside):
    """Requests whose answers are not believed."""

    def there(self, list_id: str = LIST) -> Counter[str]:
        """Who is on a list, and how often."""
        found = self._rows("SELECT email FROM webropol_member WHERE list_id = ?", list_id)
        return Counter(email for (email,) in found)

    def log(self, folded: str) -> list[str]:
        """What was done to somebody, on all lists."""
        return [act for (act,) in self._rows("SELECT act FROM webropol_log WHERE folded = ? ORDER BY seq", folded)]

    def adding(self, emails: list[str], list_id: str = LIST) -> requests.Response:
        return self.api("POST", f"lists/{list_id}/members", json={"Members": [{"Email": email} for email in emails]})

    def removing(self, member_ids: list[str], list_id: str = LIST) -> requests.Response:
        return self.api("POST", f"lists/{list_id}/members/removals", json={"MemberIds": member_ids})

    def page(self, number: int, list_id: str = LIST) -> Any:
        return self.api("GET", f"lists/{list_id}/members", params={"paging": number}).json()

    def come_true_within(self, seconds: float, wanted: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + seconds
        while not wanted():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _rows(self, query: str, value: str) -> list[Any]:
        with closing(sqlite3.connect(self.home / "world.sqlite")) as db:
            return db.execute(query, (value,)).fetchall()


def some(number: int, prefix: str) -> list[str]:
    """People whom nobody knows."""
    return [f"{prefix}{position}@sandbox-posti.fi" for position in range(number)]


@contextmanager
def troubled_world(folder: Path) -> Iterator[Troubled]:
    """A served world of 200 addresses, its lists equal."""
    outside = Troubled(folder)
    outside.run("create", "--addresses", "200", "--date", "2026-11-23")
    with outside.served():
        outside.bring_level()
        yield outside


@contextmanager
def equal_afterwards(outside: Troubled) -> Iterator[None]:
    """After the block a healthy night is played, and the lists are made equal."""
    yield
    outside.run("advance")
    outside.connect()
    outside.bring_level()
    outside.run("lists")
