"""The nights that are played: drops of persons as URA's sandbox sends them, the same for everybody, made in blocks.

Of a hundred rows 8 repeat another (4 of them in capitals), 2 hold no address, 2 are international. From one night
to the next 1 % of the addresses are gone and 1.5 % are new. A row follows from its number alone: nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.cases import DAY

STEP = 1000  # rows: below it the shares do not come out even
MOST_NIGHTS = 40
BLOCK = 50_000
NEW_SHARE = 0.0135  # of rows: 1.5 % of the 900 addresses that 1,000 rows hold

# Where in its hundred a row stands (its slot) says what it is.
COPIES, CAPITALS, MALFORMED, WIDE_LOCAL, WIDE_DOMAIN = range(8), range(4, 8), range(8, 10), 10, 11
ORIGINALS, FIRST_GONE = 20, 50
SPREAD, UNSPREAD = 37, 73  # 37 × 73 = 2,701: the slots of a hundred, and back

FIRST = ("aino", "eero", "helmi", "iida", "juha", "kaisa", "lauri", "maija", "niko", "oona", "pekka", "riikka", "sami")
LAST = ("aalto", "halonen", "järvi", "koski", "laine", "mattila", "niemi", "ojala", "rinne", "salo", "virta")
PLAIN_LAST = [name.translate(str.maketrans("äö", "ao")) for name in LAST]
DOMAINS = [f"posti{number}.sandbox-posti.fi" for number in range(50)]
WIDE_DOMAINS = [f"sähkö-posti{number}.sandbox-posti.fi" for number in range(300)]
AS_LABELS = [domain.encode("idna").decode() for domain in WIDE_DOMAINS]


@dataclass(frozen=True)
class Night:
    """One night's files: the drop, its addresses alone (as they stand), and the clean ones, each once."""

    number: int
    on: date
    drop: Path
    addresses: Path
    clean: Path
    rows: int
    distinct: int

    def remove(self) -> None:
        """Take the files away."""
        for file in (self.drop, self.drop.with_name(self.drop.name + ".done"), self.addresses, self.clean):
            file.unlink(missing_ok=True)


def make_night(folder: Path, size: int, number: int, *, like: int | None = None) -> Night:
    """Night `number` (1 is the first, of `size` rows). `like`: with that night's rows, in another order."""
    folder.mkdir(parents=True, exist_ok=True)
    on = DAY + timedelta(days=number - 1)
    drop = folder / f"ura_persons_{on}.csv"
    addresses, clean = folder / f"addresses_{on}.txt", folder / f"clean_{on}.csv"
    digest, rows, distinct = hashlib.sha256(), 0, 0
    with ExitStack() as stack:
        to_drop, to_addresses, to_clean = (stack.enter_context(file.open("wb")) for file in (drop, addresses, clean))
        header = b"sahkoposti;maakunta;asiakkuus\n"
        digest.update(header)
        to_drop.write(header)
        to_clean.write(b"email\n")
        for raw, valid in _blocks(size, like or number):
            if like:
                raw.reverse()
            text = "".join(f"{value};06;voimassa\n" for value in raw).encode()
            digest.update(text)
            to_drop.write(text)
            to_addresses.write(("\n".join(raw) + "\n").encode())
            to_clean.write(("\n".join(valid) + "\n").encode())
            rows, distinct = rows + len(raw), distinct + len(valid)
    marker = {"rows": rows, "sha256": digest.hexdigest(), "counts": {"06": rows}}
    drop.with_name(drop.name + ".done").write_text(json.dumps(marker))
    return Night(number, on, drop, addresses, clean, rows, distinct)


def _blocks(size: int, number: int) -> Iterator[tuple[list[str], list[str]]]:
    """What a night's rows hold, and their canonical addresses, each once in the whole night."""
    indices = [range(size), range(size, size + round(size * NEW_SHARE) * (number - 1))]
    for kind, every in enumerate(indices):
        for first in range(0, len(every), BLOCK):
            block = every[first : first + BLOCK]
            rows = [(text := plain(index), text) for index in block] if kind else _first_rows(block, number)
            yield [raw for raw, _ in rows], [valid for _, valid in rows if valid is not None]


def _first_rows(block: range, number: int) -> list[tuple[str, str | None]]:
    """Rows of the first night that are there in night `number` too."""
    absent = range(FIRST_GONE, FIRST_GONE + number - 1)
    rows = []
    for index in block:
        hundred, slot = index // 100, index * SPREAD % 100
        if slot not in absent or hundred % 10 == 0:
            rows.append(_row(index, hundred, slot))
    return rows


def _row(index: int, hundred: int, slot: int) -> tuple[str, str | None]:
    if slot > WIDE_DOMAIN:
        text = plain(index)
        return text, text
    if slot in COPIES:
        text = plain(hundred * 100 + (ORIGINALS + slot) * UNSPREAD % 100)
        return (text.upper() if slot in CAPITALS else text), None
    if slot in MALFORMED:
        return _malformed(index, hundred * 2 + slot), None
    number = _scattered(index)
    name, last = FIRST[number % 13], LAST[(number >> 4) % 11]
    if slot == WIDE_LOCAL:
        text = f"jäsen.{name}.{last}{number:x}@{DOMAINS[number % 50]}"
        return text, text
    local = f"{name}.{number:x}@"
    return local + WIDE_DOMAINS[number % 300], local + AS_LABELS[number % 300]


def plain(index: int) -> str:
    """The address of that number: no two numbers below 2**32 have the same, and neighbours are nothing alike."""
    number = _scattered(index)
    return f"{FIRST[number % 13]}.{PLAIN_LAST[(number >> 4) % 11]}{number:x}@{DOMAINS[(number >> 8) % 50]}"


def _scattered(index: int) -> int:
    return (index * 2_654_435_761 + 97) & 0xFFFFFFFF


def _malformed(index: int, kind: int) -> str:
    number = _scattered(index)
    text = plain(index)
    return (
        text.replace("@", "."),
        f"040 {100 + number % 900} {1000 + number % 9000}",
        f"0101{number % 90 + 10}-9{number % 100:02}X",
        f"{text}, {plain(index + 1)}",
        text.replace(".", "..", 1),
        text.replace(".", " ", 1),
    )[kind % 6]
