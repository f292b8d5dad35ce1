"""Each right in a real browser, from the request to the letter; and that the address is in the letter alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Response

from local.browser import camera, find_browser, sign_in
from local.postgres import Server
from tests.airflow_pages.rights_office import COMPANIES, IN_AUDIT, LISTS, OFFICER, RightsOffice, filled
from tests.leaks import Known, leaks_below
from tests.list_syncs import ALL, TARGET, people
from tests.registry_rows import addresses

needs_a_browser = pytest.mark.skipif(find_browser() is None, reason="no Chromium here: apt-get install chromium")
pytestmark = [pytest.mark.stack, needs_a_browser]

MILLION = 1_000_000
DO, LATER, LOOK = "Tee ja näytä kirje", "Vain kirjaa saapuneeksi", "Katso listat"
NAMES = {"henkiloasiakkaat": TARGET, "yritysasiakkaat": COMPANIES, "kaikki_asiakkaat": ALL}


class Browser(NamedTuple):
    """The officer's, signed in; what it was answered, in order."""

    page: Page
    office: RightsOffice
    answers: list[Response]

    def fill(self, form: dict[str, str], button: str = DO) -> str:
        """Fill the form in as a person does and send it. Returns the text of what comes."""
        self.page.goto(f"{self.office.pages.url}/rights/")
        self.page.check(f"input[name=right][value={form['right']}]")
        for name in ("number", "identity", "received", "address"):
            self.page.fill(f"input[name={name}]", form[name])
        for name in ("scope", "letter"):
            self.page.select_option(f"select[name={name}]", form[name])
        for name in ("relist", "remove"):
            self.page.set_checked(f"input[name={name}]", name in form)
        self.page.click(f"text={button}")
        self.page.wait_for_load_state()
        return self.page.inner_text("body")

    def case(self, form: dict[str, str]) -> tuple[object, ...]:
        query = "SELECT state, scope, relist, identity, done_by FROM operations.rights_case WHERE number = %s"
        (row,) = self.office.rows(query, form["number"])
        return row


@pytest.fixture(scope="module")
def browser(rights_office: RightsOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """In a registry of a million more, whom no source brings: they are on no list."""
    rights_office.rows(
        "WITH more AS (INSERT INTO registry.address (audience, email)"
        "              SELECT 'person', 'muu' || n || '@sandbox-posti.fi' FROM generate_series(1, %s) n RETURNING id)"
        " INSERT INTO registry.unseen SELECT id, '2026-11-22', '2026-11-22' FROM more",
        MILLION,
    )
    answers: list[Response] = []
    with camera(tmp_path_factory.mktemp("none")) as shots:
        sign_in(shots.page, rights_office.pages.url, OFFICER, rights_office.pages.passwords[OFFICER])
        shots.page.on("response", lambda answer: answers.append(answer))
        yield Browser(shots.page, rights_office, answers)


def test_the_menu_opens_it_in_a_tab_of_its_own(browser: Browser) -> None:
    browser.page.goto(f"{browser.office.pages.url}/")
    browser.page.click("text=Browse")
    with browser.page.context.expect_page() as opened:
        browser.page.click("text=Rekisteröidyn oikeudet")
    tab = opened.value
    tab.wait_for_load_state()
    assert tab.url == f"{browser.office.pages.url}/rights/"
    assert tab.inner_text("h1") == "Rekisteröidyn oikeudet"
    assert tab.evaluate("window.opener") is None
    tab.close()


def test_access_from_request_to_letter(browser: Browser) -> None:
    email = people(1)[0]
    form = filled("access", email)
    letter = browser.fill(form)
    assert "Vastaus tarkastuspyyntöön" in letter
    assert letter.count(email) == 1
    assert [word in letter for word in ("URA", "KasvuCRM", "tietosuojavaltuutetun", "Asia " + form["number"])] == [
        True
    ] * 4
    assert browser.case(form) == ("done", "all", False, "passi", IN_AUDIT)
    assert browser.office.lists_of(email) == set(LISTS)


def test_a_letter_in_english_and_the_page_in_english(browser: Browser) -> None:
    letter = browser.fill(filled("access", people(1, start=1)[0], letter="en"))
    assert "Answer to your request" in letter
    browser.page.click("text=Takaisin lomakkeelle")
    browser.page.click("text=In English")
    browser.page.wait_for_load_state()
    assert browser.page.inner_text("h1") == "Rights of the person"


def test_a_correction_and_the_old_address_at_once(browser: Browser) -> None:
    told, removed = people(2, start=2)
    assert "Vastaus oikaisupyyntöön" in browser.fill(filled("rectify", told))
    assert browser.office.lists_of(told) == set(LISTS)
    form = filled("rectify", removed, remove="1")
    assert "Vanha osoite poistettiin rekisteristä" in browser.fill(form)
    assert browser.case(form)[:3] == ("done", "all", True)
    assert browser.office.lists_of(removed) == set()
    assert removed not in addresses(browser.office.pages.admin_url)


def test_an_erasure_goes_off_every_list_before_the_letter_comes(browser: Browser) -> None:
    email = people(1, start=4)[0]
    form = filled("erase", email)
    letter = browser.fill(form)
    assert "Vastaus poistopyyntöön" in letter
    assert letter.count("(lista luettiin)") == 3
    assert "2 riviä poistettiin rekisteristä" in letter
    assert letter.count("toi osoitteen vielä ennen poistoa") == 2
    assert browser.case(form)[0] == "done"
    assert browser.office.lists_of(email) == set()
    assert email not in addresses(browser.office.pages.admin_url)
    browser.page.emulate_media(media="print")
    assert browser.page.locator("text=lista luettiin").first.is_hidden()
    browser.page.emulate_media(media="screen")
    actors = browser.office.rows(
        "SELECT DISTINCT actor FROM audit.event WHERE action IN ('erase', 'take off', 'confirm')"
    )
    assert actors == [(IN_AUDIT,)]
    assert browser.fill(filled("erase", email, relist="1")).count("would not be listed again: withdraw that first") == 1


def test_an_objection_for_one_audience_and_its_withdrawal(browser: Browser) -> None:
    email = people(1, start=5)[0]
    form = filled("object", email, scope="person")
    assert "Asia " + form["number"] in browser.fill(form)
    assert browser.office.lists_of(email) == {COMPANIES, ALL}
    told = browser.page.inner_text("body")
    assert "Henkilöasiakkaiden tiedotteet: ei ole listalla (lista luettiin)" in told
    assert "Tiedotteet kaikille asiakkaille: on yhä listalla ryhmässä yritysasiakkaat" in told
    assert told.count("ei ole listalla") == 1
    assert browser.case(form)[:2] == ("done", "person")
    back = filled("withdraw", email, scope="person")
    told = browser.fill(back)
    assert "Vahvistus: vastustus on peruttu" in told
    assert "Jos osoite on myös Webropolin omalla kieltolistalla, poista se sieltä käsin" in told
    assert "poistettavaa estoa ei ollut" not in told
    again = browser.fill(filled("withdraw", email))
    assert again.count("Mikään ei estänyt osoitetta listoilta") == 2  # in the box, and in the letter
    assert browser.office.rows("SELECT 1 FROM registry.suppression WHERE reason = 'objection'") == []


def test_what_was_only_noted_waits_and_is_done_later_under_its_number(browser: Browser) -> None:
    form = filled("access", people(1, start=6)[0])
    assert "Pyyntö on kirjattu saapuneeksi" in browser.fill(form, LATER)
    row = browser.page.locator("tr", has_text=form["number"]).inner_text()
    assert "kirjattu, ei vielä tehty" in row
    assert "23.12.2026" in row
    assert "Vastaus tarkastuspyyntöön" in browser.fill(form)
    browser.page.goto(f"{browser.office.pages.url}/rights/")
    assert form["number"] not in browser.page.inner_text("body")


def test_what_was_noted_for_a_mistyped_address_is_dismissed(browser: Browser) -> None:
    form = filled("object", "kirjoitusvirhe@sandbox-posti.fi")
    browser.fill(form, LATER)
    row = browser.page.locator("tr", has_text=form["number"])
    row.locator("text=Sulje tekemättä").click()  # the browser asks for the reason
    assert browser.case(form)[0] == "noted"
    row.locator("input[name=why]").fill("kirjoitusvirhe osoitteessa")
    row.locator("text=Sulje tekemättä").click()
    assert "Asia on suljettu tekemättä" in browser.page.inner_text(".notice")
    assert browser.page.locator("tr", has_text=form["number"]).count() == 0
    assert browser.case(form)[0::4] == ("dismissed", IN_AUDIT)
    events = browser.office.rows("SELECT actor, counts ->> 'why' FROM audit.event WHERE action = 'dismiss'")
    assert (IN_AUDIT, "kirjoitusvirhe osoitteessa") in events


def test_a_list_that_cannot_be_read_waits_and_somebody_says_it_is_off(browser: Browser) -> None:
    email = people(1, start=7)[0]
    form = filled("object", email)
    away = {"conn_type": "http", "host": "http://127.0.0.1:9", "login": "x", "password": "y"}
    browser.office.office.connect(webropol=away)
    try:
        waits = browser.fill(form)
        assert "Kirjeen saat, kun asia on valmis" in waits
        assert email not in waits
        assert browser.case(form)[0] == "acted"
        row = browser.page.locator("tr", has_text=form["number"])
        assert "odottaa listoja" in row.inner_text()
        row.locator(f"input[value={TARGET}]").check()
        row.locator(f"text={LOOK}").click()
        assert browser.page.locator(".notice li").count() == 2
        for name in (COMPANIES, ALL):
            row.locator(f"input[value={name}]").check()
        row.locator(f"text={LOOK}").click()
        assert "asia on valmis" in browser.page.inner_text(".notice")
    finally:
        browser.office.office.connect()
    assert browser.case(form)[0] == "done"
    assert browser.fill(form).count("(katsottiin käsin)") == 3


def test_a_case_is_looked_at_again_by_its_button(browser: Browser) -> None:
    email = people(1, start=8)[0]
    form = filled("erase", email)
    browser.office.office.connect(
        webropol={"conn_type": "http", "host": "http://127.0.0.1:9", "login": "x", "password": "y"}
    )
    browser.fill(form)
    browser.office.office.connect()
    assert browser.page.locator("tr", has_text=form["number"]).inner_text().count("toi osoitteen vielä") == 2
    assert browser.office.lists_of(email) == set(LISTS)
    browser.page.locator("tr", has_text=form["number"]).locator(f"text={LOOK}").click()
    assert "asia on valmis" in browser.page.inner_text(".notice")
    assert browser.office.lists_of(email) == set()
    assert browser.case(form)[0] == "done"
    assert browser.fill(form).count("toi osoitteen vielä ennen poistoa") == 2


def test_a_mistake_keeps_the_form_but_for_the_address(browser: Browser) -> None:
    form = filled("erase", "aino.virtanen at sandbox-posti.fi", relist="1")
    assert "Osoite puuttuu tai ei ole sähköpostiosoite" in browser.fill(form)
    assert browser.page.input_value("input[name=number]") == form["number"]
    assert browser.page.is_checked("input[name=relist]")
    assert browser.page.is_checked("input[name=right][value=erase]")
    assert browser.page.input_value("input[name=address]") == ""


def test_the_address_is_nowhere_but_in_letters(browser: Browser, postgres: Server) -> None:
    """After all of the above: in no log of Airflow, no audit, no file, no address line and no header."""
    pages, known = browser.office.pages, Known()
    known.add(browser.office.office)
    name = pages.variables["REGISTRY_URL"].rsplit("/", 1)[1]
    databases = [pages.admin_url, pages.admin_url.replace(name, "airflow_rights")]
    assert leaks_below(pages.home, known, databases, postgres.log) == {}
    log = (pages.home / "api-server.log").read_text()
    assert len(re.findall(r"POST.*/rights/", log)) > 10
    events = browser.office.rows("SELECT e::text FROM audit.event e")
    assert len(events) > 20
    assert [event for event in events if "@" in event[0] or "henkilo" in event[0].replace("henkiloasiakkaat", "")] == []
    ours = [answer for answer in browser.answers if "/rights/" in answer.url]
    assert len(ours) > 20
    for answer in ours:
        assert answer.headers["cache-control"] == "no-store"
        sent = answer.request.all_headers()
        if answer.request.method == "POST":  # what `own_forms` goes by
            assert (sent["origin"], sent["sec-fetch-site"]) == ("null", "same-origin")
        told = json.dumps([answer.url, answer.headers, {**sent, "cookie": ""}])
        assert [word in told for word in ("sandbox-posti", "@")] == [False, False]
