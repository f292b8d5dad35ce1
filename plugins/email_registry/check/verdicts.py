"""The verdicts of the gate, in counts and shares: an outcome for each expectation, and a verdict for each subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["stop", "warn"]


@dataclass(frozen=True)
class Outcome:
    """The outcome of one expectation. `observed` is empty when the expectation could not be evaluated.

    For rows, `observed` has seen, least and most. For columns it has seen (the values looked at), missing (NULL),
    unexpected, unexpected_share and least_share (0 to 1).
    """

    expectation: str  # Great Expectations' type
    about: str  # the column, the columns, or "rows"
    severity: Severity
    success: bool
    reason: str  # the suite's `notes`: why the expectation is there
    observed: Mapping[str, int | float] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return what was expected and what was seen, in words. The expectation must have been evaluated."""
        seen = self.observed
        if "unexpected" not in seen:
            return (
                f"{self.about}: expected between {_number(seen['least'])} and {_number(seen['most'])}, "
                f"seen {_number(seen['seen'])}. {self.reason}"
            )
        least = seen["least_share"]
        expected = "none" if least >= 1 else f"at most {100 * (1 - least):.3g} %"
        return (
            f"{self.about}: {_number(seen['unexpected'])} of {_number(seen['seen'])} are not as expected, "
            f"{expected} may be. {self.reason}"
        )


@dataclass(frozen=True)
class Verdict:
    """The verdict on one source's staged rows, or on one audience's candidates."""

    subject: str
    passed: bool
    outcomes: tuple[Outcome, ...]

    @classmethod
    def of(cls, subject: str, outcomes: tuple[Outcome, ...]) -> Verdict:
        """Return the verdict on a subject. It passes unless an expectation that stops has failed."""
        return cls(subject, all(outcome.success or outcome.severity == "warn" for outcome in outcomes), outcomes)

    @property
    def warnings(self) -> int:
        """Return the number of failed expectations that only warn."""
        return sum(not outcome.success and outcome.severity == "warn" for outcome in self.outcomes)

    @property
    def reason(self) -> str | None:
        """Return in words, with counts, why the verdict did not pass.

        None when it passed. It does not name the subject.
        """
        if self.passed:
            return None
        failed = [outcome for outcome in self.outcomes if not outcome.success and outcome.severity == "stop"]
        sentences = [outcome.sentence for outcome in failed if outcome.observed]
        if len(sentences) < len(failed):
            raised = len(failed) - len(sentences)
            sentences.append(
                f"{raised} of {len(self.outcomes)} expectations could not be evaluated: see that the database runs"
            )
        return " | ".join(sentences)


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")
