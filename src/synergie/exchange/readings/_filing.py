"""The records of one file, stored batch after batch in their order, each where its kind belongs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from pydantic import BaseModel

from synergie.errors import BadInput, SynergieError
from synergie.exchange._distinct import Distinct, merge_records_by_id, select_distinct_records
from synergie.exchange._noun import Noun
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.publication import Filed, Publication
from synergie.exchange.readings._entry import source_of
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import Principal, permit_own_data
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.fact import FACTS, FactKind
from synergie.schemas.readings.file_report import RefusedLine
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.series import SeriesRecord, Unit
from synergie.storage.assets.owned import SERIES, SUPPLY_POINTS
from synergie.storage.readings.series import find_correctable_series, find_declared_units
from synergie.storage.store import Session, Store

# A curve in the unit of its series: one meter tells kW in one flow and W in another.

_THOUSAND = 3
"""Decimals that a thousandth takes."""


def build_series_record(curve: MeterCurve) -> SeriesRecord:
    """The series of *curve* as it is declared for the first time.

    A series in thousands keeps the unit itself: kW to the watt, so that what another flow tells
    in W is exact in it.
    """
    record = curve.series()
    if record.unit.startswith("k"):
        record = record.model_copy(update={"decimals": max(_THOUSAND, record.decimals)})
    return record


def in_unit(curve: MeterCurve, unit: Unit) -> MeterCurve:
    """*curve* in *unit*, exactly, where the two differ by a thousand; else as it is."""
    if curve.unit == f"k{unit}":
        decimals = max(0, curve.decimals - _THOUSAND)
        values: list[Value] = [
            _multiply_by_thousand(value, curve.decimals) for value in curve.values
        ]
    elif unit == f"k{curve.unit}":
        decimals = curve.decimals + _THOUSAND
        values = [None if one is None else round(one / 1000, decimals) for one in curve.values]
    else:
        return curve
    return curve.model_copy(update={"unit": unit, "decimals": decimals, "values": values})


def _multiply_by_thousand(value: Value, decimals: int) -> Value:
    """A thousand times *value*, which has so many decimals; whole when it is."""
    if value is None:
        return None
    product = round(value * 1000, max(0, decimals - _THOUSAND))
    return int(product) if product == int(product) else product


type Still = Callable[[Session, Principal], None]
"""Says NotAllowed of a caller who may not write any more; in a transaction."""

_CURVES = 32
"""Curves of one transaction."""

_RECORDS = 5_000
"""Records of one batch."""

WAITING_BYTES = 24 << 20
"""Bytes of records that wait, as JSON."""

_FACTS = {model: cast("FactKind", kind) for kind, model in FACTS.items()}

_MERGED: dict[type[BaseModel], type[Noun[Any, Any]]] = {
    SiteRecord: Sites,
    SupplyPointRecord: SupplyPoints,
    CabinetRecord: Cabinets,
}
"""What a file tells of these is laid over what is known: it seldom tells all of a thing."""


class _Group(NamedTuple):
    """Records of one kind, and for facts of one source."""

    kind: type[BaseModel]
    source: str


@dataclass(slots=True)
class Filing:
    """Storing the records of one file; `refused` fills meanwhile with what the store refuses."""

    store: Store
    caller: Principal
    filed: Filed
    tell: Callable[[str], str]
    _: KW_ONLY
    now: datetime
    still: Still = lambda *_: None
    """Says NotAllowed of a caller who may not write any more."""
    weigh: Callable[[], int] = lambda: 0
    """Bytes of the record that came last, as it came."""
    refused: list[RefusedLine] = field(default_factory=list)

    def store_all(self, records: Iterable[BaseModel]) -> Iterator[Receipt]:
        """Store *records* in their order; the receipts. NotAllowed: no more than those before."""
        for group, some in self._grouped(records):
            with self.store.read() as session:
                self.still(session, self.caller)
            for receipt in self._stored(group, some):
                self.refused += [
                    RefusedLine(
                        line=None,
                        column=f"{receipt.kind}{one.where}",
                        value=one.found,
                        reason=self.tell(one.expected),
                        code=one.code,
                    )
                    for one in receipt.refusals
                    if not receipt.replayed
                ]
                yield receipt

    def _stored(self, group: _Group, some: list[BaseModel]) -> Iterator[Receipt]:
        if group.kind is MeterCurve:
            yield from self._curves([one for one in some if isinstance(one, MeterCurve)])
        elif group.kind in _FACTS:
            yield from self._facts(_FACTS[group.kind], group.source, some)
        elif group.kind in _MERGED:
            noun: Any = _MERGED[group.kind]
            yield self._declared(noun(self.store), merge_records_by_id(some), merge=True)
        elif group.kind is LightPointRecord:
            yield self._declared(LightPoints(self.store), select_distinct_records(some))
        else:
            raise BadInput("file", group.kind.__name__, "a kind of record that is stored")

    def _declared(self, noun: Any, found: Distinct, *, merge: bool = False) -> Receipt:
        how = Publication(
            mode="keep",
            refusals=found.refusals,
            repeats=found.repeats,
            filed=self.filed,
            merge=merge,
        )
        receipt: Receipt = noun.publish(self.caller, found.records, how, now=self.now)
        return receipt

    def _facts(self, kind: FactKind, source: str, some: list[BaseModel]) -> Iterator[Receipt]:
        points = {
            key: str(getattr(one, "provenance", "partner"))
            for one in some
            if (key := getattr(one, "supply_point", None)) is not None
        }
        yield from self._declare_points(points)
        filed = Filed(self.filed.deposit, source)
        yield Facts(self.store).publish(self.caller, kind, some, filed, now=self.now)

    def _curves(self, curves: list[MeterCurve]) -> Iterator[Receipt]:
        yield from self._declare_points({one.supply_point: one.provenance for one in curves})
        yield from self._declare_series(curves)
        permit = permit_own_data(self.caller, action="write", now=self.now)
        with self.store.read() as session:
            held = find_declared_units(permit, session, {one.external_id for one in curves})
        series = ((one, *held[one.external_id]) for one in curves)
        sent = [in_unit(one, unit).curve(name) for one, name, unit in series]
        answers = Curves(self.store).deposit(
            self.caller, sent, onces=[None] * len(sent), filed=self.filed, now=self.now
        )
        for answer in answers:
            if isinstance(answer, Receipt):
                yield answer
            else:
                self.refused.append(_build_refused_line(answer, self.tell))

    def _declare_points(self, told: dict[str, str]) -> Iterator[Receipt]:
        """Declare the points that are not there by their number alone."""
        permit = permit_own_data(self.caller, action="write", now=self.now)
        with self.store.read() as session:
            there = SUPPLY_POINTS.load_ids(permit, session, told)
        new = [_build_supply_point(key, told[key]) for key in sorted(told.keys() - there.keys())]
        if new:
            how = Publication(filed=self.filed, merge=True)
            yield SupplyPoints(self.store).publish(self.caller, new, how, now=self.now)

    def _declare_series(self, curves: list[MeterCurve]) -> Iterator[Receipt]:
        """Declare the series that are not there, and those that a file before told otherwise."""
        permit = permit_own_data(self.caller, action="write", now=self.now)
        records = {one.external_id: build_series_record(one) for one in curves}
        with self.store.read() as session:
            there = SERIES.load_ids(permit, session, records)
            wrong = find_correctable_series(permit, session, records.values())
        new = {key: one for key, one in records.items() if key not in there}
        if new or wrong:
            how = Publication(filed=self.filed)
            yield SeriesBook(self.store).publish(
                self.caller, list((wrong | new).values()), how, now=self.now
            )

    def _grouped(self, records: Iterable[BaseModel]) -> Iterator[tuple[_Group, list[BaseModel]]]:
        """The records by kind, in groups of a size that one transaction takes.

        All that waits is stored when it is WAITING_BYTES or more: what is in memory is bounded.
        """
        waiting: dict[_Group, list[BaseModel]] = {}
        size = 0
        for record in records:
            kind = type(record)
            source = source_of(record, self.filed.source) if kind in _FACTS else ""
            group = _Group(kind, source)
            some = waiting.setdefault(group, [])
            some.append(record)
            if len(some) >= (_CURVES if kind is MeterCurve else _RECORDS):
                yield group, waiting.pop(group)
            size += self.weigh()
            if size >= WAITING_BYTES:
                yield from waiting.items()
                waiting, size = {}, 0
        yield from waiting.items()


def _build_supply_point(key: str, provenance: str) -> SupplyPointRecord:
    scheme, code = key.split(":", 1)
    return SupplyPointRecord.model_validate(
        {"scheme": scheme, "code": code, "personal_data": "possible", "provenance": provenance}
    )


def _build_refused_line(error: SynergieError, tell: Callable[[str], str]) -> RefusedLine:
    if isinstance(error, BadInput):
        found, reason = str(error.found)[:80], tell(error.expected)
        return RefusedLine(line=None, column=error.where, value=found, reason=reason)
    return RefusedLine(line=None, column=None, value="", reason=error.tell(tell))
