"""Offers out of the rows of price schedules, and rows out of offers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from pydantic import ValidationError

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.energy.records.offer_row import OfferRow
from synergie.purchase.plan.award.faults import At, attach_source_rows, phrase
from synergie.purchase.records.fault import PurchaseFault, SourceRow
from synergie.schemas.faults import faults as told
from synergie.units import Provenance

_CONDITIONS = (
    "fixed_eur", "valid_from", "valid_until", "pricing", "index", "green_share",
    "green_eur_per_mwh", "tunnel",
)  # fmt: skip
"""What any row of an offer may tell of all of it."""

type Window = tuple[Decimal, Decimal | None]


class Read(NamedTuple):
    """One row, and where it was read."""

    row: OfferRow
    source: SourceRow | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """The offers of some files."""

    offers: tuple[Offer, ...]
    faults: tuple[PurchaseFault, ...] = ()
    """Rows of one offer that contradict each other, or an offer that cannot be one."""
    rows: Mapping[str, SourceRow] = field(default_factory=dict)
    """Pointer of a part of the offers (`/offers/0/tiers/1/prices/2`) → the row it comes from."""


def offers_of(reads: Iterable[Read]) -> Offers:
    """The offers that the rows make, by lot and supplier in order of appearance.

    Rows of one lot, supplier and reference are one offer; a condition that one of them tells holds
    for all. Two rows that tell a condition otherwise are a fault, and the first one holds.
    """
    groups: dict[tuple[str, str, str | None], list[Read]] = {}
    for read in reads:
        key = (read.row.lot, read.row.supplier, read.row.offer)
        groups.setdefault(key, []).append(read)
    made: list[Offer] = []
    faults: list[PurchaseFault] = []
    rows: dict[str, SourceRow] = {}
    taken: set[str] = set()
    for group in groups.values():
        draft = _Draft(group, f"/offers/{len(made)}", _build_offer_key(group[0].row, taken))
        taken.add(draft.name)
        offer = draft.offer()
        faults += attach_source_rows(draft.faults, draft.rows)
        if offer is not None:
            made.append(offer)
            rows |= draft.rows
    return Offers(tuple(made), tuple(faults), rows)


def _build_offer_key(row: OfferRow, taken: set[str]) -> str:
    """The key of an offer: its own reference, else its lot and supplier."""
    letters = "".join(c for c in row.supplier.casefold() if c.isalnum())
    name = row.offer or f"{row.lot}-{letters or 'offre'}"[:60]
    n, found = 1, name
    while found in taken:
        n += 1
        found = f"{name}-{n}"
    return found


@dataclass(slots=True)
class _Draft:
    """One offer while its rows are put together."""

    reads: list[Read]
    where: str
    name: str
    faults: list[PurchaseFault] = field(default_factory=list)
    rows: dict[str, SourceRow] = field(default_factory=dict)

    def offer(self) -> Offer | None:
        """The offer. None: it cannot be one, and `faults` says why."""
        first = self.reads[0]
        self._place(self.where, first)
        fields: dict[str, object] = {
            "id": self.name,
            "lot": first.row.lot,
            "supplier": first.row.supplier,
            "tiers": tuple(self._tiers()),
            **self._conditions(),
        }
        try:
            return Offer.model_validate(fields)
        except ValidationError as error:
            for fault in told(error):
                at = At(self.where, "form", "supplier", first.row.supplier)
                found = phrase("the offer {} cannot be read whole", self.name)
                self.faults.append(at.fault(found, phrase("{}", fault.expected)))
            return None

    def _place(self, where: str, read: Read) -> None:
        if read.source is not None:
            self.rows[where] = read.source

    def _conditions(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for read in self.reads:
            for name in _CONDITIONS:
                value = getattr(read.row, name)
                if value is None:
                    continue
                if found.setdefault(name, value) != value:
                    self._twice(name, found[name], read)
                elif f"{self.where}/{name}" not in self.rows:
                    self._place(f"{self.where}/{name}", read)
        return found

    def _twice(self, name: str, first: object, read: Read) -> None:
        at = At(f"{self.where}/{name}", "twice", "supplier", read.row.supplier)
        found = phrase("{} tells {} and {}", self.name, first, getattr(read.row, name))
        fault = at.fault(found, phrase("one value for the whole offer"))
        self.faults.append(fault.model_copy(update={"source": read.source}))

    def _tiers(self) -> Iterator[Tier]:
        """Tiers by rising volume, each with its cells in the order of the rows."""
        windows: dict[Window, list[Read]] = {}
        for read in self.reads:
            windows.setdefault((read.row.from_mwh, read.row.to_mwh), []).append(read)
        ordered = sorted(windows, key=lambda w: (w[0], w[1] is None, w[1] or 0))
        for k, window in enumerate(ordered):
            reads = windows[window]
            where = f"{self.where}/tiers/{k}"
            self._place(where, reads[0])
            yield Tier(
                from_mwh=window[0],
                to_mwh=window[1],
                prices=tuple(self._prices(reads, where)),
                subscriptions=tuple(self._subscriptions(reads)),
            )

    def _prices(self, reads: list[Read], where: str) -> Iterator[Price]:
        n = 0
        for read in reads:
            row = read.row
            if row.tariff_code and row.time_class and row.eur_per_mwh is not None:
                self._place(f"{where}/prices/{n}", read)
                n += 1
                yield Price(
                    tariff_code=row.tariff_code,
                    time_class=row.time_class,
                    eur_per_mwh=row.eur_per_mwh,
                    year=row.year,
                    parts=row.parts,
                )

    def _subscriptions(self, reads: list[Read]) -> Iterator[Subscription]:
        known: dict[str, Decimal] = {}
        for read in reads:
            code, amount = read.row.tariff_code, read.row.subscription_eur
            if code is None or amount is None:
                continue
            if known.setdefault(code, amount) != amount:
                self._twice("subscription_eur", known[code], read)
        for code, amount in known.items():
            yield Subscription(tariff_code=code, eur_per_point=amount)


def rows_of(offers: Iterable[Offer], provenance: Provenance = "partner") -> Iterator[OfferRow]:
    """The rows of *offers*, a price each; what holds for a whole offer is on its first row.

    `offers_of` gives the same offers again, their subscriptions in the order of their options.
    """
    for offer in offers:
        conditions = {name: getattr(offer, name) for name in _CONDITIONS}
        for tier in offer.tiers:
            for cells in _iterate_tier_cells(tier):
                fields = {
                    "lot": offer.lot,
                    "supplier": offer.supplier,
                    "offer": offer.id,
                    "from_mwh": tier.from_mwh,
                    "to_mwh": tier.to_mwh,
                    "provenance": provenance,
                }
                yield OfferRow.model_validate(fields | conditions | cells)
                conditions = {}


def _iterate_tier_cells(tier: Tier) -> Iterator[dict[str, object]]:
    """What each row of a tier tells: a price, and the subscription beside the first of its option.

    A subscription without a price has a row of its own; a tier of nothing has one, too.
    """
    waiting = {one.tariff_code: one.eur_per_point for one in tier.subscriptions}
    for price in tier.prices:
        yield {**dict(price), "subscription_eur": waiting.pop(price.tariff_code, None)}
    for code, amount in waiting.items():
        yield {"tariff_code": code, "subscription_eur": amount}
    if not tier.prices and not tier.subscriptions:
        yield {}
