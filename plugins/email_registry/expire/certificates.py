"""The deletion certificate: how many addresses, by which rule, from where and when, and until when copies last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from email_registry import audit, runs
from email_registry.boundaries.database import locked, transaction
from email_registry.boundaries.files import write_private
from email_registry.boundaries.templates import finnish_day
from email_registry.settings import environment, policy, utc_now
from email_registry.settings.clock import HELSINKI

Row = Mapping[str, Any]


def certify_pending(audience: str) -> None:
    """Write the certificates of deletions that are rewritten and have none yet: JSON and a page each.

    The digest goes to the audit. The same facts give the same bytes, so a run that was killed in between writes the
    same certificate again.
    """
    with transaction("retention") as database:
        pending = database.rows("expire/find_pending", audiences=[audience])
    for row in (row for row in pending if row["counts"].get("rewritten_at")):
        facts = describe_deletion(audience, row)
        text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
        digest = hashlib.sha256(text.encode()).hexdigest()
        path = environment().certificates / f"deletion-{row['business_date'].isoformat()}-{audience}-{row['id']}.json"
        write_private(path, text)
        write_private(path.with_suffix(".html"), render_page(facts, digest))
        with locked("retention", "audience", audience) as database:
            counts = {"deleted": facts["deleted"], "certificate": path.name, "sha256": digest}
            audit.append(database, "certify", audience, counts, run_id=row["id"], at=utc_now())
            runs.note(database, row["id"], {"certified": path.name})


def describe_deletion(audience: str, row: Row) -> dict[str, Any]:
    """Return the facts of one run's deletion, as its row has them."""
    rules, counts = policy(), row["counts"]
    deleted, absent = int(counts["deleted"]), int(counts.get("absent", 0))
    return {
        "certificate": "deletion",
        "controller": rules.office.controller.model_dump(),
        "audience": {"name": audience, **rules.audiences[audience].name.model_dump()},
        "deleted": deleted,
        "by_rule": {"absent": absent, "unseen": deleted - absent},
        "rule": counts.get("rule") or rules.audiences[audience].retention.model_dump(),
        "policy_digest": row["policy_digest"],
        "from": ["registry.address", "registry.unseen", "their indexes", "staging"],
        "off_lists_before": {
            name: target.name.model_dump() for name, target in rules.targets.items() if audience in target.audiences
        },
        "business_date": row["business_date"].isoformat(),
        "deleted_at": counts["deleted_at"],
        "rewritten_at": counts["rewritten_at"],
        "residues_until": _residues(counts),
        "plan": {"id": row["plan"], "digest": row["plan_digest"]},
        "approved": {"by": row["decided_by"], "at": row["decided_at"].isoformat()} if row["decided_by"] else None,
        "run": row["id"],
    }


def render_page(facts: Mapping[str, Any], digest: str) -> str:
    """Return the certificate as a page in Finnish and English. It can be printed and loads nothing from elsewhere."""
    return str(_environment().get_template("deletion.html").render(facts=facts, digest=digest))


def _residues(counts: Row) -> dict[str, str]:
    """Return the last day on which copies elsewhere may hold the addresses.

    Each address was off every list at Webropol before it was deleted.
    """
    backups = policy().backups
    day = {
        key: datetime.fromisoformat(counts[key]).astimezone(HELSINKI).date() for key in ("deleted_at", "rewritten_at")
    }
    return {
        "webropol_backups": (day["deleted_at"] + timedelta(days=backups.webropol_days)).isoformat(),
        "database_backups": (day["rewritten_at"] + timedelta(days=backups.database_days)).isoformat(),
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    folder: Path = environment().include / "certificates"
    jinja = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    jinja.filters["local"] = lambda text: f"{datetime.fromisoformat(text).astimezone(HELSINKI):%Y-%m-%d %H:%M}"
    jinja.filters["finnish"] = lambda text: finnish_day(datetime.fromisoformat(text))
    return jinja
