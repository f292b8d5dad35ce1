"""One fault of Webropol's: what must be so of every list after the night with it, by the sandbox's own tables."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sandbox.faults import load
from sandbox.targets import LIST_IDS
from tests.faults.nights import Nights
from tests.registry_rows import run_sql

AFFLICTED = "henkiloasiakkaat"
ALL = frozenset(LIST_IDS)


@dataclass
class WebropolLists:
    """The lists of one office over a night with a fault, after one on which people left, and over the one after it."""

    nights: Nights
    before: Mapping[str, Counter[str]] = field(default_factory=dict)
    stopped: Mapping[str, str] = field(default_factory=dict)

    def people_leave(self) -> None:
        """Where nobody has left yet, a healthy night on which somebody unsubscribes."""
        if not self.left():
            self.nights.office.advance()
            self.nights.healthy()
        assert self.left()

    def faulty(self, fault_id: str, *says: str, stops: Iterable[str] | None = None, nights: int = 1) -> None:
        """The night with the fault. `stops`: lists that are said not to be equal; None where it may be any or none."""
        self.people_leave()
        self.before = self.there()
        self.nights.office.advance("--fault", fault_id, "--nights", str(nights))
        assert self.nights.play() is None
        self.stopped = self.nights.sync()
        for text in self.stopped.values():
            self.nights._assert_message(text)
            assert all(words in text for words in says)
        assert stops is None or set(self.stopped) == set(stops)
        assert stops is not None or load()[fault_id].unreachable is False
        self.assert_no_member_was_removed()
        assert self.put_back() == set()

    def level_or_said(self) -> None:
        """What is not equal does not pass for it; nobody was added who does not belong there, or twice at a moment."""
        for target, there in self.there().items():
            if target not in self.stopped and target not in self.waiting():
                assert (there == Counter(self.truth(target))) is True
            assert (set(there - self.before[target]) <= self.truth(target)) is True
        assert self.doubled_at_any_moment() == 0

    def next_night(self) -> None:
        """A healthy one: every list is equal to the truth, and nobody is on it twice."""
        self.nights.office.advance()
        self.nights.healthy()
        for target, there in self.there().items():
            assert (there == Counter(self.truth(target))) is True
        assert self.put_back() == set()

    def assert_no_member_was_removed(self) -> None:
        """Nobody of the truth who was there is not there."""
        for target, there in self.there().items():
            assert (set(self.before[target] - there) & self.truth(target)) == set()

    def put_back(self) -> set[str]:
        """Lists with somebody on them who left."""
        left = self.left()
        return {target for target, there in self.there().items() if left & set(there)}

    def waiting(self) -> dict[str, int]:
        """Target -> its newest plan, where that waits for a person."""
        rows = run_sql(
            self.nights._admin,
            "SELECT DISTINCT ON (subject) subject, id, state, waiting, decision FROM operations.plan"
            " ORDER BY subject, id DESC",
        )
        return {
            target: plan_id
            for target, plan_id, state, waiting, decision in rows
            if state == "open" and waiting and decision is None
        }

    # The sandbox's own tables, whatever its Webropol says --------------------------------------------

    def there(self) -> dict[str, Counter[str]]:
        query = "SELECT email FROM webropol_member WHERE list_id = ?"
        return {
            target: Counter(email for (email,) in self.world(query, list_id)) for target, list_id in LIST_IDS.items()
        }

    def truth(self, target: str) -> set[str]:
        return self.nights.office.truth(target)

    def left(self) -> set[str]:
        return {email for (email,) in self.world("SELECT canonical FROM address WHERE left_on IS NOT NULL")}

    def doubled_at_any_moment(self) -> int:
        """How often somebody came to a list on which they were."""
        there: Counter[tuple[str, str]] = Counter()
        doubled = 0
        for list_id, folded, act in self.world("SELECT list_id, folded, act FROM webropol_log ORDER BY seq"):
            there[list_id, folded] += {"added": 1, "removed": -1}.get(act, 0)
            doubled += act == "added" and there[list_id, folded] > 1
        return doubled

    def added(self, folded: str) -> int:
        """How often somebody was added to any list, ever."""
        return len(list(self.world("SELECT 1 FROM webropol_log WHERE folded = ? AND act = 'added'", folded)))

    def world(self, query: str, *parameters: Any) -> Sequence[Any]:
        with closing(sqlite3.connect(self.nights.office.home / "world.sqlite")) as db:
            return db.execute(query, parameters).fetchall()

    def wait_for_answers(self, seconds: float) -> None:
        """The policy's longest request of Webropol's."""
        policy = Path(self.nights.office.environment["REGISTRY_POLICY"])
        content = yaml.safe_load(policy.read_text())
        policy.write_text(yaml.safe_dump({**content, "webropol": {"longest_request_seconds": seconds}}))
