"""Load candidates into the registry: compare them with it, and write only what changed."""

from email_registry.load.candidates import prepare_candidates
from email_registry.load.publishing import load_audience
from email_registry.load.states import AddressState

__all__ = ["AddressState", "load_audience", "prepare_candidates"]
