"""Reading a source in chunks, judging each row on the way in, ending with a proof of completeness."""

from email_registry.extract.proof import Proof
from email_registry.extract.staging import clear, extract_source

__all__ = ["Proof", "clear", "extract_source"]
