"""Tables in text files and workbooks, read and written row by row. It knows nothing of lists."""

from email_registry.spreadsheets.reading import in_pages, opened
from email_registry.spreadsheets.table import Row, contained, failing_for
from email_registry.spreadsheets.writing import SheetWriter, Template, remove_privately

__all__ = ["Row", "SheetWriter", "Template", "contained", "failing_for", "in_pages", "opened", "remove_privately"]
