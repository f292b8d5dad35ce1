"""The guides of the three readers: their pictures, and the periods they name, are those there are."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
import yaml

from tests.layout.sources import ROOT, short

GUIDES = [ROOT / "docs" / name for name in ("engineers-guide.md", "viestijan-opas.md", "tietosuojavastaavan-opas.md")]
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*"))
SHOWN = re.compile(r"!\[([^\]]+)\]\(pictures/([\w-]+\.png)\)")
PERIOD = re.compile(r"(\d+) (?:päivää|päivän|vuotta) \(`(\w+)`\)")
MOST_LINES, MOST_BYTES, WIDTH = 250, 200_000, 1280


def shown() -> list[tuple[str, str]]:
    """What each picture is said to show, and its file."""
    return [found for guide in GUIDES for found in SHOWN.findall(guide.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("guide", GUIDES, ids=short)
def test_a_guide_can_be_read_at_a_sitting_and_has_pictures(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert SHOWN.search(text)


def test_every_picture_is_shown_and_every_one_that_is_shown_is_there() -> None:
    assert sorted({name for _, name in shown()}) == [path.name for path in PICTURES]


def test_a_picture_is_told_to_whoever_does_not_see_it() -> None:
    assert [name for said, name in shown() if len(said.split()) < 4] == []


@pytest.mark.parametrize("picture", PICTURES, ids=short)
def test_a_picture_is_small_and_as_wide_as_the_others(picture: Path) -> None:
    data = picture.read_bytes()
    assert len(data) < MOST_BYTES
    width, _ = struct.unpack(">II", data[16:24])
    assert (data[1:4], width) == (b"PNG", WIDTH)


def test_the_periods_that_a_guide_names_are_the_policys() -> None:
    policy = yaml.safe_load((ROOT / "include" / "policy" / "pirkanmaa.yaml").read_text(encoding="utf-8"))
    told = {key: int(days) for guide in GUIDES for days, key in PERIOD.findall(guide.read_text(encoding="utf-8"))}
    kept = {**policy["retention"], **policy["audiences"]["person"]["retention"], **policy["rights"], **policy["expiry"]}
    assert policy["audiences"]["person"]["retention"] == policy["audiences"]["company"]["retention"]
    assert told == {key: kept[key] for key in told}
    assert set(told) >= set(policy["retention"]) | set(policy["audiences"]["person"]["retention"])
