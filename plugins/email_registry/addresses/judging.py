"""The judge: email-validator (strict, no DNS), with a closed set of reasons for what it refuses.

The canonical form is trimmed, NFC, the local part lower-cased, the domain in lower-case A-labels: see
docs/decisions/0004-canonical-form.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from email_registry.privacy import AddressColumn

# Written beside every suppression's hash: a new form needs new hashes.
FORM_VERSION = 1

VALID = "valid"
SUPPRESSED = "suppressed"
VERDICTS = (
    VALID,
    SUPPRESSED,
    "missing",
    "control_characters",
    "identity_code",
    "telephone",
    "several",
    "too_long",
    "special_use",
    "domain",
    "syntax",
)

_IDENTITY_CODE = re.compile(r"\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Za-z]")
_TELEPHONE = re.compile(r"\+?[\d\s()/.-]{5,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Judged:
    """A chunk after judging: a verdict a row, and beside it the canonical address or None."""

    verdicts: tuple[str, ...]
    emails: AddressColumn

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(self.verdicts)


def judge(column: AddressColumn) -> Judged:
    """Judge every value of a column, in order."""
    verdicts, emails = [], []
    for value in column.reveal():
        verdict, email = _judge_one(value)
        verdicts.append(verdict)
        emails.append(email)
    return Judged(tuple(verdicts), AddressColumn(emails))


def canonical_form(text: str) -> str:
    """The canonical form of what a list holds, for comparing; what is no address is only lower-cased."""
    text = text.strip()
    if text.isascii():
        return text.lower()  # an ASCII domain is its own A-labels
    return _judge_one(text)[1] or text.lower()


def _judge_one(value: str | None) -> tuple[str, str | None]:
    text = (value or "").strip()
    if not text:
        return "missing", None
    if _CONTROL.search(text):
        return "control_characters", None
    if _IDENTITY_CODE.fullmatch(text):
        return "identity_code", None
    if _TELEPHONE.fullmatch(text):
        return "telephone", None
    try:
        address = validate_email(text, check_deliverability=False, strict=True)
        email = unicodedata.normalize("NFC", address.local_part.lower()) + "@" + address.ascii_domain.lower()
    except EmailNotValidError as error:
        return _reason(text, str(error)), None
    return VALID, email


def _reason(text: str, message: str) -> str:
    """Which code stands for a refusal. The message is the library's and may hold the value: it goes no further."""
    if text.count("@") > 1:
        return "several"
    if "too long" in message:
        return "too_long"
    if "special-use" in message or "reserved" in message:
        return "special_use"
    return "domain" if "after the @-sign" in message else "syntax"
