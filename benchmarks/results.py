"""What was measured, as a reader wants it: RESULTS.md, and a picture of the second night."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from benchmarks import peers_env, targets
from benchmarks.competitors import CONTESTANTS, PEERS, Result
from benchmarks.medians import Medians
from local.postgres import Server

HERE = Path(__file__).parent
FILES = (HERE / "RESULTS.md", HERE / "results.svg")
NIGHTS = (1, 2)
AGAIN = "make bench"
HOW = """\
Everybody reads the same files in the same run, round after round in turn, each night in a process of its own and each
contestant in a database of its own. Medians of {rounds}. Seconds are those of the data path, from opening the file to
the last commit, without the imports; MB is the process's own peak above its imports; WAL is what the server wrote
meanwhile. The server does not wait for its disk (`fsync` off) and writes no full pages, whoever plays. Of 100 rows 8
repeat another, 2 hold no address, 2 are international; in the second night 1 % of the addresses are gone and 1.5 % new.

All find as many addresses in these files (it is checked), but they do not do the same work. dlt with Arrow and the
upsert are given clean rows, each once, and judge nothing. pandas and dlt with dicts judge by a regular expression. Only
ours holds the file to its marker, gives each refused row its reason, and keeps proofs and audit events.
The gate is beside these seconds, and has its own table."""


def machine(server: Server) -> dict[str, Any]:
    """Where it was measured, with what, and when."""
    with server.superuser() as cursor:
        cursor.execute("SHOW server_version")
        postgresql = (cursor.fetchone() or ("?",))[0]
    memory = re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    versions = {"Python": platform.python_version(), "PostgreSQL": postgresql, **peers_env.versions()}
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(memory[1]) / 1024**2) if memory else None,
        "cpu": model[1] if model else platform.machine(),
        "versions": versions,
        "date": date.today().isoformat(),
    }


def markdown(found: Result) -> str:
    """All of it as Markdown."""
    seen, machine = Medians(found["runs"]), found["machine"]
    lines = ["# What a night takes, beside what one would use instead", ""]
    lines += [
        f"Made by `{AGAIN}` on {machine['date']}: "
        f"{machine['cores']} cores, {machine['memory_gib']} GiB, {machine['cpu']}."
    ]
    lines += [", ".join(f"{name} {version}" for name, version in machine["versions"].items()) + ".", ""]
    lines += [HOW.format(rounds=f"{seen.rounds} rounds" if seen.rounds > 1 else "one round"), ""]
    for size in seen.sizes:
        lines += [f"## {number(size)} rows", "", *_sized(seen, size), ""]
    note = "Of the second night; first / second where there are two. ✗: missed."
    lines += ["## What was wanted", "", note, "", *_wanted(found, seen), ""]
    if found["gate"]:
        lines += ["## The gate", "", "Great Expectations beside one query a suite that counts the same.", ""]
        lines += [*_gate(found["gate"]), ""]
    return "\n".join(lines)


def write(found: Result) -> None:
    """Keep the table and the picture beside the benchmarks."""
    FILES[0].write_text(markdown(found), encoding="utf-8")
    command = [str(peers_env.PYTHON), str(PEERS / "picture.py"), str(FILES[1])]
    drawn = subprocess.run(command, input=json.dumps(_bars(Medians(found["runs"]))), capture_output=True, text=True)
    if drawn.returncode != 0:
        raise click.ClickException(f"the picture: {(drawn.stderr.strip().splitlines() or ['no word of why'])[-1]}")


def number(value: float) -> str:
    """1 234, 12.3, 1.23, 0.0123: three digits, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def _sized(seen: Medians, size: int) -> Iterator[str]:
    columns = ("s", "× floor", "× ours", "MB", "WAL, MB")
    yield "| | " + " | ".join(f"{night}: {column}" for night in NIGHTS for column in columns) + " |"
    yield "|---|" + "---:|" * len(NIGHTS) * len(columns)
    for competitor in CONTESTANTS:
        if seen.has(competitor.name, size):
            cells = [cell for night in NIGHTS for cell in _cells(seen, competitor.name, size, night)]
            yield f"| {competitor.title} | " + " | ".join(cells) + " |"


def _cells(seen: Medians, name: str, size: int, night: int) -> list[str]:
    ratios = [seen.times(name, other, size, night) for other in ("floor", "ours")]
    shown = [seen.of(name, size, night, "seconds"), *ratios]
    return [
        number(value or 0) for value in (*shown, *(seen.of(name, size, night, key) for key in ("peak_mb", "wal_mb")))
    ]


def _wanted(found: Result, seen: Medians) -> Iterator[str]:
    yield "| | wanted | aim | " + " | ".join(f"{number(size)} rows" for size in seen.sizes) + " |"
    yield "|---|---:|---:|" + "---:|" * len(seen.sizes)
    for line in targets.LINES:
        cells = [_judged(line, line.seen(found, seen, size)) for size in seen.sizes]
        if any(cells):
            yield f"| {line.what} | {line.bound} | {line.aim} | " + " | ".join(cells) + " |"


def _judged(line: targets.Line, values: list[float | None]) -> str:
    limits = line.limits if len(line.limits) == len(values) else line.limits * len(values)
    shown = [
        number(value) + ("" if line.held(value, limit) else " ✗")
        for value, limit in zip(values, limits, strict=True)
        if value is not None
    ]
    return " / ".join(shown)


def _gate(gates: list[Result]) -> Iterator[str]:
    yield "| rows | the gate, s | by hand, s | × by hand |"
    yield "|---:|---:|---:|---:|"
    for one in gates:
        ratio = one["gx_seconds"] / one["hand_seconds"]
        cells = (number(one["size"]), *(number(value) for value in (one["gx_seconds"], one["hand_seconds"], ratio)))
        yield "| " + " | ".join(cells) + " |"


def _bars(seen: Medians) -> Result:
    """The second night at the largest size that everybody played."""
    players = [competitor for competitor in CONTESTANTS if competitor.name != "upsert"]
    common = [size for size in seen.sizes if all(seen.has(competitor.name, size) for competitor in players)]
    size = max(common or seen.sizes[:1])
    bars = [
        {
            "title": competitor.title.strip("*"),
            "seconds": seen.of(competitor.name, size, 2, "seconds"),
            "ours": competitor.name == "ours",
        }
        for competitor in players
        if seen.has(competitor.name, size)
    ]
    return {"title": f"The second night of {number(size)} rows, seconds", "bars": bars}
