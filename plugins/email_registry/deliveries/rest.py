"""The REST delivery: the vendor's documented token and paging, and list paths from the policy.

Webropol publishes no interface for lists. We use the paths and bodies of the contract that the sandbox implements
(sandbox/webropol_lists.openapi.json); a customer's own paths come with the vendor's contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

from email_registry.boundaries.database import Database
from email_registry.boundaries.tokens import Tokens
from email_registry.boundaries.web import Door, HttpFailed
from email_registry.deliveries.interface import Capabilities, Execution, Members, OutcomeUnknown
from email_registry.errors import DeliveryFailed, Held
from email_registry.plans import Outcome
from email_registry.privacy import AddressColumn
from email_registry.settings import Pilot, Target, connection, policy
from email_registry.settings.policy import Http

API = "/api/v1"
OUTCOMES = {"Added": Outcome.DONE, "AlreadyMember": Outcome.DONE, "Invalid": Outcome.REFUSED}


class ListNotFound(DeliveryFailed):
    """Webropol has no such list, or no such member."""


class RestDelivery:
    """The list of one target, or of the pilot."""

    capabilities = Capabilities(acts_at_once=True, needs_person=False, removes_duplicates=True)

    def __init__(self, name: str, target: Target | Pilot) -> None:
        self._name, self._list_id = name, str(target.list_id)
        self._paths = policy().webropol
        self._door = webropol_door(name)

    def members(self) -> Iterator[Members]:
        seen: set[str] = set()
        number, last, total = 1, False, None
        while not last:
            page = self._read(self._paths.members, number)
            rows, paging = page["Members"], page["Paging"]
            ids = tuple(str(row["MemberId"]) for row in rows)
            if len(set(ids)) != len(ids) or seen & set(ids):
                raise self._failed("a member came twice: the pages moved while they were read")
            seen.update(ids)
            if total not in (None, int(paging["TotalCount"])):
                raise self._failed("the number of its members changed while they were read")
            last, total, number = bool(paging["IsLastItemFetched"]), int(paging["TotalCount"]), number + 1
            if not rows and not last:
                raise self._failed("a page before the last one is empty")
            yield Members(ids, AddressColumn(str(row["Email"]) for row in rows))
        if len(seen) != total:
            raise self._failed(f"{len(seen)} members came, {total} were declared")

    def require_one_name(self) -> None:
        """Raise Held where two lists at Webropol have this name: a person could send from the wrong one."""
        failure: DeliveryFailed | None = None
        try:
            names = read_overview(self._door)
        except HttpFailed as error:
            failure = DeliveryFailed(error.message)
        if failure is not None:
            raise failure
        if list(names.values()).count(names.get(self._list_id, "")) > 1:
            raise Held(f"target {self._name}: two lists at Webropol have its name; rename one", runbook="webropol")

    def can_read_list(self) -> bool:
        return True

    def note_read(self, database: Database, run_id: int) -> None:
        return

    @contextmanager
    def executing(self, execution: Execution) -> Iterator[Self]:
        yield self

    def discard_exports(self) -> None:
        return

    def add(self, emails: AddressColumn) -> Sequence[Outcome]:
        answer = self._act(self._paths.add, {"Members": [{"Email": email} for email in emails.reveal()]})
        results = answer.get("Results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(emails):
            return [Outcome.DONE] * len(emails)  # a contract that answers for the batch as a whole
        return [OUTCOMES.get(_result(result), Outcome.FAILED) for result in results]

    def remove(self, member_ids: Sequence[str], emails: AddressColumn) -> None:
        with suppress(ListNotFound):  # the members are off already, or the list is deleted: the read-back tells which
            self._act(self._paths.remove, {"MemberIds": list(member_ids)})

    def _url(self, path: str) -> str:
        return API + path.format(list_id=self._list_id)

    def _read(self, path: str, number: int) -> Any:
        failure: DeliveryFailed
        try:
            page = self._door.get(self._url(path), params={"paging": number})
            if isinstance(page, dict) and {"Members", "Paging"} <= page.keys():
                return page
            failure = self._failed("an answer is not a page of members")
        except HttpFailed as error:
            not_found = "the list is not there: deleted, or its id is wrong in the policy"
            failure = self._failed(not_found) if error.status == 404 else DeliveryFailed(error.message)
        raise failure

    def _act(self, path: str, body: Any) -> Any:
        failure: DeliveryFailed
        try:
            return self._door.act("POST", self._url(path), json=body)
        except HttpFailed as error:
            kind = ListNotFound if error.status == 404 else DeliveryFailed if error.certain else OutcomeUnknown
            failure = kind(error.message)
        raise failure

    def _failed(self, why: str) -> DeliveryFailed:
        return DeliveryFailed(f"target {self._name}: {why}")


def _result(result: Any) -> str:
    return str(result.get("Result")) if isinstance(result, dict) else ""


def read_overview(door: Door) -> dict[str, str]:
    """Read which lists Webropol has. Returns id -> name, without regard to case.

    HttpFailed as the server answers, DeliveryFailed where its answer is not the agreed one.
    """
    lists = door.get(API + policy().webropol.lists)
    with suppress(TypeError, KeyError, AttributeError):
        return {str(row["ListId"]).lower(): str(row["Name"]).strip().casefold() for row in lists}
    raise DeliveryFailed(f"{door.system}: the answer is not the overview of the lists")


def webropol_door(purpose: str, limits: Http | None = None) -> Door:
    """Open the way to Webropol, named by its purpose in errors.

    The login is POST /Token with the password grant. It gives no refresh token, so we log in again before it ends.
    """
    access = connection(policy().webropol.connection)
    login = {"grant_type": "password", "username": access.login, "password": access.password}
    ca_file = access.extra.get("ca_file")
    before = Door("Webropol", access.host, ca_file=ca_file, limits=limits)
    tokens = Tokens(lambda: before.read_by_post("/Token", data=login))
    return Door(f"Webropol ({purpose})", access.host, token=tokens, ca_file=ca_file, limits=limits)
