"""The commands of plans: look at one, and decide about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from email_registry.cli.options import as_json, plan_argument, why
from email_registry.cli.output import format_counts, print_result

if TYPE_CHECKING:
    from email_registry.plans import StoredPlan


@click.group()
def plan() -> None:
    """Plans of list changes and of deletions: which are open, what one would do, and a person's decision."""


@plan.command("list")
@as_json
def list_(json_: bool) -> None:
    """List the open plans, the newest first, with what waits for a decision."""
    from dataclasses import asdict

    from email_registry import plans

    open_plans = plans.open_plans()
    lines = [_line(each) for each in open_plans] or ["no plan is open"]
    print_result([asdict(each) for each in open_plans], lines, json_=json_)


def _line(plan: StoredPlan) -> str:
    waits = f"waits: {', '.join(plan.waiting)}: {plan.reason}" if plan.waiting else "nothing waits"
    decision = f"; {plan.decision}" if plan.decision else ""
    return f"plan {plan.id} of {plan.subject}, {plan.business_date}: {waits}{decision}"


@plan.command()
@plan_argument
@as_json
def show(plan_id: int, json_: bool) -> None:
    """Show a PLAN: what it counts, what is released, what waits and why, and who decided."""
    from dataclasses import asdict

    from email_registry import plans

    fields = asdict(plans.find_plan(plan_id))
    width = max(map(len, fields))
    lines = [f"{name.replace('_', ' '):{width}}  {_text(value)}" for name, value in fields.items()]
    print_result(fields, lines, json_=json_)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{word.replace('_', ' ')} {count}" for word, count in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)


@plan.command()
@plan_argument
@click.option(
    "--reset",
    "reset_answer",
    type=click.Choice(["republish", "left"]),
    help="Of a list that lost its members: fill it again, or all of them asked to leave.",
)
@why
@as_json
def approve(plan_id: int, reset_answer: str | None, why: str, json_: bool) -> None:
    """Approve a PLAN that waits (`registry plan list` names it), of a list or of a deletion, and do it.

    Anybody who came back meanwhile is not removed, and nobody is touched who is not in the plan.
    """
    from email_registry import expire, plans, sync
    from email_registry.audit import actor
    from email_registry.runs import this_process

    answer = plans.ResetAnswer(reset_answer) if reset_answer else None
    plans.decide(plan_id, plans.Decision.APPROVED, by=actor(), why=why, reset_answer=answer)
    is_expiry = plans.find_plan(plan_id).kind == plans.PlanKind.EXPIRY
    execute = expire.delete if is_expiry else sync.apply_approved
    counts = execute(plan_id, owner=this_process())
    print_result({"plan": plan_id, "done": dict(counts)}, [format_counts(f"plan {plan_id}", counts)], json_=json_)


@plan.command()
@plan_argument
@why
@as_json
def refuse(plan_id: int, why: str, json_: bool) -> None:
    """Refuse a PLAN that waits: nothing of what waits is done. The next plan may propose it again."""
    from email_registry import plans
    from email_registry.audit import actor

    plans.decide(plan_id, plans.Decision.REFUSED, by=actor(), why=why)
    print_result({"plan": plan_id, "done": {}}, [f"plan {plan_id}: refused"], json_=json_)
