"""The faults that were found, variant beside variant, and whether the sync passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chaos.guards import AS_BUILT, OFF
from chaos.judging import KINDS
from chaos.list_nights import Tally
from chaos.steps import STEPS
from chaos.world import Conditions

# The kinds that the table always shows, and the kinds that it shows if there are any.
SHOWN = ("duplicated", "not_listed", "wrongly_removed", "put_back")
RARE = (*(kind for kind in KINDS if kind not in SHOWN), "not_equal", "broke", "left_in_staging")
MOST_NOTES = 20


def table(tallies: Mapping[str, Tally]) -> str:
    """Return a table of addresses by kind of fault, one line for each variant."""
    kinds = [*SHOWN, *(kind for kind in RARE if any(tally.faults[kind] for tally in tallies.values()))]
    heads = ["kills", "nights", "syncs", *(kind.replace("_", " ") for kind in kinds), "nights with faults"]
    rows = {
        _title(variant): [tally.kills.total(), tally.nights, tally.syncs, *(tally.faults[kind] for kind in kinds),
                          tally.bad_nights]
        for variant, tally in tallies.items()
    }  # fmt: skip
    wide = max(map(len, rows))
    lines = [f"{'':{wide}}  " + "  ".join(heads)]
    for title, row in rows.items():
        lines.append(f"{title:{wide}}  " + "  ".join(f"{n:>{len(head)}}" for n, head in zip(row, heads, strict=True)))
    return "\n".join(lines)


def verdict(tallies: Mapping[str, Tally]) -> list[str]:
    """Return the problems in words, or an empty list when the sync passes."""
    problems = []
    built = tallies[AS_BUILT]
    if any(built.faults.values()):
        problems.append(f"as it is built: {_counted(built.faults)}")
        problems += built.notes[:MOST_NOTES]
    if any(built.unreached.values()):
        problems.append(f"no sync was killed there, so nothing is known: {_counted(built.unreached)}")
    off = [tally for variant, tally in tallies.items() if variant != AS_BUILT]
    if off and not any(any(tally.faults.values()) for tally in off):
        problems.append("with a guard off nothing was found either: the rig proves nothing, give it more KILLS")
    return problems


def steps_line(tallies: Mapping[str, Tally]) -> str:
    """Return how often the sync as it is built was killed at a named step."""
    kills = tallies[AS_BUILT].kills
    named = [kills[step] for step in STEPS]
    return (
        f"It was killed at {sum(map(bool, named))} of {len(STEPS)} named steps, {sum(named)} times; "
        f"{kills.total() - sum(named)} times at a random moment."
    )


def as_json(tallies: Mapping[str, Tally], conditions: Conditions, seed: int, seconds: float) -> dict[str, Any]:
    """Return all results in counts."""
    return {
        "seed": seed,
        "seconds": round(seconds, 1),
        "conditions": asdict(conditions),
        "variants": {
            variant: {
                "kills": tally.kills.total(),
                "nights": tally.nights,
                "syncs": tally.syncs,
                "nights_with_faults": tally.bad_nights,
                "faults": {kind: tally.faults[kind] for kind in (*SHOWN, *RARE)},
                "kills_by_step": dict(tally.kills),
                "unreached": dict(tally.unreached),
                "notes": tally.notes[:MOST_NOTES],
            }
            for variant, tally in tallies.items()
        },
        "problems": verdict(tallies),
    }


def _title(variant: str) -> str:
    return f"guard off: {variant}" if variant in OFF else variant


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in counts.items() if number)
