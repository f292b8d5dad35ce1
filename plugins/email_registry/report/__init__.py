"""What happened, in counts, for those who may see no address; and whether a list may be sent from."""

from email_registry.report.may_i_send import lines, sending, sending_page
from email_registry.report.status import status

__all__ = ["lines", "sending", "sending_page", "status"]
