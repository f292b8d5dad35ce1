"""Who should be on a list, as the rig knows it, and since when. The list is compared with this truth. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

# `unsubscribed`: they left at Webropol or objected. They may never be added again, whatever a source brings.
State = Literal["wanted", "absent", "unsubscribed"]


@dataclass
class People:
    """The people of one audience. Times are seconds since the epoch."""

    present: set[str] = field(default_factory=set)  # in the sources
    unsubscribed: set[str] = field(default_factory=set)
    written_off: set[str] = field(default_factory=set)  # they had a fault, and are not judged any more
    _history: dict[str, list[tuple[float, State]]] = field(default_factory=dict)

    def state(self, email: str) -> State:
        """Return the state of somebody now. A stranger is absent."""
        return "unsubscribed" if email in self.unsubscribed else "wanted" if email in self.present else "absent"

    def wanted(self) -> set[str]:
        """Return who should be on the list now."""
        return self.present - self.unsubscribed

    def known(self) -> set[str]:
        """Return everybody whom a source ever brought."""
        return set(self._history)

    def come(self, emails: Iterable[str], at: float) -> None:
        """Note that a source brings them, for the first time or again."""
        for email in emails:
            self.present.add(email)
            self._note(email, at)

    def go(self, emails: Iterable[str], at: float) -> None:
        """Note that no source brings them any more."""
        for email in emails:
            self.present.discard(email)
            self._note(email, at)

    def leave(self, emails: Iterable[str], at: float) -> None:
        """Note that they left or objected."""
        for email in emails:
            self.unsubscribed.add(email)
            self._note(email, at)

    def throughout(self, email: str, state: State, since: float, until: float) -> bool:
        """Return whether somebody was in `state` all the time from `since` to `until`."""
        history: list[tuple[float, State]] = [(float("-inf"), "absent"), *self.history(email)]
        ends = [at for at, _ in history[1:]] + [float("inf")]
        states = [
            state_then for (at, state_then), end in zip(history, ends, strict=True) if at <= until and end > since
        ]
        return all(state_then == state for state_then in states)

    def history(self, email: str) -> list[tuple[float, State]]:
        """Return the states of somebody, each with its time."""
        return list(self._history.get(email, []))

    def _note(self, email: str, at: float) -> None:
        history = self._history.setdefault(email, [])
        history.append((max(at, history[-1][0]) if history else at, self.state(email)))
