"""Plain data in, HTML out: templates, filters and catalogues, loaded once at the start."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import jinja2
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from web import filters, move_words, plan_words, trade_words, words, work_words
from web.matter_words import (
    CHRONOLOGY,
    CUSTODIAN_NOTICES,
    CUSTODIAN_STATES,
    LEFT_OUT,
    MATTER_EVENTS,
)
from web.views.common import Frame, View

WEB: Final = Path(__file__).parent
STATIC: Final = WEB / "static"
LANGUAGES: Final = ("en", "sv")

#: Sent with every page. Nothing from elsewhere, nothing inline, no frames, no plug-ins.
SECURITY_POLICY: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)


class Pages:
    """Renders every page in every language. One for the process; safe to share by threads.

    Reads templates, catalogues and the digests of static files when it is made.
    """

    def __init__(self) -> None:
        self._texts = {language: load_catalogue(language) for language in LANGUAGES}
        assets = {
            path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            for path in sorted(STATIC.rglob("*"))
            if path.is_file()
        }
        self._environments = {
            language: _environment(language, texts, assets)
            for language, texts in self._texts.items()
        }

    def render(self, view: View, frame: Frame) -> str:
        """The page, or the fragment (`CardPart`), as a whole HTML text."""
        template = self._environments[frame.language].get_template(view.template)
        return template.render(view=view, frame=frame)

    def texts(self, language: str) -> Translations:
        """The catalogue, for sentences that handlers put into views (notices, errors)."""
        return self._texts[language]


def choose_language(wish: str | None, accept_language: str) -> str:
    """The user's choice if it is one of ours, else the browser's first that is, else English.

    `accept_language` is the header of RFC 9110, section 12.5.4; what is malformed is passed over.
    """
    if wish in LANGUAGES:
        return wish
    offers: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if language in LANGUAGES and quality > 0:
            offers.append((-quality, language))
    return min(offers, key=lambda offer: offer[0])[1] if offers else "en"


def load_catalogue(language: str) -> Translations:
    """The messages of web/locale/LANGUAGE/messages.po, compiled in memory."""
    with (WEB / "locale" / language / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _environment(
    language: str, texts: Translations, assets: Mapping[str, str]
) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    i18n: Any = environment  # the extension adds its methods when it is loaded
    i18n.install_gettext_callables(
        texts.ugettext, texts.ungettext, newstyle=True, pgettext=texts.upgettext
    )
    environment.filters |= {
        "marked": filters.marked,
        "annotated": filters.annotated,
        "cut": filters.cut,
        "kind": filters.kind_word,
        "moment": filters.moment,
        "amount": partial(filters.amount, language=language),
        "number": partial(filters.number, language=language),
        "size": partial(filters.size, language=language),
        "age": partial(filters.age, ngettext=texts.ungettext),
        "period": partial(filters.period, ngettext=texts.ungettext),
        "relation": partial(_relation, texts.ugettext),
        "timeline_kind": lambda lane: plan_words.TIMELINE_KINDS.get(lane, lane),
        **{
            name: partial(_word, table, texts.ugettext)
            for name, table in {
                "field": words.FIELDS,
                "state": words.STATES,
                "scheme": words.SCHEMES,
                "reason": words.REASONS,
                "approval": words.APPROVALS,
                "role": words.ROLES,
                "move": move_words.MOVES,
                "discrepancy": trade_words.DISCREPANCIES,
                "matter_event": MATTER_EVENTS,
                "chronology": CHRONOLOGY,
                "left_out": LEFT_OUT,
                "custodian_state": CUSTODIAN_STATES,
                "custodian_notice": CUSTODIAN_NOTICES,
                "need": plan_words.NEEDS,
                "needed_state": plan_words.NEEDED_STATES,
                "need_state": plan_words.NEED_STATES,
                "need_reason": plan_words.NEED_REASONS,
                "timeline_what": plan_words.TIMELINE_WHATS,
                "timeline_lane": plan_words.TIMELINE_LANES,
                "answer": move_words.ANSWERS,
                "how": trade_words.HOWS,
                "right": words.RIGHTS,
                "party_role": words.PARTY_ROLES,
                "origin": words.ORIGINS,
                "place": words.PLACES,
                "paper_form": words.PAPER_FORMS,
                "text_source": words.TEXT_SOURCES,
                "language": words.LANGUAGES,
                "sort_word": words.SORTS,
                "stage": work_words.STAGES,
            }.items()
        },
    }
    environment.globals["static"] = lambda name: f"/static/{name}?v={assets[name]}"
    return environment


def _word(table: Mapping[str, str], gettext: Callable[[str], str], key: str) -> str:
    """The word for `key` in the language; a key of the configuration's own as it is."""
    message = table.get(key)
    return gettext(message) if message else key


def _relation(gettext: Callable[[str], str], relation: str, *, inbound: bool = False) -> str:
    pair = words.RELATIONS.get(relation)
    if pair is None:
        return relation
    return gettext(pair.into if inbound else pair.out)
