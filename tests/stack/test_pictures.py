"""The guides' pictures, taken from a world that is played for them: some minutes. And what is not photographed."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.browser import HEIGHT, camera, find_browser
from local.console import Show
from local.errors import LocalError
from local.pictures import make_pictures
from local.world import World
from local.world_paths import ROOT

needs_a_browser = pytest.mark.skipif(find_browser() is None, reason="no Chromium here: apt-get install chromium")
pytestmark = [pytest.mark.stack, needs_a_browser]


@pytest.fixture(scope="module")
def texts(open_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each picture's text; the pictures are where they do not replace the guides'."""
    folder = tmp_path_factory.mktemp("pictures")
    taken = dict(make_pictures(World(open_folder / "pictures"), folder, Show()))
    assert {path.stem for path in folder.glob("*.png")} == set(taken)
    return taken


def test_every_picture_of_the_guides_can_be_taken_again(texts: dict[str, str]) -> None:
    assert sorted(texts) == sorted(path.stem for path in (ROOT / "docs" / "pictures").glob("*.png"))


def test_no_page_shows_an_address(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if "@" in text] == []


def test_the_pages_show_what_the_guides_say(texts: dict[str, str]) -> None:
    send = texts["may-i-send"]
    assert [word in send for word in ("Kyllä", "Ei vielä", "jäädytetty", "odottaa hyväksyntää")] == [True] * 4
    assert "tiedote 12" in texts["lists-by-hand"]
    assert "removals of" in texts["approval"]
    assert "Approve" in texts["approval"]
    assert "henkiloasiakkaat.approve" in texts["required-actions"]
    assert [word in texts["night"] for word in ("close_night", "Last Dag Run")] == [True] * 2
    assert "ura_persons" in texts["quality-reports"]
    assert "Why it is checked" in texts["quality-report"]
    assert [word in texts["rights"] for word in ("Mitä pyydetään", "Avoimet asiat")] == [True] * 2
    assert "Poistettuja sähköpostiosoitteita" in texts["deletion-certificate"]


@pytest.mark.parametrize(
    "page", ["<p>matti@posti.fi", "<textarea>matti@posti.fi</textarea>", "<iframe srcdoc='matti@posti.fi'>"]
)
def test_a_page_that_holds_an_address_is_not_photographed(page: str, tmp_path: Path) -> None:
    with camera(tmp_path) as shots:
        shots.page.set_content(page)
        with pytest.raises(LocalError, match="the page for people holds an @: no picture was taken of it"):
            shots.take("people")
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_would_be_large_is_refused(tmp_path: Path) -> None:
    noise = "crypto.getRandomValues(new Uint8Array(60000)).forEach(n => text += String.fromCharCode(33 + n % 30));"
    with camera(tmp_path) as shots:
        shots.page.set_content("<body style='font-size:6px;word-break:break-all'>")
        shots.page.evaluate(f"() => {{ let text = ''; {noise} document.body.textContent = text }}")
        with pytest.raises(LocalError, match=r"the picture noise has \d+ bytes: show less of the page"):
            shots.take("noise", height=HEIGHT)


def test_without_a_browser_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(LocalError, match="no browser was found: install Chromium"), camera(tmp_path):
        pass
    monkeypatch.setenv("CHROMIUM", "/bin/false")
    with pytest.raises(LocalError, match="/bin/false does not start"), camera(tmp_path):
        pass
