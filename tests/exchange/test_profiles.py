"""Profiles saved once: versions, who sees them, and the files that need no question afterwards."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from synergie.errors import BadInput, NotAllowed, NotFound, TooLarge
from synergie.exchange.readings.deposits import Deposits, Doubted
from synergie.exchange.readings.profiles import Profiles, profile_name
from synergie.exchange.readings.series import SeriesBook
from synergie.formats.tables.propose import Unconfirmed, propose
from synergie.policy import Principal, permit_own_data
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.saved_profile import SavedProfileRecord
from synergie.storage.readings.profiles import save_profile
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body

END = SavedProfileRecord(format="enedis-hdm-curve", profile=Profile(stamp="end"))
START = SavedProfileRecord(format="enedis-hdm-curve", profile=Profile(stamp="start"))


def load(day: int, first: int = 1) -> bytes:
    """Half-hours of one day of 2026-06 of one point, in W, times at the start."""
    rows = "".join(
        f"99000000000017;{day:02}/06/2026 {n // 2:02}:{n % 2 * 30:02};{first + n}\r\n"
        for n in range(48)
    )
    return ("PRM;Début;Puissance soutirée (W)\r\n" + rows).encode("cp1252")


def test_a_profile_is_read_back_and_its_version_counts_changes_only(
    store: Store, owner: Body
) -> None:
    book = Profiles(store)
    first = book.save(owner.caller, "linky", END, now=NOW)
    again = book.save(owner.caller, "linky", END, now=NOW + timedelta(hours=1))
    other = book.save(owner.caller, "linky", START, now=NOW + timedelta(hours=2))
    assert (first.version, again.version, other.version) == (1, 1, 2)
    assert again.updated_at == NOW
    assert book.read(owner.caller, "linky", now=NOW) == other
    assert other.profile.stamp == "start"


def test_nobody_else_sees_or_changes_a_profile(store: Store, owner: Body, stranger: Body) -> None:
    book = Profiles(store)
    book.save(owner.caller, "linky", END, now=NOW)
    with pytest.raises(NotFound):
        book.read(stranger.caller, "linky", now=NOW)
    book.save(stranger.caller, "linky", START, now=NOW)
    assert book.read(owner.caller, "linky", now=NOW).profile.stamp == "end"
    assert [one.owner for one in book.page(stranger.caller, now=NOW).items] == ["stranger"]


def test_a_token_narrowed_to_agreements_sees_no_profile(store: Store, owner: Body) -> None:
    narrow = Principal(
        client_id="x", organisation="owner", scopes=frozenset(), agreements=frozenset({"agr_1"})
    )
    with pytest.raises(NotAllowed):
        Profiles(store).page(narrow, now=NOW)
    permit = permit_own_data(owner.caller, action="read", now=NOW)
    with store.write() as session, pytest.raises(TypeError, match="permit to write"):
        save_profile(permit, session, "linky", END, now=NOW)


def test_a_profile_holds_no_more_than_a_profile_needs(store: Store, owner: Body) -> None:
    table = {
        "name": "T",
        "layout": "periods",
        "columns": [{"name": "kWh", "field": "value"}],
        "blanks": ["x" * 70_000],
    }
    body = SavedProfileRecord.model_validate({"profile": {"table": table}})
    with pytest.raises(TooLarge):
        Profiles(store).save(owner.caller, "too-large", body, now=NOW)


def test_two_programs_save_a_profile_at_once(store: Store, owner: Body) -> None:
    body = SavedProfileRecord.model_validate({"profile": {"stamp": "end"}})
    book = Profiles(store)
    with ThreadPoolExecutor(4) as pool:
        saved = [pool.submit(book.save, owner.caller, "both", body, now=NOW) for _ in range(8)]
        assert {one.result().version for one in saved} == {1}


def test_a_page_follows_the_names(store: Store, owner: Body) -> None:
    book = Profiles(store)
    for name in ("b-two", "a-one", "c-three"):
        book.save(owner.caller, name, END, now=NOW)
    first = book.page(owner.caller, limit=2, now=NOW)
    rest = book.page(owner.caller, after=first.next, limit=2, now=NOW)
    assert [one.name for one in (*first.items, *rest.items)] == ["a-one", "b-two", "c-three"]
    assert rest.next is None


def test_the_next_file_of_the_same_head_is_read_without_a_question(
    store: Store, owner: Body, stranger: Body
) -> None:
    desk = Deposits(store)
    with pytest.raises(Unconfirmed) as open_:
        desk.deposit(owner.caller, io.BytesIO(load(1)), name="Charge 2026.csv", now=NOW)
    proposal = open_.value.proposal
    assert proposal.sure
    record = SavedProfileRecord(profile=proposal.profile)
    Profiles(store).save(owner.caller, "charge", record, now=NOW)
    for day in (1, 2):
        report = desk.deposit(owner.caller, io.BytesIO(load(day)), name=f"{day}.csv", now=NOW)
        assert (report.format, report.records, len(report.refused)) == ("table-csv", 48, 0)
        assert report.series[0].energy_kwh == pytest.approx(sum(range(1, 49)) / 2000)
    assert len(SeriesBook(store).page(owner.caller, now=NOW).items) == 1
    with pytest.raises(Unconfirmed):
        desk.deposit(stranger.caller, io.BytesIO(load(3)), name="x.csv", now=NOW)


def test_a_profile_is_named_by_hand_for_any_format(store: Store, owner: Body) -> None:
    desk = Deposits(store)
    record = SavedProfileRecord(format="table-csv", profile=propose(load(1)).profile)
    Profiles(store).save(owner.caller, "charge", record, now=NOW)
    told = desk.deposit(
        owner.caller, io.BytesIO(load(1)), name="f", profile="charge", dry_run=True, now=NOW
    )
    assert told.records == 48
    direct = desk.deposit(
        owner.caller, io.BytesIO(load(1)), name="f", profile=record.profile, dry_run=True, now=NOW
    )
    assert direct.series == told.series
    with pytest.raises(BadInput, match="a profile that you saved"):
        desk.deposit(owner.caller, io.BytesIO(load(1)), name="f", profile="absent", now=NOW)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Factures EDF 2026-03.csv", "factures-edf"),
        ("Éclairage_été 25.csv", "eclairage-ete"),
        ("2026.csv", "table"),
        ("a1.csv", "table-a"),
        ("", "table"),
    ],
)
def test_a_name_is_proposed_from_the_name_of_the_file(file: str, name: str) -> None:
    assert profile_name(propose(load(1), name=file)) == name


def test_a_file_that_says_otherwise_than_its_saved_profile_is_asked_about(
    store: Store, owner: Body
) -> None:
    def table(unit: str, *kwh: str) -> bytes:
        rows = "".join(
            f"99000000000017;01/{n:02}/2025;31/{n:02}/2025;{told}\n"
            for n, told in zip((1, 3, 5), kwh, strict=True)
        )
        return f"Consommations en {unit}\n\nPRM;Du;Au;Consommation\n{rows}".encode()

    body = SavedProfileRecord(profile=propose(table("kWh", "124,5", "99,5", "50")).profile)
    Profiles(store).save(owner.caller, "suivi", body, now=NOW)
    book = Deposits(store)

    def drop(data: bytes, **more: str) -> int:
        file = io.BytesIO(data)
        told = book.deposit(owner.caller, file, name="s.csv", now=NOW, **more)  # type: ignore[arg-type]  # a name
        return told.records

    assert drop(table("kWh", "125,5", "98,5", "51")) == 3
    with pytest.raises(Unconfirmed) as asked:
        drop(table("MWh", "125", "98,5", "51"))
    assert asked.value.proposal.table.unit == "MWh"
    with pytest.raises(Doubted, match="unit: MWh") as doubt:
        drop(table("MWh", "125", "98,5", "51"), profile="suivi")
    assert [one.code for one in doubt.value.blocks] == ["profile-differs"]
    sure = body.profile.confirming(["profile-differs"])
    Profiles(store).save(owner.caller, "suivi", SavedProfileRecord(profile=sure), now=NOW)
    assert drop(table("MWh", "125", "98,5", "51"), profile="suivi") > 0
