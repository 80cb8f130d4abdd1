"""What a tier of an offer asks of a basket, green option included, exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from synergie.energy.records.offer import Offer, Tier
from synergie.purchase.plan.award._delivery import exact_cents, to_cents
from synergie.purchase.records.plan import NotPriced

type Cell = tuple[str, str, int | None]
"""A tariff option, a time class, and the civil year when prices differ by year."""


class Need(Protocol):
    """What is priced: energy by cell, point-years by option, energy by the green share asked."""

    @property
    def lot(self) -> str:
        """The lot it is in."""
        ...

    @property
    def energy(self) -> Mapping[Cell, Decimal]:
        """MWh by cell."""
        ...

    @property
    def points(self) -> Mapping[str, Fraction]:
        """Point-years by tariff option."""
        ...

    @property
    def green(self) -> Mapping[Decimal, Decimal]:
        """MWh by the share asked."""
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """The price schedule of one tier: by cell, by tariff option, and the green option."""

    prices: Mapping[Cell, Decimal]
    fixed: Mapping[str, Decimal]
    held: Decimal
    """Share of green energy that the prices hold already."""
    green: Decimal | None
    window: tuple[Decimal, Decimal | None]

    @classmethod
    def of(cls, offer: Offer, tier: Tier) -> "Schedule":
        """The schedule of *tier* of *offer*."""
        return cls(
            {(p.tariff_code, p.time_class, p.year): p.eur_per_mwh for p in tier.prices},
            {s.tariff_code: s.eur_per_point for s in tier.subscriptions},
            Decimal(str(offer.green_share)),
            offer.green_eur_per_mwh,
            (tier.from_mwh, tier.to_mwh),
        )

    def cell(self, cell: Cell) -> Decimal | None:
        """The price of a cell: of its year, else of every year. None: left blank."""
        found = self.prices.get(cell)
        return self.prices.get((cell[0], cell[1], None)) if found is None else found

    def price(self, need: Need) -> Decimal | None:
        """Cost of *need* in cents. None: a cell that is needed is missing, or green energy is."""
        total = Decimal(0)
        for cell, mwh in need.energy.items():
            if mwh:
                price = self.cell(cell)
                if price is None:
                    return None
                total += mwh * price
        extra = self._extra(need.green)
        return None if extra is None else self._with_points(total + extra, need.points)

    def _extra(self, asked: Mapping[Decimal, Decimal]) -> Decimal | None:
        """The green option for what is asked beyond what the prices hold. None: not offered."""
        beyond = Decimal(0)
        for share, mwh in asked.items():
            if share > self.held:
                beyond += (share - self.held) * mwh
        if beyond and self.green is None:
            return None
        return beyond * (self.green or Decimal(0))

    def _with_points(self, energy: Decimal, points: Mapping[str, Fraction]) -> Decimal:
        total, broken = energy, Fraction(0)
        for code, years in points.items():
            each = self.fixed.get(code)
            if each is None:
                continue
            if years.denominator == 1:
                total += each * years.numerator
            else:
                broken += years * Fraction(each)
        return to_cents(Fraction(total) + broken) if broken else exact_cents(total)


def green_mwh(asked: Mapping[Decimal, Decimal], offer: Offer) -> Decimal:
    """Energy with guarantees of origin that *offer* delivers: what is asked, or what it holds."""
    held = Decimal(str(offer.green_share))
    return sum((max(share, held) * mwh for share, mwh in asked.items()), Decimal(0))


def not_priced[T: Need](offers: tuple[Offer, ...], needs: tuple[T, ...]) -> Iterator[NotPriced]:
    """Cells that a lot needs and an offer leaves blank."""
    wanted: dict[str, set[Cell]] = {}
    for need in needs:
        wanted.setdefault(need.lot, set()).update(c for c, mwh in need.energy.items() if mwh)
    for offer in offers:
        for k, tier in enumerate(offer.tiers):
            schedule = Schedule.of(offer, tier)
            for cell in sorted(wanted.get(offer.lot, ()), key=lambda c: (c[0], c[1], c[2] or 0)):
                if schedule.cell(cell) is None:
                    code, name, year = cell
                    yield NotPriced(
                        offer=offer.id, tariff_code=code, time_class=name, tier=k + 1, year=year
                    )
