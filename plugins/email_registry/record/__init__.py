"""The processing record, made of the policy; and whether the processing is what the notice was declared for."""

from email_registry.record.declaring import Declaration, declaration, look, problem
from email_registry.record.writing import Language, Written, check, text, write

__all__ = ["Declaration", "Language", "Written", "check", "declaration", "look", "problem", "text", "write"]
