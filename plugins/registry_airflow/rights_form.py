"""What an officer filled in: read, judged, and refused in one line without what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs

from email_registry.errors import ConfigurationError
from email_registry.privacy import Address
from email_registry.rights import Language, Request, Right
from email_registry.rights.cases import ALL, LINE, RIGHTS
from email_registry.settings import policy
from email_registry.settings.shapes import Texts

MOST_BYTES = 16_384
MOST_FIELDS = 40
# Given back where a form is refused; never the address.
KEPT = ("right", "number", "identity", "received", "scope", "relist", "remove", "letter")


class RefusedForm(Exception):
    """Something in the form is missing or wrong; nothing was done."""

    def __init__(self, words: Texts) -> None:
        super().__init__(words.en)
        self.words = words


class Fields:
    """A form as it was sent, for reading field by field. What is in it does not show in `repr`."""

    __slots__ = ("_values",)

    def __init__(self, body: bytes = b"") -> None:
        try:
            self._values = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:  # too many fields; its text would say no more
            self._values = {}

    def one(self, name: str) -> str:
        return self._values.get(name, [""])[-1].strip()

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def kept(self) -> dict[str, str]:
        """What the form shows again. An address that was typed into another field is not."""
        return {name: "" if "@" in self.one(name) else self.one(name) for name in KEPT}


@dataclass(frozen=True)
class Asked:
    """A right and its choices. `later`: only note that the request came."""

    right: Right
    request: Request
    scope: str
    relist: bool
    remove: bool
    letter: Language
    later: bool


def asked(fields: Fields, by: str, on: date) -> Asked:
    """What is to be done, as the form says. RefusedForm where it does not say it clearly."""
    right, scope = fields.one("right"), fields.one("scope") or ALL
    relist, remove = bool(fields.one("relist")), bool(fields.one("remove"))
    if right not in RIGHTS:
        raise RefusedForm(WRONG["right"])
    if scope != ALL and (scope not in policy().audiences or right not in ("object", "withdraw")):
        raise RefusedForm(WRONG["scope"])
    if relist and right != "erase":
        raise RefusedForm(WRONG["relist"])
    if remove and right != "rectify":
        raise RefusedForm(WRONG["remove"])
    language: Language = "en" if fields.one("letter") == "en" else "fi"
    request = _request(fields, by, on)
    return Asked(right, request, scope, relist, remove, language, bool(fields.one("later")))


def _request(fields: Fields, by: str, on: date) -> Request:
    for name in ("number", "identity"):
        if not LINE.fullmatch(fields.one(name)):
            raise RefusedForm(WRONG[name])
    received = _day(fields.one("received"))
    if received is None or received > on:
        raise RefusedForm(WRONG["received"])
    try:
        return Request(Address(fields.one("address")), fields.one("number"), fields.one("identity"), received, by)
    except ConfigurationError:  # the rest of a request was judged above
        pass
    raise RefusedForm(WRONG["address"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def case_of(fields: Fields) -> int:
    """The case that a button of the list stands for."""
    text = fields.one("case")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RefusedForm(WRONG["case"])
    return int(text)


def why_of(fields: Fields) -> str:
    """Why a case is closed with nothing done."""
    if not LINE.fullmatch(fields.one("why")):
        raise RefusedForm(WRONG["why"])
    return fields.one("why")


def said_off(fields: Fields) -> list[str]:
    """The lists that somebody looked at by hand."""
    return [name for name in policy().targets if name in fields.all("off")]


WRONG = {
    "own": Texts(
        fi="Lomake ei tullut tältä sivulta tai kirjautuminen on vaihtunut. Mitään ei tehty: täytä se uudelleen.",
        en="The form did not come from this page, or the sign-in is another. Nothing was done: fill it in again.",
    ),
    "long": Texts(fi="Lomake on liian pitkä. Mitään ei tehty.", en="The form is too long. Nothing was done."),
    "right": Texts(fi="Valitse, mitä pyydetään.", en="Choose what is asked for."),
    "number": Texts(
        fi="Asianumero puuttuu, on yli 100 merkkiä tai siinä on osoite.",
        en="The case number is missing, longer than 100 letters, or holds an address.",
    ),
    "identity": Texts(
        fi="Kerro, miten henkilöllisyys tarkistettiin: enintään 100 merkkiä, ei osoitetta.",
        en="Say how identity was checked: at most 100 letters, and no address.",
    ),
    "received": Texts(
        fi="Saapumispäivä puuttuu, sitä ei ole tai se on vasta tulossa.",
        en="The day it was received is missing, does not exist, or is yet to come.",
    ),
    "address": Texts(
        fi="Osoite puuttuu tai ei ole sähköpostiosoite. Kirjoita se yksin, ilman nimeä.",
        en="The address is missing, or is no e-mail address. Give it by itself, without a name.",
    ),
    "scope": Texts(
        fi="Vain vastustamisen ja sen perumisen voi rajata yhteen kohderyhmään.",
        en="Only an objection and its withdrawal can be for one audience.",
    ),
    "relist": Texts(
        fi="Paluun listoille voi valita vain poistopyynnössä.",
        en="Only with an erasure can it be chosen to be listed again.",
    ),
    "remove": Texts(
        fi="Vanhan osoitteen voi poistaa heti vain oikaisussa.",
        en="Only with a correction can the old address be removed at once.",
    ),
    "why": Texts(
        fi="Kerro, miksi asia suljetaan tekemättä: enintään 100 merkkiä, ei osoitetta.",
        en="Say why the case is closed undone: at most 100 letters, and no address.",
    ),
    "noted": Texts(
        fi="Tekemättä voi sulkea vain asian, joka on kirjattu eikä vielä tehty.",
        en="Only a case that is noted and not done yet can be closed undone.",
    ),
    "case": Texts(fi="Tällainen asia ei odota listoja.", en="No such case waits for the lists."),
}
