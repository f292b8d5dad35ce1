"""Check whether everything that the registry needs is in order. The checks change nothing.

`examine` runs all checks. A night runs only the short part, `before_night`.
"""

from email_registry.doctor.before_night import before_night
from email_registry.doctor.examination import examine
from email_registry.doctor.findings import CheckFailed

__all__ = [
    "CheckFailed",
    "before_night",
    "examine",
]
