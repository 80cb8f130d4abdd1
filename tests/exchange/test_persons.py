"""Natural persons: below the day a consent opens a curve, and its withdrawal closes it at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synergie.errors import Conflict, NotAllowed, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.exchange.trust.exports.exports import Exports
from synergie.policy.readings.steps import FINEST_FIRST
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.consent import Consent, ConsentRecord
from synergie.storage.store import Store
from tests.exchange.exporting import asked, now
from tests.exchange.people import NOW, Body, point, terms
from tests.exchange.test_curves import DAY, HOUR, MONDAY, Make, curve, export, put, record

CODES = {"lamp": "99000000000021", "yes": "99000000000022", "possible": "99000000000023"}
FLAGS: dict[str, Any] = {
    "lamp": {"personal_data": "none", "usage": "public_lighting"},
    "yes": {"personal_data": "yes", "usage": "building"},
    "possible": {"personal_data": "possible", "usage": "building"},
}


@pytest.fixture
def curves(store: Store) -> Curves:
    return Curves(store)


@pytest.fixture
def points(store: Store, owner: Body) -> dict[str, str]:
    """A lamp's delivery point, a person's and one with a caretaker's lodge: ids by name."""
    records = [point(code, **FLAGS[name]) for name, code in CODES.items()]
    receipt = SupplyPoints(store).publish(owner.caller, records, now=NOW)
    return {name: one.id for name, one in zip(CODES, receipt.items, strict=True)}


@pytest.fixture
def series(store: Store, owner: Body, points: dict[str, str], curves: Curves) -> dict[str, str]:
    """A series of each, with two days of half-hours."""
    records = [record(code) for code in CODES.values()]
    receipt = SeriesBook(store).publish(owner.caller, records, now=NOW)
    named = {name: one.id for name, one in zip(CODES, receipt.items, strict=True)}
    for one in named.values():
        put(curves, owner, curve(one, [2] * 120, start=MONDAY - HOUR), now=NOW - DAY)
    return named


@pytest.fixture
def given(store: Store, owner: Body, points: dict[str, str]) -> Callable[..., Consent]:
    def give(name: str, **more: Any) -> Consent:
        values: dict[str, Any] = {
            "subject": "0" * 32,
            "supply_points": [points[name]],
            "purpose": "joint_purchase",
            "granularity": "half_hour",
            "given_at": NOW - DAY,
        }
        body = ConsentRecord.model_validate(values | more)
        return Consents(store).give(owner.caller, body, now=NOW)

    return give


def all_of(agreed: Make, points: dict[str, str], *consents: Consent, **more: Any) -> Agreement:
    """An agreement over the three points that relies on *consents*."""
    refs = [one.id for one in consents]
    subject = "mixed" if refs else "legal_person"
    terms = {"granularity": "half_hour", "consent_refs": refs, "data_subject": subject} | more
    return agreed({"supply_points": list(points.values())}, **terms)


def seen(
    curves: Curves, who: Body, agreement: Agreement, series: dict[str, str], **more: Any
) -> Any:
    """The names of the series that an export gives."""
    names = {one: name for name, one in series.items()}
    pages = export(curves, who, agreement=agreement.id, **more)
    return {names[page.series] for page in pages}


def refused(curves: Curves, who: Body, series: str, **more: Any) -> tuple[str, str | None]:
    asked = {"start": MONDAY, "end": MONDAY + DAY, "now": NOW} | more
    with pytest.raises(NotAllowed) as caught:
        curves.extract(who.caller, series, **asked)
    return caught.value.reason, caught.value.rule


@pytest.mark.parametrize("grain", FINEST_FIRST[1:])
def test_a_list_gives_the_points_that_are_open_and_one_that_is_asked_is_refused(
    curves: Curves, partner: Body, series: dict[str, str], points: dict[str, str], agreed: Make,
    given: Callable[..., Consent], grain: Any,
) -> None:  # fmt: skip
    made = all_of(agreed, points, given("yes"), granularity="half_hour")
    everyone, fine = {"lamp", "yes", "possible"}, {"lamp", "yes"}
    wanted = fine if grain in {"half_hour", "hour"} else everyone
    whole = wanted if grain not in {"month", "year"} else set()  # no whole one was told
    assert seen(curves, partner, made, series, granularity=grain) == whole
    for name, one in series.items():
        if name in wanted:
            curves.extract(
                partner.caller, one, start=MONDAY, end=MONDAY + DAY, granularity=grain, now=NOW
            )
        else:
            told = refused(curves, partner, one, granularity=grain)
            assert told == ("consent_missing", "FR-CURVE")


def test_the_owner_reads_its_own_points_without_a_consent(
    curves: Curves, owner: Body, series: dict[str, str]
) -> None:
    for one in series.values():
        found = curves.extract(owner.caller, one, start=MONDAY, end=MONDAY + DAY, now=NOW)
        assert found.granularity == "raw"


def test_a_consent_that_the_agreement_does_not_name_opens_nothing(
    curves: Curves, partner: Body, series: dict[str, str], points: dict[str, str], agreed: Make,
    given: Callable[..., Consent],
) -> None:  # fmt: skip
    given("yes")
    all_of(agreed, points)
    assert refused(curves, partner, series["yes"], granularity="hour")[0] == "consent_missing"


def test_a_withdrawal_holds_at_the_next_request(
    curves: Curves, owner: Body, partner: Body, store: Store, series: dict[str, str],
    points: dict[str, str], agreed: Make, given: Callable[..., Consent],
) -> None:  # fmt: skip
    one = given("yes")
    made = all_of(agreed, points, one)
    assert "yes" in seen(curves, partner, made, series, granularity="hour")
    Consents(store).withdraw(owner.caller, one.id, now=NOW)
    told = refused(curves, partner, series["yes"], granularity="hour")
    assert told == ("consent_withdrawn", "FR-WITHDRAW")
    assert seen(curves, partner, made, series, granularity="hour") == {"lamp"}
    assert seen(curves, partner, made, series, granularity="day") == set(series)


def test_a_withdrawal_cuts_a_running_export(
    curves: Curves, owner: Body, partner: Body, store: Store, series: dict[str, str],
    points: dict[str, str], agreed: Make, given: Callable[..., Consent],
) -> None:  # fmt: skip
    one = given("yes", granularity="raw")
    all_of(agreed, points, one, granularity="raw")
    year = [1] * 17_520
    put(curves, owner, curve(series["yes"], year, start=datetime(2024, 1, 1, tzinfo=UTC)))
    pages = export(curves, partner, series=[series["yes"]])
    assert next(pages).values
    Consents(store).withdraw(owner.caller, one.id, now=NOW)
    with pytest.raises(NotAllowed) as caught:
        list(pages)
    assert (caught.value.reason, caught.value.rule) == ("consent_withdrawn", "FR-WITHDRAW")


def test_a_consent_of_more_than_three_years_opens_nothing(
    curves: Curves, partner: Body, series: dict[str, str], points: dict[str, str], agreed: Make,
    given: Callable[..., Consent],
) -> None:  # fmt: skip
    """FR-ENEDIS."""
    made = all_of(agreed, points, given("yes", given_at=NOW - timedelta(days=1095)))
    told = refused(curves, partner, series["yes"], granularity="hour")
    assert told == ("legal_rule", "FR-ENEDIS")
    assert "yes" not in seen(curves, partner, made, series, granularity="hour")


def test_an_agreement_about_persons_counts_every_point_but_lighting(
    curves: Curves, owner: Body, partner: Body, store: Store, series: dict[str, str],
    points: dict[str, str], agreed: Make, given: Callable[..., Consent],
) -> None:  # fmt: skip
    """FR-LIGHTING."""
    hall = SupplyPoints(store).publish(
        owner.caller, [point("99000000000024", usage="building")], now=NOW
    )
    name = SeriesBook(store).publish(owner.caller, [record("99000000000024")], now=NOW)
    put(curves, owner, curve(name.items[0].id, [2] * 120, start=MONDAY - HOUR))
    more, named = points | {"hall": hall.items[0].id}, series | {"hall": name.items[0].id}
    mixed = all_of(agreed, more, given("yes"))
    assert seen(curves, partner, mixed, named, granularity="hour") == {"lamp", "hall", "yes"}
    persons = all_of(agreed, more, given("yes"), data_subject="natural_person")
    assert seen(curves, partner, persons, named, granularity="hour") == {"lamp", "yes"}


def test_a_list_of_persons_may_be_long(
    curves: Curves, owner: Body, partner: Body, store: Store, series: dict[str, str],
    points: dict[str, str], agreed: Make, given: Callable[..., Consent],
) -> None:  # fmt: skip
    """More consents than a statement takes values."""
    made = all_of(agreed, points, *(given("yes") for _ in range(120)))
    assert seen(curves, partner, made, series, granularity="hour") == {"lamp", "yes"}


def test_a_withdrawal_closes_the_files_that_were_made_before(
    desk: Exports, owner: Body, partner: Body, store: Store, series: dict[str, str],
    points: dict[str, str], agreed: Make, given: Callable[..., Consent],
) -> None:  # fmt: skip
    one = given("yes")
    made_with = all_of(agreed, points, one)
    request = {"agreement": made_with.id, "start": MONDAY, "end": MONDAY + DAY}
    fine = desk.make(partner.caller, asked("curves", granularity="hour", **request), clock=now)
    days = desk.make(partner.caller, asked("curves", granularity="day", **request), clock=now)
    for one_of in (fine, days):
        files = desk.download(partner.caller, one_of.id, "curves.ndjson", clock=now)
        assert series["yes"].encode() in b"".join(files.pieces())
    Consents(store).withdraw(owner.caller, one.id, now=NOW)
    with pytest.raises(Conflict):
        desk.download(partner.caller, fine.id, "curves.ndjson", clock=now)
    days_now = desk.download(partner.caller, days.id, "curves.ndjson", clock=now)
    assert days_now.file.rows == len(series)


@pytest.mark.parametrize("step", ["raw", "half_hour", "month"])
def test_an_agreement_that_names_what_is_another_s_tells_nothing_of_it(
    curves: Curves, partner: Body, stranger: Body, store: Store, series: dict[str, str],
    points: dict[str, str], step: Any,
) -> None:  # fmt: skip
    """Two that agree with each other on a third one's things would learn which are of persons."""
    book, named = Agreements(store), {"series": list(series.values())}
    made = book.draft(stranger.caller, terms(stranger, partner, named), now=NOW)
    book.act(stranger.caller, made.id, "propose", signature=stranger.sign(made), now=NOW)
    book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)
    told = []
    for one in (*series.values(), "ser_22222222222222222222"):
        with pytest.raises(NotFound) as caught:
            curves.extract(
                partner.caller, one, start=MONDAY, end=MONDAY + DAY, granularity=step, now=NOW
            )
        told.append(str(caught.value))
    assert len(set(told)) == 1


def test_under_an_agreement_about_persons_every_number_but_lighting_s_is_closed(
    owner: Body, partner: Body, store: Store, series: dict[str, str],
    points: dict[str, str], agreed: Make, given: Callable[..., Consent],
) -> None:  # fmt: skip
    """Whatever a point was declared: a home that was declared as none would be told."""
    hall = SupplyPoints(store).publish(owner.caller, [point("99000000000024")], now=NOW)
    name = SeriesBook(store).publish(owner.caller, [record("99000000000024")], now=NOW)
    put(Curves(store), owner, curve(name.items[0].id, [2] * 51, start=MONDAY - HOUR - DAY))
    more = points | {"hall": hall.items[0].id}
    consent = given("yes", granularity="raw")
    made = all_of(agreed, more, consent, data_subject="natural_person", granularity="raw")
    told = SupplyPoints(store).page(partner.caller, agreement=made.id, now=NOW).items
    assert {one.id for one in told if one.scheme == "prm"} == {points["lamp"]}
    shown = SeriesBook(store).page(partner.caller, agreement=made.id, now=NOW).items
    (of_hall,) = (one for one in shown if one.supply_point_id == more["hall"])
    assert of_hall.supply_point.startswith("other:")
    assert of_hall.freshness.last_reading == MONDAY - HOUR  # the day that ended then, no later


def test_a_lamp_that_is_declared_a_person_s_is_one(
    curves: Curves, owner: Body, partner: Body, store: Store, series: dict[str, str],
    points: dict[str, str], agreed: Make,
) -> None:  # fmt: skip
    """What its owner declares of persons holds before what it feeds."""
    lamp = point(CODES["lamp"], personal_data="possible", usage="public_lighting")
    SupplyPoints(store).publish(owner.caller, [lamp], now=NOW)
    made = all_of(agreed, points)
    assert refused(curves, partner, series["lamp"], granularity="hour")[0] == "consent_missing"
    assert seen(curves, partner, made, series, granularity="hour") == set()
