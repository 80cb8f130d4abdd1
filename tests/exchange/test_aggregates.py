"""Sums that are published: what is counted, frozen, refused, corrected; each attack of §9.1."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from sqlalchemy import text, update
from sqlmodel import col

from synergie.errors import BadInput, Conflict, KeyReused, NotAllowed, NotFound, SynergieError
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication._release_making import Making, Task
from synergie.exchange.publication.aggregates import Aggregates
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.publication.open_data import OpenData, as_csv
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.once import Once
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Principal, permit_own_data
from synergie.schemas.publication.release import Release, ReleaseRequest
from synergie.schemas.publication.release_bytes import release_digest
from synergie.schemas.trust.agreement import Agreement, Granularity
from synergie.storage.publication.aggregate_tables import ReleaseRow
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body
from tests.exchange.sums import TEN, YEAR, Territory, codes, publish, saved, scheme, told

type Agree = Callable[..., Agreement]

ALL = tuple([1000] * 12)


@pytest.fixture
def home(store: Store, owner: Body) -> Territory:
    """Twelve households of one commune, measured for a year."""
    return Territory(store, owner).add(codes(12), ALL)


def test_a_month_is_summed_and_published_with_its_record(
    store: Store, owner: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    done = publish(store, owner, made, "2025-03")
    assert told(done) == {"epci": (12, 12_000), "54430": (12, 12_000), "54430-r": (12, 12_000)}
    assert (done.version, done.scheme_version, done.hidden, done.optimal) == (1, 1, (), True)
    assert (done.not_counted, done.outside, done.twice) == (0, 0, 0)
    assert done.thresholds.min_points == 10
    plain = done.model_dump(mode="json", exclude={"sha256"})
    assert done.sha256 == sha256(rfc8785.dumps(plain)).hexdigest()
    assert Aggregates(store, TEN).read(owner.caller, done.id, now=NOW) == done


def test_a_year_is_the_sum_of_its_months(store: Store, owner: Body, home: Territory) -> None:
    home.add(codes(11, 100), [7, 3] * 6, insee="54318")
    made = saved(store, owner, scheme("54430", "54318"))
    months = [publish(store, owner, made, f"2025-{month:02}") for month in range(1, 13)]
    year = publish(store, owner, made, "2025")
    for cell, (n, wh) in told(year).items():
        assert wh == sum(told(one)[cell][1] for one in months)
        assert {told(one)[cell][0] for one in months} == {n}


def test_a_period_that_is_not_over_is_refused(store: Store, owner: Body, home: Territory) -> None:
    made = saved(store, owner, scheme())
    for period in ("2026-11", "2026", "2030-01"):
        with pytest.raises(BadInput) as refused:
            publish(store, owner, made, period)
        assert refused.value.where == "/period"


def test_nine_points_publish_nothing_and_freeze_nothing(store: Store, owner: Body) -> None:
    place = Territory(store, owner).add(codes(9), ALL)
    made = saved(store, owner, scheme())
    with pytest.raises(Conflict, match="nothing_to_publish"):
        publish(store, owner, made, "2025-01")
    place.add(codes(1, 50), ALL)  # had the year been frozen, the tenth would be among who moves
    assert told(publish(store, owner, made, "2025-01"))["54430-r"] == (10, 10_000)


def test_a_point_without_its_whole_month_is_not_counted_and_it_is_said(
    store: Store, owner: Body, home: Territory
) -> None:
    home.add(codes(1, 60), [1000, None, *[1000] * 10])
    made = saved(store, owner, scheme())
    january = publish(store, owner, made, "2025-01")
    february = publish(store, owner, made, "2025-02")
    assert (told(january)["epci"], january.not_counted) == ((13, 13_000), 0)
    assert (told(february)["epci"], february.not_counted) == ((12, 12_000), 1)
    for month in range(3, 13):
        publish(store, owner, made, f"2025-{month:02}")
    assert told(publish(store, owner, made, "2025"))["epci"] == (13, 13_000 * 11 + 12_000)


def test_a_year_alone_counts_who_has_it_whole(store: Store, owner: Body, home: Territory) -> None:
    home.add(codes(1, 60), [1000, None, *[1000] * 10])
    made = saved(store, owner, scheme())
    year = publish(store, owner, made, "2025")
    assert (told(year)["epci"], year.not_counted) == ((12, 144_000), 1)
    # nor is it in a month that comes after: the year less its months would tell it
    assert told(publish(store, owner, made, "2025-01"))["epci"] == (12, 12_000)


# The attacks of security.md §9.1


def test_two_releases_with_one_point_more_cannot_be_asked(
    store: Store, owner: Body, home: Territory
) -> None:
    """Two releases: the point that came between is in no sum of those who were there."""
    made = saved(store, owner, scheme())
    january = publish(store, owner, made, "2025-01")
    home.add(codes(1, 70), ALL)
    again = publish(store, owner, made, "2025-01")
    assert again == january
    february = publish(store, owner, made, "2025-02")
    assert told(february) == {"54430-r": (12, 12_000)}
    hidden = {line.cell: (line.kind, line.fault) for line in february.hidden}
    assert hidden["54430-m"] == ("primary", "few_points")
    assert hidden["54430"][0] == "complementary"


def test_sets_x_y_z_of_the_ledger_attack_are_no_cells(
    store: Store, owner: Body, home: Territory
) -> None:
    """A second scheme over the same points is refused, so that sets which overlap cannot be."""
    home.add(codes(12, 200), ALL, insee="54318")
    first = saved(store, owner, scheme("54430", "54318"))
    other = saved(store, owner, scheme("54318"), name="autre")
    publish(store, owner, first, "2025-01")
    with pytest.raises(Conflict, match="in_another_scheme"):
        publish(store, owner, other, "2025-01")
    with pytest.raises(Conflict, match="in_another_scheme"):
        publish(store, owner, other, "2025")
    with pytest.raises(NotFound):  # and it left nothing behind
        Aggregates(store, TEN).read(owner.caller, "rel_22222222222222222222", now=NOW)
    assert len(Aggregates(store, TEN).page(owner.caller, now=NOW).items) == 1


def test_overlapping_cells_are_no_scheme(store: Store, owner: Body) -> None:
    cells = scheme().model_dump()
    cells["cells"] = [*cells["cells"], {"id": "z", "name": "z", "parent": "54430",
                                        "category": "residential"}]  # fmt: skip
    with pytest.raises(BadInput, match="two cells"):
        saved(store, owner, type(scheme()).model_validate(cells))


def test_the_total_minus_its_parts_is_refused(store: Store, owner: Body, home: Territory) -> None:
    home.add(codes(12, 200), ALL, insee="54318").add(codes(3, 300), ALL, insee="54357")
    done = publish(store, owner, saved(store, owner, scheme("54430", "54318", "54357")), "2025-01")
    shown = told(done).keys()
    assert "54357" not in shown
    assert not {"epci", "54430", "54318"} <= shown
    assert not {"epci", "54430-r", "54318-r"} <= shown


def test_who_joins_in_june_is_told_by_no_month_nor_year(
    store: Store, owner: Body, home: Territory
) -> None:
    home.add(codes(1, 80), [None] * 5 + [4000] * 7)
    made = saved(store, owner, scheme())
    for month in (*range(1, 13), None):
        period = "2025" if month is None else f"2025-{month:02}"
        done = told(publish(store, owner, made, period))
        assert "54430-m" not in done
        counted = {n for n, _ in done.values()}
        assert counted == {12}  # whoever came is in none of the sums


def test_all_less_residential_does_not_tell_the_one_professional(
    store: Store, owner: Body, home: Territory
) -> None:
    home.add(codes(1, 90), ALL, personal_data="none")
    done = publish(store, owner, saved(store, owner, scheme()), "2025-01")
    assert told(done) == {"54430-r": (12, 12_000)}


def test_a_cell_of_zero_is_refused(store: Store, owner: Body) -> None:
    Territory(store, owner).add(codes(20), [0] * 12)
    with pytest.raises(Conflict, match="nothing_to_publish"):
        publish(store, owner, saved(store, owner, scheme()), "2025-01")


def test_a_member_who_is_nearly_all_is_refused(store: Store, owner: Body) -> None:
    place = Territory(store, owner).add(codes(15), [150] * 12)
    place.add(codes(1, 40), [12_750, 12_751, *[150] * 10])  # 85 % of 15,000; and one more
    made = saved(store, owner, scheme())
    assert told(publish(store, owner, made, "2025-01"))["epci"] == (16, 15_000)
    with pytest.raises(Conflict, match="nothing_to_publish"):
        publish(store, owner, made, "2025-02")


def test_a_correction_of_one_point_waits_and_one_of_many_is_the_next_version(
    store: Store, owner: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    first = publish(store, owner, made, "2025-01")
    home.measure(codes(1), [1500], at=NOW + timedelta(hours=1))
    with pytest.raises(Conflict, match="tells_who_changed"):
        publish(store, owner, made, "2025-01")
    home.measure(codes(12)[1:], [1100], at=NOW + timedelta(hours=1))
    second = publish(store, owner, made, "2025-01")
    assert (second.version, told(second)["epci"]) == (2, (12, 13_600))
    assert second.id != first.id
    assert Aggregates(store, TEN).read(owner.caller, first.id, now=NOW) == first
    # the month that comes after is not touched by what came late for another
    assert told(publish(store, owner, made, "2025-02"))["epci"] == (12, 12_000)


def test_the_same_again_is_the_same_release(store: Store, owner: Body, home: Territory) -> None:
    made = saved(store, owner, scheme())
    first = publish(store, owner, made, "2025")
    assert publish(store, owner, made, "2025") == first


def test_a_year_that_is_out_follows_its_corrected_month(
    store: Store, owner: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    publish(store, owner, made, "2025-01")
    year = publish(store, owner, made, "2025")
    home.measure(codes(12), [1100], at=NOW + timedelta(hours=1))
    publish(store, owner, made, "2025-01")
    again = publish(store, owner, made, "2025")
    assert (again.version, told(again)["epci"][1] - told(year)["epci"][1]) == (2, 1200)


# Schemes and years


def test_a_year_keeps_the_version_of_its_first_release(
    store: Store, owner: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    publish(store, owner, made, "2025-01")
    newer = saved(store, owner, scheme("54430", "54318"))
    assert (newer.id, newer.version) == (made.id, 2)
    assert publish(store, owner, newer, "2025-02").scheme_version == 1


def test_a_scheme_is_read_by_anybody_and_used_by_its_owner(
    store: Store, owner: Body, stranger: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    assert CellSchemes(store).read(stranger.caller, made.id, now=NOW) == made
    with pytest.raises(NotFound):
        CellSchemes(store).read(stranger.caller, "communes", now=NOW)
    with pytest.raises(NotFound):
        publish(store, stranger, made, "2025-01")
    assert CellSchemes(store).page(stranger.caller, now=NOW).items == ()


def test_own_lighting_needs_no_threshold_once_attested(store: Store, owner: Body) -> None:
    place = Territory(store, owner)
    place.add(codes(2), ALL, personal_data="none", usage="public_lighting")
    place.add(codes(1, 30), ALL, personal_data="possible")
    with pytest.raises(Conflict):
        publish(store, owner, saved(store, owner, scheme()), "2025-01")
    attested = saved(store, owner, scheme(own_points=True))
    done = publish(store, owner, attested, "2025-01")
    assert told(done) == {"54430-b": (2, 2_000)}  # the caretaker's lodge is still a home


def test_enterprises_that_are_not_told_count_as_one(store: Store, owner: Body) -> None:
    Territory(store, owner).add(codes(12), ALL, personal_data="none")
    with pytest.raises(Conflict):
        publish(store, owner, saved(store, owner, scheme()), "2025-01")


# Several owners


@pytest.fixture
def union(store: Store, owner: Body, partner: Body, agreed: Agree) -> tuple[Territory, Agreement]:
    """Ten households of the owner, opened to the partner's sums only; eleven of the partner's."""
    place = Territory(store, owner).add(codes(10), ALL)
    Territory(store, partner).add(codes(11, 500), ALL)
    made = saved(store, partner, scheme())
    opened = agreed(
        {"supply_points": sorted(place.points.values())},
        granularity="aggregate",
        cell_scheme=made.id,
        datasets=["consumption"],
        onward="open_data",
    )
    return place, opened


def partners(store: Store, partner: Body) -> Any:
    return CellSchemes(store).read(partner.caller, "communes", now=NOW)


def test_points_of_several_owners_are_summed_under_their_agreements(
    store: Store, partner: Body, union: tuple[Territory, Agreement]
) -> None:
    done = publish(store, partner, partners(store, partner), "2025-01")
    assert told(done)["epci"] == (21, 21_000)
    assert done.agreements == (f"{union[1].id}/1",)


def test_an_agreement_on_sums_opens_no_row(
    store: Store, partner: Body, union: tuple[Territory, Agreement]
) -> None:
    place, opened = union
    with pytest.raises(NotAllowed, match="too_fine"):
        SupplyPoints(store).page(partner.caller, agreement=opened.id, now=NOW)
    series = next(iter(place.series.values()))
    grains: list[Granularity | None] = [None, "month", "year"]
    for grain in grains:
        with pytest.raises(NotAllowed, match="too_fine"):
            Curves(store).extract(
                partner.caller, series, start=datetime(2025, 1, 1, tzinfo=UTC),
                end=datetime(2026, 1, 1, tzinfo=UTC), granularity=grain, now=NOW,
            )  # fmt: skip


def test_a_revoked_agreement_counts_no_more_and_what_was_counted_stays(
    store: Store, owner: Body, partner: Body, union: tuple[Territory, Agreement]
) -> None:
    made = partners(store, partner)
    publish(store, partner, made, "2025-01")
    Agreements(store).act(owner.caller, union[1].id, "revoke", now=NOW)
    february = publish(store, partner, made, "2025-02")
    assert (told(february)["epci"], february.not_counted) == ((11, 11_000), 10)
    assert february.agreements == ()
    year = publish(store, partner, made, "2025")
    # the year less January must not tell the ten of one owner: they are in both
    assert told(year)["epci"] == (21, 21_000 + 11 * 11_000)


def test_a_point_that_two_declare_is_counted_once(
    store: Store, partner: Body, union: tuple[Territory, Agreement], agreed: Agree
) -> None:
    Territory(store, partner).add(codes(3, 5), [9] * 12)
    made = partners(store, partner)
    with pytest.raises(
        Conflict, match="nothing_to_publish"
    ):  # three more that the partner can subtract
        publish(store, partner, made, "2025-01")
    union[0].add(codes(3, 900), ALL)
    agreed(
        {"supply_points": sorted(union[0].points.values())},
        granularity="aggregate",
        cell_scheme=made.id,
        datasets=["consumption"],
    )
    done = publish(store, partner, made, "2025-01")
    assert (told(done)["epci"][0], done.twice) == (24, 3)


def test_who_publishes_cannot_subtract_its_own_points(
    store: Store, owner: Body, partner: Body, agreed: Agree
) -> None:
    """One point of the owner among twelve of the publisher's would be told to it exactly."""
    one = Territory(store, owner).add(codes(1), [7] * 12)
    Territory(store, partner).add(codes(12, 500), ALL)
    made = saved(store, partner, scheme())
    agreed(
        {"supply_points": sorted(one.points.values())},
        granularity="aggregate",
        cell_scheme=made.id,
        datasets=["consumption"],
    )
    with pytest.raises(Conflict, match="nothing_to_publish"):
        publish(store, partner, made, "2025-01")


@pytest.mark.parametrize("out_first", [False, True], ids=["rows first", "sums first"])
@pytest.mark.parametrize("named", ["supply_points", "sites", "series"])
def test_who_may_read_all_points_but_one_cannot_subtract_them(
    store: Store, owner: Body, partner: Body, agreed: Agree, *, named: str, out_first: bool
) -> None:
    """Eleven by the month, and the sum of twelve, would tell the twelfth: whichever is first."""
    place = Territory(store, owner).add(codes(11), ALL)
    site = Sites(store).page(owner.caller, now=NOW).items[0]
    some = {"supply_points": [*place.points.values()], "series": [*place.series.values()]}
    selector = {named: {**some, "sites": [site.id]}[named]}
    place.add(codes(1, 70), [7] * 12, on="alone")
    made = saved(store, partner, scheme())
    points = {"supply_points": [*place.points.values()]}
    sums = {"granularity": "aggregate", "cell_scheme": made.id, "datasets": ["consumption"]}
    agreed(points, **sums)
    agreed(points, granularity="month", datasets=["assets"])  # opens no reading
    before = {"start": "2020-01-01T00:00:00Z", "end": "2022-01-01T00:00:00Z"}
    agreed(points, granularity="month", datasets=["consumption"], data_period=before)
    if out_first:
        assert told(publish(store, partner, made, "2025-01"))["epci"] == (12, 11_007)
        with pytest.raises(BadInput, match="/selector"):
            agreed(selector, granularity="month", datasets=["consumption"])
        return
    rows = agreed(selector, granularity="month", datasets=["consumption"])
    with pytest.raises(Conflict, match="nothing_to_publish"):
        publish(store, partner, made, "2025-01")
    Agreements(store).act(owner.caller, rows.id, "revoke", now=NOW)
    with pytest.raises(Conflict, match="nothing_to_publish"):  # what was read may be kept
        publish(store, partner, made, "2025-01")


def test_the_same_point_under_another_organisation_s_scheme_is_refused(
    store: Store, owner: Body, partner: Body, union: tuple[Territory, Agreement]
) -> None:
    publish(store, partner, partners(store, partner), "2025-01")
    union[0].add(codes(8, 700), ALL)
    own = saved(store, owner, scheme())
    with pytest.raises(Conflict, match="in_another_scheme"):
        publish(store, owner, own, "2025-02")


# Who reads


def test_the_public_reads_what_is_open_and_nothing_else(
    store: Store, owner: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    closed = publish(store, owner, made, "2025-01")
    opened = publish(store, owner, made, "2025-02", open_data=True, licence="odbl-1.0")
    book = OpenData(store)
    assert [line.id for line in book.page(now=NOW).items] == [opened.id]
    with pytest.raises(NotFound):
        book.read(closed.id, now=NOW)
    shown = book.read(opened.id, now=NOW)
    assert shown.release.licence == "odbl-1.0"
    assert "odbl" in shown.licence_url
    assert shown.freshness.age_days == (NOW - opened.end).days
    assert shown.fields.keys() == shown.release.cells[0].model_dump().keys()
    assert all(shown.fields.values())
    digest = shown.release.model_dump(mode="json", exclude={"sha256"})
    assert shown.release.sha256 == sha256(rfc8785.dumps(digest)).hexdigest()


def test_a_release_of_before_kinds_were_left_out_has_a_digest_of_what_is_read(
    store: Store, owner: Body, home: Territory
) -> None:
    """One over the kinds would confirm a guess of them: there are two for each cell."""
    made = saved(store, owner, scheme())
    publish(store, owner, made, "2025-01", open_data=True)
    home.add(codes(1, 70), ALL)
    found = publish(store, owner, made, "2025-02", open_data=True)
    assert {line.kind for line in found.hidden} == {"primary", "complementary"}
    kinds = tuple(one.model_copy(update={"fault": None, "protects": None}) for one in found.hidden)
    before = found.model_copy(update={"hidden": kinds})
    stored = found.model_copy(update={"sha256": release_digest(before)})
    with store.write() as session:
        rows = update(ReleaseRow).where(col(ReleaseRow.id) == found.id)
        session.connection().execute(rows.values(body=stored.model_dump_json()))
    told = OpenData(store).read(found.id, now=NOW).release
    assert {line.kind for line in told.hidden} == {None}
    assert told.sha256 == release_digest(told) != stored.sha256


def test_what_is_out_is_opened_to_all_later_and_never_closed_by_repeating(
    store: Store, owner: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    closed = publish(store, owner, made, "2025-01")
    opened = publish(store, owner, made, "2025-01", open_data=True)
    assert (opened.version, opened.open_data, opened.cells) == (2, True, closed.cells)
    assert publish(store, owner, made, "2025-01") == opened
    assert [line.id for line in OpenData(store).page(now=NOW).items] == [opened.id]


def test_why_a_cell_is_hidden_is_told_to_its_publisher_only(
    store: Store, owner: Body, home: Territory
) -> None:
    home.add(codes(2, 90), ALL, insee="54318")
    made = saved(store, owner, scheme("54430", "54318"))
    done = publish(store, owner, made, "2025-01", open_data=True)
    assert {line.fault for line in done.hidden} != {None}
    shown = OpenData(store).read(done.id, now=NOW).release
    assert {(line.fault, line.protects) for line in shown.hidden} == {(None, None)}
    assert [line.cell for line in shown.hidden] == [line.cell for line in done.hidden]


def test_open_data_ends_with_the_agreement_it_stands_on(
    store: Store, owner: Body, partner: Body, union: tuple[Territory, Agreement]
) -> None:
    done = publish(store, partner, partners(store, partner), "2025-01", open_data=True)
    assert OpenData(store).read(done.id, now=NOW).release.id == done.id
    Agreements(store).act(owner.caller, union[1].id, "suspend", now=NOW)
    with pytest.raises(NotFound):
        OpenData(store).read(done.id, now=NOW)
    assert OpenData(store).page(now=NOW).items == ()
    Agreements(store).act(owner.caller, union[1].id, "resume", now=NOW)
    assert OpenData(store).read(done.id, now=NOW).release.id == done.id


def test_sums_are_not_opened_against_an_agreement(
    store: Store, owner: Body, partner: Body, agreed: Agree
) -> None:
    place = Territory(store, owner).add(codes(12), ALL)
    made = saved(store, partner, scheme())
    agreed(
        {"supply_points": sorted(place.points.values())},
        granularity="aggregate",
        cell_scheme=made.id,
        datasets=["consumption"],
    )
    with pytest.raises(BadInput) as refused:
        publish(store, partner, made, "2025-01", open_data=True)
    assert refused.value.where == "/open_data"
    assert publish(store, partner, made, "2025-01").open_data is False


def test_a_partner_reads_releases_under_an_agreement_on_the_scheme(
    store: Store, owner: Body, partner: Body, stranger: Body, home: Territory, agreed: Agree
) -> None:
    made = saved(store, owner, scheme())
    other = saved(store, owner, scheme("54318"), name="autre")
    done = publish(store, owner, made, "2025-01")
    selector = {"supply_points": sorted(home.points.values())}
    sums = {"granularity": "aggregate", "datasets": ["consumption"]}
    mine = agreed(selector, cell_scheme=made.id, **sums)
    elsewhere = agreed(selector, cell_scheme=other.id, **sums)
    rows = agreed(selector, granularity="month", datasets=["consumption"])
    book = Aggregates(store, TEN)
    shown = book.read(partner.caller, done.id, agreement=mine.id, now=NOW)
    assert told(shown) == told(done)
    assert book.page(partner.caller, agreement=mine.id, now=NOW).items == (shown,)
    for refused in (elsewhere.id, None, "agr_0000000000000000"):
        with pytest.raises(NotFound):
            book.read(partner.caller, done.id, agreement=refused, now=NOW)
    with pytest.raises(SynergieError):
        book.read(stranger.caller, done.id, agreement=mine.id, now=NOW)
    assert not book.page(partner.caller, agreement=elsewhere.id, now=NOW).items
    with pytest.raises(NotAllowed):
        book.read(partner.caller, done.id, agreement=rows.id, now=NOW + timedelta(days=400))


def test_a_partner_reads_releases_of_the_period_that_is_open_to_it(
    store: Store, owner: Body, partner: Body, home: Territory, agreed: Agree
) -> None:
    made = saved(store, owner, scheme())
    done = {period: publish(store, owner, made, period) for period in ("2025-01", "2025-03")}
    bounds = {"start": "2025-01-01T00:00:00Z", "end": "2025-03-31T22:00:00Z"}  # January is cut
    mine = agreed(
        {"supply_points": sorted(home.points.values())},
        granularity="aggregate",
        cell_scheme=made.id,
        datasets=["consumption"],
        data_period=bounds,
    )
    book = Aggregates(store, TEN)
    shown = book.page(partner.caller, agreement=mine.id, now=NOW).items
    assert [one.period for one in shown] == ["2025-03"]
    with pytest.raises(NotFound):
        book.read(partner.caller, done["2025-01"].id, agreement=mine.id, now=NOW)


def test_a_release_is_in_the_journal_of_each_whose_points_are_in_it(
    store: Store, partner: Body, union: tuple[Territory, Agreement]
) -> None:
    done = publish(store, partner, partners(store, partner), "2025-01")
    with store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal")).scalars()
        records = [json.loads(row) for row in rows]
    made = [one for one in records if one["event"] == "aggregate.released"]
    assert {(one["owner"], one.get("agreement")) for one in made} == {
        ("partner", None),
        ("owner", f"{union[1].id}/1"),
    }
    assert all(done.id in one["subjects"] for one in made)


def test_a_name_that_is_a_formula_is_text_in_the_table(
    store: Store, owner: Body, home: Territory
) -> None:
    cells = scheme().model_dump()
    for cell in cells["cells"]:
        cell["name"] = '=HYPERLINK("http://x","y")'
    made = saved(store, owner, type(scheme()).model_validate(cells))
    done = publish(store, owner, made, "2025-01", open_data=True)
    table = as_csv(OpenData(store).read(done.id, now=NOW)).split("\r\n")
    assert table[0].startswith("cell,name,parent,insee_code")
    assert table[1].startswith("epci,\"'=HYPERLINK(")


# At once


def test_two_releases_at_once_do_not_both_pass_what_together_breaks(
    store: Store, owner: Body, home: Territory
) -> None:
    """The year and July, in which nobody draws: one of them, whichever is second, is refused."""
    place = body(store, "quiet")
    Territory(store, place).add(codes(12, 800), [5] * 6 + [0] + [5] * 5)
    made = saved(store, place, scheme())
    for month in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11):
        publish(store, place, made, f"2025-{month:02}")
    outcomes = together(
        lambda: publish(store, place, made, "2025"),
        lambda: publish(store, place, made, "2025-12"),
    )
    kinds = sorted(type(one).__name__ for one in outcomes)
    assert kinds == ["Conflict", "Release"]


def test_two_schemes_at_once_do_not_both_take_a_point(store: Store, owner: Body) -> None:
    Territory(store, owner).add(codes(12), ALL)
    made = [saved(store, owner, scheme(), name=name) for name in ("un-un", "deux")]
    outcomes = together(*(lambda one=one: publish(store, owner, one, "2025-01") for one in made))
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Release"]


def together(*acts: Callable[[], Release]) -> list[object]:
    """What each of *acts* gives when they start at the same moment."""
    gate = threading.Barrier(len(acts))
    found: list[object] = []

    def run(act: Callable[[], Release]) -> None:
        gate.wait()
        try:
            found.append(act())
        except SynergieError as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_an_agreement_that_ends_while_points_are_read_opens_none(
    store: Store, owner: Body, partner: Body, union: tuple[Territory, Agreement]
) -> None:
    """What was looked at outside the transaction is decided again inside it."""
    asked = ReleaseRequest(
        scheme=partners(store, partner).id, energy="electricity", period="2025-01"
    )
    permit = permit_own_data(partner.caller, action="write", now=NOW)
    task = Task(permit, partner.caller, asked, TEN, NOW)
    with store.read() as session:
        looked = task.look(session)
    Agreements(store).act(owner.caller, union[1].id, "revoke", now=NOW)
    with store.write() as session:
        done = Making.opened(session, task).build_release(looked)
    assert told(done)["epci"] == (11, 11_000)
    assert done.agreements == ()


def test_the_same_request_again_is_answered_as_the_first_time(
    store: Store, owner: Body, home: Territory
) -> None:
    made = saved(store, owner, scheme())
    asked = ReleaseRequest(scheme=made.id, energy="electricity", period="2025-01")
    once, book = Once("app", "k1", "POST /v1/releases", "0" * 64), Aggregates(store, TEN)
    first = book.release(owner.caller, asked, once=once, now=NOW)
    home.measure(codes(12), [1100], at=NOW + timedelta(hours=1))
    assert book.release(owner.caller, asked, once=once, now=NOW) == first
    other = Once("app", "k1", "POST /v1/releases", "1" * 64)
    with pytest.raises(KeyReused):
        book.release(owner.caller, asked, once=other, now=NOW)


def test_a_narrowed_token_publishes_nothing(store: Store, owner: Body, home: Territory) -> None:
    made = saved(store, owner, scheme())
    caller = Principal(client_id="x", organisation="owner", scopes=frozenset(),
                       agreements=frozenset({"agr_1"}))  # fmt: skip
    with pytest.raises(NotAllowed, match="token_narrower"):
        publish(store, Body(caller, owner.key), made, "2025-01")
    assert YEAR == 2025
