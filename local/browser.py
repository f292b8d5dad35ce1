"""Open Airflow's pages in a real browser, sign in as a person does, and take pictures."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from local.errors import LocalError

BROWSERS = ("chromium", "google-chrome", "chromium-browser")
WIDTH, HEIGHT = 1280, 800
MOST_BYTES = 200_000
PATIENCE = 120_000  # ms: Airflow's pages on two cores that do something else too
# What stands in a form is no text of the page.
VALUES = "() => [...document.querySelectorAll('input, textarea, select')].map(field => field.value).join('\\n')"


def find_browser() -> str | None:
    """Return the browser that CHROMIUM names, or else the first that is installed. None without one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


class Camera:
    """Takes pictures of one browser's page into a folder, and keeps the text of each."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.texts = page, folder, dict[str, str]()

    def take(self, name: str, *, height: int = HEIGHT) -> None:
        """Take `name`.png of the page as it is now. Raises LocalError when it would show an address or be large."""
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.mouse.move(0, 0)
        self.page.wait_for_load_state("networkidle")
        text = self.text()
        if "@" in text:
            raise LocalError(f"the page for {name} holds an @: no picture was taken of it")
        shown = self.page.screenshot(animations="disabled", caret="hide")
        if len(shown) > MOST_BYTES:
            raise LocalError(f"the picture {name} has {len(shown)} bytes: show less of the page")
        (self.folder / f"{name}.png").write_bytes(shown)
        self.texts[name] = text

    def text(self) -> str:
        """Return all text of the page, of its frames and of the fields of its forms."""
        return "\n".join(f"{frame.inner_text('body')}\n{frame.evaluate(VALUES)}" for frame in self.page.frames)


@contextlib.contextmanager
def camera(folder: Path) -> Iterator[Camera]:
    """Open a light page, 1280 wide, in Helsinki's time. Raises LocalError when no browser is installed."""
    path = find_browser()
    if path is None:
        raise LocalError("no browser was found: install Chromium (apt-get install chromium), or name one in CHROMIUM")
    # Chromium refuses to start as root within its own sandbox; it is shown this machine's pages only.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
        except Error:
            raise LocalError(f"{path} does not start: install Chromium, or name another in CHROMIUM") from None
        context = browser.new_context(color_scheme="light", locale="en-GB", timezone_id="Europe/Helsinki")
        context.set_default_timeout(PATIENCE)
        shots = Camera(context.new_page(), folder)
        try:
            yield shots
        except Error as error:
            raise LocalError(f"{shots.page.url} is not as it was: {error.message.splitlines()[0]}") from None
        finally:
            browser.close()


def sign_in(page: Page, address: str, user: str, password: str) -> None:
    """Sign in by the form of Airflow's FAB auth manager."""
    page.goto(f"{address}/auth/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.click("input[type=submit], button[type=submit]")
    page.wait_for_url(f"{address}/")
