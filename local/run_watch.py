"""Follows one DAG run in Airflow's database, whoever runs it, and tells each change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import func, select

EVERY_SECONDS = 0.2
ENDED = ("success", "failed")
STILL = ("running", "queued", "scheduled", "restarting", "up_for_retry", "up_for_reschedule", "deferred")
PARKED = "awaiting_input"


def newest_run() -> int:
    """The number of the newest DAG run of all; those made later have higher ones."""
    with create_session() as session:
        return session.scalar(select(func.max(DagRun.id))) or 0


class Watch:
    """The first run of a DAG after the run numbered `since`. A context manager.

    `emit("task", dag_id=, task_id=, state=, seconds=)` is called at each change, from a thread of its
    own; `waiting()` once, when only tasks that wait for a person are left.
    """

    def __init__(
        self, dag_id: str, emit: Callable[..., None], *, since: int, waiting: Callable[[], None] | None = None
    ) -> None:
        self.dag_id = dag_id
        self.run_id: str | None = None
        self.state: str | None = None
        self._emit = emit
        self._waiting = waiting
        self._since = since
        self._seen: dict[str, dict[str, Any]] = {}
        self._parked = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name=f"watch {dag_id}", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._look()  # what happened since the last look

    def tasks(self) -> dict[str, dict[str, Any]]:
        """Each task's last state and its seconds, in the order in which they began."""
        return {key: {"state": seen["state"], "seconds": seen["seconds"]} for key, seen in self._seen.items()}

    def appears(self, seconds: float) -> bool:
        """Whether there is such a run, or will be within so many seconds."""
        deadline = time.monotonic() + seconds
        while self.run_id is None and time.monotonic() < deadline:
            time.sleep(EVERY_SECONDS)
        return self.run_id is not None

    def until_ended(self) -> bool:
        """Wait for the run to end, or for a person: then True. For runs that another process works on."""
        while self.state not in ENDED and self._parked < 3:
            time.sleep(EVERY_SECONDS)
        return self.state not in ENDED

    def _follow(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self._look()
            if self._parked == 3 and self._waiting:  # three looks: an answer may just be on its way
                self._waiting()
                return

    def _look(self) -> None:
        with create_session() as session:
            run = session.execute(
                select(DagRun.run_id, DagRun.state)
                .where(DagRun.dag_id == self.dag_id, DagRun.id > self._since)
                .order_by(DagRun.id)
                .limit(1)
            ).first()
            if run is None:
                return
            self.run_id = run.run_id
            rows = session.execute(
                select(
                    TaskInstance.task_id,
                    TaskInstance.map_index,
                    TaskInstance.state,
                    TaskInstance.start_date,
                    TaskInstance.end_date,
                )
                .where(TaskInstance.dag_id == self.dag_id, TaskInstance.run_id == run.run_id)
                .order_by(TaskInstance.start_date.nulls_last(), TaskInstance.task_id)
            ).all()
        for row in rows:
            self._tell(row)
        states = {row.state for row in rows}
        parked = PARKED in states and not states.intersection(STILL)
        self._parked = self._parked + 1 if parked else 0
        self.state = str(getattr(run.state, "value", run.state))

    def _tell(self, row: Any) -> None:
        key = row.task_id if row.map_index < 0 else f"{row.task_id}[{row.map_index}]"
        state = str(getattr(row.state, "value", row.state)) if row.state else None
        if state is None or self._seen.get(key, {}).get("state") == state:
            return
        seconds = _seconds(row.start_date, row.end_date)
        self._seen[key] = {"state": state, "seconds": seconds}
        self._emit("task", dag_id=self.dag_id, task_id=key, state=state, seconds=seconds)


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return round((end - start).total_seconds(), 2) if start and end else None
