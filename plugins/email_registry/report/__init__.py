"""Report what happened, in counts without addresses, and whether a bulletin may be sent from a list."""

from email_registry.report.may_i_send import lines, sending, sending_page
from email_registry.report.status import status

__all__ = ["lines", "sending", "sending_page", "status"]
