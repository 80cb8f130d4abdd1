"""Years of energy and cost: every year, source and gap, nothing added twice, undone with all."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from unittest.mock import Mock

import pytest

from synergie.errors import NotFound, Overloaded, StorageFull
from synergie.exchange.assets.holdings import Holdings, Looked
from synergie.exchange.assets.perimeter import Survey
from synergie.exchange.assets.perimeters import Perimeters
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.energies.point_years import PointEnergies
from synergie.exchange.readings.energies.year_tables import YearTables
from synergie.exchange.readings.series import SeriesBook
from synergie.schemas.file_source import FileSource
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.year_table import YearLine, YearTable
from synergie.storage.store import Store
from tests.exchange.lines import curve
from tests.exchange.people import NOW, Body, point, site
from tests.exchange.test_freshness import deposit_table, record

CODES = ("99000000000017", "99000000000024")
HEAD = "PRM;Du;Au;Consommation (kWh);Montant TTC (€)\n"
SOURCE = FileSource(deposit="dep_x", file="f.csv", format="table-csv", received_at=NOW)


def bills(code: str, year: int, months: int, kwh: int) -> str:
    rows = []
    for month in range(1, months + 1):
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        rows.append(
            f"{code};01/{month:02}/{year};{last:%d/%m/%Y};{kwh};{kwh / 4}".replace(".", ",")
        )
    return "\n".join(rows) + "\n"


def told(*values: object) -> tuple[object, ...]:
    return values


def of(table: YearTable, year: int, origin: str = "bill") -> YearLine:
    (line,) = [one for one in table.lines if (one.year, one.origin) == (year, origin)]
    return line


def declare(store: Store, owner: Body) -> dict[str, str]:
    """Two points of a site; key → identifier."""
    Sites(store).publish(owner.caller, [site()], now=NOW)
    SupplyPoints(store).publish(owner.caller, [point(one, site="S1") for one in CODES], now=NOW)
    page = SupplyPoints(store).page(owner.caller, now=NOW)
    return {one.external_id.removeprefix("prm:"): one.id for one in page.items}


def test_a_point_tells_every_year_with_its_file_and_what_is_missing(
    store: Store, owner: Body
) -> None:
    ids = declare(store, owner)
    deposit_table(
        store, owner, HEAD + bills(CODES[0], 2024, 12, 100) + bills(CODES[0], 2025, 10, 80)
    )
    table = YearTables(store).point(owner.caller, ids[CODES[0]], now=NOW)
    whole, part = of(table, 2024), of(table, 2025)
    assert told(whole.energy_kwh, whole.whole_points, whole.months) == (1200, 1, 12)
    assert told(part.energy_kwh, part.whole_points, part.months) == (800, 0, 10)
    assert told(part.cost_eur, part.vat_included, part.eur_per_kwh) == (200, True, Decimal("0.25"))
    assert [one.file for one in part.sources] == ["f.csv"]
    assert table.last_day == date(2025, 10, 31)
    assert [one.id for one in table.freshness] == ["table-csv"]
    assert table.freshness[0].reason


def test_each_bill_stands_beside_what_a_meter_tells_of_the_same_days(
    store: Store, owner: Body, stranger: Body
) -> None:
    declare(store, owner)
    rows = f"{CODES[0]};05/01/2026;06/01/2026;12;3\n{CODES[0]};07/01/2026;08/01/2026;9;\n"
    deposit_table(store, owner, HEAD + rows)
    SeriesBook(store).publish(owner.caller, [record(CODES[0])], now=NOW)
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    start = datetime(2026, 1, 4, 23, tzinfo=UTC)  # midnight in Paris
    values = [*([250] * 96), *([250] * 48), None, *([250] * 47)]
    sent = curve(start, values, supply_point=f"prm:{CODES[0]}").curve(series.id)
    Curves(store).deposit(owner.caller, [sent], onces=[None], now=NOW)
    lines, more = YearTables(store).bills(owner.caller, Looked(), limit=9, now=NOW)
    assert not more and [(one.start.day, one.end.day) for one in lines] == [(7, 9), (5, 7)]
    assert [one.total.kwh for one in lines] == [9, 12]
    assert [one.total.eur for one in lines] == [None, 3]
    assert [one.metered for one in lines] == [None, 12], "half an hour of the 8th is missing"
    assert [one.gap for one in lines] == [None, 0]
    assert YearTables(store).bills(owner.caller, Looked(), limit=1, now=NOW)[1], "another point"
    assert YearTables(store).bills(stranger.caller, Looked(), limit=9, now=NOW) == ([], False)


def test_totals_are_those_of_the_points_and_an_undo_takes_them_away(
    store: Store, owner: Body
) -> None:
    ids = declare(store, owner)
    years = YearTables(store)
    deposit_table(store, owner, HEAD + bills(CODES[0], 2024, 12, 100))
    deposit_table(store, owner, HEAD + bills(CODES[1], 2024, 7, 10))
    (some,) = Sites(store).page(owner.caller, now=NOW).items
    for table in (years.all(owner.caller, now=NOW), years.site(owner.caller, some.id, now=NOW)):
        line = of(table, 2024)
        assert told(line.energy_kwh, line.points, line.whole_points) == (1270, 2, 1)
        assert told(line.cost_eur, line.eur_per_kwh, table.waiting) == (
            Decimal("317.5"),
            Decimal("0.25"),
            0,
        )
    (file,) = of(years.point(owner.caller, ids[CODES[1]], now=NOW), 2024).sources
    Deposits(store).undo(owner.caller, str(file.deposit), now=NOW)
    assert of(years.all(owner.caller, now=NOW), 2024).energy_kwh == 1200
    assert of(years.site(owner.caller, some.id, now=NOW), 2024).points == 1
    assert years.point(owner.caller, ids[CODES[1]], now=NOW).lines == ()


def test_bills_stand_beside_curves_with_the_gap(store: Store, owner: Body) -> None:
    ids = declare(store, owner)
    SeriesBook(store).publish(owner.caller, [record(CODES[0])], now=NOW)
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    start = datetime(2024, 12, 31, 23, tzinfo=UTC)
    sent = curve(start, [1000] * (365 * 48), supply_point=f"prm:{CODES[0]}").curve(series.id)
    Curves(store).deposit(owner.caller, [sent], onces=[None], now=NOW)
    deposit_table(store, owner, HEAD + bills(CODES[0], 2025, 12, 803))
    table = YearTables(store).point(owner.caller, ids[CODES[0]], now=NOW)
    assert told(of(table, 2025, "curve").energy_kwh, of(table, 2025).gap_percent) == (8760, 10.0)
    Holdings(store).count(now=NOW)
    total = YearTables(store).all(owner.caller, now=NOW)
    assert told(of(total, 2025, "curve").energy_kwh, of(total, 2025).gap_percent) == (8760, 10.0)
    assert of(total, 2025).energy_kwh == 9636, "never added to the curve"
    line = Holdings(store).point(owner.caller, ids[CODES[0]], now=NOW)
    assert told(line.wh, line.whole, line.by_bills) == (8_760_000, True, False)


def test_a_day_of_a_curve_hides_no_year_that_bills_tell(store: Store, owner: Body) -> None:
    ids = declare(store, owner)
    SeriesBook(store).publish(owner.caller, [record(CODES[0])], now=NOW)
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    start = datetime(2025, 6, 1, 22, tzinfo=UTC)
    sent = curve(start, [1000] * 48, supply_point=f"prm:{CODES[0]}").curve(series.id)
    Curves(store).deposit(owner.caller, [sent], onces=[None], now=NOW)
    for months, wh, by_bills in ((11, 24_000, False), (12, 1_200_000, True)):
        deposit_table(store, owner, HEAD + bills(CODES[0], 2025, months, 100))
        Holdings(store).count(now=NOW)
        line = Holdings(store).point(owner.caller, ids[CODES[0]], now=NOW)
        assert told(line.wh, line.whole, line.by_bills) == (wh, by_bills, by_bills)


NINE = (
    "PRM;Site;Code INSEE;Membre;Usage;Segment;FTA;Puissance souscrite (kVA);Fournisseur;"
    "Fin de contrat;Du;Au;Consommation (kWh)\n"
)


def nine() -> str:
    """Two years of months of nine points, each row with what is known of its contract."""
    rows = []
    for n, month in product(range(9), range(24)):
        start = date(2024 + month // 12, month % 12 + 1, 1)
        last = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        power = 12 if month < 12 else 18
        rows.append(
            f"990000000000{n + 11};Site {n};44109;Ville {n};bâtiment;C5;BTINFCU4;{power};EDF;"
            f"31/12/2026;{start:%d/%m/%Y};{last:%d/%m/%Y};{500 + n * 40 + 20 * abs(month % 12 - 6)}"
        )
    return NINE + "\n".join(rows) + "\n"


def test_no_cell_is_asked_again_that_a_table_of_bills_said(store: Store, owner: Body) -> None:
    """126 cells for nine points before: only what the file does not say is asked now."""
    deposit_table(store, owner, nine())
    survey = Survey()
    Perimeters(store).fill(owner.caller, survey, now=NOW)
    found = survey.perimeter()
    asked = Counter(cell.column for cell in found.missing)
    assert asked == dict.fromkeys(
        ("SIRET du membre", "Type de compteur", "Courbe de charge", "Option verte (%)",
         "Date d'entrée", "Référence du mandat"), 9,
    )  # fmt: skip
    row = found.rows[0]
    assert told(row.member, row.insee_code, row.usage) == ("Ville 0", "44109", "building")
    assert told(row.market_segment, row.tariff_code, row.supplier) == ("C5", "BTINFCU4", "EDF")
    assert [one.value for one in row.subscribed_powers] == [18], "the newest bills hold"
    assert len(found.filled) == 9 * 9
    assert {one.source.file for one in found.filled} == {"f.csv"}
    assert all(one.source.deposit and one.source.received_at == NOW for one in found.filled)


def test_a_cell_of_a_contract_that_cannot_be_read_leaves_the_energy(
    store: Store, owner: Body
) -> None:
    deposit_table(store, owner, nine().replace(";C5;", ";C9;").replace(";44109;", ";4410;"))
    page = SupplyPoints(store).page(owner.caller, now=NOW)
    one = min(page.items, key=lambda each: each.external_id)
    assert of(YearTables(store).point(owner.caller, one.id, now=NOW), 2024).months == 12
    found = Perimeters(store).point(owner.caller, one.external_id, now=NOW)
    assert told(found.rows[0].market_segment, found.rows[0].insee_code) == (None, "04410")
    assert found.rows[0].tariff_code == "BTINFCU4"


def test_what_is_not_ones_own_is_absent(store: Store, owner: Body, stranger: Body) -> None:
    ids = declare(store, owner)
    deposit_table(store, owner, HEAD + bills(CODES[0], 2024, 12, 100))
    (some,) = Sites(store).page(owner.caller, now=NOW).items
    with pytest.raises(NotFound):
        YearTables(store).point(stranger.caller, ids[CODES[0]], now=NOW)
    with pytest.raises(NotFound):
        YearTables(store).site(stranger.caller, some.id, now=NOW)
    assert YearTables(store).all(stranger.caller, now=NOW).lines == ()


def energies(*told: dict[str, object]) -> YearLine:
    """The one line of 2025 that periods of one point make."""
    some = PointEnergies()
    for one in told:
        start = date(2025, int(str(one.pop("month", 1))), 1)
        whole = {"name": "p", "supply_point": f"prm:{CODES[0]}", "provenance": "synthetic"}
        month = {"from_date": start, "to_date": (start + timedelta(days=32)).replace(day=1)}
        some.add(PeriodEnergy.model_validate(whole | month | one), SOURCE)
    (line,) = some.lines()
    return line


def kwh(amount: int, **more: object) -> dict[str, object]:
    return {"energy_kwh": Decimal(amount), **more}


def test_a_credit_takes_back_energy_and_cost() -> None:
    line = energies(
        kwh(100, cost_eur=Decimal(20)),
        kwh(-10, cost_eur=Decimal(-2)),
        kwh(-10, cost_eur=Decimal(-2)),
    )
    assert told(line.energy_kwh, line.cost_eur, line.eur_per_kwh) == (90, 18, Decimal("0.2"))


def test_a_cost_of_which_the_vat_is_told_two_ways_is_not_summed() -> None:
    line = energies(
        kwh(100, cost_eur=Decimal(20), vat_included=True),
        kwh(100, cost_eur=Decimal(20), vat_included=False, month=2),
    )
    assert told(line.energy_kwh, line.cost_eur, line.eur_per_kwh) == (200, None, None)


def test_the_price_is_that_of_the_periods_whose_cost_is_known() -> None:
    line = energies(kwh(100, cost_eur=Decimal(20)), kwh(300, month=2))
    assert told(line.cost_eur, line.cost_energy_kwh, line.eur_per_kwh) == (20, 100, Decimal("0.2"))


def test_a_cost_beside_the_total_is_of_all_classes_and_that_of_one_class_is_none() -> None:
    classes = kwh(60, tariff_class="HP"), kwh(40, tariff_class="HC")
    line = energies(kwh(100, cost_eur=Decimal(20)), *classes)
    assert told(line.energy_kwh, line.cost_eur, line.cost_energy_kwh) == (100, 20, 100)
    classes = kwh(60, tariff_class="HP", cost_eur=Decimal(20)), kwh(40, tariff_class="HC")
    line = energies(*classes)
    assert told(line.energy_kwh, line.cost_eur) == (100, None)


def test_suspect_and_estimated_periods_are_counted() -> None:
    line = energies(
        kwh(1, quality="suspect"), kwh(1, quality="estimated", month=2), kwh(1, month=3)
    )
    assert told(line.suspect, line.estimated, line.months) == (1, 1, 3)


def test_a_page_is_read_while_nothing_can_be_written(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A point waits; a full disk, or a writer that takes too long, is no reason for no page."""
    deposit_table(store, owner, HEAD + bills(CODES[0], 2024, 12, 100))
    years = YearTables(store)
    for refusal in (StorageFull(60.0), Overloaded(5.0)):
        with monkeypatch.context() as patch:
            patch.setattr(Store, "write", Mock(side_effect=refusal))
            table = years.all(owner.caller, now=NOW)
        assert told(table.lines, table.waiting) == ((), 1)
    assert years.all(owner.caller, now=NOW).waiting == 0


def test_a_reading_holds_before_the_estimates_that_it_overlaps() -> None:
    quarter = kwh(100, to_date=date(2025, 4, 1))
    line = energies(*(kwh(10, quality="estimated", month=n) for n in (1, 2, 3)), quarter)
    assert told(line.energy_kwh, line.months, line.estimated) == (100, 3, 0)
    line = energies(*(kwh(10, month=n) for n in (1, 2, 3)), quarter)
    assert told(line.energy_kwh, line.months) == (30, 3)


def test_a_month_of_a_year_that_a_bill_tells_makes_no_part_of_it() -> None:
    year = kwh(1200, to_date=date(2026, 1, 1), cost_eur=Decimal(240))
    line = energies(kwh(90, month=3), year)
    assert told(line.energy_kwh, line.whole_points, line.cost_eur) == (1200, 1, 240)
    line = energies(*(kwh(90, month=n) for n in range(1, 13)), year)
    assert told(line.energy_kwh, line.whole_points, line.cost_eur) == (1080, 1, None)
