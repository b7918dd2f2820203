"""A draft of the certification that goes with a package: for a person to complete and to sign.

It states the process, the hash method, who and when, as a certification under the Federal Rules of
Evidence 902(13) and (14) of the United States has to. Whether it will do is for the person to know.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

DRAFT: Final = """\
DRAFT. It says nothing until a person who knows how this archive is run has completed and signed it.

Certification of records of an electronic system, and of copies identified by their hash values
===============================================================================================

I, ______________________________ (name), ______________________________ (position),
of ______________________________ (organisation), state:

1. The system. The documents are kept in Crossfile, version ________. It takes each file as it
   comes and keeps it under the SHA-256 (FIPS 180-4) of its bytes, written once. Whatever is
   received or done is recorded as an event; events are leaves of a tree (RFC 9162), whose head is
   signed (Ed25519).

2. The set. On {day} at {time} UTC this package was made: {of}.
   Documents in it: {documents}. Withheld as privileged (data/withheld.csv): {withheld}.
   What was searched for, when and by whom, is told in data/chosen.json.

3. The copies. Each original in the package was read from the archive when the package was made,
   and had the SHA-256 under which it is kept. That sum stands in data/index.csv and in
   manifest-sha256.txt. The package is signed by the key with the fingerprint
   {fingerprint}.

4. On ______________________________ I ran check.py on this package, with that fingerprint.
   It said: ______________________________

5. I know what is said under 1 to 3 because ______________________________
   ______________________________________________________________________

Place, date: ______________________________     Signature: ______________________________
"""


def draft(of: str, documents: int, withheld: int, fingerprint: str, at: datetime) -> bytes:
    """The text for a package of what `of` says, signed by the key of that fingerprint."""
    return DRAFT.format(
        day=f"{at:%Y-%m-%d}", time=f"{at:%H:%M:%S}", of=of,
        documents=documents, withheld=withheld, fingerprint=fingerprint,
    ).encode()  # fmt: skip
