"""The machine's clock, set by a test. The whole domain reads it in one place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from email_registry.settings import clock

HELSINKI = ZoneInfo("Europe/Helsinki")


class Clock:
    """It stands still until it is set."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._now = now = [datetime.now(UTC)]

        class Set(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                return now[0]

        patch.setattr(clock, "datetime", Set)

    def set(self, on: date, at: time = time(4, 30)) -> None:
        """Set the clock to that time of that day in Helsinki."""
        self._now[0] = datetime.combine(on, at, HELSINKI).astimezone(UTC)
