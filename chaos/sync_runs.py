"""How a night's sync is run: by the command, or by the tasks of a DAG run; and what comes after it has ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

CLEARED = 0.3  # of the tasks that died: the whole DAG run is cleared, not the one task
_numbers = count(1)


@dataclass
class Course:
    """`results_file`: what the tasks gave so far.

    `plan`: it waits, and is approved next. `old`: the registry has changed since
    the plan was made."""

    tasks: bool
    results_file: Path
    owner: str = ""
    plan: int | None = None
    old: bool = False

    def __post_init__(self) -> None:
        self.renew()

    def order(self) -> dict[str, Any]:
        """What the driver is to do next."""
        if self.plan is not None:
            return {"how": f"approve by {'task' if self.tasks else 'command'}", "plan": self.plan, "owner": self.owner}
        if self.tasks:
            return {"how": "tasks", "results_file": str(self.results_file), "owner": self.owner}
        return {"how": "command"}

    def renew(self) -> None:
        """A new DAG run; a command is always new."""
        self.owner = f"airflow:chaos:{self.results_file.parent.name}:{next(_numbers)}"
        self._forget()

    def died(self, random: Random) -> None:
        """The task is run again where it died, or all of them; the command by somebody who knows, or does not know,
        that an approval died."""
        if random.random() < CLEARED:
            self._forget()

    def failed(self) -> None:
        """It ended by itself and not well: a person starts a new DAG run, or has the task that failed run again."""
        if self.plan is not None or {"plan", "done"} & self._given() != {"plan"}:
            self.renew()

    def changed(self) -> None:
        """The registry has changed: a plan that was made before does not know."""
        self.old = self.plan is not None or (self.tasks and "plan" in self._given())

    def waits(self, plan: int) -> None:
        """All but what waits for a person is done."""
        self.plan = plan

    def _given(self) -> set[str]:
        return set(json.loads(self.results_file.read_text())) if self.results_file.exists() else set()

    def _forget(self) -> None:
        self.results_file.unlink(missing_ok=True)
        self.old, self.plan = False, None
