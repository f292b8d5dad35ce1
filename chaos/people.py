"""Whom a list should hold, as the rig knows it, and since when: the truth that the list is held to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

# `unsubscribed`: left at Webropol, or objected: never to be added again, whatever a source says.
State = Literal["wanted", "absent", "unsubscribed"]


@dataclass
class People:
    """The people of one audience. Times are seconds since the epoch."""

    present: set[str] = field(default_factory=set)  # in the sources
    unsubscribed: set[str] = field(default_factory=set)
    written_off: set[str] = field(default_factory=set)  # a fault was found in them: not judged any more
    _history: dict[str, list[tuple[float, State]]] = field(default_factory=dict)

    def state(self, email: str) -> State:
        """What somebody is now; a stranger is absent."""
        return "unsubscribed" if email in self.unsubscribed else "wanted" if email in self.present else "absent"

    def wanted(self) -> set[str]:
        """Who should be on the list now."""
        return self.present - self.unsubscribed

    def known(self) -> set[str]:
        """Everybody whom a source ever brought."""
        return set(self._history)

    def come(self, emails: Iterable[str], at: float) -> None:
        """A source brings them, for the first time or again."""
        for email in emails:
            self.present.add(email)
            self._note(email, at)

    def go(self, emails: Iterable[str], at: float) -> None:
        """No source brings them any more."""
        for email in emails:
            self.present.discard(email)
            self._note(email, at)

    def leave(self, emails: Iterable[str], at: float) -> None:
        """They said no."""
        for email in emails:
            self.unsubscribed.add(email)
            self._note(email, at)

    def throughout(self, email: str, state: State, since: float, until: float) -> bool:
        """Whether somebody was nothing else than `state` from `since` to `until`."""
        history: list[tuple[float, State]] = [(float("-inf"), "absent"), *self.history(email)]
        ends = [at for at, _ in history[1:]] + [float("inf")]
        over = [became for (at, became), end in zip(history, ends, strict=True) if at <= until and end > since]
        return all(became == state for became in over)

    def history(self, email: str) -> list[tuple[float, State]]:
        """What somebody became, and when."""
        return list(self._history.get(email, []))

    def _note(self, email: str, at: float) -> None:
        history = self._history.setdefault(email, [])
        history.append((max(at, history[-1][0]) if history else at, self.state(email)))
