"""Start the DAG runner, give it orders, and pass its events on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from local.errors import LocalError
from local.world_paths import ROOT

KEEP_LOGS = 20
OnEvent = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Run:
    """How a DAG run ended. `state`: success, failed, or waiting (for a person's answer)."""

    dag_id: str
    run_id: str | None
    state: str
    seconds: float
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """A guard stopped the run, or it waits: a person decides. `email_registry.errors.Held` has exit code 3."""
        return self.state == "waiting" or any(error["exit_code"] == 3 for error in self.errors)


class Player:
    """One process in which runs are played. A context manager; starts warming up as soon as it is made.

    with Player(environment, logs) as player:
        run = player.play("nightly_registry", {"date": "2026-11-23"}, print)
    """

    def __init__(self, environment: Mapping[str, str], logs: Path, *, how: str = "here") -> None:
        self.how = how
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in sorted(logs.glob("play-*.log"))[:-KEEP_LOGS]:
            old.unlink()
        self.log = logs / f"play-{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns() % 1000:03d}.log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.dag_runner", "--log", str(self.log)],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            umask=0o077,
            start_new_session=True,  # Ctrl-C reaches the parent, which ends this in order
        )
        self._ready = False

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def play(
        self,
        dag_id: str,
        conf: Mapping[str, Any] | None = None,
        on_event: OnEvent = lambda event: None,
        *,
        after_assets: bool = False,
    ) -> Run:
        """Play one run to its end.

        Raises LocalError when there is no such DAG, when it cannot be imported, or after a crash.

        With `after_assets`, a run that a scheduler made because the run before updated an asset is taken instead.
        """
        self.wait_ready()
        how = "assets" if after_assets and self.how == "scheduler" else self.how
        order = {"dag_id": dag_id, "conf": dict(conf or {}), "how": how}
        assert self._process.stdin is not None  # noqa: S101 (PIPE)
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise LocalError(f"Airflow ended before {dag_id}: see {self.log}") from None
        for event in self._events():
            if event["event"] == "refused":
                raise LocalError(event["message"])
            if event["event"] == "run":
                return Run(**{key: value for key, value in event.items() if key != "event"})
            on_event(event)
        raise LocalError(f"Airflow ended in the middle of {dag_id}: see {self.log}")

    def wait_ready(self) -> None:
        """Wait until Airflow's database and API are there."""
        if not self._ready and next(self._events(), None) is None:
            raise LocalError(f"Airflow does not start: see {self.log}")
        self._ready = True

    def close(self) -> None:
        """End the process: in order when it is idle, otherwise by force."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=1 if self._ready else 0.1)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _events(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None  # noqa: S101 (PIPE)
        for line in self._process.stdout:
            yield json.loads(line)
