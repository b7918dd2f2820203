"""Sentences for people that can still be said in another language where they are shown."""

from __future__ import annotations

from typing import Self


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

    def __new__(cls, message: str, /, **params: object) -> Self:
        made = super().__new__(cls, message % params if params else message)
        made.message, made.params = message, params
        return made


class Counted(Message):
    """What is counted, in the form that its number needs: `1 second`, `2 seconds`.

    >>> Counted("%(num)s second", "%(num)s seconds", 1)
    '1 second'
    """

    plural: str
    number: int

    def __new__(cls, one: str, plural: str, /, num: int) -> Self:
        made = super().__new__(cls, one if num == 1 else plural, num=num)
        made.message, made.plural, made.number = one, plural, num
        return made


def counted(number: int | str, noun: str) -> str:
    """The same for what is said in English alone: `1 page`, `2 pages`."""
    return f"{number} {noun}" if str(number) == "1" else f"{number} {noun}s"
