"""Judge many values. Arrow accepts the plainly fine ones all at once; the others go to `exact` one by one.

A value is plainly fine if it is an ASCII dot-atom without a sign in front, at a domain of simple labels, and so short
that no limit is near. email-validator accepts each of these, and so does every policy. The tests of `tests/oracles`
check that both ways of judging agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES

from email_registry.addresses.exact import canonical_form, judge_one
from email_registry.addresses.verdicts import DISPOSABLE, ROLE, VALID
from email_registry.privacy import AddressColumn
from email_registry.settings.policy import AddressPolicy

# The syntax is RE2's. No label may have two hyphens side by side, because the library must judge `xn--` and the like.
_FINE = r"^[a-z0-9_][a-z0-9_+'-]*(?:\.[a-z0-9_+'-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z][a-z]+$"
USUAL = AddressPolicy()
_FINE_BYTES = 65  # with so many bytes the local part has at most 60, and a label at most 61


@dataclass(frozen=True)
class Judged:
    """A chunk that was judged: for each row a verdict, and the canonical address or None.

    `noted`: for each kind of valid address that the policy counts and keeps, the number of them.
    """

    verdict_column: Any  # Arrow's strings
    emails: AddressColumn
    noted: Mapping[str, int] = field(default_factory=dict)

    @property
    def verdicts(self) -> tuple[str, ...]:
        return tuple(self.verdict_column.to_pylist())

    @property
    def counts(self) -> Mapping[str, int]:
        """Return verdict -> number of rows."""
        return Counter({found["values"]: found["counts"] for found in self.verdict_column.value_counts().to_pylist()})

    def without(self, rows: Sequence[int], verdict: str) -> Judged:
        """Return a copy without these rows' addresses, and with this verdict for them. Its reason is not their form."""
        verdicts, emails = self.verdict_column.to_pylist(), list(self.emails.reveal())
        for row in rows:
            verdicts[row], emails[row] = verdict, None
        return replace(self, verdict_column=_strings(verdicts), emails=AddressColumn(_strings(emails)))

    def __len__(self) -> int:
        return len(self.emails)


def judge(column: AddressColumn, rules: AddressPolicy = USUAL) -> Judged:
    """Judge every value of a column, in order."""
    import pyarrow.compute as pc

    values = column.arrow()
    plain = pc.ascii_lower(pc.ascii_trim_whitespace(values))
    fine = pc.fill_null(_plainly_fine(plain, rules), fill_value=False)
    emails, verdicts = pc.if_else(fine, plain, None), pc.if_else(fine, VALID, None)
    rest = pc.invert(fine)
    judged = [judge_one(value, rules) for value in values.filter(rest).to_pylist()]
    if judged:
        verdicts = pc.replace_with_mask(verdicts, rest, _strings([verdict for verdict, _ in judged]))
        emails = pc.replace_with_mask(emails, rest, _strings([email for _, email in judged]))
    return Judged(verdicts, AddressColumn(emails), _noted(emails, rules))


def canonical_column(column: AddressColumn) -> AddressColumn:
    """Return the `canonical_form` of every value of a column, in order. A missing value becomes an empty text."""
    import pyarrow.compute as pc

    values = pc.fill_null(column.arrow(), "")
    plain = pc.string_is_ascii(values)
    forms = pc.ascii_lower(pc.ascii_trim_whitespace(values))
    rest = [canonical_form(text) for text in values.filter(pc.invert(plain)).to_pylist()]
    if rest:
        forms = pc.replace_with_mask(forms, pc.invert(plain), _strings(rest))
    return AddressColumn(forms)


def _plainly_fine(plain: Any, rules: AddressPolicy) -> Any:
    import pyarrow.compute as pc

    fine = pc.and_(pc.match_substring_regex(plain, _FINE), pc.less_equal(pc.binary_length(plain), _FINE_BYTES))
    for name in (*SPECIAL_USE_DOMAIN_NAMES, *rules.own_domains):
        for mark in ".@":
            fine = pc.and_not(fine, pc.ends_with(plain, mark + name))
    return fine


def _noted(emails: Any, rules: AddressPolicy) -> dict[str, int]:
    """Return how many canonical addresses are role accounts, and how many are at disposable domains.

    It counts only the kinds that the policy asks for.
    """
    noted, halves = {}, _halves(emails)
    if rules.role_accounts:
        noted[ROLE] = _among(halves, _strings([f"{name}@" for name in rules.role_accounts]))
    if rules.disposable_domains == "count":
        noted[DISPOSABLE] = _among(halves, _disposable())
    return noted


def _halves(emails: Any) -> Any:
    """Return twice as many strings over the same bytes: `local@` and the domain in turn.

    This is possible because a canonical address has exactly one @.
    """
    import numpy as np
    import pyarrow as pa

    emails = emails.drop_null()
    if not len(emails):
        return emails
    _, offsets, data = emails.buffers()
    starts = np.frombuffer(offsets, np.int32)[emails.offset : emails.offset + len(emails) + 1]
    bounds = np.empty(2 * len(emails) + 1, np.int32)
    bounds[::2] = starts
    text = np.frombuffer(data, np.uint8)[starts[0] : starts[-1]]
    bounds[1::2] = np.flatnonzero(text == ord("@")) + starts[0] + 1
    return pa.StringArray.from_buffers(2 * len(emails), pa.py_buffer(bounds), data)


def _among(strings: Any, wanted: Any) -> int:
    import pyarrow.compute as pc

    return pc.sum(pc.is_in(strings, wanted)).as_py() or 0


def _strings(texts: Sequence[str | None]) -> Any:
    import pyarrow as pa

    return pa.array(texts, pa.string())


@lru_cache(maxsize=1)
def _disposable() -> Any:
    from disposable_email_domains import blocklist

    return _strings(sorted(blocklist))
