"""The Great Expectations gate: staged rows and candidates are judged by suites, and a failed stop stops the night."""

from email_registry.check.judging import judge_candidates, judge_staged
from email_registry.check.reports import publish_reports
from email_registry.check.verdicts import Outcome, Verdict
from email_registry.check.volume import VolumeRange, volume_range

__all__ = [
    "Outcome",
    "Verdict",
    "VolumeRange",
    "judge_candidates",
    "judge_staged",
    "publish_reports",
    "volume_range",
]
