"""Units from Python and through FastAPI's parsed JSON: the same values, the same refusals."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from synergie.schemas.faults import faults
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    InseeCode,
    Instant,
    Many,
    Prm,
    Share,
    Siren,
    Siret,
    Text,
    Watts,
    has_check_digit,
    is_siret,
)
from tests.http_client import HttpClient


class Everything(Wire):
    """One field of each kind."""

    at: Instant = datetime(2026, 1, 1, tzinfo=UTC)
    """A moment."""
    on: CivilDate = date(2026, 1, 1)
    """A date."""
    cost: Euros = Decimal("1.50")
    """Money."""
    power_w: Watts = 70
    """Power."""
    ulr: Share = 0.0
    """A share."""
    prm: Prm = "09900000000017"
    """A delivery point."""
    siren: Siren = "245400601"
    """A body."""
    siret: Siret = "35600000049837"
    """An establishment of La Poste, whose check digit is an exception."""
    insee: InseeCode = "2A004"
    """A commune."""
    name: Text = "x"
    """A name."""
    many: Many[int] = (1, 2)
    """Some numbers."""


app = FastAPI()


@app.post("/")
def _echo(body: Everything) -> Everything:
    return body


client = HttpClient(app)

GOOD: list[tuple[str, Any]] = [
    ("at", "2026-10-25T02:30:00+02:00"),
    ("at", "2026-10-25T02:30:00.123456Z"),
    ("on", "2026-02-28"),
    ("cost", "-12.345678"),
    ("power_w", 0),
    ("ulr", 1),
    ("many", []),
    ("name", "École n° 3 – été"),
]
BAD: list[tuple[str, Any]] = [
    ("at", 1767225600),
    ("at", "1767225600"),
    ("at", "2026-10-25T02:30:00"),
    ("at", "2026-13-25T02:30:00Z"),
    ("at", "2026-06-30T23:59:60Z"),
    ("at", "0001-01-01T00:00:00+23:00"),
    ("at", "9999-12-31T23:59:59-23:00"),
    ("on", "2026-02-30"),
    ("on", "2026-10-25T00:00:00Z"),
    ("on", 20261025),
    ("cost", 1.5),
    ("cost", "1,5"),
    ("cost", "1_0"),
    ("cost", "１"),
    ("cost", "NaN"),
    ("cost", "1e5"),
    ("power_w", "70"),
    ("power_w", 70.5),
    ("power_w", -1),
    ("power_w", True),
    ("power_w", 10**30),
    ("ulr", 1.01),
    ("prm", "9900000000001"),
    ("prm", "٠٩٩٠٠٠٠٠٠٠٠٠١٧"),
    ("prm", 9900000000001),
    ("siren", "245400602"),
    ("siret", "24540060100011"),
    ("insee", "54"),
    ("insee", "20004"),
    ("name", ""),
    ("name", "a\u202eb"),
    ("name", "a\x00b"),
    ("many", "12"),
    ("many", ["1"]),
    ("unknown", 1),
]


@pytest.mark.parametrize(("field", "value"), GOOD, ids=ascii)
def test_both_ways_take_the_same(field: str, value: Any) -> None:
    answer = client.post("/", json={field: value})
    assert answer.status_code == 200, answer.text
    from_python = Everything.model_validate({field: value})
    assert Everything.model_validate(answer.json()) == from_python


@pytest.mark.parametrize(("field", "value"), BAD, ids=ascii)
def test_both_ways_refuse_the_same_and_say_where(field: str, value: Any) -> None:
    answer = client.post("/", json={field: value})
    assert answer.status_code == 422, answer.text
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate({field: value})
    found = faults(refused.value)
    assert found[0].where.startswith(f"/{field}")
    assert found[0].expected


def test_not_a_number_is_refused_from_python_too() -> None:
    with pytest.raises(ValidationError):
        Everything(ulr=float("nan"))


def test_a_text_is_kept_in_one_form() -> None:
    assert Everything(name="e\u0301cole").name == "école"


def test_records_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Everything().power_w = 3  # type: ignore[misc]  # what is tested


@pytest.mark.parametrize("start", ["356000000", "24540060", "99999999", ""])
def test_check_digits_are_those_that_another_library_finds(start: str) -> None:
    from stdnum.fr import siren, siret

    chance = random.Random(start)  # noqa: S311 (numbers to try)
    made = [start + "".join(chance.choices("0123456789", k=14 - len(start))) for _ in range(4_000)]
    made += ["35600000000048", "35600000000000", "24540060100010", "00000000000000"]
    assert [is_siret(one) for one in made] == [siret.is_valid(one) for one in made]
    assert [has_check_digit(one[:9]) for one in made] == [siren.is_valid(one[:9]) for one in made]
    assert any(map(is_siret, made))


@pytest.mark.parametrize("text", ["", "2454006010001", "245400601000100", "2454006010001x", "٢٤٥٤"])
def test_what_is_not_fourteen_digits_is_no_siret(text: str) -> None:
    assert not is_siret(text)
