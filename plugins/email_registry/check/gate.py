"""Judge each source's staged rows, and then each audience's candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from email_registry.check.bounds import Bounds
from email_registry.check.folders import night_of
from email_registry.check.gx import View, gate
from email_registry.check.results import counted, outcome
from email_registry.check.suites import load_suite
from email_registry.check.verdicts import Verdict

Parameters = Mapping[str, int | float]


def judge_staged(night_id: int, bounds: Mapping[str, Bounds]) -> tuple[Verdict, ...]:
    """Judge the staged rows of each source of `bounds`, in the order of `bounds`. Returns a verdict for each.

    It keeps each result for `publish_reports`. Raises ConfigurationError when the suite is wrong, and DatabaseFailed.
    """
    parameters: dict[str, Parameters] = {
        source: {
            "volume_min": allowed.volume.min,
            "volume_max": allowed.volume.max,
            "min_valid": allowed.min_valid,
            "continuity": allowed.continuity,
        }
        for source, allowed in bounds.items()
    }
    return _judge("staged", "row_under_check", night_id, parameters)


def judge_candidates(night_id: int, audiences: Sequence[str]) -> tuple[Verdict, ...]:
    """Judge what load would publish, audience by audience.

    It keeps results and raises errors as `judge_staged` does.
    """
    return _judge("candidates", "candidate_under_check", night_id, {audience: {} for audience in audiences})


def _judge(suite_name: str, view: str, night_id: int, parameters: Mapping[str, Parameters]) -> tuple[Verdict, ...]:
    suite = load_suite(suite_name)
    night = night_of(night_id)
    verdicts = []
    with gate() as gx:
        for subject, values in parameters.items():
            result = counted(gx.validate(suite, View(view, night_id, subject), values))
            night.keep(suite_name, subject, result)
            verdicts.append(Verdict.of(subject, tuple(outcome(one) for one in result["results"])))
    return tuple(verdicts)
