"""The output of `make demo`, `up` and `down`: a line for each step with its seconds, and a spinner on a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from local.errors import LocalError

SHOWN_STATES = {
    "success": "[green]ok[/]",
    "failed": "[red]failed[/]",
    "awaiting_input": "[yellow]waits for a person[/]",
}


class Show:
    """The terminal. Steps print when they end; while they run, a terminal shows a spinner and other outputs nothing."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        self.console.print(text)

    @contextlib.contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show a step. Its line is printed when the step has succeeded."""
        began = time.monotonic()
        with self.console.status(text):
            yield
        self._line(text, time.monotonic() - began)

    @contextlib.contextmanager
    def dag(self, dag_id: str) -> Iterator[Tasks]:
        """Show a DAG run, with a line for each task."""
        with self.console.status(dag_id) as status:
            yield Tasks(self, dag_id, status.update)

    def _line(self, text: str, seconds: float | None, mark: str = "[green]ok[/]") -> None:
        took = f"{seconds:6.1f} s" if seconds is not None else " " * 8
        self.console.print(f"  {text:<58} {mark:<4} {took}")


class Tasks:
    """Events of one DAG run as lines."""

    def __init__(self, show: Show, dag_id: str, update: Any) -> None:
        self._show = show
        self._dag_id = dag_id
        self._update = update

    def __call__(self, event: dict[str, Any]) -> None:
        name = f"{self._dag_id} · {event['task_id']}"
        if event["state"] in SHOWN_STATES:
            self._show._line(name, event["seconds"], SHOWN_STATES[event["state"]])
        elif event["state"] not in ("skipped", "removed", "upstream_failed"):
            self._update(f"{name} … {event['state'].replace('_', ' ')}")


def trouble(error: LocalError | str) -> None:
    """Print one line to stderr that says what is wrong and what to do."""
    print(f"make: {error}", file=sys.stderr)
