"""Staged rows become the registry: de-duplicated, compared, and only what changed is written."""

from email_registry.load.candidates import prepare_candidates
from email_registry.load.publishing import load_audience

__all__ = ["load_audience", "prepare_candidates"]
