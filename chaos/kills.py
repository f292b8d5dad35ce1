"""Where the sync is killed: at every named step in turn, and for the rest at random moments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from chaos.steps import HALF_SENT, STEPS

NAMED_SHARE = 0.5
MOST_BATCHES = 4
MOST_MISSES = 12  # syncs that ended before they came to the step


@dataclass(eq=False)
class Kill:
    """One kill of a sync. `step` is None for a random moment."""

    step: str | None
    misses: int = 0

    @property
    def name(self) -> str:
        return self.step or "a random moment"

    @property
    def unclean(self) -> bool:
        """Whether only a sync after an unclean end can be killed there."""
        return self.step is not None and STEPS[self.step].unclean

    @property
    def approving(self) -> bool:
        """Whether only an approval can be killed there."""
        return self.step is not None and STEPS[self.step].approving

    def fits(self, *, died: bool = False, approving: bool = False) -> bool:
        """Whether a sync can be killed there now, after an unclean end (`died`), or in an approval."""
        planning = self.step is not None and STEPS[self.step].planning
        return died >= self.unclean and approving >= self.approving and not (approving and planning)

    def order(self, random: Random, late_seconds: float) -> dict[str, object]:
        """Return the kill as the driver needs it. After a miss, an earlier occurrence of the step is chosen."""
        if self.step is None:
            requests = max(1, MOST_BATCHES - self.misses)
            return {"kill_after": random.uniform(0.05, 1 + requests * late_seconds)}
        step = STEPS[self.step]
        nth = random.randint(1, max(1, MOST_BATCHES - self.misses)) if step.many else 1
        seconds = 0.0 if self.step == HALF_SENT else random.uniform(0.02, 0.95) * late_seconds
        return {"step": self.step, "nth": nth, "seconds": seconds}


def draw(number: int, lists: int, random: Random, *, first: int = 0, without: Collection[str] = ()) -> list[list[Kill]]:
    """Draw so many kills for so many lists, beginning with the list `first`. With 46 kills every step is among them.

    `without`: steps that do not exist in this variant.
    """
    names = [name for name in STEPS if name not in without]
    random.shuffle(names)
    named = round(number * NAMED_SHARE)
    kills = [Kill(names[place % len(names)]) for place in range(named)]
    kills += [Kill(None) for _ in range(number - named)]
    random.shuffle(kills)
    return [kills[(number - first) % lists :: lists] for number in range(lists)]
