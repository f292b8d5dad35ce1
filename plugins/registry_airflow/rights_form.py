"""Reads and checks the form of a person's request. A refusal is one line, and repeats nothing of what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs

from email_registry.errors import ConfigurationError
from email_registry.privacy import Address
from email_registry.rights import ALL, LINE, RIGHTS, Language, Request, Right
from email_registry.settings import policy
from email_registry.settings.shapes import Texts

MAX_BYTES = 16_384
MAX_FIELDS = 40
# A refused form shows these fields again, and never the address.
SHOWN_AGAIN = ("right", "number", "identity", "received", "scope", "relist", "remove", "letter")


class RefusedForm(Exception):
    """Something in the form is missing or wrong; nothing was done."""

    def __init__(self, words: Texts) -> None:
        super().__init__(words.en)
        self.words = words


class Fields:
    """The fields of a form. `repr` does not show them."""

    __slots__ = ("_values",)

    def __init__(self, body: bytes = b"") -> None:
        try:
            self._values = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except ValueError:  # too many fields; the error's text says nothing more
            self._values = {}

    def one(self, name: str) -> str:
        return self._values.get(name, [""])[-1].strip()

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def shown_again(self) -> dict[str, str]:
        """Return the values that the form shows again, without an address that was typed into another field."""
        return {name: "" if "@" in self.one(name) else self.one(name) for name in SHOWN_AGAIN}


@dataclass(frozen=True)
class FormRequest:
    """A request with its right and choices. `later`: only note that the request came."""

    right: Right
    request: Request
    scope: str
    relist: bool
    remove: bool
    letter: Language
    later: bool


def read_form(fields: Fields, by: str, on: date) -> FormRequest:
    """Read what the form asks. RefusedForm when a field is missing or wrong, or when two choices do not go together."""
    right, scope = fields.one("right"), fields.one("scope") or ALL
    relist, remove = bool(fields.one("relist")), bool(fields.one("remove"))
    if right not in RIGHTS:
        raise RefusedForm(MISTAKES["right"])
    if scope != ALL and (scope not in policy().audiences or right not in ("object", "withdraw")):
        raise RefusedForm(MISTAKES["scope"])
    if relist and right != "erase":
        raise RefusedForm(MISTAKES["relist"])
    if remove and right != "rectify":
        raise RefusedForm(MISTAKES["remove"])
    language: Language = "en" if fields.one("letter") == "en" else "fi"
    request = _request(fields, by, on)
    return FormRequest(right, request, scope, relist, remove, language, bool(fields.one("later")))


def _request(fields: Fields, by: str, on: date) -> Request:
    for name in ("number", "identity"):
        if not LINE.fullmatch(fields.one(name)):
            raise RefusedForm(MISTAKES[name])
    received = _day(fields.one("received"))
    if received is None or received > on:
        raise RefusedForm(MISTAKES["received"])
    try:
        return Request(Address(fields.one("address")), fields.one("number"), fields.one("identity"), received, by)
    except ConfigurationError:  # the rest of a request was judged above
        pass
    raise RefusedForm(MISTAKES["address"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def case_of(fields: Fields) -> int:
    """Return the id of the case whose button was pressed."""
    text = fields.one("case")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RefusedForm(MISTAKES["case"])
    return int(text)


def why_of(fields: Fields) -> str:
    """Return the reason why a case is dismissed."""
    if not LINE.fullmatch(fields.one("why")):
        raise RefusedForm(MISTAKES["why"])
    return fields.one("why")


def said_off(fields: Fields) -> list[str]:
    """Return the lists that an officer looked at by hand."""
    return [name for name in policy().targets if name in fields.all("off")]


MISTAKES = {
    "own": Texts(
        fi="Lomake ei tullut tältä sivulta tai kirjautuminen on vaihtunut. Mitään ei tehty: täytä se uudelleen.",
        en="The form did not come from this page, or you signed in again. Nothing was done: fill it in again.",
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
        fi="Saapumispäivä puuttuu, se ei ole oikea päivämäärä tai se on tulevaisuudessa.",
        en="The day of receipt is missing, does not exist, or is in the future.",
    ),
    "address": Texts(
        fi="Osoite puuttuu tai ei ole sähköpostiosoite. Kirjoita se yksin, ilman nimeä.",
        en="The address is missing, or is not an e-mail address. Give the address alone, without a name.",
    ),
    "scope": Texts(
        fi="Vain vastustamisen ja sen perumisen voi rajata yhteen kohderyhmään.",
        en="Only an objection and its withdrawal can be limited to one audience.",
    ),
    "relist": Texts(
        fi="Paluun listoille voi valita vain poistopyynnössä.",
        en="Only an erasure has the choice to be listed again.",
    ),
    "remove": Texts(
        fi="Vanhan osoitteen voi poistaa heti vain oikaisussa.",
        en="Only a correction has the choice to remove the old address at once.",
    ),
    "why": Texts(
        fi="Kerro, miksi asia suljetaan tekemättä: enintään 100 merkkiä, ei osoitetta.",
        en="Say why the case is dismissed: at most 100 letters, and no address.",
    ),
    "noted": Texts(
        fi="Tekemättä voi sulkea vain asian, joka on kirjattu eikä vielä tehty.",
        en="Only a case that is noted and not done yet can be dismissed.",
    ),
    "case": Texts(fi="Tällainen asia ei odota listoja.", en="No such case waits for the lists."),
}
