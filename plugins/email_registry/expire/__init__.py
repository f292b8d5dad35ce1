"""What has been absent for its time is deleted, its bytes too, with a certificate; and everything else that ends."""

from email_registry.expire.alarms import alarms, hold_alarms
from email_registry.expire.deletion import delete, expire
from email_registry.expire.history import clear_records, records_may_go
from email_registry.expire.planning import Plan, is_expiry, make_plan, plan_expiry

__all__ = [
    "Plan",
    "alarms",
    "clear_records",
    "delete",
    "expire",
    "hold_alarms",
    "is_expiry",
    "make_plan",
    "plan_expiry",
    "records_may_go",
]
