"""Run the quick and local checks before a night takes its lease. They find what would stop or spoil the night later."""

from __future__ import annotations

from collections.abc import Callable

from email_registry.doctor import connections, machine, registry_database
from email_registry.doctor.findings import CheckFailed
from email_registry.errors import ConfigurationError, Held, RegistryError
from email_registry.settings import environment


def before_night() -> None:
    """Check in some milliseconds, and change nothing. Raises the first problem, with its cure.

    ConfigurationError when something has to be put right, Held for a disk and a clock, DatabaseFailed when the
    database does not answer.
    """
    _require(ConfigurationError, machine.check_secrets, connections.check_named, machine.check_keys)
    place = environment()
    _require(Held, lambda: machine.check_room(place.home), lambda: machine.check_room(place.reports))
    _require(ConfigurationError, registry_database.check_schema)
    _require(Held, registry_database.check_clock)


def _require(kind: type[RegistryError], *looks: Callable[[], str]) -> None:
    failure: RegistryError | None = None
    try:
        for look in looks:
            look()
    except CheckFailed as error:
        failure = kind(f"before the night: {error.message}; {error.cure}", runbook="doctor")
    if failure is not None:
        raise failure
