"""What was found, variant beside variant, and whether it is good enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chaos.guards import AS_BUILT, OFF
from chaos.judging import KINDS
from chaos.list_nights import Tally
from chaos.steps import STEPS
from chaos.world import Conditions

# Those that every variant shows, and those that show where there are any.
SHOWN = ("duplicated", "lost", "wrongly_removed", "put_back")
RARE = (*(kind for kind in KINDS if kind not in SHOWN), "not_level", "broke", "left_in_staging")
MOST_NOTES = 20


def table(found: Mapping[str, Tally]) -> str:
    """Addresses by kind of fault, a line a variant."""
    kinds = [*SHOWN, *(kind for kind in RARE if any(tally.faults[kind] for tally in found.values()))]
    heads = ["kills", "nights", "syncs", *(kind.replace("_", " ") for kind in kinds), "nights with faults"]
    rows = {
        _title(variant): [tally.kills.total(), tally.nights, tally.syncs, *(tally.faults[kind] for kind in kinds),
                          tally.bad_nights]
        for variant, tally in found.items()
    }  # fmt: skip
    wide = max(map(len, rows))
    lines = [f"{'':{wide}}  " + "  ".join(heads)]
    for title, row in rows.items():
        lines.append(f"{title:{wide}}  " + "  ".join(f"{n:>{len(head)}}" for n, head in zip(row, heads, strict=True)))
    return "\n".join(lines)


def verdict(found: Mapping[str, Tally]) -> list[str]:
    """What speaks against it, in words; empty where all is well."""
    said = []
    built = found[AS_BUILT]
    if any(built.faults.values()):
        said.append(f"as it is built: {_counted(built.faults)}")
        said += built.notes[:MOST_NOTES]
    if any(built.unreached.values()):
        said.append(f"no sync died there, so it is not known: {_counted(built.unreached)}")
    off = [tally for variant, tally in found.items() if variant != AS_BUILT]
    if off and not any(any(tally.faults.values()) for tally in off):
        said.append("with a guard off nothing was found either: the rig proves nothing, give it more KILLS")
    return said


def steps_line(found: Mapping[str, Tally]) -> str:
    """How often the sync as it is built died at a named step."""
    kills = found[AS_BUILT].kills
    named = [kills[step] for step in STEPS]
    return (
        f"It died at {sum(map(bool, named))} of {len(STEPS)} named steps, {sum(named)} times; "
        f"{kills.total() - sum(named)} times at a random moment."
    )


def as_json(found: Mapping[str, Tally], conditions: Conditions, seed: int, seconds: float) -> dict[str, Any]:
    """All of it, in counts."""
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
            for variant, tally in found.items()
        },
        "against_it": verdict(found),
    }


def _title(variant: str) -> str:
    return f"guard off: {variant}" if variant in OFF else variant


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in counts.items() if number)
