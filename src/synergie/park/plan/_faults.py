"""How bad a fault is, from what its ticket tells or from its words (severities.csv)."""

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple, get_args

from synergie.park.records.park import Severity
from synergie.schemas.assets.work_order import WorkOrder

type Words = tuple[str, ...]


class Fault(NamedTuple):
    """What a ticket says."""

    severity: Severity
    """How bad."""
    is_out: bool
    """Whether the thing gives no light."""
    told: bool
    """Whether the severity was told, not assumed."""


class _Phrase(NamedTuple):
    severity: Severity
    is_out: bool
    words: Words


_ORDER: tuple[Severity, ...] = get_args(Severity.__value__)
_COLUMNS = ("severity", "gravite", "urgence", "criticite", "priorite")
_TOLD: Mapping[str, Severity] = {
    "danger": "danger", "dangereux": "danger", "mise en securite": "danger",
    "street": "street", "rue": "street", "armoire": "street", "secteur": "street",
    "point": "point", "foyer": "point", "point lumineux": "point",
    "minor": "minor", "mineur": "minor", "mineure": "minor",
}  # fmt: skip
_RENEWS = (
    "relamp", "changement lamp", "remplacement lamp", "remplacement source", "changement source",
    "lamp replac", "changement ballast", "remplacement ballast", "changement driver",
    "remplacement driver", "changement lanterne", "remplacement lanterne",
    "remplacement luminaire", "group relamping",
)  # fmt: skip
_NOT_THE_LAMP = (
    "fusible", "disjonct", "fuse", "breaker", "cable", "vandal", "accident", "choc", "vol",
    "theft", "reseau", "network", "enedis", "coupure", "reenclench", "alimentation", "supply",
    "wiring", "photocell", "cellule", "horloge", "sensor", "capteur", "pole", "foudre", "orage",
    "telegestion", "travaux",
)  # fmt: skip


def fault_of(order: WorkOrder) -> Fault:
    """How bad the fault of *order* is: told in a column of its row, or read from its words.

    The first phrase of severities.csv whose words all begin words of the text holds. Without one:
    `street` for a cabinet or a circuit, `point` for the rest, which is then out.
    """
    found = _classify_fault(text_of(order))
    told = _find_column_severity(order)
    if found is None:
        wide = order.asset_kind in ("cabinet", "circuit")
        found = Fault("street" if wide else "point", is_out=True, told=False)
    return found if told is None else found._replace(severity=told, told=True)


def text_of(order: WorkOrder) -> str:
    """What fails and why, as written."""
    return " ".join(part for part in (order.fault_type, order.cause) if part)


def is_renewal(order: WorkOrder) -> bool:
    """Whether its words say that a lamp or its gear was replaced."""
    text = text_of(order)
    if order.kind == "preventive" and order.raw:
        text = " ".join((text, *order.raw.values()))
    return _any_of(_RENEWS, text)


def is_of_lamp(order: WorkOrder) -> bool:
    """Whether a fault is one of the lamp or its gear: out, and nothing else is named as cause.

    Words that are not known tell of none; a row without any tells of a lamp that is out.
    """
    found, text = fault_of(order), text_of(order)
    known = not split_plain_words(text) or _classify_fault(text) is not None
    is_out = known and found.severity == "point" and found.is_out
    return is_out and not _any_of(_NOT_THE_LAMP, text)


def split_plain_words(text: str) -> Words:
    """The words of *text* without case, accents and marks."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return tuple(kept.split())


def _find_column_severity(order: WorkOrder) -> Severity | None:
    if not order.raw:
        return None
    for name, value in order.raw.items():
        if "".join(split_plain_words(name)) in _COLUMNS and (
            told := _TOLD.get(" ".join(split_plain_words(value)))
        ):
            return told
    return None


@lru_cache(maxsize=16_384)
def _classify_fault(text: str) -> Fault | None:
    words = split_plain_words(text)
    hit = next(
        (phrase for phrase in _load_phrases() if _contains_phrase(phrase.words, words)), None
    )
    return None if hit is None else Fault(hit.severity, hit.is_out, told=False)


@lru_cache(maxsize=16_384)
def _any_of(phrases: tuple[str, ...], text: str) -> bool:
    words = split_plain_words(text)
    return any(_contains_phrase(tuple(phrase.split()), words) for phrase in phrases)


def _contains_phrase(phrase: Words, words: Words) -> bool:
    """Whether each word of *phrase* begins a word."""
    return all(any(word.startswith(part) for word in words) for part in phrase)


@cache
def _load_phrases() -> tuple[_Phrase, ...]:
    return tuple(_iterate_phrase_rows())


def _iterate_phrase_rows() -> Iterator[_Phrase]:
    text = files("synergie.park.plan").joinpath("severities.csv").read_text(encoding="utf-8")
    known = dict(zip(_ORDER, _ORDER, strict=True))
    for row in csv.DictReader(text.splitlines()):
        severity = known[row["severity"]]  # type: ignore[index]
        yield _Phrase(severity, row["out"] == "yes", tuple(row["phrase"].split()))
