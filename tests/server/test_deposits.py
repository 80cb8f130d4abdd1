"""Deposits over HTTP: sent, undone, and the records that a file told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.exchange.lines import PRM, file, index, register
from tests.exchange.people import site
from tests.server.mould import Mould
from tests.server.place import Furnished, Member

TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
FILE = "/v1/deposits?name=a.lines&format=test-lines"


@pytest.fixture
def furnished(
    engine: str, mould: Callable[..., Mould], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Furnished]:
    register(monkeypatch)
    with mould(engine).cast(tmp_path) as made:
        yield made


def sent(who: Member, *records: Any, **more: Any) -> dict[str, Any]:
    answer = who.post(FILE, file(*records), headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def records(who: Member, query: str = "", kind: str = "register_reading") -> Any:
    answer = who.get(f"/v1/records/{kind}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_deposit_is_undone_and_the_same_answer_is_given_again(furnished: Furnished) -> None:
    owner = furnished.owner
    deposit = sent(owner, index(7), site("S9"))
    path = f"/v1/deposits/{deposit['id']}/undo"
    seen = owner.post(f"{path}?dry_run=true").json()
    assert (seen["undone_at"], len(seen["batches"])) == (None, 2)
    assert len(records(owner)["items"]) == 1
    done = owner.post(path)
    assert (done.status_code, done.json()["batches"]) == (200, seen["batches"])
    furnished.place.clock.forward(60)
    assert owner.post(path).json() == done.json()
    assert records(owner)["items"] == []
    told = owner.get(f"/v1/batches/{seen['batches'][0]['id']}").json()
    assert told["undone_at"] == done.json()["undone_at"]
    acts = [one["act"] for one in owner.get("/v1/changes?limit=1000").json()["items"]]
    assert acts[-2:] == ["undone", "undone"]


def test_what_a_later_batch_covers_is_a_conflict_that_names_it(furnished: Furnished) -> None:
    owner = furnished.owner
    first, later = sent(owner, index(7)), sent(owner, index(8))
    answer = owner.post(f"/v1/deposits/{first['id']}/undo")
    assert answer.status_code == 409
    assert later["receipts"][-1]["id"] in answer.text


def test_records_are_read_by_page_subject_and_time(furnished: Furnished) -> None:
    owner = furnished.owner
    sent(owner, *(index(day, day=day) for day in range(1, 6)))
    first = records(owner, "?limit=2")
    rest = records(owner, f"?limit=1000&after={first['next']}")
    found = [one["record"]["value"] for one in first["items"] + rest["items"]]
    assert found == ["1", "2", "3", "4", "5"]
    assert rest["next"] is None
    assert first["items"][0]["source"] == "enedis-r64"
    assert (
        records(owner, f"?subject={PRM}&since=2026-06-05T00:00:00Z")["items"][0]["record"]["value"]
        == "5"
    )
    assert records(owner, "?as_of=2020-01-01T00:00:00Z")["items"] == []


def test_records_are_of_their_owner_alone(furnished: Furnished) -> None:
    sent(furnished.owner, index(7))
    assert records(furnished.partner)["items"] == []
    assert records(furnished.stranger)["items"] == []
    agreement = furnished.ids["agreement"]
    for kind, reason in (
        (
            "register_reading",
            "granularity_too_fine",
        ),  # the agreement opens days, these are readings
        ("support", "dataset"),  # no agreement opens it
    ):
        answer = furnished.partner.get(f"/v1/records/{kind}?agreement={agreement}")
        assert (answer.status_code, answer.json()["reason"]) == (403, reason)


def test_a_page_goes_on_after_a_long_name(furnished: Furnished) -> None:
    owner = furnished.owner
    told = {
        "energy_kwh": "1", "from_date": "2026-01-01", "to_date": "2026-02-01",
        "provenance": "synthetic", "source": "table-csv",
    }  # fmt: skip
    for n in "12":
        sent(owner, PeriodEnergy.model_validate({**told, "name": "\u4e00" * 119 + n}))
    names, page = [], records(owner, "?limit=1", "period_energy")
    while page["items"]:
        names += [one["record"]["name"] for one in page["items"]]
        page = records(owner, f"?limit=1&after={page['next']}", "period_energy")
        if page["next"] is None:
            names += [one["record"]["name"] for one in page["items"]]
            break
    assert sorted(one[-1] for one in names if len(one) == 120) == ["1", "2"]


@pytest.mark.parametrize("query", ["subject=a%00b", "since=0001-01-01T00:00:00%2B23:00"])
def test_a_question_that_no_store_takes_is_refused(furnished: Furnished, query: str) -> None:
    assert furnished.owner.get(f"/v1/records/register_reading?{query}").status_code == 422


@pytest.mark.parametrize("who", ["partner", "stranger"])
def test_a_deposit_of_another_is_answered_like_one_that_is_absent(
    furnished: Furnished, who: str
) -> None:
    """A recipient of the data, too: what a file was is its depositor's only."""
    deposit, member = sent(furnished.owner, index(7), site("S9")), getattr(furnished, who)
    absent = member.post("/v1/deposits/dep_22222222222222222222/undo", headers=TRACE)
    assert absent.status_code == 404
    for subject in (deposit["id"], *(one["id"] for one in deposit["receipts"])):
        for query in ("", "?dry_run=true"):
            path = f"/v1/deposits/{subject}/undo{query}"
            assert member.post(path, headers=TRACE).content == absent.content
    assert len(records(furnished.owner)["items"]) == 1


def test_the_key_of_another_program_gives_no_report(furnished: Furnished) -> None:
    """An Idempotency-Key belongs to the program that sent it."""
    body = file(index(7))
    binary = {"Content-Type": "application/octet-stream"}
    mine = furnished.owner.post(FILE, body, key="one", headers=binary).json()
    theirs = furnished.stranger.post(FILE, body, key="one", headers=binary).json()
    assert theirs["id"] != mine["id"]
    assert not {one["id"] for one in theirs["receipts"]} & {one["id"] for one in mine["receipts"]}
    other = furnished.owner.post(f"{FILE}&dry_run=false", body, key="one", headers=binary)
    assert other.status_code == 422


@pytest.mark.parametrize("kind", ["sites", "register_readings", "a'b", "REGISTER_READING"])
def test_a_kind_that_is_none_is_refused(furnished: Furnished, kind: str) -> None:
    assert furnished.owner.get(f"/v1/records/{kind}").status_code == 422


@pytest.mark.parametrize("subject", ["dep_x", "x" * 200, "DEP_1", "dep_22222222222222222222"])
def test_what_is_not_there_cannot_be_undone(furnished: Furnished, subject: str) -> None:
    answer = furnished.owner.post(f"/v1/deposits/{subject}/undo")
    assert answer.status_code == 404
