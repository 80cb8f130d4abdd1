"""Publishing, paging and reading what organisations declare."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from synergie.errors import BadInput, KeyReused, NotAllowed, NotFound
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.publication import Publication
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.once import Once
from synergie.exchange.readings.series import SeriesBook
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import Site
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point, site

type Make = Callable[..., Agreement]


def test_what_is_published_is_read_back(store: Store, owner: Body) -> None:
    receipt = Sites(store).publish(owner.caller, [site("S1"), site("S2")], now=NOW)
    assert (receipt.received, receipt.kept, receipt.unchanged, receipt.refused) == (2, 2, 0, 0)
    found = Sites(store).read(owner.caller, receipt.items[1].id, now=NOW)
    assert (found.external_id, found.owner, found.updated_at) == ("S2", "owner", NOW)


def test_the_same_batch_again_gives_the_first_receipt_and_writes_nothing(
    store: Store, owner: Body
) -> None:
    first = Sites(store).publish(owner.caller, [site("S1")], now=NOW)
    again = Sites(store).publish(owner.caller, [site("S1")], now=NOW + timedelta(days=30))
    assert again.replayed
    assert again.model_copy(update={"replayed": False}) == first
    assert len(Batches(store).page(owner.caller, now=NOW).items) == 1


def test_the_same_batch_from_many_at_once_is_stored_once(store: Store, owner: Body) -> None:
    receipts: list[Receipt] = []

    def send(number: int) -> None:
        once = Once("owner-app", f"k{number % 4}", "POST /v1/sites", "a" * 64)
        how = Publication(once=once)
        receipts.append(Sites(store).publish(owner.caller, [site("S1"), site("S2")], how, now=NOW))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(24)))
    assert len({one.id for one in receipts}) == 1
    assert len(receipts) == 24
    assert len(Batches(store).page(owner.caller, now=NOW).items) == 1


def test_only_what_changed_is_kept(store: Store, owner: Body) -> None:
    Sites(store).publish(owner.caller, [site("S1"), site("S2")], now=NOW)
    later = NOW + timedelta(hours=1)
    receipt = Sites(store).publish(owner.caller, [site("S1"), site("S2", name="École")], now=later)
    assert (receipt.kept, receipt.unchanged) == (1, 1)
    names = {one.external_id: (one.name, one.updated_at) for one in _all(store, owner)}
    assert names == {"S1": ("Site S1", NOW), "S2": ("École", later)}


def test_two_records_of_one_identifier_are_refused_with_both_places(
    store: Store, owner: Body
) -> None:
    with pytest.raises(BadInput, match=r"/items/1.*not used by /items/0"):
        Sites(store).publish(owner.caller, [site("S1"), site("S1")], now=NOW)
    assert _all(store, owner) == []


def test_a_series_of_an_unknown_delivery_point_is_refused_and_nothing_is_written(
    store: Store, owner: Body, things: dict[str, str]
) -> None:
    records = [_series("prm:99000000000017"), _series("prm:99000000000099")]
    with pytest.raises(BadInput, match="/items/1/supply_point"):
        SeriesBook(store).publish(owner.caller, records, now=NOW)
    assert SeriesBook(store).page(owner.caller, now=NOW).items == ()


def test_keep_mode_stores_the_rest_and_lists_what_is_left_out(
    store: Store, owner: Body, things: dict[str, str]
) -> None:
    records = [_series("prm:99000000000099"), _series("prm:99000000000017")]
    keep = Publication(mode="keep")
    receipt = SeriesBook(store).publish(owner.caller, records, keep, now=NOW)
    assert (receipt.received, receipt.kept, receipt.refused) == (2, 1, 1)
    assert receipt.refusals[0].where == "/items/0/supply_point"
    assert [one.external_id for one in receipt.items] == [records[1].external_id]


def test_a_replaced_content_comes_back_only_when_asked(store: Store, owner: Body) -> None:
    first, second = [site("S1", name="A")], [site("S1", name="B")]
    Sites(store).publish(owner.caller, first, now=NOW)
    newer = Sites(store).publish(owner.caller, second, now=NOW)
    again = Sites(store).publish(owner.caller, first, now=NOW)
    assert (again.replayed, again.superseded_by) == (True, newer.id)
    assert [one.name for one in _all(store, owner)] == ["B"]
    Sites(store).publish(owner.caller, first, Publication(supersedes=newer.id), now=NOW)
    assert [one.name for one in _all(store, owner)] == ["A"]


def test_a_key_gives_its_answer_again_and_refuses_another_body(store: Store, owner: Body) -> None:
    once = Once("owner-app", "k1", "POST /v1/sites", "a" * 64)
    how = Publication(once=once)
    first = Sites(store).publish(owner.caller, [site("S1")], how, now=NOW)
    assert Sites(store).publish(owner.caller, [site("S1")], how, now=NOW) == first
    other = Publication(once=Once("owner-app", "k1", "POST /v1/sites", "b" * 64))
    with pytest.raises(KeyReused):
        Sites(store).publish(owner.caller, [site("S9")], other, now=NOW)
    assert [one.external_id for one in _all(store, owner)] == ["S1"]


def test_a_key_is_forgotten_after_a_day_but_the_content_never(store: Store, owner: Body) -> None:
    how = Publication(once=Once("owner-app", "k1", "POST /v1/sites", "a" * 64))
    Sites(store).publish(owner.caller, [site("S1")], how, now=NOW)
    other = Publication(once=Once("owner-app", "k1", "POST /v1/sites", "b" * 64))
    later = NOW + timedelta(hours=25)
    receipt = Sites(store).publish(owner.caller, [site("S1")], other, now=later)
    assert receipt.replayed


def test_a_refused_batch_leaves_its_key_free(store: Store, owner: Body) -> None:
    how = Publication(once=Once("owner-app", "k1", "POST /v1/series", "a" * 64))
    with pytest.raises(BadInput):
        SeriesBook(store).publish(owner.caller, [_series("prm:99000000000099")], how, now=NOW)
    mended = Publication(once=Once("owner-app", "k1", "POST /v1/sites", "b" * 64))
    assert Sites(store).publish(owner.caller, [site("S1")], mended, now=NOW).kept == 1


def test_pages_follow_one_another_without_gap_or_repeat(store: Store, owner: Body) -> None:
    Sites(store).publish(owner.caller, [site(f"S{n}") for n in range(23)], now=NOW)
    seen: list[str] = []
    cursor = None
    while True:
        page = Sites(store).page(owner.caller, after=cursor, limit=5, now=NOW)
        seen += [one.external_id for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(f"S{n}" for n in range(23))


def test_a_cursor_of_one_organisation_opens_nothing_to_another(
    store: Store, owner: Body, stranger: Body
) -> None:
    Sites(store).publish(owner.caller, [site(f"S{n}") for n in range(3)], now=NOW)
    cursor = Sites(store).page(owner.caller, limit=1, now=NOW).next
    with pytest.raises(NotFound):
        Sites(store).page(stranger.caller, after=cursor, limit=1, now=NOW)


def test_anothers_things_are_not_there(
    store: Store, stranger: Body, things: dict[str, str]
) -> None:
    assert Sites(store).page(stranger.caller, now=NOW).items == ()
    with pytest.raises(NotFound) as foreign:
        Sites(store).read(stranger.caller, things["s1"], now=NOW)
    with pytest.raises(NotFound) as absent:
        Sites(store).read(stranger.caller, "site_22222222222222222222", now=NOW)
    assert str(foreign.value) == str(absent.value)


def test_an_agreement_opens_what_it_names_and_what_hangs_on_it(
    store: Store, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    book = SupplyPoints(store)
    assert book.read(partner.caller, things["p1"], now=NOW).code == "99000000000017"
    listed = book.page(partner.caller, agreement=made.id, now=NOW).items
    assert [one.id for one in listed] == [things["p1"]]
    with pytest.raises(NotFound):
        book.read(partner.caller, things["p2"], now=NOW)


def test_an_agreement_opens_nothing_to_a_third_party(
    store: Store, stranger: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    with pytest.raises(NotFound):
        SupplyPoints(store).read(stranger.caller, things["p1"], now=NOW)
    with pytest.raises(NotFound):
        SupplyPoints(store).page(stranger.caller, agreement=made.id, now=NOW)


def test_a_dataset_that_is_not_opened_is_refused_with_its_reason(
    store: Store, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    agreed({"sites": [things["s1"]]}, datasets=["assets"])
    with pytest.raises(NotAllowed) as refused:
        SupplyPoints(store).read(partner.caller, things["p1"], now=NOW)
    assert refused.value.reason == "dataset"


def test_what_another_dataset_or_period_holds_does_not_show_through(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    from synergie.exchange.assets.cabinets import Cabinets
    from synergie.schemas.assets.cabinet import CabinetRecord

    record = CabinetRecord(
        external_id="A1", supply_point="prm:99000000000018", provenance="synthetic"
    )
    cabinet = Cabinets(store).publish(owner.caller, [record], now=NOW).items[0].id
    SupplyPoints(store).publish(
        owner.caller, [point("99000000000017", site="S1", annual_kwh=1234.0)], now=NOW
    )
    agreed({"cabinets": [cabinet]}, datasets=["assets"])
    agreed({"sites": [things["s1"]]}, data_period={"start": NOW})
    assert Cabinets(store).read(partner.caller, cabinet, now=NOW).supply_point is None
    assert Cabinets(store).read(owner.caller, cabinet, now=NOW).supply_point is not None
    assert SupplyPoints(store).read(partner.caller, things["p1"], now=NOW).annual_kwh is None
    assert SupplyPoints(store).read(owner.caller, things["p1"], now=NOW).annual_kwh == 1234.0


def test_light_points_are_opened_through_their_cabinet(
    store: Store, owner: Body, partner: Body, agreed: Make
) -> None:
    from synergie.exchange.assets.cabinets import Cabinets
    from synergie.schemas.assets.cabinet import CabinetRecord

    cabinets = [CabinetRecord(external_id=name, provenance="synthetic") for name in ("A1", "A2")]
    points = [
        LightPointRecord(
            external_id=f"L{n}", cabinet=f"A{n}", raw={"note": "code 1234"}, provenance="synthetic"
        )
        for n in (1, 2)
    ]
    made = Cabinets(store).publish(owner.caller, cabinets, now=NOW)
    LightPoints(store).publish(owner.caller, points, now=NOW)
    agreement = agreed({"cabinets": [made.items[0].id]})
    page = LightPoints(store).page(partner.caller, agreement=agreement.id, now=NOW)
    assert [(one.external_id, one.raw) for one in page.items] == [("L1", None)]
    mine = LightPoints(store).page(owner.caller, now=NOW)
    assert {one.raw["note"] for one in mine.items if one.raw} == {"code 1234"}


def _series(key: str) -> SeriesRecord:
    return SeriesRecord(
        supply_point=key,
        quantity="active_power",
        form="mean_power",
        unit="W",
        provenance="synthetic",
    )


def _all(store: Store, owner: Body) -> list[Site]:
    return list(Sites(store).page(owner.caller, now=NOW).items)
