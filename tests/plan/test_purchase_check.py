"""Bad input of a purchase: each line of it planted gives its fault, with the row and who to ask."""

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from synergie.energy.records.offer import Offer, Price, Tier
from synergie.errors import BadInput, BadInputs
from synergie.purchase.plan.award import check
from synergie.purchase.records.fault import PurchaseFault, SourceRow
from synergie.purchase.records.purchase import (
    AloneCost,
    ClassEnergy,
    DeliveryPeriod,
    Lot,
    PurchaseMember,
    PurchasePoint,
    PurchaseProblem,
    SupplierLimit,
)

AWARD = datetime(2026, 11, 25, 10, tzinfo=UTC)
FTA = "BTINFMU4"
CLASSES = ("HPH", "HCH")


def point(name: str, member: str = "pompey", mwh: str = "8", **changes: Any) -> PurchasePoint:
    told = {
        "id": name,
        "member": member,
        "market_segment": "C5",
        "usage": "building",
        "tariff_code": FTA,
        "energy": tuple(ClassEnergy(time_class=c, mwh=Decimal(mwh)) for c in CLASSES),
    }
    return PurchasePoint.model_validate(told | changes)


def tier(start: str = "0", end: str | None = None, classes: tuple[str, ...] = CLASSES) -> Tier:
    return Tier(
        from_mwh=Decimal(start),
        to_mwh=None if end is None else Decimal(end),
        prices=tuple(cell(name) for name in classes),
    )


def cell(name: str, eur: str = "90", **changes: Any) -> Price:
    told = {"tariff_code": FTA, "time_class": name, "eur_per_mwh": Decimal(eur)}
    return Price.model_validate(told | changes)


def offer(name: str = "a", *tiers: Tier, **changes: Any) -> Offer:
    told = {"id": name, "lot": "lot-1", "supplier": f"S-{name}", "tiers": tiers or (tier(),)}
    return Offer.model_validate(told | changes)


def lot(name: str = "lot-1", **changes: Any) -> Lot:
    told = {"id": name, "name": name, "market_segments": ("C5",), "usages": ("building",)}
    return Lot.model_validate(told | changes)


def problem(**changes: Any) -> PurchaseProblem:
    """Two members with mandates, one lot, two offers: nothing is wrong with it."""
    told: dict[str, Any] = {
        "points": (point("p0"), point("p1", "frouard")),
        "lots": (lot(),),
        "offers": (offer("a"), offer("b")),
        "members": tuple(PurchaseMember(id=m, mandate="D-1") for m in ("pompey", "frouard")),
        "delivery": DeliveryPeriod(starts=date(2027, 1, 1), ends=date(2030, 1, 1)),
        "award_at": AWARD,
    }
    return PurchaseProblem.model_validate(told | changes)


def test_a_right_problem_has_no_fault() -> None:
    assert check.faults(problem()) == ()
    check.require(problem())


OK = tuple(PurchaseMember(id=m, mandate="D-1") for m in ("pompey", "frouard"))
BOTH = (point("p0"), point("p1", "frouard"))
AT = AWARD.replace(hour=9)
PLANTED: list[tuple[str, dict[str, Any], tuple[str, str, str, str | None, str]]] = [
    ("no energy", {"points": (*BOTH, point("p2", energy=()))},
     ("volume_missing", "/points/2/energy", "grid_operator", None, "blocking")),
    ("zero energy", {"points": (*BOTH, point("p2", mwh="0"))},
     ("volume_missing", "/points/2/energy", "member", "pompey", "warning")),
    ("kWh for MWh", {"points": (*BOTH, point("p2", mwh="8450"))},
     ("volume_unit", "/points/2/energy", "member", "pompey", "blocking")),
    ("a lot for a small point", {"points": (*BOTH, point("p2", mwh="100"))},
     ("volume_unit", "/points/2/energy", "member", "pompey", "warning")),
    ("no lot", {"points": (*BOTH, point("p2", usage="water"))},
     ("no_lot", "/points/2", "coordinator", None, "blocking")),
    ("point twice", {"points": (*BOTH, point("p0"))},
     ("twice", "/points/2/id", "coordinator", None, "blocking")),
    ("class twice", {"points": (*BOTH, point("p2", energy=tuple(
        ClassEnergy(time_class="HPH", mwh=Decimal(1)) for _ in "ab")))},
     ("twice", "/points/2/energy/1", "member", "pompey", "blocking")),
    ("entry after the delivery", {"points": (*BOTH, point("p2", entry=date(2030, 1, 1)))},
     ("period", "/points/2/entry", "member", "pompey", "blocking")),
    ("entry before the delivery", {"points": (*BOTH, point("p2", entry=date(2026, 12, 31)))},
     ("period", "/points/2/entry", "member", "pompey", "warning")),
    ("exit before the delivery", {"points": (*BOTH, point("p2", exit=date(2027, 1, 1)))},
     ("period", "/points/2/exit", "member", "pompey", "blocking")),
    ("exit after the delivery", {"points": (*BOTH, point("p2", exit=date(2030, 1, 2)))},
     ("period", "/points/2/exit", "member", "pompey", "warning")),
    ("days without delivery", {"points": (*BOTH, point("p2", entry=date(2027, 1, 1))),
                               "delivery": None},
     ("period", "/points/2/entry", "coordinator", None, "blocking")),
    ("year without delivery", {"delivery": None, "offers": (offer("a"), offer("b", Tier(
        from_mwh=Decimal(0), prices=(*(cell(c) for c in CLASSES), cell("HP", year=2027)))))},
     ("price_year", "/offers/1/tiers/0/prices/2/year", "coordinator", None, "blocking")),
    ("no mandate", {"members": (OK[0], PurchaseMember(id="frouard"))},
     ("mandate_missing", "/members/1/mandate", "member", "frouard", "blocking")),
    ("mandate over", {"members": (OK[0], PurchaseMember(
        id="frouard", mandate="D", mandate_until=date(2026, 11, 25)))},
     ("mandate_expired", "/members/1/mandate_until", "member", "frouard", "blocking")),
    ("mandate too short", {"members": (OK[0], PurchaseMember(
        id="frouard", mandate="D", mandate_until=date(2029, 12, 31)))},
     ("mandate_expired", "/members/1/mandate_until", "member", "frouard", "warning")),
    ("member not listed", {"members": OK[:1]},
     ("member_unknown", "/points/1/member", "coordinator", None, "blocking")),
    ("member twice", {"members": (*OK, OK[0])},
     ("twice", "/members/2/id", "coordinator", None, "blocking")),
    ("member without point", {"members": (*OK, PurchaseMember(id="faulx", mandate="D"))},
     ("member_unused", "/members/2/id", "member", "faulx", "warning")),
    ("bounds of a lot", {"lots": (lot(min_awards=2),)},
     ("bounds", "/lots/0/min_awards", "coordinator", None, "blocking")),
    ("lot without offer", {"lots": (lot(), lot("lot-2", usages=("water",))),
                           "points": (*BOTH, point("p2", usage="water"))},
     ("lot_without_offer", "/lots/1", "coordinator", None, "blocking")),
    ("lot without point", {"lots": (lot(), lot("lot-2", usages=("water",)))},
     ("lot_without_point", "/lots/1", "coordinator", None, "warning")),
    ("offer of no lot", {"offers": (offer("a"), offer("b", lot="lot-9"))},
     ("lot_unknown", "/offers/1/lot", "coordinator", None, "blocking")),
    ("offer twice", {"offers": (offer("a"), offer("a"))},
     ("twice", "/offers/1/id", "coordinator", None, "blocking")),
    ("hole", {"offers": (offer("a", tier("0", "99"), tier("100")),)},
     ("tier_hole", "/offers/0/tiers/1/from_mwh", "supplier", "S-a", "blocking")),
    ("overlap", {"offers": (offer("a", tier("0", "101"), tier("100")),)},
     ("tier_overlap", "/offers/0/tiers/1/from_mwh", "supplier", "S-a", "blocking")),
    ("open tier in front", {"offers": (offer("a", tier("0"), tier("100")),)},
     ("tier_overlap", "/offers/0/tiers/1/from_mwh", "supplier", "S-a", "blocking")),
    ("downwards", {"offers": (offer("a", tier("100"), tier("0", "100")),)},
     ("tier_backwards", "/offers/0/tiers/1/from_mwh", "supplier", "S-a", "blocking")),
    ("inside out", {"offers": (offer("a", tier("0", "100"), tier("100", "50"), tier("100")),)},
     ("tier_backwards", "/offers/0/tiers/1/to_mwh", "supplier", "S-a", "warning")),
    ("a blank cell that another has", {"offers": (offer("a"), offer("b", tier(classes=("HPH",))))},
     ("price_missing", "/offers/1/tiers/0/prices", "supplier", "S-b", "warning")),
    ("a blank cell of all", {"offers": (offer("a", tier(classes=("HPH",))),)},
     ("price_missing", "/offers/0/tiers/0/prices", "supplier", "S-a", "blocking")),
    ("a blank year", {"offers": (offer("a", Tier(from_mwh=Decimal(0), prices=(
        cell("HPH"), *(cell("HCH", year=y) for y in (2027, 2028))))),)},
     ("price_missing", "/offers/0/tiers/0/prices", "supplier", "S-a", "blocking")),
    ("two prices", {"offers": (offer("a", Tier(from_mwh=Decimal(0), prices=(
        cell("HPH"), cell("HCH"), cell("HCH", "91")))),)},
     ("price_twice", "/offers/0/tiers/0/prices/2", "supplier", "S-a", "blocking")),
    ("the same price twice", {"offers": (offer("a", Tier(from_mwh=Decimal(0), prices=(
        cell("HPH"), cell("HCH"), cell("HCH")))),)},
     ("price_twice", "/offers/0/tiers/0/prices/2", "supplier", "S-a", "warning")),
    ("a year not delivered", {"offers": (offer("a", Tier(from_mwh=Decimal(0), prices=(
        cell("HPH"), cell("HCH"), cell("HCH", year=2030)))),)},
     ("price_year", "/offers/0/tiers/0/prices/2/year", "supplier", "S-a", "warning")),
    ("expired beside another", {"offers": (offer("a", valid_until=AWARD), offer("b"))},
     ("offer_expired", "/offers/0/valid_until", "supplier", "S-a", "warning")),
    ("expired alone", {"offers": (offer("a", valid_until=AT),)},
     ("offer_expired", "/offers/0/valid_until", "supplier", "S-a", "blocking")),
    ("not yet valid", {"offers": (offer("a", valid_from=AWARD.replace(minute=1)), offer("b"))},
     ("offer_not_yet_valid", "/offers/0/valid_from", "supplier", "S-a", "warning")),
    ("a reserved lot", {"lots": (lot(reserved="L2113-12"),), "offers": (offer("a"), offer("b")),
                        "limits": (SupplierLimit(supplier="S-b", qualifies=("L2113-12",)),)},
     ("reserved", "/offers/0/supplier", "supplier", "S-a", "blocking")),
    ("limit of nobody", {"limits": (SupplierLimit(supplier="S-z", max_lots=1),)},
     ("supplier_unknown", "/limits/0/supplier", "coordinator", None, "warning")),
    ("limit twice", {"limits": tuple(SupplierLimit(supplier="S-a", max_lots=n) for n in (1, 2))},
     ("twice", "/limits/1/supplier", "coordinator", None, "blocking")),
    ("bounds of a supplier", {"limits": (
        SupplierLimit(supplier="S-a", min_mwh=Decimal(9), max_mwh=Decimal(8)),)},
     ("bounds", "/limits/0/min_mwh", "supplier", "S-a", "blocking")),
    ("alone of nobody", {"alone": (AloneCost(
        member="faulx", lot="lot-1", eur=Decimal(1), source="x"),)},
     ("alone_unknown", "/alone/0/member", "coordinator", None, "blocking")),
    ("alone in no lot", {"alone": (AloneCost(
        member="pompey", lot="lot-9", eur=Decimal(1), source="x"),)},
     ("alone_unknown", "/alone/0/lot", "coordinator", None, "blocking")),
    ("alone twice", {"alone": tuple(AloneCost(
        member="pompey", lot="lot-1", eur=Decimal(n), source="x") for n in (1, 2))},
     ("twice", "/alone/1", "coordinator", None, "blocking")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "wanted"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED]
)
def test_each_planted_fault_is_found_alone(
    changes: dict[str, Any], wanted: tuple[str, str, str, str | None, str]
) -> None:
    (fault,) = check.faults(problem(**changes))
    assert (fault.kind, fault.where, fault.who, fault.whom, fault.severity) == wanted
    assert "{" not in fault.tell(str)
    if fault.severity == "warning":
        check.require(problem(**changes))
    else:
        with pytest.raises(BadInputs) as caught:
            check.require(problem(**changes))
        assert caught.value.faults == (fault,)


def test_a_point_in_two_lots_is_found() -> None:
    lots = (lot(), lot("lot-2"))
    offers = (offer("a"), offer("b", lot="lot-2"))
    found = check.faults(problem(lots=lots, offers=offers))
    assert [f.kind for f in found if f.severity == "blocking"] == ["several_lots"] * 2
    assert found[0].found.tell(str) == "the point p0 (C5, building) fits the lots lot-1, lot-2"


def test_all_faults_come_at_once_blocking_first() -> None:
    wrong = problem(
        points=(point("p0", mwh="8450"), point("p1", "nobody")),
        offers=(offer("a", tier("0", "1"), tier("5")), offer("b", lot="lot-9")),
        limits=(SupplierLimit(supplier="S-z"),),
    )
    found = check.faults(wrong)
    kinds = [fault.kind for fault in found]
    assert {"volume_unit", "member_unknown", "tier_hole", "lot_unknown"} <= set(kinds)
    severities = [fault.severity for fault in found]
    assert severities == sorted(severities)
    with pytest.raises(BadInput) as caught:
        check.require(wrong)
    assert caught.value.where == found[0].where
    assert "looks like kWh" in str(caught.value)
    assert "ask the member pompey" in str(caught.value)
    assert len(str(caught.value).splitlines()) == severities.count("blocking")


def test_the_error_survives_pickle_as_dask_needs() -> None:
    with pytest.raises(BadInputs) as caught:
        check.require(problem(lots=()))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (made here)
    assert str(again) == str(caught.value)
    assert again.where == caught.value.where


def test_a_file_row_is_told_by_the_nearest_part() -> None:
    rows = {"/points/2": SourceRow(file="perimetre.xlsx", row=14)}
    (fault,) = check.faults(problem(points=(*BOTH, point("p2", energy=()))), rows)
    assert fault.source == rows["/points/2"]
    assert fault.tell(str).startswith("perimetre.xlsx, row 14: the point p2 has no energy")


def test_a_negative_volume_and_a_missing_one_name_the_member_to_ask() -> None:
    told = problem().model_dump_json().replace('"8"', '"-8"', 1)
    with pytest.raises(BadInputs) as caught:
        check.parse_problem(told)
    (fault,) = caught.value.faults
    assert isinstance(fault, PurchaseFault)
    assert (fault.kind, fault.where, fault.who) == (
        "volume_missing", "/points/0/energy/0/mwh", "member",
    )  # fmt: skip
    assert "-8" in str(caught.value) and "at least 0" in str(caught.value)


def test_a_form_with_braces_is_told_as_it_is() -> None:
    told = problem().model_dump_json().replace(FTA, "bt inf")
    with pytest.raises(BadInputs) as caught:
        check.parse_problem(told)
    assert "{2,20}" in str(caught.value)


def test_tiers_may_meet_at_a_volume_or_a_kilowatt_hour_before_it() -> None:
    for end in ("100", "99.999"):
        assert not check.faults(problem(offers=(offer("a", tier("0", end), tier("100")),)))
    (fault,) = check.faults(problem(offers=(offer("a", tier("0", "99.998"), tier("100")),)))
    assert fault.kind == "tier_hole"


def test_an_offer_may_be_taken_until_the_last_instant_before_its_end() -> None:
    late = AWARD.replace(microsecond=1)
    assert not check.faults(problem(offers=(offer("a", valid_until=late),)))
    assert check.faults(problem(offers=(offer("a", valid_until=AWARD),)))


def test_without_members_listed_mandates_are_not_asked_for() -> None:
    assert not check.faults(problem(members=()))


def test_a_divided_lot_does_without_a_cell_that_another_offer_prices() -> None:
    halves = (offer("a", tier(classes=("HPH",))), offer("b", tier(classes=("HCH",))))
    one = check.faults(problem(offers=halves))
    assert {fault.severity for fault in one} == {"blocking"}
    divided = check.faults(problem(offers=halves, lots=(lot(max_awards=None),)))
    assert {fault.severity for fault in divided} == {"warning"}
