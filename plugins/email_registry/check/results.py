"""Reduce Great Expectations' results to counts. Only numbers with allowed names are kept, so no value gets through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from email_registry.check.suites import SEVERITIES
from email_registry.check.verdicts import Outcome

# These are GX's names of counts and shares in a BASIC result. `observed_value` is a number only for the row count.
_COUNTS = (
    "observed_value",
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
)
NOT_EVALUATED = "this expectation could not be evaluated"

Json = dict[str, Any]


def counted(result: Json) -> Json:
    """Return a validation result (GX's JSON) with counts only. Its exceptions have no text of the library's."""
    return {**result, "results": [_counted(one) for one in result["results"]]}


def _counted(one: Json) -> Json:
    # A failed metric gives a mapping of metrics instead of one exception.
    raised = bool(one["exception_info"].get("raised_exception", bool(one["exception_info"])))
    numbers = {key: value for key, value in (one.get("result") or {}).items() if key in _COUNTS and _is_number(value)}
    return {
        **one,
        "success": bool(one["success"]) and not raised,
        "result": {} if raised else numbers,
        "exception_info": {
            "raised_exception": raised,
            "exception_message": NOT_EVALUATED if raised else None,
            "exception_traceback": None,
        },
    }


def outcome(one: Json) -> Outcome:
    """Return the outcome of one expectation. If it could not be evaluated, it stops, whatever its severity is."""
    configuration = one["expectation_config"]
    kwargs = configuration["kwargs"]
    raised = one["exception_info"]["raised_exception"]
    return Outcome(
        expectation=configuration["type"],
        about=kwargs.get("column") or " and ".join(kwargs.get("column_list", ())) or "rows",
        severity="stop" if raised else SEVERITIES[configuration["severity"]],
        success=one["success"],
        reason=configuration["notes"],
        observed=_observed(one["result"], kwargs),
    )


def _observed(result: Json, kwargs: Mapping[str, Any]) -> Mapping[str, int | float]:
    if not result:
        return {}
    if "observed_value" in result:
        return {"seen": result["observed_value"], "least": kwargs["min_value"], "most": kwargs["max_value"]}
    seen, missing, unexpected = (int(result.get(f"{part}_count") or 0) for part in ("element", "missing", "unexpected"))
    looked_at = seen - missing
    return {
        "seen": looked_at,
        "missing": missing,
        "unexpected": unexpected,
        "unexpected_share": unexpected / looked_at if looked_at else 0.0,
        "least_share": kwargs.get("mostly", 1.0),
    }


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
