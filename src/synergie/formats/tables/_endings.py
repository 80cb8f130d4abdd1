"""What a row holds, told by the end or the begin of its label: `Mairie kWh` beside `Mairie €`.

Labels that are the same but for some words at one end tell what those words are; alone, only
units of another quantity do. Names of places (`Rue Haute`, `Rue Moyenne`) stay what they are.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._heading import (
    BARE_CLASS,
    ESTIMATED,
    NO_ENERGY,
    list_denials,
    plain_symbols,
)
from synergie.formats.tables._labels import FUELS, GAS, OTHER_QUANTITY
from synergie.formats.tables._qualifiers import USE
from synergie.formats.tables._span import Span
from synergie.formats.tables._vocabulary import POWER
from synergie.formats.tables._word_forms import find_part_words
from synergie.formats.tables._words import class_in
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.series import Direction

type Kind = Literal["energy", "drawn", "fed", "class", "fuel", "other", "doubtful"]
"""`fuel` and `doubtful` may stand in names of places as well."""

_DRAWN_IN = frozenset[Kind | None]({"energy", "drawn"})
_LONGEST = 4
"""Words of an ending."""
_MANY = 2
_FEW, _ALIKE = 3, Decimal("1.1")
"""Periods by which rows are held against others, and how far their shares may be apart."""
_ENERGY = re.compile(
    r"((conso\w*|energies?|actives?|electri\w*|elec|[km]?wh|reel(le)?s?|realise\w*|mesure\w*"
    r"|facture\w*|releve\w*|soutirages?|soutire\w*|compteur|general|totale?|brute?|nette?) ?)+|n"
)
_DRAWN = re.compile(r"soutirages?|soutiree?s?|conso\w*|prelev\w*")
_MONEY = r"[km]?€|euros?|eur|(couts?|montants?|depenses?|budgets?)( (ht|ttc|€|euros?))*"
_UNIT = rf"{_MONEY}|n?m3|kw|kva|kvarh|%|kg ?co2\w*|kwh ?/ ?(m2|m3|dju)"
_ALONE = re.compile(_UNIT.replace("|budgets?", ""))
"""Words that end no name of a place."""
_OTHER = re.compile(
    rf"{_UNIT}|litres?|mw|djus?|kg|t?co2\w*|prevue?s?|previsions?|previsionnel\w*|objectifs?"
    r"|theoriques?"
)
_BEHIND = re.compile(r"\b(sous[- ]?compte\w*|divisionnaires?|decompte(ur)?s?|sub-?meters?)\b")
_QUALIFIED = re.compile(r"\s?(?:[(\[:;,]|\s[-–/])\s?([a-zéèêàâôûç].*)")
"""What stands behind a sign in a label, with a small letter: no name."""
_CLASS = re.compile(r"(heures? |h )?(pleines?|creuses?)|jour|nuit")
_CLASSED = "rows of time classes were read as registers of one point: {}"
_FLOWS: dict[str | None, Direction] = {"fed": "export", "drawn": "import"}


class _Side(NamedTuple):
    """Labels by what they have in common, and by the words that they differ in."""

    labels: Mapping[tuple[str, ...], Mapping[str, str]]

    def siblings(self) -> Iterator[tuple[Mapping[str, str], str, str]]:
        """Each word at an end, with its label, among those of the same stem."""
        for words in self.labels.values():
            if len(words) >= _MANY:
                yield from ((words, word, label) for word, label in words.items())

    def proves(self, kind: Kind | None, word: str, others: Mapping[str, Kind | None]) -> bool:
        """Whether *word* is no part of a name: beside an energy, or so beside two stems or more."""
        if any(told in _DRAWN_IN for one, told in others.items() if one):
            return True
        return ("" in others and kind != "doubtful") or any(
            sum(word in words and other in words for words in self.labels.values()) >= _MANY
            for other in others
            if other
        )


def select_energy_rows(spans: Sequence[Span], report: Report) -> list[Span]:
    """The rows that hold energies of their points; others are refused, doubts are found."""
    named = [span.one for span in spans if span.one.supply_point is None]
    _find_parts_of_sites(named, report)
    kinds = {
        fuel: _classify_labels(
            list(dict.fromkeys(one.name for one in named if one.energy == fuel)),
            report,
            gas=fuel == "gas",
        )
        for fuel in dict.fromkeys(one.energy for one in named)
    }
    _report_derived_labels(named, report)
    out, gone = list[Span](), set[object]()
    for span in spans:
        one = span.one
        kind = kinds[one.energy].get(one.name) if one.supply_point is None else None
        if kind == "other":
            if span.place not in gone:
                report.kept -= 1
                fault = BadInput("row", one.name, OTHER_QUANTITY, checks.NOT_ENERGY.code)
                report.refuse(span.place, fault)
            gone.add(span.place)
        elif kind in _FLOWS:
            out.append(replace(span, one=one.model_copy(update={"direction": _FLOWS[kind]})))
        else:
            out.append(span)
    return out


def _report_derived_labels(named: Sequence[PeriodEnergy], report: Report) -> None:
    """A doubt over `Mairie x` and `École x` that are one share of `Mairie` and `École` each.

    Whatever a word says that nobody listed: meters of their own do not go alike in every period.
    """
    energies: dict[str, dict[object, Decimal]] = defaultdict(dict)
    for one in named:
        if one.energy_kwh and one.tariff_class is None:
            energies[one.name][one.from_date, one.to_date] = one.energy_kwh
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for side in _split_label_sides(list(energies)):
        for words, word, label in side.siblings():
            kind = _classify_label_words(word, gas=False)
            known = kind not in {None, "doubtful", "class"} or _BEHIND.search(word)
            if not known and "" in words and _is_share(energies[label], energies[words[""]]):
                pairs[word].append((label, words[""]))
    for some in pairs.values():
        if len(some) >= _MANY:
            report.find(checks.SITE_TWICE, *some[0])


def _is_share(one: Mapping[object, Decimal], other: Mapping[object, Decimal]) -> bool:
    """Whether *one* is about the same share of *other* in each period that both have."""
    shares = [kwh / other[when] for when, kwh in one.items() if when in other]
    return len(shares) >= _FEW and max(shares) <= _ALIKE * min(shares) and min(shares) > 0


def by_class(spans: Sequence[Span], report: Report) -> Sequence[Span]:
    """*spans* with labels such as `Mairie HP` and `Mairie HC` as classes of `Mairie`.

    Where some label has two classes, each label that ends or begins in one of them is so read.
    """
    bare = [s.one for s in spans if s.one.supply_point is None and s.one.tariff_class is None]
    names = list(dict.fromkeys(one.name for one in bare))
    for side in _split_label_sides(names):
        told = {
            stem: {word: code for word in words if (code := _class_of(word))}
            for stem, words in side.labels.items()
        }
        sure = {word for some in told.values() if len({*some.values()}) > 1 for word in some}
        named = {
            side.labels[stem][word]: (_stem(side.labels[stem], word), code)
            for stem, some in told.items()
            for word, code in some.items()
            if word in sure
        }
        if named:
            report.note(_CLASSED, ", ".join(sorted({stem for stem, _ in named.values()}))[:80])
            return [_classed(span, named) for span in spans]
    return spans


def _classed(span: Span, named: Mapping[str, tuple[str, str]]) -> Span:
    told = named.get(span.one.name) if span.one.supply_point is None else None
    if told is None or span.one.tariff_class is not None:
        return span
    update = {"name": told[0], "tariff_class": told[1]}
    return replace(span, one=span.one.model_copy(update=update))


def _class_of(word: str) -> str | None:
    """The time class that the words at one end of a label name, and nothing else."""
    text = word.replace(".", "")
    if not (BARE_CLASS.fullmatch(text) or _CLASS.fullmatch(text)):
        return None
    return "JOUR" if text == "jour" else class_in(text)


def _stem(words: Mapping[str, str], word: str) -> str:
    """The name of the point of a label: that of its row of all classes, or what is left."""
    if "" in words:
        return words[""]
    parts, size = _parts(words[word].replace("_", " ")), len(word.split())
    ends = " ".join(plain_symbols(part) for part in parts[-size:]) == word
    return " ".join(parts[:-size] if ends else parts[size:])


def _parts(name: str) -> list[str]:
    """The words of a label, without the signs between them."""
    return re.sub(r" [-–:/|] |[()\[\],:;]", " ", name).split()


def _classify_labels(names: Sequence[str], report: Report, *, gas: bool) -> dict[str, str]:
    """What the labels that say it hold: `other`, or a flow."""
    found: dict[str, str] = {}
    found.update((name, "other") for name in names if _is_alone(name))
    for side in _split_label_sides(names):
        for words, word, label in side.siblings():
            others = {one: _classify_label_words(one, gas=gas) for one in words if one != word}
            kind = _classify_label_words(word, gas=gas)
            verdict = _judge_label(side, word, kind, others)
            if verdict is not None:
                found[label] = verdict
            elif kind in _DRAWN_IN and word and "" not in others:
                again = next((one for one, told in others.items() if told in _DRAWN_IN), None)
                if again is not None:
                    report.find(checks.SITE_TWICE, label, words[again])
    _exclude_submeters(names, found, report)
    return found


def _is_alone(name: str) -> bool:
    """Whether the last word of a label is a unit of another quantity: no name of a place is."""
    before, _, last = plain_symbols(name).rpartition(" ")
    return bool(before) and _ALONE.fullmatch(last.strip("()")) is not None


def _judge_label(
    side: _Side, word: str, kind: Kind | None, others: Mapping[str, Kind | None]
) -> str | None:
    """What the rows of a label are, by its word and those beside it; None: energies as others."""
    if kind == "drawn" and "fed" in others.values():
        return kind
    if kind == "other":
        return kind
    if kind in {"fed", "fuel", "doubtful"} and side.proves(kind, word, others):
        return "fed" if kind == "fed" else "other"
    return None


def _exclude_submeters(names: Sequence[str], found: dict[str, str], report: Report) -> None:
    """Meters behind the meter of a point: beside it they count again."""
    told = {plain_symbols(name): name for name in names}
    uses = [name for text, name in told.items() if USE.fullmatch(text)]
    for name in uses if len(uses) * _MANY <= len(told) else ():
        report.find(checks.METER_BEHIND, name)
    for text, name in told.items():
        word = _BEHIND.search(text)
        if word is None:
            rest = _QUALIFIED.search(name)
            if rest and (find_part_words(rest[1]) or _denies(rest[1])):
                stem = plain_symbols(name[: rest.start()])
                report.find(checks.SITE_TWICE, name, told.get(stem, name))
            continue
        stem = text[: word.start()].strip(" -–:(/")
        if stem in told:
            found[name] = "other"
        else:
            report.find(checks.METER_BEHIND, name)


def _find_parts_of_sites(named: Sequence[PeriodEnergy], report: Report) -> None:
    """Find `Mairie – bornes` beside `Mairie`, where none of its energies is as large."""
    sites: dict[str, dict[date, Decimal]] = {}
    for one in named:
        site = sites.setdefault(one.name, {})
        site[one.from_date] = site.get(one.from_date, Decimal()) + (one.energy_kwh or 0)
    whole = {plain_symbols(name): kwh for name, kwh in sites.items()}
    for name, part in sites.items():
        rest = _QUALIFIED.search(name)
        around = whole.get(plain_symbols(name[: rest.start()])) if rest else None
        known = rest is None or _is_judged(rest[1])
        if around and not known and all(kwh < around.get(day, 0) for day, kwh in part.items()):
            report.find(checks.METER_BEHIND, name)


def _is_judged(words: str) -> bool:
    """Whether what stands behind a sign tells what its row is: others look at it."""
    plain = plain_symbols(words).rstrip(" )]")
    told = _BEHIND.search(plain) or _classify_label_words(plain, gas=False) or _class_of(plain)
    return bool(told or find_part_words(words) or _denies(words))


def _denies(text: str) -> bool:
    return bool(list_denials(text)) and not ESTIMATED.search(plain_symbols(text))


def _classify_label_words(word: str, *, gas: bool) -> Kind | None:
    """What the words at one end of a label say; None: nothing of a quantity."""
    if _DRAWN.fullmatch(word):
        return "drawn"
    if not word or _ENERGY.fullmatch(word):
        return "energy"
    if _class_of(word):
        return "class"
    fuels = rf"(electri\w*|elec|{FUELS})" if gas else rf"({GAS}|{FUELS})"
    forms: tuple[tuple[Kind, str | re.Pattern[str]], ...] = (
        ("fuel", rf"(conso\w* )?{fuels}"),
        ("other", _OTHER),
    )
    found = next((kind for kind, form in forms if re.fullmatch(form, word)), None)
    roles = set(list_denials(word))
    if found is None and roles == {"injected"}:
        return "fed"
    doubt = roles or POWER.search(word) or NO_ENERGY.search(word)
    return found or ("doubtful" if doubt else None)


def _split_label_sides(names: Sequence[str]) -> tuple[_Side, _Side]:
    """The labels by their begin, and by their end."""
    ends: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    begins: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for name in names:
        told = _parts(plain_symbols(name))
        for size in range(min(_LONGEST, len(told) - 1) + 1):
            cut = len(told) - size
            ends[tuple(told[:cut])][" ".join(told[cut:])] = name
            begins[tuple(told[size:])][" ".join(told[:size])] = name
    return _Side(ends), _Side(begins)
