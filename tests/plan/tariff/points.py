"""What the tests of the tariff price: the cabinet of 38 points, its options, its price schedule."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff.bill import lot_prices
from synergie.energy.records.tariff import BilledTerms, ClassPower, PriceSchedule

FOUR = ("HPH", "HCH", "HPB", "HCB")
IN_2026 = date(2026, 3, 1)

LOT_2: PriceSchedule = lot_prices(
    "lot 2",
    {
        ("BTINFCUST", "BASE"): Decimal("86.90"),
        ("BTINFLU", "BASE"): Decimal("86.90"),
        **{
            (code, name): Decimal(price)
            for code in ("BTINFCU4", "BTINFMU4")
            for name, price in {
                "HPH": "117.16", "HCH": "85.53", "HPE": "59.45", "HCE": "61.94"
            }.items()
        },
    },
)  # fmt: skip
"""The schedule of domain.md §4.1, lot 2; it has no cell for MUDT."""

OPTIONS = ("BTINFCUST", "BTINFCU4", "BTINFMU4", "BTINFMUDT", "BTINFLU")

CASES: Mapping[str, tuple[int, int, tuple[int, int, int, int]]] = {
    "HPS full night, HC 22-06": (130, 6, (880, 1207, 352, 1670)),
    "HPS off 00:00-05:30": (130, 6, (880, 377, 352, 499)),
    "HPS full night, HC 02-06": (130, 6, (1484, 603, 1208, 815)),
    "LED full night": (40, 2, (880, 1207, 352, 1670)),
    "LED off 00:00-05:30": (40, 2, (880, 377, 352, 499)),
}
"""W a point, kVA, hours by class of §6.1."""


def energy(case: str) -> dict[str, Decimal]:
    """kWh by class of the 38 points."""
    watts, _, hours = CASES[case]
    return {name: Decimal(38 * watts * each) / 1000 for name, each in zip(FOUR, hours, strict=True)}


def terms(code: str, *kva: int, prices: PriceSchedule | None = None) -> BilledTerms:
    """Terms of an option with one power, or one a class in the order in which they rise."""
    if len(kva) == 1:
        powers: tuple[ClassPower, ...] = (ClassPower(kva=Decimal(kva[0])),)
    else:
        powers = tuple(
            ClassPower(time_class=name, kva=Decimal(each))
            for name, each in zip(FOUR, kva, strict=True)
        )
    return BilledTerms(tariff_code=code, powers=powers, prices=prices)
