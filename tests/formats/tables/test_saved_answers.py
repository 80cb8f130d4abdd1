"""What a person answered holds for the next file where its values and titles bear it."""

import pytest

from synergie.formats.tables.differences import compare_with_profile, find_differences
from synergie.formats.tables.propose import Proposal, propose
from synergie.schemas.readings.profile import Profile

PRM = "99000000000017"
MONTHS = ("janvier", "février", "mars", "avril")


def bills(*kwh: str, head: str = "Quantité", title: str = "") -> str:
    lines = [f"{PRM};01/0{n}/2025;28/0{n}/2025;{told}" for n, told in enumerate(kwh, start=1)]
    return "\n".join([*([title, ""] if title else []), f"PRM;Du;Au;{head}", *lines, ""])


def wide(*kwh: str) -> str:
    return f"PRM;{';'.join(f'{m} 2025' for m in MONTHS)}\n{PRM};{';'.join(kwh)}\n"


def curve(*watts: str, title: str = "") -> str:
    lines = [f"{PRM};{n:02}/01/2025 {h:02}:00;{told}"
             for n in (1, 13) for h, told in enumerate(watts)]  # fmt: skip
    return "\n".join([*([title, ""] if title else []), "PRM;Horodate;Puissance (kW)", *lines, ""])


def answered(text: str, name: str = "", **answers: str) -> Profile:
    """The profile of *text*, all its questions answered by *answers*, else the first choice."""
    found: Proposal = propose(text.encode(), name=name)
    for one in found.questions:
        found = found.answered(one.field, answers.get(one.field, next(iter(one.choices), "")))
    return found.profile


def apart(text: str, saved: Profile, name: str = "") -> list[str]:
    return [one.what for one in find_differences(propose(text.encode(), name=name), saved)]


THOUSANDS = ("1240", "990", "540", "870")


@pytest.mark.parametrize(
    "again", [("1,240", "0,99", "0,54", "0,87"), ("1240000", "990000", "540000")]
)
def test_a_unit_that_was_answered_holds_for_numbers_of_its_size(again: tuple[str, ...]) -> None:
    saved = answered(bills(*THOUSANDS), unit="kWh")
    assert apart(bills(*THOUSANDS), saved) == []
    assert apart(bills("1310", "305", "90", "2870"), saved) == []
    assert "Quantité" in apart(bills(*again), saved)


def test_the_unit_of_columns_of_months_holds_for_numbers_of_its_size() -> None:
    saved = answered(wide(*THOUSANDS), unit="kWh")
    assert apart(wide("1340", "890", "440", "970"), saved) == []
    assert apart(wide("1,34", "0,89", "0,44", "0,97"), saved) == ["values"]


def test_the_column_that_was_chosen_holds_for_numbers_of_its_size() -> None:
    def two(times: int) -> str:
        told = [f"{int(one) * times};{int(one) * times * 3 // 2}" for one in THOUSANDS]
        return bills(*told, head="Énergie active;Énergie facturée")

    saved = answered(two(1), energy="Énergie facturée")
    assert apart(two(2), saved) == []
    assert "Énergie facturée" in apart(two(1000), saved)


def test_a_size_is_not_asked_about_where_the_head_tells_the_unit() -> None:
    saved = answered(bills(*THOUSANDS, head="Consommation (kWh)"))
    assert apart(bills("12", "9", "5", "8", head="Consommation (kWh)"), saved) == []


def test_what_was_said_of_one_title_is_not_said_of_another() -> None:
    def titled(title: str) -> str:
        return bills(*THOUSANDS, title=f"{title} (kWh)", head="Consommation")

    saved = answered(titled("Budget 2025"), measured="yes")
    assert apart(titled("Budget 2025"), saved) == []
    assert apart(titled("Budget 2026"), saved) == ["dated"]
    assert apart(titled("Prévisions"), saved) == ["measured"]
    told = propose(titled("Budget 2025").encode(), answers={"measured": "yes"}).profile
    assert apart(titled("Budget 2025"), told) == []
    assert apart(titled("Prévisions"), told) == ["measured"]


def test_a_clock_that_a_title_names_is_held_against_the_saved_one() -> None:
    saved = answered(curve("1,5", "2,5", "3,5"), stamp="start")
    assert apart(curve("1,5", "2,5", "3,5"), saved) == []
    assert apart(curve("1,5", "2,5", "3,5", title="Heures UTC"), saved) == ["time_zone"]


def test_days_are_not_read_as_the_months_of_the_saved_profile() -> None:
    def dated(*days: str) -> str:
        return "PRM;Date;Consommation (kWh)\n" + "".join(
            f"{PRM};{day};{500 + n}\n" for n, day in enumerate(days)
        )

    saved = answered(dated("01/01/2025", "01/02/2025", "01/03/2025", "01/04/2025"), dates="dmy")
    later = dated(*(f"{n:02}/03/2025" for n in range(10, 20)))
    assert "layout" in apart(later, saved)


def test_a_year_or_a_point_that_the_file_tells_is_held_against_a_profile_of_one_file() -> None:
    def bare(title: str) -> str:
        lines = "".join(f"{name};{kwh}\n" for name, kwh in zip(MONTHS, THOUSANDS, strict=True))
        return f"{title}\n\nMois;Consommation (kWh)\n{lines}"

    saved = answered(bare(f"Année 2025 PRM {PRM}"))
    assert saved.table is not None
    assert (saved.table.year, saved.table.supply_point) == (2025, f"prm:{PRM}")
    assert apart(bare(f"Année 2026 PRM {PRM}"), saved) == ["year"]
    assert apart(bare("Année 2025 PRM 99000000000024"), saved) == ["supply_point"]


def test_a_file_is_held_against_the_profile_that_was_named_and_a_doubt_can_be_confirmed() -> None:
    saved = answered(bills(*THOUSANDS), unit="kWh")
    later = bills("1,24", "0,99", "0,54", "0,87").encode()
    found = compare_with_profile(later, saved).finding
    assert found is not None
    assert (found.code, found.severity) == ("profile-differs", "block")
    assert "Quantité: 0.87 in the file, 870 in the profile" in found.text
    assert compare_with_profile(later, saved.confirming(["profile-differs"])).finding is None
    assert compare_with_profile(bills(*THOUSANDS).encode(), saved).finding is None
    assert compare_with_profile(b"no table", saved).finding is None
