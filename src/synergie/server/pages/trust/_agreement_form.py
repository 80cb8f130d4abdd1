"""The form of an agreement: what is asked, the narrow choices it starts with, the terms it makes.

The form carries no term that the person cannot see: what is kept of a version before is taken from
the store, never from a hidden field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from synergie.calendar import load_time_zone
from synergie.calendar.civil import add_months
from synergie.errors import BadInput, Words
from synergie.policy.trust.terms import check_terms
from synergie.reports.trust.agreement_words import PURPOSE, choose_typeset_word, usual_title
from synergie.schemas.asked_need import AskedNeed
from synergie.schemas.faults import faults
from synergie.schemas.trust.agreement import Dataset, Grant, LegalBasis, Purpose, Selector, Terms
from synergie.server.pages.words import PARIS, Lang

DATASETS: tuple[Dataset, ...] = ("consumption", "assets", "work_orders", "contracts")
"""Those that a page proposes; needs are opened purchase by purchase."""
GRAINS: tuple[Grant, ...] = ("year", "month", "day", "hour", "half_hour", "raw")
"""Coarsest first. Sums are published from their own page."""
PURPOSES: tuple[Purpose, ...] = tuple(PURPOSE)
BASES: tuple[LegalBasis, ...] = ("contract", "public_task", "own_data")
"""Those that a page proposes; consents are named by their identifiers, by a program."""
MONTHS: tuple[int, ...] = (3, 6, 12, 24, 36)
RETENTIONS: tuple[int, ...] = (90, 365, 730, 1095)
SUBJECTS = ("legal_person", "mixed")
MOST_SITES = 200
"""Sites that a form lists at once; the others are on its next pages, and found by name."""
LIST = "liste"
"""The button that asks for a page of the list, with all that was typed; its value: which one."""

_SINGLE = (
    "recipient", "purpose", "granularity", "legal_basis", "legal_reference", "data_subject",
    "valid_from", "months", "readings_from", "retention_days", "title", "perimeter", "keep",
    "search",
)  # fmt: skip
_SEVERAL = ("datasets", "sites", "communes")
_LONGEST = 2_000
"""Characters of the longest text of an agreement; one more is kept, so that it is refused."""
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, as it is shown again."""

    one: Mapping[str, str]
    many: Mapping[str, tuple[str, ...]]

    def field_text(self, name: str) -> str:
        """The text of a field; empty when it is not there."""
        return self.one.get(name, "")

    def with_sites(self, more: Sequence[str]) -> "Typed":
        """The same with *more* sites chosen."""
        sites = tuple(dict.fromkeys((*self.many.get("sites", ()), *more)))
        return Typed(self.one, {**self.many, "sites": sites})

    def has(self, name: str, value: str) -> bool:
        """Whether a choice is made."""
        return value in self.many.get(name, ()) or self.one.get(name) == value


def read_agreement_form(form: FormData) -> Typed:
    """The fields of *form* that the page has, and no other."""
    one = {name: str(form.get(name, "")).strip()[: _LONGEST + 1] for name in _SINGLE}
    many = {name: tuple(map(str, form.getlist(name))) for name in _SEVERAL}
    return Typed(one, many)


def build_default_form(now: datetime) -> Typed:
    """What a new form starts with: the month, one year, nothing that nobody chose."""
    start = _get_today(now) + timedelta(days=1)
    return Typed(
        {
            "granularity": "month",
            "months": str(_MONTHS),
            "valid_from": start.isoformat(),
            "readings_from": add_months(start, -_MONTHS).isoformat(),
            "retention_days": "365",
        },
        {},
    )


def of_terms(terms: Terms, *, renewed: datetime | None = None) -> Typed:
    """The form filled with *terms*; *renewed*: for as long again, from the end or from then."""
    start, end = _get_civil_day(terms.valid_from), _get_civil_day(terms.valid_until)
    months = max(round((terms.valid_until - terms.valid_from).days / 30.4375), 1)
    if renewed is not None:
        start = max(end, _get_today(renewed))
    return Typed(
        {
            "recipient": terms.recipient,
            "purpose": terms.purpose,
            "granularity": terms.granularity,
            "legal_basis": terms.legal_basis,
            "legal_reference": terms.legal_reference or "",
            "data_subject": terms.data_subject,
            "valid_from": start.isoformat(),
            "months": str(months),
            "readings_from": _get_civil_day(terms.data_period.start).isoformat(),
            "retention_days": str(terms.retention_days),
            "title": terms.title,
            "keep": "yes",
        },
        {"datasets": terms.datasets},
    )


def of_need(need: AskedNeed, now: datetime) -> Typed:
    """The narrow form, with the purpose, the data and the grain that somebody asked for."""
    start = build_default_form(now)
    grain = need.granularity if need.granularity in GRAINS else "month"
    return Typed(
        {**start.one, "purpose": need.purpose, "granularity": grain},
        {"datasets": tuple(one for one in need.datasets if one in DATASETS)},
    )


def terms_of(
    told: Typed, *, owner: str, names: Mapping[str, str], lang: Lang, kept: Terms | None = None
) -> Terms:
    """The terms that the form makes. BadInput at the first field that is not as it must be.

    *kept*: the terms of the version before, whose things stay when the person says so, and whose
    owner, recipient, purpose and finer terms stay in any case.
    """
    start = _parse_form_date(told, "valid_from")
    months = _parse_form_integer(told, "months", 1, 120)
    values: dict[str, Any] = {} if kept is None else kept.model_dump()
    values |= {
        "title": told.field_text("title") or _build_agreement_title(told, names, start, lang),
        "datasets": told.many.get("datasets", ()),
        "selector": _build_selector(told, kept),
        "granularity": told.field_text("granularity"),
        "data_subject": told.field_text("data_subject"),
        "legal_basis": told.field_text("legal_basis"),
        "legal_reference": told.field_text("legal_reference") or None,
        "valid_from": _compute_midnight(start),
        "valid_until": _compute_midnight(add_months(start, months)),
        "data_period": _build_data_period(told, kept, start, months),
        "retention_days": _parse_form_integer(told, "retention_days", 1, 3660),
    }
    if kept is None:
        values |= {
            "owner": owner,
            "recipient": told.field_text("recipient"),
            "purpose": told.field_text("purpose"),
        }
    try:
        made = Terms.model_validate(values)
    except ValidationError as error:
        raise faults(error)[0] from error
    check_terms(made)
    return made


def renew_terms(terms: Terms, now: datetime) -> Terms:
    """The same terms for as long again, from their end on, or from today when it has passed.

    What an open end or an end that followed the validity opened goes on as long; readings begin
    where they began.
    """
    begin = max(terms.valid_until, _compute_midnight(_get_today(now)))
    end = begin + (terms.valid_until - terms.valid_from)
    period = terms.data_period
    if period.end is not None and period.end >= terms.valid_until:
        period = period.model_copy(update={"end": end})
    update = {"valid_from": begin, "valid_until": end, "data_period": period}
    return terms.model_copy(update=update)


def _build_selector(told: Typed, kept: Terms | None) -> Selector:
    sites = told.many.get("sites", ())
    if kept is not None and told.field_text("keep") == "yes":
        if not sites:
            return kept.selector
        more = tuple(one for one in sites if one not in kept.selector.sites)
        return kept.selector.model_copy(update={"sites": (*kept.selector.sites, *more)})
    ref = told.field_text("perimeter")
    if not sites and not ref:
        raise BadInput("/sites", Words("nothing"), "at least one place, or a named perimeter")
    name, _, version = ref.rpartition("/")
    try:
        named = {"id": name, "version": int(version)} if ref else None
        return Selector.model_validate({"sites": sites, "perimeter": named})
    except ValidationError as error:
        raise faults(error)[0].at("/selector") from error
    except ValueError as error:
        raise BadInput("/perimeter", ref, "a perimeter of the list") from error


def _build_data_period(told: Typed, kept: Terms | None, start: date, months: int) -> dict[str, Any]:
    """From the day that was chosen to the end of the agreement; an open end stays open."""
    begin = _compute_midnight(_parse_form_date(told, "readings_from"))
    if kept is not None and kept.data_period.end is None:
        return {"start": begin, "end": None}
    return {"start": begin, "end": _compute_midnight(add_months(start, months))}


def _build_agreement_title(told: Typed, names: Mapping[str, str], start: date, lang: Lang) -> str:
    purpose = next((key for key in PURPOSE if key == told.field_text("purpose")), None)
    if purpose is None:
        raise BadInput("/purpose", told.field_text("purpose") or Words("nothing"), "one purpose")
    partner = names.get(told.field_text("recipient"), told.field_text("recipient"))
    return usual_title(purpose, partner, start.year, lang)


def _parse_form_date(told: Typed, name: str) -> date:
    try:
        found = date.fromisoformat(told.field_text(name))
    except ValueError:
        found = date.min
    if not 1990 <= found.year <= 2200:  # noqa: PLR2004 (a year that an agreement can speak of)
        raise BadInput(f"/{name}", told.field_text(name) or Words("nothing"), "a date YYYY-MM-DD")
    return found


def _parse_form_integer(told: Typed, name: str, least: int, most: int) -> int:
    text = told.field_text(name)
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and least <= int(text) <= most):  # noqa: PLR2004
        raise BadInput(f"/{name}", text or Words("nothing"), "a whole number of the list")
    return int(text)


def _compute_midnight(day: date) -> datetime:
    return datetime.combine(day, time(), load_time_zone(PARIS))


def _get_civil_day(at: datetime) -> date:
    return at.astimezone(load_time_zone(PARIS)).date()


def _get_today(now: datetime) -> date:
    return _get_civil_day(now)


def list_form_choices(
    keys: Sequence[Any], pairs: Mapping[Any, tuple[str, str]], lang: Lang
) -> list[Any]:
    """Value and words of each choice."""
    return [(key, choose_typeset_word(pairs[key], lang)) for key in keys]
