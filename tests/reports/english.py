"""What is still French in a report that is told in English."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from html import unescape
from itertools import chain
from typing import Any

from markupsafe import Markup

_FRENCH = re.compile(
    r"\b(?:le|la|les|des|du|une|est|sont|et|ou|où|au|aux|sur|sous|dans|par|pour|sans|avec|chaque|"
    r"ce|ces|cette|qui|que|ne|pas|plus|moins|seul|seuls|ans|jour|jours|mois|semaine|semaines|"
    r"heures|commune\W+par|membre|membres|plan\W+de|prix\W+de|total\W+de|il|elle|ils|leur|"
    r"on\W+(?:ne|peut|doit|prend|compte)|nous|notre|nos|vous|votre|vos)\b|"
    r"\b[dlnsjmcq]['’](?=\w)|\bqu['’]|[éèêàçùûôîœ]"
)
_TAG = re.compile(r"<[^>]*>")
_UNTOLD = frozenset({"anchor", "tone", "language"})
"""Parts of a document that no reader sees."""


def texts(told: Any) -> Iterator[str]:
    """Every text in a document, whatever it is made of; of a drawing its words."""
    if isinstance(told, Markup) and 'class="fig ' in told:
        for one in str(told).split("<svg ")[1:]:  # a line of a drawing breaks where it must
            yield unescape(re.sub("[ \n]+", " ", _TAG.sub(" ", f"<svg {one}")).strip())
    elif isinstance(told, Markup):
        found = [*_TAG.split(str(told)), *re.findall(r'aria-label="([^"]*)"', str(told))]
        yield from filter(None, (unescape(one).strip() for one in found))
    elif isinstance(told, str):
        yield told
    else:
        for one in _parts(told):
            yield from texts(one)


def _parts(told: Any) -> Iterable[Any]:
    """What something is made of; of a mapping its keys too."""
    if is_dataclass(told) and not isinstance(told, type):
        names = (one.name for one in fields(told))
        return [getattr(told, name) for name in names if name not in _UNTOLD]
    if isinstance(told, dict):
        return chain.from_iterable(told.items())
    return told if isinstance(told, Iterable) else ()


def french_left(told: Any, names: Iterable[str] = ()) -> list[str]:
    """Texts of *told* with a word of French, but for *names*: what people are called or typed."""
    known = sorted(filter(None, names), key=len, reverse=True)
    return [one for one in dict.fromkeys(texts(told)) if _FRENCH.search(_without(one, known))]


def _without(text: str, names: Iterable[str]) -> str:
    for name in names:
        text = text.replace(name, "·")
    return text.lower()
