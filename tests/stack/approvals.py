"""A run of `sync_bulletin_lists` under the scheduler, and answers to what waits in it, through Airflow's API."""

from __future__ import annotations

import time
from typing import Any

import requests

SECONDS = 120
SETTLED = 3.0  # answered within about a second of the wait, Airflow 3.3.2 fails the task


class Waiting:
    """One run of the sync."""

    def __init__(self, session: requests.Session, address: str, run: str) -> None:
        self._session, self._path = session, f"{address}/api/v2/dags/sync_bulletin_lists/dagRuns/{run}"

    def states(self) -> dict[str, str]:
        """Each task's state."""
        tasks = self._session.get(f"{self._path}/taskInstances", params={"limit": 100}, timeout=30).json()
        return {task["task_id"]: task["state"] for task in tasks["task_instances"]}

    def until(self, *waiting: str) -> dict[str, str]:
        """Until these tasks wait for a person and nothing else is under way."""
        deadline = time.monotonic() + SECONDS
        while True:
            states = self.states()
            busy = {task for task, state in states.items() if state in ("queued", "running", "scheduled")}
            if not busy and all(states[task] in ("awaiting_input", "deferred") for task in waiting):
                time.sleep(SETTLED)
                return states
            assert time.monotonic() < deadline, states
            time.sleep(0.5)

    def answer(self, task: str, option: str, why: str) -> None:
        """As a person does in the form."""
        answered = self._session.patch(
            f"{self._path}/taskInstances/{task}/-1/hitlDetails",
            json={"chosen_options": [option], "params_input": {"why": why, "reset": "it lost no members"}},
            timeout=30,
        )
        assert answered.status_code == 200, answered.text

    def end(self) -> str:
        """The run's state when it is over."""
        deadline = time.monotonic() + SECONDS
        while (state := self._session.get(self._path, timeout=30).json()["state"]) not in ("success", "failed"):
            assert time.monotonic() < deadline, self.states()
            time.sleep(0.5)
        return str(state)


def begun(session: requests.Session, address: str, conf: dict[str, Any]) -> Waiting:
    """Start a sync from the form."""
    url = f"{address}/api/v2/dags/sync_bulletin_lists/dagRuns"
    run = session.post(url, json={"logical_date": None, "conf": conf}, timeout=30).json()["dag_run_id"]
    return Waiting(session, address, run)
