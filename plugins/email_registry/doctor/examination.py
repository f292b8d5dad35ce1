"""Run all parts of the doctor, each in its own thread and bounded in time. The order of their findings is fixed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from email_registry.doctor import connections, machine, registry_database
from email_registry.doctor.findings import SILENT, Finding, Findings, failed_finding
from email_registry.errors import ConfigurationError, RegistryError, contained, unexpected
from email_registry.record import look
from email_registry.settings import business_date, environment, policy
from email_registry.settings.policy import ODataWay

SECONDS = 30.0  # all parts together take at most this long
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """A part of the doctor. `names` holds the first words of its findings' names."""

    title: str
    names: tuple[str, ...]
    work: Callable[[Findings], object]


@contained
def examine(only: Sequence[str] = (), tell: Tell = lambda text: None) -> list[Finding]:
    """Check everything, or only what `only` names: the name of a finding or its first word. Nothing is changed.

    Every part is checked even if others fail. If a system does not answer in time, that is a finding as well.
    ConfigurationError when `only` names nothing that is checked.
    """
    tell("look at the policy")
    found = [_Begun(Part("policy", ("policy",), _policy)).end(SECONDS)]
    valid = found[0][0].ok
    parts = [*_without_policy(valid=valid), *(_by_policy() if valid else ())]
    begun = []
    for part in parts:
        if not only or any(name.split(" ")[0] in part.names for name in only):
            tell(f"look at {part.title}")
            begun.append(_Begun(part))
    deadline = time.monotonic() + SECONDS
    found += [one.end(deadline - time.monotonic()) for one in begun]
    chosen = [one for several in found for one in _chosen(several, only)]
    if not chosen:
        names = sorted({"policy", *(name for part in parts for name in part.names)})
        raise ConfigurationError(f"nothing is looked at by that name; there are {', '.join(names)}", runbook="doctor")
    return chosen


def _chosen(found: Sequence[Finding], only: Sequence[str]) -> list[Finding]:
    """Return the findings that were asked for.

    If a part's first finding failed, it is returned as well, because the part's other checks did not run after it.
    """
    return [one for one in found if not only or _named(one, only) or (one is found[0] and not one.ok)]


def _named(finding: Finding, only: Sequence[str]) -> bool:
    return finding.name in only or finding.name.split(" ")[0] in only


def _policy(found: Findings) -> None:
    found.look("policy", machine.read_policy)


def _without_policy(*, valid: bool) -> Iterator[Part]:
    yield Part("the secrets", ("secrets", "suppression"), _secrets)
    yield Part("the versions", ("version",), _versions)
    yield Part("the database", ("database", "suppression", "clock"), partial(_database, valid=valid))


def _by_policy() -> Iterator[Part]:
    # Only `examine` needs these: a night imports this room too, and runs its short part.
    from email_registry.doctor import hosts, lists, sources
    from email_registry.doctor.mail import look_at_mail

    known, on = policy(), business_date(None)
    yield Part("the notice", ("notice",), _notice)
    yield Part("the disks", ("disk",), _disks)
    yield Part("the connections", ("connection",), _connections)
    for name in known.sources:
        work = partial(sources.look_at, name, on)
        yield Part(f"source {name}", ("source",), partial(Findings.look, name=f"source {name}", work=work))
    yield Part("Webropol", ("webropol", "target", "survey"), partial(lists.look_at_webropol, on=on))
    yield Part("the sheets", ("sheets", "target"), lists.look_at_sheets)
    web = [name for name, way in connections.of_sources().items() if issubclass(way, ODataWay)]
    for name in (known.webropol.connection, *web):
        yield Part(f"host {name}", ("host", "certificate", "clock"), partial(hosts.look_at, name=name))
    yield Part("mail", ("mail", "certificate"), look_at_mail)


def _notice(found: Findings) -> None:
    found.look("notice", lambda: look(environment().policy_file))


def _secrets(found: Findings) -> None:
    found.look("secrets", machine.check_secrets)
    found.look("suppression keys", machine.check_keys)


def _versions(found: Findings) -> None:
    from email_registry.doctor import versions

    found.look("version python", versions.check_python)
    found.look("version packages", versions.check_packages)


def _database(found: Findings, *, valid: bool) -> None:
    if not found.look("database", registry_database.reach):
        return
    found.look("clock database", registry_database.check_clock)
    found.look("database rights", registry_database.check_own_rights)
    roles = found.look("database roles", registry_database.check_roles)
    if not roles or not found.look("database schema", registry_database.check_schema):
        return
    found.look("database deletion", registry_database.check_maintained)
    found.look("suppression versions", registry_database.check_key_versions)
    if valid:
        found.look("clock nights", registry_database.check_nights)


def _disks(found: Findings) -> None:
    for name, path in machine.places().items():
        found.look(f"disk {name}", partial(machine.check_room, path))


def _connections(found: Findings) -> None:
    for name, work in connections.named():
        found.look(f"connection {name}", work)


class _Begun:
    """A part whose checks run in a thread."""

    def __init__(self, part: Part) -> None:
        self._part, self._findings = part, Findings()
        # The thread is a daemon, so a system that never answers does not keep the command from ending.
        self._thread = threading.Thread(target=self._run, name=part.title, daemon=True)
        self._thread.start()

    def end(self, seconds: float) -> list[Finding]:
        """Return the findings. Waits at most so many seconds for them."""
        self._thread.join(max(seconds, 0))
        found = list(self._findings.found)
        if self._thread.is_alive():
            cure = "see that it runs and that this machine may reach it (network, firewall, mount)"
            found.append(Finding(self._part.title, False, f"no answer within {SECONDS:g} s", cure, SILENT))
        return found

    def _run(self) -> None:
        try:
            self._part.work(self._findings)
        except RegistryError as error:
            self._findings.found.append(failed_finding(self._part.title, error))
        except Exception as error:
            self._findings.found.append(failed_finding(self._part.title, unexpected(error)))
