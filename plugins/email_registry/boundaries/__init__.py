"""Access to everything outside this process: database, web, mail, files. Each module turns the exceptions of its
library into our own errors. They are raised after the `except` block, so that no cause or context carries a value."""
