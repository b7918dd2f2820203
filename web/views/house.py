"""Pages about the house: sign-in, errors, upload, status, users, one's own account, keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Choice, Pager, Thing
from web.views.search import RootSeen


@dataclass(frozen=True, slots=True)
class SignInPage:
    """GET /sign-in?back=; POST the same with `name`, `password`, `back`. Out: POST /sign-out.

    With `link`, the address of a link that was followed from another site: one button that posts.
    """

    template: ClassVar[str] = "sign_in.html"
    back: str = "/"
    name: str = ""
    error: str = ""  # a sentence in the frame's language
    link: str = ""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened, to what, what to do, and an id for the log.

    What one may not see looks like what is not there: both are 404 with the same words.
    """

    template: ClassVar[str] = "error.html"
    status: int  # 400 | 403 | 404 | 409 | 413 | 500 | 503 …
    message: str = ""  # a CrossfileError's sentence; "" for the status' own words
    id: str = ""  # of the request, to be found in the log
    back_href: str = ""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    name: str
    what: str  # filed | version | known | refused
    thing: Thing | None = None
    reason: str = ""  # why refused, a sentence


@dataclass(frozen=True, slots=True)
class UploadPage:
    """GET /upload; POST the same, multipart: `collection`, `file` (repeated)."""

    template: ClassVar[str] = "upload.html"
    collections: tuple[Choice, ...]
    max_bytes: int
    uploaded: tuple[UploadedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionRow:
    name: str
    documents: int
    searchable: int
    queued: int
    unreadable: int
    last_received_at: datetime | None = None
    unreadable_href: str = ""


@dataclass(frozen=True, slots=True)
class StageRow:
    """The queue of one stage, for the administrator."""

    stage: str  # parse | refer | index | …
    waiting: int
    running: int
    failed: int
    oldest_at: datetime | None = None  # the oldest that waits
    per_minute: float | None = None


@dataclass(frozen=True, slots=True)
class WantedProgram:
    """A program that is not installed, and how many files it would read."""

    names: tuple[str, ...]  # any of them
    package: str  # of Debian
    files: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What only the administrator sees."""

    stages: tuple[StageRow, ...]
    roots: tuple[RootSeen, ...]
    disk_used_bytes: int
    disk_free_bytes: int
    engine: str
    version: str
    started_at: datetime
    wanted: tuple[WantedProgram, ...] = ()
    last_backup_at: datetime | None = None
    last_trial_at: datetime | None = None  # when a backup was restored on trial
    is_trial_sound: bool = True
    unseen_since: datetime | None = None  # the original that was not hashed for longest


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """How many documents are not read, or not wholly, for a reason."""

    reason_code: str  # vocabulary.REASONS
    documents: int
    href: str


@dataclass(frozen=True, slots=True)
class StatusPage:
    """GET /status"""

    template: ClassVar[str] = "status.html"
    collections: tuple[CollectionRow, ...]
    figures: Figures | None = None
    reasons: tuple[ReasonRow, ...] = ()


@dataclass(frozen=True, slots=True)
class UserRow:
    """POST /users/{id} with `role`, or `active` = 0 | 1, or `password`; /users/{id}/link."""

    id: str
    name: str
    role: str
    is_active: bool
    last_seen_at: datetime | None = None
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class GrantRow:
    """POST /grants/{id}/remove"""

    id: str
    who: str
    collection: str
    what: str  # read | write
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class GroupRow:
    """POST /groups/{id}/members (`user`), …/members/{user}/remove; /groups/{id}/remove"""

    id: str
    name: str
    members: tuple[tuple[str, str], ...] = ()  # id and name of each


@dataclass(frozen=True, slots=True)
class TokenRow:
    """POST /tokens/{id}/remove"""

    id: str
    name: str
    role: str
    created_at: datetime
    last_used_at: datetime | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """POST /sessions/{id}/remove"""

    id: str
    who: str
    started_at: datetime
    seen_at: datetime
    agent: str = ""  # "Firefox on Windows"
    is_this: bool = False


@dataclass(frozen=True, slots=True)
class UsersPage:
    """GET /users

    Posts to /users (`name`, `role`, `password`), /collections (`name`), /groups (`name`),
    /grants (`who`, `collection`, `what`), /tokens (`name`, `user`); rows post as they say.
    """

    template: ClassVar[str] = "users.html"
    users: tuple[UserRow, ...]
    collections: tuple[CollectionRow, ...]
    grants: tuple[GrantRow, ...]
    tokens: tuple[TokenRow, ...]
    sessions: tuple[SessionRow, ...]
    roles: tuple[str, ...]
    rights: tuple[str, ...]
    groups: tuple[GroupRow, ...] = ()
    secret: str = ""  # a token just made: shown once, never again
    link: str = ""  # that signs a user in once; shown once as well
    error: str = ""
    pager: Pager | None = None  # of the users


@dataclass(frozen=True, slots=True)
class AccountPage:
    """GET /account: one's own sessions and password; POST /account/password (`old`, `new`)."""

    template: ClassVar[str] = "account.html"
    name: str
    role: str
    sessions: tuple[SessionRow, ...]
    error: str = ""
    has_password: bool = True  # False: came in by a link, and sets the first one without `old`


@dataclass(frozen=True, slots=True)
class KeysPage:
    """GET /keys: all keys; the text stands in the template."""

    template: ClassVar[str] = "keys.html"
