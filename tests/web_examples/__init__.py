"""Rich example data for every page, as a handler would fill it."""

from __future__ import annotations

from dataclasses import replace

from tests.web_examples.attention import attention_page
from tests.web_examples.chain import chain_page
from tests.web_examples.closing import closing_page
from tests.web_examples.concerns import concern_page
from tests.web_examples.decisions import decision_page
from tests.web_examples.difference import difference_page
from tests.web_examples.document import document_page
from tests.web_examples.graph import graph_page
from tests.web_examples.house import schemes_page, status_page, users_page
from tests.web_examples.matters import (
    chronology_page,
    custody_page,
    matter_history_page,
    matter_page,
    matters_page,
    word_list_page,
    word_lists_page,
)
from tests.web_examples.notices import notices_page
from tests.web_examples.questions import answer_page, questions_page
from tests.web_examples.registers import entry_page, register_page, risks_page
from tests.web_examples.retention import (
    SHOWS,
    disposal_page,
    disposal_rows,
    disposals_page,
    due_page,
    stones_page,
    tombstone_page,
)
from tests.web_examples.search import first_run, matter_choice, nothing_found, search_page
from tests.web_examples.story import INVOICE, ORDER
from tests.web_examples.timeline import timeline_page
from tests.web_examples.told import digest_page, news_page, saved_searches_page
from tests.web_examples.trail import trail_page
from tests.web_examples.wanted import wanted_page
from web.views.attention import AttentionPage
from web.views.chain import ChainPage
from web.views.common import CardPart, Choice, View
from web.views.custody import CustodyPage
from web.views.graph import GraphPage
from web.views.house import AccountPage, ErrorPage, KeysPage, SignInPage, UploadedFile, UploadPage
from web.views.matters import MattersPage
from web.views.notices import NoticesPage
from web.views.register import RegisterPage
from web.views.retention import RetentionPage
from web.views.saved_searches import SavedSearchesPage
from web.views.timeline import TimelinePage
from web.views.trail import TrailPage
from web.views.wanted import WantedPage


def all_pages() -> dict[str, View]:
    """Every page by a short name; pages with several faces more than once."""
    return {
        "search": search_page(),
        "search-nothing": nothing_found(),
        "search-first-run": first_run(),
        "search-matter": matter_choice(),
        "document": document_page(),
        "document-text": replace(document_page(), view="text"),
        "document-unread": replace(
            document_page(),
            leaf=None,
            tabs=(),
            head=replace(document_page().head, status="unreadable", reason_code="damaged"),
            references_out=(),
            references_in=(),
        ),
        "difference": difference_page(),
        "difference-none": replace(
            difference_page(), values=(), figures=(), numbers=(), changes=(), total=0, pager=None
        ),
        "register": register_page(),
        "register-empty": RegisterPage("milestone", "/milestones", "x", (), 0),
        "entry": entry_page(),
        "concern": concern_page(entry_page()),
        "trail": trail_page(),
        "trail-empty": TrailPage((), (), 0, trail_page().options),
        "chain": chain_page(),
        "graph": graph_page(23),
        "graph-many": graph_page(199),
        "graph-none": GraphPage(ORDER, (), None),
        "chain-none": ChainPage(ORDER, (), (), 0),
        "saved-searches": saved_searches_page(),
        "saved-searches-none": SavedSearchesPage(()),
        "saved-search": news_page(),
        "saved-search-nothing": replace(news_page(), hits=(), pager=None),
        "digest": digest_page(),
        "digest-empty": replace(
            digest_page(), searches=(), days=(), changes=(), documents=(), arrived=0, attention=None
        ),
        "closing": closing_page(),
        "closing-empty": replace(
            closing_page(), milestones=(), causes=(), changes=(), phases=(), head=()
        ),
        "timeline": timeline_page(40),
        "timeline-many": timeline_page(2000),
        "timeline-none": TimelinePage(timeline_page(1).thing, None, (), 0),
        "risks": risks_page(),
        "risks-none": replace(risks_page(), what="missing", rows=(), total=0, pager=None),
        "wanted": wanted_page(),
        "wanted-nothing": WantedPage((), 0),
        "decision": decision_page(),
        "decision-bare": replace(
            decision_page(),
            head=(),
            review=(),
            affected=(),
            affected_more=0,
            approvals=(),
            moves=(),
        ),
        "word-lists": word_lists_page(),
        "word-list": word_list_page(),
        "matters": matters_page(),
        "matters-none": MattersPage((), 0, matters_page().states, may_open=False),
        "matter": matter_page(),
        "matter-closed": replace(
            matter_page(),
            state="closed",
            closed_on="2024-10-01",
            may_work=False,
            rows=(),
            gatherings=(),
            holds=(),
            total=0,
            pager=None,
        ),
        "custody": custody_page(),
        "custody-nothing": CustodyPage(()),
        "matter-history": matter_history_page(),
        "chronology": chronology_page(),
        "notices": notices_page(),
        "questions": questions_page(),
        "question": answer_page(),
        "question-nothing": replace(answer_page(), rows=(), total=0, csv_href="", pager=None),
        "notices-none": NoticesPage((), 0, notices_page().states, sends_itself=True),
        "retention": due_page(),
        "retention-none": RetentionPage(SHOWS, "due", 0, has_classes=False),
        "retention-disposals": disposals_page(),
        "retention-no-disposals": RetentionPage(SHOWS, "disposals", 0),
        "retention-destroyed": stones_page(),
        "retention-none-destroyed": RetentionPage(SHOWS, "destroyed", 0),
        "disposal": disposal_page(),
        "disposal-approved": replace(disposal_page(), row=disposal_rows()[1], may_approve=False),
        "disposal-done": replace(
            disposal_page(), row=disposal_rows()[2], may_approve=False, may_call_off=False
        ),
        "tombstone": tombstone_page(),
        "tombstone-bare": replace(
            tombstone_page(),
            what="erased",
            number="",
            date="",
            retention_class="",
            authority="",
            reason="",
            lies_at=(),
        ),
        "attention": attention_page(),
        "attention-empty": AttentionPage((), 0),
        "upload": UploadPage(
            (Choice("general", "general", is_chosen=True), Choice("legal", "legal")),
            500_000_000,
            (
                UploadedFile("88213.pdf", "filed", INVOICE),
                UploadedFile("b.pdf", "refused", None, "The file is larger than the limit."),
            ),
        ),
        "status": status_page(),
        "schemes": schemes_page(),
        "users": users_page(),
        "account": AccountPage(
            "Anna Berg", "coordinator", users_page().sessions, "The old password is another."
        ),
        "sign-in": SignInPage(error="The name or the password is wrong.", name="anna"),
        "error-404": ErrorPage(404, "There is no document D-999999.", "7f3a9c", "/?q=x"),
        "error-500": ErrorPage(500, id="7f3a9c"),
        "keys": KeysPage(),
        "card": CardPart(ORDER, "2024-02-11", "searchable", (("total", "41 200,00 SEK"),)),
    }
