"""SQL files. Each step has one file, with named statements in the order in which they run. aiosql reads them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiosql.query_loader import QueryLoader

from email_registry.errors import RegistryError


class _AsWritten:
    """The driver that aiosql asks while it reads. It keeps the `:parameters` of a statement, which SQLAlchemy binds."""

    @staticmethod
    def process_sql(query_name: str, operation: Any, sql: str) -> str:
        return sql


@lru_cache
def statements(folder: Path) -> Mapping[str, str]:
    """Return name -> statement for every file of a folder. ConfigurationError when two files use one name."""
    loader = QueryLoader(_AsWritten(), None, mandatory_parameters=False)  # type: ignore[arg-type]
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.sql")):
        for query in loader.load_query_data_from_file(path, [], encoding="utf-8"):
            if query.query_name in found:
                raise RegistryError(f"{path.name}: another file of its folder has a statement {query.query_name} too")
            found[query.query_name] = query.sql
    return found
