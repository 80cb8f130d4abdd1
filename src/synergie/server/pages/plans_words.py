"""Words of the pages about shared plans and studies, in both languages: states, reasons, money.

Pages only read them; a state is a word first, and a shape beside it.
"""

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from synergie.errors import NotFound
from synergie.reports.written import typeset_text
from synergie.schemas.plan import Status
from synergie.server.pages import words as _words
from synergie.server.pages.visit import Visit

type Pair = tuple[str, str]
"""French, English."""

_ID = re.compile(r"[a-z]{1,8}_[0-9a-z]{1,64}", re.ASCII)
MANY = 2

ABSENT: dict[str, Pair] = {
    "late": (
        "elle a rejoint après l'ouverture des offres",
        "it joined after the offers were opened",
    ),
    "no_needs": ("elle n'a pas publié de besoins", "it has published no needs"),
    "no_agreement": ("aucun accord n'ouvre ses données", "no agreement opens its data"),
    "not_started": ("son accord n'a pas commencé", "its agreement has not begun"),
    "suspended": ("son accord est suspendu", "its agreement is suspended"),
    "signature": (
        "son accord n'est plus ce qui a été signé",
        "its agreement is no longer what was signed",
    ),
    "ended": ("son accord a pris fin", "its agreement has ended"),
    "dataset": ("son accord n'ouvre pas ces données", "its agreement does not open such data"),
    "unknown_client": (
        "son accord ne nomme pas ce programme",
        "its agreement does not name this program",
    ),
    "granularity_too_fine": ("son accord n'ouvre que des sommes", "its agreement opens sums alone"),
    "token_narrower": ("le programme n'a pas tout demandé", "the program asked for less"),
}
"""Why data of a body are not open, by code."""
STANDINGS: dict[str, Pair] = {
    "invited": ("invitée", "invited"),
    "joined": ("participe", "takes part"),
    "left": ("sortie", "left"),
}
"""Where one that was invited stands."""
ANSWERS: dict[str | None, Pair] = {
    "accept": ("accepte", "accepts"),
    "decline": ("refuse", "declines"),
    None: ("pas encore répondu", "no answer yet"),
}
"""What one answered."""
ACTS: dict[str, Pair] = {
    "create": ("Création", "Created"),
    "open_survey": ("Recensement ouvert", "Survey opened"),
    "close_survey": ("Recensement clos", "Survey closed"),
    "propose": ("Plan proposé", "Plan proposed"),
    "withdraw": ("Proposition retirée", "Proposal withdrawn"),
    "collect": ("Voix recueillies", "Voices collected"),
    "award": ("Attribution", "Award"),
    "adopt": ("Adoption", "Adoption"),
    "close": ("Clôture", "Closed"),
}
"""Each step that was made."""
_STATUS: dict[Status, Pair] = {
    "proved": (
        "borne du solveur atteinte : rien de moins cher",
        "bound of the solver reached: nothing is cheaper",
    ),
    "feasible": ("pas prouvé", "not proved"),
    "cancelled": ("arrêté avant la fin", "stopped before the end"),
}


TUNNEL_STATES: dict[str, Pair] = {
    "inside": ("dans le tunnel", "inside the tunnel"),
    "alert": ("près du bord du tunnel", "near the end of the tunnel"),
    "outside": ("hors du tunnel", "outside the tunnel"),
    "no_tunnel": ("sans clause de volume", "no clause about volumes"),
}
SWITCH_STEPS: dict[str, Pair] = {
    "request": ("demander au fournisseur", "ask the supplier"),
    "switch": ("bascule par le gestionnaire de réseau", "the grid operator makes it"),
    "index": ("relever l'index de ce jour", "read the index of that day"),
    "first_bill": ("attendre la facture", "wait for its bill"),
    "done": ("fait", "done"),
}


def check_plan_identifier(item_id: str) -> str:
    """An identifier of an address. NotFound for what can be none."""
    if _ID.fullmatch(item_id) is None:
        raise NotFound
    return item_id


def describe_closed_reason(visit: Visit, code: str | None) -> str:
    """Why data are not open; empty when they are."""
    return "" if code is None else visit.say(*ABSENT.get(code, (code, code)))


def describe_answer(visit: Visit, answer: Any) -> str:
    """What one answered, in a word."""
    return visit.say(*ANSWERS[None if answer is None else answer.answer])


def format_count(visit: Visit, many: int, one: Pair, several: Pair) -> str:
    """A number and its noun: a French plural begins at two."""
    single = abs(many) < MANY if visit.lang == "fr" else many == 1
    text = visit.say(*(one if single else several))
    return f"{_words.format_page_number(visit.lang, many)} {text}"


def format_word_list(visit: Visit, parts: Iterable[str], most: int = 4) -> str:
    """Words in a sentence; of many the first, and how many more there are."""
    told = list(parts)
    if len(told) > most:
        more = visit.say("et {} autres", "and {} more", len(told) - most)
        return f"{', '.join(told[:most])} {more}"
    if len(told) < MANY:
        return "".join(told)
    return f"{', '.join(told[:-1])} {visit.say('et', 'and')} {told[-1]}"


def format_known_amount(visit: Visit, amount: Decimal | None) -> str:
    """An amount; a word for what is not known."""
    if amount is None:
        return visit.say("pas de comparaison", "no comparison")
    return _words.format_page_euros(visit.lang, amount)


def format_gain(visit: Visit, cost: Decimal, alone: Decimal | None) -> str:
    """What a plan saves, with a sign and a word."""
    if alone is None:
        return visit.say("pas de comparaison", "no comparison")
    if alone == cost:
        return visit.say("= rien de plus, rien de moins", "= no more, no less")
    amount = _words.format_page_euros(visit.lang, abs(alone - cost))
    share = f" ({_words.format_percent(visit.lang, abs(alone - cost) / alone)})" if alone else ""
    if alone > cost:
        return visit.say("▼ {} de moins", "▼ {} less", f"{amount}{share}")
    return visit.say("▲ {} de plus", "▲ {} more", f"{amount}{share}")


def certainty(visit: Visit, status: Status, gap: float | None) -> str:
    """How sure it is that nothing better exists."""
    word = visit.say(*_STATUS[status])
    if status == "proved":
        return word
    if gap is None:
        return f"{word}, {visit.say('sans borne', 'without a bound')}"
    most = _words.format_percent(visit.lang, gap, 2)
    return visit.say(
        "{}, au plus {} au-dessus du meilleur", "{}, at most {} above the best", word, most
    )


def format_table_day(visit: Visit, at: datetime | None) -> str:
    """A day in a table; a word for one that is not told."""
    return visit.say("pas dit", "not told") if at is None else _words.short_date(visit.lang, at)


def format_days_ago(visit: Visit, at: datetime) -> str:
    """How long ago a moment was, in days."""
    days = (visit.now.date() - at.date()).days
    if days <= 0:
        return visit.say("aujourd'hui", "today")
    many = format_count(visit, days, ("jour", "day"), ("jours", "days"))
    return visit.say("il y a {}", "{} ago", many)


def set_report_spaces[T](found: Iterable[T]) -> tuple[T, ...]:
    """Parts of a report with the spaces of its language, as a page prints them."""
    return tuple(_set_text_spaces(one) for one in found)


@cache
def _list_field_names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.init)


def _set_text_spaces(value: Any) -> Any:
    """*value* with the spaces of its language in every plain text; drawings pass as they are."""
    if type(value) is str:
        return typeset_text(value)
    if isinstance(value, tuple):
        return tuple(_set_text_spaces(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                name: _set_text_spaces(getattr(value, name))
                for name in _list_field_names(type(value))
            },
        )
    return value
