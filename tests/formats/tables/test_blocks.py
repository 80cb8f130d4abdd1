"""Blocks of rows under the title of their point, and tables side by side."""

from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats.door import read
from synergie.formats.tables.propose import propose
from synergie.schemas.readings.profile import Profile
from tests.formats.tables.made import as_proposed, proposal
from tests.formats.tables.test_unknown_words import energies

KWH = {"Mairie": (900, 700, 800), "École": (400, 500, 300)}
_NUMBERS = {"Mairie": "99000000000017", "École": "99000000000024"}


def _block(title: str, kwh: tuple[int, ...], *, total: bool = False) -> str:
    rows = "".join(f"0{n}/2025;{one};{one // 5}\n" for n, one in enumerate(kwh, start=1))
    foot = f"Total;{sum(kwh)};\n" if total else ""
    return f"{title};;\nMois;Conso (kWh);Montant TTC\n{rows}{foot};;\n"


@pytest.mark.parametrize("total", [False, True])
@pytest.mark.parametrize("form", ["{}", "Site : {}", "{} – PRM {}"])
def test_each_title_is_the_point_of_its_rows(form: str, *, total: bool) -> None:
    blocks = [
        _block(form.format(name, _NUMBERS[name]), kwh, total=total) for name, kwh in KWH.items()
    ]
    table = "Commune de Vigy – électricité 2025;;\n" + "".join(blocks)
    found = energies(table)
    assert {(one.name, one.energy_kwh) for one in found} == {
        (name, Decimal(one)) for name, kwh in KWH.items() for one in kwh
    }
    points = {one.supply_point for one in found}
    numbered = {f"prm:{one}" for one in _NUMBERS.values()}
    assert points == (numbered if "PRM" in form else {None})
    assert any("Mairie, École" in str(told) for told in as_proposed(table)[1].notes)


def test_a_title_of_another_quantity_is_no_point() -> None:
    table = _block("Mairie", KWH["Mairie"]) + _block("Mairie - gaz", KWH["École"])
    assert {(one.name, one.energy) for one in energies(table)} == {("Mairie", "electricity")}


def test_a_saved_profile_refuses_a_file_without_such_titles() -> None:
    first = "".join(_block(name, kwh) for name, kwh in KWH.items())
    profile = proposal(first).profile
    assert profile.table is not None
    assert profile.table.across == "titles"
    with pytest.raises(BadInput):
        list(_read_one(_block("Mairie", KWH["Mairie"]), profile))


def _read_one(text: str, profile: Profile) -> list[object]:
    with read(text.encode(), format="table-csv", profile=profile) as result:
        return list(result.records)


def test_a_table_beside_another_is_a_sheet_of_its_own() -> None:
    rows = "".join(f"0{n}/2025;{100 * n};0{n}/2025;{70 * n}\n" for n in range(1, 5))
    with pytest.raises(BadInput, match="beside"):
        propose(f"Mairie;;École;\nMois;kWh;Mois;kWh\n{rows}".encode())
