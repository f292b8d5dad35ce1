"""A policy for an office that has none yet: completed, held to what is safe, written so that people can read it."""

from email_registry.office.connections_skeleton import skeleton
from email_registry.office.defaults import complete, read_answers
from email_registry.office.policy_file import Draft, draft, hold_free, write

__all__ = ["Draft", "complete", "draft", "hold_free", "read_answers", "skeleton", "write"]
