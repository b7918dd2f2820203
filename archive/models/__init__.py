"""All tables. Importing this registers them with `Base.metadata`."""

from archive.models.base import Base, UtcTime, utc_text
from archive.models.bundles import Part
from archive.models.changes import (
    Affected,
    AffectedAnswer,
    Approval,
    NamedDocument,
    Notice,
    OpenedEntry,
)
from archive.models.files import (
    Blob,
    Collection,
    Counter,
    CurrentSpan,
    Document,
    Meta,
    NumberAlias,
    Page,
    Sighting,
    Trouble,
    Version,
)
from archive.models.locks import FilePassword
from archive.models.meaning import (
    Candidate,
    Fact,
    Identifier,
    Mention,
    Proposal,
    Reference,
    Ruling,
)
from archive.models.paper import Paper
from archive.models.parties import EntryMerge, MergeProposal
from archive.models.plans import Need, NeedState
from archive.models.work import (
    Account,
    Aside,
    Entry,
    EntryValue,
    Event,
    Grant,
    Group,
    Job,
    Membership,
    SignIn,
    Token,
)

__all__ = [
    "Account",
    "Affected",
    "AffectedAnswer",
    "Approval",
    "Aside",
    "Base",
    "Blob",
    "Candidate",
    "Collection",
    "Counter",
    "CurrentSpan",
    "Document",
    "Entry",
    "EntryMerge",
    "EntryValue",
    "Event",
    "Fact",
    "FilePassword",
    "Grant",
    "Group",
    "Identifier",
    "Job",
    "Membership",
    "Mention",
    "MergeProposal",
    "Meta",
    "NamedDocument",
    "Need",
    "NeedState",
    "Notice",
    "NumberAlias",
    "OpenedEntry",
    "Page",
    "Paper",
    "Part",
    "Proposal",
    "Reference",
    "Ruling",
    "Sighting",
    "SignIn",
    "Token",
    "Trouble",
    "UtcTime",
    "Version",
    "utc_text",
]  # fmt: skip
