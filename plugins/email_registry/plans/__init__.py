"""What is to be done, why it waits, and who decided: plans of list changes and of deletions alike."""

from email_registry.plans.decisions import decide
from email_registry.plans.stored import StoredPlan, find_plan, open_plans

__all__ = ["StoredPlan", "decide", "find_plan", "open_plans"]
