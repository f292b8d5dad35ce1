"""The judge of one value: email-validator (strict, no DNS), and what the policy makes of what it lets through.

The canonical form is trimmed, NFC, the local part lower-cased, the domain in lower-case A-labels: see
docs/decisions/0004-canonical-form.md.
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
# With none of these, one @ and these lengths, an address is a local part and a domain that do not depend on each other.
_QUOTING = re.compile(r'["<>\\]')
_SHORT = 60  # characters of each, so that no limit on the whole is near, in bytes or in A-labels
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


class Domain(NamedTuple):
    """A domain as the library sees it, in A-labels, or the message of its refusal."""

    ascii: str
    mixed: bool  # letters that look alike side by side in one of its labels
    refusal: str | None


class Parts(NamedTuple):
    """An address that the library lets through."""

    local: str
    domain: Domain

    @property
    def canonical(self) -> str:
        return unicodedata.normalize("NFC", self.local.lower()) + "@" + self.domain.ascii


def judge_one(value: str | None, policy: AddressPolicy) -> tuple[str, str | None]:
    """A verdict, and the canonical address where it is `valid`."""
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
        verdict = "too_long"  # a few letters are two in lower case
    return verdict, canonical if verdict == VALID else None


def canonical_form(text: str) -> str:
    """The canonical form of what a list holds, for comparing; what is no address is only lower-cased."""
    text = text.strip()
    if text.isascii():
        return text.lower()  # an ASCII domain is its own A-labels
    parts = None if _CONTROL.search(text) else _parts(text)[0]
    return parts.canonical if parts is not None else text.lower()


def _parts(text: str) -> tuple[Parts | None, str]:
    """What the library makes of it: its parts, or the message of its refusal.

    Whole it takes 65 microseconds an address, and 350 where the domain is international (2.4.0): the parts of what is
    short are shown to it by themselves, a domain once, and what has no address' form not at all.
    """
    if text.count("@") != 1:
        # No @ is no address, and two would have to be quoted, which is not allowed: the reason is the count's.
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
    """As the library does it: judged as it came, and in NFC where that is another one."""
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
    """Which code stands for a refusal. The message is the library's and may hold the value: it goes no further."""
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
    """Whether letters of scripts that look alike stand side by side."""
    if text.isascii():
        return False
    return len({script for script in map(_script, text) if script}) > 1


@lru_cache(maxsize=1 << 12)
def _script(letter: str) -> str:
    """The script of a letter that may look like one of another script; empty for all else."""
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in _SCRIPTS and letter.isalpha() else ""
