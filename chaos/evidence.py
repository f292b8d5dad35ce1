"""Write down what led to a fault, so that its cause can be found. The people in it are invented by the rig."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chaos.judging import Row
from chaos.people import People
from chaos.world import Place

RUNS = "SELECT id, owner, state, started_at, ended_at, reason FROM operations.run WHERE subject = %s ORDER BY id"
ITEMS = """
SELECT a.email, p.id AS plan, p.run_id, p.made_at, i.action, i.member_id, i.asked_at, i.dropped, i.outcome
FROM operations.plan_item i JOIN operations.plan p ON p.id = i.plan_id
LEFT JOIN registry.address a ON a.id = i.address_id
WHERE p.subject = %s AND (a.email = ANY(%s) OR i.action = 'duplicate') ORDER BY i.id
"""


def write(
    folder: Path, name: str, place: Place, people: People, log: Iterable[Row], kinds: Mapping[str, set[str]]
) -> None:
    """Write one file: the log of the people with a fault, their history, the runs, and what was planned."""
    folder.mkdir(parents=True, exist_ok=True)
    emails = sorted(set[str]().union(*kinds.values()))
    evidence: dict[str, Any] = {
        "faults": {kind: sorted(people_at_fault) for kind, people_at_fault in kinds.items() if people_at_fault},
        "log": [row._asdict() for row in log if row.email in emails],
        "history": {email: people.history(email) for email in emails},
        "runs": place.registry.ask(RUNS, (place.target,)),
        "items": place.registry.ask(ITEMS, (place.target, emails)),
    }
    (folder / f"{name}.json").write_text(json.dumps(evidence, indent=1, default=str), encoding="utf-8")
