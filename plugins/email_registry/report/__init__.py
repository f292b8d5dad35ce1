"""What happened, in counts, for those who may see no address."""

from email_registry.report.status import status

__all__ = ["status"]
