"""Answer for each list, from the status, whether a bulletin may be sent from it: yes or not yet, why, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from email_registry.boundaries.templates import finnish_day, html_templates
from email_registry.lists import Stage
from email_registry.report.status import status
from email_registry.runs import RunState
from email_registry.settings import policy
from email_registry.settings.shapes import Texts

Language = Literal["fi", "en"]
YES = ("ready", "frozen", "older")


@dataclass(frozen=True)
class Answer:
    """The answer for one list.

    `why` tells the reason to the person who sends. `since` is the day of the read that the answer is based on.
    """

    target: str
    name: Texts
    yes: bool
    why: Texts
    listed: int | None
    since: str | None


def sending(found: Mapping[str, Any]) -> list[Answer]:
    """Return the answers. `found` is the result of `report.status()`."""
    return [_answer(row, found["night"]) for row in found["targets"]]


def sending_page(language: Language) -> str:
    """Return the page with the answers of all lists, from the status as it is now."""
    found = status()
    return html_templates("pages").get_template("sending.html").render(
        language=language, controller=getattr(policy().office.controller, language), answers=sending(found),
        night=found["night"],
    )  # fmt: skip


def _answer(row: Mapping[str, Any], night: Mapping[str, Any] | None) -> Answer:
    code = _code(row, night)
    days = {"until": row.get("frozen_until"), "day": row.get("date")}
    finnish = {name: finnish_day(day) if day else None for name, day in days.items()}
    plan = row.get("waiting_plan")
    words = Texts(fi=WORDS[code].fi.format(**finnish, plan=plan), en=WORDS[code].en.format(**days, plan=plan))
    listed = row.get("listed") if row.get("verified") else None
    return Answer(row["target"], policy().targets[row["target"]].name, code in YES, words, listed, row.get("date"))


def _code(row: Mapping[str, Any], night: Mapping[str, Any] | None) -> str:
    if row["stage"] != Stage.LIVE:
        return str(row["stage"])
    if row["state"] is None:
        return "never"
    if "waiting_plan" in row:
        return "waits"
    if row.get("sheets"):
        return f"sheets_{row['sheets']}"
    if row["state"] == RunState.OPEN:
        return "running"
    # A list is right when a read found it equal, or when it is frozen and lacks only people who wait for the thaw.
    if not (row.get("verified") or (row.get("frozen") and row.get("frozen_until"))):
        return "differs"
    return _verified(row, night)


def _verified(row: Mapping[str, Any], night: Mapping[str, Any] | None) -> str:
    """Return the answer's code for a list that is right. It depends on whether last night's load succeeded."""
    if night and night["state"] == RunState.DONE and row["date"] < night["date"]:
        return "behind"
    if night and night["state"] != RunState.DONE:
        return "older"
    return "frozen" if row.get("frozen_until") else "ready"


WORDS: Mapping[str, Texts] = {
    "ready": Texts(
        fi="Lista luettiin {day}, ja se vastaa rekisteriä.",
        en="The list was read on {day} and is equal to the registry.",
    ),
    "frozen": Texts(
        fi="Lista on oikea ja jäädytetty {until} asti: siihen ei lisätä ketään lähetyksen aikana.",
        en="The list is right, and frozen up to {until}: nobody is added while you send.",
    ),
    "older": Texts(
        fi="Lista vastaa rekisteriä, mutta viime yön ajo jäi kesken: uusimmat muutokset puuttuvat.",
        en="The list is equal to the registry, but last night did not end well: the newest changes are missing.",
    ),
    "behind": Texts(
        fi="Rekisteri muuttui viime yönä, eikä listaa ole vielä päivitetty. Odota päivitystä tai pyydä se ylläpidolta.",
        en="The registry changed last night and the list was not made equal yet. Wait, or ask for a sync.",
    ),
    "waits": Texts(
        fi="Iso muutos odottaa hyväksyntää (suunnitelma {plan}). Kysy, kuka päättää siitä.",
        en="A large change waits for approval (plan {plan}). Ask who decides about it.",
    ),
    "sheets_ready": Texts(
        fi="Uudet tuontitiedostot odottavat: tuo ne Webropoliin ja vie lista takaisin tarkistettavaksi.",
        en="New sheets wait: import them at Webropol, then export the list so that it can be checked.",
    ),
    "sheets_imported": Texts(
        fi="Tuontitiedostot on tuotu. Vie lista Webropolista, niin nähdään, että se on oikea.",
        en="The sheets were imported. Export the list from Webropol, so that it is seen to be right.",
    ),
    "running": Texts(fi="Listaa päivitetään juuri nyt.", en="The list is being made equal right now."),
    "differs": Texts(
        fi="Lista ei vielä vastaa rekisteriä. Älä lähetä. Ilmoita asiasta ylläpidolle.",
        en="The list is not equal to the registry yet. Do not send; tell the engineers.",
    ),
    "never": Texts(fi="Listaa ei ole vielä päivitetty kertaakaan.", en="The list was never made equal yet."),
    "observed": Texts(
        fi="Lista ei ole vielä käytössä: ohjelmisto vain tarkkailee sitä. Ihmiset ylläpitävät sitä itse.",
        en="The list is not live yet: the software only watches it. People keep it themselves.",
    ),
    "handed_back": Texts(
        fi="Lista on palautettu ihmisten ylläpidettäväksi: ohjelmisto ei päivitä sitä.",
        en="The list was given back to people: the software does not keep it.",
    ),
}


def line(answer: Answer) -> str:
    """Return an answer as a line for a terminal."""
    return f"{answer.name.en}: {'yes' if answer.yes else 'NOT YET'}. {answer.why.en}"


def lines(answers: Sequence[Answer]) -> list[str]:
    """Return all answers as lines for a terminal."""
    return [line(answer) for answer in answers]
