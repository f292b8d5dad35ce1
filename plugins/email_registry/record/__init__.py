"""The processing record, made of the policy; and whether the processing is what the notice was declared for."""

from email_registry.record.documents import Language, Written, check, text, write
from email_registry.record.notice import Declaration, declaration, look, problem

__all__ = ["Declaration", "Language", "Written", "check", "declaration", "look", "problem", "text", "write"]
