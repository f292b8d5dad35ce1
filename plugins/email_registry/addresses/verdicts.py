"""The closed set of verdicts: a value is `valid`, or the verdict says why it is not.

A new verdict also needs its rule in `exact.py`, its name in `include/expectations/staged.json`, and, if plain addresses
may get it, a place in `_plainly_fine` of `judging.py`. `docs/how-to/add-a-verdict.md` has the steps.
"""

from __future__ import annotations

# This number is stored with every suppression's hash, because a new canonical form needs new hashes.
FORM_VERSION = 1

VALID = "valid"
SUPPRESSED = "suppressed"
# The verdicts on values that email-validator refuses, or that are no address at all.
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
# The verdicts on addresses that email-validator accepts and the office's policy (`addresses`) refuses.
BY_POLICY = ("encoded_word", "percent", "leading_sign", "mixed_scripts", "own_domain")
VERDICTS = (VALID, SUPPRESSED, *REFUSED, *BY_POLICY)

# Addresses of these kinds are valid. They are counted and kept.
ROLE, DISPOSABLE = "role_account", "disposable_domain"
NOTED = (ROLE, DISPOSABLE)
