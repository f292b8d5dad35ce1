"""`./registry`: the same functions as the DAGs, for runbooks and for a person without a browser."""
