"""What the page of persons' rights refuses: whoever may not, forms that are not its own, mistakes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.commands import base_environment
from local.world_paths import ROOT
from tests.airflow_pages.conftest import Airflow
from tests.airflow_pages.rights_office import IN_AUDIT, OFFICER, RightsOffice, filled
from tests.list_syncs import people

pytestmark = pytest.mark.stack

AINO = "aino.virtanen@sandbox-posti.fi"
# The page where nothing of Airflow was started: asking who it is fails, as with a database that is away.
BROKEN = """
import sys
from starlette.testclient import TestClient
from registry_airflow.rights_page import app

form = {"address": sys.stdin.read(), "right": "erase"}
answer = TestClient(app).post("/", data=form, headers={"Authorization": "Bearer x"})
print(answer.status_code, answer.headers["cache-control"], answer.text)
"""
OTHERS = [None, "visitor", "auditor", "officer", "operator"]


@pytest.mark.parametrize("user", OTHERS)
@pytest.mark.parametrize("path", ["/rights/", "/rights/?language=en", "/rights/cases", "/rights/dismiss", "/rights/x"])
def test_without_the_permission_there_is_no_such_page(rights_office: RightsOffice, path: str, user: str | None) -> None:
    pages, before = rights_office.pages, rights_office.done()
    own = {"Origin": pages.url}
    answers = [pages.get(path, user), pages.post(path, user, filled("erase", people(1)[0]), own)]
    for answer in answers:
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})
        assert answer.headers["Cache-Control"] == "no-store"
    assert rights_office.done() == before


def test_a_forged_sign_in_finds_nothing(rights_office: RightsOffice) -> None:
    pages = rights_office.pages
    header, payload, _ = pages.tokens[OFFICER].split(".")
    forged = Airflow(pages.url, pages.home, {"forger": f"{header}.{payload}.AAAA"})
    assert forged.get("/rights/", "forger").status_code == 404


def test_the_menu_knows_it_for_those_who_may_open_it_alone(rights_office: RightsOffice) -> None:
    pages = rights_office.pages
    for user, may in (("auditor", False), ("officer", False), (OFFICER, True), ("admin", True)):
        answer = pages.get("/api/v2/plugins", user)
        assert ("/rights" in answer.text) == may
        (plugin,) = answer.json()["plugins"]
        assert len(plugin["external_views"]) == (3 if may else 2)
        assert len(plugin["fastapi_apps"]) == (3 if may else 2)
    assert pages.get("/api/v2/plugins").status_code == 401


def test_the_officer_sees_nothing_else_of_ours_and_no_dags(rights_office: RightsOffice) -> None:
    paths = ("/quality-reports/", "/bulletin-lists/", "/api/v2/dags", "/api/v2/connections")
    assert [rights_office.pages.get(path, OFFICER).status_code for path in paths] == [403] * 4


@pytest.mark.parametrize("path", ["/rights/", "/rights/cases", "/rights/dismiss"])
@pytest.mark.parametrize(
    "how", ["none", "wrong", "of another user", "of another sign-in", "foreign", "null", "no word"]
)
def test_a_form_that_is_not_its_own_is_refused_and_nothing_is_done(
    rights_office: RightsOffice, path: str, how: str
) -> None:
    pages, token = rights_office.pages, rights_office.token()
    before = rights_office.done()
    tokens = {
        "none": {},
        "wrong": {"token": token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")},
        "of another user": {"token": rights_office.token("admin")},
        "of another sign-in": {"token": _signed_in_again(rights_office).token()},
    }
    headers = {
        "foreign": {"Origin": "https://example.com"},
        "null": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        "no word": {},
    }
    form = {**filled("erase", people(1)[0]), "case": "1", **tokens.get(how, {"token": token})}
    answer = pages.post(path, OFFICER, form, headers.get(how, {"Origin": pages.url}))
    assert answer.status_code == 403
    assert "Mitään ei tehty" in answer.text
    assert people(1)[0] not in answer.text
    assert rights_office.done() == before


def _signed_in_again(rights_office: RightsOffice) -> RightsOffice:
    from tests.airflow_pages.conftest import _token

    pages = rights_office.pages
    again = _token(pages.url, OFFICER, pages.passwords[OFFICER])
    assert again != pages.tokens[OFFICER]
    return RightsOffice(Airflow(pages.url, pages.home, {OFFICER: again}), rights_office.office)


@pytest.mark.parametrize("headers", [{}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}])
def test_its_own_form_is_taken(rights_office: RightsOffice, headers: dict[str, str]) -> None:
    answer = rights_office.send(filled("access", AINO), **headers)
    assert answer.status_code == 200
    assert AINO in answer.text
    actors = rights_office.rows("SELECT DISTINCT actor FROM audit.event WHERE action IN ('request', 'access')")
    assert actors == [(IN_AUDIT,)]


WRONG = [
    ({"right": ""}, 400, "Valitse, mitä pyydetään."),
    ({"right": "forget"}, 400, "Valitse, mitä pyydetään."),
    ({"number": ""}, 400, "Asianumero puuttuu"),
    ({"number": f"OIK {AINO}"}, 400, "Asianumero puuttuu"),
    ({"identity": "x" * 101}, 400, "miten henkilöllisyys tarkistettiin"),
    ({"identity": f"kysyin: {AINO}"}, 400, "miten henkilöllisyys tarkistettiin"),
    ({"received": "2026-02-30"}, 400, "Saapumispäivä puuttuu"),
    ({"received": "2999-01-01"}, 400, "Saapumispäivä puuttuu"),
    ({"address": ""}, 400, "Osoite puuttuu tai ei ole"),
    ({"address": "aino.virtanen@sandbox-posti.fi\r\nBcc: x@sandbox-posti.fi x"}, 400, "Osoite puuttuu tai ei ole"),
    ({"address": "aino.virtanen sandbox-posti.fi"}, 400, "Osoite puuttuu tai ei ole"),
    ({"scope": "person"}, 400, "rajata yhteen kohderyhmään"),
    ({"right": "object", "scope": "everybody"}, 400, "rajata yhteen kohderyhmään"),
    ({"relist": "1"}, 400, "vain poistopyynnössä"),
    ({"remove": "1"}, 400, "vain oikaisussa"),
    ({"identity": "passi\0"}, 500, "this is a fault of the software"),
    ({"address": "aino.virtanen\0@sandbox-posti.fi"}, 500, "this is a fault of the software"),
    ({"address": "x" * 20_000 + "@sandbox-posti.fi"}, 413, "Lomake on liian pitkä"),
]


@pytest.mark.parametrize(("changes", "code", "sentence"), WRONG)
def test_a_mistake_is_one_line_and_the_form_as_it_was_without_the_address(
    rights_office: RightsOffice, changes: dict[str, str], code: int, sentence: str
) -> None:
    before = rights_office.done()
    form = filled("access", AINO) | changes
    answer = rights_office.send(form)
    assert (answer.status_code, answer.text.count(sentence)) == (code, 1)
    assert "sandbox-posti" not in answer.text
    assert "Traceback" not in answer.text
    if code != 413:
        for name in ("number", "received"):
            assert "@" in form[name] or f'value="{form[name]}"' in answer.text or not form[name]
    assert rights_office.done() == before


def test_a_case_that_waits_for_no_list_cannot_be_confirmed(rights_office: RightsOffice) -> None:
    for case in ("", "x", "999999", "9" * 30, "-1"):
        answer = rights_office.send({"case": case, "off": "henkiloasiakkaat"}, "/rights/cases")
        assert (answer.status_code, "Tällainen asia ei odota listoja" in answer.text) == (400, True)


def test_a_number_that_was_opened_for_something_else_is_held(rights_office: RightsOffice) -> None:
    form = filled("object", AINO)
    rights_office.send(form | {"later": "1"})
    before = rights_office.done()
    answer = rights_office.send(form | {"scope": "person"})
    assert (answer.status_code, answer.text.count("was opened for both audiences, not for person")) == (409, 1)
    assert "sandbox-posti" not in answer.text
    assert rights_office.done() == before


def noted(rights_office: RightsOffice) -> str:
    """The id of a case that was only noted."""
    form = filled("erase", "kirjoitusvirhe@sandbox-posti.fi", later="1")
    assert rights_office.send(form).status_code == 200
    ((case,),) = rights_office.rows("SELECT id FROM operations.rights_case WHERE number = %s", form["number"])
    return str(case)


@pytest.mark.parametrize("why", ["", "  ", "x" * 101, f"väärä: {AINO}", "väärä: aino\uff20posti.fi"])
def test_a_case_is_not_dismissed_without_a_reason_that_holds_no_address(rights_office: RightsOffice, why: str) -> None:
    case = noted(rights_office)
    before = rights_office.done()
    answer = rights_office.send({"case": case, "why": why}, "/rights/dismiss")
    assert (answer.status_code, "miksi asia suljetaan" in answer.text, AINO in answer.text) == (400, True, False)
    assert rights_office.done() == before
    assert rights_office.rows("SELECT state FROM operations.rights_case WHERE id = %s", case) == [("noted",)]


def test_only_a_noted_case_is_dismissed(rights_office: RightsOffice) -> None:
    case = noted(rights_office)
    closed = rights_office.send({"case": case, "why": "henkilö perui"}, "/rights/dismiss?language=en")
    assert (closed.status_code, "and nothing was done" in closed.text) == (200, True)
    for known in (case, "999999"):
        answer = rights_office.send({"case": known, "why": "henkilö perui"}, "/rights/dismiss")
        assert (answer.status_code, "Tekemättä voi sulkea vain" in answer.text) == (400, True)


def test_every_answer_has_the_headers(rights_office: RightsOffice) -> None:
    pages = rights_office.pages
    rights_office.send(filled("erase", AINO, number="OIK/held", later="1"))
    answers = {
        "page": pages.get("/rights/", OFFICER),
        "letter": rights_office.send(filled("access", AINO)),
        "mistake": rights_office.send(filled("access", "")),
        "held": rights_office.send(filled("erase", AINO, number="OIK/held", relist="1")),
        "long": rights_office.send(filled("access", "x" * 20_000)),
        "foreign": rights_office.send(filled("access", AINO), Origin="https://example.com"),
        "no right": pages.get("/rights/", "auditor"),
        "nobody": pages.get("/rights/"),
        "no path": pages.get("/rights/nothing", OFFICER),
        "no method": pages.get("/rights/cases", OFFICER),
    }
    codes = [200, 200, 400, 409, 413, 403, 404, 404, 404, 405]
    assert [answer.status_code for answer in answers.values()] == codes
    for answer in answers.values():
        headers = answer.headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_fault_is_a_sentence_without_a_traceback() -> None:
    environment = base_environment() | {"PYTHONPATH": str(ROOT / "plugins")}
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        cwd=ROOT,
        env=environment,
        input=AINO,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "500 no-store unexpected RuntimeError" in done.stdout
    assert "persons' rights: unexpected RuntimeError" in done.stdout  # the log
    assert [word in done.stdout + done.stderr for word in ("sandbox-posti", "Traceback")] == [False, False]
