"""One verdict and one canonical form for whatever was given as an address."""

from email_registry.addresses.judging import FORM_VERSION, VERDICTS, Judged, canonical_form, judge

__all__ = ["FORM_VERSION", "VERDICTS", "Judged", "canonical_form", "judge"]
