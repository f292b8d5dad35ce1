"""Judge staged rows and candidates by suites of Great Expectations.

An expectation that stops and fails holds the night.
"""

from email_registry.check.acceptance import accept, accepted, without_history
from email_registry.check.bounds import Bounds, bounds_of
from email_registry.check.gate import judge_candidates, judge_staged
from email_registry.check.report_retention import forget_reports
from email_registry.check.reports import publish_reports
from email_registry.check.verdicts import Outcome, Verdict
from email_registry.check.volume import VolumeRange

__all__ = [
    "Bounds",
    "Outcome",
    "Verdict",
    "VolumeRange",
    "accept",
    "accepted",
    "bounds_of",
    "forget_reports",
    "judge_candidates",
    "judge_staged",
    "publish_reports",
    "without_history",
]
