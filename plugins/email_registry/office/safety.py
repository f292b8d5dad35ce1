"""Refuse a new policy that is unsafe although its shape is right. A finding is a key and a reason, never a value."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from email_registry.errors import ConfigurationError
from email_registry.office.host_region import why_not
from email_registry.settings import Policy
from email_registry.settings.policy import ODataWay

Finding = tuple[str, str]

STAFF = re.compile(r"(pilot\.addresses|mail\.to)\.\d+|rights\.contact\.\w+")  # only these keys may hold addresses
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
SECRET_KEY = re.compile(r"(^|_)(password|passwd|passphrase|secret|token|credentials?|api_?key|salasana)$", re.I)
SECRET_VALUE = re.compile(
    r"-----BEGIN"
    r"|://[^/\s:@]*:[^/\s@]+@"  # login and password in a URL
    r"|(password|passwd|secret|token|api[-_ ]?key|salasana|lösenord)\s*[=:]\s*\S"
    r"|\b[0-9a-f]{32,}\b",
    re.I,
)
WORD = re.compile(r"[A-Za-z0-9+/_-]{20,}")
# How often the kind (digit, capital, small letter) changes from one letter to the next. With digits, no name has eight
# changes. Of 1,400 made-up secrets only one has no digit; without digits, a name of seven words that are
# written together has twelve changes.
CHANGES = 8
CHANGES_WITHOUT_DIGITS = 12
MOST_SHARE, MOST_FLOOR, MOST_FIRST = 0.5, 1000, 1000
MOST_GROWTH, LEAST_VALID, LEAST_KNOWN = 1.0, 0.5, 0.1
LONGEST_ABSENT, LONGEST_UNSEEN = 180, 365


def require_no_addresses(content: Mapping[str, Any]) -> None:
    """Require that the content of a new policy holds no secret and nobody's address.

    ConfigurationError when it does, or when it does not name the domains of the office's staff.
    """
    addresses = content.get("addresses")
    own = addresses.get("own_domains") if isinstance(addresses, Mapping) else None
    if not isinstance(own, list) or not own:
        _refuse([("addresses.own_domains", "name the domains of the office's staff, who are no customers")])
    _refuse(list(_find_addresses(content, [str(domain) for domain in own or ()])))


def why_private(text: str, staff: Sequence[str] = ()) -> str | None:
    """Return why a text may not stand in a policy. None when it may.

    It may not when it looks like a secret, or holds an address that is not of the domains in `staff`.
    """
    if SECRET_VALUE.search(text) or any(map(_random, WORD.findall(text))):
        return "it looks like a secret, which belongs into connections.json"
    if any(not is_of(address, staff) for address in ADDRESS.findall(text)):
        return "it holds an address; only staff's may stand in a policy: in pilot.addresses, mail.to and rights.contact"
    return None


def is_of(address: str, domains: Sequence[str]) -> bool:
    """Tell whether an address is of one of these domains, or of a domain below one of them."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == own or domain.endswith(f".{own}") for own in domains)


def require_safe(policy: Policy, today: date) -> None:
    """Require that a policy is safe, and promises nothing that is untrue. ConfigurationError with the first finding."""
    parts = (_hosts, _filters, _thresholds, _retention, _lists)
    found = [finding for part in parts for finding in part(policy)]
    if policy.office.notice_date > today:
        found.append(("office.notice_date", "that day is yet to come: the notice must be out before anybody is told"))
    _refuse(found)


def _refuse(found: list[Finding]) -> None:
    if found:
        key, why = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ConfigurationError(f"{key}: {why}{more}; nothing was written", runbook="policy")


def _find_addresses(content: Any, own: Sequence[str], path: str = "") -> Iterator[Finding]:
    """Yield every key that holds a secret, or an address that may not stand in a policy."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            key_path = f"{path}.{key}" if path else str(key)
            if ADDRESS.search(str(key)):
                yield path or "a key", "it holds an address"
            elif SECRET_KEY.search(str(key)):
                yield key_path, "no secret stands in a policy: it belongs into connections.json"
            yield from _find_addresses(value, own, key_path)
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content, 1):
            yield from _find_addresses(value, own, f"{path}.{number}")
    elif isinstance(content, str) and (why := why_private(content, own if STAFF.fullmatch(path) else ())):
        yield path, why


def _random(word: str) -> bool:
    kinds = ["0" if letter.isdigit() else "A" if letter.isupper() else "a" for letter in word if letter.isalnum()]
    changes = sum(one != other for one, other in itertools.pairwise(kinds))
    return {"A", "a"} <= set(kinds) and changes >= (CHANGES if "0" in kinds else CHANGES_WITHOUT_DIGITS)


def _hosts(policy: Policy) -> Iterator[Finding]:
    for number, host in enumerate(policy.allowed_hosts, 1):
        why = why_not(host)
        if why:
            yield f"allowed_hosts.{number}", why


def _filters(policy: Policy) -> Iterator[Finding]:
    """Yield every way that has no filter of the region. Without one, everybody in Finland would be listed."""
    for name, source in policy.sources.items():
        for way_name, way in source.ways.items():
            key = f"sources.{name}.ways.{way_name}"
            if not way.columns.where:
                yield f"{key}.columns.where", "it names no column that says whose a row is: all the country would come"
            elif isinstance(way, ODataWay):
                missing = [column for column, value in way.columns.where.items() if f"'{value}'" not in way.filter]
                if missing:
                    yield f"{key}.filter", f"it does not ask for {missing[0]}, which columns.where wants"


def _thresholds(policy: Policy) -> Iterator[Finding]:
    limits = {"sync.removals": policy.sync.removals, "sync.additions": policy.sync.additions}
    for key, limit in {**limits, "expiry.limit": policy.expiry.limit}.items():
        if limit.share > MOST_SHARE:
            yield f"{key}.share", f"above {MOST_SHARE} nobody is asked before most of a list changes"
        if limit.floor > MOST_FLOOR:
            yield f"{key}.floor", f"above {MOST_FLOOR} nobody is asked about a whole small list"
    if policy.sync.removals.first_night.max > MOST_FIRST:
        yield "sync.removals.first_night.max", f"above {MOST_FIRST} a first night empties a list unasked"
    for name, source in policy.sources.items():
        if source.volume.drop > MOST_SHARE:
            yield f"sources.{name}.volume.drop", f"above {MOST_SHARE} half of a source may be lost unseen"
        if source.volume.growth > MOST_GROWTH:
            yield f"sources.{name}.volume.growth", f"above {MOST_GROWTH} a lost filter is not seen"
        if source.min_valid < LEAST_VALID:
            yield f"sources.{name}.min_valid", f"below {LEAST_VALID} a wrong column passes for addresses"
        if source.continuity < LEAST_KNOWN:
            yield f"sources.{name}.continuity", f"below {LEAST_KNOWN} other people's addresses pass for this office's"


def _retention(policy: Policy) -> Iterator[Finding]:
    for name, audience in policy.audiences.items():
        if audience.retention.absent_days > LONGEST_ABSENT:
            yield f"audiences.{name}.retention.absent_days", f"longer than {LONGEST_ABSENT} days is longer than needed"
        if audience.retention.unseen_days > LONGEST_UNSEEN:
            yield f"audiences.{name}.retention.unseen_days", f"longer than {LONGEST_UNSEEN} days is longer than needed"


def _lists(policy: Policy) -> Iterator[Finding]:
    if policy.sync.begins != "observed":
        yield "sync.begins", "a new office observes its lists first: ./registry list go-live ends that, list by list"
