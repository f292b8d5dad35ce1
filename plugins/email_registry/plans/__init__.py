"""Plans of list changes and of deletions: what is to be done, why it waits for a person, and who decided."""

from email_registry.plans.decisions import decide
from email_registry.plans.safety import LIST_ACTIONS, LimitReport, check_limits, was_reset
from email_registry.plans.states import Action, Decision, ItemState, Outcome, PlanKind, PlanState, ResetAnswer
from email_registry.plans.stored import StoredPlan, audit_subject, find_plan, open_plans, supersede

__all__ = [
    "LIST_ACTIONS",
    "Action",
    "Decision",
    "ItemState",
    "LimitReport",
    "Outcome",
    "PlanKind",
    "PlanState",
    "ResetAnswer",
    "StoredPlan",
    "audit_subject",
    "check_limits",
    "decide",
    "find_plan",
    "open_plans",
    "supersede",
    "was_reset",
]
