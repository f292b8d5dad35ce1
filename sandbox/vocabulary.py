"""The words that addresses are made of. Everything here is invented; no message is ever sent.

Every address ends in `sandbox-posti.fi` or `sandbox-yritys.fi`, and every name that stands where an address
should be begins with `Sandboxinen`: whoever looks for a leak searches for `sandbox`, whatever its case.
"""

PERSON_DOMAIN = "sandbox-posti.fi"
COMPANY_DOMAIN = "sandbox-yritys.fi"

FIRST_NAMES = (
    "aino", "antti", "elina", "eero", "hanna", "heikki", "iida", "ilkka", "jaana", "jari", "kaisa", "kari",
    "laura", "lauri", "maija", "matti", "minna", "mikko", "noora", "niko", "outi", "olli", "paula", "pekka",
    "riikka", "risto", "sanna", "sami", "tiina", "timo", "ulla", "urho", "veera", "ville",
)  # fmt: skip
ACCENTED_FIRST_NAMES = ("päivi", "väinö", "jäärä", "mörö", "åke", "yrjänä", "désirée")
LAST_NAMES = (
    "aalto", "ahonen", "hakala", "heino", "joki", "jokinen", "kallio", "koski", "laakso", "laine", "lehto",
    "mattila", "metso", "niemi", "nurmi", "ojala", "palo", "peltola", "rinne", "saari", "salo", "suomi",
    "toivola", "tuomi", "uusitalo", "vainio", "virta", "virtanen",
)  # fmt: skip
ROLES = ("info", "toimisto", "myynti", "tilaukset", "hallinto", "asiakaspalvelu")
TRADES = (
    "konepaja", "rakennus", "kahvila", "kuljetus", "leipomo", "putki", "maalaus", "kampaamo", "tilitoimisto",
    "puutarha", "metalli", "ohjelmisto", "siivous", "autokorjaamo",
)  # fmt: skip

PERSON_SUBDOMAINS = ("", "luukku.", "kirje.", "posteljooni.", "kuori.")

# International labels as pairs (A-label, U-label): written down, not computed.
PERSON_LABELS = (
    ("xn--hyv-piv-7waacca", "hyvää-päivää"),
    ("xn--ijl-placb", "äijälä"),
    ("xn--kyr-snac", "köyrö"),
)
COMPANY_LABELS = (
    ("xn--shkty-gra2kc", "sähkötyö"),
    ("xn--pyt-sla1g", "pöytä"),
    ("xn--smrgs-pra0j", "smörgås"),
)
