"""Three files make a purchase: who is who, which lot is meant, what is left aside and told."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from synergie import formats
from synergie.energy.records.offer import Offer, Price, Tier
from synergie.purchase.plan.offers.assemble import Group, Perimeters, problem_of
from synergie.purchase.plan.offers.files import Schedules, read_group, read_perimeter
from synergie.purchase.plan.offers.rows import Offers
from synergie.purchase.records.fault import SourceRow
from synergie.purchase.records.group_row import GroupRow
from synergie.purchase.records.purchase import DeliveryPeriod
from synergie.schemas.assets.perimeter import PerimeterEnergy, PerimeterRow, ReferenceYear

SIRET = "24540060100010"
AWARD = datetime(2026, 11, 25, 10, tzinfo=UTC)


def row(n: int, **changes: Any) -> PerimeterRow:
    told = {
        "supply_point": f"prm:9900000000000{n}",
        "member": "Pompey",
        "market_segment": "C5",
        "usage": "public_lighting",
        "tariff_code": "BTINFLU",
        "reference": ReferenceYear(
            method="declared",
            total_kwh=Decimal(8450),
            classes=(PerimeterEnergy(tariff_class="BASE", kwh=Decimal(8450)),),
        ),
        "provenance": "synthetic",
    }
    return PerimeterRow.model_validate(told | changes)


def group_row(kind: str, **fields: Any) -> GroupRow:
    return GroupRow.model_validate({"kind": kind, "provenance": "synthetic"} | fields)


def offers(lot: str) -> Offers:
    price = Price(tariff_code="BTINFLU", time_class="BASE", eur_per_mwh=Decimal(80))
    tiers = (Tier(from_mwh=Decimal(0), prices=(price,)),)
    return Offers((Offer(id="a", lot=lot, supplier="A", tiers=tiers),))


TERMS = group_row("terms", starts=date(2027, 1, 1), ends=date(2030, 1, 1), award_at=AWARD)


def test_a_perimeter_offers_and_a_group_make_the_whole_problem() -> None:
    group = Group(
        (
            group_row("member", name="Pompey", siret=SIRET, mandate="D-1", may_leave=False),
            group_row(
                "lot", lot="lot-7", name="EP", market_segments=("C5",),
                usages=("public_lighting",), running_alone_eur=Decimal(120), green_share=0.5,
            ),
            group_row("supplier", name="A", max_lots=2, min_mwh=Decimal(5), reserved="L2113-12"),
            group_row("alone", name="Pompey", lot="7", eur=Decimal(900), source="contrat 2026"),
            group_row("fees", fee_per_mwh=Decimal("0.35"), cap=Decimal(100)),
            TERMS,
        )
    )  # fmt: skip
    rows = (row(0), row(1, member=None, member_siret=SIRET, exit_date=date(2028, 12, 31)))
    told = problem_of(Perimeters(rows), offers("Lot7"), group)
    problem = told.problem
    assert [point.member for point in problem.points] == ["Pompey", "Pompey"]
    assert problem.points[1].exit == date(2029, 1, 1), "a last day is within"
    assert [lot.id for lot in problem.lots] == ["lot-7"]
    assert problem.offers[0].lot == problem.alone[0].lot == "lot-7"
    assert problem.lots[0].max_awards == 1
    assert problem.limits[0].qualifies == ("L2113-12",)
    assert problem.members[0].may_leave is False
    assert problem.fees is not None and problem.fees.fee_per_mwh == Decimal("0.35")
    assert problem.delivery == DeliveryPeriod(starts=date(2027, 1, 1), ends=date(2030, 1, 1))
    assert problem.award_at == AWARD
    assert told.faults() == ()


def test_without_lots_the_usual_ones_are_proposed_and_without_delivery_days_are_left_aside() -> (
    None
):
    told = problem_of(Perimeters((row(0, entry_date=date(2027, 1, 1)),)), offers("EP"))
    assert [lot.id for lot in told.problem.lots] == ["lot-ep"]
    assert told.problem.offers[0].lot == "lot-ep"
    assert told.problem.points[0].entry is None
    (fault,) = told.faults()
    assert (fault.kind, fault.severity, fault.where) == ("period", "warning", "/delivery")


def test_a_point_that_lacks_something_is_left_out_and_its_cell_named() -> None:
    told = problem_of(Perimeters((row(0), row(1, usage=None))), offers("lot-ep"))
    assert [point.id for point in told.problem.points] == ["99000000000000"]
    assert [cell.column for cell in told.missing] == ["Usage"]


def test_places_skip_the_rows_that_are_left_out() -> None:
    sources = [SourceRow(file="p.xlsx", row=n) for n in (2, 3, 4)]
    rows = (row(0, usage=None), row(1), row(2, tariff_code=None))
    told = problem_of(Perimeters(rows, sources), offers("lot-ep"))
    assert told.rows == {"/points/0": sources[1]}


def test_a_lot_that_two_could_mean_is_left_as_it_is_told() -> None:
    both = Group(
        tuple(
            group_row("lot", lot=key, name=key, market_segments=("C5",), usages=(usage,))
            for key, usage in (("lot-1", "public_lighting"), ("Lot1", "building"))
        )
    )
    told = problem_of(Perimeters((row(0),)), offers("1"), both)
    assert told.problem.offers[0].lot == "1"
    assert "lot_unknown" in {fault.kind for fault in told.faults()}


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("member", {}, "all the columns that a row of this kind needs"),
        ("alone", {"name": "P", "lot": "lot-1", "eur": Decimal(1)}, "all the columns"),
        ("fees", {"max_lots": 2}, "only the columns of this kind"),
        ("terms", {"starts": date(2027, 1, 1)}, "both days of the delivery"),
        ("terms", {"starts": date(2027, 1, 1), "ends": date(2027, 1, 1)}, "ends after it begins"),
    ],
)
def test_a_row_of_a_group_has_the_columns_of_its_kind(
    kind: str, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        group_row(kind, **fields)


def test_files_tell_the_row_of_each_thing() -> None:
    sink = io.BytesIO()
    formats.write(
        (TERMS, group_row("member", name="Pompey")), sink, format="template-purchase-group"
    )
    group, report = read_group(io.BytesIO(sink.getvalue()), "groupe.csv")
    assert report.refused == []
    assert group.placed() == {"/members/0": SourceRow(file="groupe.csv", row=3)}
    sink = io.BytesIO()
    formats.write((row(0), row(1)), sink, format="perimeter-xlsx")
    perimeter, _ = read_perimeter(io.BytesIO(sink.getvalue()), "p.xlsx")
    assert [source.row for source in perimeter.sources] == [2, 3]
    schedules = Schedules()
    bpu = "Lot;Fournisseur;FTA;Poste;Prix (€/MWh)\nlot-ep;A;BTINFLU;Base;80\n"
    schedules.add(io.BytesIO(bpu.encode()), "bpu.csv")
    found = schedules.offers()
    told = problem_of(perimeter, found, group)
    (fault,) = told.faults()
    assert fault.tell(str) == (
        "groupe.csv, row 3: the member Pompey has points and no mandate, "
        "expected the reference of its decision and mandate; ask the member Pompey"
    )
    assert found.rows["/offers/0/tiers/0/prices/0"] == SourceRow(file="bpu.csv", row=2)
