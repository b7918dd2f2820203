"""What the lines of the attention list say on its page, by the names the archive gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from web.words import Plural, say, say_counted

SENTENCES: Final[Mapping[str, str | Plural]] = {
    "damaged-original": say("Its original is not what was stored."),
    "trouble": say("%(path)s can't be taken: %(reason)s"),
    "given-up": say_counted(
        "Work on it was given up after %(attempts)s attempt: %(reason)s",
        "Work on it was given up after %(attempts)s attempts: %(reason)s",
        by="attempts",
    ),
    "ambiguous": say("It may mean %(count)s different things."),
    "misread": say("It is read as %(read)s, and may be %(identifier)s."),
    "suspect": say("What it points to has changed since somebody decided on it."),
    "suspect-by-hand": say("Somebody linked it to %(target)s by hand; that has changed since."),
    "proposal-version": say("%(document)s may be a version of %(other)s."),
    "proposal-parts": say("Separator pages part it into %(count)s documents: pages %(ranges)s."),
    "proposal-entry": say("The folder %(path)s says this name; no register knows it."),
    "discrepancy": say("The XML inside and the page do not agree: %(fact)s."),
    "invoice-after-expiry": say(
        "It is of %(found)s; what it stands under had ended on %(allowed)s."
    ),
    "invoices-over-order": say("%(found)s were billed, and %(allowed)s ordered."),
    "orders-over-contract": say("%(found)s were ordered under it, and it is for %(allowed)s."),
    "delivery-not-billed": say("It was delivered on %(found)s, and no invoice bills it."),
    "order-without-contract": say("It stands under no contract."),
    "order-contract-absent": say("It is under %(allowed)s, which is not in the archive."),
    "merge-party": say("%(party)s and %(other)s may be one party."),
    "merge-name": say("%(party)s may be called %(other)s as well, as documents have it."),
    "need": say("Planned for %(day)s, and lacks: %(need)s."),
    "need-unusable": say("Planned for %(day)s; %(found)s can't be used as %(need)s: %(reasons)s."),
    "overdue": say("The paper was lent to %(lent_to)s until %(until)s."),
    "not-carried": say("It is approved, and no later version of %(lacking)s carries it."),
    "lacks-authority": say("It is approved, and since its costs grew it lacks an approval."),
    "concern": say("%(owner)s should have answered it by %(day)s: %(title)s"),
    "concern-nobodys": say("Nobody answers for it, and it was due on %(day)s: %(title)s"),
    "concern-unowned": say("Nobody answers for it: %(title)s"),
    "waiting": say_counted(
        "Cited by %(count)s document, and not in the archive.",
        "Cited by %(count)s documents, and not in the archive.",
        by="count",
    ),
}
#: Of what is suspect: who decided it, and when.
DECIDED: Final = say("Decided by %(by)s, %(day)s.")
DECIDED_WHY: Final = say("Decided by %(by)s, %(day)s: %(reason)s")
#: What a person can do outside the page.
HELPS: Final = {
    "give-password": say("Give its password; all files of its collection are tried with it."),
    "file-open-copy": say("File a copy that needs no password."),
    "file-again": say("File it again from where it came."),
    "file-other-format": say("File it in another format as well."),
    "file-in-parts": say("File it in smaller parts."),
    "make-readable": say("Make the path readable for the service."),
    "restore-it": say("Put the blob back from a backup, then run crossfile verify."),
    "return-it": say("Ask for it back, and say on the page of the document that it is."),
    "carry-it": say(
        "File a version that cites its number, or say on its page that one carries it or none must."
    ),
    "answer-it": say("Say on its page who answers for it, or what came of it."),
    "file-it": say("File it, or ask for it."),
}
SPEAKS: Final[Mapping[str, str | Plural]] = {
    "same-party": say("%(party)s is named in both"),
    "kind": say("the kind fits: %(kind)s"),
    "days-before": say_counted(
        "dated %(days)s day before", "dated %(days)s days before", by="days"
    ),
    "days-after": say_counted("dated %(days)s day after", "dated %(days)s days after", by="days"),
    "same-day": say("dated the same day"),
    "same-number": say("both have the number %(sign)s"),
    "same-name": say("both are registered as %(sign)s"),
    "other-form": say("%(sign)s with and without a company form"),
    "one-letter": say("one letter apart: %(sign)s"),
    "initials": say("%(sign)s is short for the other"),
}
