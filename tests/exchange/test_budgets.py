"""A budget on a store: lines replaced, actual figures, next year; against sums made by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from synergie import formats
from synergie.budget.exchange.budgets import Budgets
from synergie.budget.records.line import BudgetActualRow, BudgetDeposit, BudgetLine
from synergie.errors import BadInput, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.energies.sum_upkeep import count_sums, sums_due
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point

SCHOOL, HALL = "99000000000017", "99000000000025"
SERVICE, MEMBER = "Écoles", "Commune de Pompey"


def line(**changes: Any) -> BudgetLine:
    told = {"member": MEMBER, "service": SERVICE, "year": 2026, "vat_included": True}
    return BudgetLine.model_validate(told | changes)


def month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def bill(prm: str, starts: date, ends: date, kwh: int, *, vat: bool | None = True) -> PeriodEnergy:
    """A bill of 0.20 EUR a kWh."""
    return PeriodEnergy(
        name=prm, supply_point=f"prm:{prm}", from_date=starts, to_date=ends,
        energy_kwh=Decimal(kwh), cost_eur=Decimal(kwh) / 5, vat_included=vat,
        provenance="synthetic",
    )  # fmt: skip


def bills_of_months(prm: str, first: date, count: int, kwh: int) -> list[PeriodEnergy]:
    found = []
    for n in range(count):
        end = month_after(first)
        found.append(bill(prm, first, end, kwh + (30 if first.month in {12, 1, 2} else 0) + n % 3))
        first = end
    return found


def send(store: Store, owner: Body, *bills: PeriodEnergy) -> None:
    SupplyPoints(store).publish(owner.caller, [point(SCHOOL), point(HALL)], now=NOW)
    file = BytesIO()
    formats.write(bills, file, format="template-monthly-energy")
    file.seek(0)
    form = "template-monthly-energy"
    Deposits(store).deposit(owner.caller, file, name="f.csv", format=form, now=NOW)


def vote(store: Store, owner: Body, *lines: BudgetLine) -> None:
    Budgets(store).deposit(owner.caller, BudgetDeposit(lines=lines), now=NOW)


def pick(rows: tuple[BudgetActualRow, ...], **wanted: object) -> BudgetActualRow:
    every = {"service": None, "point": None, "month": None} | wanted
    (found,) = [one for one in rows if all(getattr(one, k) == v for k, v in every.items())]
    return found


def test_lines_of_a_member_and_year_are_replaced_together(store: Store, owner: Body) -> None:
    vote(store, owner, line(eur=Decimal(100)), line(service="Voirie", eur=Decimal(5)))
    vote(store, owner, line(year=2025, eur=Decimal(90)))
    vote(store, owner, line(eur=Decimal(120)))
    page = Budgets(store).page(owner.caller, now=NOW)
    told = sorted((one.year, one.service, one.eur) for one in page.items)
    assert told == [(2025, SERVICE, Decimal(90)), (2026, SERVICE, Decimal(120))]
    only = Budgets(store).page(owner.caller, year=2025, member=MEMBER, now=NOW)
    assert [one.year for one in only.items] == [2025]


def test_the_journal_tells_each_budget_that_was_saved_and_none_that_was_refused(
    store: Store, owner: Body
) -> None:
    book, caller = Budgets(store), owner.caller
    first = line(point=f"prm:{SCHOOL}", eur=Decimal(100))
    other = line(point=f"prm:{HALL}", eur=Decimal(50))
    for lines in ((first, other), (first,)):
        book.deposit(caller, BudgetDeposit(lines=lines), now=NOW)
    moved = first.model_copy(update={"member": "Commune de Frouard"})
    with pytest.raises(BadInput):
        book.deposit(caller, BudgetDeposit(lines=(moved,)), now=NOW)
    with store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        told = [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]
    saved = [one for one in told if one.event == "budget.saved"]
    assert [(one.by, one.client, one.owner, one.rows) for one in saved] == [
        ("owner", "owner-app", "owner", 2),
        ("owner", "owner-app", "owner", 1),
    ]
    lines_of = {one.id for one in book.page(caller, now=NOW).items}
    assert set(saved[1].subjects) == lines_of, "identifiers only, never amounts"


def test_a_budget_is_its_owner_s_alone(store: Store, owner: Body, stranger: Body) -> None:
    vote(store, owner, line(eur=Decimal(100)))
    assert not Budgets(store).page(stranger.caller, now=NOW).items
    for ask in (Budgets(store).compare, Budgets(store).forecast):
        with pytest.raises(NotFound):
            ask(stranger.caller, 2026, now=NOW)


@pytest.mark.parametrize(
    "lines",
    [
        (line(eur=Decimal(1)), line(eur=Decimal(2))),
        (line(eur=Decimal(1)), line(month=1, eur=Decimal(2))),
        (line(eur=Decimal(1)), line(point=f"prm:{SCHOOL}", eur=Decimal(2))),
        (line(point=f"prm:{SCHOOL}"), line(service="Voirie", point=f"prm:{SCHOOL}")),
        (line(eur=Decimal(1)), line(service="Voirie", eur=Decimal(2), vat_included=False)),
    ],
)
def test_an_amount_that_would_count_twice_is_refused(lines: tuple[BudgetLine, ...]) -> None:
    with pytest.raises(ValueError, match=r"both|one|all"):
        BudgetDeposit(lines=lines)


def test_a_point_stands_for_one_member_across_deposits(store: Store, owner: Body) -> None:
    vote(store, owner, line(point=f"prm:{SCHOOL}", eur=Decimal(1)))
    with pytest.raises(BadInput):
        vote(store, owner, line(member="Autre", point=f"prm:{SCHOOL}", eur=Decimal(1)))
    assert len(Budgets(store).page(owner.caller, now=NOW).items) == 1


def test_actual_figures_are_those_of_the_bills_and_unknown_months_stay_unknown(
    store: Store, owner: Body
) -> None:
    send(
        store,
        owner,
        bill(SCHOOL, date(2026, 1, 1), date(2026, 2, 1), 1000),
        bill(SCHOOL, date(2026, 2, 1), date(2026, 4, 1), 590),
        bill(HALL, date(2026, 1, 1), date(2026, 2, 1), 500, vat=False),
    )
    vote(
        store,
        owner,
        *(line(point=f"prm:{SCHOOL}", month=n, eur=Decimal(150)) for n in range(1, 13)),
        line(point=f"prm:{HALL}"),
        line(point="prm:99000000000033"),
    )
    found = Budgets(store).compare(owner.caller, 2026, now=NOW)
    january = pick(found.rows, point=f"prm:{SCHOOL}", service=SERVICE, month=1)
    assert (january.actual_kwh, january.actual_eur, january.gap_eur) == tuple(
        map(Decimal, (1000, 200, 50))
    )
    february = pick(found.rows, point=f"prm:{SCHOOL}", service=SERVICE, month=2)
    assert (february.actual_kwh, february.actual_eur) == tuple(map(Decimal, (280, 56))), (
        "28 of 59 days"
    )
    assert found.spread == 2
    april = pick(found.rows, point=f"prm:{SCHOOL}", service=SERVICE, month=4)
    assert april.voted_eur == 150
    assert (april.actual_kwh, april.actual_eur, april.gap_eur, april.known_eur) == (
        None, None, None, 0,
    )  # fmt: skip
    year = pick(found.rows, point=f"prm:{SCHOOL}", service=SERVICE)
    assert (year.voted_eur, year.actual_eur, year.known_eur, year.of) == (
        Decimal(1800),
        Decimal(318),
        3,
        12,
    )
    assert year.gap_eur is None, "nine months are not known"
    hall = pick(found.rows, point=f"prm:{HALL}", service=SERVICE, month=1)
    assert (hall.actual_kwh, hall.actual_eur) == (Decimal(500), None), "its bill is without VAT"
    assert {(one.point[-2:], one.reason) for one in found.unknown} == {
        ("25", "vat"), ("33", "not_stored"),
    }  # fmt: skip
    assert (found.total.actual_kwh, found.total.known_kwh, found.total.of) == (Decimal(2090), 4, 36)


def test_a_whole_year_has_its_gap_to_the_cent(store: Store, owner: Body) -> None:
    bills = bills_of_months(SCHOOL, date(2025, 1, 1), 12, 100)
    send(store, owner, *bills)
    vote(store, owner, line(year=2025, eur=Decimal("270.10")),
         line(year=2025, point=f"prm:{SCHOOL}"))  # fmt: skip
    found = Budgets(store).compare(owner.caller, 2025, now=NOW)
    paid = sum((one.cost_eur or Decimal(0) for one in bills), Decimal(0))
    assert found.total.actual_eur == paid
    assert found.total.gap_eur == paid - Decimal("270.10")
    march = pick(found.rows, service=SERVICE, month=3)
    assert march.voted_eur is None, "a year's vote has no months"
    assert march.actual_eur == bills[2].cost_eur


def test_next_year_follows_the_stored_months_and_the_price_of_the_bills(
    store: Store, owner: Body
) -> None:
    bills = bills_of_months(SCHOOL, date(2023, 11, 1), 36, 300)
    send(store, owner, *bills)
    vote(store, owner, line(point=f"prm:{SCHOOL}", eur=Decimal(700)))
    vote(store, owner, line(year=2027, point=f"prm:{SCHOOL}", eur=Decimal(750)))
    budgets = Budgets(store)
    found = budgets.forecast(owner.caller, 2027, now=NOW)
    last = sum((one.energy_kwh or Decimal(0) for one in bills[-12:]), Decimal(0))
    assert abs(found.total.kwh.p50 / last - 1) < Decimal("0.03")
    assert found.total.kwh.p10 < found.total.kwh.p50 < found.total.kwh.p90
    assert found.total.eur is not None
    assert abs(found.total.eur.p50 / found.total.kwh.p50 - Decimal("0.2")) < Decimal("0.0001")
    months = {one.month: one.kwh.p50 for one in found.rows if one.point and one.month}
    assert months[1] > months[6] + 15, "winters draw more"
    assert [(one.year, one.eur) for one in found.votes] == [
        (2026, Decimal(700)),
        (2027, Decimal(750)),
    ]
    dearer = budgets.forecast(owner.caller, 2027, price_change=Decimal("0.1"), now=NOW)
    fixed = budgets.forecast(owner.caller, 2027, price=Decimal("0.3"), now=NOW)
    assert dearer.total.eur is not None
    assert fixed.total.eur is not None
    assert abs(dearer.total.eur.p50 / found.total.eur.p50 - Decimal("1.1")) < Decimal("0.0001")
    assert abs(fixed.total.eur.p50 / found.total.eur.p50 - Decimal("1.5")) < Decimal("0.0001")


def test_a_point_of_too_little_history_is_left_out_and_said(store: Store, owner: Body) -> None:
    send(
        store,
        owner,
        *bills_of_months(SCHOOL, date(2024, 11, 1), 24, 300),
        *bills_of_months(HALL, date(2026, 6, 1), 4, 300),
    )
    vote(store, owner, *(line(point=f"prm:{one}") for one in (SCHOOL, HALL)))
    found = Budgets(store).forecast(owner.caller, 2027, now=NOW)
    assert [(one.point[-2:], one.what) for one in found.left_out] == [("25", "energy")]
    assert found.total.partial


def send_year(store: Store, owner: Body, watts: int) -> None:
    """A curve of 2025 by hours at SCHOOL."""
    hours = 365 * 24
    curve = MeterCurve(
        supply_point=f"prm:{SCHOOL}", quantity="active_power", form="mean_power",
        direction="import", unit="W", start=datetime(2024, 12, 31, 23, tzinfo=UTC), step="PT1H",
        values=[watts] * hours, provenance="synthetic",
    )  # fmt: skip
    file = BytesIO()
    formats.write([curve], file, format="curves-csv")
    file.seek(0)
    Deposits(store).deposit(owner.caller, file, name="c.csv", format="curves-csv", now=NOW)


def test_curves_that_are_not_counted_yet_are_told_and_then_known(store: Store, owner: Body) -> None:
    SupplyPoints(store).publish(owner.caller, [point(SCHOOL)], now=NOW)
    send_year(store, owner, 500)
    vote(store, owner, line(point=f"prm:{SCHOOL}", year=2025, kwh=Decimal(4000)))
    book = Budgets(store)
    early = book.compare(owner.caller, 2025, now=NOW)
    assert early.waiting == 1 and early.total.actual_kwh is None
    with pytest.raises(BadInput, match="counted by month"):
        book.forecast(owner.caller, 2027, now=NOW)
    for due in sums_due(NOW):
        count_sums(store, owner.caller.organisation, due, now=NOW, until=monotonic() + 60)
    late = book.compare(owner.caller, 2025, now=NOW)
    assert late.waiting == 0 and late.total.actual_kwh == Decimal(4380)
    assert book.forecast(owner.caller, 2027, now=NOW).waiting == 0


def test_a_point_is_found_however_many_stand_before_it(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synergie.storage.assets.holdings._AT_ONCE", 1)
    send(store, owner, *bills_of_months(HALL, date(2025, 1, 1), 12, 300))
    vote(store, owner, line(point=f"prm:{HALL}", year=2025, eur=Decimal(700)))
    found = Budgets(store).compare(owner.caller, 2025, now=NOW)
    assert found.unknown == () and found.total.known_eur == 12
