"""The rig: worlds side by side, two lists at once in each world, and one variant after the other."""

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
from chaos.forkserver import ForkServer
from chaos.guards import AS_BUILT, VARIANTS
from chaos.kills import Kill, draw
from chaos.list_nights import ListNights, Tally
from chaos.world import TARGETS, Conditions, World, make_template
from local.postgres import Postgres, Server

LISTS_A_WORLD = len(TARGETS)
LEAST_KILLS = 4  # of a variant with a guard off
OFF_SHARE = 0.25


@dataclass
class Rig:
    """Kills the sync as it is built `kills` times and each other variant a quarter of that, over `lists` lists."""

    kills: int
    seed: int
    lists: int
    conditions: Conditions
    tell: Callable[[str], None]
    evidence: Path | None = None
    _lists: dict[str, list[ListNights]] = field(default_factory=lambda: {variant: [] for variant in VARIANTS})
    _reported: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> dict[str, Tally]:
        """Return the tallies by variant. RigFailed or ForkServerFailed when the rig itself fails."""
        worlds = max(1, self.lists // LISTS_A_WORLD)
        with place() as (server, folder), ExitStack() as ends:
            make_template(server, folder / "template", self.conditions)
            all_worlds = [World(server, folder / f"world-{number}", self.conditions) for number in range(worlds)]
            fork_servers = [ForkServer() for _ in range(worlds * LISTS_A_WORLD)]
            for end in (*(world.stop for world in all_worlds), *(fork_server.close for fork_server in fork_servers)):
                ends.callback(end)
            pool = ends.enter_context(ThreadPoolExecutor(worlds))
            work = self._work(worlds * LISTS_A_WORLD)
            jobs = []
            for number, world in enumerate(all_worlds):
                own = slice(number * LISTS_A_WORLD, (number + 1) * LISTS_A_WORLD)
                kills = {variant: lists[own] for variant, lists in work.items() if any(lists[own])}
                jobs.append(pool.submit(self._in_world, world, kills, fork_servers[own]))
            self.tell(f"{self.kills} kills of the sync as it is built, over {worlds * LISTS_A_WORLD} lists at once")
            try:
                for job in as_completed(jobs):
                    job.result()
            except BaseException:
                for fork_server in fork_servers:  # so that the other lists end too
                    fork_server.close()
                raise
        return {variant: self._sum(variant) for variant in VARIANTS}

    def _work(self, lists: int) -> dict[str, list[list[Kill]]]:
        """Return the kills of each list, variant by variant. A few kills of several variants go to different lists."""
        work, first = {}, 0
        for variant in VARIANTS:
            number = self.kills if variant == AS_BUILT else max(LEAST_KILLS, round(self.kills * OFF_SHARE))
            random = Random(f"{self.seed} {variant}")
            work[variant] = draw(number, lists, random, first=first, without=guards.MISSING_STEPS.get(variant, ()))
            first += number
        return work

    def _in_world(self, world: World, work: dict[str, list[list[Kill]]], fork_servers: Sequence[ForkServer]) -> None:
        world.start()
        for variant, kills in work.items():
            with world.places() as places, ThreadPoolExecutor(LISTS_A_WORLD) as pool:
                lists = [
                    ListNights(
                        place,
                        variant,
                        kills[number],
                        fork_servers[number],
                        Random(f"{self.seed} {variant} {place.folder.parent.parent.name} {place.target}"),
                        self.conditions,
                        self._report,
                        self.evidence,
                    )
                    for number, place in enumerate(places)
                ]
                self._lists[variant] += lists
                for job in [pool.submit(list_nights.play) for list_nights in lists]:
                    job.result()

    def _report(self, variant: str) -> None:
        """Report after a night: a line for each tenth of the kills, and for each fault of the sync as it is built."""
        with self._lock:
            tally = self._sum(variant)
            tenths = tally.kills.total() * 10 // max(self.kills, 10)
            faults = sum(tally.faults.values())
            if (tenths, faults if variant == AS_BUILT else 0) <= (
                self._reported[variant],
                self._reported[f"{variant} faults"],
            ):
                return
            self._reported[variant], self._reported[f"{variant} faults"] = tenths, faults
            self.tell(f"{variant}: {tally.kills.total()} kills, {tally.nights} nights, {faults} faults")

    def _sum(self, variant: str) -> Tally:
        total = Tally()
        for list_nights in self._lists[variant]:
            total.add(list_nights.tally)
        return total


@contextmanager
def place() -> Iterator[tuple[Server, Path]]:
    """Yield a database server and a folder of the rig's own."""
    with tempfile.TemporaryDirectory(prefix="email-registry-chaos-") as path:
        folder = Path(path)
        folder.chmod(0o711)  # PostgreSQL's own user must pass through it
        cluster = Postgres(folder / "cluster", fast=True)
        try:
            yield cluster.start(), folder
        finally:
            cluster.kill()
