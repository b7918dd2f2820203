"""All pages. None of them is in the description of the API."""

from __future__ import annotations

from typing import Final

from api.pages import (
    account,
    attention,
    attention_answers,
    bundles,
    cards,
    chain,
    changes,
    differences,
    document,
    entries,
    graph,
    groups,
    papers,
    parties,
    registers,
    schemes,
    search,
    sign_in,
    status,
    trail,
    upload,
    users,
    wanted,
)

ROUTERS: Final = (
    sign_in.router,
    search.router,
    document.router,
    differences.router,
    chain.router,
    graph.router,
    papers.router,
    bundles.router,
    registers.router,
    entries.router,
    parties.router,
    changes.router,
    cards.router,
    trail.router,
    attention.router,
    attention_answers.router,
    wanted.router,
    status.router,
    schemes.router,
    upload.router,
    users.router,
    groups.router,
    account.router,
)
