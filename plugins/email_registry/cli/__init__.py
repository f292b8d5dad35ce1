"""`./registry`: the same functions as the DAGs, for runbooks and for a person without a browser.

One module holds one group, or one command of the top. Each command parses, calls one function of the domain, and prints
its result. It imports what it runs by itself, so `--help` and completion start in a moment.
"""
