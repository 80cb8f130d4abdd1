"""`synergie budget` on a server: a filled file, the figures beside it, next year and its sheet."""

import json
from pathlib import Path

import pytest

from synergie import formats
from synergie.cli import main
from synergie.client import Client
from synergie.client.keys import save_key
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.testing import server
from tests.exchange.test_budgets import SCHOOL, bills_of_months

HEAD = "Membre;Service;PRM ou PCE;Année;Mois;Énergie votée (kWh);Montant voté (€);TVA comprise"


def test_lines_are_stored_and_compared_and_next_year_has_its_sheet(  # noqa: PLR0915 (a story)
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, ("budget", *words)), "--locale", "fr"])
        told = capsys.readouterr()
        out, err = (
            one.replace("\u202f", " ").replace("\u00a0", " ") for one in (told.out, told.err)
        )
        return code, out, err

    with server() as running:
        auth, key = running.auth("commune"), tmp_path / "cle.json"
        save_key(auth.key, key)
        there = ("--server", running.url, "--client", auth.client_id, "--key", key)
        today = running.now().date()
        first = today.replace(year=today.year - 2, month=1, day=1)
        bills: list[PeriodEnergy] = bills_of_months(SCHOOL, first, 24, 300)
        with Client(running.url, auth) as client:
            point = SupplyPointRecord(
                scheme="prm", code=SCHOOL, personal_data="none", provenance="synthetic"
            )
            client.publish_supply_points([point])
            with (tmp_path / "factures.csv").open("wb") as sink:
                formats.write(bills, sink, format="template-monthly-energy")
            assert client.deposit(tmp_path / "factures.csv").records == len(bills)

        year = first.year + 1
        lines = tmp_path / "lignes.csv"
        lines.write_text(f"{HEAD}\nPompey;Écoles;{SCHOOL};{year};;;700;oui\n", encoding="utf-8")
        wrong = tmp_path / "fausses.csv"
        wrong.write_text(f"{HEAD}\nPompey;Écoles;{SCHOOL};{year};;;sept cents;oui\n")
        code, out, err = run("deposit", wrong, *there)
        assert (code, out) == (1, "") and "sept cents" in err and "rien n'a été enregistré" in err
        assert run("actual", "--year", year, *there)[0] != 0, "nothing was stored"
        assert run("deposit", lines, *there)[:2] == (0, f"{lines} : lignes enregistrées : 1\n")

        code, out, _ = run("actual", "--year", year, *there)
        spent = sum(one.cost_eur or 0 for one in bills[12:])
        euros = f"{spent:,.2f}".replace(",", " ").replace(".", ",")
        assert code == 0 and "12/12" in out and euros in out
        code, out, _ = run("actual", "--year", year, "--json", *there)
        assert code == 0 and float(json.loads(out)["total"]["actual_eur"]) == float(spent)

        sheet = tmp_path / "vote.ods"
        code, out, err = run("outlook", "--year", year + 1, "--out", sheet, *there)
        assert code == 0 and f"{year + 1} : " in out, err
        assert sheet.read_bytes()[:2] == b"PK"
        assert run("outlook", "--year", year + 1, "--price", "cher", *there)[0] == 2
