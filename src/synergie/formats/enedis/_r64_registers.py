"""The registers of one delivery point: each index with its calendar, then what they add up to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node
from synergie.formats._points import parse_exact_number
from synergie.formats.enedis import _codes, _r6x
from synergie.formats.report import Place, Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import Grid, RegisterQuantity, RegisterReading

_QUANTITIES: dict[str, RegisterQuantity] = {
    "EA": "active_energy", "ERI": "reactive_inductive", "ERC": "reactive_capacitive",
    "PMA": "apparent_power_max", "TF": "operating_time",
    "DD": "overrun_time",
}  # fmt: skip
_REACTIVE: dict[str, RegisterQuantity] = {"I": "reactive_inductive", "C": "reactive_capacitive"}
_RESET = frozenset({"apparent_power_max", "overrun_time"})
"""What a meter counts anew for each period."""
_GRIDS: dict[str, Grid] = {"D": "distributor", "F": "supplier"}
_NO_CALENDAR = ("D", "F", "INCONNU")
_MOST = 10**15
_INDEX = "an index of at least 0, a whole number"


@dataclass(frozen=True, slots=True)
class Register:
    """What a file says of one register."""

    told: Node

    @property
    def quantity(self) -> RegisterQuantity | None:
        """What it counts; None for what is no index of ours (overruns: DE, DQ)."""
        code = self.told.text("grandeurPhysique").upper()
        if code == "ER":
            return _REACTIVE.get((self.told.maybe("codeCadran") or "")[-1:].upper())
        return _QUANTITIES.get(code)

    def facts(self, profile: Profile, quantity: RegisterQuantity) -> dict[str, Any]:
        """The parts of a reading that its register decides; BadInput when one is wrong."""
        told = self.told
        code = _codes.parse_prm(told.text("idPrm"), "/idPrm")
        calendar, rank = told.maybe("idCalendrier"), told.maybe("codeCadran")
        grid = self._grid(calendar, rank)
        return {
            "supply_point": f"prm:{code}",
            "quantity": quantity,
            "direction": _r6x.parse_direction(told.text("grandeurMetier"), "/grandeurMetier"),
            "unit": _r6x.parse_unit(told.maybe("unite"), quantity, "/unite", energy=True),
            "grid": grid,
            "calendar": None if calendar in _NO_CALENDAR else calendar,
            "register_class": told.maybe("idClasseTemporelle") or (rank if grid else None),
            "register_rank": rank,
            "provenance": profile.provenance or _codes.derive_provenance(code),
        }

    def _grid(self, calendar: str | None, rank: str | None) -> Grid | None:
        """By the dial (`IDX_EAS_D1`), else by the calendar (`DI000003`), else by the label."""
        dial = (rank or "").rpartition("_")[2][:1]
        known = _GRIDS.get(dial) if rank and rank.startswith("IDX_") else None
        if known is None and calendar is not None and calendar[:2] in ("DI", "FC", "D", "F"):
            known = _GRIDS.get(calendar[:1])
        return known or _r6x.find_grid(
            self.told.maybe("codeGrille"), self.told.maybe("libelleGrille")
        )


@dataclass(slots=True)
class Registers:
    """The indexes of one delivery point as they come by."""

    source: str
    """Name of the format."""
    profile: Profile
    report: Report
    known: dict[str, RegisterReading] = field(default_factory=dict)
    """By business key."""

    def read(
        self, register: Register, place: Place, values: Sequence[tuple[str, object]]
    ) -> Iterator[RegisterReading]:
        """The indexes of one register: (pointer within *place*, value) pairs."""
        places = [f"{place}{inner}" if isinstance(place, str) else place for inner, _ in values]
        try:
            quantity = register.quantity
            facts = None if quantity is None else register.facts(self.profile, quantity)
        except BadInput as fault:
            for one in places:
                self.report.refuse(one, fault)
            return
        if facts is None:
            code = register.told.maybe("grandeurPhysique")
            self.report.find(checks.SERIES_NOT_READ, code, place=_get_first_place(places))
            return
        if not values:
            self.report.find(checks.SERIES_EMPTY, register.told.maybe("grandeurPhysique"))
        facts["source"] = self.source
        yield from self._readings(register, facts, values, places)

    def _readings(
        self,
        register: Register,
        facts: dict[str, Any],
        values: Sequence[tuple[str, object]],
        places: Sequence[Place],
    ) -> Iterator[RegisterReading]:
        times, kept = list[datetime](), list[int]()
        nodes = list[Node]()
        for i, (_, value) in enumerate(values):
            try:
                node = Node.of(value)
                times.append(_r6x.time(node.text("d"), "/d"))
            except BadInput as fault:
                self.report.refuse(places[i], fault)
                continue
            kept.append(i)
            nodes.append(node)
        at = [places[i] for i in kept]
        moments = _r6x.resolve_instants(times, at, self.profile.time_zone, self.report)
        for moment, node, place in zip(moments, nodes, at, strict=True):
            if moment is None:
                continue
            try:
                reading = _build_index_reading(
                    register, facts, datetime.fromtimestamp(moment, UTC), node
                )
            except BadInput as fault:
                self.report.refuse(place, fault)
            else:
                yield from self._once(reading, place)

    def _once(self, reading: RegisterReading, place: Place) -> Iterator[RegisterReading]:
        first = self.known.setdefault(reading.external_id, reading)
        if first is reading:
            self.report.kept += 1
            yield reading
        elif first.value == reading.value:
            self.report.duplicates += 1
        else:
            fault = BadInput(
                "/v",
                reading.value,
                "the index already given for this time, or another time",
                checks.CONFLICTING_DUPLICATE.code,
            )
            self.report.refuse(place, fault)

    def check(self) -> None:
        """Whether the distributor's classes add up to the total, and no register goes down."""
        series = defaultdict[str, list[RegisterReading]](list)
        for key, reading in self.known.items():
            series[key.rpartition("/")[0]].append(reading)
        for some in series.values():
            some.sort(key=lambda one: one.instant)
            for before, after in pairwise(some):
                if after.value < before.value and after.quantity not in _RESET:
                    self.report.find(checks.REGISTER_DECREASING, before.value, after.value)
        for classes, total in self._sums():
            if classes != total:
                self.report.find(checks.CLASS_SUM, classes, total)

    def _sums(self) -> Iterator[tuple[Decimal, Decimal]]:
        """The classes of the one calendar of the distributor, and the total, at each moment."""
        totals = dict[tuple[object, ...], Decimal]()
        sums = defaultdict[tuple[object, ...], dict[str | None, Decimal]](dict)
        for one in self.known.values():
            key: tuple[object, ...] = (one.direction, one.unit, one.instant)
            if one.quantity != "active_energy":
                continue
            if one.grid is None and one.register_class is None:
                totals[key] = one.value
            elif one.grid == "distributor":
                known = sums[key]
                known[one.calendar] = known.get(one.calendar, Decimal(0)) + one.value
        for key, total in totals.items():
            if len(sums[key]) == 1:
                yield next(iter(sums[key].values())), total


def _get_first_place(places: Sequence[Place]) -> Place:
    return places[0] if places else None


def _build_index_reading(
    register: Register, facts: dict[str, Any], moment: datetime, node: Node
) -> RegisterReading:
    text = node.text("v")
    value = parse_exact_number(text, "/v", _INDEX, most=_MOST)
    if value < 0:
        raise BadInput("/v", text, _INDEX)
    likelihood = node.maybe("iv")
    names = ("etapeMetier", "contexteReleve", "typeReleve", "motifReleve")
    codes = [code for name in names if (code := register.told.maybe(name))]
    if likelihood is not None:
        codes.append(f"iv={likelihood}")
    try:
        return RegisterReading(
            **facts,
            instant=moment,
            value=Decimal(value),
            quality="measured" if likelihood in (None, "0") else "suspect",
            source_quality=" ".join(codes)[:200] or None,
        )
    except ValidationError as error:
        raise faults(error)[0] from error
