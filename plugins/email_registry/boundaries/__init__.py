"""The only doors out: database, web, files. Each translates what a library raises into our own errors,
raised after the `except` block, so that no cause or context carries a value along."""
