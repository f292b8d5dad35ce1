"""A drop that is not whole says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from email_registry.errors import ConfigurationError, SourceFailed
from tests.extract.ways import (
    DAY,
    extracted,
    mark,
    office_rows,
    overlay,
    refused,
    rewrite,
    staged,
)
from tests.registry_rows import run_sql


def test_a_file_without_its_marker_is_not_there(admin_url: str, drop: Path) -> None:
    drop.with_name(drop.name + ".done").unlink()
    assert f"no complete file of {DAY}" in refused(admin_url)
    assert staged(admin_url) == []


def test_the_file_of_yesterday_is_not_that_of_today(admin_url: str, drop: Path) -> None:
    for suffix in ("", ".done"):
        file = drop.with_name(drop.name + suffix)
        file.rename(drop.with_name(drop.name.replace("2026-11-23", "2026-11-22") + suffix))
    assert "no complete file" in refused(admin_url)


@pytest.mark.parametrize(
    "marker", ["", "{}", "[]", "null", '{"rows": "many", "sha256": ""}', '{"rows": 3}', "matti@sandbox-posti.fi"]
)
def test_a_marker_that_is_not_as_agreed(admin_url: str, drop: Path, marker: str) -> None:
    drop.with_name(drop.name + ".done").write_text(marker)
    assert "the completion marker is not as agreed" in refused(admin_url)


def test_a_file_whose_digest_is_another(admin_url: str, drop: Path) -> None:
    drop.write_bytes(drop.read_bytes().replace(b"sandbox", b"sandbex", 1))
    assert "the file's digest is not the marker's" in refused(admin_url)
    assert staged(admin_url) == []


@pytest.mark.parametrize("difference", [-1, 1])
def test_another_number_of_rows_than_declared(admin_url: str, drop: Path, difference: int) -> None:
    rows = len(drop.read_bytes().splitlines()) - 1
    mark(drop, rows + difference)
    assert f"{rows} rows came, {rows + difference} were declared" in refused(admin_url)


def test_a_file_that_changes_while_it_is_read(admin_url: str, drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from email_registry.extract import file

    def growing(self: file.FileReading, opened: Any) -> Iterator[Any]:
        yield from whole(self, opened)
        with drop.open("ab") as more:
            more.write(b"x")

    whole = file.FileReading._parsed
    monkeypatch.setattr(file.FileReading, "_parsed", growing)
    assert "the file changed while it was read" in refused(admin_url)


BROKEN = "rows, quotes or encoding are broken"


@pytest.mark.promise("given")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [lines[0].replace(b"asiakkuus", b"tila"), *lines[1:]], "the agreed column asiakkuus is missing"),
        (lambda lines: [line.rpartition(b";")[0] + b"\n" for line in lines], "the agreed column asiakkuus is missing"),
        (
            lambda lines: [lines[0].rstrip() + b";nimi\n", *(line.rstrip() + b";Matti\n" for line in lines[1:])],
            "1 column(s) came that were not agreed",
        ),
        (
            lambda lines: [line.rstrip() + b";" + line.rpartition(b";")[2] for line in lines],
            "1 column(s) came that were not agreed",
        ),
        (lambda lines: [*lines[:3], b"matti@sandbox-posti.fi;06;voimassa;1;2\n", *lines[3:]], BROKEN),
        (lambda lines: [lines[0], *(line.rstrip() + b";\n" for line in lines[1:])], BROKEN),
        (lambda lines: [*lines, b"matti@sandbox-posti.fi\n"], BROKEN),
        (lambda lines: [*lines[:3], b"m\xe4tti@sandbox-posti.fi;06;voimassa\n", *lines[3:]], BROKEN),
        (lambda lines: [*lines[:3], b"matti@sandbox-posti.fi;06;p\xe4\xe4ttynyt\n", *lines[3:]], BROKEN),
        (lambda lines: [*lines[:3], b'"matti@sandbox-posti.fi;06;voimassa\n', *lines[3:]], BROKEN),
        (lambda lines: [*lines[:3], b'matti@sandbox-posti.fi;06;"voimassa\n', *lines[3:]], "rows came"),
        (lambda lines: [*lines[:3], b"m" * 10_000_000 + b";06;voimassa\n", *lines[3:]], BROKEN),
        (lambda lines: [*lines[:3], b'"' + b"m" * 10_000_000 + b'";06;voimassa\n', *lines[3:]], BROKEN),
        (lambda lines: [*lines[:3], b"ma\0tti@sandbox-posti.fi;06;voimassa\n", *lines[3:]], "the file holds a NUL"),
        (lambda lines: [line.decode().encode("utf-16-le") for line in lines], "the file holds a NUL"),
        (lambda lines: [], BROKEN),
    ],
)
def test_a_file_that_is_not_as_agreed(
    admin_url: str, drop: Path, change: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    rewrite(drop, change)
    assert said in refused(admin_url)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]],
        lambda lines: [line.rstrip() + b"\r\n" if number % 2 else line for number, line in enumerate(lines)],
        lambda lines: [b";".join(reversed(line.rstrip().split(b";"))) + b"\n" for line in lines],
        lambda lines: [b";".join(b'"' + value + b'"' for value in line.rstrip().split(b";")) + b"\n" for line in lines],
        lambda lines: [*lines[:-1], lines[-1].rstrip()],
    ],
    ids=["a mark of UTF-8 at its head", "mixed line ends", "columns in another order", "quotes", "no last line end"],
)
def test_a_file_written_otherwise_but_as_agreed(
    admin_url: str, drop: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    plain = drop.read_bytes()
    extracted()
    before = staged(admin_url)
    rewrite(drop, change)
    assert drop.read_bytes() != plain
    assert extracted().complete
    assert (staged(admin_url) == before) is True


WINDOWS = {"file": {"encoding": "cp1252"}}
LETTERS = "jukka@sandbox-posti.fi;06;päättynyt\n"


def test_a_file_in_windows_1252_where_that_was_agreed(
    admin_url: str, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay(tmp_path, monkeypatch, **WINDOWS)
    rewrite(drop, lambda lines: [line for line in lines if line.isascii()])
    own = len(office_rows(drop))
    rewrite(drop, lambda lines: [*lines, "jyväskylä@sandbox-posti.fi;06;voimassa\n".encode("cp1252")])
    extracted()
    assert len(staged(admin_url)) == own + 1
    assert ("jyväskylä@sandbox-posti.fi", "valid") in staged(admin_url)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (LETTERS.encode(), "the file is UTF-8, and Windows-1252 was agreed"),
        (LETTERS.encode("cp1252") + b"\x81\n", "not in Windows-1252"),
    ],
)
def test_a_file_that_is_not_in_windows_1252_although_agreed(
    admin_url: str, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: bytes, said: str
) -> None:
    overlay(tmp_path, monkeypatch, **WINDOWS)
    rewrite(drop, lambda lines: [*(line for line in lines if line.isascii()), more])
    assert said in refused(admin_url)


def test_the_senders_own_count_proves_the_filter(
    admin_url: str, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay(tmp_path, monkeypatch, file={"counts_key": "06"})
    rows, own = len(drop.read_bytes().splitlines()) - 1, len(office_rows(drop))
    mark(drop, rows, counts={"06": own, "01": 3})
    assert extracted().complete
    mark(drop, rows, counts={"06": own + 1})
    assert f"{own} rows are the office's, the source counted {own + 1}" in refused(admin_url)


@pytest.mark.parametrize("more", [{}, {"counts": {"06": "3"}}, {"counts": [3]}])
def test_a_count_that_was_agreed_and_does_not_come(
    admin_url: str, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    overlay(tmp_path, monkeypatch, file={"counts_key": "06"})
    mark(drop, len(drop.read_bytes().splitlines()) - 1, **more)
    assert "the completion marker is not as agreed" in refused(admin_url)


def test_the_newest_complete_drop_is_taken_and_none_older_than_agreed(
    admin_url: str, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay(tmp_path, monkeypatch, file={"max_age_days": 2})
    own = len(office_rows(drop))
    for age, rows in ((1, 5), (2, 7), (3, 9)):
        older = drop.with_name(drop.name.replace(DAY.isoformat(), (DAY - timedelta(days=age)).isoformat()))
        older.write_bytes(b"".join(drop.read_bytes().splitlines(keepends=True)[: rows + 1]))
        mark(older, rows)
    assert extracted().valid + sum(extracted().rejected.values()) == own
    for expected in (5, 7):
        next(file for file in sorted(drop.parent.glob("*.done"), reverse=True)).unlink()
        assert extracted().received == expected
    next(file for file in sorted(drop.parent.glob("*.done"), reverse=True)).unlink()
    assert "no complete file of 2026-11-23 or lately" in refused(admin_url)


def test_yesterdays_bytes_under_todays_name_are_refused_unless_they_may_repeat(
    admin_url: str, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = DAY + timedelta(days=1)
    for suffix in ("", ".done"):
        again = drop.with_name(drop.name.replace(DAY.isoformat(), tomorrow.isoformat()) + suffix)
        again.write_bytes(drop.with_name(drop.name + suffix).read_bytes())
    assert extracted().complete
    assert extracted().complete  # the same night once more is no repetition
    run_sql(admin_url, "UPDATE operations.run SET state = 'done', ended_at = now() WHERE kind = 'night'")
    with pytest.raises(SourceFailed, match="the file is the one of 2026-11-23 once more"):
        extracted(on=tomorrow)
    run_sql(admin_url, "UPDATE operations.run SET state = 'failed', ended_at = now() WHERE state = 'open'")
    overlay(tmp_path, monkeypatch, file={"may_repeat": True})
    assert extracted(on=tomorrow).complete


def test_a_folder_that_is_not_named(admin_url: str, tmp_path: Path) -> None:
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps({"ura_files": {"extra": {}}}))
    assert "extra.folder is missing" in refused(admin_url, error=ConfigurationError)
