"""What holds for every text: the judge beside the library itself, beside itself, and in every order.

Drawn near the borders: lengths, hyphens, A-labels, dots, look-alikes, special names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import idna
import pyarrow as pa
from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from email_registry.addresses import judge
from email_registry.privacy import AddressColumn
from tests.oracles.suites import canonical

Row = tuple[str, str | None]

# --- the library, and the policy in a second hand

SCRIPTS = (re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]"), re.compile("[Ͱ-ϡϰ-Ͽἀ-῿]"), re.compile("[Ѐ-ԯ]"))


def library(text: str) -> ValidatedEmail | None:
    try:
        return validate_email(text.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None


def mixed(found: ValidatedEmail) -> bool:
    parts = ["".join(filter(str.isalpha, part)) for part in (found.local_part, *found.domain.split("."))]
    return any(sum(bool(script.search(part)) for script in SCRIPTS) > 1 for part in parts)


# What the usual policy refuses of what the library accepts.
ALWAYS: dict[str, Callable[[ValidatedEmail], bool]] = {
    "encoded_word": lambda found: re.search(r"=\?[^?]*\?[^?]*\?.*\?=", found.local_part) is not None,
    "percent": lambda found: "%" in found.local_part,
    "leading_sign": lambda found: found.local_part[0] in "+-",
    "mixed_scripts": mixed,
}
# What a policy code needs at the least. (Letters have more ranges than SCRIPTS knows.)
AT_LEAST: dict[str, Callable[[ValidatedEmail], bool]] = {
    **ALWAYS,
    "encoded_word": lambda found: "=?" in found.local_part,
    "mixed_scripts": lambda found: not (found.local_part + found.domain).isascii(),
    "too_long": lambda found: len(unicodedata.normalize("NFC", found.local_part.lower())) > 64,
}


def assert_as_the_library(text: str, verdict: str, email: str | None) -> None:
    """What it refuses is not valid; what it accepts is valid in this one form, or refused by a policy that holds."""
    found = library(text)
    if found is None:
        assert verdict != "valid"
        assert email is None
    elif verdict == "valid":
        assert email == canonical(found.local_part, found.ascii_domain)
        assert [code for code, holds in ALWAYS.items() if holds(found)] == []
    else:
        assert AT_LEAST[verdict](found)


# --- texts

BLANKS = st.sampled_from(["", "", "", " ", "\t", "\r\n", "\u00a0", "\u2005"])
LOCAL_PIECES = [
    *("matti", "MATTI", "m", "ä", "Ä", "a\u0308", "J\u030c", "ß", "İ", "σ", "Σ", "кот", "臺", "\u0301", "𝕏", "＠"),
    *(".", "..", "+", "-", "%", "_", "'", "=?utf-8?q?x?=", "=?", "?", "!", '"', "\\", "(", " ", "<", ";", ","),
    *("a" * 57, "a" * 60, "a" * 61, "a" * 63, "a" * 64, "a" * 65, "ä" * 63, "ä" * 64, "ä" * 65),
    *("\x00", "\x85", "\u200d", "\ufb2c"),
]
LABELS = [
    *("posti", "POSTI", "hyvää", "HYVA\u0308", "xn--hyv-piv-7waacca", "XN--HYV-PIV-7WAACCA", "xn--0", "xn--"),
    *("-a", "a-", "-", "a--b", "ab--c", "1", "007", "a_b", "straße", "кот", "кoт", "אב", "ا0", "", "İ", "l·l"),
    *("a" * 62, "a" * 63, "a" * 64, "ä" * 55, "ä" * 58, "ä" * 60, "[127", "x!", "test", "a b", "a\n"),
    *("\u212a", "\u037e", "a\u200d", "xn--7a"),
]
ENDS = [
    *("fi", "FI", "com", "f", "1", "123", "f1", "рф", "xn--p1ai", "台灣", "fi.", "fi-", "f\uff0efi", "\u3002fi"),
    *("test", "TEST", "example", "invalid", "localhost", "local", "arpa", "onion"),
]
LOCALS = st.one_of(
    st.lists(st.sampled_from(LOCAL_PIECES), max_size=4).map("".join),
    st.text(st.sampled_from("aZ09._+-'%"), min_size=1, max_size=8),
)
DOMAINS = st.one_of(
    st.builds(lambda labels, end: ".".join([*labels, end]), st.lists(st.sampled_from(LABELS)), st.sampled_from(ENDS)),
    st.text(st.sampled_from("aZ09-."), min_size=1, max_size=8).map(lambda labels: f"{labels}.fi"),
)
SIGNS = st.sampled_from(["@"] * 8 + ["", "@@", "＠", " @", "\ufe6b"])


def each_alone() -> list[str]:
    """Every piece, label and end once in each place, with nothing else out of the way."""
    locals_ = [local for piece in LOCAL_PIECES for local in (piece, f"m{piece}", f"{piece}m", f"m{piece}m")]
    domains = [
        domain for label in LABELS for domain in (f"{label}.fi", f"posti.{label}.fi", f"{label}.posti.fi", label)
    ]
    domains += [domain for end in ENDS for domain in (f"posti.{end}", f"{end}", f"007.{end}", f"hyvää.{end}")]
    return [f"{local}@posti.fi" for local in locals_] + [f"matti@{domain}" for domain in domains]


def of_length(total: int, local: str, first: str) -> str:
    """An address of so many characters, at a domain of long labels that begins with `first`."""
    rest = f"{first}.{'a' * 60}.{'b' * 60}.{'c' * 60}"
    return f"{local}@{rest}.{'d' * (total - len(local) - len(rest) - 5)}.fi"


WHOLE_LENGTHS = st.builds(
    of_length, st.integers(246, 256), st.sampled_from(["m" * 10, "m" * 30, "ä" * 10]), st.sampled_from(["posti", "ä"])
)
ADDRESSES = st.one_of(
    st.builds(lambda *parts: "".join(parts), BLANKS, LOCALS, SIGNS, DOMAINS, BLANKS),
    LOCALS.map(lambda local: f"{local}@Posti.fi"),
    DOMAINS.map(lambda domain: f"Päivi.K@{domain}"),
)
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=20)
TEXTS = st.one_of(ADDRESSES, WHOLE_LENGTHS, ANYTHING, ANYTHING.map(lambda text: f"{text}@posti.fi"))


def one(text: str) -> Row:
    return rows([text])[0]


def rows(texts: list[str | None] | pa.Array) -> list[Row]:
    judged = judge(AddressColumn(texts))
    return list(zip(judged.verdicts, judged.emails.reveal(), strict=True))


def assert_itself(verdict: str, email: str | None) -> None:
    """That a canonical form judges to itself."""
    if email is not None:
        assert one(email) == (verdict, email)


# --- properties


def test_the_judge_is_the_library_and_the_policy_at_each_border() -> None:
    texts = each_alone()
    for text, (verdict, email) in zip(texts, rows(texts), strict=True):
        assert_as_the_library(text, verdict, email)
        assert (verdict, email) == one(text)
        assert_itself(verdict, email)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_judge_is_the_library_and_the_policy(text: str) -> None:
    assert_as_the_library(text, *one(text))


@settings(max_examples=150, deadline=None)
@given(ADDRESSES)
def test_a_canonical_form_judges_to_itself(text: str) -> None:
    verdict, email = one(text)
    assert_itself(verdict, email)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), TEXTS), max_size=12), st.data())
def test_order_and_chunks_change_nothing(texts: list[str | None], data: st.DataObject) -> None:
    alone = [rows([text])[0] for text in texts]
    order = data.draw(st.permutations(range(len(texts))))
    assert rows([texts[at] for at in order]) == [alone[at] for at in order]
    cut = data.draw(st.integers(0, len(texts)))
    whole = pa.array(texts, pa.string())
    assert rows(whole[:cut]) + rows(whole[cut:]) == alone == rows(texts)


# Two letters that change more than case are left out: ß has no upper case of one letter, and a sigma at a word's end
# has another lower case than elsewhere, so that case twins in Greek may stay two.
SPELT_LOCALS = st.one_of(
    *(st.text(st.sampled_from(letters), min_size=1, max_size=10) for letters in ("abzäöåéñ09_", "äö.é", "кщд9", "λωή"))
)
SPELT_DOMAINS = st.sampled_from(["posti.fi", "hyvää-päivää.fi", "ñandú.café.com", "почта.рф", "臺網中心.tw", "λόγω.gr"])
SPELLINGS: dict[str, Callable[[str, str], str]] = {
    "upper case": lambda local, domain: f"{local.upper()}@{domain.upper()}",
    "NFD": lambda local, domain: unicodedata.normalize("NFD", f"{local}@{domain}"),
    "A-labels": lambda local, domain: f"{local}@{idna.encode(domain).decode()}",
    "A-labels in upper case": lambda local, domain: f"{local}@{idna.encode(domain).decode().upper()}",
    "blanks around": lambda local, domain: f"\t {local}@{domain}\u00a0\r\n",
}


@settings(max_examples=50, deadline=None)
@given(SPELT_LOCALS, SPELT_DOMAINS)
def test_spellings_of_one_address_have_one_form(local: str, domain: str) -> None:
    expected = one(f"{local}@{domain}")
    assert {name: one(spelt(local, domain)) for name, spelt in SPELLINGS.items()} == dict.fromkeys(SPELLINGS, expected)
