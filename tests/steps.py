"""Steps of a night, played in this process."""

from __future__ import annotations

from datetime import date

from email_registry import night
from email_registry.settings import policy


def up_to_check(on: date, owner: str) -> int:
    """A night that was judged and is about to be loaded. Returns its run id."""
    night_id = night.open_night(on, owner=owner)
    for source in policy().sources:
        night.extract(night_id, source)
    night.check_staged(night_id)
    night.check_candidates(night_id)
    return night_id
