"""The template of monthly energies goes through the rules of any table, and its twins through."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import override

import pytest

from synergie import formats
from synergie.formats import Report
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

HEAD = (
    "Type de point;PRM ou PCE;Nom du point;Premier jour de la période;"
    "Dernier jour de la période (compris);Énergie de la période (kWh);Montant de la période (€);"
    "Relevée ou estimée"
)
PRM = "99000000000017"
KWH = (4120, 3890, 3405, 2710, 2215, 1980, 2050)
LAST = (31, 28, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Line:
    """One row."""

    month: int
    kwh: str
    point: str = PRM
    name: str = "Mairie"
    scheme: str = ""
    cost: str = ""
    how: str = ""
    last: str = ""

    @override
    def __str__(self) -> str:
        month = self.month
        end = self.last or f"{LAST[month - 1]}/{month:02}/2026"
        return (
            f"{self.scheme};{self.point};{self.name};01/{month:02}/2026;{end};{self.kwh};"
            f"{self.cost};{self.how}"
        )


def read(
    lines: Sequence[Line], confirmed: tuple[str, ...] = ()
) -> tuple[list[PeriodEnergy], Report]:
    text = "\r\n".join([HEAD, *map(str, lines)])
    with formats.read(text.encode(), profile=Profile(confirmed=confirmed)) as result:
        assert result.format == "template-monthly-energy"
        found = [one for one in result.records if isinstance(one, PeriodEnergy)]
        return found, result.report


def stops(report: Report) -> list[str]:
    return [code for code, one in report.findings.items() if one.check.severity == "block"]


def months(told: Callable[[int, int], str], **more: str) -> list[Line]:
    return [Line(n, told(n, kwh), **more) for n, kwh in enumerate(KWH, start=1)]


def thousandth(_: int, kwh: int) -> str:
    return f"{kwh / 1000:.3f}".replace(".", ",")


def added(n: int, _: int) -> str:
    return str(sum(KWH[:n]))


def test_months_as_they_are_stop_nothing() -> None:
    found, report = read(months(lambda _, kwh: str(kwh)))
    assert [one.energy_kwh for one in found] == [Decimal(kwh) for kwh in KWH]
    assert (stops(report), report.kept, report.refusals) == ([], 7, 0)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (thousandth, "energy-under-usual"),
        (lambda _, kwh: str(kwh * 1000), "energy-over-usual"),
        (added, "energy-never-falls"),
        (lambda _, __: "0", "all-zero"),
    ],
)
def test_the_rules_of_any_table_stop_a_template(told: Callable[[int, int], str], code: str) -> None:
    report = read(months(told))[1]
    assert stops(report) == [code]
    assert stops(read(months(told), (code,))[1]) == []


def test_a_last_day_that_is_the_first_of_the_next_period_stops() -> None:
    lines = [Line(n, str(4000 - n), last=f"01/{n + 1:02}/2026") for n in range(1, 6)]
    assert stops(read(lines)[1]) == ["periods-overlap"]


def test_costs_that_no_energy_has_stop() -> None:
    lines = months(lambda _, kwh: str(kwh), cost="0,52")
    assert stops(read(lines)[1]) == ["cost-unlikely"]


def test_a_second_energy_stops_and_a_measure_takes_the_place_of_its_estimate() -> None:
    plain = months(lambda _, kwh: str(kwh))
    found, report = read([*plain, Line(3, "3500")])
    assert (stops(report), len(found), report.refusals) == (["two-values"], 7, 1)
    found, report = read([Line(3, "3500", how="estimée"), *plain])
    assert (stops(report), report.refusals) == ([], 0)
    assert sum(one.energy_kwh or 0 for one in found) == sum(KWH)
    found, report = read([*plain, plain[2]])
    assert (stops(report), len(found), report.duplicates) == ([], 7, 1)


def test_a_bill_that_is_taken_back_counts_no_more() -> None:
    found, report = read([Line(1, "100"), Line(1, "-100", how="corrigée"), Line(1, "80")])
    assert [one.energy_kwh for one in found] == [Decimal(80)]
    assert stops(report) == []


def test_what_is_below_zero_is_suspect_unless_it_corrects() -> None:
    found, report = read([Line(1, "-120"), Line(2, "300"), Line(3, "-5", how="corrigée")])
    assert [one.quality for one in found] == ["suspect", "measured", "corrected"]
    assert report.findings["below-zero"].times == 1


def test_a_name_that_is_the_sum_of_the_others_is_no_point() -> None:
    mine = months(lambda _, kwh: str(kwh), point="")
    other = months(lambda n, kwh: str(kwh // 3 + n), point="", name="École")
    total = months(lambda n, kwh: str(kwh + kwh // 3 + n), point="", name="Commune")
    found, report = read([*mine, *other, *total])
    assert {one.name for one in found} == {"Mairie", "École"}
    assert (report.findings["total-row"].times, stops(report)) == (7, [])


def test_one_site_has_its_electricity_and_its_gas() -> None:
    """Neither overlaps the other, and `gaz` in a name is what its row says that it is."""
    lines = [
        *months(lambda _, kwh: str(kwh), point="", scheme="PRM"),
        *months(lambda _, kwh: str(kwh * 2), point="", scheme="PCE"),
        *months(lambda _, kwh: str(kwh), point="", name="École électricité", scheme="PRM"),
        *months(lambda _, kwh: str(kwh * 3), point="", name="École gaz", scheme="PCE"),
    ]
    found, report = read(lines)
    assert (len(found), stops(report), report.refusals) == (28, [], 0)
    gas = sum(one.energy_kwh or 0 for one in found if one.energy == "gas")
    assert gas == 5 * sum(KWH)


def test_many_rows_that_cannot_be_read_stop() -> None:
    good, bad = months(lambda _, kwh: str(kwh)), [Line(n, "voir note") for n in (1, 2, 3)]
    report = read([*good, *bad])[1]
    assert (stops(report), report.refusals) == (["many-refused"], 3)
    assert stops(read([*good, bad[0]])[1]) == []


def test_the_template_is_checked_as_it_is_deposited(tmp_path: Path) -> None:
    from synergie.formats.check import check

    file = tmp_path / "mois.csv"
    file.write_text("\r\n".join([HEAD, *map(str, months(thousandth))]), encoding="utf-8")
    assert [one.code for one in check(file).blocks] == ["energy-under-usual"]


@pytest.mark.parametrize(
    ("name", "scheme", "kept"),
    [
        ("Sous-station chaleur RCU", "", 7),
        ("Compteur eau stade", "AUTRE", 7),
        ("Fioul", "", 7),
        ("Station eau", "", 14),
        ("Chaufferie", "", 14),
    ],
)
def test_heat_and_water_by_their_name_are_no_electricity(name: str, scheme: str, kept: int) -> None:
    code = "EAU1" if scheme else ""
    more = [Line(n, str(kwh), point=code, name=name, scheme=scheme)
            for n, kwh in enumerate(KWH, start=1)]  # fmt: skip
    told, report = read([*months(lambda _, kwh: str(kwh)), *more])
    assert len(told) == kept
    assert report.refusals == 14 - kept


def test_a_column_of_energies_that_is_not_read_stops() -> None:
    lines = months(lambda _, kwh: str(kwh))
    data = "\n".join([HEAD.replace("Énergie de la période (kWh)", "kWh"), *map(str, lines)])
    with formats.read(data.encode(), format="template-monthly-energy") as result:
        list(result.records)
    assert "no-energy" in stops(result.report)


def test_tenths_of_megawatt_hours_stop() -> None:
    lines = months(lambda _, kwh: f"{kwh / 1000:.2f}".replace(".", ","))
    assert stops(read(lines)[1]) == ["energy-under-usual"]


@pytest.mark.parametrize(("classes", "stop"), [
    (("HC",), True), (("HP",), True), (("HCH", "HCB"), True), (("HP", "HC"), False),
    (("BASE",), False), (("HPH", "HCH"), False),
])  # fmt: skip
def test_energies_of_some_hours_alone_stop(classes: tuple[str, ...], stop: object) -> None:
    head = HEAD.replace(";Énergie", ";Classe temporelle;Énergie")
    rows = [f";{PRM};Mairie;01/{n:02}/2026;{LAST[n - 1]}/{n:02}/2026;{name};{kwh + len(name)};;"
            for n, kwh in enumerate(KWH, start=1) for name in classes]  # fmt: skip
    with formats.read("\n".join([head, *rows]).encode()) as result:
        assert len(list(result.records)) == len(rows)
    assert stops(result.report) == (["class-alone"] if stop else [])


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("previsions_2026.csv", ["title-claims"]),
        ("conso_allouée.csv", ["title-claims"]),
        ("modele_energies_2025.csv", []),
        ("energies_2025.csv", []),
    ],
)
def test_a_template_is_looked_at_by_the_name_of_its_file_too(name: str, blocks: list[str]) -> None:
    text = "\n".join([HEAD, *map(str, months(lambda _, kwh: str(kwh)))]) + "\n"
    with formats.read(text.encode(), name=name) as result:
        assert len(list(result.records)) == len(KWH)
    assert stops(result.report) == blocks
