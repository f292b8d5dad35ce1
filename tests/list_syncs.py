"""One sync of a list at the sandbox's Webropol, and people who do not exist to put on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count

from email_registry import sync

TODAY = date(2026, 11, 23)
TARGET = "henkiloasiakkaat"
ALL = "kaikki_asiakkaat"
owners = count()


def people(number: int, start: int = 0) -> list[str]:
    return [f"henkilo{n}@sandbox-posti.fi" for n in range(start, start + number)]


def sync_once(target: str = TARGET, on: date = TODAY) -> Mapping[str, int]:
    owner = f"test:{next(owners)}"
    plan = sync.make_plan(target, on, owner=owner)
    assert plan.id is not None
    return sync.read_back(plan.id, sync.apply(plan.id), owner=owner)
