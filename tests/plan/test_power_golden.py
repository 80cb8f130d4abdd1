"""The golden vectors of domain.md §6.2 to §6.4 through the re-fit, to the cent."""

from decimal import Decimal

import pytest

from synergie.energy.plan.power.portfolio import refit
from synergie.energy.records.power import SubscribedKva
from synergie.energy.records.power_plan import OptionCost, PowerOutcome
from tests.plan.power_cases import LOT_2, cabinet, load, point, problem, rules, schedule

OPTIONS = ("BTINFCUST", "BTINFCU4", "BTINFMU4", "BTINFMUDT", "BTINFLU")
TURPE = {
    ("full", 4940): ("1087.67", "786.34", "757.80", "917.83", "851.31"),
    ("off", 4940): ("609.23", "556.46", "540.65", "571.85", "727.75"),
    ("narrow", 4940): ("1087.90", "912.57", "876.56", "1021.86", "851.37"),
    ("full", 1520): ("363.23", "270.37", "261.89", "311.34", "303.13"),
    ("off", 1520): ("216.02", "199.64", "195.08", "204.89", "265.11"),
}
ALL_IN = {
    ("full", 4940): ("3493.59", "3061.14", "3034.40", None, "3331.09"),
    ("off", 4940): ("1851.21", "1817.31", "1803.30", None, "2043.58"),
    ("narrow", 4940): ("3494.41", "3271.67", "3237.47", None, "3331.73"),
    ("full", 1520): ("1107.80", "974.57", "966.70", None, "1072.32"),
    ("off", 1520): ("602.45", "591.85", "587.90", None, "676.16"),
}
PARTS = {
    ("full", 4940): ("1633.67", "16.73", "626.21"),
    ("off", 4940): ("924.67", "16.73", "321.26"),
    ("narrow", 4940): ("1717.82", "16.73", "626.36"),
    ("full", 1520): ("502.67", "9.46", "192.68"),
    ("off", 1520): ("284.51", "9.46", "98.85"),
}


def only(code: str, case: tuple[str, int], cells: dict[str, dict[str, str]]) -> PowerOutcome:
    """What comes out when *code* alone has prices."""
    mine = {code: cells[code]} if code in cells else {"BTINFNONE": {"BASE": "1"}}
    (one,) = refit(problem(cabinet("c", case[1], case[0]), prices=(schedule(mine),))).outcomes
    return one


def network(cost: OptionCost) -> Decimal:
    """CG + CC + CS: rounded parts, so within a cent of the rounded sum."""
    bill = cost.bill
    return bill.management_eur + bill.metering_eur + bill.power_eur + bill.energy_eur


@pytest.mark.parametrize("case", TURPE)
@pytest.mark.parametrize("option", range(5))
def test_the_network_tariff_of_every_option(case: tuple[str, int], option: int) -> None:
    code = OPTIONS[option]
    classes = {"BTINFMUDT": ("HP", "HC")}.get(code, tuple(LOT_2.get(code, {"BASE": ""})))
    free = {code: dict.fromkeys(classes, "0")}
    best = only(code, case, free).best
    assert best is not None
    assert network(best) == Decimal(TURPE[case][option])


@pytest.mark.parametrize("case", ALL_IN)
@pytest.mark.parametrize("option", range(5))
def test_the_whole_bill_of_every_option(case: tuple[str, int], option: int) -> None:
    found, expected = only(OPTIONS[option], case, LOT_2), ALL_IN[case][option]
    if expected is None:
        assert found.best is None
        assert "BTINFMUDT" in {
            gap.tariff_code for gap in found.not_priced if gap.kind == "no_price"
        }
        return
    assert found.best is not None
    assert found.best.bill.total_eur == Decimal(expected)
    if OPTIONS[option] == "BTINFMU4":
        bill = found.best.bill
        parts = (bill.supply_eur, bill.cta_eur, bill.accise_eur)
        assert parts == tuple(map(Decimal, PARTS[case]))


@pytest.mark.parametrize("case", ALL_IN)
def test_the_cheapest_on_the_whole_bill_is_taken(case: tuple[str, int]) -> None:
    plan = refit(problem(cabinet("c", case[1], case[0])))
    (one,) = plan.outcomes
    priced = {code: Decimal(eur) for code, eur in zip(OPTIONS, ALL_IN[case], strict=True) if eur}
    assert one.best is not None and one.second is not None
    assert one.best.tariff_code == min(priced, key=lambda code: priced[code]) == "BTINFMU4"
    assert one.second.bill.total_eur == sorted(priced.values())[1]
    assert plan.objective_eur == min(priced.values())
    assert one.proposed_kva == {4940: 6, 1520: 2}[case[1]]


def test_the_long_use_option_wins_on_the_network_and_loses_on_the_bill() -> None:
    """Row 3 of §6.3: choose on the whole bill."""
    (one,) = refit(problem(cabinet("c", 4940, "narrow"))).outcomes
    assert one.best is not None and one.best.tariff_code == "BTINFMU4"
    assert any(r.values == ("BTINFLU",) and "network tariff alone" in r.text for r in one.reasons)


@pytest.mark.parametrize(
    ("code", "powers", "network_eur"),
    [
        ("BTSUPCU", (60, 60, 60, 60), "1557.67"),
        ("BTSUPCU", (36, 36, 60, 60), "1484.47"),
        ("BTSUPLU", (60, 60, 60, 60), "2310.67"),
        ("BTSUPLU", (36, 36, 60, 60), "1986.19"),
    ],
)
def test_sixty_kva_flat_and_stepped(code: str, powers: tuple[int, ...], network_eur: str) -> None:
    told = tuple(
        SubscribedKva(time_class=name, kva=Decimal(kva))  # type: ignore[arg-type]
        for name, kva in zip(("HPH", "HCH", "HPB", "HCB"), powers, strict=True)
    )
    none = dict.fromkeys(("HPH", "HCH", "HPB", "HCB"), "0")
    sixty = point(market_segment="C4", tariff_code=code, subscribed=told, load=load(none, 60_000))
    (one,) = refit(problem(sixty)).outcomes
    assert one.today is not None
    assert network(one.today) == Decimal(network_eur)


def test_powers_that_fall_are_refused() -> None:
    told = tuple(
        SubscribedKva(time_class=name, kva=Decimal(kva))  # type: ignore[arg-type]
        for name, kva in zip(("HPH", "HCH", "HPB", "HCB"), (60, 60, 36, 36), strict=True)
    )
    none = dict.fromkeys(("HPH", "HCH", "HPB", "HCB"), "0")
    falling = point(
        market_segment="C4", tariff_code="BTSUPCU", subscribed=told, load=load(none, 60_000)
    )
    (one,) = refit(problem(falling)).outcomes
    assert one.status == "not_compared" and one.today is None
    assert "are not as this option wants them" in one.reasons[0].text


def test_margin_and_powers_are_those_stated() -> None:
    (one,) = refit(problem(cabinet("c", 4940, "full"), rules=rules(margin="0"))).outcomes
    assert one.proposed_kva == 5  # 4.94 kVA without margin
