-- By a clock that was years ahead everybody would have been lacked for years.
UPDATE registry.suppression SET lacked_since = NULL WHERE lacked_since IS NOT NULL
