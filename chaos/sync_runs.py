"""How a night's syncs are run: by the command or by the tasks of a DAG run, and what follows after each has ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

CLEARED = 0.3  # the probability that the whole DAG run is cleared after a task died, and not that task alone
_numbers = count(1)


@dataclass
class SyncRuns:
    """The runs of one night. `results_file`: the results of the tasks so far.

    `plan`: the plan that waits and is approved next. `old`: the registry has changed since the plan was made.
    """

    tasks: bool
    results_file: Path
    owner: str = ""
    plan: int | None = None
    old: bool = False

    def __post_init__(self) -> None:
        self.renew()

    def order(self) -> dict[str, Any]:
        """Return what the driver must do next."""
        if self.plan is not None:
            return {"how": f"approve by {'task' if self.tasks else 'command'}", "plan": self.plan, "owner": self.owner}
        if self.tasks:
            return {"how": "tasks", "results_file": str(self.results_file), "owner": self.owner}
        return {"how": "command"}

    def renew(self) -> None:
        """Begin a new DAG run. A command is always new."""
        self.owner = f"airflow:chaos:{self.results_file.parent.name}:{next(_numbers)}"
        self._forget()

    def died(self, random: Random) -> None:
        """Prepare the run after a death: the task that died is run again, or all tasks are.

        A person who runs the command again may know that an approval died, or not.
        """
        if random.random() < CLEARED:
            self._forget()

    def failed(self) -> None:
        """Prepare the run after a failure: a person starts a new DAG run, or runs the failed task again."""
        if self.plan is not None or {"plan", "done"} & self._results() != {"plan"}:
            self.renew()

    def changed(self) -> None:
        """Note that the registry has changed, which a plan that was made before does not contain."""
        self.old = self.plan is not None or (self.tasks and "plan" in self._results())

    def waits(self, plan: int) -> None:
        """Note the plan that waits for a person. Everything else is done."""
        self.plan = plan

    def _results(self) -> set[str]:
        return set(json.loads(self.results_file.read_text())) if self.results_file.exists() else set()

    def _forget(self) -> None:
        self.results_file.unlink(missing_ok=True)
        self.old, self.plan = False, None
