"""`synergie bill FOLDER`: the electronic invoices of a month, in three formats, in one command."""

import json
from pathlib import Path

import pytest

from synergie.cli import main
from tests.formats.invoices.electronic import fields, line, pdf, xml

PRMS = [f"990000000{n:05}" for n in range(1, 51)]


@pytest.fixture
def month(tmp_path: Path) -> Path:
    """50 invoices of June 2026, a third each Factur-X, UBL and CII; the 7th at another rate."""
    folder = tmp_path / "juin"
    folder.mkdir()
    for n, prm in enumerate(PRMS):
        wrong = {"BT-146": "33.70", "BT-131": "41.59"} if n == 6 else {}
        attribute = {"BG-32": [{"BT-160": "PRM", "BT-161": prm}]}
        told = fields([line(1, **attribute, **wrong)], **{"BT-1": f"FE-{n}"})
        if n % 3 == 0:
            (folder / f"{n:02}.pdf").write_bytes(pdf(told))
        else:
            content = xml(told, "ubl-2.1") if n % 3 == 1 else xml(told)
            (folder / f"{n:02}.xml").write_bytes(content)
    return folder


def test_a_month_of_fifty_invoices_in_three_formats_is_one_command(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bill", str(month), "--json", "--locale", "fr"]) == 0, "no perimeter: no option"
    found = json.loads(capsys.readouterr().out)
    assert len(found["invoices"]) == 50
    assert {one["told_eur"] == one["added_eur"] for one in found["invoices"]} == {True}
    rows = [
        {"supply_point": f"prm:{prm}", "tariff_code": "BTINFMU4", "provenance": "synthetic"}
        for prm in PRMS
    ]
    perimeter = month.parent / "perimetre.json"
    perimeter.write_text(json.dumps({"rows": rows}), encoding="utf-8")
    assert main(["bill", str(month), "--perimeter", str(perimeter), "--json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["rule"], finding["invoice"], finding["amount_eur"]) == (
        "accise",
        "FE-6",
        "3.52",
    )
    (month / "faux.xml").write_bytes(xml(fields([line(1)], **{"BT-112": "45.69"})))
    (month / "cut.pdf").write_bytes((month / "00.pdf").read_bytes()[:3000])
    assert main(["bill", str(month), "--json", "--locale", "fr"]) == 1
    out = capsys.readouterr()
    assert len(json.loads(out.out)["invoices"]) == 50
    assert "faux.xml, BT-112" in out.err and "BR-CO-15" in out.err
    assert "cut.pdf" in out.err


def test_a_profile_of_a_supplier_is_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profiles = tmp_path / "profils.json"
    profiles.write_text(
        json.dumps({"profiles": [{"supplier": "552081317", "places": ["BT-154"], "energy": "gas"}]})
    )
    file = tmp_path / "gaz.xml"
    file.write_bytes(xml(fields([line(1, **{"BG-32": None, "BT-154": "point 99000000000031"})])))
    assert main(["bill", str(file), "--profiles", str(profiles), "--json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["rule"], finding["supply_point"]) == ("accise", "pce:99000000000031")
    assert finding["expected"] == "16.39", "the rate of gas, not that of electricity"


def test_a_line_without_a_delivery_point_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facture.xml"
    file.write_bytes(xml(fields([line(1, **{"BG-32": None})])))
    main(["bill", str(file), "--locale", "fr"])
    assert "facture.xml, BG-25 1 : aucun point de livraison" in capsys.readouterr().err
