"""The whole of it: worlds side by side, in each two lists at once, and one variant after the other."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from chaos import guards
from chaos.forkserver import Nursery
from chaos.guards import AS_BUILT, VARIANTS
from chaos.kills import Kill, draw
from chaos.list_nights import Lane, Tally
from chaos.world import TARGETS, Conditions, World, make_template
from local.postgres import Postgres, Server

A_WORLD = len(TARGETS)  # lanes
LEAST = 4  # kills of a variant with a guard off
OFF_SHARE = 0.25


@dataclass
class Rig:
    """`kills` of the sync as it is built, a quarter of them of each other variant; over `lanes` lists at once."""

    kills: int
    seed: int
    lanes: int
    conditions: Conditions
    tell: Callable[[str], None]
    evidence: Path | None = None
    _lanes: dict[str, list[Lane]] = field(default_factory=lambda: {variant: [] for variant in VARIANTS})
    _told: Counter[str] = field(default_factory=Counter)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> dict[str, Tally]:
        """Tallies by variant. RigFailed or NurseryFailed where the rig itself does not run."""
        worlds = max(1, self.lanes // A_WORLD)
        with place() as (server, folder), ExitStack() as ends:
            make_template(server, folder / "template", self.conditions)
            made = [World(server, folder / f"world-{number}", self.conditions) for number in range(worlds)]
            nurseries = [Nursery() for _ in range(worlds * A_WORLD)]
            for end in (*(world.stop for world in made), *(nursery.close for nursery in nurseries)):
                ends.callback(end)
            pool = ends.enter_context(ThreadPoolExecutor(worlds))
            work = self._work(worlds * A_WORLD)
            jobs = []
            for number, world in enumerate(made):
                own = slice(number * A_WORLD, (number + 1) * A_WORLD)
                kills = {variant: lanes[own] for variant, lanes in work.items() if any(lanes[own])}
                jobs.append(pool.submit(self._in_world, world, kills, nurseries[own]))
            self.tell(f"{self.kills} kills of the sync as it is built, over {worlds * A_WORLD} lists at once")
            try:
                for job in as_completed(jobs):
                    job.result()
            except BaseException:
                for nursery in nurseries:  # the other lanes end with theirs
                    nursery.close()
                raise
        return {variant: self._sum(variant) for variant in VARIANTS}

    def _work(self, lanes: int) -> dict[str, list[list[Kill]]]:
        """The kills of each lane, variant by variant. Few kills of several variants fall to different lanes."""
        work, first = {}, 0
        for variant in VARIANTS:
            number = self.kills if variant == AS_BUILT else max(LEAST, round(self.kills * OFF_SHARE))
            random = Random(f"{self.seed} {variant}")
            work[variant] = draw(number, lanes, random, first=first, without=guards.NOT_THERE.get(variant, ()))
            first += number
        return work

    def _in_world(self, world: World, work: dict[str, list[list[Kill]]], nurseries: Sequence[Nursery]) -> None:
        world.start()
        for variant, kills in work.items():
            with world.places() as places, ThreadPoolExecutor(A_WORLD) as pool:
                lanes = [
                    Lane(
                        place,
                        variant,
                        kills[number],
                        nurseries[number],
                        Random(f"{self.seed} {variant} {place.folder.parent.parent.name} {place.target}"),
                        self.conditions,
                        self._heard,
                        self.evidence,
                    )
                    for number, place in enumerate(places)
                ]
                self._lanes[variant] += lanes
                for job in [pool.submit(lane.play) for lane in lanes]:
                    job.result()

    def _heard(self, variant: str) -> None:
        """A night of it is over: a line for each tenth of the kills, and for each fault of the sync as it is built."""
        with self._turn:
            tally = self._sum(variant)
            tenths = tally.kills.total() * 10 // max(self.kills, 10)
            faults = sum(tally.faults.values())
            if (tenths, faults if variant == AS_BUILT else 0) <= (self._told[variant], self._told[f"{variant} faults"]):
                return
            self._told[variant], self._told[f"{variant} faults"] = tenths, faults
            self.tell(f"{variant}: {tally.kills.total()} kills, {tally.nights} nights, {faults} faults")

    def _sum(self, variant: str) -> Tally:
        total = Tally()
        for lane in self._lanes[variant]:
            total.add(lane.tally)
        return total


@contextmanager
def place() -> Iterator[tuple[Server, Path]]:
    """A database server and a folder of the rig's own."""
    # PostgreSQL's own user passes through it.
    with tempfile.TemporaryDirectory(prefix="email-registry-chaos-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        cluster = Postgres(folder / "cluster", fast=True)
        try:
            yield cluster.start(), folder
        finally:
            cluster.kill()
