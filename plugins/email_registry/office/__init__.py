"""Make the policy of an office that has none yet: complete it, check that it is safe, and write it readably."""

from email_registry.office import prompts
from email_registry.office.connections_skeleton import skeleton
from email_registry.office.defaults import complete, read_answers
from email_registry.office.policy_file import Draft, draft, require_free_path, write
from email_registry.office.questionnaire import ask

__all__ = [
    "Draft",
    "ask",
    "complete",
    "draft",
    "prompts",
    "read_answers",
    "require_free_path",
    "skeleton",
    "write",
]
