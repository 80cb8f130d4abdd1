"""Dated terms of delivery points in a table: read with their days, refused with their line."""

import io
from datetime import date
from decimal import Decimal

import pytest

from synergie.energy.plan.tariff.invoice import PerimeterPoint, lay_terms
from synergie.errors import BadInput
from synergie.formats.invoices import read_terms

HEAD = "PRM;PCE;Du;Au;FTA;Puissance (kVA);Activité;Raison;Contrat;Segment;Fournisseur"
PRM, PCE = "99000000000017", "99000000000031"


def read(*rows: str) -> list[PerimeterPoint]:
    content = "\n".join([HEAD, *rows]).encode()
    return lay_terms(None, read_terms(io.BytesIO(content), "conditions.csv"))


def test_a_move_from_c5_to_c4_has_two_terms_with_their_days() -> None:
    small, large = read(
        f"{PRM};;;14/10/2025;BTINFMU4;36;;;",
        f"{PRM};;15/10/2025;;BTSUPCU4;60;non économique;mairie, CIBS;unique;C4;Énergie d'essai",
    )
    assert (small.valid_from, small.valid_to) == (date.min, date(2025, 10, 15)), (
        "its last day counts"
    )
    assert (small.activity, small.contract) == ("unknown", None)
    assert (large.valid_from, large.valid_to) == (date(2025, 10, 15), date.max)
    assert (large.tariff_code, large.activity, large.contract) == (
        "BTSUPCU4", "non_economic", "single",
    )  # fmt: skip
    assert [one.kva for one in large.powers] == [Decimal(60)]
    assert (small.supplier, large.supplier) == (None, "Énergie d'essai")


def test_a_gas_point_and_the_points_of_a_perimeter_stand_beside() -> None:
    (gas,) = read(f";{PCE};;;T2;;économique;camping;")
    assert (gas.supply_point, gas.tariff_code, gas.powers) == (f"pce:{PCE}", "T2", ())
    known = [
        PerimeterPoint(supply_point=f"prm:{PRM}"), PerimeterPoint(supply_point=f"pce:{PCE}"),
    ]  # fmt: skip
    content = f"{HEAD}\n;{PCE};;;T2;;;;".encode()
    laid = lay_terms(known, read_terms(io.BytesIO(content), "conditions.csv"))
    assert [(one.supply_point, one.tariff_code) for one in laid] == [
        (f"prm:{PRM}", None), (f"pce:{PCE}", "T2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "place"),
    [(f"{PRM};;15/10/2025;14/10/2025;BTSUPCU4;60;;;", "line 2, /au"),
     (f"{PRM};;31/02/2025;;BTSUPCU4;60;;;", "line 2, /du"),
     (f"{PRM};;;;BTSUPCU4;60;scolaire;école;", "line 2, /activite"),
     (f"{PRM};;;;BTSUPCU4;60;économique;;", "line 2, /raison"),
     (f"{PRM};;;;BTSUPCU4;-60;;;", "line 2, /power"),
     (f"{PRM};;;;BTSUPCU4;60;;;double", "line 2, /contrat"),
     (f"{PRM};;;;BTSUPCU4;60;;;;C5", "line 2, /segment"),
     (f"{PRM};;;;HTACU5;300;;;;C3", "line 2, /segment"),
     ("123;;;;BTSUPCU4;60;;;", "line 2, /prm"),
     (";;;;BTSUPCU4;60;;;", "line 2, /prm")],
)  # fmt: skip
def test_what_cannot_be_relied_on_is_refused_at_its_line(row: str, place: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(row)
    assert caught.value.where == f"conditions.csv, {place}"


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(BadInput, match="PRM or PCE"):
        read_terms(io.BytesIO(b"a;b\n1;2\n"), "x.csv")
