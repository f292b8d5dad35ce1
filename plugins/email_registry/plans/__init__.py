"""Plans of list changes and of deletions: what is to be done, why it waits for a person, and who decided."""

from email_registry.plans.decisions import decide
from email_registry.plans.safety import LIST_ACTIONS, Verdict, judge, was_reset
from email_registry.plans.states import Action, Decision, ItemState, Outcome, PlanKind, PlanState, ResetAnswer
from email_registry.plans.stored import StoredPlan, find_plan, open_plans, supersede

__all__ = [
    "LIST_ACTIONS",
    "Action",
    "Decision",
    "ItemState",
    "Outcome",
    "PlanKind",
    "PlanState",
    "ResetAnswer",
    "StoredPlan",
    "Verdict",
    "decide",
    "find_plan",
    "judge",
    "open_plans",
    "supersede",
    "was_reset",
]
