"""A drop that is not whole says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from email_registry.errors import ConfigurationError
from tests.extract.ways import (
    DAY,
    extracted,
    mark,
    office_rows,
    refused,
    rewrite,
    staged,
)


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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [lines[0].replace(b"asiakkuus", b"tila"), *lines[1:]], "the agreed column asiakkuus is missing"),
        (lambda lines: [line.rpartition(b";")[0] + b"\n" for line in lines], "the agreed column asiakkuus is missing"),
        (
            lambda lines: [lines[0].rstrip() + b";nimi\n", *(line.rstrip() + b";Matti\n" for line in lines[1:])],
            "1 column(s) came that were not agreed",
        ),
        (lambda lines: [*lines[:3], b"matti@sandbox-posti.fi;06;voimassa;1;2\n", *lines[3:]], "cannot be read"),
        (lambda lines: [*lines[:3], b"m\xe4tti@sandbox-posti.fi;06;voimassa\n", *lines[3:]], "cannot be read"),
        (lambda lines: [*lines[:3], b'"matti@sandbox-posti.fi;06;voimassa\n', *lines[3:]], "cannot be read"),
        (lambda lines: [], "cannot be read"),
    ],
)
def test_a_file_that_is_not_as_agreed(
    admin_url: str, drop: Path, change: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    rewrite(drop, change)
    assert said in refused(admin_url)


def test_a_value_too_many_in_every_row_shifts_no_column(admin_url: str, drop: Path) -> None:
    rewrite(drop, lambda lines: [lines[0], *(line.rstrip() + b";\n" for line in lines[1:])])
    assert "the rows are longer than the header" in refused(admin_url)


def test_a_row_that_ends_early_is_not_the_offices_and_is_counted(admin_url: str, drop: Path) -> None:
    own = len(office_rows(drop))
    rewrite(drop, lambda lines: [*lines, b"matti@sandbox-posti.fi\n", b"matti@sandbox-posti.fi;06\n"])
    proof = extracted()
    assert (proof.complete, proof.staged) == (True, own)


def test_a_folder_that_is_not_named(admin_url: str, tmp_path: Path) -> None:
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps({"ura_files": {"extra": {}}}))
    assert "extra.folder is missing" in refused(admin_url, error=ConfigurationError)
