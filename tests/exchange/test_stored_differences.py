"""Energies of a file beside the store: what differs is suspect on both sides."""

import io
from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.deposits import Deposits, Doubted
from synergie.exchange.readings.energies import stored_differences
from synergie.exchange.readings.energies.year_tables import YearTables
from synergie.exchange.readings.facts import Facts
from synergie.formats.tables.propose import Unconfirmed
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.storage.store import Store
from tests.exchange.lines import put, register
from tests.exchange.people import NOW, Body, point

CODE, OTHER = "99000000000017", "99000000000024"
HEAD = "PRM;Du;Au;Consommation (kWh)\n"
WINTER = (900, 800, 700)


def rows(year: int, *kwh: int) -> str:
    months = [(n, monthrange(year, n)[1]) for n in range(1, len(kwh) + 1)]
    return HEAD + "".join(
        f"{CODE};01/{n:02}/{year};{last}/{n:02}/{year};{c}\n"
        for (n, last), c in zip(months, kwh, strict=True)
    )


def deposit(
    store: Store,
    owner: Body,
    text: str,
    name: str,
    *,
    confirmed: tuple[str, ...] = (),
    dry: bool = False,
) -> DepositReport:
    """Deposit a table; what it leaves open is answered with the first choice."""

    def put(profile: Profile | None) -> DepositReport:
        source = io.BytesIO(text.encode())
        return Deposits(store).deposit(
            owner.caller, source, name=name, profile=profile, dry_run=dry, now=NOW
        )

    try:
        return put(None)
    except Unconfirmed as asked:
        proposal = asked.proposal
    for question in proposal.questions:
        proposal = proposal.answered(question.field, question.choices[0])
    profile = proposal.profile
    assert profile.table is not None
    table = profile.table.model_copy(update={"confirmed": confirmed})
    return put(profile.model_copy(update={"table": table}))


def held(store: Store, owner: Body) -> list[list[object]]:
    """Energy, quality and source of each energy that holds, in order."""
    found = Facts(store).page(owner.caller, "period_energy", now=NOW).items
    return sorted(
        [int(one.record.energy_kwh or 0), one.record.quality, one.source]
        for one in found
        if isinstance(one.record, PeriodEnergy)
    )


def codes(report: DepositReport) -> dict[str, str]:
    return {one.code: one.severity for one in report.findings}


def test_another_value_of_a_stored_period_is_suspect_and_told(store: Store, owner: Body) -> None:
    deposit(store, owner, rows(2025, *WINTER), "a.csv")
    report = deposit(store, owner, rows(2025, 900, 850, 701), "b.csv")
    (finding,) = [one for one in report.findings if one.code == "differs-from-stored"]
    assert (finding.place, finding.times) == (f"prm:{CODE}", 1)
    for said in ("from 2025-02-01 to 2025-03-01: 850 kWh", "800 kWh", "a.csv", "2026-11-25",
                 "the new one counts"):  # fmt: skip
        assert said in finding.text, said
    assert held(store, owner) == [
        [701, "measured", "table-csv"], [850, "suspect", "table-csv"],
        [900, "measured", "table-csv"],
    ]  # fmt: skip
    again = deposit(store, owner, rows(2025, 900, 850, 701) + "\n", "c.csv")
    assert "differs-from-stored" not in codes(again)
    assert [850, "suspect", "table-csv"] in held(store, owner), "settles nothing"


def test_what_is_stored_under_another_key_is_suspect_too_and_undone_with_the_file(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch)
    SupplyPoints(store).publish(owner.caller, [point(CODE)], now=NOW)
    flow = PeriodEnergy(
        name=CODE, supply_point=f"prm:{CODE}", from_date=date(2025, 1, 1),
        to_date=date(2025, 2, 1), energy_kwh=Decimal(1000), grid="distributor",
        source="enedis-r67", provenance="synthetic",
    )  # fmt: skip
    put(store, owner, flow)
    report = deposit(store, owner, rows(2025, *WINTER), "a.csv")
    (finding,) = [one for one in report.findings if one.code == "differs-from-stored"]
    assert finding.severity == "warning"
    assert finding.text.endswith("both are kept, each under its source, and are never added")
    kept = held(store, owner)
    assert kept[2:] == [[900, "suspect", "table-csv"], [1000, "suspect", "enedis-r67"]]
    Deposits(store).undo(owner.caller, str(report.id), now=NOW)
    assert held(store, owner) == [[1000, "measured", "enedis-r67"]]


@pytest.mark.parametrize("dry", [True, False])
def test_a_year_many_times_the_one_before_stops_until_somebody_says_it_is_right(
    store: Store, owner: Body, *, dry: bool
) -> None:
    deposit(store, owner, rows(2024, *WINTER), "a.csv")
    text = rows(2025, 21_000, 19_000, 17_500)
    if dry:
        report = deposit(store, owner, text, "b.csv", dry=True)
        assert codes(report)["far-from-year-before"] == "block"
        return
    with pytest.raises(Doubted) as stopped:
        deposit(store, owner, text, "b.csv")
    (doubt,) = [one for one in stopped.value.blocks if one.code == "far-from-year-before"]
    assert f"prm:{CODE}: 24.6 times a day" in doubt.text and isinstance(stopped.value, BadInput)
    assert [kwh for kwh, *_ in held(store, owner)] == sorted(WINTER)
    report = deposit(store, owner, text, "b.csv", confirmed=("far-from-year-before",))
    assert codes(report)["far-from-year-before"] == "warning"
    assert len(held(store, owner)) == 6


def test_an_energy_after_the_day_of_the_deposit_is_not_stored(store: Store, owner: Body) -> None:
    text = rows(2026, *range(900, 880, -2))
    assert "in-future" not in codes(deposit(store, owner, text, "a.csv"))
    held_before = held(store, owner)
    with pytest.raises(Doubted) as stopped:
        deposit(store, owner, rows(2026, *range(900, 878, -2)), "b.csv")
    assert [one.code for one in stopped.value.blocks] == ["in-future"]
    assert "2026-11-30" in stopped.value.blocks[0].text
    assert held(store, owner) == held_before


def test_a_year_like_the_one_before_is_not_doubted(store: Store, owner: Body) -> None:
    deposit(store, owner, rows(2024, *WINTER), "a.csv")
    report = deposit(store, owner, rows(2025, 950, 810, 1400), "b.csv")
    (series,) = report.series
    assert series.by_year == {"2025": 3160.0} and series.stored_by_year == {"2024": 2400.0}
    assert not {"far-from-year-before", "differs-from-stored"} & codes(report).keys()


def year(*kwh: int) -> str:
    """The whole year 2025, or the first quarter, as one bill."""
    return HEAD + "".join(f"{CODE};01/01/2025;31/12/2025;{one}\n" for one in kwh)


MONTHS = (900, 810, 860, 830, 790, 760, 800, 770, 830, 870, 840, 880)


@pytest.mark.parametrize(("total", "suspect"), [(sum(MONTHS), []), (12_000, [12_000])])
@pytest.mark.parametrize("first", ["months", "total"])
def test_a_total_and_its_months_are_held_together_and_count_once(
    store: Store, owner: Body, total: int, suspect: list[int], first: str
) -> None:
    files = [rows(2025, *MONTHS), year(total)]
    if first == "total":
        files.reverse()
    deposit(store, owner, files[0], "a.csv")
    report = deposit(store, owner, files[1], "b.csv")
    assert [one[0] for one in held(store, owner) if one[1] == "suspect"] == suspect
    assert ("total-over-stored" in codes(report)) is bool(suspect)
    (line,) = YearTables(store).all(owner.caller, now=NOW).lines
    assert (int(line.energy_kwh), line.whole_points) == (sum(MONTHS), 1)


def test_a_part_of_a_total_and_a_crossing_period_are_told(store: Store, owner: Body) -> None:
    deposit(store, owner, rows(2025, *WINTER), "a.csv")
    assert codes(deposit(store, owner, year(9_000), "b.csv"))["parts-of-total"] == "information"
    crossing = HEAD + f"{CODE};15/02/2025;14/03/2025;600\n"
    report = deposit(store, owner, crossing, "c.csv")
    assert codes(report)["overlaps-stored"] == "warning"
    report = deposit(store, owner, year(2_000), "d.csv")
    assert codes(report)["total-over-stored"] == "warning", "less than three of its months"


def test_an_estimate_takes_the_place_of_no_reading(store: Store, owner: Body) -> None:
    def told(nature: str, kwh: int) -> str:
        head = HEAD.replace("Au;", "Au;Nature;")
        return head + f"{CODE};01/01/2025;31/01/2025;{nature};{kwh}\n"

    deposit(store, owner, told("Réelle", 5_000), "a.csv")
    for kwh in (6_000, 5_000):
        report = deposit(store, owner, told("Estimée", kwh), f"{kwh}.csv")
        assert codes(report)["estimate-left-out"] == "warning"
        assert held(store, owner) == [[5_000, "measured", "table-csv"]]
    (line,) = YearTables(store).all(owner.caller, now=NOW).lines
    assert (line.suspect, line.estimated) == (0, 0)


def test_one_month_of_another_unit_stops(store: Store, owner: Body) -> None:
    deposit(store, owner, rows(2024, 9_000), "a.csv")
    with pytest.raises(Doubted):
        deposit(store, owner, rows(2025, 9), "b.csv")
    assert "far-from-year-before" not in codes(deposit(store, owner, rows(2025, 300), "c.csv"))


def test_many_differences_are_told_one_by_one_up_to_twenty_and_counted(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two points, a few energies and one point at a time."""
    monkeypatch.setattr(stored_differences, "_AT_ONCE", 5)
    monkeypatch.setattr(stored_differences, "_POINTS", 1)

    def both(more: int) -> str:
        one = rows(2025, *(kwh + more for kwh in MONTHS)).removeprefix(HEAD)
        pairs = zip(one.splitlines(), one.replace(CODE, OTHER).splitlines(), strict=True)
        return HEAD + "".join(f"{a}\n{b}\n" for a, b in pairs)

    deposit(store, owner, both(0), "a.csv")
    report = deposit(store, owner, both(100), "b.csv")
    found = [one.times for one in report.findings if one.code == "differs-from-stored"]
    assert found == [1] * 19 + [5]


def classes(*kwh: int) -> str:
    return f"PRM;Du;Au;HP (kWh);HC (kWh)\n{CODE};01/01/2025;31/01/2025;{kwh[0]};{kwh[1]}\n"


@pytest.mark.parametrize(
    ("first", "second", "suspect"),
    [
        (classes(600, 300), rows(2025, 950), 3),
        (rows(2025, 950), classes(600, 300), 3),
        (classes(600, 300), rows(2025, 905), 0),
        (rows(2025, 895), classes(600, 300), 0),
    ],
)
def test_a_total_is_held_against_the_classes_of_another_file(
    store: Store, owner: Body, first: str, second: str, suspect: int
) -> None:
    deposit(store, owner, first, "a.csv")
    report = deposit(store, owner, second, "b.csv")
    found = [one for one in report.findings if one.code == "differs-from-stored"]
    assert len(found) == bool(suspect)
    assert all("900 kWh" in one.text and "950 kWh" in one.text for one in found)
    assert [kind for _, kind, _ in held(store, owner)].count("suspect") == suspect
    deposit(store, owner, second + "\n", "c.csv")
    assert [kind for _, kind, _ in held(store, owner)].count("suspect") == suspect


YEAR = (900, 800, 700, 600, 500, 400, 300, 200, 300, 500, 700, 850)


@pytest.mark.parametrize(
    ("months", "stops"),
    [
        ((950, 1800), True),
        ((45_950, 46_800), True),
        ((950, 1000), False),
        ((1800, 950), False),
        ((1800,), False),
    ],
)
def test_a_later_file_of_sums_or_an_index_stops(
    store: Store, owner: Body, months: tuple[int, ...], *, stops: bool
) -> None:
    deposit(store, owner, rows(2024, *YEAR), "a.csv")
    text = rows(2025, *months)
    code = "rises-over-stored"
    if not stops:
        assert code not in codes(deposit(store, owner, text, "b.csv"))
        return
    far = "far-from-year-before"
    with pytest.raises(Doubted) as stopped:
        deposit(store, owner, text, "b.csv", confirmed=(far,))
    assert [one.code for one in stopped.value.blocks] == [code]
    assert len(held(store, owner)) == 12
    report = deposit(store, owner, text, "b.csv", confirmed=(far, code))
    assert codes(report)[code] == "warning"
    assert len(held(store, owner)) == 12 + len(months)


def test_a_rise_of_few_points_or_over_less_than_a_year_is_no_sum(store: Store, owner: Body) -> None:
    deposit(store, owner, rows(2024, *YEAR[:11]), "a.csv")
    assert "rises-over-stored" not in codes(deposit(store, owner, rows(2025, 950, 1800), "b.csv"))


def meter_curve(kwh: int) -> str:
    """A curve of January 2025 by hour, of *kwh* each."""
    steps = (f"prm;{d:02}/01/2025 {h:02}:00;{kwh}" for d in range(1, 32) for h in range(24))
    lines = (one.replace("prm", CODE) for one in steps)
    return "\n".join(["PRM;Horodate début;Énergie soutirée (kWh)", *lines, ""])


@pytest.mark.parametrize("curve_first", [True, False])
def test_a_month_that_the_curve_of_the_meter_tells_otherwise_is_told(
    store: Store, owner: Body, *, curve_first: bool
) -> None:
    files = [(meter_curve(2), "courbe.csv"), (rows(2025, *WINTER), "a.csv")]
    first, second = files if curve_first else reversed(files)
    assert "differs-from-meter" not in codes(deposit(store, owner, *first))
    report = deposit(store, owner, *second)
    (finding,) = [one for one in report.findings if one.code == "differs-from-meter"]
    assert finding.severity == "warning" and finding.place == f"prm:{CODE}"
    for said in ("2025-01", f"{WINTER[0]} kWh by bills", "1488 kWh by the curve", "never added"):
        assert said in finding.text, said


def test_a_month_that_the_curve_tells_as_well_is_not(store: Store, owner: Body) -> None:
    deposit(store, owner, meter_curve(2), "courbe.csv")
    report = deposit(store, owner, rows(2025, 1490, *WINTER[1:]), "a.csv")
    assert "differs-from-meter" not in codes(report)
