"""What each export writes of a whole organisation of the demonstration, its own reader reads back.

The curves come as the store gives them out: in parts that begin and end at any hour of a day.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import batched

import pytest

from synergie import formats
from synergie.cli.trust.export import _HELD, _list_export_formats
from synergie.errors import BadInput
from synergie.formats.format import Record
from synergie.samples.communes import EPCI
from synergie.samples.curves import YearCurve, year_curves
from synergie.samples.territory import territory
from synergie.schemas.about import About
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

PROFILE = Profile(about=About(title="Export", address="https://donnees.example", publisher="CC"))
PART = 3_011
"""Values of one part of a curve: 62 days and 17 hours of half-hours, ended within a day."""
POINTS = 3
NOT_READ = frozenset({"dcat-ap"})
"""A catalogue tells of files and holds no record."""
WITHOUT_CABINETS = frozenset({"eclext", "talq"})
"""Norms in which a light does not name its cabinet."""
RENUMBERED = frozenset({"darkskylab-csv"})
"""Numbers its lights itself, and tells no power that we hold."""
SUMMED = frozenset({"operat-preparation"})
NOTHING_HELD = frozenset({"template-circuits", "template-supports", "template-work-orders"})
"""What the demonstration has none of."""

type Facts = Mapping[str, object]


@cache
def held() -> Mapping[str, tuple[Record, ...]]:
    """What the community of the demonstration holds, by the kinds that the command asks for."""
    whole = territory(fast=True)
    mine = whole.holding(EPCI)
    curves = [one for _, one in zip(range(POINTS), year_curves(whole, EPCI), strict=False)]
    return {
        "sites": mine.sites,
        "supply_points": mine.supply_points,
        "cabinets": mine.cabinets,
        "light_points": mine.light_points,
        "curves": tuple(part for one in curves for part in parts(one)),
        "energies": tuple(energies(mine.supply_points)),
    }


def parts(one: YearCurve) -> Iterator[MeterCurve]:
    """A curve of a year in parts, each begun where the one before ends."""
    step = {"PT30M": 1800, "PT10M": 600}[one.step]
    for at, values in enumerate(batched(one.values, PART)):
        yield MeterCurve.model_validate(
            {
                "supply_point": one.supply_point,
                "quantity": "active_power",
                "form": "mean_power",
                "direction": "import",
                "unit": "W",
                "start": one.start + timedelta(seconds=step * PART * at),
                "step": one.step,
                "values": list(values),
                "provenance": "synthetic",
            }
        )


def energies(points: Iterable[SupplyPointRecord]) -> Iterator[PeriodEnergy]:
    """Twelve months of each point."""
    for n, point in enumerate(points):
        for month in range(1, 13):
            end = (2026, 1) if month == 12 else (2025, month + 1)
            yield PeriodEnergy.model_validate(
                {
                    "name": point.external_id.partition(":")[2],
                    "supply_point": point.external_id,
                    "from_date": f"2025-{month:02d}-01",
                    "to_date": f"{end[0]}-{end[1]:02d}-01",
                    "energy_kwh": Decimal(1000 + 10 * n + month),
                    "provenance": "synthetic",
                }
            )


def facts(records: Iterable[Record]) -> Facts:
    """The figures of the records: each step, month, light and identifier, whatever their form."""
    steps = dict[tuple[str, datetime], Decimal]()
    told = dict[str, object]()
    for one in records:
        match one:
            case MeterCurve():
                steps |= _steps(one)
            case PeriodEnergy():
                told[f"{one.supply_point or one.name} {one.from_date}"] = one.energy_kwh
            case LightPointRecord():
                told[f"light {one.external_id}"] = (one.power_w, one.cabinet)
            case SiteRecord() | SupplyPointRecord():
                told[f"{type(one).__name__} {one.external_id}"] = True
            case CabinetRecord():
                told[f"cabinet {one.external_id}"] = True
            case _:
                told[f"another record: {type(one).__name__}"] = one
    return {"steps": steps, **told}


def without_cabinets(told: Facts) -> Facts:
    """The same, each light with its power alone."""
    return {name: one[0] if isinstance(one, tuple) else one for name, one in told.items()}


def _steps(one: MeterCurve) -> dict[tuple[str, datetime], Decimal]:
    """Watt-hours of each step that has a value."""
    assert one.step_s is not None
    length, thousand = timedelta(seconds=one.step_s), 1000 if one.unit.startswith("k") else 1
    hours = Decimal(one.step_s) / 3600 if one.form == "mean_power" else Decimal(1)
    return {
        (one.supply_point, one.start + n * length): Decimal(str(value)) * thousand * hours
        for n, value in enumerate(one.values)
        if value is not None
    }


def kinds(form: str) -> tuple[str, ...]:
    """What the command puts into a file of that format, of what is held."""
    return tuple(kind for kind in _HELD.get(form, ("curves",)) if kind in held())


def records(form: str) -> Iterator[Record]:
    for kind in kinds(form):
        yield from held()[kind]


def written(form: str) -> bytes:
    sink = io.BytesIO()
    formats.write(records(form), sink, format=form, profile=PROFILE)
    return sink.getvalue()


FORMS = sorted(_list_export_formats().keys() - NOT_READ - NOTHING_HELD)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_read_back_whole(form: str) -> None:
    data = written(form)
    with formats.read(data) as result:
        back = facts(result.records)
        assert result.format == form
    assert (result.report.refusals, result.report.duplicates) == (0, 0)
    if form in SUMMED:
        assert sum(value for value in back.values() if isinstance(value, Decimal)) == sum(
            one.energy_kwh or 0 for one in held()["energies"] if isinstance(one, PeriodEnergy)
        )
        return
    sent = facts(records(form))
    if form in RENUMBERED:
        assert len(back) == len(sent)
        return
    if form in WITHOUT_CABINETS:
        back, sent = without_cabinets(back), without_cabinets(sent)
    bare = {name for name in back if name.startswith("cabinet ")} - sent.keys()
    assert {name: told for name, told in back.items() if name not in bare} == sent


def test_every_kind_that_is_held_is_in_some_export() -> None:
    assert {kind for form in FORMS for kind in kinds(form)} == held().keys()


def test_a_preparation_without_one_energy_is_refused() -> None:
    with pytest.raises(BadInput, match="no energy of a period"):
        formats.write(held()["sites"], io.BytesIO(), format="operat-preparation")


def test_a_catalogue_tells_periods_as_dcat_does() -> None:
    told = json.loads(written("dcat-ap"))
    periods = [one["dct:temporal"] for one in told["dcat:dataset"] if "dct:temporal" in one]
    assert {one["@type"] for one in periods} == {"dct:PeriodOfTime"}
    assert {
        (one["dcat:startDate"]["@value"], one["dcat:endDate"]["@value"]) for one in periods
    } == {("2025-01-01", "2025-12-31")}
