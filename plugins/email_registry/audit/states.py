"""What an entry of the journal says of its addresses. docs/states.md explains each event."""

from __future__ import annotations

from enum import StrEnum


class JournalEvent(StrEnum):
    """What happened to some addresses on a day, as the journal outside the database keeps it."""

    NEW = "new"  # loaded for the first time
    DELETED = "deleted"  # deleted from the registry
    SUPPRESSED = "suppressed"  # suppressed, with the reason
    ENDED = "ended"  # a suppression ended
    ABSENT = "absent"  # no source brought them for the first time, and their absence was proven
    UNSEEN = "unseen"  # no source brought them, and their absence was not proven
    ABSENCE_PROVEN = "absence_proven"  # unseen since an earlier night, and now their absence was proven
    RETURNED = "returned"  # a source brought them again
    CLOSED = "closed"  # the registry itself was closed; this entry has no hash
