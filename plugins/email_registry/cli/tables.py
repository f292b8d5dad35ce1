"""The status as tables for a terminal: also the end of `make demo`."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from email_registry.deliveries import SheetBatchState
from email_registry.extract import Proof
from email_registry.lists import Stage
from email_registry.rights import CaseState


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """Lines of text; `found` as `report.status` gives it."""
    night = found["night"]
    if night is None:
        yield "No night has been played yet: run `./registry night`, or `make demo` for the sandbox's."
        return
    console = Console(file=io.StringIO(), width=max(100, shutil.get_terminal_size().columns))
    console.print(f"Night of {night['date']}: {night['state']} in {night['seconds']} s")
    if night["reason"]:
        console.print(f"  {night['reason']}\n  what to do: {night['runbook']}", highlight=False)
    console.print(_sources(found))
    console.print(_audiences(found))
    console.print(_targets(found))
    if found["expiry"]:
        console.print(_expiry(found))
    if found["cases"]:
        console.print(_cases(found))
    console.print(_steps(found))
    console.print(f"Quality report: {found['quality_report']}", highlight=False, soft_wrap=True)
    output = console.file
    assert isinstance(output, io.StringIO)  # noqa: S101  given above
    yield output.getvalue().rstrip()


def proof_table(proof: Proof) -> Iterator[str]:
    """A proof of completeness, a line a part."""
    rejected, noted = _each(proof.rejected), _each({word: count for word, count in proof.noted.items() if count})
    seconds = (proof.ended_at - proof.started_at).total_seconds()
    rows = {
        "source": f"{proof.source} ({proof.audience}), by {proof.way}",
        "rows received": _n(proof.received),
        "rows declared": "the source cannot say" if proof.declared is None else _n(proof.declared),
        "not ours": _n(proof.filtered),
        "valid": _n(proof.valid),
        "rejected": _n(sum(proof.rejected.values())) + (f": {rejected}" if rejected else ""),
        "kept, but note": noted or "–",
        "pages or files": _n(proof.pages),
        "columns": proof.contract or "–",
        "digest": proof.digest or "–",
        "read in": f"{seconds:.1f} s, {proof.received / max(seconds, 1e-3):,.0f} rows a second".replace(",", " "),
        "complete": "yes" if proof.complete else "NO",
    }
    width = max(map(len, rows))
    yield from (f"{name:{width}}  {value}" for name, value in rows.items())


def _each(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{word.replace('_', ' ')} {_n(count)}" for word, count in counts.items())


def _sources(found: Mapping[str, Any]) -> Table:
    table = _table("Sources", "source", "read", "not ours", "valid", "rejected", "by reason", "result")
    for row in found["sources"]:
        rejected = row["rejected"]
        reasons = ", ".join(f"{reason.replace('_', ' ')} {count}" for reason, count in rejected.items())
        result = "passed" if row["passed"] else "held" if row["complete"] else "failed"
        table.add_row(
            row["source"], _n(row["received"]), _n(row["filtered"]), _n(row["valid"]),
            _n(sum(rejected.values())), reasons, result,
        )  # fmt: skip
    return table


def _audiences(found: Mapping[str, Any]) -> Table:
    table = _table("Registry", "audience", "new", "absent", "returned", "unchanged", "present", "absences")
    for row in found["audiences"]:
        cells = [_n(row.get(key)) for key in ("new", "absent", "returned", "unchanged", "present")]
        table.add_row(row["audience"], *cells, "skipped" if row.get("absences_skipped") else "as proven")
    return table


def _targets(found: Mapping[str, Any]) -> Table:
    table = _table("Webropol", "target", "added", "removed", "left", "listed", "verified by read-back")
    for row in found["targets"]:
        cells = [_n(row.get(key)) for key in ("added", "removed", "left", "listed")]
        table.add_row(row["target"], *cells, standing(row))
    return table


def standing(row: Mapping[str, Any]) -> str:
    """How the list stands, in words: may a bulletin be sent from it?"""
    if row.get("stage", Stage.LIVE) != Stage.LIVE:
        return _not_live(row)
    texts = []
    if row.get("frozen_until"):
        texts.append(f"frozen up to {row['frozen_until']} by {row['frozen_by']}: nobody is added")
    if "waiting_plan" in row:
        texts.append(f"plan {row['waiting_plan']} waits: {row['waiting_why']}")
    elif row.get("sheets"):
        is_ready = row["sheets"] == SheetBatchState.READY
        word = "wait to be imported" if is_ready else "are imported; an export is to show it"
        texts.append(f"since {row['sheets_since']} its sheets {word}")
    elif row.get("verified"):
        texts.insert(0, "yes")
    else:
        texts.append(row.get("reason") or "not yet synced")
    return "; ".join(texts)


def _not_live(row: Mapping[str, Any]) -> str:
    if row["stage"] == Stage.HANDED_BACK:
        return "given back to people's hands; nothing is delivered"
    if not row.get("observed"):
        return "observed, nothing is delivered; no night yet"
    would = {"add": "add", "remove": "remove", "duplicate": "take second copies of", "unmanaged": "find unmanaged"}
    texts = ", ".join(f"{word} {_n(row.get(key))}" for key, word in would.items() if row.get(key))
    question = f" (a person would be asked: {row['would_wait_for']})" if row.get("would_wait_for") else ""
    withheld = f"; {_n(row['withheld'])} may have left before and are withheld" if row["withheld"] else ""
    return f"observed, nothing is delivered; would {texts or 'change nothing'}{question}{withheld}"


def _expiry(found: Mapping[str, Any]) -> Table:
    table = _table("Deleted when their time has come", "audience", "date", "deleted", "still listed", "what to know")
    for row in found["expiry"]:
        holds = [hold for hold in found["legal_holds"] if hold["audience"] in ("all", row["audience"])]
        texts = [f"nothing is deleted up to {hold['until']}: {hold['reference']}" for hold in holds]
        if "waiting_plan" in row:
            texts.append(f"plan {row['waiting_plan']} waits: {row['waiting_why']}")
        texts += [text for text in (row.get("alarm"), row["reason"] if "waiting_plan" not in row else None) if text]
        table.add_row(
            row["audience"], row["date"], _n(row.get("deleted")), _n(row.get("still_listed")), "; ".join(texts) or "–"
        )
    return table


def _cases(found: Mapping[str, Any]) -> Table:
    table = _table("Requests of persons", "case", "right", "due on", "days left", "state")
    for row in found["cases"]:
        state = "not off every list yet" if row["state"] == CaseState.ACTED else "not done yet"
        table.add_row(row["case"], row["right"], str(row["due_on"]), str(row["days_left"]), state)
    return table


def _steps(found: Mapping[str, Any]) -> Table:
    table = _table("Steps", "step", "state", "seconds")
    for row in found["steps"]:
        table.add_row(row["step"], row["state"], "–" if row["seconds"] is None else f"{row['seconds']:.1f}")
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        words = (
            "source",
            "audience",
            "target",
            "step",
            "state",
            "by reason",
            "result",
            "absences",
            "verified by read-back",
            "date",
            "what to know",
        )
        table.add_column(column, justify="left" if column in words else "right")
    return table


def _n(count: int | None) -> str:
    return "0" if count is None else f"{count:,}".replace(",", " ")
