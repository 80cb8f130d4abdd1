"""Whose curves need a consent, and which consents are live: FR-CURVE and what goes with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from synergie.policy.readings.steps import is_finer
from synergie.policy.trust.permit import Persons
from synergie.policy.trust.rules import CONSENT_LASTS, Effect, select_rules
from synergie.schemas.assets.supply_point import Usage
from synergie.schemas.trust.agreement import Agreement, Grant
from synergie.schemas.trust.consent import Consent

type Lack = Literal["consent_missing", "consent_withdrawn", "legal_rule"]


@dataclass(frozen=True, slots=True)
class Point:
    """A delivery point whose curve is asked, as far as the rules need it."""

    id: str
    personal_data: Literal["none", "possible", "yes"]
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Consents:
    """What the rules in force make of the consents an agreement relies on, for one step."""

    agreement: Agreement
    step: Grant
    given: Sequence[Consent]
    now: datetime

    def persons(self) -> Persons | None:
        """How far the curves of persons are open; None where no rule looks at them."""
        if not self.asks():
            return None
        live = (one for one in self.about() if self._lack(one) is None)
        return Persons(frozenset(_iterate_consent_points(live)), everyone=self._everyone())

    def lack(self, points: Iterable[Point]) -> tuple[Lack, str] | None:
        """Why the curve of one of *points* is closed, and by which rule; None: it is not."""
        if not self.asks():
            return None
        found = (self._lack_of(one.id) for one in points if self._is_person(one))
        return min(filter(None, found), key=_rank_lack, default=None)

    def _effects(self) -> frozenset[Effect]:
        return frozenset(row.effect for row in select_rules(self.now).values())

    def asks(self) -> bool:
        """Whether the step is so fine that a person must agree (FR-CURVE)."""
        finer = self.step != "aggregate" and is_finer(self.step, "day")
        return finer and "needs_consent" in self._effects()

    def _everyone(self) -> bool:
        return self.agreement.terms.data_subject == "natural_person"

    def _is_person(self, point: Point) -> bool:
        """`possible` counts as a person (FR-BUILDING); lighting never does (FR-LIGHTING)."""
        if point.personal_data != "none":
            return point.personal_data == "yes" or "counts_as_person" in self._effects()
        lit = point.usage == "public_lighting" and "no_consent_needed" in self._effects()
        return self._everyone() and not lit

    def about(self) -> Iterator[Consent]:
        """Consents to this owner, for this purpose (FR-PURPOSE) and so fine a step."""
        terms = self.agreement.terms
        for one in self.given:
            same = one.owner == terms.owner and one.purpose == terms.purpose
            if same and not is_finer(self.step, one.granularity):
                yield one

    def _lack_of(self, point: str) -> tuple[Lack, str] | None:
        """The least of what its consents lack; none at all is the first reason."""
        lacks = [self._lack(one) for one in self.about() if point in one.supply_points]
        if None in lacks:
            return None
        told = [lack for lack in lacks if lack is not None]
        return max(told, key=_rank_lack, default=("consent_missing", "FR-CURVE"))

    def _lack(self, consent: Consent) -> tuple[Lack, str] | None:
        """Why a consent is not live; None: it is."""
        if consent.given_at > self.now or (consent.until and consent.until <= self.now):
            return "consent_missing", "FR-CURVE"
        if consent.withdrawn_at is not None and consent.withdrawn_at <= self.now:
            return "consent_withdrawn", "FR-WITHDRAW"
        old = consent.given_at + CONSENT_LASTS <= self.now
        if old and "at_most_three_years" in self._effects():
            return "legal_rule", "FR-ENEDIS"
        return None


def _iterate_consent_points(consents: Iterable[Consent]) -> Iterator[str]:
    for one in consents:
        yield from one.supply_points


_REASONS: tuple[Lack, ...] = ("consent_missing", "consent_withdrawn", "legal_rule")


def _rank_lack(lack: tuple[Lack, str]) -> int:
    return _REASONS.index(lack[0])
