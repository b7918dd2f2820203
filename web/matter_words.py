"""How matters are said to people: their events, and which of their documents are shown."""

from __future__ import annotations

from typing import Final

from web.words import say

#: What is done in a matter (archive.matters, archive.holds): the kinds of its events.
MATTER_EVENTS: Final[dict[str, str]] = {
    "matter-opened": say("the matter was opened"),
    "matter-changed": say("the matter was changed"),
    "matter-closed": say("the matter was closed"),
    "matter-open": say("the matter was opened again"),
    "matter-read": say("it was looked at"),
    "matter-not-entered": say("somebody who is not in it asked for it"),
    "matter-member": say("somebody was let in"),
    "matter-left": say("somebody was let out"),
    "matter-gathered": say("documents were gathered"),
    "matter-searched": say("a word list was searched"),
    "matter-decision": say("documents were included, excluded or left open"),
    "matter-privileged": say("documents were marked privileged or not"),
    "matter-confidential": say("documents were marked confidential or not"),
    "matter-redacted": say("a redacted copy was put in the place of a document, or taken away"),
    "matter-note": say("a note was written"),
    "matter-place": say("the order was changed"),
    "matter-numbered": say("documents were numbered"),
    "matter-packed": say("a package was made"),
    "hold-placed": say("a hold was placed"),
    "hold-looked": say("a hold was looked at again"),
    "hold-released": say("a hold was released"),
    "hold-refused": say("something was to be destroyed, and is kept"),
    "custodian-named": say("a custodian was named"),
    "custodian-notified": say("a custodian was asked to keep what they have"),
    "custodian-reminded": say("a custodian was reminded"),
    "custodian-acknowledged": say("a custodian acknowledged it"),
    "custodian-off": say("a custodian was taken off"),
    "custodian-told": say("a custodian was told that it has ended"),
}

#: How far a custodian of a hold is (archive.custodians).
CUSTODIAN_STATES: Final[dict[str, str]] = {
    "named": say("not asked yet"),
    "notified": say("asked"),
    "reminded": say("reminded"),
    "acknowledged": say("acknowledged"),
    "ended": say("ended"),
}

#: What a custodian is told (archive.custodian_letters.WHATS).
CUSTODIAN_NOTICES: Final[dict[str, str]] = {
    "keep": say("asked to keep"),
    "remind": say("reminder"),
    "end": say("told of the end"),
}

ALL: Final = say("all")

#: Which documents of a matter are shown (archive.matter_entries.SHOWN).
SHOWS: Final[dict[str, str]] = {
    "": ALL,
    "undecided": say("undecided"),
    "included": say("included"),
    "excluded": say("excluded"),
    "privileged": say("privileged"),
    "confidential": say("confidential"),
    "redacted": say("with a redacted copy"),
    "new": say("new"),
    "lost": say("no longer found"),
}

#: What a line of a chronology may be (archive.chronology.WHATS).
CHRONOLOGY: Final[dict[str, str]] = {
    "document": say("document"),
    "replaced": say("replaced version"),
    "decision": say("decision"),
    "milestone-reached": say("milestone reached"),
    "milestone-planned": say("milestone planned"),
    "waiting": say("gap: not in the archive"),
    "ambiguous": say("gap: more than one possible"),
    "not-billed": say("gap: no invoice"),
    "no-document": say("gap: months without a document"),
}

#: Why documents that a word list finds are left out (archive.legal_limits.LEFT_OUT), with a number.
LEFT_OUT: Final[dict[str, str]] = {
    "no-date": say("Left out as having no date:"),
    "period": say("Left out by the period:"),
    "folder": say("Left out by the folders:"),
    "custodian": say("Left out by who answered for them:"),
}
