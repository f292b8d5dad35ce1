"""People's no at Webropol: answers to the survey, and exports that an officer drops."""

from email_registry.unsubscribes.reading import read_unsubscribes
from email_registry.unsubscribes.survey import read_answers

__all__ = ["read_answers", "read_unsubscribes"]
