"""Sentences for people that can still be said in another language where they are shown."""

from __future__ import annotations


class Message(str):
    """A sentence in English, as text; what it is made of stays with it.

    `message` has a place `%(name)s` for each of `params`, and is the key of the catalogues. A
    param may be a `Message` itself. Without params the text is taken as it stands.

    >>> a_day = Message("a day as %(day)s", day="2024-03-05")
    >>> a_day, a_day.message
    ('a day as 2024-03-05', 'a day as %(day)s')
    """

    message: str
    params: dict[str, object]

    def __new__(cls, message: str, /, **params: object) -> Message:
        made = super().__new__(cls, message % params if params else message)
        made.message, made.params = message, params
        return made
