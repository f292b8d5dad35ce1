"""Judge one value by email-validator (strict, without DNS), and then by the office's policy.

The canonical form is trimmed and in NFC. Its local part is lower-cased, and its domain is in lower-case A-labels
(docs/decisions/0004-canonical-form.md).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import LOCAL_PART_MAX_LENGTH
from email_validator.syntax import validate_email_local_part

from email_registry.addresses.verdicts import SYNTAX, VALID
from email_registry.settings.policy import AddressPolicy

_IDENTITY_CODE = re.compile(r"\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Za-z]")
_TELEPHONE = re.compile(r"\+?[\d\s()/.-]{5,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ENCODED_WORD = re.compile(r"=\?.*\?")
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*")
# The local part and the domain can be judged separately if the address has one @ and none of these characters, and if
# both parts are short.
_QUOTING = re.compile(r'["<>\\]')
_SHORT = 60  # the most characters of a short part: no limit on the whole is near then, in bytes or in A-labels
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


class Domain(NamedTuple):
    """A domain in A-labels as the library returns it, or the message of the library's refusal."""

    ascii: str
    mixed: bool  # one of its labels mixes letters of scripts that look alike
    refusal: str | None


class Parts(NamedTuple):
    """The parts of an address that the library accepts."""

    local: str
    domain: Domain

    @property
    def canonical(self) -> str:
        return unicodedata.normalize("NFC", self.local.lower()) + "@" + self.domain.ascii


def judge_one(value: str | None, policy: AddressPolicy) -> tuple[str, str | None]:
    """Return the verdict on a value, and its canonical address if the verdict is `valid`."""
    text = (value or "").strip()
    if not text:
        return "missing", None
    if _CONTROL.search(text):
        return "control_characters", None
    if _IDENTITY_CODE.fullmatch(text):
        return "identity_code", None
    if _TELEPHONE.fullmatch(text):
        return "telephone", None
    parts, refusal = _parts(text)
    if parts is None:
        return _reason(text, refusal), None
    verdict, canonical = _by_policy(parts, policy), parts.canonical
    if verdict == VALID and len(canonical) - len(parts.domain.ascii) - 1 > LOCAL_PART_MAX_LENGTH:
        verdict = "too_long"  # a few letters become two in lower case
    return verdict, canonical if verdict == VALID else None


def canonical_form(text: str) -> str:
    """Return the canonical form of a text from a list, for comparing. A text that is no address is only lower-cased."""
    text = text.strip()
    if text.isascii():
        return text.lower()  # an ASCII domain is already in A-labels
    parts = None if _CONTROL.search(text) else _parts(text)[0]
    return parts.canonical if parts is not None else text.lower()


def _parts(text: str) -> tuple[Parts | None, str]:
    """Return the parts of an address, or the message of the library's refusal.

    The library takes 65 microseconds for a whole address, and 350 when the domain is international (2.4.0). Therefore
    it judges the parts of a short address separately, it judges each domain once, and it does not get a text that has
    not exactly one @.
    """
    if text.count("@") != 1:
        # A text without @ is no address. A second @ would have to be quoted, which is not allowed. `_reason` finds the
        # verdict from the number of @.
        return None, ""
    local, domain = text.split("@")
    try:
        if len(local) > _SHORT or len(domain) > _SHORT or _QUOTING.search(text):
            whole = validate_email(text, check_deliverability=False, strict=True)
            return Parts(whole.local_part, _known(whole.ascii_domain, whole.domain)), ""
        if not _PLAIN_LOCAL.fullmatch(local):
            local = _local(local)
    except EmailNotValidError as error:
        return None, str(error)
    found = _domain(domain)
    return (Parts(local, found), "") if found.refusal is None else (None, found.refusal)


def _local(local: str) -> str:
    """Return the local part in NFC. As in the library, it is judged as it came, and again if NFC changed it."""
    validate_email_local_part(local, strict=True)
    normal = unicodedata.normalize("NFC", local)
    if normal != local:
        validate_email_local_part(normal, strict=True)
    return normal


@lru_cache(maxsize=1 << 16)
def _domain(domain: str) -> Domain:
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        return Domain("", mixed=False, refusal=str(error))
    return _known(found.ascii_domain, found.domain)


def _known(ascii_domain: str | None, domain: str) -> Domain:
    return Domain((ascii_domain or "").lower(), any(map(_mixed, domain.split("."))), None)


def _reason(text: str, message: str) -> str:
    """Return the verdict for a refusal. The library's message may contain the value, so it is not passed on."""
    if text.count("@") > 1:
        return "several"
    if "too long" in message:
        return "too_long"
    if "special-use" in message or "reserved" in message:
        return "special_use"
    return "domain" if "after the @-sign" in message else SYNTAX


def _by_policy(parts: Parts, policy: AddressPolicy) -> str:
    if policy.encoded_words == "refuse" and _ENCODED_WORD.search(parts.local):
        return "encoded_word"
    if policy.percent == "refuse" and "%" in parts.local:
        return "percent"
    if policy.leading_sign == "refuse" and parts.local[0] in "+-":
        return "leading_sign"
    if policy.mixed_scripts == "refuse" and (parts.domain.mixed or _mixed(parts.local)):
        return "mixed_scripts"
    if any(f".{parts.domain.ascii}".endswith(f".{own}") for own in policy.own_domains):
        return "own_domain"
    return VALID


def _mixed(text: str) -> bool:
    """Return whether the text mixes letters of scripts that look alike."""
    if text.isascii():
        return False
    return len({script for script in map(_script, text) if script}) > 1


@lru_cache(maxsize=1 << 12)
def _script(letter: str) -> str:
    """Return the script of a letter if it may look like a letter of another script, else an empty text."""
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in _SCRIPTS and letter.isalpha() else ""
