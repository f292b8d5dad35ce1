"""What a policy is refused for: each in one line with its key, never with its value, and nothing is written."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from email_registry.office.host_region import why_not
from tests.office.conftest import Init

PERSONS = ("sources", "kundregister_personer")
SFTP = (*PERSONS, "ways", "sftp")
ODATA = ("sources", "kundvard_foretag", "ways", "odata")
STAFF = ["a@sysselsattning-sandbox.fi", "b@sysselsattning-sandbox.fi"]
ZEROS = "00000000-0000-0000-0000-000000000000"
SECRET = "Yk3sVvq0ZzP1u8Rb7LhNw2Xe"


def put(answers: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        answers = answers[key]
    answers[path[-1]] = value


@pytest.mark.promise("region", "transfer")
@pytest.mark.parametrize(
    ("path", "value", "key", "said"),
    [
        # structure, as for any policy
        (("office", "notice_date"), "18.8.2023", "office.notice_date", "date"),
        (("targets", "personkunder", "list_id"), ZEROS, "personkunder", "Webropol gave"),
        (("sources", "kundregister_personer", "way"), "fax", "kundregister_personer", "not among the ways"),
        (("surprise",), 1, "surprise", "not permitted"),
        # staff
        (("addresses",), {}, "addresses.own_domains", "domains of the office's staff"),
        (("pilot", "addresses"), [*STAFF, "asiakas@kunder-sandbox.fi"], "pilot.addresses.3", "only staff's may"),
        (("mail",), {"connection": "post", "to": ["kund@kunder-sandbox.fi"]}, "mail.to.1", "only staff's may"),
        (("rights",), {"contact": {"fi": "PL 1, kirjaamo@kunder-sandbox.fi"}}, "rights.contact.fi", "only staff's may"),
        # hosts
        (("allowed_hosts",), ["http://rest.webropolsurveys.com"], "allowed_hosts.1", "without scheme"),
        (("allowed_hosts",), ["a.eu", "kust.crm.dynamics.com"], "allowed_hosts.2", "outside the EU"),
        # filters
        ((*SFTP, "columns", "where"), {}, "sftp.columns.where", "all the country"),
        ((*ODATA, "filter"), "statecode eq 0", "odata.filter", "does not ask for kust_landskap"),
        # thresholds
        (("sync", "removals", "share"), 0, "sync.removals.share", "greater than 0"),
        (("sync", "removals", "share"), 1, "sync.removals.share", "nobody is asked"),
        (("sync", "removals", "floor"), 5000, "sync.removals.floor", "nobody is asked"),
        (("sync", "removals", "first_night", "max"), 20000, "sync.removals.first_night", "unasked"),
        (("sync", "additions", "share"), 0, "sync.additions.share", "greater than 0"),
        (("sync", "additions", "share"), 1, "sync.additions.share", "nobody is asked"),
        (("expiry",), {"limit": {"share": 1}}, "expiry.limit.share", "nobody is asked"),
        ((*PERSONS, "volume", "drop"), 1, "volume.drop", "lost unseen"),
        ((*PERSONS, "volume", "growth"), 4, "volume.growth", "lost filter"),
        ((*PERSONS, "min_valid"), 0.1, "min_valid", "wrong column"),
        ((*PERSONS, "continuity"), 0.01, "continuity", "other people's"),
        # retention, the notice, the beginning
        (("audiences", "person", "retention"), {"absent_days": 181, "unseen_days": 300}, "absent_days", "than needed"),
        (("audiences", "company", "retention", "unseen_days"), 366, "company.retention.unseen_days", "than needed"),
        (("office", "notice_date"), "2999-01-01", "office.notice_date", "yet to come"),
        (("sync", "begins"), "live", "sync.begins", "observes its lists first"),
        # secrets, wherever they stand
        (("webropol", "password"), "x", "webropol.password", "no secret stands in a policy"),
        (("webropol", "api_key"), "x", "webropol.api_key", "no secret stands in a policy"),
        (("client_secret",), "x", "client_secret", "no secret stands in a policy"),
        (("office", "region"), SECRET, "office.region", "looks like a secret"),
        (("webropol", "lists"), "https://kust:hunter2@host/lists", "webropol.lists", "looks like a secret"),
        (("webropol", "add"), "/add?token=abc", "webropol.add", "looks like a secret"),
        ((*SFTP, "marker"), "-----BEGIN PRIVATE KEY-----", "sftp.marker", "looks like a secret"),
        ((*SFTP, "counts_key"), "0123456789abcdef0123456789abcdef", "sftp.counts_key", "looks like a secret"),
        # addresses
        (("office", "region"), "Kust, info@kunder-sandbox.fi", "office.region", "holds an address"),
        (("targets", "personkunder", "name", "en"), "To a@kunder-sandbox.fi", "name.en", "holds an address"),
    ],
)  # fmt: skip
def test_it_is_refused(
    init: Init, out: Path, answers: dict[str, Any], path: tuple[str, ...], value: Any, key: str, said: str
) -> None:
    put(answers, path, value)
    result = init(answers)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert key in result.stderr
    assert said in result.stderr
    assert not out.exists()
    for private in (SECRET, "hunter2", "kunder-sandbox", "0123456789abcdef"):
        assert private not in result.stderr


def test_a_key_that_is_an_address_is_not_repeated(init: Init, out: Path, answers: dict[str, Any]) -> None:
    answers["targets"]["foretagskunder"]["sheet"]["fixed"] = {"kund@kunder-sandbox.fi": "x"}
    result = init(answers)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "kunder-sandbox" not in result.stderr
    assert not out.exists()


def test_several_are_counted(init: Init, answers: dict[str, Any]) -> None:
    put(answers, ("sync", "begins"), "live")
    put(answers, ("sync", "removals", "share"), 1)
    put(answers, ("allowed_hosts",), ["crm.example.ru"])
    assert "allowed_hosts.1: .ru is of a country outside the EU/EEA (and 2 more)" in init(answers).stderr


def test_made_up_secrets_are_found_and_names_are_not_taken_for_them(init: Init, answers: dict[str, Any]) -> None:
    for _ in range(50):
        put(answers, ("office", "region"), secrets.token_urlsafe(32))
        assert "looks like a secret" in init(answers).stderr
    for name in ("Vastaanottajat_Pirkanmaa_2026.xlsx", "HenkiloasiakkaatPirkanmaa2026.xlsx", "epost-2026-v2.csv"):
        answers["office"]["region"] = "Kust"
        put(answers, ("targets", "foretagskunder", "sheet", "template"), name)
        assert init(answers, "--force").exit_code == 0


@pytest.mark.parametrize(
    "host",
    ["rest.webropolsurveys.com", "crm.office.fi", "kust.crm4.dynamics.com", "kust.crm12.dynamics.com", "a.b.ax",
     "files.intra.local", "127.0.0.1", "localhost", "x.eu"],
)  # fmt: skip
def test_a_host_may_be_named(host: str) -> None:
    assert why_not(host) is None


@pytest.mark.promise("transfer")
@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("https://crm.office.fi", "without scheme"),
        ("crm.office.fi/api", "without scheme"),
        ("crm.office.fi:8443", "without scheme"),
        ("user@crm.office.fi", "without scheme"),
        ("10.1.2.3", "no certificate"),
        ("2001:db8::1", "no certificate"),
        ("*.office.fi", "full name"),
        ("CRM.office.fi", "full name"),
        ("office", "full name"),
        ("", "full name"),
        ("crm.office.fi.", "full name"),
        ("crm.office.ch", "outside the EU/EEA"),
        ("crm.office.co.uk", "outside the EU/EEA"),
        ("crm.office.us", "outside the EU/EEA"),
        ("kust.crm.dynamics.com", "outside the EU/EEA"),
        ("kust.crm11.dynamics.com", "outside the EU/EEA"),
        ("kust.crm9.dynamics.com", "outside the EU/EEA"),
    ],
)
def test_a_host_may_not_be_named(host: str, said: str) -> None:
    assert said in str(why_not(host))
