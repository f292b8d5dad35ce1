"""The survey behind the link in a bulletin: who answered it asked to get no more. The vendor's documented interface."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from email_registry.boundaries.web import HttpFailed
from email_registry.deliveries import API, webropol_door
from email_registry.errors import DeliveryFailed
from email_registry.privacy import AddressColumn
from email_registry.settings.policy import Http

MOST_PAGES = 100_000


class Answers(NamedTuple):
    """A page of answers: whose, and the latest moment at which each may have been given; None where it has no time."""

    emails: AddressColumn
    given_at: tuple[datetime | None, ...]


def answers(survey: str, since: date | None, limits: Http | None = None) -> Iterator[Answers]:
    """The answers since that day, page by page; DeliveryFailed where the pages do not add up.

    Times there have no zone: a day is asked for, and those at its edge come twice rather than not at all.
    """
    door = webropol_door("survey", limits)
    wanted = {} if since is None else {"StartDate": f"{since.isoformat()}T00:00:00"}
    came, number, last, total = 0, 1, False, 0
    while not last:
        page = _page(door, f"{API}/surveys/{survey}/responses", number, wanted)
        found, paging = page["SurveyAnswers"], page["Paging"]
        last, total = bool(paging["IsLastItemFetched"]), int(paging["TotalCount"])
        if (not found and not last) or number > MOST_PAGES:
            raise DeliveryFailed("the survey's pages do not end as they should")
        came, number = came + len(found), number + 1
        yield Answers(
            AddressColumn(str(answer.get("RespondentEmail") or "") for answer in found),
            tuple(_moment(answer.get("ResponseDate")) for answer in found),
        )
    if came != total:
        raise DeliveryFailed(f"{came} answers to the survey came, {total} were declared")


def _moment(text: Any) -> datetime | None:
    """Without a zone it is taken for UTC, the latest it can mean here: a no is rather new than old."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page(door: Any, url: str, number: int, wanted: dict[str, str]) -> Any:
    failure: DeliveryFailed
    try:
        page = door.read_by_post(url, params={"paging": number}, json=wanted)
        if isinstance(page, dict) and {"SurveyAnswers", "Paging"} <= page.keys():
            return page
        failure = DeliveryFailed("an answer is not a page of a survey's responses")
    except HttpFailed as error:
        gone = "the survey is not there: see leavers.survey in the policy"
        failure = DeliveryFailed(gone if error.status == 404 else error.message)
    raise failure
