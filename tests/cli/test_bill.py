"""`synergie bill`: a point priced line by line, invoices controlled, exit codes for scripts."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from synergie import formats
from synergie.cli import main
from synergie.cli.phrase import format_found
from synergie.cli.texts import speak
from synergie.schemas.readings.meter_curve import MeterCurve

PRICES = """lot;fta;classe;prix
lot-2;BTINFMU4;HPH;117,16
lot-2;BTINFMU4;HCH;85,53
lot-2;BTINFMU4;HPE;59,45
lot-2;BTINFMU4;HCE;61,94
lot-1;BTINFMU4;HPH;119,41
"""
ENERGY = "HPH=4347.2,HCH=5962.58,HPE=1738.88,HCE=8249.8"
POINT = ["bill", "--fta", "BTINFMU4", "--kva", "6", "--energy", ENERGY]
INVOICE = """N° facture;PRM;FTA;Libellé;Du;Au;Quantité;Unité;Prix unitaire;Unité prix;Montant HT;TVA
F-1;99000000000017;BTINFMU4;Consommation HPE;01/06/2026;30/06/2026;1234;kWh;5,945;c€/kWh;73,36;20
F-1;99000000000017;BTINFMU4;Accise;01/06/2026;30/06/2026;1234;kWh;30,85;€/MWh;38,07;20
Total HT;;;;;;;;;;111,43;
"""


@pytest.fixture
def prices(tmp_path: Path) -> str:
    path = tmp_path / "prix.csv"
    path.write_text(PRICES, encoding="utf-8")
    return str(path)


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    path = tmp_path / "facture.csv"
    path.write_text(INVOICE, encoding="utf-8")
    return path


def test_a_year_of_the_cabinet_is_that_of_the_golden_vector(
    prices: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*POINT, "--on", "2026-03-01", "--prices", prices, "--lot", "lot-2", "--json"]
    assert main(line) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["ht_eur"], found["network_eur"], found["ttc_eur"]) == (
        "3034.40", "757.80", "3641.28",
    )  # fmt: skip


def test_a_bill_is_written_for_people(prices: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*POINT, "--on", "01/03/2026", "--prices", prices, "--lot", "lot-2"]) == 0
    said = capsys.readouterr().out
    assert "3\u202f034,40" in said or "3 034,40" in said
    assert "365 jours" in said
    assert "€/an" in said
    assert "01/03/2026" in said
    assert "EUR" not in said
    assert not set(said) & set("\x1b│")


def test_the_last_day_of_a_period_counts(capsys: pytest.CaptureFixture[str]) -> None:
    point = [*POINT[:-1], "HPE=1738.88,HCE=8249.8"]
    line = [*point, "--from", "2026-06-01", "--to", "2026-06-30", "--json"]
    assert main(line) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["from_date"], found["to_date"]) == ("2026-06-01", "2026-07-01")
    assert found["lines"][0]["quantity"] == "30.000000"


def test_a_price_that_is_missing_is_said_and_the_exit_code_is_1(
    prices: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["bill", "--fta", "BTINFMUDT", "--kva", "6", "--energy", "HP=10", "--on", "2026-03-01"]
    assert main([*line, "--prices", prices, "--lot", "lot-2"]) == 1
    assert "BTINFMUDT HP" in capsys.readouterr().out


def test_powers_and_a_curve_are_told_by_class_and_by_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    powers = "HPH=36,HCH=36,HPE=60,HCE=60"
    line = ["bill", "--fta", "BTSUPCU4", "--kva", powers, "--energy", "HPH=0", "--on", "2026-03-01"]
    assert main([*line, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["network_eur"] == "1484.47"
    assert main([*line[:4], "HPH=60,HCH=36,HPE=60,HCE=60", *line[5:]]) == 1
    assert "/powers/HCH" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [["bill"], ["bill", "--fta", "BTINFMU4"], ["bill", "--fta", "BTINFMU4", "--kva", "x"],
     POINT, [*POINT, "--on", "hier"], [*POINT, "--from", "2026-06-30", "--to", "2026-06-01"],
     ["bill", "--fta", "BTINFMU4", "--kva", "6", "--on", "2026-03-01"],
     ["bill", "--fta", "BTINFMU4", "--kva", "6", "--energy", "HPH=1,HPH=2", "--on", "2026-03-01"],
     ["bill", "--fta", "BTINFMU4", "--kva", "6", "--curve", "c.csv"],
     ["bill", "x.csv", "--fta", "BTINFMU4"]],
    ids=["nothing", "no power", "power", "no day", "day", "period", "no energy", "class twice",
         "no window", "both"],
)  # fmt: skip
def test_what_cannot_be_meant_is_misuse(line: list[str]) -> None:
    assert main(line) == 2


def test_two_schedules_must_be_told_apart(prices: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = [*POINT, "--on", "2026-03-01", "--prices", prices]
    assert main(line) == 2
    assert "lot-1" in capsys.readouterr().err
    assert main([*line, "--lot", "lot-9"]) == 2


def test_a_day_that_no_table_covers_is_not_priced_and_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*POINT, "--on", "2026-08-01"]) == 1
    told = capsys.readouterr().out
    assert "turpe.csv, BTINFMU4" in told
    assert "non chiffré" in told and "au moins" in told
    assert main([*POINT, "--on", "2026-08-01", "--estimate"]) == 0
    told = capsys.readouterr().out
    assert told.count("ESTIMATION") == 2


def test_own_tables_may_be_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "turpe.csv").write_text(
        "tariff_code,valid_from,valid_to,cg_eur,cc_eur,b,c_hph,c_hch,c_hpb,c_hcb,source\n"
        "BTINFMU4,2026-08-01,,17.31,22.67,12.49,7.21,3.84,1.66,1.14,essai\n"
    )
    (tmp_path / "accise.csv").write_text(
        "category,valid_from,valid_to,eur_per_mwh,source\nup_to_36,2026-08-01,,30.00,essai\n"
    )
    line = [*POINT, "--on", "2026-09-01", "--tables", str(tmp_path), "--json"]
    assert main(line) == 0
    assert json.loads(capsys.readouterr().out)["lines"][0]["source"] == "essai"


def test_a_sound_invoice_ends_with_0_and_a_wrong_one_with_1(
    invoice: Path, prices: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["bill", str(invoice), "--prices", prices, "--lot", "lot-2"]
    assert main(line) == 0
    assert "F-1 (facture.csv)" in capsys.readouterr().out
    invoice.write_text(INVOICE.replace("5,945", "6,945").replace("73,36", "85,70"), "utf-8")
    assert main([*line, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["rule"], one["amount_eur"]) for one in found["findings"]] == [
        ("total", "-12.34"), ("schedule", "12.34"),
    ]  # fmt: skip


def test_an_invoice_in_a_workbook_is_read_as_the_same_in_a_text(
    invoice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "facture.xlsx"
    rows = [line.split(";") for line in INVOICE.splitlines()]
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notice").write(0, 0, "Votre facture")
        sheet = book.add_worksheet("Lignes")
        for n, row in enumerate(rows, 3):
            for at, cell in enumerate(row):
                bare = cell.replace(",", ".")
                is_number = n > 3 and at not in {0, 1} and bare.replace(".", "").isdecimal()
                sheet.write(n, at, float(bare) if is_number else cell)
    found = []
    for one in (invoice, path):
        assert main(["bill", str(one), "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    for one in found:
        for summed in one["invoices"]:
            summed.pop("file")
    assert found[0] == found[1]
    assert Decimal(found[0]["invoices"][0]["added_eur"]) == Decimal("111.43")


def test_a_perimeter_and_a_market_are_compared_with(
    invoice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    perimeter = tmp_path / "perimetre.json"
    row = {"supply_point": "prm:99000000000024", "provenance": "synthetic"}
    perimeter.write_text(json.dumps({"rows": [row]}), encoding="utf-8")
    assert main(["bill", str(invoice), "--perimeter", str(perimeter), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["rule"], one["supply_point"]) for one in found] == [
        ("unknown-point", "prm:99000000000017")
    ]
    invoice.write_text(INVOICE.replace("FTA", "Marché").replace("BTINFMU4", "2019-X"), "utf-8")
    assert main(["bill", str(invoice), "--market", "2026-EP", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["rule"] == "wrong-market"


def test_the_real_flows_are_controlled(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(shared / f"data/enedis-flux/{name}.xml") for name in ("f12", "f15")]
    assert main(["bill", *files, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["added_eur"] for one in found["invoices"]] == ["52.71", "-48"]
    assert [one["told_eur"] for one in found["invoices"]] == ["52.71", "-48"]


def test_a_flow_whose_lots_do_not_add_up_is_blocking(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (shared / "data/enedis-flux/f12.xml").read_text(encoding="utf-8")
    path = tmp_path / "f12.xml"
    path.write_text(text.replace("<Montant_HT>52.71<", "<Montant_HT>53.71<"), encoding="utf-8")
    assert main(["bill", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["rule"], one["amount_eur"]) for one in found if one["severity"] == "blocking"] == [
        ("total", "1.00")
    ]


@pytest.mark.parametrize("content", ["", "a;b\n1;2\n", "\x00\x01"])
def test_a_file_that_is_no_invoice_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    assert main(["bill", str(path)]) == 1


def test_a_wrong_row_is_refused_and_the_others_are_looked_at(
    invoice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoice.write_text(INVOICE.replace("01/06/2026", "31/02/2026", 1), "utf-8")
    assert main(["bill", str(invoice), "--json"]) == 1
    told = capsys.readouterr()
    assert "31/02/2026" in told.err
    assert json.loads(told.out)["invoices"][0]["n_rows"] == 1


def test_letters_are_written_whole_to_each_supplier(
    invoice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "courriers"
    line = ["bill", str(invoice), "--letters", str(folder), "--sender", "Commune d'essai",
            "--locale", "fr"]  # fmt: skip
    assert main(line) == 0
    assert "aucun courrier" in capsys.readouterr().err and not folder.exists()
    head, *rows = INVOICE.replace("30,85", "33,70").replace("38,07", "41,59").splitlines()
    told = [f"{head};Fournisseur", *(f"{row};Énergie d'ici" for row in rows[:2])]
    invoice.write_text("\n".join(told), "utf-8")
    assert main(line) == 1
    assert "1 courrier" in capsys.readouterr().err
    page = (folder / "energie-d-ici.html").read_text("utf-8")
    assert "Commune d’essai" in page and "33,7" in page and "CIBS L312-37" in page
    assert main(line) == 2, "a folder that is there stays"


def test_readings_are_compared_with_what_is_billed(
    invoice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    curve = tmp_path / "courbe.csv"
    curve.write_bytes(_curve(2.0))
    assert main(["bill", str(invoice), "--readings", str(curve), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert (found["rule"], found["found"], found["expected"]) == ("energy-differs", "1234", "1440")
    curve.write_bytes(_curve(1234 / 720))
    assert main(["bill", str(invoice), "--readings", str(curve), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_a_curve_and_readings_are_priced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    curve = tmp_path / "courbe.csv"
    curve.write_bytes(_curve(2.0))
    line = ["bill", "--fta", "BTINFMU4", "--kva", "6", "--json"]
    assert main([*line, "--curve", str(curve), "--offpeak", "22:00-06:00"]) == 0
    found = json.loads(capsys.readouterr().out)
    classes = {one["time_class"]: one["quantity"] for one in found["lines"] if one["time_class"]}
    assert (classes["HPB"], classes["HCB"]) == ("960.000000", "480.000000")
    whole = ["bill", "--fta", "BTINFLU", "--kva", "6", "--json", "--readings", str(curve)]
    assert main(whole) == 0
    assert json.loads(capsys.readouterr().out)["kwh"] == "1440.000000"


def test_a_curve_above_the_subscribed_power_is_a_lower_bound_in_text_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    curve = tmp_path / "courbe.csv"
    curve.write_bytes(_curve(60.0))
    line = ["bill", "--fta", "BTSUPCU4", "--kva", "40", "--curve", str(curve)]
    line += ["--offpeak", "22:00-06:00"]
    assert main([*line, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["overruns"] == "at_least"
    (over,) = (one for one in found["lines"] if one["component"] == "cmdps")
    assert (over["quantity"], over["amount_eur"]) == ("720.000000", "8935.200000")
    assert main(line) == 0
    told = capsys.readouterr().out
    assert "Total HT, au moins :" in told
    assert "720 h au-dessus de la puissance souscrite sont certaines" in told
    assert main([*line, "--json", "--overrun", "3"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["overruns"] == "billed"
    (over,) = (one for one in found["lines"] if one["component"] == "cmdps")
    assert over["quantity"] == "3.000000"
    assert main([*line[:5], "--energy", "HPH=1", "--on", "2026-03-01"]) == 0
    assert "non déterminables" in capsys.readouterr().out


def test_a_curve_with_its_reactive_power_and_the_sums_of_hta_are_billed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """30 kW and 40 kVAr are 50 kVA; 0.04 × 14.41 × 20 and 120 kW in HTA, January 2026."""
    curve = tmp_path / "courbe.csv"
    curve.write_bytes(_curve(30.0, 40.0))
    line = ["bill", "--fta", "BTSUPCU4", "--kva", "40", "--curve", str(curve)]
    assert main([*line, "--offpeak", "22:00-06:00", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (over,) = (one for one in found["lines"] if one["component"] == "cmdps")
    assert (found["overruns"], over["quantity"]) == ("billed", "720.000000")
    hta = ["bill", "--fta", "HTACU5", "--kva", "300", "--energy", "POINTE=1,HPH=1,HCH=1",
           "--from", "2026-01-01", "--to", "2026-01-31", "--json"]  # fmt: skip
    assert main([*hta, "--overrun", "POINTE=20,HPH=120"]) == 0
    found = json.loads(capsys.readouterr().out)
    due = [one["amount_eur"] for one in found["lines"] if one["component"] == "cmdps"]
    assert (found["overruns"], due) == ("billed", ["11.528000", "69.168000"])
    assert main([*hta, "--overrun", "12"]) == 2
    assert main([*line[:5], "--energy", "HPH=1", "--on", "2026-03-01", "--overrun", "-1"]) == 2
    assert main([*line[:5], "--energy", "HPH=1", "--on", "2026-03-01", "--overrun", "HPH=1"]) == 2


def test_a_cabinet_without_a_curve_follows_the_sun(capsys: pytest.CaptureFixture[str]) -> None:
    """domain.md §6.1, all night at Pompey in 2025: 880, 1,207, 352 and 1,670 h, within 5 h."""
    line = ["bill", "--fta", "BTINFMU4", "--kva", "2", "--lamps", "1000", "--place", "48.77,6.13",
            "--offpeak", "22:00-06:00", "--json"]  # fmt: skip
    assert main([*line, "--on", "2026-01-01"]) == 0
    found = json.loads(capsys.readouterr().out)
    hours = {"HPH": 880, "HCH": 1207, "HPB": 352, "HCB": 1670}
    for one in found["lines"]:
        if one["time_class"]:
            assert abs(float(one["quantity"]) - hours[one["time_class"]]) < 5
    assert main([*line, "--off", "00:00-05:30", "--on", "2026-01-01"]) == 0
    assert abs(float(json.loads(capsys.readouterr().out)["kwh"]) - 2108) < 2
    assert main(line) == 2
    assert main([*line[:7], "--place", "Pompey", "--on", "2026-01-01"]) == 2


def _curve(kw: float, kvar: float | None = None) -> bytes:
    """June 2026 by half-hours, in our own table of curves."""
    start = datetime(2026, 5, 31, 22, tzinfo=UTC)
    told: dict[str, object] = {
        "supply_point": "prm:99000000000017", "form": "mean_power", "direction": "import",
        "start": start, "step": "PT30M", "provenance": "synthetic",
    }  # fmt: skip
    runs = [
        MeterCurve.model_validate({**told, "quantity": quantity, "unit": unit, "values": values})
        for quantity, unit, mean in (("active_power", "W", kw), ("reactive_inductive", "VAr", kvar))
        if mean is not None
        for values in [[round(1000 * mean)] * 1440]
    ]
    sink = io.BytesIO()
    formats.write(runs, sink, format="curves-csv")
    return sink.getvalue()


def test_dated_terms_and_activity_decide_the_accise_of_each_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A town hall moves from C5 to C4 on 15 October 2025; a camp site would pay 25.79."""
    head = INVOICE.partition("\n")[0]
    rows = (
        "F-1;99000000000017;;Accise;01/10/2025;14/10/2025;1000;kWh;29,98;€/MWh;29,98;20",
        "F-1;99000000000017;;Accise;15/10/2025;31/10/2025;1000;kWh;29,98;€/MWh;29,98;20",
    )
    invoice, terms = tmp_path / "facture.csv", tmp_path / "conditions.csv"
    invoice.write_text("\n".join([head, *rows]), encoding="utf-8")
    for activity, rules in (("non économique", []), ("économique", ["accise"])):
        terms.write_text(
            "PRM;Du;Au;FTA;kVA;Activité;Raison\n"
            "99000000000017;;14/10/2025;BTINFMU4;36;;\n"
            f"99000000000017;15/10/2025;;BTSUPCU4;60;{activity};CIBS L312-24\n",
            encoding="utf-8",
        )
        code = main(["bill", str(invoice), "--terms", str(terms), "--json"])
        found = json.loads(capsys.readouterr().out)["findings"]
        assert ([one["rule"] for one in found], code) == (rules, len(rules))


def test_the_activity_of_a_point_decides_its_accise(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["bill", "--fta", "BTSUPCU4", "--kva", "60", "--energy", "HPB=1000", "--from",
            "2025-10-01", "--to", "2025-10-31", "--json"]  # fmt: skip
    for activity, eur in (("economic", "25.79"), ("non_economic", "29.98")):
        assert main([*line, "--activity", activity]) == 0
        assert json.loads(capsys.readouterr().out)["accise_eur"] == eur


def test_a_gas_point_is_priced_without_a_power(capsys: pytest.CaptureFixture[str]) -> None:
    """T2, October 2025: 12,000 kWh at 12.08 and 15.43 €/MWh."""
    line = ["bill", "--fta", "T2", "--energy", "BASE=12000", "--from", "2025-10-01", "--to",
            "2025-10-31", "--json"]  # fmt: skip
    assert main(line) == 0
    lines = {one["component"]: one for one in json.loads(capsys.readouterr().out)["lines"]}
    assert lines["atrd_energy"]["amount_eur"] == "144.960000"
    assert lines["accise"]["amount_eur"] == "185.160000"
    assert main(["bill", "--fta", "BTINFMU4", "--energy", "HPH=1", "--on", "2026-03-01"]) == 2


def test_energy_and_power_said_class_by_class_are_all_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The last one was taken alone, without a word."""
    line = ["bill", "--fta", "BTINFMU4", "--on", "2025-11-01", "--json"]
    ways = [
        ["--kva", "6", "--energy", "HPH=1000,HCH=500"],
        ["--kva", "6", "--energy", "HPH=1000", "--energy", "HCH=500"],
    ]
    told = []
    for way in ways:
        assert main([*line, *way]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert main([*line, "--kva", "6", "--kva", "9", "--energy", "HPH=1000"]) != 0


@pytest.mark.parametrize(
    ("energy", "days", "place"),
    [
        ("HPH=1200,HPB=1", ("2026-08-01", "2026-08-31"), "--energy HPH"),
        ("HCB=2", ("2026-01-01", "2026-01-31"), "--energy HCB"),
    ],
)
def test_a_class_out_of_its_season_is_refused_by_its_option(
    energy: str, days: tuple[str, str], place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["--locale", "fr", "bill", "--fta", "BTINFMU4", "--kva", "6", "--energy", energy]
    assert main([*line, "--from", days[0], "--to", days[1]]) == 1
    said = capsys.readouterr()
    assert place in said.err and "novembre" in said.err and not said.out


def test_figures_of_findings_are_written_as_the_reader_writes_them(
    invoice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoice.write_text(INVOICE.replace("30,85", "33,70").replace("38,07", "41,59"), "utf-8")
    main(["--locale", "fr", "bill", str(invoice)])
    said = capsys.readouterr().out
    assert "lu 33,7, attendu 30,85" in said
    main(["--locale", "en", "bill", str(invoice)])
    assert "found 33.7, expected 30.85" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("told", "french"),
    [
        ("1234.5", "1\u202f234,5"),
        ("30.62 - 31.5", "30,62 - 31,5"),
        ("-12.50", "\u221212,50"),
        ("25.79 / 29.98 €/MWh (25.79 / 29.98 €)", "25,79 / 29,98 €/MWh (25,79 / 29,98 €)"),
        ("2026-08-01", "01/08/2026"),
        ("20260104", "20260104"),
        ("F-2026.12", "F-2026.12"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_a_text_of_figures_alone_is_written_the_french_way(told: str, french: str) -> None:
    speak("fr")
    assert format_found(told) == french
