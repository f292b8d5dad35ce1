"""Give each value that came as an address one verdict, and one canonical form."""

from email_registry.addresses.exact import canonical_form
from email_registry.addresses.judging import Judged, canonical_column, judge
from email_registry.addresses.verdicts import FORM_VERSION, SUPPRESSED, VALID, VERDICTS

__all__ = [
    "FORM_VERSION",
    "SUPPRESSED",
    "VALID",
    "VERDICTS",
    "Judged",
    "canonical_column",
    "canonical_form",
    "judge",
]
