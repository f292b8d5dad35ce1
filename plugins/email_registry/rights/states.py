"""The states of a rights case, as docs/states.md draws them."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """operations.rights_case.state."""

    NOTED = "noted"  # the request is written down and has a due day
    ACTED = "acted"  # the address is deleted or suppressed here; some list has not been seen without it yet
    DONE = "done"  # answered: every list that the case reaches was seen without the address
    DISMISSED = "dismissed"  # closed with nothing done, with a reason
