"""A right, done as the form asked: the same functions as `./registry rights`, in the same order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from email_registry import rights
from email_registry.rights import Case, Holding
from email_registry.settings import business_date
from registry_airflow.rights_form import WRONG, Asked, RefusedForm


@dataclass(frozen=True)
class Told:
    """The case as it stands. `before`: what was held, None where it was only noted. `waiting`: list -> why."""

    case: Case
    before: Holding | None
    waiting: Mapping[str, str]

    @property
    def answered(self) -> bool:
        """Whether the letter can be given."""
        return self.before is not None and self.case.state == rights.CaseState.DONE


def act(asked: Asked, on: date) -> Told:
    """Do it; then see the person off every list, where they have to go. Its errors are the domain's."""
    if asked.later:
        relist = asked.relist or asked.remove
        return Told(rights.note_request(asked.request, asked.right, on, scope=asked.scope, relist=relist), None, {})
    before = _before(asked, on)
    case = rights.case_of(asked.request, asked.right)
    if case.state != rights.CaseState.ACTED:
        return Told(case, before, {})
    waiting = rights.confirm(case.id, on, owner=_owner(), by=asked.request.by).why
    return Told(rights.case_of(asked.request, asked.right), before, waiting)


def _before(asked: Asked, on: date) -> Holding:
    """Do it in the registry. Returns what was held until then."""
    match asked.right:
        case "access":
            return rights.read_access(asked.request, on)[1]
        case "rectify":
            return rights.rectify(asked.request, on, remove=asked.remove).before
        case "erase":
            return rights.erase(asked.request, on, relist=asked.relist).before
        case "object":
            return rights.object_(asked.request, on, scope=asked.scope).before
        case "withdraw":
            return rights.withdraw(asked.request, on, scope=asked.scope).before


def confirm(case_id: int, on: date, *, by: str, said_off: Sequence[str]) -> Mapping[str, str]:
    """Look at the lists of a case that waits for them. List -> why it still waits."""
    if not any(row["id"] == case_id and row["state"] == rights.CaseState.ACTED for row in rights.due(on)):
        raise RefusedForm(WRONG["case"])
    return rights.confirm(case_id, on, owner=_owner(), by=by, said_off=said_off).why


def dismiss(case_id: int, *, by: str, why: str) -> None:
    """End a case that was only noted."""
    if not any(
        row["id"] == case_id and row["state"] == rights.CaseState.NOTED for row in rights.due(business_date(None))
    ):
        raise RefusedForm(WRONG["noted"])
    rights.dismiss(by=by, why=why, case_id=case_id)


def _owner() -> str:
    """Of one request alone: two that this process answers at once are not each other's lease."""
    return f"page:{secrets.token_hex(8)}"
