"""Who appears in the story. No such companies exist.

Organisation numbers lie in a stretch that the Swedish register has not reached (559999) and carry
right check digits; telephone numbers are those set aside for fiction; addresses end in `.example`
(RFC 2606).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Party:
    """A company as its letterhead shows it. `dates` is how it writes them, for strftime."""

    name: str
    identifier: str  # organisation number; of the German supplier its VAT number
    vat: str
    street: str
    place: str
    country: str  # ISO 3166-1
    phone: str
    host: str
    account: str
    language: str = "en"
    dates: str = "%Y-%m-%d"


ALMVINGE: Final = Party(
    "Almvinge Flödesteknik AB", "559999-0016", "SE559999001601", "Kvarnforsvägen 12",
    "599 14 Almvinge", "SE", "031-390 06 10", "almvinge.example", "Bankgiro 9990-1019",
    dates="%-d %B %Y",
)  # fmt: skip
BERGSLUNDA: Final = Party(
    "Bergslunda Gjuteri AB", "559999-0123", "SE559999012301", "Masugnsgatan 3",
    "789 03 Bergslunda", "SE", "040-628 04 20", "bergslunda.example", "Bankgiro 9990-2025",
)  # fmt: skip
KRETSVIK: Final = Party(
    "Kretsvik Elektronik AB", "559999-0230", "SE559999023001", "Lödstigen 7", "613 91 Kretsvik",
    "SE", "08-465 004 30", "kretsvik.example", "Bankgiro 9990-3031", language="sv",
)  # fmt: skip
HEGNER: Final = Party(
    "Hegner Dichtungstechnik GmbH", "DE999999018", "DE999999018", "Am Mühlgraben 21",
    "09999 Hegnersdorf", "DE", "+49 30 23125 018", "hegner.example",
    "IBAN DE37 9999 9999 0000 0042 10", dates="%d.%m.%Y",
)  # fmt: skip
EKEBORGA: Final = Party(
    "Ekeborga Energi AB", "559999-0347", "SE559999034701", "Värmeverksgatan 1", "598 31 Ekeborga",
    "SE", "0980-319 220", "ekeborga.example", "Bankgiro 9990-4047", language="sv",
)  # fmt: skip

#: Almvinge's people who work with the archive: user name, role, right to all that is filed.
PEOPLE: Final = (
    ("karin.lindvall", "coordinator", "write"),
    ("eva.sandmark", "manager", "write"),
    ("mehwish.rana", "manager", "write"),
    ("johan.ostberg", "staff", "read"),
)
#: Who looks after what wants a person.
OWNER: Final = "karin.lindvall"

PARTIES: Final = (ALMVINGE, BERGSLUNDA, KRETSVIK, HEGNER, EKEBORGA)

#: The same by the first word of their names, as the papers call them.
CAST: Final = {party.name.split()[0]: party for party in PARTIES}
