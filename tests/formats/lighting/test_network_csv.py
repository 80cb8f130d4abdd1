"""Supports and circuits, by the names of their columns."""

import io
from datetime import date

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.lighting import network_csv
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.readings.profile import Profile

SUPPORTS = """id_support;type_support;materiau;hauteur_support;insee;date_pose;x_l93;y_l93
S1;Mât;acier;8,5;54430;2010-05-01;930000;6860000
S2;Façade;;;;;;
S3;ovni;bois;6 m;54430;01/02/2011;;
"""
CIRCUITS = """id_depart;armoire;nom;calibre
D1;A-7;Rue de la Gare;16 A
D2;A-7;;
"""


def test_supports_are_read() -> None:
    with formats.read(SUPPORTS.encode()) as result:
        one, two, three = result.records
    assert result.format == "lighting-supports"
    assert isinstance(one, SupportRecord)
    assert isinstance(two, SupportRecord)
    assert isinstance(three, SupportRecord)
    assert (one.support_type, one.material, one.height_m, one.insee_code, one.installed_on) == (
        "MAT", "acier", 8.5, "54430", date(2010, 5, 1)
    )  # fmt: skip
    assert one.location is not None
    assert abs(one.location.longitude - 6.131997474859) < 1e-9
    assert (two.support_type, two.material, two.height_m, two.location) == ("MUR", None, None, None)
    assert (three.support_type, three.height_m, three.installed_on) == (None, 6.0, date(2011, 2, 1))
    assert any(note.args == ("support_type", "ovni") for note in result.report.notes)
    assert (result.report.kept, result.report.refusals) == (3, 0)


def test_circuits_are_read() -> None:
    with formats.read(CIRCUITS.encode()) as result:
        one, two = result.records
    assert result.format == "lighting-circuits"
    assert one == CircuitRecord(
        external_id="D1", cabinet="A-7", name="Rue de la Gare", protection="16 A",
        raw={"id_depart": "D1", "armoire": "A-7", "nom": "Rue de la Gare", "calibre": "16 A"},
        provenance="partner",
    )  # fmt: skip
    assert isinstance(two, CircuitRecord)
    assert (two.cabinet, two.name, two.protection) == ("A-7", None, None)


@pytest.mark.parametrize(
    ("cell", "column"),
    [("hauteur", "hauteur_support"), ("-3", "hauteur_support"), ("2000", "hauteur_support")],
)
def test_a_bad_height_costs_its_row(cell: str, column: str) -> None:
    text = f"id_support;materiau;hauteur_support\nS1;acier;{cell}\nS2;acier;8\n"
    records, report = network_csv.FORMAT_SUPPORTS.read(io.BytesIO(text.encode()), Profile())
    assert len(list(records)) == 1
    assert (report.refused[0].line, report.refused[0].column) == (2, column)


def test_a_bad_commune_costs_its_row() -> None:
    text = "id_support;materiau;type_support;insee\nS1;acier;mat;5443\n"
    records, report = network_csv.FORMAT_SUPPORTS.read(io.BytesIO(text.encode()), Profile())
    assert list(records) == []
    assert (report.refused[0].column, report.refused[0].fault.found) == ("insee", "5443")


def test_lamps_are_an_inventory_not_supports() -> None:
    text = b"id_support;id;type_support;materiau;typeSource;puissance\nS1;P1;mat;acier;LED;30\n"
    with formats.read(text) as result:
        assert result.format == "lighting-csv"
        (light,) = result.records
    assert getattr(light, "support", None) == "S1"


@pytest.mark.parametrize("kind", [network_csv.FORMAT_SUPPORTS, network_csv.FORMAT_CIRCUITS])
def test_a_table_of_something_else_is_refused(kind: formats.Format) -> None:
    with pytest.raises(BadInput, match="numbers the rows"):
        kind.read(io.BytesIO(b"a;b\n1;2\n"), Profile())
