"""Energies in files of a known form go by the rules of any table: what any would stop, these do."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from itertools import accumulate

import pytest

from synergie.formats.check import check
from synergie.formats.lighting.monthly_csv import COLUMNS
from synergie.schemas.readings.file_report import FileReport
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.formats.frames.made import written

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
KWH = [Decimal(one) for one in (1310, 1270, 1105, 930, 760, 610, 650, 720, 905, 1080, 1215, 1330)]

type Months = Sequence[PeriodEnergy]
type Form = Callable[[Months], bytes]


def month(name: str, n: int, kwh: Decimal, **more: object) -> PeriodEnergy:
    """The energy of a month of 2025, or of the next year."""
    year, after = 2025 + (n - 1) // 12, 2025 + n // 12
    return PeriodEnergy.model_validate(
        {
            "name": name,
            "from_date": date(year, (n - 1) % 12 + 1, 1),
            "to_date": date(after, n % 12 + 1, 1),
            "energy_kwh": kwh,
            "provenance": "synthetic",
            **more,
        }
    )


def year_of(name: str, kwh: Sequence[Decimal] = KWH) -> list[PeriodEnergy]:
    return [month(name, n, one) for n, one in enumerate(kwh, start=1)]


def of_streets(months: Months) -> bytes:
    """As French open data publishes the energy of streets."""
    rows = [
        ("R", "D", "Ville", "54000", o.name, str(o.from_date), f"{o.energy_kwh:f}", "", "")
        for o in months
    ]
    return "\n".join(",".join(row) for row in (COLUMNS, *rows)).encode()


FORMS: dict[str, Form] = {
    "lighting-consumption-csv": of_streets,
    "monthly-csv": partial(written, name="monthly-csv"),
    "monthly-csv-fr": partial(written, name="monthly-csv-fr"),
    "workbook": partial(written, name="workbook"),
    "parquet": partial(written, name="parquet"),
    "arrow": partial(written, name="arrow"),
}


def report_of(months: Months, form: str) -> FileReport:
    told = check(FORMS[form](months), now=NOW)
    assert told.format == form
    return told


def blocks(months: Months, form: str) -> set[str]:
    return {one.code for one in report_of(months, form).blocks}


@pytest.mark.parametrize("form", FORMS)
def test_energies_as_they_should_be_are_kept_whole(form: str) -> None:
    told = report_of([*year_of("RUE HAUTE"), *year_of("RUE BASSE", KWH[::-1])], form)
    assert (told.records, told.rejected, told.totals) == (24, 0, 0)
    assert told.blocks == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("kwh", "code"),
    [
        ([one / 1000 for one in KWH], "energy-under-usual"),
        ([one * 1000 for one in KWH], "energy-over-usual"),
        (list(accumulate(KWH)), "energy-never-falls"),
        ([Decimal(0)] * 12, "all-zero"),
    ],
    ids=["MWh", "Wh", "running sum", "not computed"],
)
def test_energies_of_another_unit_or_kind_stop(form: str, kwh: list[Decimal], code: str) -> None:
    assert code in blocks(year_of("RUE HAUTE", kwh), form)


@pytest.mark.parametrize("form", FORMS)
def test_months_to_come_and_two_energies_of_a_month_stop(form: str) -> None:
    later = month("RUE HAUTE", 24, Decimal(900))
    assert blocks([*year_of("RUE HAUTE"), later], form) == {"in-future"}
    other = month("RUE HAUTE", 12, Decimal(1331))
    assert blocks([*year_of("RUE HAUTE"), other], form) == {"two-values"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("apart", [0, 7])
def test_a_total_is_no_point_whether_it_adds_up_or_not(form: str, apart: int) -> None:
    parts = [*year_of("RUE HAUTE"), *year_of("RUE BASSE", KWH[::-1])]
    sums = [a + b + apart for a, b in zip(KWH, KWH[::-1], strict=True)]
    told = report_of([*parts, *year_of("TOTAL", sums)], form)
    assert (told.records, told.totals) == (24, 12)
    without_a_word = report_of([*parts, *year_of("Ville", sums)], form)
    if not apart:
        assert (without_a_word.records, without_a_word.totals) == (24, 12)


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"lighting-consumption-csv"}))
def test_a_bill_over_half_of_another_and_classes_apart_from_their_total_stop(form: str) -> None:
    over = month(
        "RUE HAUTE", 3, Decimal(800), from_date=date(2025, 2, 14), to_date=date(2025, 3, 14)
    )
    assert blocks([*year_of("RUE HAUTE"), over], form) == {"periods-overlap"}
    total = month("MAIRIE", 1, Decimal(1000))
    classes = [month("MAIRIE", 1, Decimal(one), tariff_class=name)
               for name, one in (("HP", 700), ("HC", 300))]  # fmt: skip
    assert blocks([total, *classes], form) == set()
    assert blocks([total, classes[0]], form) == {"total-differs"}


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"lighting-consumption-csv"}))
def test_what_the_store_gives_out_is_read_back_whole(form: str) -> None:
    months = year_of("RUE HAUTE", [*KWH[:4], *[Decimal(0)] * 3, *KWH[7:]])
    whole = month("RUE HAUTE", 1, sum((o.energy_kwh or Decimal(0) for o in months), Decimal(0)),
                  to_date=date(2026, 1, 1))  # fmt: skip
    grids = [month("RUE BASSE", 1, Decimal(1000), tariff_class="HP", grid=grid)
             for grid in ("distributor", "supplier")]  # fmt: skip
    told = report_of([*months, whole, *grids], form)
    assert (told.records, told.totals, told.blocks) == (15, 0, ())


def test_a_year_of_sites_to_declare_goes_by_the_same_rules() -> None:
    head = ("efa_reference;siret;insee_code;site;site_name;floor_area_m2;category;energy;year;"
            "energy_kwh;days_covered;complete;supply_points;provenance\n")  # fmt: skip

    def found(*kwh: str) -> set[str]:
        rows = "".join(
            f";;;;École;;;electricity;{2018 + n};{one};365;oui;1;partner\n"
            for n, one in enumerate(kwh)
        )
        report = check((head + rows).encode(), now=NOW)
        assert report.format == "operat-preparation"
        return {one.code for one in report.blocks}

    assert found("21000", "20500", "22010") == set()
    assert found("21,125", "20,575", "22,010") == {"energy-under-usual"}
    assert found("21000000", "20500000", "22010000") == {"energy-over-usual"}
