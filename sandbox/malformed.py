"""What stands in an e-mail field although it is no e-mail address.

None of it may ever reach the registry. The personal identity codes are obviously fake (individual numbers 900 to
999 are never given to anybody), the telephone numbers end in `555` and four digits, names begin with `Sandboxinen`.
"""

from __future__ import annotations

from random import Random

from sandbox.addresses import Address, make_person

IDENTITY_CODE_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
KINDS = ("syntax", "telephone", "identity_code", "several", "blank", "control", "name")


def malformed(rng: Random, kind: str) -> str:
    """A value of one of `KINDS`."""
    address = make_person(rng, rng.randrange(10**6))
    if kind == "syntax":
        return _broken(rng, address)
    if kind == "telephone":
        return rng.choice(("040 555 {:04d}", "+358 50 555{:04d}", "(03) 555 {:04d}")).format(rng.randrange(10_000))
    if kind == "identity_code":
        return _identity_code(rng)
    if kind == "several":
        other = make_person(rng, rng.randrange(10**6))
        return rng.choice(("{}; {}", "{}, {}", "{} {}", "{};{}")).format(address.canonical, other.canonical)
    if kind == "blank":
        return rng.choice(("", " ", "   "))
    if kind == "control":
        cut = len(address.local) // 2
        return address.local[:cut] + rng.choice("\x07\x1b\x7f") + address.local[cut:] + "@" + address.a_domain
    return f"Sandboxinen {rng.choice(('Aino', 'Eero', 'Iida', 'Onni'))}"


def _broken(rng: Random, address: Address) -> str:
    local, domain = address.local, address.a_domain
    return rng.choice(
        (
            f"{local}@",
            f"@{domain}",
            f"{local}.{domain}",
            f"{local}@@{domain}",
            f"{local}..x@{domain}",
            f".{local}@{domain}",
            f"{local} x@{domain}",
            f"{local}@{domain}.",
            f"{local}@-{domain}",
            f"{local}@sandbox-posti,fi",
            f"mailto:{local}@{domain}",
            f"<{local}@{domain}>",
        )
    )


def _identity_code(rng: Random) -> str:
    digits = f"{rng.randint(1, 28):02d}{rng.randint(1, 12):02d}{rng.randint(30, 99):02d}"
    number = f"{rng.randint(900, 999)}"
    return f"{digits}-{number}{IDENTITY_CODE_CHECK[int(digits + number) % 31]}"
