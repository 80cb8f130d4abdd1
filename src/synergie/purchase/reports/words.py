"""What a report on a group purchase is made of, and how it calls things and spans of time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from synergie.purchase.records.offer_comparison import OfferComparison
from synergie.purchase.records.plan import Place, PurchasePlan
from synergie.purchase.records.purchase import DeliveryPeriod, PurchaseProblem
from synergie.purchase.records.study import PurchaseStudy
from synergie.reports.language import choose_text
from synergie.reports.plans import Catalogue, SourceFile, describe_phrase
from synergie.reports.written import (
    PARIS,
    format_count,
    format_euros,
    format_interval,
    format_moment,
    format_percent,
    format_quantity,
    short_date,
)
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import SharingStudy

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A purchase to be told: the problem, its plan, and what is known around them."""

    problem: PurchaseProblem
    plan: PurchasePlan
    names: Mapping[str, str]
    """What people call each member; one that is left out is called by its id."""
    tell: Catalogue
    """The plan's sentences in the reader's language."""
    assumptions: Sequence[str] = ()
    """What the problem assumes, in the reader's language, beside what the plan says itself."""
    made_at: datetime | None = None
    """When the plan was made. None: not told."""
    tz: ZoneInfo = PARIS
    group: str = field(
        default_factory=lambda: choose_text(
            "Groupement d'achat d'électricité", "Electricity buying group"
        )
    )
    """What people call the group."""
    banner: str | None = None
    """What holds for all of it, such as that data are synthetic. None: nothing."""
    perimeter: Sequence[PerimeterRow] = ()
    """The delivery points as surveyed: where their energies come from. Empty: not known."""
    sources: Sequence[SourceFile] = ()
    """The files it was made of. Empty: the problem itself."""
    comparison: OfferComparison | None = None
    """The offers side by side. None: not compared."""
    study: PurchaseStudy | None = None
    """What would become of the plan. None: not studied."""
    sharing: SharingStudy | None = None
    """Other ways to share what it costs. None: not made."""
    command: str | None = None
    """The command that makes it again. None: not told."""
    certified: bool = False
    """Whether a certificate, which others can check, proves that no plan costs less."""
    nucleolus_certified: bool = False
    """Whether a certificate proves the nucleolus among the ways to share."""

    @cached_property
    def lots(self) -> dict[str, str]:
        """Name of each lot."""
        return {lot.id: lot.name for lot in self.problem.lots}

    @cached_property
    def offers(self) -> dict[str, str]:
        """What people call each offer: who offers, and for which lot."""
        lots = self.lots
        return {o.id: f"{o.supplier}, {lots.get(o.lot, o.lot)}" for o in self.problem.offers}

    @cached_property
    def suppliers(self) -> dict[str, str]:
        """Who made each offer."""
        return {offer.id: offer.supplier for offer in self.problem.offers}

    @cached_property
    def _members(self) -> frozenset[str]:
        """The identifiers of all members."""
        return frozenset(one.member for one in self.plan.members)

    def member(self, key: str) -> str:
        """What people call a member."""
        return self.names.get(key, key)

    def supplier(self, key: str | None) -> str:
        """Who made an offer; "seul" for none."""
        if key is None:
            return choose_text("chacun seul", "each alone")
        return self.suppliers.get(key, key)

    def say_phrase(self, phrase: Phrase) -> str:
        """A sentence of the plan, with names instead of identifiers."""
        return describe_phrase(phrase, self.tell, self._called)

    def _called(self, value: str) -> str | None:
        """A member, a lot or an offer by its name, a moment in words. None: it is none of them."""
        for known in (self.offers, self.lots, self.names):
            if value in known:
                return known[value]
        if value in self._members:  # a SIREN is no quantity
            return value
        if _DAY.fullmatch(value):
            return short_date(date.fromisoformat(value))
        return self.when(datetime.fromisoformat(value)) if _INSTANT.fullmatch(value) else None

    def sentences(self, phrases: Iterable[Phrase]) -> tuple[str, ...]:
        """Sentences of the plan, each with its capital and its full stop.

        One that ends with a colon goes on with the next.
        """
        told: list[str] = []
        for phrase in phrases:
            text = self.say_phrase(phrase)
            if told and told[-1].endswith(":"):
                told[-1] += f" {text}"
            else:
                told.append(text)
        return tuple(f"{text[:1].upper()}{text[1:]}." for text in told)

    @property
    def span(self) -> str:
        """What amounts are for: "par an", or the days of the delivery."""
        return describe_delivery_span(self.problem.delivery)

    @property
    def saved(self) -> Decimal | None:
        """What all save together, EUR. None: there is no comparison."""
        plan = self.plan
        return None if plan.baseline_eur is None else plan.baseline_eur - plan.objective_eur

    @property
    def outside(self) -> list[Place]:
        """The places of members that stay out of a lot."""
        return [place for place in self.plan.places if place.offer is None]

    def when(self, at: datetime) -> str:
        """A moment for people, in the reader's own zone."""
        return format_moment(at, self.tz)


def describe_delivery_span(delivery: DeliveryPeriod | None) -> str:
    """What amounts are for: "par an", or the days of the delivery."""
    if delivery is None:
        return choose_text("par an", "a year")
    days = format_interval(delivery.starts, delivery.ends)
    return choose_text(f"pour la livraison {days}", f"for the delivery {days}")


def delivery_points(many: int) -> str:
    """How many delivery points: 1 delivery point, 4 delivery points."""
    one = choose_text("point de livraison", "delivery point")
    return format_count(many, one, choose_text("points de livraison", "delivery points"))


def no_comparison() -> str:
    """What stands where who is compared cannot buy alone."""
    return choose_text("sans comparaison", "no comparison")


def impossible_alone() -> str:
    """What stands in the place of a cost alone that there is not."""
    return choose_text("impossible seul", "impossible alone")


def format_rate(eur_per_mwh: Decimal | float, decimals: int = 2) -> str:
    """A price of energy: 92,25 €/MWh, €92.25/MWh."""
    french = format_quantity(eur_per_mwh, "€/MWh", decimals)
    return choose_text(french, f"{format_euros(eur_per_mwh, decimals)}/MWh")


def share_of(part: Decimal, whole: Decimal) -> str:
    """A part of a whole as a percentage; of nothing it is 0."""
    return format_percent(part / whole) if whole else format_percent(0)


def format_gain(amount: Decimal, whole: Decimal | None) -> str:
    """An amount that is saved, with its share of what is paid alone."""
    return (
        format_euros(amount) if not whole else f"{format_euros(amount)} ({share_of(amount, whole)})"
    )


def describe_age(day: date, at: datetime | None) -> str:
    """How old what ended on *day* was when the plan was made, in months; "" when not told."""
    if at is None:
        return ""
    months = (at.year - day.year) * 12 + at.month - day.month - (at.day < day.day)
    if months <= 0:
        return ""
    return choose_text(f", il y a {months} mois", f", {format_count(months, 'month')} ago")
