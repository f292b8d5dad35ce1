"""Ask the questions of `registry init` part by part, in the order of a policy. The answers have a policy's own keys."""

from __future__ import annotations

from typing import Any

from email_registry.office import prompts
from email_registry.office.host_region import why_not
from email_registry.settings.policy import DATED

ENCODINGS = ("utf-8", "cp1252")
WAYS = ("file", "sftp", "view", "odata")
AUDIENCES = ("person", "company")
NAMES = {
    "person": ("henkilöasiakkaat", "personal customers"),
    "company": ("yritysasiakkaat", "business customers"),
}


def ask() -> dict[str, Any]:
    """Ask for everything that is an office's own, and return the answers. The rest has sensible defaults."""
    answers: dict[str, Any] = {"version": 1, "office": _office(), "addresses": {"own_domains": _domains()}}
    answers["audiences"] = _audiences()
    answers["sources"] = {name: _source(list(answers["audiences"])) for name in _names("source", SOURCE_WHY)}
    answers["allowed_hosts"] = _hosts()
    answers["webropol"], answers["unsubscribes"] = _webropol(), _unsubscribes()
    answers["targets"] = {name: _target(list(answers["audiences"])) for name in _names("list", TARGET_WHY)}
    answers["pilot"] = _pilot(answers["addresses"]["own_domains"])
    answers["rights"] = _rights(answers)
    answers["sync"], answers["expiry"] = _thresholds()
    return answers


def _names(noun: str, reason: tuple[str, ...]) -> Any:
    prompts.why(*reason)
    return prompts.one_by_one(noun)


def _office() -> dict[str, Any]:
    prompts.why("The office. Certificates, letters and the register's description name it.")
    return {
        "controller": prompts.both("The controller's name"),
        "region": prompts.text("The region"),
        "purpose": prompts.both(
            "What the addresses are used for",
            (
                "Henkilö- ja yritysasiakkaiden tiedottaminen Webropolilla",
                "Bulletins to personal and business customers with Webropol",
            ),
        ),
        "legal_basis": prompts.both("The legal basis"),
        "notice_date": prompts.day("The date of the privacy notice that customers were given"),
    }


def _domains() -> list[str]:
    prompts.why(
        "Staff are no customers: addresses of these domains are never listed, but for the pilot's list of staff."
    )
    return prompts.several("The domains of the staff's e-mail", rule=why_not)


def _audiences() -> dict[str, Any]:
    prompts.why(
        "Whom bulletins are for, and how long an address is kept: once it is proven to be gone from every source, and",
        "once no source has brought it, broken or not.",
    )
    chosen = prompts.one_of("Personal customers, business customers, or both", (*AUDIENCES, "both"), "both")
    found = {}
    for audience in AUDIENCES if chosen == "both" else (chosen,):
        fi, en = NAMES[audience]
        absent = prompts.number(f"{en}: days kept once proven gone", 30, 1, 180)
        unseen = prompts.number(f"{en}: days kept once no source has brought it", 90, int(absent), 365)
        found[audience] = {
            "name": {"fi": fi, "en": en},
            "retention": {"absent_days": absent, "unseen_days": unseen},
        }
    return found


SOURCE_WHY = (
    "Where addresses come from: a system and an audience each. docs/ways-in.md says what each way needs; logins are",
    "not asked here. Without a filter of the region the whole country would come.",
)


def _source(audiences: list[str]) -> dict[str, Any]:
    system = prompts.text("The system's name")
    audience = prompts.one_of("Whose addresses it holds", audiences, audiences[0])
    kind = prompts.one_of("How it is read: a nightly file, the same by SFTP, an SQL view, or OData", WAYS, "file")
    connection = prompts.text("The id of its connection, in connections.json", _id(system, kind), rule=prompts.name)
    way: dict[str, Any] = {"kind": "file" if kind == "sftp" else kind, "connection": connection}
    way |= {"file": _file, "sftp": _file, "view": _view, "odata": _odata}[kind]()
    columns = prompts.several("All its columns: one more or one missing stops the source")
    email = prompts.one_of("The column of the addresses", columns, columns[0])
    where = prompts.pairs("Which values say that a row is the office's", known=columns)
    way["columns"] = {"email": email, "agreed": columns, "where": where}
    if kind == "odata":
        way["filter"] = prompts.text("The $filter, which has to ask for those values", rule=_asks_for(where))
    elif kind != "view":
        counted = prompts.optional("The key under which the file's marker counts the office's own rows")
        way |= {"counts_key": counted} if counted else {}
    least = prompts.number("The first night: at least so many rows", 100, 1, 10_000_000)
    most = prompts.number("The first night: at most so many rows", 100_000, int(least), 10_000_000)
    volume = {
        "drop": prompts.number("Later: the share by which it may shrink unasked", 0.2, 0.01, 0.5),
        "growth": prompts.number("Later: the share by which it may grow unasked", 0.3, 0.01, 1.0),
        "first_night": {"min": least, "max": most},
    }
    return {"system": system, "audience": audience, "way": kind, "ways": {kind: way}, "volume": volume}


def _id(system: str, kind: str) -> str | None:
    plain = "".join(letter for letter in system.lower() if letter.isascii() and letter.isalnum())
    suffix = {"file": "_files", "sftp": "_sftp", "view": "_view", "odata": ""}[kind]
    return None if prompts.name(plain + suffix) else plain + suffix


def _file() -> dict[str, Any]:
    return {
        "name": prompts.text("The file's name, {date} or {date:%Y%m%d} standing for the night", rule=_dated),
        "marker": prompts.text("What is added to that name for the marker beside it", ".done"),
        "delimiter": _delimiter(prompts.text("What stands between its columns (tab for a tab)", ";", rule=_one)),
        "encoding": prompts.one_of("Its encoding, which is never guessed", ENCODINGS, "utf-8"),
    }


def _view() -> dict[str, Any]:
    return {"table_schema": prompts.text("The view's schema"), "table": prompts.text("The view's name")}


def _odata() -> dict[str, Any]:
    sets = prompts.pairs("Its entity sets, each with its primary key", "accounts=accountid,contacts=contactid")
    partition = prompts.optional("A column with a time that every row has and keeps, createdon for example")
    return {"entity_sets": sets, **({"partition": partition} if partition else {})}


def _asks_for(where: dict[str, str]) -> prompts.Rule:
    def rule(answer: str) -> str | None:
        missing = [column for column, value in where.items() if f"'{value}'" not in answer]
        return f"it does not ask for {missing[0]}: {missing[0]} eq '…'" if missing else None

    return rule


def _dated(answer: str) -> str | None:
    return None if DATED.fullmatch(answer) else "a file's name with {date} in it"


def _one(answer: str) -> str | None:
    return None if len(_delimiter(answer)) == 1 else "one character, or the word tab"


def _delimiter(answer: str) -> str:
    return "\t" if answer == "tab" else answer


def _hosts() -> list[str]:
    prompts.why(
        "The hosts that may be reached, by https, all within the EU/EEA: Webropol's, and those of the systems above",
        "(a folder needs none). Nothing is sent anywhere else.",
    )
    return prompts.several("Their names", "rest.webropolsurveys.com", rule=why_not)


def _webropol() -> dict[str, Any]:
    prompts.why("Webropol publishes no interface for lists: its paths come with the office's contract.")
    return {
        "connection": prompts.text("The id of its connection", "webropol", rule=prompts.name),
        "lists": prompts.text("The path of the lists", "/lists"),
        "members": prompts.text("The path of a list's members", "/lists/{list_id}/members"),
        "add": prompts.text("The path for adding", "/lists/{list_id}/members"),
        "remove": prompts.text("The path for removing", "/lists/{list_id}/members/removals"),
    }


def _unsubscribes() -> dict[str, Any]:
    prompts.why("Who said no at Webropol: the survey behind the link in a bulletin, and the Do-Not-Contact export.")
    return {
        "survey": prompts.optional("The survey's id", rule=prompts.guid),
        "email": prompts.text("The heading of the addresses in exports", "Sähköposti"),
    }


TARGET_WHY = (
    "The lists at Webropol, each with the id that Webropol gave it. By rest they are changed through its interface; by",
    "file a person imports sheets in the office's own template, put into the folder of sheets.",
)


def _target(audiences: list[str]) -> dict[str, Any]:
    named = prompts.both("Its name")
    both = len(audiences) > 1
    whom = prompts.one_of("For whom", (*audiences, "both") if both else tuple(audiences), audiences[0])
    return {"name": named, "audiences": audiences if whom == "both" else [whom], **_delivered()}


def _delivered() -> dict[str, Any]:
    delivery = prompts.one_of("How it is kept", ("rest", "sheets"), "rest")
    found: dict[str, Any] = {"delivery": delivery, "list_id": prompts.text("Its id at Webropol", rule=prompts.guid)}
    if delivery == "sheets":
        found["sheet"] = {
            "template": prompts.text("The template's file name (.xlsx or .csv)", "template.xlsx"),
            "email": prompts.text("The template's heading of the addresses", "Sähköposti"),
        }
    return found


def _pilot(domains: list[str]) -> dict[str, Any]:
    prompts.why(
        "The pilot: a list of staff is made equal and changed for some nights before any customer is listed. These",
        "are the only addresses that stand in a policy.",
    )

    def staff(answer: str) -> str | None:
        return None if "@" in answer else "staff only: an address of the domains above"

    return {**_delivered(), "addresses": prompts.several("Addresses of staff", rule=staff, staff=domains, least=3)}


def _rights(answers: dict[str, Any]) -> dict[str, Any]:
    prompts.why(
        "What a letter to a person who asks for their rights names: where to write, and where errors are corrected."
    )
    own = answers["addresses"]["own_domains"]
    contact = prompts.both("The office's postal address, and a mailbox of its own", staff=own)
    systems = dict.fromkeys(source["system"] for source in answers["sources"].values())
    return {"contact": contact, "corrected_in": {name: prompts.both(f"Where {name} is corrected") for name in systems}}


def _thresholds() -> tuple[dict[str, Any], dict[str, Any]]:
    prompts.why("Above a share of a list, and above so many people, a named person decides before it is done.")
    found = {}
    for key, noun, share, floor in (
        ("removals", "removed from a list", 0.1, 100),
        ("additions", "added to a list", 0.2, 200),
        ("limit", "deleted in a night", 0.1, 100),
    ):
        found[key] = {
            "share": prompts.number(f"{noun}: the share", share, 0.001, 0.5),
            "floor": prompts.number(f"{noun}: however small the list, so many", floor, 0, 1000),
        }
    limit = found.pop("limit")
    return found, {"limit": limit}
