"""Reading a source in chunks, judging each row on the way in, ending with a proof of completeness."""

from email_registry.extract.extraction import Extraction
from email_registry.extract.proof import Proof
from email_registry.extract.staging import clear, extract_source

__all__ = ["Extraction", "Proof", "clear", "extract_source"]
