"""The only module that imports Great Expectations. Its exceptions and logs do not leave this module.

The library keeps a failed query with its values in exceptions, in `exception_info` and in its log.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg2
from sqlalchemy.exc import SQLAlchemyError

from email_registry.boundaries.database import translated
from email_registry.check.suites import Suite
from email_registry.errors import ConfigurationError, RegistryError
from email_registry.settings.environment import registry_url

T = TypeVar("T")

# Counts only: every wider format, and BASIC with its default, gives values (seen on 1.24.1).
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}

_URL = "REGISTRY_URL"


@dataclass(frozen=True)
class View:
    """What a suite is run on: a view of the schema `staging` that shows one subject of one night."""

    name: str
    night_id: int
    subject: str

    @property
    def session(self) -> str:
        """Return libpq options with the role, and with the settings that the view reads instead of bound parameters."""
        settings = {
            "role": "loader",
            "search_path": "staging",  # add_table_asset(schema_name=…) is deprecated
            "registry.run": str(self.night_id),
            "registry.subject": self.subject,
            # GX joins the candidates with themselves. Right after COPY the table has no statistics, and the planner
            # would loop: 77 s instead of 0.4 s for two audiences of 20,000 (PostgreSQL 18.4).
            "enable_nestloop": "off",
        }
        return " ".join(f"-c {name}={_escaped(value)}" for name, value in settings.items())


def library() -> Any:
    """Great Expectations, imported when first needed (4 to 7 s), without analytics."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


@dataclass
class Gate:
    """An ephemeral context: nothing of it is written anywhere. Made by `gate`."""

    context: Any

    def validate(self, suite: Suite, view: View, parameters: Mapping[str, int | float]) -> dict[str, Any]:
        """GX's result of a suite on a view, as JSON. Raises DatabaseFailed, or ConfigurationError for the suite."""
        expectations = _built(suite)

        def work() -> dict[str, Any]:
            source = self.context.data_sources.add_postgres(
                view.subject,  # names it in the result
                connection_string=f"${{{_URL}}}",
                create_temp_table=False,
                kwargs={"hide_parameters": True, "connect_args": {"options": view.session}},
            )
            try:
                table = source.add_table_asset(view.subject, table_name=view.name)
                batch = table.add_batch_definition_whole_table("all").get_batch()
                validated = batch.validate(
                    expectations, result_format=RESULT_FORMAT, expectation_parameters=dict(parameters)
                )
                return dict(validated.to_json_dict())
            finally:
                # Two engines, one to look and one to work. NullPool is no way out: GX reads from closed cursors then.
                source.get_execution_engine().engine.dispose()
                source.get_engine().dispose()

        return gx_work(work)


@contextmanager
def gate() -> Iterator[Gate]:
    """A context for one stage: no files, no progress bars, no log."""
    gx = library()
    with _quiet():
        # GX expands `$NAME` inside the value too, which a password may hold.
        runtime = {_URL: registry_url().replace("$", "%24")}
        yield Gate(gx.get_context(mode="ephemeral", project_config=_configuration(), runtime_environment=runtime))


def _configuration() -> Any:
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _built(suite: Suite) -> Any:
    """Build GX's suite. When it refuses a kwarg, the error is one line without the library's text."""
    try:
        return library().ExpectationSuite(**suite)
    except Exception as error:
        kind = type(error).__name__
    raise ConfigurationError(
        f"suite {suite['name']}.json: Great Expectations refuses it ({kind}): check each expectation's kwargs"
    )


def gx_work(work: Callable[[], T]) -> T:
    """Run `work`, which uses the library. Its exceptions become our own errors without their text or cause."""
    try:
        return work()
    except RegistryError:
        raise
    except Exception as error:
        kind, database_error = type(error).__name__, _database_error(error)
    if database_error is not None:
        translated(lambda: _raise(database_error))
    raise RegistryError(f"the gate could not judge: Great Expectations failed ({kind})")


def _raise(error: Exception) -> None:
    raise error.with_traceback(None)


def _database_error(error: BaseException | None) -> Exception | None:
    """Return the first database error in a chain of causes."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, (SQLAlchemyError, psycopg2.Error)):
            return error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence GX's loggers, because they log failed queries with values. Some of them set their own level."""
    logger, nobody = logging.getLogger("great_expectations"), logging.NullHandler()
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(nobody)
    try:
        yield
    finally:
        logger.removeHandler(nobody)
        logger.propagate = propagated


def _escaped(value: str) -> str:
    """Escape blanks and backslashes of a value inside libpq's `options`."""
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
