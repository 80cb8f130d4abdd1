"""`synergie digest`: the morning to read, to mail, for a calendar, for programs."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import icalendar
import pytest

from synergie.cli import main
from tests.databases import sqlite
from tests.exchange.test_deposits import curve_file


@pytest.fixture
def place(blank_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", sqlite(tmp_path, like=blank_sqlite))
    monkeypatch.setenv("SYNERGIE_LIMITS", "true")
    assert main(["org", "add", "cc-essai", "--kind", "epci", "--name", "Essai"]) == 0
    (tmp_path / "courbe.csv").write_bytes(curve_file())
    assert main(["deposit", str(tmp_path / "courbe.csv"), "--org", "cc-essai"]) == 0
    return tmp_path


def digest(*more: str) -> int:
    return main(["digest", "--org", "cc-essai", *more])


@pytest.mark.usefixtures("place")
def test_the_letter_is_french_or_english(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert digest() == 0
    french = capsys.readouterr().out
    assert "0 mesure sur 1 à jour. 1 sans envoi prévu (dernière mesure il y a " in french
    assert "Flux\n----" in french
    assert digest("--text", "--locale", "en") == 0
    english = capsys.readouterr().out
    assert "0 series of 1 up to date. 1 with no due date (last" in english
    assert "mesure" not in english
    assert "99000000000017" not in french + english


@pytest.mark.usefixtures("place")
def test_the_mail_is_whole_and_brings_its_calendar(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    capfdbinary.readouterr()
    assert digest("--mail", "energie@ville.example") == 0
    mail = message_from_bytes(capfdbinary.readouterr().out, policy=policy.SMTP)
    assert mail["To"] == "energie@ville.example"
    assert "0 mesure sur 1 à jour" in mail["Subject"]
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/mixed", "text/plain", "text/calendar"]


@pytest.mark.usefixtures("place")
def test_the_calendar_can_be_read(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    capfdbinary.readouterr()
    assert digest("--ics") == 0
    told = icalendar.Calendar.from_ical(capfdbinary.readouterr().out)
    assert told["x-wr-calname"] == "Essai"


@pytest.mark.usefixtures("place")
def test_programs_get_the_sums(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert digest("--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [told["series"][state] for state in ("up_to_date", "late", "undated", "never")] == [
        0, 0, 1, 0,
    ]  # fmt: skip
    assert told["series"]["ages"]["newest"] == told["series"]["ages"]["oldest"] > 0
    assert [one["id"] for one in told["flows"]] == ["enedis-hdm-curve"]


@pytest.mark.usefixtures("place")
def test_two_forms_at_once_are_a_misuse() -> None:
    assert digest("--ics", "--json") == 2
    assert main(["digest"]) == 2
    assert main(["digest", "--org", "ailleurs"]) == 1


@pytest.mark.usefixtures("place")
def test_kept_sums_are_checked_and_counted_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "check"]) == 0
    capsys.readouterr()
    assert main(["db", "recount", "--locale", "en"]) == 0
    assert "0 kept sums set right" in capsys.readouterr().out
