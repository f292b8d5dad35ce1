"""Play DAG runs one after the other in one process.

It reads orders from stdin and writes events to stdout, as JSON lines.

Started by player.py with the world's environment. An order is {"dag_id", "conf", "how"}: `here` runs
the tasks in this process by `dag.test()`; `scheduler` hands the run to a running scheduler; `assets` is
the same, unless the order before this one updates an asset for which the scheduler makes the run itself.
Events:

    {"event": "ready", "seconds"}                              imports, database and API are warm
    {"event": "task", "dag_id", "task_id", "state", "seconds"} at each change of a task's state
    {"event": "run", "dag_id", "run_id", "state", "seconds", "tasks": {id: {"state", "seconds"}},
     "errors": [{"task_id", "kind", "exit_code", "message"}]}  the end; state `waiting`: for a person
    {"event": "refused", "message"}                            no such DAG, a DAG that does not import

Everything Airflow prints goes to the log file. `dag.test()` was read in Airflow 3.3.2: it writes the
DAGs to the database itself, and loops forever while a task waits for input, so we leave it then.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

KNOWN_SECONDS = 120  # until the dag-processor has read a new DAG
ASSET_SECONDS = 10  # until the scheduler has made the run of an updated asset


class Waiting(Exception):
    """Raised in the main thread when only tasks that wait for a person are left."""


class Events:
    """The real stdout, kept aside for JSON lines while everything else prints to the log."""

    def __init__(self, log: Path) -> None:
        self._out: TextIO = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
        target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(target, 1)
        os.dup2(target, 2)
        self._guard = threading.Lock()

    def emit(self, event: str, **values: Any) -> None:
        with self._guard:
            self._out.write(json.dumps({"event": event, **values}) + "\n")


def warm_up() -> None:
    """The database's tables, and what the first task would otherwise wait for: 3 s of the API's first answer."""
    import httpx
    from airflow.sdk.execution_time.supervisor import in_process_api_server
    from airflow.utils import db

    db.upgradedb()  # an empty database is made at once from the models, another is migrated where needed
    with httpx.Client(transport=in_process_api_server().transport, base_url="http://in-process") as client:
        client.get("/health/ping")


class Stage:
    """The DAGs of this repository, and the one run that is on."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self.errors: list[dict[str, Any]] = []
        self._before = 0  # the newest run there was when the last order came
        self._listen()

    def _listen(self) -> None:
        from airflow.listeners import hookimpl
        from airflow.sdk.listener import get_listener_manager

        stage = self

        class Listener:
            @hookimpl  # type: ignore[untyped-decorator]
            def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
                stage.errors.append(describe(task_instance.task_id, error))

        get_listener_manager().add_listener(Listener())

    def play(self, dag_id: str, conf: dict[str, Any], how: str) -> None:
        from local.run_watch import Watch, newest_run

        dag = self._find(dag_id)
        if dag is None:
            return
        self.errors = []
        began = time.monotonic()
        since = self._before if how == "assets" else newest_run()
        self._before = newest_run()
        waits = False
        watch = Watch(dag_id, self.events.emit, since=since, waiting=_tell_main_thread if how == "here" else None)
        try:
            with watch:
                if how == "here":
                    dag.test(run_conf=conf)
                else:
                    if how == "scheduler" or not watch.appears(ASSET_SECONDS):
                        hand_over(dag_id, conf)
                    waits = watch.until_ended()
            state = "waiting" if waits else watch.state
        except Waiting:
            state = "waiting"
        self.events.emit(
            "run",
            dag_id=dag_id,
            run_id=watch.run_id,
            state=state,
            seconds=round(time.monotonic() - began, 2),
            tasks=watch.tasks(),
            errors=self.errors,
        )

    def _find(self, dag_id: str) -> Any:
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
        for file, trace in bag.import_errors.items():
            last = trace.strip().splitlines()[-1]
            self.events.emit("refused", message=f"dags/{Path(file).name} cannot be imported: {last}")
            return None
        if dag_id not in bag.dags:
            self.events.emit("refused", message=f"there is no DAG {dag_id}")
        return bag.dags.get(dag_id)


def describe(task_id: str, error: Any) -> dict[str, Any]:
    """An error as a person may see it. Only our own errors' text is shown: another's may hold a value."""
    while error is not None and not hasattr(error, "exit_code") and getattr(error, "__cause__", None):
        error = error.__cause__
    ours = type(error).__module__.startswith("email_registry")
    return {
        "task_id": task_id,
        "kind": type(error).__name__,
        "exit_code": getattr(error, "exit_code", 1) if ours else 1,
        "message": str(error) if ours else None,
    }


def hand_over(dag_id: str, conf: dict[str, Any]) -> None:
    """Make a run for the scheduler to find. The DAG has to be known to it already: waits for that."""
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.exceptions import DagNotFound
    from airflow.utils.types import DagRunTriggeredByType

    deadline = time.monotonic() + KNOWN_SECONDS
    while True:
        try:
            trigger_dag(dag_id, triggered_by=DagRunTriggeredByType.CLI, conf=conf)
        except DagNotFound:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def _tell_main_thread() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)


def _leave(signum: int, frame: object) -> None:
    raise Waiting


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    events = Events(parser.parse_args().log)
    signal.signal(signal.SIGUSR1, _leave)
    began = time.monotonic()
    warm_up()
    stage = Stage(events)
    events.emit("ready", seconds=round(time.monotonic() - began, 2))
    for line in sys.stdin:
        order = json.loads(line)
        stage.play(order["dag_id"], order.get("conf") or {}, order.get("how", "here"))
    return 0


if __name__ == "__main__":
    # os._exit: Airflow's in-process API leaves a thread whose loop would be torn down noisily.
    code = main()
    sys.stdout.flush()
    os._exit(code)
