"""Run Great Expectations. Its exceptions and logs do not leave this module.

The library keeps a failed query with its values in exceptions, in `exception_info` and in its log. Only this module and
`pages` import the library.
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

# This format gives counts only. Every wider format gives values, and so does BASIC with its default (seen on 1.24.1).
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}

_URL = "REGISTRY_URL"


@dataclass(frozen=True)
class View:
    """A view of the schema `staging` that shows one subject of one night. A suite is run on it."""

    name: str
    night_id: int
    subject: str

    @property
    def session(self) -> str:
        """Return libpq's options: the role, and the settings that the view reads instead of bound parameters."""
        settings = {
            "role": "loader",
            "search_path": "staging",  # add_table_asset(schema_name=…) is deprecated
            "registry.run": str(self.night_id),
            "registry.subject": self.subject,
            # GX joins the candidates with themselves. Right after COPY the table has no statistics, so the planner
            # would choose a nested loop. It takes 77 s instead of 0.4 s for two audiences of 20,000 (PostgreSQL 18.4).
            "enable_nestloop": "off",
        }
        return " ".join(f"-c {name}={_escaped(value)}" for name, value in settings.items())


def library() -> Any:
    """Return Great Expectations without analytics. It is imported when first needed, because that takes 4 to 7 s."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


@dataclass
class Gate:
    """An ephemeral context of Great Expectations, which writes nothing anywhere. `gate` makes it."""

    context: Any

    def validate(self, suite: Suite, view: View, parameters: Mapping[str, int | float]) -> dict[str, Any]:
        """Return GX's result of a suite on a view, as JSON.

        Raises ConfigurationError when GX refuses the suite, and DatabaseFailed.
        """
        expectations = _built(suite)

        def work() -> dict[str, Any]:
            source = self.context.data_sources.add_postgres(
                view.subject,  # the result has this name
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
                # GX has two engines: it connects with one to look, and with the other to work. NullPool does not
                # help, because GX then reads from closed cursors.
                source.get_execution_engine().engine.dispose()
                source.get_engine().dispose()

        return gx_work(work)


@contextmanager
def gate() -> Iterator[Gate]:
    """Yield a context for one stage. It writes no files, shows no progress bars, and logs nothing."""
    gx = library()
    with _quiet():
        # GX expands `$NAME` inside the value too, and a password may contain a `$`.
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
    """Return GX's suite. Raises ConfigurationError, without the library's text, when GX refuses a kwarg."""
    try:
        return library().ExpectationSuite(**suite)
    except Exception as error:
        kind = type(error).__name__
    raise ConfigurationError(
        f"suite {suite['name']}.json: Great Expectations refuses it ({kind}): check each expectation's kwargs"
    )


def gx_work(work: Callable[[], T]) -> T:
    """Run `work`, which uses the library. Its exceptions become our own errors, without their text and cause."""
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
    """Return the value with its blanks and backslashes escaped for libpq's `options`."""
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
