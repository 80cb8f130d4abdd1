"""A power far above what is subscribed is kept, marked and told."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from synergie.formats import Report
from synergie.formats.plausible import mark_suspect_powers
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.quality import QualityRun

POINT = "prm:99000000000017"


def curve(values: list[Value], **changes: object) -> MeterCurve:
    told = {
        "supply_point": POINT, "quantity": "active_power", "form": "mean_power",
        "direction": "import", "unit": "W", "start": datetime(2026, 6, 1, tzinfo=UTC),
        "step": "PT30M", "values": values, "provenance": "synthetic",
    }  # fmt: skip
    return MeterCurve.model_validate(told | changes)


def once(given: MeterCurve, kva: str | None) -> tuple[MeterCurve, Report]:
    report = Report()
    power = None if kva is None else Decimal(kva)
    (told,) = mark_suspect_powers([given], lambda _: power, report)
    assert isinstance(told, MeterCurve)
    return told, report


def test_values_above_one_and_a_half_times_are_suspect_and_stay() -> None:
    told, report = once(curve([9000, 9001, None, 20_000, 10]), "6")
    assert told.values == [9000, 9001, None, 20_000, 10]
    assert told.quality == (
        QualityRun(n=1, quality="measured"),
        QualityRun(n=1, quality="suspect"),
        QualityRun(n=1, quality="missing"),
        QualityRun(n=1, quality="suspect"),
        QualityRun(n=1, quality="measured"),
    )
    (found,) = report.findings.values()
    assert (found.times, found.first, found.args) == (2, POINT, ("20000 W", "6 kVA"))


def test_the_other_qualities_stay_as_they_were() -> None:
    runs = (QualityRun(n=2, quality="corrected"), QualityRun(n=1, quality="estimated"))
    told, _ = once(curve([10, 50_000, 5], quality=runs), "6")
    assert [(run.n, run.quality) for run in told.quality or ()] == [
        (1, "corrected"), (1, "suspect"), (1, "estimated"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kva"),
    [
        (curve([10_000]), "36"),
        (curve([50_000]), None),
        (curve([50_000], direction="export"), "6"),
        (curve([50], unit="kW"), "36"),
        (curve([50_000], quantity="active_energy", form="interval_energy", unit="Wh"), "6"),
    ],
    ids=["below", "not known", "fed in", "in kW", "energy"],
)
def test_what_is_plausible_or_not_known_is_not_touched(given: MeterCurve, kva: str | None) -> None:
    told, report = once(given, kva)
    assert told == given
    assert not report.findings
