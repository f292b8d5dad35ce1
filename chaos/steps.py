"""The named steps at which a sync is killed. The product knows nothing of them: the rig wraps what the sync calls."""

from __future__ import annotations

import http.client
import importlib
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

Arguments = tuple[Any, ...]
SYNC = "email_registry.sync"
REST = "email_registry.deliveries.rest:RestDelivery"


@dataclass(frozen=True)
class Step:
    """A call at which the process dies. `where` (a module, or module:class) looks `name` up when it calls it.

    `when`: before, during or after the call. `many`: the call is made for each batch. `counts`: which calls count, by
    their arguments. `unclean`: only a sync after an unclean end gets there. `approving`: only an approval gets there.
    """

    where: str
    name: str
    when: Literal["before", "during", "after"]
    many: bool = False
    counts: Callable[[Arguments], bool] = lambda arguments: True
    unclean: bool = False
    approving: bool = False

    @property
    def planning(self) -> bool:
        """Whether an approval never gets there, because it follows a plan and makes none."""
        return self.where.endswith(".planning") or self.name == "make_plan"


WAITING = "it waits after an unclean end"
HALF_SENT = "a request is half sent"
# In the order in which a sync passes them.
STEPS = {
    "the lease is taken": Step(f"{SYNC}.planning", "wait_until_quiet", "before"),
    WAITING: Step(f"{SYNC}.quiesce", "_wait", "during", counts=lambda arguments: arguments[1] > 0, unclean=True),
    "before the first read": Step(f"{SYNC}.planning", "read_list", "before"),
    "after the first read": Step(f"{SYNC}.planning", "require_staged_members", "before"),
    "a plan is made, not committed": Step(f"{SYNC}.planning", "_plan", "after"),
    "a plan is committed": Step(SYNC, "make_plan", "after"),
    "before the first addition": Step(f"{SYNC}.applying", "_next_additions", "before"),
    "an intent is written, not committed": Step(
        f"{SYNC}.applying", "_store_intent", "after", many=True, counts=lambda arguments: bool(arguments[3])
    ),
    "an intent is committed, nothing sent": Step(REST, "_act", "before", many=True),
    HALF_SENT: Step("http.client:HTTPConnection", "send", "during", many=True),
    "a request is not answered yet": Step(REST, "_act", "during", many=True),
    "an answer is there, not noted": Step(f"{SYNC}.applying", "_note_outcomes", "before", many=True),
    "an answer is noted": Step(f"{SYNC}.applying", "_note_outcomes", "after", many=True),
    "before the read-back": Step(f"{SYNC}.verification", "read_list", "before"),
    "in the read-back": Step(f"{SYNC}.reading", "_copy_block_of", "before", counts=lambda arguments: arguments[1] == 2),
    "what was read back is noted, not committed": Step(f"{SYNC}.verification", "observe", "after"),
    "before the run is closed": Step(f"{SYNC}.verification", "close", "before"),
    "the run is closed, not committed": Step(f"{SYNC}.verification", "close", "after"),
    "the close is committed": Step(f"{SYNC}.verification", "clear", "before"),
    "before the audit is anchored": Step("email_registry.audit", "anchor", "before"),
    "an approval is written down, nothing done": Step(SYNC, "apply_approved", "before", approving=True),
    "an approval has the lease": Step(f"{SYNC}.approved", "wait_until_quiet", "before", approving=True),
    "a request of an approval is not answered yet": Step(REST, "_act", "during", many=True, approving=True),
}


def require_steps() -> None:
    """AttributeError or ImportError if the product has no such step any more, because no kill would reach it."""
    for step in STEPS.values():
        getattr(_owner(step), step.name)


def install(name: str, nth: int, seconds: float) -> None:
    """Kill this process the nth time that it reaches the step. A step with `during` is killed after so many seconds."""
    step = STEPS[name]
    if name == HALF_SENT:
        _send_half(nth)
        return
    owner = _owner(step)
    original, calls = getattr(owner, step.name), count(1)

    def dying(*arguments: Any, **options: Any) -> Any:
        if not step.counts(arguments) or next(calls) != nth:
            return original(*arguments, **options)
        if step.when == "before":
            die()
        if step.when == "during":
            timer = threading.Timer(seconds, die)
            timer.daemon = True
            timer.start()
        result = original(*arguments, **options)
        if step.when == "after":
            die()
        return result

    setattr(owner, step.name, dying)


def die() -> None:
    """Kill this process at once. Nothing is flushed, closed or rolled back."""
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def _send_half(nth: int) -> None:
    """Send the first half of the body of the nth request about a list, and die."""
    send, calls = http.client.HTTPConnection.send, count(1)

    def half(self: http.client.HTTPConnection, data: Any) -> None:
        if isinstance(data, bytes) and data.startswith((b'{"Members"', b'{"MemberIds"')) and next(calls) == nth:
            send(self, data[: len(data) // 2])
            die()
        send(self, data)

    http.client.HTTPConnection.send = half  # type: ignore[method-assign]


def _owner(step: Step) -> Any:
    module, _, within = step.where.partition(":")
    owner = importlib.import_module(module)
    return getattr(owner, within) if within else owner
