"""One sync in a process of its own, which may die anywhere: by the command, or task by task as Airflow runs it."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from chaos import guards, steps
from email_registry import plans, suppression, sync
from email_registry.boundaries.database import transaction
from email_registry.cli.main import cli
from email_registry.errors import Held, RegistryError
from email_registry.suppression import Reason

Order = Mapping[str, Any]
HELD = Held.exit_code


def run(order: Order) -> NoReturn:
    """Do what the order says in this process, and end the process with the command's exit code unless it is killed."""
    code = 1
    try:
        _redirect_output(Path(order["log"]))
        os.environ.update(order["environment"])
        guards.switch_off(order["variant"])
        if order.get("step"):
            steps.install(order["step"], order["nth"], order["seconds"])
        code = HOW[order["how"]](order)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def by_command(order: Order) -> int:
    """Run `./registry sync`."""
    cli.main(["sync", "--target", order["target"], "--date", order["date"]], prog_name="registry")
    return 0


def by_tasks(order: Order) -> int:
    """Run the tasks of the DAG from where they stand. Each result is kept, and a task that died is run again."""
    results_file, on, owner = Path(order["results_file"]), date.fromisoformat(order["date"]), order["owner"]
    results: dict[str, Any] = json.loads(results_file.read_text()) if results_file.exists() else {}
    try:
        if "plan" not in results:
            plan = sync.make_plan(order["target"], on, owner=owner)
            _keep(results_file, results, plan=plan.id, waiting=list(plan.waiting))
        if "done" not in results:
            _keep(results_file, results, done=dict(sync.apply(results["plan"])))
        sync.read_back(results["plan"], results["done"], owner=owner)
    except RegistryError as error:
        print(f"registry: {error}", file=sys.stderr)
        return error.exit_code
    return HELD if results["waiting"] else 0


def approve_by_command(order: Order) -> int:
    """Run `./registry plan approve`."""
    cli.main(["plan", "approve", str(order["plan"]), "--why", "chaos"], prog_name="registry")
    return 0


def approve_by_task(order: Order) -> int:
    """Run the DAG's task. When it died it is run again, with the same decision and the same owner."""
    try:
        plans.decide(order["plan"], plans.Decision.APPROVED, by="chaos", why="chaos")
        sync.apply_approved(order["plan"], owner=order["owner"])
    except RegistryError as error:
        print(f"registry: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def record_objections(order: Order) -> int:
    """Record the objections of these people. From now on none of them may be listed."""
    with transaction("rights") as database:
        suppression.record(database, order["emails"], "all", Reason.OBJECTION, date.fromisoformat(order["date"]))
    return 0


HOW: Mapping[str, Callable[[Order], int]] = {
    "command": by_command,
    "tasks": by_tasks,
    "approve by command": approve_by_command,
    "approve by task": approve_by_task,
    "object": record_objections,
}


def _keep(results_file: Path, results: dict[str, Any], **more: Any) -> None:
    """Store a task's result whole or not at all, as XCom does."""
    results.update(more)
    draft = results_file.with_suffix(".new")
    draft.write_text(json.dumps(results))
    draft.rename(results_file)


def _redirect_output(log: Path) -> None:
    """Write the output to a file, which holds the output of the last run only."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for stream, descriptor in ((0, nothing), (1, out), (2, out)):
        os.dup2(descriptor, stream)
