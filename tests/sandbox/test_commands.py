"""The command line: exit codes, one line for what is wrong, and an end that leaves nothing behind."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.sandbox.outside import LISTS, ROOT, SECONDS, Outside, run

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """A world of 200 addresses that nobody serves when a test begins."""
    outside = Outside(tmp_path_factory.mktemp("commands"))
    outside.run("create", "--addresses", "200", "--date", "2026-11-23")
    return outside


def test_lists_ends_with_0_when_all_are_equal_and_with_1_when_not_and_never_shows_an_address(home: Path) -> None:
    outside = Outside(home)
    outside.run("create", "--addresses", "200")
    with outside.served():
        empty = run("lists", "--json", home=home)
        assert empty.returncode == 1
        assert [found["missing"] for found in json.loads(empty.stdout)] == [len(outside.truth(name)) for name in LISTS]

        outside.bring_level()
        level = run("lists", "--json", home=home)
        assert level.returncode == 0
        assert all(found["equal"] for found in json.loads(level.stdout))

        list_id = outside.list_id(LISTS[0])
        member_id = next(iter(outside.members(list_id)))
        outside.api("POST", f"lists/{list_id}/members/removals", json={"MemberIds": [member_id]})
        outside.add(list_id, ["stranger@sandbox-posti.fi", "Other@Sandbox-Posti.fi"])
        differs = run("lists", home=home)
        assert differs.returncode == 1
        assert "sandbox-posti" not in differs.stdout.lower()
        found = json.loads(run("lists", "--json", home=home).stdout)[0]
        assert (found["missing"], found["extra"], found["equal"]) == (1, 2, False)
        with closing(sqlite3.connect(home / "world.sqlite")) as world, world:  # as a server does that sees to nothing
            world.execute(
                "INSERT INTO webropol_member (member_id, list_id, email, folded)"
                " SELECT member_id || 'x', list_id, email, folded FROM webropol_member WHERE list_id <> ? LIMIT 1",
                (list_id,),
            )
        assert [one["extra"] for one in json.loads(run("lists", "--json", home=home).stdout)].count(1) == 1


def test_the_module_is_the_command(home: Path) -> None:
    for verb, code in ((("create", "--addresses", "50"), 0), (("lists",), 1), (("create",), 2)):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "sandbox", *verb, "--home", str(home)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == code
        assert done.stderr.count("\n") == (code == 2)


def test_a_signal_ends_serving_cleanly(world: Outside) -> None:
    world.serve()
    assert (world.home / "endpoints.json").stat().st_mode & 0o077 == 0
    assert json.loads(world.run("status", "--json"))["url"] == world.endpoints["url"]
    code, output, errors = world.stop(signal.SIGTERM)
    assert (code, errors) == (0, "")
    assert output.count("\n") == 1
    assert not (world.home / "endpoints.json").exists()
    assert json.loads(world.run("status", "--json"))["url"] is None


def test_a_killed_server_is_not_taken_for_a_living_one_and_a_living_one_keeps_its_world(world: Outside) -> None:
    world.serve()
    world.stop(signal.SIGKILL)
    assert (world.home / "endpoints.json").exists()
    assert json.loads(world.run("status", "--json"))["url"] is None

    (world.home / "endpoints.json").unlink()
    world.serve()
    for verb in (("serve",), ("create", "--force")):
        done = run(*verb, home=world.home)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "is being served" in done.stderr
    assert world.api("GET", "lists").status_code == 200
    assert world.stop()[0] == 0


def test_a_port_in_use_is_one_line(world: Outside) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--port", str(taken.getsockname()[1]), home=world.home)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--port" in done.stderr


def test_a_world_is_thrown_away_only_by_force(home: Path) -> None:
    assert run("create", "--addresses", "50", "--seed", "1", home=home).returncode == 0
    truth = (home / "truth" / "kaikki_asiakkaat.txt").read_bytes()
    refused = run("create", "--addresses", "50", "--seed", "2", home=home)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert (home / "truth" / "kaikki_asiakkaat.txt").read_bytes() == truth
    assert run("create", "--addresses", "50", "--seed", "2", "--force", home=home).returncode == 0
    assert (home / "truth" / "kaikki_asiakkaat.txt").read_bytes() != truth


def test_a_world_that_could_not_be_made_leaves_nothing_and_a_second_try_works(home: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg2://nobody:secret@127.0.0.1:{unused.getsockname()[1]}/ura"
        failed = run("create", "--addresses", "50", "--ura-database", url, home=home)
    assert (failed.returncode, failed.stdout, failed.stderr.count("\n")) == (2, "", 1)
    assert "secret" not in failed.stderr
    assert not (home / "world.sqlite").exists()
    assert run("create", "--addresses", "50", home=home).returncode == 0


@pytest.mark.parametrize("verb", ["advance", "heal", "serve", "status", "lists"])
def test_without_a_world_each_verb_says_how_to_make_one(home: Path, verb: str) -> None:
    done = run(verb, home=home)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "create" in done.stderr


def test_a_file_that_is_no_world_is_named(home: Path) -> None:
    home.mkdir()
    (home / "world.sqlite").write_text("no database" * 100)
    done = run("status", home=home)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "create --force" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("create", "--date", "yesterday"), ("create", "--addresses", "3"), ("advance", "--nights", "0"), ("nothing",)],
)
def test_a_wrong_argument_is_refused(home: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, home=home)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_requests_leave_no_trace_in_the_output_and_ctrl_c_is_as_good_an_end(world: Outside) -> None:
    world.serve()
    world.odata("accounts", filter="emailaddress1 eq 'secret@sandbox-posti.fi'")
    world.odata("accounts", filter="emailaddress1 eq secret@sandbox-posti.fi")
    world.add(world.list_id(LISTS[0]), ["secret@sandbox-posti.fi"])
    world.api("POST", f"lists/{world.list_id(LISTS[0])}/members", json=["secret@sandbox-posti.fi"])
    code, output, errors = world.stop(signal.SIGINT)
    assert (code, errors) == (0, "")
    assert "secret" not in output
