"""`make pictures`: the guides' pictures, from the pages of a world that is made for them and thrown away.

Its nights: two that follow each other, a month without any, two more. So a large change waits for a person, and so does
the deletion of what went in the second night: a clock could be wrong. That one is approved.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from local.airflow_env import airflow_secrets
from local.airflow_setup import USER
from local.browser import Camera, camera, sign_in
from local.cluster_files import LOOPBACK
from local.commands import base_environment, run_module
from local.console import Show, trouble
from local.dag_runner_client import Player, Run
from local.demo import EXPIRE, NIGHT, SYNC, Options
from local.down import bring_down
from local.errors import LocalError
from local.postgres import Server
from local.unprivileged import elsewhere
from local.up import bring_up
from local.world import World
from local.world_paths import ROOT, home_from_environment

PICTURES = ROOT / "docs" / "pictures"
# So many that the persons' list changes by more than the policy lets go without a word, and the companies' does not.
ADDRESSES = 900
MONTH = 32  # nights: longer than an absent address is kept
WAITS, FROZEN, OBSERVED = "henkiloasiakkaat", "yritysasiakkaat", "kaikki_asiakkaat"
# Who looks, with the roles that their guide names; `make up` makes admin.
READERS = {
    "viestija": ("Communications", "User"),
    "tarkastaja": ("Auditor",),
    "tietosuojavastaava": ("Data Protection",),
    USER: (),
}
# Whose, where, its height, and what is done there before the picture is taken.
Page = tuple[str, str, int, Callable[[Camera], None]]


def make_pictures(world: World, folder: Path, show: Show) -> Mapping[str, str]:
    """Play the world's nights, and take each picture into `folder`. Returns their texts. Raises LocalError."""
    forget(world)
    try:
        with world.locked():
            return _played_and_taken(world, folder, show)
    finally:
        forget(world)


def forget(world: World) -> None:
    """Stop what runs of this world, and remove it."""
    if world.paths.home.exists():
        with world.locked():
            bring_down(world, Show())
        shutil.rmtree(world.paths.home)
    shutil.rmtree(elsewhere(world.paths.home), ignore_errors=True)


def _played_and_taken(world: World, folder: Path, show: Show) -> Mapping[str, str]:
    today = _today()
    server = world.postgres.start()
    # `make up` would date its first night today.
    _sandbox(world, server, "create", f"--addresses={ADDRESSES}", f"--date={today - timedelta(days=MONTH + 2)}")
    running = bring_up(world, Options(), show)
    environment = world.airflow_environment(server, running.port)
    with Player(environment, world.paths.logs, how="scheduler") as player:
        _play_history(world, server, show)
        waiting = _play_tonight(player, today, show)
    (plan,) = (row["waiting_plan"] for row in world.status(server)["expiry"] if row["audience"] == "person")
    _command(world, server, "plan", "approve", str(plan), "--why=kuukauden tauko oli oikea", by="tietosuojavastaava")
    _command(world, server, "list", "freeze", FROZEN, f"--until={today + timedelta(days=2)}", "--why=tiedote 12")
    address = f"http://{LOOPBACK}:{running.port}"
    with show.step("the pictures"):
        passwords = _make_readers(address, airflow_secrets(world.paths.secrets).admin_password)
        return _taken(_pages(world, address, waiting), passwords, address, folder)


def _taken(pages: Mapping[str, Page], passwords: Mapping[str, str], address: str, folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for user, password in passwords.items():
        with camera(folder) as shots:
            sign_in(shots.page, address, user, password)
            for name, (reader, where, height, prepare) in pages.items():
                if reader == user:
                    shots.page.goto(where)
                    prepare(shots)
                    shots.take(name, height=height)
        texts |= shots.texts
    return texts


def _make_readers(address: str, admin_password: str) -> dict[str, str]:
    """A user for each reader, by Airflow's own interface. Returns their passwords."""
    passwords = {name: secrets.token_urlsafe(15) for name in READERS} | {USER: admin_password}
    try:
        with requests.Session() as session:
            session.trust_env = False
            signed = _posted(session, f"{address}/auth/token", {"username": USER, "password": admin_password})
            session.headers["Authorization"] = f"Bearer {signed['access_token']}"
            for name, roles in READERS.items():
                if roles:
                    person: dict[str, object] = {
                        "username": name,
                        "first_name": name,
                        "last_name": name,
                        "email": f"{name}@localhost",
                    }
                    may = {"password": passwords[name], "roles": [{"name": role} for role in roles]}
                    _posted(session, f"{address}/auth/fab/v1/users", {**person, **may})
    except requests.RequestException as error:
        raise LocalError(f"the pictures' readers cannot be made: {type(error).__name__} of Airflow") from None
    return passwords


def _posted(session: requests.Session, url: str, document: Mapping[str, object]) -> dict[str, str]:
    answer = session.post(url, json=document, timeout=60)
    answer.raise_for_status()
    found: dict[str, str] = answer.json()
    return found


def _play_history(world: World, server: Server, show: Show) -> None:
    """Up to last night, by command: a night of Airflow's is about today."""
    for after, steps in ((1, ("night", "sync")), (MONTH, ("night", "sync")), (1, ("night",))):
        day = world.sandbox.night()[1]
        with show.step(f"the night of {day}, by command"):
            for step in steps:
                _command(world, server, step, f"--date={day}")
        _sandbox(world, server, "advance", f"--nights={after}")
    _command(world, server, "list", "observe", OBSERVED, "--why=otetaan käyttöön myöhemmin")


def _play_tonight(player: Player, today: date, show: Show) -> Run:
    """The night and what follows it, in Airflow. Returns the sync, which waits for a person."""
    runs: dict[str, Run] = {}
    for dag_id in (NIGHT, SYNC, EXPIRE):
        with show.dag(dag_id) as tasks:
            runs[dag_id] = player.play(dag_id, {"date": today.isoformat()}, tasks, after_assets=dag_id == SYNC)
    states = {dag_id: run.state for dag_id, run in runs.items()}
    if states != {NIGHT: "success", SYNC: "waiting", EXPIRE: "waiting"}:
        raise LocalError(f"the night of the pictures did not go as it should: {states}")
    return runs[SYNC]


def _pages(world: World, address: str, waiting: Run) -> dict[str, Page]:
    """What is shown, by the name of its picture."""
    report = _newest(world.paths.home / "reports", "validations/*/*/staged/ura_persons.html")
    certificate = _newest(world.paths.home / "certificates", "deletion-*-person-*.html")
    reports = f"{address}/quality-reports"
    approval = f"{address}/dags/{SYNC}/runs/{waiting.run_id}/tasks/{WAITS}.approve/required_actions"
    one_report = f"{reports}/{report.relative_to(world.paths.home / 'reports')}"
    officer, auditor, protector, engineer = READERS
    return {
        "may-i-send": (officer, f"{address}/plugin/bulletin-lists", 520, _in_its_frame),
        "lists-by-hand": (officer, f"{address}/dags/lists_by_hand", 1000, _fill_in),
        "required-actions": (officer, f"{address}/required_actions", 350, _as_it_opens),
        "approval": (officer, approval, 720, _as_it_opens),
        "night": (engineer, f"{address}/dags/{NIGHT}", 480, _with_its_grid),
        "quality-reports": (auditor, f"{reports}/", 620, _as_it_opens),
        "quality-report": (auditor, one_report, 760, _as_it_opens),
        "rights": (protector, f"{address}/rights/", 900, _ask),
        "deletion-certificate": (auditor, certificate.as_uri(), 540, _as_it_opens),
    }


def _as_it_opens(shots: Camera) -> None:
    """Airflow's pages ask for what they show once they are there."""
    shots.page.wait_for_load_state("networkidle")


def _in_its_frame(shots: Camera) -> None:
    """A page of ours stands in a frame of Airflow's."""
    shots.page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()


def _with_its_grid(shots: Camera) -> None:
    """Grey boxes stand there first."""
    shots.page.locator("a[href*='/runs/'][href*='close_night']").first.wait_for()
    shots.page.get_by_text("Last Dag Run").wait_for()


def _fill_in(shots: Camera) -> None:
    """The form of a list that is frozen before a bulletin is sent from it."""
    _as_it_opens(shots)
    shots.page.get_by_role("button", name="Trigger").first.click()
    shots.page.locator("[name=element_until]").fill(f"{_today() + timedelta(days=2)}")
    shots.page.locator("[name=element_reason]").fill("tiedote 12")


def _ask(shots: Camera) -> None:
    """A request as it is filled in, but for the address: no picture shows one."""
    shots.page.locator("[name=right][value=object]").check()
    shots.page.locator("[name=number]").fill("TEM/123/2026")
    shots.page.locator("[name=identity]").fill("passi")


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Helsinki")).date()


def _newest(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime)
    if not found:
        raise LocalError(f"the night of the pictures left no {pattern}")
    return found[-1]


def _sandbox(world: World, server: Server, verb: str, *options: str) -> None:
    """What `python -m sandbox` does to this world."""
    run_module(
        ["sandbox", verb, f"--home={world.paths.sandbox}", f"--ura-database={server.ura_url}", *options],
        base_environment(),
    )


def _command(world: World, server: Server, *words: str, by: str = "viestija") -> None:
    """What `./registry` does in this world. `by`: whom the audit and the certificates name."""
    run_module(["email_registry.cli", *words], world.command_environment(server) | {"REGISTRY_ACTOR": by})


def main() -> int:
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("--into", type=Path, default=PICTURES, help="the folder (docs/pictures)")
    folder = parser.parse_args().into
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder.mkdir(parents=True, exist_ok=True)
    show = Show()
    try:
        taken = make_pictures(World(home_from_environment() / "pictures"), folder, show)
    except LocalError as error:
        trouble(error)
        return 1
    except KeyboardInterrupt:
        trouble("interrupted; nothing is left running")
        return 130
    show.say(f"  {len(taken)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
