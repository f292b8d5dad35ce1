"""Reads the survey behind the link in a bulletin, by the vendor's documented interface. An answer is an unsubscribe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from email_registry.boundaries.web import HttpFailed
from email_registry.deliveries import API, webropol_door
from email_registry.errors import DeliveryFailed
from email_registry.privacy import AddressColumn
from email_registry.settings.policy import Http

MOST_PAGES = 100_000  # a server that never ends its pages is not read for ever


class Answers(NamedTuple):
    """A page of answers: whose they are, and when each was given at the latest; None where an answer has no time."""

    emails: AddressColumn
    given_at: tuple[datetime | None, ...]


def read_answers(survey: str, since: date | None, limits: Http | None = None) -> Iterator[Answers]:
    """Read the answers since that day, page by page. DeliveryFailed where the pages do not add up.

    The survey's times have no zone. We ask for whole days, so that an answer at an edge comes twice rather than never.
    """
    door = webropol_door("survey", limits)
    request = {} if since is None else {"StartDate": f"{since.isoformat()}T00:00:00"}
    received, number, last, total = 0, 1, False, 0
    while not last:
        page = _read_page(door, f"{API}/surveys/{survey}/responses", number, request)
        answers, paging = page["SurveyAnswers"], page["Paging"]
        last, total = bool(paging["IsLastItemFetched"]), int(paging["TotalCount"])
        if (not answers and not last) or number > MOST_PAGES:
            raise DeliveryFailed("the survey's pages do not end as they should")
        received, number = received + len(answers), number + 1
        yield Answers(
            AddressColumn(str(answer.get("RespondentEmail") or "") for answer in answers),
            tuple(_moment(answer.get("ResponseDate")) for answer in answers),
        )
    if received != total:
        raise DeliveryFailed(f"{received} answers to the survey came, {total} were declared")


def _moment(text: Any) -> datetime | None:
    """Take a time without a zone for UTC, the latest it can mean in Finland: an unsubscribe counts rather than not."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_page(door: Any, url: str, number: int, request: dict[str, str]) -> Any:
    failure: DeliveryFailed
    try:
        page = door.read_by_post(url, params={"paging": number}, json=request)
        if isinstance(page, dict) and {"SurveyAnswers", "Paging"} <= page.keys():
            return page
        failure = DeliveryFailed("an answer is not a page of a survey's responses")
    except HttpFailed as error:
        not_found = "the survey is not there: see unsubscribes.survey in the policy"
        failure = DeliveryFailed(not_found if error.status == 404 else error.message)
    raise failure
