"""The golden vectors of domain.md §6.2 to §6.4: every cell to the cent."""

from decimal import Decimal

import pytest

from synergie.energy.plan.tariff.bill import yearly
from synergie.errors import BadInput
from tests.plan.tariff.points import CASES, IN_2026, LOT_2, OPTIONS, energy, terms

NETWORK = {
    "HPS full night, HC 22-06": ("1087.67", "786.34", "757.80", "917.83", "851.31"),
    "HPS off 00:00-05:30": ("609.23", "556.46", "540.65", "571.85", "727.75"),
    "HPS full night, HC 02-06": ("1087.90", "912.57", "876.56", "1021.86", "851.37"),
    "LED full night": ("363.23", "270.37", "261.89", "311.34", "303.13"),
    "LED off 00:00-05:30": ("216.02", "199.64", "195.08", "204.89", "265.11"),
}
ALL_IN = {
    "HPS full night, HC 22-06": ("3493.59", "3061.14", "3034.40", None, "3331.09"),
    "HPS off 00:00-05:30": ("1851.21", "1817.31", "1803.30", None, "2043.58"),
    "HPS full night, HC 02-06": ("3494.41", "3271.67", "3237.47", None, "3331.73"),
    "LED full night": ("1107.80", "974.57", "966.70", None, "1072.32"),
    "LED off 00:00-05:30": ("602.45", "591.85", "587.90", None, "676.16"),
}
MU4_PARTS = {
    "HPS full night, HC 22-06": ("1633.67", "16.73", "626.21"),
    "HPS off 00:00-05:30": ("924.67", "16.73", "321.26"),
    "HPS full night, HC 02-06": ("1717.82", "16.73", "626.36"),
    "LED full night": ("502.67", "9.46", "192.68"),
    "LED off 00:00-05:30": ("284.51", "9.46", "98.85"),
}
KWH = {
    "HPS full night, HC 22-06": "20298.46",
    "HPS off 00:00-05:30": "10413.52",
    "HPS full night, HC 02-06": "20303.40",
    "LED full night": "6245.68",
    "LED off 00:00-05:30": "3204.16",
}
FIXED = {
    6: ("105.22", "99.46", "111.52", "119.74", "597.58"),
    2: ("60.94", "59.02", "63.04", "65.78", "225.06"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_network_of_the_cabinet_is_that_of_6_2_to_the_cent(case: str) -> None:
    found = {
        code: yearly(terms(code, CASES[case][1]), energy(case), on=IN_2026) for code in OPTIONS
    }
    assert [str(bill.network_eur) for bill in found.values()] == list(NETWORK[case])
    assert {bill.kwh for bill in found.values()} == {Decimal(KWH[case])}


@pytest.mark.parametrize("case", CASES)
def test_the_whole_bill_of_the_cabinet_is_that_of_6_3_to_the_cent(case: str) -> None:
    bills = [
        yearly(terms(code, CASES[case][1], prices=LOT_2), energy(case), on=IN_2026)
        for code in OPTIONS
    ]
    assert [None if one.ht_eur is None else str(one.ht_eur) for one in bills] == list(ALL_IN[case])
    mu4 = bills[OPTIONS.index("BTINFMU4")]
    assert (str(mu4.supply_eur), str(mu4.cta_eur), str(mu4.accise_eur)) == MU4_PARTS[case]


def test_a_missing_cell_is_not_priced_and_named_never_zero() -> None:
    bill = yearly(terms("BTINFMUDT", 6, prices=LOT_2), energy("LED full night"), on=IN_2026)
    assert (bill.supply_eur, bill.ht_eur, bill.ttc_eur, bill.vat) == (None, None, None, ())
    assert {(one.tariff_code, one.time_class) for one in bill.not_priced} == {
        ("BTINFMUDT", "HP"), ("BTINFMUDT", "HC"),
    }  # fmt: skip
    assert sum(one.kwh for one in bill.not_priced) == bill.kwh
    assert bill.network_eur is not None and bill.network_eur > 0


def test_a_missing_cell_without_energy_is_told_and_the_bill_holds() -> None:
    kept = tuple(
        one for one in LOT_2.prices if (one.tariff_code, one.time_class) != ("BTINFMU4", "HCE")
    )
    prices = LOT_2.model_copy(update={"prices": kept})
    winter = {"HPH": Decimal(100), "HCH": Decimal(50)}
    bill = yearly(terms("BTINFMU4", 6, prices=prices), winter, on=IN_2026)
    assert [(one.time_class, one.kwh) for one in bill.not_priced] == [("HCB", Decimal(0))]
    assert bill.ht_eur is not None


def test_lu_wins_the_network_only_and_mu4_all_in() -> None:
    case = "HPS full night, HC 02-06"
    lu, mu4 = (
        yearly(terms(code, 6, prices=LOT_2), energy(case), on=IN_2026)
        for code in ("BTINFLU", "BTINFMU4")
    )
    assert lu.network_eur is not None and mu4.network_eur is not None
    assert lu.network_eur < mu4.network_eur
    assert lu.ht_eur is not None and mu4.ht_eur is not None
    assert mu4.ht_eur < lu.ht_eur


@pytest.mark.parametrize("kva", FIXED)
def test_the_fixed_part_is_that_of_6_2(kva: int) -> None:
    bills = [yearly(terms(code, kva), {}, on=IN_2026) for code in OPTIONS]
    assert [str(one.network_eur) for one in bills] == list(FIXED[kva])


@pytest.mark.parametrize(
    ("code", "powers", "expected"),
    [("BTSUPCU", (60, 60, 60, 60), "1557.67"), ("BTSUPCU", (36, 36, 60, 60), "1484.47"),
     ("BTSUPLU", (60, 60, 60, 60), "2310.67"), ("BTSUPLU", (36, 36, 60, 60), "1986.19")],
)  # fmt: skip
def test_sixty_kva_without_energy_are_those_of_6_4(
    code: str, powers: tuple[int, int, int, int], expected: str
) -> None:
    assert str(yearly(terms(code, *powers), {}, on=IN_2026).network_eur) == expected


@pytest.mark.parametrize("code", ["BTSUPCU", "BTSUPLU", "BTSUPCU4"])
def test_powers_that_fall_are_rejected(code: str) -> None:
    with pytest.raises(BadInput, match="powers that do not fall") as caught:
        yearly(terms(code, 60, 60, 36, 36), {}, on=IN_2026)
    assert caught.value.where == "/powers/HPB"


def test_the_mean_price_of_the_best_option_is_that_of_6_3() -> None:
    bill = yearly(
        terms("BTINFMU4", 6, prices=LOT_2), energy("HPS full night, HC 22-06"), on=IN_2026
    )
    assert bill.ht_eur is not None
    assert round(bill.ht_eur / bill.kwh * 1000, 1) == Decimal("149.5")
