"""Does what a form asks: the same functions as `./registry rights`, in the same order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from email_registry import rights
from email_registry.rights import Case, CaseState, StoredData
from email_registry.settings import business_date
from registry_airflow.rights_form import MISTAKES, FormRequest, RefusedForm


@dataclass(frozen=True)
class Answer:
    """The case after the act. `before`: what was stored, None when it was only noted. `waiting`: list -> why."""

    case: Case
    before: StoredData | None
    waiting: Mapping[str, str]

    @property
    def has_letter(self) -> bool:
        """Whether the letter can be given."""
        return self.before is not None and self.case.state == CaseState.DONE


def act(form: FormRequest, on: date) -> Answer:
    """Do what the form asks, then take the person off every list that the right reaches. Errors are the domain's."""
    if form.later:
        relist = form.relist or form.remove
        return Answer(rights.note_request(form.request, form.right, on, scope=form.scope, relist=relist), None, {})
    before = _act_in_registry(form, on)
    case = rights.find_case(form.request, form.right)
    if case.state != CaseState.ACTED:
        return Answer(case, before, {})
    waiting = rights.confirm(case.id, on, owner=_owner(), by=form.request.by).why
    return Answer(rights.find_case(form.request, form.right), before, waiting)


def _act_in_registry(form: FormRequest, on: date) -> StoredData:
    """Change the registry. Returns what was stored before."""
    match form.right:
        case "access":
            return rights.read_access(form.request, on)[1]
        case "rectify":
            return rights.rectify(form.request, on, remove=form.remove).before
        case "erase":
            return rights.erase(form.request, on, relist=form.relist).before
        case "object":
            return rights.object_(form.request, on, scope=form.scope).before
        case "withdraw":
            return rights.withdraw(form.request, on, scope=form.scope).before


def confirm(case_id: int, on: date, *, by: str, said_off: Sequence[str]) -> Mapping[str, str]:
    """Take the person of a case off its lists. Returns list -> why it still waits."""
    if not _is_open(case_id, CaseState.ACTED, on):
        raise RefusedForm(MISTAKES["case"])
    return rights.confirm(case_id, on, owner=_owner(), by=by, said_off=said_off).why


def dismiss(case_id: int, *, by: str, why: str) -> None:
    """Dismiss a case that was only noted."""
    if not _is_open(case_id, CaseState.NOTED, business_date(None)):
        raise RefusedForm(MISTAKES["noted"])
    rights.dismiss(by=by, why=why, case_id=case_id)


def _is_open(case_id: int, state: CaseState, on: date) -> bool:
    return any(row["id"] == case_id and row["state"] == state for row in rights.open_cases(on))


def _owner() -> str:
    """Return a lease owner for one request. Two requests to this process at the same time do not share a lease."""
    return f"page:{secrets.token_hex(8)}"
