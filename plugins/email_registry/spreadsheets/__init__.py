"""Tables in text files and workbooks, read and written row by row. It knows nothing of lists."""

from email_registry.spreadsheets.reading import open_table, read_pages
from email_registry.spreadsheets.table import Row, contain, error_maker
from email_registry.spreadsheets.writing import SheetWriter, Template, remove_privately

__all__ = ["Row", "SheetWriter", "Template", "contain", "error_maker", "open_table", "read_pages", "remove_privately"]
