"""Write the processing record from the policy, and check whether the notice still describes the processing."""

from email_registry.record.documents import Language, Written, check, text, write
from email_registry.record.notice import Declaration, declaration, look, problem

__all__ = ["Declaration", "Language", "Written", "check", "declaration", "look", "problem", "text", "write"]
