"""Delete what has expired: due addresses, their bytes, and the records of what happened."""

from email_registry.expire.alarms import alarms, require_no_alarms
from email_registry.expire.deletion import delete, expire
from email_registry.expire.history import clear_history, may_clear_history
from email_registry.expire.planning import Plan, make_plan, plan_expiry
from email_registry.expire.table_rewrite import rewrite

__all__ = [
    "Plan",
    "alarms",
    "clear_history",
    "delete",
    "expire",
    "make_plan",
    "may_clear_history",
    "plan_expiry",
    "require_no_alarms",
    "rewrite",
]
