"""Text tables read through a profile: dialects, identifiers, totals, layouts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from synergie.calendar import day_bounds
from synergie.errors import BadInput
from synergie.formats.tables._texts import separator_in
from synergie.formats.tables.propose import Unconfirmed
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.tables.made import (
    BILLS,
    HOURS,
    PARIS,
    as_proposed,
    column,
    hours,
    profile,
    records,
)

BILL = profile(
    "periods",
    column("PRM", "supply_point"),
    column("Nom du site", "name"),
    column("Du", "from_date"),
    column("Au", "to_date"),
    column("Consommation (kWh)", "value", unit="kWh"),
    column("Montant HT", "cost_ht"),
    last_day="included",
)
ONE = profile("periods", column("PRM", "supply_point"), column("Mois", "month"),
              column("kWh", "value", unit="kWh"))  # fmt: skip


def bill(*rows: str, head: str = "PRM;Mois;kWh") -> str:
    """A table of months of points."""
    return "\n".join([head, *rows]) + "\n"


def kwh(text: str, told: Profile = ONE) -> Decimal | None:
    """The energy that one cell is read as; BadInput when it is refused."""
    found, report = records(bill(f"99000000000017;2026-01;{text}"), told)
    if report.refused:
        raise report.refused[0].fault
    (one,) = found
    assert isinstance(one, PeriodEnergy)
    return one.energy_kwh


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (BILLS.encode("cp1252"), "read as Windows-1252"),
        (BILLS.encode(), None),
        (b"\xef\xbb\xbf" + BILLS.encode(), None),
        (BILLS.encode("utf-16"), "UTF-16"),
        (BILLS.replace(";", "\t").encode(), None),
        (BILLS.replace(";", "|").encode(), None),
        (BILLS.replace("\u00a0", "\u202f").encode(), None),
    ],
    ids=["cp1252", "utf-8", "bom", "utf-16", "tab", "pipe", "narrow space"],
)
def test_the_same_bills_are_read_in_every_dialect(data: bytes, note: str | None) -> None:
    found, report = records(data, BILL)
    bills = [one for one in found if isinstance(one, PeriodEnergy)]
    assert [one.energy_kwh for one in bills] == [
        Decimal("1234.5"), Decimal(1100), Decimal("2345.75"),
    ]  # fmt: skip
    assert (bills[0].from_date, bills[0].to_date) == (date(2026, 1, 1), date(2026, 2, 1))
    assert (bills[1].to_date, bills[2].to_date) == (date(2026, 3, 1), date(2026, 2, 1))
    assert (bills[0].cost_eur, bills[0].vat_included) == (Decimal("185.18"), False)
    assert bills[2].name == "Éclairage, armoire 3"
    assert (report.kept, report.refusals, report.duplicates) == (3, 0, 0)
    assert report.findings["total-row"].times == 1
    assert note is None or any(note in told for told in report.tell(str))


def test_a_comma_table_with_dots_is_read_too() -> None:
    data = 'PRM,Du,Au,kWh\n99000000000017,2026-01-01,2026-02-01,"1,234.5"\n'
    told = profile(
        "periods",
        column("PRM", "supply_point"),
        column("Du", "from_date"),
        column("Au", "to_date"),
        column("kWh", "value", unit="kWh"),
        decimal=".",
        thousands=",",
        last_day="excluded",
    )
    ((one,), _) = records(data, told)
    assert isinstance(one, PeriodEnergy)
    assert (one.energy_kwh, one.to_date) == (Decimal("1234.5"), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,5", "1234.5"),
        ("1\u202f234\u202f567,5", "1234567.5"),
        ("12,50 kWh", "12.5"),
        ("\u221212", "-12"),
        ("+5", "5"),
        ("0", "0"),
        ("0,028999999999999998", "0.029"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: str) -> None:
    assert kwh(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "1.234", "1.5", "1,2,3", "1 23,5", "12 m3", "12 €", "12 %", "1e3", "1E+13", "0x1F",
        "1_000", "NaN", "inf", "#DIV/0!", "=A1*B1", "soixante", "9" * 16, "1 000 000 000 001",
        "٣", "--5",
    ],
)  # fmt: skip
def test_what_is_no_number_of_this_table_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        kwh(text)


def test_a_cell_in_another_unit_than_its_column_is_to_be_corrected() -> None:
    with pytest.raises(BadInput) as refused:
        kwh("70W ")
    assert (refused.value.found, refused.value.check) == ("70W ", "bad-cell")


@pytest.mark.parametrize("text", ["", " ", "-", "NC", "ND", "N/A"])
def test_a_blank_is_unknown_and_never_zero(text: str) -> None:
    assert kwh(text) is None


def test_thousands_by_dots_only_where_the_profile_says_so() -> None:
    dotted = Profile(table=ONE.table.model_copy(update={"thousands": "."}) if ONE.table else None)
    assert kwh("1.234,5", dotted) == Decimal("1234.5")
    with pytest.raises(BadInput):
        kwh("1 234,5", dotted)


def test_more_than_six_decimals_are_cut_and_said() -> None:
    found, report = records(bill("99000000000017;2026-01;1,23456789"), ONE)
    assert [getattr(one, "energy_kwh", None) for one in found] == [Decimal("1.234568")]
    assert any("6 decimals" in told for told in report.tell(str))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("9900000000017", "zero in front is lost"),
        ("9,9E+13", "set to Text"),
        ("99000000000017.0", "set to Text"),
        ("990000000000177", "14 digits"),
        ("PRM123", "14 digits"),
    ],
)
def test_a_damaged_identifier_is_refused_with_its_remedy(code: str, said: str) -> None:
    found, report = records(bill(f"{code};2026-01;5"), ONE)
    assert not found
    (refused,) = report.refused
    assert refused.fault.check == "bad-identifier"
    assert said in refused.fault.expected
    assert (refused.line, refused.column) == (2, "PRM")


@pytest.mark.parametrize(
    "code", ["09900000000001", "'09900000000001", '"=""09900000000001"""', "09 900 000 000 001"]
)
def test_an_identifier_keeps_its_zeros_however_it_is_guarded(code: str) -> None:
    ((one,), _) = records(bill(f"{code};2026-01;5"), ONE)
    assert getattr(one, "supply_point", None) == "prm:09900000000001"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("janv-25", 1), ("Février 2025", 2), ("mars-25", 3), ("04/2025", 4), ("2025-05", 5),
        ("juin 2025", 6), ("202507", 7), ("01/08/2025", 8), ("2025-09-01", 9), ("oct. 2025", 10),
        ("Nov 2025", 11), ("déc-25", 12), ("45992", 12),
    ],
)  # fmt: skip
def test_a_month_is_read_in_all_its_forms(text: str, month: int) -> None:
    ((one,), _) = records(bill(f"99000000000017;{text};5"), ONE)
    assert isinstance(one, PeriodEnergy)
    assert one.from_date == date(2025, month, 1)


@pytest.mark.parametrize("text", ["", "13/2025", "02/01/2025", "hier", "2025"])
def test_what_is_no_month_is_refused(text: str) -> None:
    found, report = records(bill(f"99000000000017;{text};5"), ONE)
    assert (found, report.refusals) == ([], 1)


# Totals


@pytest.mark.parametrize(
    "label", ["TOTAL", "Total général", "Sous-total école", "Totaux", "Total kWh :", "Cumul"]
)
def test_a_row_of_totals_is_passed_over_and_said(label: str) -> None:
    rows = ["99000000000017;2026-01;5", "99000000000024;2026-01;7", f"{label};;12"]
    found, report = records(bill(*rows), ONE)
    assert (len(found), report.kept, report.refusals) == (2, 2, 0)
    assert report.findings["total-row"].first == 4
    assert "summary-differs" not in report.findings


def test_a_total_that_is_not_the_sum_is_told() -> None:
    rows = ["99000000000017;2026-01;5", "99000000000024;2026-01;7", "TOTAL;;99"]
    _, report = records(bill(*rows), ONE)
    told = report.findings["total-differs"]
    assert (told.check.severity, told.args) == ("block", ("TOTAL", "12", "99"))


def test_a_sum_without_a_word_is_a_total_and_another_nameless_row_is_refused() -> None:
    rows = ["99000000000017;2026-01;5", "99000000000024;2026-01;7", ";;12", ";2026-02;3"]
    found, report = records(bill(*rows), ONE)
    assert (len(found), report.kept) == (2, 2)
    assert report.findings["total-row"].first == 4
    assert [refused.line for refused in report.refused] == [5]


def test_subtotals_are_each_the_sum_since_the_one_before() -> None:
    rows = [
        "99000000000017;2026-01;5", "Sous-total;;5",
        "99000000000024;2026-01;7", "Sous-total;;7", "TOTAL;;12",
    ]  # fmt: skip
    found, report = records(bill(*rows), ONE)
    assert (len(found), report.findings["total-row"].times) == (2, 3)
    assert "summary-differs" not in report.findings


def test_a_site_called_total_with_its_number_is_no_total() -> None:
    told = profile("periods", column("PRM", "supply_point"), column("Site", "name"),
                   column("Mois", "month"), column("kWh", "value", unit="kWh"))  # fmt: skip
    data = bill("99000000000017;Total Access;2026-01;5", head="PRM;Site;Mois;kWh")
    found, report = records(data, told)
    assert (len(found), "total-row" in report.findings) == (1, False)


def test_rows_in_are_rows_kept_refused_and_repeated() -> None:
    rows = [
        "99000000000017;2026-01;5", "99000000000017;2026-01;5", "99000000000017;2026-01;6",
        "99000000000017;2026-02", "99000000000017;2026-03;7;8", ";;;", "", "TOTAL;;24",
    ]  # fmt: skip
    found, report = records(bill(*rows), ONE)
    assert (len(found), report.kept, report.duplicates, report.refusals) == (1, 1, 1, 3)
    assert report.refused[0].fault.check == "conflicting-duplicate"


# Layouts


def test_classes_and_their_total_are_told_apart_and_compared() -> None:
    data = (
        "PRM;Mois;HPH (kWh);HCH (kWh);Total (kWh);Montant TTC\n"
        "99000000000017;2026-01;10;20;30;6,00\n"
        "99000000000017;2026-02;10;20;45;6,00\n"
    )
    told = profile(
        "periods",
        column("PRM", "supply_point"),
        column("Mois", "month"),
        column("HPH (kWh)", "value", unit="kWh", tariff_class="HPH"),
        column("HCH (kWh)", "value", unit="kWh", tariff_class="HCH"),
        column("Total (kWh)", "value", unit="kWh"),
        column("Montant TTC", "cost_ttc"),
    )
    found, report = records(data, told)
    energies = [one for one in found if isinstance(one, PeriodEnergy)]
    first = [(one.tariff_class, one.energy_kwh, one.cost_eur) for one in energies[:3]]
    ten, twenty, thirty, six = map(Decimal, (10, 20, 30, 6))
    assert first == [("HPH", ten, None), ("HCH", twenty, None), (None, thirty, six)]
    assert energies[2].vat_included is True
    told_apart = report.findings["total-differs"]
    assert (told_apart.check.severity, told_apart.args[1:]) == ("block", ("30", "45"))


def test_a_class_may_be_told_by_a_column_and_mwh_become_kwh() -> None:
    data = "PRM;Mois;Poste;Quantité;Unité\n99000000000017;2026-01;Heures creuses;1,5;MWh\n"
    told = profile(
        "periods",
        column("PRM", "supply_point"),
        column("Mois", "month"),
        column("Poste", "tariff_class"),
        column("Quantité", "value"),
        column("Unité", "unit"),
    )
    ((one,), _) = records(data, told)
    assert isinstance(one, PeriodEnergy)
    assert (one.tariff_class, one.energy_kwh) == ("HC", Decimal(1500))


def test_a_table_of_months_skips_the_blank_ones() -> None:
    data = "Site;janv-25;févr-25;mars-25;Total\nMairie;10;;30;40\nÉcole;1;2;3;6\nTotal;11;2;33;46\n"
    told = profile("wide_months", column("Site", "name"), unit="MWh")
    found, report = records(data, told)
    energies = [one for one in found if isinstance(one, PeriodEnergy)]
    assert [(one.name, one.from_date.month, int(one.energy_kwh or 0)) for one in energies] == [
        ("Mairie", 1, 10_000), ("Mairie", 3, 30_000),
        ("École", 1, 1000), ("École", 2, 2000), ("École", 3, 3000),
    ]  # fmt: skip
    assert (report.kept, report.findings["total-row"].times) == (2, 1)


def test_a_regularisation_may_be_negative_and_estimates_are_told() -> None:
    data = "PRM;Mois;kWh;Nature\n99000000000017;2026-01;-5;Régularisation\n99000000000017;2026-02;5;Estimé\n"  # noqa: E501 (a table)
    told = profile("periods", column("PRM", "supply_point"), column("Mois", "month"),
                   column("kWh", "value", unit="kWh"), column("Nature", "nature"))  # fmt: skip
    found, report = records(data, told)
    assert [(getattr(o, "energy_kwh", 0), getattr(o, "quality", "")) for o in found] == [
        (-5, "corrected"), (5, "estimated"),
    ]  # fmt: skip
    assert report.findings["estimated"].times == 1


@pytest.mark.parametrize(
    ("day", "n"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 10), 24)]
)
def test_a_curve_is_whole_on_the_days_of_the_clock_change(day: date, n: int) -> None:
    found, report = records(hours(day), HOURS)
    (run,) = found
    assert isinstance(run, MeterCurve)
    assert (run.step, run.unit, len(run.values)) == ("PT1H", "kW", n)
    assert (run.start, run.end) == day_bounds(day, PARIS)
    assert (report.kept, report.refusals) == (n, 0)


def test_the_side_that_stamps_mark_moves_the_curve_by_its_step() -> None:
    start = records(hours(date(2026, 6, 10)), as_stamped("start"))[0][0]
    end = records(hours(date(2026, 6, 10)), as_stamped("end"))[0][0]
    assert isinstance(start, MeterCurve)
    assert isinstance(end, MeterCurve)
    assert (start.start - end.start).total_seconds() == 3600
    with pytest.raises(BadInput) as caught:
        records(hours(date(2026, 6, 10)), as_stamped(None))
    assert caught.value.check == "stamp-side-unknown"


def as_stamped(side: str | None, **more: str) -> Profile:
    """How `hours` is read, with that side."""
    return profile("curve", column("PRM", "supply_point"), column("Début", "datetime"),
                   column("Puissance (kW)", "value", unit="kW"), stamp=side, **more)  # fmt: skip


def test_the_hour_that_comes_twice_is_refused_when_the_profile_says_so() -> None:
    found, report = records(hours(date(2026, 10, 25)), as_stamped("start", fold="refuse"))
    assert report.kept == 23
    assert [one.fault.check for one in report.refused] == ["label-ambiguous"] * 2
    assert isinstance(found[0], MeterCurve)


def test_points_of_several_meters_may_be_mixed_and_hours_run_to_24() -> None:
    head = "PRM;Date;Heure;kWh\n"
    rows = "".join(
        f"{prm};10/06/2026;{hour:02}:00;{hour}\n"
        for hour in range(1, 25)
        for prm in ("99000000000017", "99000000000024")
    )
    found, _ = as_proposed(head + rows, stamp="end", direction="import")
    assert [(one.supply_point, sum(v or 0 for v in one.values)) for one in found
            if isinstance(one, MeterCurve)] == [
        ("prm:99000000000017", 300), ("prm:99000000000024", 300),
    ]  # fmt: skip


def test_a_value_a_day_is_a_curve_of_civil_days() -> None:
    rows = "".join(f"99000000000017;{day:02}/03/2026;{day}\n" for day in range(27, 32))
    found, report = as_proposed("PRM;Jour;Consommation kWh\n" + rows)
    (run,) = found
    assert isinstance(run, MeterCurve)
    assert (run.step, run.values, report.kept) == ("P1D", [27, 28, 29, 30, 31], 5)


def test_a_curve_in_mwh_is_kept_in_kwh() -> None:
    data = "PRM;Début;Consommation (MWh)\n" + "".join(
        f"99000000000017;10/06/2026 {hour:02}:00;0,5\n" for hour in range(24)
    )
    ((run,), _) = as_proposed(data)
    assert isinstance(run, MeterCurve)
    assert (run.unit, run.values[:2], run.form) == ("kWh", [500, 500], "interval_energy")


def test_a_row_without_number_or_name_is_refused() -> None:
    told = profile("periods", column("PRM", "supply_point"), column("Site", "name"),
                   column("Mois", "month"), column("kWh", "value", unit="kWh"))  # fmt: skip
    rows = ["99000000000017;;2026-01;5", ";Mairie;2026-01;7", ";;2026-01;3"]
    found, report = records(bill(*rows, head="PRM;Site;Mois;kWh"), told)
    energies = [one for one in found if isinstance(one, PeriodEnergy)]
    assert [(one.name, one.supply_point) for one in energies] == [
        ("99000000000017", "prm:99000000000017"), ("Mairie", None),
    ]  # fmt: skip
    assert [one.fault.check for one in report.refused] == ["bad-identifier"]


def test_indexes_give_energies_by_difference_and_never_over_a_new_meter() -> None:
    data = (
        "PRM;Date de relevé;Index HP (kWh);Index HC (kWh)\n"
        "99000000000017;01/01/2026;1000;500\n"
        "99000000000017;01/02/2026;1100;550\n"
        "99000000000017;01/03/2026;20;600\n"
    )
    found, report = as_proposed(data, stamp="start")
    readings = [one for one in found if isinstance(one, RegisterReading)]
    energies = [one for one in found if isinstance(one, PeriodEnergy)]
    assert len(readings) == 6
    assert readings[0].instant == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert [(one.tariff_class, one.from_date, int(one.energy_kwh or 0)) for one in energies] == [
        ("HP", date(2026, 1, 1), 100), ("HC", date(2026, 1, 1), 50), ("HC", date(2026, 2, 1), 50),
    ]  # fmt: skip
    fallen = report.findings["register-falls"]
    assert (fallen.check.severity, fallen.args) == ("block", ("1100", "20"))
    assert report.kept == 3


def test_a_dial_that_rolls_over_is_told_and_stops_nothing() -> None:
    data = "PRM;Date;Index kWh\n99000000000017;13/01/2026;99950\n99000000000017;14/02/2026;20\n"
    _, report = as_proposed(data, stamp="start", direction="import")
    assert report.findings["register-decreasing"].check.severity == "warning"
    assert "register-falls" not in report.findings


def test_an_index_of_the_end_of_its_day_counts_from_the_next_day() -> None:
    data = "PRM;Date;Index kWh\n99000000000017;31/12/2025;5\n99000000000017;31/01/2026;9\n"
    found, _ = as_proposed(data, stamp="end", direction="import")
    (energy,) = (one for one in found if isinstance(one, PeriodEnergy))
    assert (energy.from_date, energy.to_date, int(energy.energy_kwh or 0)) == (
        date(2026, 1, 1), date(2026, 2, 1), 4,
    )  # fmt: skip


def test_a_list_of_points_gives_points_and_their_terms() -> None:
    data = (
        "PRM;Titulaire;Segment;FTA;Puissance souscrite (kVA);CAR (MWh);Date d'effet;Usage\n"
        "99000000000017;Mme Martin;C5;BTINFCU4;36;12,5;01/01/2026;Éclairage public\n"
        "99000000000024;M. Durand;C4;BT<36;;;01/01/2026;École\n"
    )
    found, report = as_proposed(data)
    point, terms, other, _ = found
    assert isinstance(point, SupplyPointRecord)
    assert (point.market_segment, point.subscribed_power_kva, point.annual_kwh) == (
        "C5",
        36,
        12_500,
    )
    assert (point.usage, point.personal_data) == ("public_lighting", "none")
    assert isinstance(terms, SupplyTerms)
    assert (terms.valid_from, terms.annual_energy[0].method) == (date(2026, 1, 1), "declared")
    assert isinstance(other, SupplyPointRecord)
    assert (other.tariff_code, other.subscribed_power_kva) == (None, None)
    assert "personal-data-dropped" in report.findings
    assert not any("Martin" in repr(one) or "Durand" in repr(one) for one in found)


# Refusals of a whole file


def test_a_table_without_a_profile_carries_its_proposal() -> None:
    with pytest.raises(Unconfirmed) as caught:
        records(BILLS, Profile())
    assert caught.value.check == "profile-needed"
    assert caught.value.proposal.table.layout == "periods"


def test_another_head_than_that_of_the_profile_is_refused() -> None:
    with pytest.raises(BadInput, match="the columns that the profile names"):
        records("PRM;Mois;MWh\n99000000000017;2026-01;5\n", ONE)


def test_columns_may_move_and_titles_may_come_or_go() -> None:
    data = "Édition de mars\n\nkWh;Autre;Mois;PRM\n5;x;2026-01;99000000000017\n"
    ((one,), _) = records(data, ONE)
    assert getattr(one, "energy_kwh", None) == 5


def test_an_unclosed_quote_is_refused_and_never_swallows_the_rest() -> None:
    with pytest.raises(BadInput, match="closing quote"):
        records(bill('99000000000017;2026-01;"5', *["99000000000017;2026-02;6"] * 300), ONE)


def test_marks_inside_quotation_marks_separate_nothing() -> None:
    text = 'Clé;Prix;Source\nled;0,01;";;"\nsodium;0,02;";"\n'
    assert separator_in(text) == ";"
    assert separator_in('"a;b"\n"c;d"\n') == ";"
