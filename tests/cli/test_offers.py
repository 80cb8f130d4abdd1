"""`synergie offers`: files in, tables out; what is wrong is said with its row and who to ask."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.cli import main
from synergie.energy.records.offer import Offer, Price, Tier
from synergie.purchase.plan.offers.rows import rows_of
from synergie.purchase.records.group_row import GroupRow
from synergie.purchase.records.offer_comparison import OfferComparison
from synergie.schemas.assets.perimeter import PerimeterEnergy, PerimeterRow, ReferenceYear

AT = "25/11/2026 10:00"


def perimeter(folder: Path, *, mwh: str = "8", name: str = "perimetre.csv") -> Path:
    """Two lighting points of two members and a pool."""
    kwh = Decimal(mwh) * 1000
    energy = (PerimeterEnergy(tariff_class="BASE", kwh=kwh),)
    year = ReferenceYear(method="declared", total_kwh=kwh, classes=energy)
    rows = [
        PerimeterRow.model_validate(
            {
                "supply_point": f"prm:9900000000000{n}",
                "member": member,
                "market_segment": segment,
                "usage": usage,
                "tariff_code": code,
                "reference": year,
                "entry_date": date(2027, 1, 1),
                "provenance": "synthetic",
            }
        )
        for n, (member, segment, usage, code) in enumerate(
            [
                ("Pompey", "C5", "public_lighting", "BTINFLU"),
                ("Frouard", "C5", "public_lighting", "BTINFLU"),
                ("Pompey", "C2", "building", "HTACU5"),
            ]
        )
    ]
    path = folder / name
    with path.open("wb") as sink:
        formats.write(rows, sink, format="perimeter")
    return path


def offers(folder: Path, *, until: int = 14, name: str = "offres.xlsx") -> Path:
    """Two offers for lighting, one for the pool; one expires at *until* o'clock, Paris."""

    def one(key: str, lot: str, code: str, eur: str, hour: int | None) -> Offer:
        price = Price(tariff_code=code, time_class="BASE", eur_per_mwh=Decimal(eur))
        end = None if hour is None else datetime(2026, 11, 25, hour - 1, tzinfo=UTC)
        return Offer(
            id=key,
            lot=lot,
            supplier=f"Fournisseur {key}",
            tiers=(Tier(from_mwh=Decimal(0), prices=(price,)),),
            valid_until=end,
        )

    made = (
        one("A", "lot-ep", "BTINFLU", "80", until),
        one("B", "lot-ep", "BTINFLU", "90", 18),
        one("C", "lot-c2-c3", "HTACU5", "85", None),
    )
    path = folder / name
    form = "offers-xlsx" if path.suffix == ".xlsx" else "offers"
    with path.open("wb") as sink:
        formats.write(rows_of(made, "synthetic"), sink, format=form)
    return path


def group(folder: Path, *, mandate: str | None = "D-1") -> Path:
    rows = [
        GroupRow(kind="member", name="Pompey", mandate="D-1", provenance="synthetic"),
        GroupRow(kind="member", name="Frouard", mandate=mandate, provenance="synthetic"),
        GroupRow(
            kind="terms", starts=date(2027, 1, 1), ends=date(2028, 1, 1), provenance="synthetic"
        ),
    ]
    path = folder / "groupement.csv"
    with path.open("wb") as sink:
        formats.write(rows, sink, format="template-purchase-group")
    return path


def test_offers_side_by_side_on_the_volumes_of_their_lots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["offers", "compare", str(perimeter(tmp_path)), str(offers(tmp_path))]
    code = main(["--locale", "en", *line, "--group", str(group(tmp_path)), "--at", AT])
    said = capsys.readouterr()
    assert code == 0, said.err
    table = said.out.splitlines()
    assert table[0].startswith("lot-ep · Éclairage public jusqu'à 36 kVA (points: 2; 16.0 MWh)")
    first, second = table[2].split(), table[3].split()
    assert first[:6] == ["1", "Fournisseur", "A", "1", "1,280.00", "80.00"]
    assert "expires in 4 h 00 (25/11/2026 14:00)" in table[2]
    assert second[0] == "2" and "160.00" in second
    assert "decide before 25/11/2026 14:00" in said.out


def test_the_same_in_json_and_by_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schedule = offers(tmp_path, name="offres.csv")
    line = ["offers", "compare", str(perimeter(tmp_path)), str(schedule), "--at", AT, "--json"]
    assert main(line) == 0
    told = OfferComparison.model_validate_json(capsys.readouterr().out)
    assert told.at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert [one.offer for one in told.lots[0].offers] == ["A", "B"]
    assert told.lots[0].offers[0].left_s == 4 * 3600


def test_an_hour_later_the_best_has_expired_and_the_next_is_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(perimeter(tmp_path)), str(offers(tmp_path))]
    assert main(["--locale", "en", "offers", "compare", *files, "--at", "25/11/2026 14:05"]) == 0
    said = capsys.readouterr()
    assert "expired for 0 h 05" in said.out
    assert said.out.splitlines()[2].split()[:3] == ["1", "Fournisseur", "B"]
    assert "offres.xlsx, row 2: the offer A expired at 25/11/2026 14:00 +01:00" in said.err
    assert "ask the supplier Fournisseur A" in said.err


def test_a_member_without_mandate_and_volumes_in_kwh_block_with_who_to_ask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(perimeter(tmp_path, mwh="8450")), str(offers(tmp_path))]
    more = ["--group", str(group(tmp_path, mandate=None)), "--at", AT]
    assert main(["--locale", "en", "offers", "compare", *files, *more]) == 1
    said = capsys.readouterr().err
    assert "the member Frouard has points and no mandate" in said
    assert "ask the member Frouard" in said
    assert "groupement.csv, row 3" in said
    assert "perimetre.csv, row 2: 8450 MWh for the point 99000000000000" in said
    assert "it looks like kWh" in said


def test_an_offer_for_no_lot_is_told_with_all_the_rest_and_nothing_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule = tmp_path / "bpu.csv"
    schedule.write_text(
        "Lot;Fournisseur;FTA;Poste;Prix (€/MWh)\nlot-z;A;BTINFLU;Base;80\n", encoding="cp1252"
    )
    assert (
        main(["--locale", "en", "offers", "compare", str(perimeter(tmp_path)), str(schedule)]) == 1
    )
    said = capsys.readouterr()
    assert "bpu.csv, row 2: the lot lot-z of the offer lot-z-a" in said.err
    assert said.out == ""


def test_check_says_what_is_kept_refused_and_left_to_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule = tmp_path / "bpu.csv"
    schedule.write_text(
        "Lot;Fournisseur;Tranche;FTA;Poste;Prix (€/MWh)\n"
        "1;A;0 à 99;BTINFLU;Base;80\n1;A;100 à 200;BTINFLU;Base;75\n1;A;0 à 99;BTINFLU;Base;81\n",
        encoding="utf-8",
    )
    assert main(["--locale", "en", "offers", "check", str(schedule), "--at", AT]) == 1
    said = capsys.readouterr()
    assert "bpu.csv: 2 rows kept, 1 refused" in said.err
    assert "line 4" in said.err
    assert "row 3: tier 1 of 1-a ends at 99 MWh and tier 2 begins at 100 MWh" in said.err
    assert said.out.splitlines()[1].split() == ["1", "1-a", "A", "2", "2"]
    assert main(["offers", "check", str(schedule), "--at", AT, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [fault["kind"] for fault in told["faults"]] == ["tier_hole"]
    assert told["faults"][0]["source"] == {"file": "bpu.csv", "row": 3}


def test_lots_are_proposed_with_what_they_need(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--locale", "en", "offers", "lots", str(perimeter(tmp_path))]) == 0
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table] == ["lot", "lot-ep", "lot-c2-c3"]
    assert table[1].split()[-4:] == ["2", "2", "16.000", "BTINFLU"]


def test_an_hour_that_clocks_show_twice_is_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["offers", "check", str(offers(tmp_path)), "--at", "25/10/2026 02:30"]
    assert main(line) == 2
    assert "02:30" in capsys.readouterr().err


def test_published_weights_give_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = tmp_path / "criteres.json"
    weights.write_text('{"price_weight": 100, "price_formula": "linear"}', encoding="utf-8")
    line = ["offers", "compare", str(perimeter(tmp_path)), str(offers(tmp_path)), "--at", AT]
    assert main(["--locale", "en", *line, "--scoring", str(weights)]) == 0
    told = capsys.readouterr().out
    second = next(line.split() for line in told.splitlines() if "87.50" in line)
    assert second[0] == "2"
    assert second.count("87.50") == 2  # points of the price, and the score
    assert "chosen by the published criteria" in told
