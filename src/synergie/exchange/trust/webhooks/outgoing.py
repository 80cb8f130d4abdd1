"""Records on their way into a file: what a caller may read, as the formats take it.

One door for every kind: one's own data, or what one agreement opens. Pages are decided one by
one, so that a revocation stops an export in mid-stream.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from synergie.errors import BadInput, NotAllowed
from synergie.exchange._noun import Noun
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal, permit_own_data
from synergie.policy.facts import OPENED
from synergie.policy.readings.flows import find_flow
from synergie.schemas.about import About
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.freshness import Freshness
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.fact import FactKind
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.series import Series, SeriesRecord
from synergie.schemas.trust.agreement import Dataset, Granularity
from synergie.storage.readings.feeds import deposits_by_source
from synergie.storage.store import Store

LIMIT = 200
"""Things of one page."""

_NOUNS: dict[str, tuple[Callable[[Store], Noun[Any, Any]], type[BaseModel]]] = {
    "sites": (Sites, SiteRecord),
    "supply_points": (SupplyPoints, SupplyPointRecord),
    "cabinets": (Cabinets, CabinetRecord),
    "light_points": (LightPoints, LightPointRecord),
}
_FACTS: dict[str, FactKind] = {
    "energies": "period_energy",
    "readings": "interval_reading",
    "indexes": "register_reading",
    "supports": "support",
    "circuits": "circuit",
    "night_profiles": "night_profile",
    "dimming_ranges": "dimming_range",
    "work_orders": "work_order",
    "terms": "supply_terms",
    "invoices": "invoice_line",
    "markets": "market_curve",
}
_AS_FINE = frozenset({"readings", "indexes"})
"""As fine as the curve."""
KINDS: tuple[str, ...] = ("curves", *_NOUNS, *_FACTS)
"""What an export may be of."""

_KIND = "a kind of record that is exported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for."""

    kinds: Sequence[str]
    """Some of KINDS, in the order in which they come."""
    start: datetime
    end: datetime
    series: Sequence[str] = ()
    """Series by the server's identifier. None named: all."""
    agreement: str | None = None
    """Read under this agreement. None: one's own data."""
    granularity: Granularity | None = None
    """None: the finest that is open."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What leaves the store for a file; `clock` gives the time of each decision."""

    store: Store
    caller: Principal
    clock: Callable[[], datetime]

    def records(self, wish: Wish) -> Iterator[Any]:
        """Every record of the wish, kind by kind; memory is bounded by a page.

        NotFound, NotAllowed as the pages are read; BadInput for an unknown kind.
        """
        for kind in wish.kinds:
            if kind == "curves":
                yield from self._curves(wish)
            elif kind in _NOUNS:
                yield from self._nouns(kind, wish.agreement)
            elif kind in _FACTS:
                yield from self._facts(kind, wish)
            else:
                raise BadInput("kind", kind, _KIND)

    def opened(self, kinds: Sequence[str], agreement: str) -> tuple[str, ...]:
        """Those of *kinds* whose dataset an agreement names; indexes and readings at `raw` only.

        NotFound when it is absent or of others; NotAllowed when it names none of them.
        """
        terms = Agreements(self.store).read(self.caller, agreement, now=self.clock()).terms
        fine = terms.granularity == "raw"
        left = tuple(
            kind
            for kind in kinds
            if _find_kind_dataset(self.store, kind) in terms.datasets
            and (fine or kind not in _AS_FINE)
        )
        if not left:
            raise NotAllowed("dataset", agreement)
        return left

    def about(self, wish: Wish, **more: str | None) -> About:
        """Whose data, of which moment, and why they are not newer; *more* as About names it."""
        now = self.clock()
        body = Directory(self.store).read(self.caller, self.caller.organisation, now=now)
        told = {name: value for name, value in more.items() if value is not None}
        seen = list(self._freshness(wish)) if "curves" in wish.kinds else []
        return About.model_validate(
            {
                "title": body.name,
                "publisher": body.name,
                "siren": body.siren,
                "as_of": self._as_of(wish, seen) or now,
                "freshness": _describe_series_freshness(seen),
                "source": self._flows() if wish.agreement is None else None,
                **told,
            }
        )

    def _flows(self) -> str | None:
        """The flows one's own data came by: `HDM, R50, inventaire`."""
        permit = permit_own_data(self.caller, action="read", now=self.clock())
        with self.store.read() as session:
            codes = sorted({find_flow(name).code for name in deposits_by_source(permit, session)})
        return ", ".join(codes)[:200] or None

    def _as_of(self, wish: Wish, seen: Sequence[Freshness]) -> datetime | None:
        """The moment of the newest deposit; of the newest reading, under an agreement."""
        if wish.agreement is not None:
            return max((one.last_reading for one in seen if one.last_reading), default=None)
        received = (one.received_at for one in self._pages(Batches(self.store).page))
        return max(received, default=None)

    def _freshness(self, wish: Wish) -> Iterator[Freshness]:
        for series in self._series(wish.agreement):
            if not wish.series or series.id in wish.series:
                yield series.freshness

    def _series(self, agreement: str | None) -> Iterator[Series]:
        yield from self._pages(SeriesBook(self.store).page, agreement=agreement)

    def _curves(self, wish: Wish) -> Iterator[MeterCurve]:
        known = {series.id: series for series in self._series(wish.agreement)}
        exported = Curves(self.store).export(
            self.caller,
            start=wish.start,
            end=wish.end,
            granularity=wish.granularity,
            agreement=wish.agreement,
            series=wish.series,
            clock=self.clock,
        )
        for curve in exported:
            if (series := known.get(curve.series)) is not None:
                yield build_metered_curve(curve, series)

    def _nouns(self, kind: str, agreement: str | None) -> Iterator[Any]:
        noun, record = _NOUNS[kind]
        for item in self._pages(noun(self.store).page, agreement=agreement):
            yield record.model_validate({n: getattr(item, n) for n in record.model_fields})

    def _facts(self, kind: str, wish: Wish) -> Iterator[Any]:
        page = Facts(self.store).page
        for fact in self._pages(page, _FACTS[kind], agreement=wish.agreement):
            if _is_within_wish(fact.record, wish):
                yield fact.record

    def _pages(self, page: Callable[..., Any], *args: Any, **options: Any) -> Iterator[Any]:
        after: str | None = None
        while True:
            found = page(self.caller, *args, after=after, limit=LIMIT, now=self.clock(), **options)
            yield from found.items
            after = found.next
            if after is None:
                return


def _find_kind_dataset(store: Store, kind: str) -> Dataset | None:
    """The dataset of an agreement that opens *kind*; None: none does."""
    if kind == "curves":
        return "consumption"
    if kind in _FACTS:
        return OPENED.get(_FACTS[kind])
    return _NOUNS[kind][0](store).dataset if kind in _NOUNS else None


def build_metered_curve(curve: Curve, series: Series) -> MeterCurve:
    """The run under its delivery point; days and months of a power are told as energy."""
    told = {name: getattr(series, name) for name in SeriesRecord.model_fields}
    if curve.unit != series.unit:
        told |= {"quantity": "active_energy", "form": "interval_energy", "unit": curve.unit}
    return MeterCurve.model_validate(
        {**told, "start": curve.start, "step": curve.step, "values": curve.values,
         "quality": curve.quality}
    )  # fmt: skip


def _is_within_wish(record: Any, wish: Wish) -> bool:
    """Whether a dated fact touches the time asked for; what has no date is always there."""
    start = getattr(record, "instant", None) or getattr(record, "from_date", None)
    start = start or getattr(record, "start", None)
    end = getattr(record, "to_date", None) or getattr(record, "end", None) or start
    if start is None or end is None or isinstance(start, str):
        return True
    low, high = (_convert_to_moment(end), _convert_to_moment(start))
    return low >= wish.start and high < wish.end


def _convert_to_moment(told: Any) -> datetime:
    if isinstance(told, datetime):
        return told
    return datetime(told.year, told.month, told.day, tzinfo=UTC)


def _describe_series_freshness(seen: Sequence[Freshness]) -> str | None:
    """How many series are up to date; of the latest one, why and who can act. None: no series."""
    if not seen:
        return None
    late = [one for one in seen if one.state != "up_to_date"]
    head = f"{len(seen) - len(late)} séries à jour sur {len(seen)}."
    if not late:
        return head
    first = datetime(1970, 1, 1, tzinfo=UTC)
    worst = min(late, key=lambda one: one.last_reading or first)
    who = f" Qui peut agir : {worst.who_can_act}." if worst.who_can_act else ""
    return f"{head} {worst.reason}.{who}"
