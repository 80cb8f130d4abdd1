"""How scenarios of lighting are told: criteria, units, stakes, groups, figures."""

import re
from collections.abc import Callable, Sequence

from synergie.lighting.records.effects import CriterionTold, Indicator, LightingCriterion, Stake
from synergie.lighting.records.weighing import GroupKind
from synergie.lighting.reports.names import FILES, GROUPS, NAMES, STAKES, UNITS, Name
from synergie.reports.language import Pair, choose_text, get_language
from synergie.reports.written import (
    FIXED,
    format_euros,
    format_number,
    format_percent,
    format_short_name_list,
)
from synergie.schemas.plan import Phrase

_LEAST_DECIMALS = 6
_MOST_TIMES = 1_000
"""A change of more than so many times what is today says nothing as a percentage."""
_HOUR = re.compile(r"\d (?:h(?: \d\d)?\b|%)")
_EUR, _EUR_A_YEAR, _SHARE, _RATIO = "EUR", "EUR/y", "%", "1"

_BY_KEY: dict[str, Name] = {str(key): name for key, name in NAMES.items()}
_FAULTS = frozenset({"worse_off"})
"""Constraints that count what is wrong."""
_COUNTED = frozenset({"d", "references", "entries", "fields", "communes"})
_SIGNS: dict[str, Pair] = {
    "min": ("↓ moins, c'est mieux", "↓ less is better"),
    "max": ("↑ plus, c'est mieux", "↑ more is better"),
    "constraint": ("à respecter", "must be met"),
}
_KINDS: dict[str, Pair] = {
    "min": ("à réduire", "to reduce"),
    "max": ("à augmenter", "to increase"),
    "constraint": ("obligation", "must be met"),
}


def unknown() -> str:
    """What stands where nothing is known: never 0, never blank."""
    return choose_text("inconnu", "unknown")


def format_indicator_unit(told: CriterionTold) -> str:
    """The unit of an indicator."""
    return choose_text(*UNITS.get(told.unit, (told.unit, told.unit)))


def format_direction_sign(told: CriterionTold) -> str:
    """What is better, with its arrow: never the arrow alone."""
    return choose_text(*_SIGNS[told.direction])


def describe_direction(told: CriterionTold) -> str:
    """What is better, in one word."""
    return choose_text(*_KINDS[told.direction])


def describe_criterion(criterion: LightingCriterion) -> str:
    """What people call an indicator."""
    return choose_text(*NAMES[criterion].name)


def describe_criterion_briefly(criterion: LightingCriterion) -> str:
    """The same within a sentence."""
    return choose_text(*NAMES[criterion].short)


def criterion_name(key: str) -> str | None:
    """What people call an indicator by its key. None: there is none of that name."""
    found = _BY_KEY.get(key)
    return None if found is None else choose_text(*found.name)


def describe_stake(one: Stake) -> str:
    """What people call a stake."""
    return choose_text(*STAKES[one])


def describe_group_kind(kind: GroupKind) -> str:
    """Who a group is, in one word."""
    return choose_text(*GROUPS[kind])


def file_kind(what: str) -> str:
    """What a source is for; one that is not known as it was told."""
    return choose_text(what, FILES.get(what, what))


def bound(text: str) -> str:
    """*text* with its hours and shares kept on one line: 5 h 30, 50 %."""
    return _HOUR.sub(lambda found: found[0].replace(" ", FIXED), text)


def quote_name(text: str) -> str:
    """A name within a sentence."""
    return choose_text(f"« {text} »", f"“{text}”")


def capitalize_text(text: str) -> str:
    """*text* as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def format_colon() -> str:
    """What stands before what explains: a colon, with its space in French."""
    return choose_text(" : ", ": ")


def format_semicolon() -> str:
    """What stands between two sentences in one."""
    return choose_text(" ; ", "; ")


def select_column_heads(french: tuple[str, ...], english: tuple[str, ...]) -> tuple[str, ...]:
    """The heads of a table, in the language spoken."""
    return french if get_language() == "fr" else english


def format_name_list(names: Sequence[str]) -> str:
    """All names in a sentence: S1, S2 et S3."""
    return format_short_name_list(names, max(len(names), 1))


def format_figure(value: float, decimals: int) -> str:
    """A figure; a small one that is not nought keeps enough decimals to be seen."""
    return format_number(value, _count_visible_decimals(value, decimals))


def _count_visible_decimals(value: float, decimals: int) -> int:
    while value and decimals < _LEAST_DECIMALS and abs(value) < 0.5 * 10**-decimals:
        decimals += 1
    return decimals


def format_bare_value(criterion: LightingCriterion, value: float | None) -> str:
    """A value without its unit, for tables."""
    return unknown() if value is None else format_figure(value, NAMES[criterion].decimals)


def format_criterion_amount(told: CriterionTold, value: float) -> str:
    """A value with its unit, for sentences."""
    decimals = NAMES[told.criterion].decimals
    if told.unit == _EUR:
        return format_euros(value, 0)
    if told.unit == _RATIO:
        return format_figure(value, decimals)
    if get_language() == "en" and told.unit == _EUR_A_YEAR:
        return f"{format_euros(value, _count_visible_decimals(value, decimals))}/year"
    if get_language() == "en" and told.unit == _SHARE:
        return f"{format_figure(value, decimals)}%"
    figures = format_figure(value, decimals)
    word = format_indicator_unit(told)
    if told.unit in _COUNTED and _is_single(value, figures):
        word = word.removesuffix("s")
    return f"{figures}{FIXED}{word}"


def _is_single(value: float, figures: str) -> bool:
    """Whether what is counted is one: a French plural begins at two."""
    return abs(value) < 2 if get_language() == "fr" else figures == "1"  # noqa: PLR2004


def format_indicator_range(one: Indicator) -> str:
    """The range of an indicator: « 2 100 à 2 300 »; "": none is known."""
    low, high = (
        format_bare_value(one.criterion, one.low),
        format_bare_value(one.criterion, one.high),
    )
    if one.low == one.high:
        return ""
    if one.low is None:
        return choose_text(f"au plus {high}", f"at most {high}")
    if one.high is None:
        return choose_text(f"au moins {low}", f"at least {low}")
    return choose_text(f"{low} à {high}", f"{low} to {high}")


def format_indicator_cell(one: Indicator | None, note: Callable[[Phrase], int]) -> str:
    """An indicator in a table: value, range, or unknown with the number of the note that says why.

    A value of a part of the luminaires says which part.
    """
    if one is None:
        return choose_text("sans objet", "does not apply")
    told = format_bare_value(one.criterion, one.value)
    if one.value is None and one.unknown is not None:
        told += f" (note{FIXED}{note(one.unknown)})"
    between = format_indicator_range(one)
    if between:
        told += f" [{between}]"
    if one.value is not None and one.known < 1:
        share = format_percent(one.known, 0)
        told += choose_text(f" (connu pour {share})", f" (known for {share})")
    return told


def format_relative_change(value: float, today: float) -> str:
    """A change in %: −84 %, +3 %; "" where today is nought, or nearly so beside it."""
    if not today or abs(value - today) > _MOST_TIMES * abs(today):
        return ""
    share = (value - today) / abs(today)
    told = format_percent(share, 0 if abs(share) >= 0.1 else 1)  # noqa: PLR2004 (a tenth)
    return f"+{told}" if share > 0 else told


def is_better(told: CriterionTold, one: float, other: float) -> bool:
    """Whether *one* is better than *other*; a constraint by what it counts: faults or good ones."""
    return one < other if is_less_better(told) else one > other


def is_less_better(told: CriterionTold) -> bool:
    """Whether less of it is better."""
    return told.direction == "min" or told.criterion in _FAULTS


def is_same(one: float, other: float) -> bool:
    """Whether two values are told apart by nobody: within a thousandth."""
    return abs(one - other) <= 0.001 * max(abs(one), abs(other))


__all__ = [
    "NAMES",
    "STAKES",
    "bound",
    "capitalize_text",
    "criterion_name",
    "describe_criterion",
    "describe_criterion_briefly",
    "describe_direction",
    "describe_group_kind",
    "describe_stake",
    "file_kind",
    "format_bare_value",
    "format_colon",
    "format_criterion_amount",
    "format_direction_sign",
    "format_figure",
    "format_indicator_cell",
    "format_indicator_range",
    "format_indicator_unit",
    "format_name_list",
    "format_relative_change",
    "format_semicolon",
    "is_better",
    "is_less_better",
    "is_same",
    "quote_name",
    "select_column_heads",
    "unknown",
]  # fmt: skip
