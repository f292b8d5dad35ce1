"""Whether all that the registry needs is as it must be: found out by looking, never by changing anything."""

from email_registry.doctor.before_night import before_night
from email_registry.doctor.examining import examine
from email_registry.doctor.findings import Finding, Unwell

__all__ = ["Finding", "Unwell", "before_night", "examine"]
