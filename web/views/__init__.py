"""What each page shows, as plain data: the contract between api/pages (which fills) and web.

Each class with a `template` is one page; hand it to `web.render.Pages.render` with a `Frame`.
Everything here has been cut to what the viewer may see: templates hide nothing.

Addresses that forms post to stand in the docstring of their page. Each POST carries `back` (where
to go afterwards, a path of ours), and is answered by 303 to it. What another site's page sends is
refused by its headers: api.auth.require_own_page.
"""
