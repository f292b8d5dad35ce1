"""What the registry knows of each list at Webropol: its stage, and whether it is frozen."""

from email_registry.lists.freezes import find_freeze, freeze, thaw
from email_registry.lists.stages import move_to_stage, release_withheld, stage_of
from email_registry.lists.states import MemberState, Stage
from email_registry.lists.targets import require_known_target

__all__ = [
    "MemberState",
    "Stage",
    "find_freeze",
    "freeze",
    "move_to_stage",
    "release_withheld",
    "require_known_target",
    "stage_of",
    "thaw",
]
