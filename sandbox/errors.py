"""The one exception of the sandbox that a person reads."""


class SandboxError(Exception):
    """What went wrong and what to do, in one line without an address; the command ends with exit code 2."""
