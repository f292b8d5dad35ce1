"""The customer's own template of a recipient sheet, as Webropol exported it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from email_registry.errors import ConfigurationError
from email_registry.spreadsheets.csv_table import CsvTable
from email_registry.spreadsheets.reading import opened
from email_registry.spreadsheets.table import failing_for


@dataclass(frozen=True)
class Template:
    """The form of a sheet. `column` is the place of the addresses, from 0.

    Of a workbook: `title`, the sheet's. Of a text file: `head`, the heading row byte for byte, and how the others are
    written.
    """

    suffix: str
    headings: tuple[str, ...]
    column: int
    title: str = ""
    head: bytes = b""
    delimiter: str = ";"
    encoding: str = "utf-8"
    line_end: str = "\r\n"

    @classmethod
    def read(cls, path: Path, email_heading: str) -> Template:
        """The form of the file at `path`, whatever rows are below its headings.

        ConfigurationError (policy) where there is no such file or heading row, the heading of the addresses is missing
        or there twice, or the file is not what its suffix says.
        """
        failing = failing_for(path, ConfigurationError, "policy")
        with opened(path, email_heading, failing, whole=False) as table:
            suffix, headings, column = path.suffix.lower(), table.headings, table.column
            if isinstance(table, CsvTable):
                encoding = table.encoding.removesuffix("-sig")
                return cls(suffix, headings, column, "", table.head, table.delimiter, encoding, table.line_end)
            return cls(suffix, headings, column, table.title)
