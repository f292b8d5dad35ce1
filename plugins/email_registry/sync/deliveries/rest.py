"""The REST delivery: the vendor's documented token and paging, and list paths from the policy.

Webropol publishes no interface for lists. The paths and bodies here are those of the contract that the sandbox
implements (sandbox/webropol_lists.openapi.json); a customer's own come with the vendor's contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from email_registry.boundaries.tokens import Tokens
from email_registry.boundaries.web import Door, HttpFailed
from email_registry.errors import DeliveryFailed
from email_registry.privacy import AddressColumn
from email_registry.settings import Connection, Target, connection, policy
from email_registry.sync.deliveries.interface import Members, OutcomeUnknown

API = "/api/v1"


class RestDelivery:
    """One target's list."""

    def __init__(self, name: str, target: Target) -> None:
        self._name, self._list_id = name, str(target.list_id)
        self._paths = policy().webropol
        access = connection(self._paths.connection)
        self._door = Door(f"Webropol ({name})", access.host, token=_tokens(access))

    def members(self) -> Iterator[Members]:
        seen: set[str] = set()
        number, last, total = 1, False, 0
        while not last:
            page = self._read(self._paths.members, number)
            found, paging = page["Members"], page["Paging"]
            ids = tuple(str(member["MemberId"]) for member in found)
            if len(set(ids)) != len(ids) or seen & set(ids):
                raise self._failed("a member came twice: the pages moved while they were read")
            seen.update(ids)
            last, total, number = bool(paging["IsLastItemFetched"]), int(paging["TotalCount"]), number + 1
            if not found and not last:
                raise self._failed("a page before the last one is empty")
            yield Members(ids, AddressColumn(str(member["Email"]) for member in found))
        if len(seen) != total:
            raise self._failed(f"{len(seen)} members came, {total} were declared")

    def add(self, emails: AddressColumn) -> None:
        self._act(self._paths.add, {"Members": [{"Email": email} for email in emails.reveal()]})

    def remove(self, member_ids: Sequence[str]) -> None:
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
            missing = error.status == 404
            why = "the list is not there: deleted, or its id is wrong in the policy" if missing else error.message
            failure = self._failed(why) if missing else DeliveryFailed(why)
        raise failure

    def _act(self, path: str, body: Any) -> None:
        failure: DeliveryFailed
        try:
            self._door.act("POST", self._url(path), json=body)
            return
        except HttpFailed as error:
            kind = DeliveryFailed if error.certain else OutcomeUnknown
            failure = kind(error.message)
        raise failure

    def _failed(self, why: str) -> DeliveryFailed:
        return DeliveryFailed(f"target {self._name}: {why}")


def _tokens(access: Connection) -> Tokens:
    """POST /Token with the password grant: no refresh token, so log in again before its end and on a 401."""
    door = Door("Webropol", access.host)
    login = {"grant_type": "password", "username": access.login, "password": access.password}
    return Tokens(lambda: door.read_by_post("/Token", data=login))
