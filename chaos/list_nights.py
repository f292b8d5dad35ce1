"""Play the nights of one list: the registry changes, syncs die, other syncs follow, and the list is judged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from chaos import evidence
from chaos.forkserver import End, ForkServer
from chaos.guards import AS_BUILT
from chaos.judging import judge
from chaos.kills import MOST_MISSES, Kill
from chaos.people_moves import Moves
from chaos.sync_runs import SyncRuns
from chaos.world import Conditions, Place, RigFailed

DAY = date(2026, 1, 1)
MOST_SYNCS = 20  # in a night; with a fifth of the replies lost, about three are needed
DIES_AGAIN = 0.4  # the probability that the sync after a death dies too
CHANGE_AFTER_DEATH = 0.5  # the probability that something changes between a death and the next sync
BY_TASKS = 0.4  # the probability that the tasks of a DAG run the sync, and not the command
MASS = 0.15  # the probability that so many people come or go that a person is asked
DONE, HELD, UNREACHABLE = 0, 3, 4  # exit codes
LOG_COMPLETE_SECONDS = 0.7  # on top of the server's own delay, before the log is taken to be complete


@dataclass
class Tally:
    """The results of a list's nights."""

    nights: int = 0
    syncs: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    bad_nights: int = 0
    unreached: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name in ("nights", "syncs", "bad_nights"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("kills", "faults", "unreached"):
            getattr(self, name).update(getattr(other, name))
        self.notes += other.notes


@dataclass
class ListNights:
    """The nights of one place under one variant, until its kills are used up. `tell` is called after each night.

    `evidence`: a folder for the history of faults of the sync as it is built.
    """

    place: Place
    variant: str
    kills: list[Kill]
    fork_server: ForkServer
    random: Random
    conditions: Conditions
    tell: Callable[[str], None]
    evidence: Path | None
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.moves = Moves(self.place, self.random, self._object)
        self._on = DAY

    def play(self) -> Tally:
        """Play nights until every kill is used up, and the last night to its end."""
        if self.kills:
            self._begin()
        while self.kills:
            faults, tried = Counter(self.tally.faults), self._tried()
            self._night()
            self.tally.nights += 1
            self.tally.bad_nights += self.tally.faults != faults
            if self.kills and self._tried() == tried:  # none of the kills that are left was possible tonight
                self._missed(self.kills[0])
            self.tell(self.variant)
        return self.tally

    def _begin(self) -> None:
        """Begin with a list that is full and known: an undisturbed sync adopts its members."""
        self.moves.first()
        end = self._send({"how": "command"})
        if end.code != DONE or self.place.list.members().keys() != self.moves.people.wanted():
            raise RigFailed(
                f"{self.variant}: the sync of a list that needs no change ended with {end.code}{self._last_output()}"
            )

    def _night(self) -> None:
        self._on += timedelta(days=1)
        began, before = self.place.list.last(), self.place.list.members()
        mass = self.random.random() < MASS or not any(kill.fits() for kill in self.kills)
        self.moves.tonight(self._on, time.time() - self.conditions.on_its_way, mass=mass)
        sync_runs = SyncRuns(self.random.random() < BY_TASKS, self.place.folder / "results.json")
        deaths, died = self._draw_deaths(), False
        for _ in range(MOST_SYNCS):
            kill = self._choose(died=died, approving=sync_runs.plan is not None) if deaths else None
            end = self._sync(sync_runs, kill)
            if end.killed:
                deaths, died = deaths - 1, True
                sync_runs.died(self.random)
                self._change_sometimes(sync_runs)
            elif self._ended(sync_runs, end):
                break
        else:
            self._fault("not_equal", 1, "never made equal")
        self._judge(began, before)

    def _change_sometimes(self, sync_runs: SyncRuns) -> None:
        """Sometimes change something before the next sync. What is sent from then on must be right."""
        if self.random.random() < CHANGE_AFTER_DEATH:
            self.moves.change_before_next_sync(self._on)
            sync_runs.changed()
            time.sleep(self.conditions.slack_seconds + 0.1)

    def _ended(self, sync_runs: SyncRuns, end: End) -> bool:
        """Return whether the night is over after a sync that ended by itself. If it is not, prepare what comes next."""
        if end.code == DONE and not sync_runs.old:
            return True
        approving = sync_runs.plan is not None
        plan = self.place.registry.waiting(self.place.target) if end.code == HELD and not approving else None
        if plan is not None:
            sync_runs.waits(plan)
            self.moves.by_another_hand()
            self._change_sometimes(sync_runs)
        elif end.code == UNREACHABLE:
            sync_runs.failed()
        else:
            # An approval that died after everything was done is held, because its plan does not wait any more.
            if end.code != DONE and not (end.code == HELD and approving):
                self._broke(end)
            sync_runs.renew()
        return False

    def _draw_deaths(self) -> int:
        deaths = 1 + all(kill.unclean for kill in self.kills)
        while self.random.random() < DIES_AGAIN:
            deaths += 1
        return deaths

    def _choose(self, *, died: bool, approving: bool) -> Kill | None:
        """Return the next kill that is possible now. An approval first uses the kills that only it can reach."""
        fitting = [kill for kill in self.kills if kill.fits(died=died, approving=approving)]
        if not fitting and self.kills and all(kill.unclean for kill in self.kills):
            return Kill(None)  # because the others need an unclean end first
        return next((kill for kill in fitting if kill.approving), fitting[0] if fitting else None)

    def _sync(self, sync_runs: SyncRuns, kill: Kill | None) -> End:
        death = kill.order(self.random, self.conditions.late_seconds) if kill else {}
        end = self._send({**sync_runs.order(), **death})
        self.tally.syncs += 1
        if kill is None:
            return end
        if end.killed:
            self.tally.kills[kill.name] += 1
            self.kills = [other for other in self.kills if other is not kill]
        else:
            self._missed(kill)
        return end

    def _tried(self) -> tuple[int, int]:
        return self.tally.kills.total(), sum(kill.misses for kill in self.kills)

    def _missed(self, kill: Kill) -> None:
        kill.misses += 1
        if kill.misses >= MOST_MISSES:
            self.kills = [other for other in self.kills if other is not kill]
            self.tally.unreached[kill.name] += 1

    def _send(self, order: dict[str, object]) -> End:
        return self.fork_server.send(
            {
                "target": self.place.target,
                "date": self._on.isoformat(),
                "variant": self.variant,
                "environment": dict(self.place.environment),
                "log": str(self.place.folder / "output.log"),
                **order,
            }
        )

    def _object(self, emails: list[str]) -> None:
        end = self._send({"how": "object", "emails": emails})
        if end.code != DONE:
            raise RigFailed(f"an objection could not be recorded{self._last_output()}")

    def _judge(self, began: int, before: Counter[str]) -> None:
        time.sleep(self.conditions.late_seconds + LOG_COMPLETE_SECONDS)
        people, log = self.moves.people, self.place.list.log(began)
        by_hand, on_its_way = self.moves.by_hand, self.conditions.on_its_way
        faults = judge(before, log, people, by_hand=by_hand, on_its_way=on_its_way)
        for kind, number in faults.counts().items():
            self._fault(kind, number, kind)
        if self.evidence and self.variant == AS_BUILT and any(faults.counts().values()):
            name = f"{self.place.folder.parent.name}-{self.place.target}-{self._on}"
            evidence.write(self.evidence, name, self.place, people, log, faults.kinds())
        people.written_off |= faults.not_listed | faults.left_over | faults.put_back
        self._fault("left_in_staging", self.place.registry.staged(self.place.target), "addresses left in staging")

    def _broke(self, end: End) -> None:
        self._fault("broke", 1, "hung" if end.code is None else f"ended with {end.code}{self._last_output()}")

    def _fault(self, kind: str, number: int, problem: str) -> None:
        if not number:
            return
        self.tally.faults[kind] += number
        self.tally.notes.append(f"{self.variant}, {self.place.target} on {self._on}: {number} {problem}")

    def _last_output(self) -> str:
        """Return the last line of the client's output, unless it could hold an address."""
        lines = _lines(self.place.folder / "output.log")
        return f": {lines[-1]}" if lines and "@" not in lines[-1] else ""


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
