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

Order = Mapping[str, Any]
HELD = Held.exit_code


def run(order: Order) -> NoReturn:
    """Carry out an order in this process, and end it: with the command's exit code, if it is let live."""
    code = 1
    try:
        _say_into(Path(order["log"]))
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
    """`./registry sync`."""
    cli.main(["sync", "--target", order["target"], "--date", order["date"]], prog_name="registry")
    return 0


def by_tasks(order: Order) -> int:
    """The tasks of the DAG from where they stand: the result of each is kept, and one that died is run again."""
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
    """`./registry plan approve`."""
    cli.main(["plan", "approve", str(order["plan"]), "--why", "chaos"], prog_name="registry")
    return 0


def approve_by_task(order: Order) -> int:
    """The DAG's task, which is run again where it died: the same decision, the same owner."""
    try:
        plans.decide(order["plan"], plans.Decision.APPROVED, by="chaos", why="chaos")
        sync.apply_approved(order["plan"], owner=order["owner"])
    except RegistryError as error:
        print(f"registry: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def object_(order: Order) -> int:
    """They object: nobody of them is to be listed from now on."""
    with transaction("rights") as database:
        suppression.record(database, order["emails"], "all", "objection", date.fromisoformat(order["date"]))
    return 0


HOW: Mapping[str, Callable[[Order], int]] = {
    "command": by_command,
    "tasks": by_tasks,
    "approve by command": approve_by_command,
    "approve by task": approve_by_task,
    "object": object_,
}


def _keep(results_file: Path, results: dict[str, Any], **more: Any) -> None:
    """As XCom does: what a task gave is there whole, or not at all."""
    results.update(more)
    draft = results_file.with_suffix(".new")
    draft.write_text(json.dumps(results))
    draft.rename(results_file)


def _say_into(log: Path) -> None:
    """What it says goes to a file, the last run's alone."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for stream, descriptor in ((0, nothing), (1, out), (2, out)):
        os.dup2(descriptor, stream)
