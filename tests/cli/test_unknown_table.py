"""A table of which nothing is recognised: the command that is printed works as it stands."""

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synergie.cli._app import app
from synergie.cli.texts import speak


@pytest.fixture(autouse=True)
def french() -> None:
    """The language is that of the command line as a whole, whoever spoke before."""
    speak("fr")


ODD = """Lieu;Repère;Debut fact;Ende fact;Wert;Px
Mairie;99000000000017;01/01/2025;31/01/2025;1200;210,5
Mairie;99000000000017;01/02/2025;28/02/2025;1100;190,5
"""


def test_the_columns_that_were_seen_are_a_command_ready_to_paste(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text(ODD)
    runner = CliRunner()
    told = runner.invoke(app, ["--locale", "fr", "check", str(file)])
    assert told.exit_code == 1
    line = next(one for one in told.stderr.splitlines() if "synergie check" in one)
    words = shlex.split(line)
    assert "role:Repère=supply_point" in words
    assert "role:Px=ignore" in words
    more = ["--answer", "unit=kWh", "--answer", "direction=import", "--answer", "scheme=prm"]
    done = runner.invoke(app, ["--locale", "fr", *words[1:], *more])
    assert (done.exit_code, "2 300" in done.stdout.replace("\u202f", " ").replace("\xa0", " ")) == (
        0,
        True,
    )


def test_nothing_that_is_called_another_quantity_is_proposed_as_energy(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("Repère;Chaleur (GJ);Dépense (€);Longitude\nA;12,5;30,2;6,1\nB;12,5;30,2;6,2\n")
    told = CliRunner().invoke(app, ["check", str(file)])
    assert "=energy" not in told.stderr


def test_of_many_columns_or_long_names_only_what_may_be_read_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    head, first, *rows = ODD.splitlines()
    wide = [f"{head};{';'.join(f'x{n}' for n in range(60))};{'y' * 5_000}"]
    file.write_text("\n".join([*wide, *(f"{one}{';z' * 61}" for one in (first, *rows)), ""]))
    told = CliRunner().invoke(app, ["--locale", "fr", "check", str(file)]).stderr
    assert "role:Repère=supply_point" in told and "ignore'" not in told
    assert "x33; …" in told and len(told) < 2_000
