"""Read a source in chunks, judge each row on the way in, and end with a proof of completeness."""

from email_registry.extract.extraction import Extraction
from email_registry.extract.file import FileReading
from email_registry.extract.odata_pages import Pages
from email_registry.extract.proof import Proof
from email_registry.extract.reading import require_agreed_columns
from email_registry.extract.staging import clear, extract_source
from email_registry.extract.view import ViewReading

__all__ = [
    "Extraction",
    "FileReading",
    "Pages",
    "Proof",
    "ViewReading",
    "clear",
    "extract_source",
    "require_agreed_columns",
]
