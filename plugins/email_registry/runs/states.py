"""The states and the kinds of a run. docs/states.md draws the life of a run."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """How far a run has come. An open run is also the lease of its kind and subject."""

    OPEN = "open"  # it works, or its worker has died and nobody has noticed yet
    DONE = "done"  # it did what it was to do
    HELD = "held"  # a guard stopped it before any harm, or something of it waits for a person
    FAILED = "failed"  # a source, Webropol, the database or the software failed
    ABANDONED = "abandoned"  # nobody works on it any more, or what it had judged was replaced


class RunKind(StrEnum):
    """What a run executes. A kind never changes."""

    NIGHT = "night"  # the whole night, the parent of its extracts, checks and loads
    EXTRACT = "extract"  # one source read into staging
    CHECK = "check"  # one verdict of the gate on a source or an audience
    LOAD = "load"  # one audience of the registry changed
    UNSUBSCRIBES = "unsubscribes"  # the survey and the dropped exports read
    SYNC = "sync"  # one list planned, changed and read back
    ADOPT = "adopt"  # an existing list taken over
    PILOT = "pilot"  # the list of staff changed for a day
    CLOSE = "close"  # the end of the registry
    EXPIRE = "expire"  # the due addresses of one audience deleted
    CLEAR_HISTORY = "clear_history"  # old runs, plans, suppressions and cases deleted
    RESTORE = "restore"  # a restored database told what it does not know
