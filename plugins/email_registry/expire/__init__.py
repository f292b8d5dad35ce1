"""What has been absent for its time is deleted, its bytes too, with a certificate."""

from email_registry.expire.deleting import expire
from email_registry.expire.planning import Due, plan_expiry

__all__ = ["Due", "expire", "plan_expiry"]
