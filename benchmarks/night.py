"""A night's whole data path (file, judge, staging, de-duplication, difference) beside what one would use instead.

python -m benchmarks.night --rows 100000 --rounds 1 --json
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from benchmarks import competitors, peers_env, results
from benchmarks.competitors import CONTESTANTS, FLOOR, OURS, SQL, Result
from benchmarks.nights_data import MOST_NIGHTS, STEP, Night, make_night
from local.postgres import Postgres, Server
from local.world_paths import ROOT

ROWS = "100000,1000000"
REGISTRY_ROWS = 100_000
SAME_AGAIN = 3  # the night that brings what the second brought


@click.command(help=__doc__)
@click.option("--rows", default=ROWS, show_default=True, help="Rows of the first night, separated by commas.")
@click.option("--ours-rows", default=10_000_000, show_default=True, help="Ours and the floor alone; 0 leaves it out.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="Times that everybody plays.")
@click.option(
    "--nights",
    default=10,
    show_default=True,
    type=click.IntRange(0, MOST_NIGHTS),
    help="Nights that the registry grows.",
)
@click.option("--all", "everything", is_flag=True, help="Everybody plays every size in every round, however long.")
@click.option(
    "--write/--no-write", default=None, help="Keep RESULTS.md and results.svg: by default where no size was given."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of the table.")
def main(
    rows: str, ours_rows: int, rounds: int, nights: int, everything: bool, write: bool | None, as_json: bool
) -> None:
    sizes = sorted({_size(text) for text in rows.split(",")})
    if ours_rows:
        _size(str(ours_rows))
    peers_env.make()
    # PostgreSQL's own user passes through it.
    with tempfile.TemporaryDirectory(prefix="email-registry-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        cluster = Postgres(folder / "cluster", fast=True)
        try:
            bench = Bench(cluster.start(), folder)
            competitors.make_template(bench.server, folder)
            found = {
                "machine": results.machine(bench.server),
                "runs": list(bench.rounds(sizes, rounds, everything)) + list(bench.alone(ours_rows)),
                "gate": [bench.gate(size) for size in sizes],
                "registry": bench.grown(min(REGISTRY_ROWS, sizes[0]), nights) if nights else None,
            }
        finally:
            cluster.kill()
    click.echo(json.dumps(found) if as_json else results.markdown(found))
    default = rows == ROWS and ours_rows and nights
    if write if write is not None else default:
        results.write(found)
        click.echo(f"written: {', '.join(str(file.relative_to(ROOT)) for file in results.FILES)}", err=True)


class Bench:
    """One server and a folder for the drops, which all contestants share."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder, self.drops = server, folder, folder / "drop"

    def rounds(self, sizes: list[int], rounds: int, everything: bool) -> Iterator[Result]:
        """Everybody in turn, again and again: what disturbs the machine disturbs them all."""
        for size in sizes:
            nights = [make_night(self.drops, size, 1), make_night(self.drops, size, 2)]
            again = make_night(self.drops, size, SAME_AGAIN, like=2)
            for round_ in range(1, rounds + 1):
                for competitor in CONTESTANTS:
                    if competitor.plays(size, round_, everything):
                        third = [again] if competitor is OURS and round_ == 1 else []
                        yield from self._played(competitor, size, round_, [*nights, *third])
            for night in (*nights, again):
                night.remove()

    def alone(self, size: int) -> Iterator[Result]:
        """Ours and the floor, once, with more rows than the others are asked to bear."""
        if size:
            nights = [make_night(self.drops, size, 1), make_night(self.drops, size, 2)]
            for competitor in (FLOOR, OURS):
                yield from self._played(competitor, size, 1, nights)
            for night in nights:
                night.remove()

    def _played(
        self, competitor: competitors.Contestant, size: int, round_: int, nights: list[Night]
    ) -> Iterator[Result]:
        with competitors.place(self.server, self.folder, competitor) as place:
            for night in nights:
                result = {"size": size, "round": round_, **place.play(competitor, night)}
                wanted = night.rows if competitor is FLOOR else night.distinct
                if result["rows"] != wanted:
                    raise click.ClickException(
                        f"{competitor.name} found {result['rows']} addresses, there are {wanted}"
                    )
                _say(competitor.name, size, f"night {night.number}  {result['seconds']:8.2f} s")
                yield result

    def gate(self, size: int) -> Result:
        """Great Expectations on a second night, beside the same counts by hand."""
        nights = [make_night(self.drops, size, 1), make_night(self.drops, size, 2)]
        with competitors.place(self.server, self.folder, OURS) as place:
            place.play(OURS, nights[0])
            found = {"size": size, **place.ours("gate", nights[1])}
        for night in nights:
            night.remove()
        _say("gate", size, f"{found['gx_seconds']:.2f} s, by hand {found['hand_seconds']:.2f} s")
        return found

    def grown(self, size: int, count: int) -> Result:
        """The registry after so many nights, in bytes, beside a copy made in one go: as it was filled, and packed."""
        nights = [make_night(self.drops, size, number) for number in range(1, count + 1)]
        with competitors.place(self.server, self.folder, OURS) as place:
            place.ours("nights", *nights)
            grown, fresh, packed = (place.ask(query)[0] for query in _queries("registry_size"))
        for night in nights:
            night.remove()
        _say("registry", size, f"after {count} nights {grown / fresh:.2f} of a fresh copy's size")
        return {"size": size, "nights": count, "bytes": grown, "fresh_bytes": fresh, "packed_bytes": packed}


def _queries(name: str) -> list[str]:
    """Statements of a file, each asked by itself: an empty line divides them."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8").split("\n\n")


def _size(text: str) -> int:
    if not text.isdigit() or int(text) == 0 or int(text) % STEP:
        raise click.UsageError(f"rows are a multiple of {STEP}")
    return int(text)


def _say(name: str, size: int, text: str) -> None:
    click.echo(f"{name:14} {size:>12,}  {text}".replace(",", " "), err=True)


if __name__ == "__main__":
    main()
