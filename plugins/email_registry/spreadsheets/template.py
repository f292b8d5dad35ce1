"""The customer's own template of a recipient sheet, as Webropol exported it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from email_registry.errors import ConfigurationError
from email_registry.spreadsheets.csv_table import CsvTable
from email_registry.spreadsheets.reading import open_table
from email_registry.spreadsheets.table import error_maker


@dataclass(frozen=True)
class Template:
    """The form of a sheet. `column` is the place of the addresses, from 0.

    A workbook has the `title` of its sheet. A text file has its `head`, which is the heading row byte for byte, and the
    way in which the other rows are written.
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
        """Read the form of the file at `path`, whatever rows are below its headings.

        ConfigurationError (policy) where the file or its heading row is missing, the heading of the addresses is
        missing or stands twice, or the file is not what its suffix says.
        """
        make_error = error_maker(path, ConfigurationError, "policy")
        with open_table(path, email_heading, make_error, whole=False) as table:
            suffix, headings, column = path.suffix.lower(), table.headings, table.column
            if isinstance(table, CsvTable):
                encoding = table.encoding.removesuffix("-sig")
                return cls(suffix, headings, column, "", table.head, table.delimiter, encoding, table.line_end)
            return cls(suffix, headings, column, table.title)
