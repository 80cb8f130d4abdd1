"""What stands below the first rows, or in the second point, is looked at too."""

import pytest

from synergie.formats.tables._sample import COMPARED, SAMPLED
from tests.formats.tables.test_traps import PRM, read, rows, stops

FAR = SAMPLED + 20


def point(n: int) -> str:
    return f"9900000000{n:04d}"


@pytest.mark.parametrize(
    ("first", "blocks"), [(COMPARED + 16, ["columns-part"]), (10**9, [])], ids=["part", "alike"]
)
def test_columns_that_told_the_same_and_part_below_stop(first: int, blocks: list[str]) -> None:
    told = [900 - 60 * (n % 12) for n in range(FAR)]
    lines = (
        f"{point(n // 12)};{n % 12 + 1:02}/2025;{kwh};{kwh + 150 * (n >= first)}"
        for n, kwh in enumerate(told)
    )
    report = read(rows("PRM;Mois;Conso relevée (kWh);Conso facturée (kWh)", *lines))[1]
    assert stops(report) == blocks


def test_columns_of_two_units_that_stay_alike_do_not_stop() -> None:
    lines = (
        f"{point(n // 12)};{n % 12 + 1:02}/2025;{900 - 60 * (n % 12)};0,{900 - 60 * (n % 12)}"
        for n in range(FAR)
    )
    report = read(rows("PRM;Mois;Conso (kWh);Conso (MWh)", *lines))[1]
    assert stops(report) == []


@pytest.mark.parametrize(
    ("told", "more", "blocks"),
    [
        ("1,234", "", ["mark-late"]),
        ("1,234", "987,5", []),
        ("1234", "", []),
    ],
)
def test_a_mark_that_comes_late_is_not_guessed(told: str, more: str, blocks: list[str]) -> None:
    values = [str(890 - 60 * (n % 12)) for n in range(FAR)]
    values[-5:] = [told] * 5
    values[-1] = more or told
    lines = (f"{point(n // 12)};{n % 12 + 1:02}/2025;{v}" for n, v in enumerate(values))
    report = read(rows("PRM;Mois;Consommation (kWh)", *lines))[1]
    others = {"year-leaps", "energy-under-usual"}
    assert [one for one in stops(report) if one not in others] == blocks


MONTHS = range(1, 13)


@pytest.mark.parametrize(
    ("kva", "second", "blocks"),
    [
        ("", "1,{}", ["energy-under-usual"]),
        ("", "1,2", ["energy-under-usual"]),
        ("", "0,9{}0", ["energy-under-usual"]),
        ("36", "80,{}", ["energy-under-usual"]),
        ("3", "80,{}", []),
        ("", "1280,{}", []),
        ("", "2", []),
    ],
)
def test_the_second_point_in_another_unit_stops(kva: str, second: str, blocks: list[str]) -> None:
    lines = [f"{PRM};{m:02}/2025;{1200 + 90 * (m % 3)};{kva}" for m in MONTHS]
    lines += [f"{point(25)};{m:02}/2025;{second.format(531 - m * 3)};{kva}" for m in MONTHS]
    answers = {"decimal": ","} if second in {"1,{}", "80,{}"} else {}
    text = rows("PRM;Mois;Consommation (kWh);Puissance souscrite (kVA)", *lines)
    report = read(text, **answers)[1]
    assert stops(report) == blocks


def test_a_small_point_among_others_with_three_decimals_is_small() -> None:
    lines = [f"{PRM};{m:02}/2025;{1200 + 90 * (m % 3)},125" for m in MONTHS]
    lines += [f"{point(25)};{m:02}/2025;1,{531 - m * 3}" for m in MONTHS]
    assert stops(read(rows("PRM;Mois;Consommation (kWh)", *lines))[1]) == []
