"""The closed set of verdicts: `valid`, or why not.

A new verdict also needs its rule in `exact.py`, a place in `_plainly_fine` of `judging.py` if plain addresses may get
it, and its name in `include/expectations/staged.json`. `docs/how-to/add-a-verdict.md` has the steps.
"""

from __future__ import annotations

# Written beside every suppression's hash: a new form needs new hashes.
FORM_VERSION = 1

VALID = "valid"
SUPPRESSED = "suppressed"
# What email-validator refuses, or what is no address at all.
SYNTAX = "syntax"
REFUSED = (
    "missing",
    "control_characters",
    "identity_code",
    "telephone",
    "several",
    "too_long",
    "special_use",
    "domain",
    SYNTAX,
)
# What email-validator lets through, and the office's policy (`addresses`) does not.
BY_POLICY = ("encoded_word", "percent", "leading_sign", "mixed_scripts", "own_domain")
VERDICTS = (VALID, SUPPRESSED, *REFUSED, *BY_POLICY)

# Counted and kept.
ROLE, DISPOSABLE = "role_account", "disposable_domain"
NOTED = (ROLE, DISPOSABLE)
