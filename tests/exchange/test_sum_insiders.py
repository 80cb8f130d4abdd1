"""Who knows some points of a sum by themselves: held against before a release, and after it.

Each attack subtracts what one organisation reads from what is out, by exact elimination.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from synergie.errors import BadInput, Conflict
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings._undo import undo
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_party
from synergie.schemas.publication.release import Release
from synergie.schemas.trust.agreement import Act, Agreement
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_records import accesses
from tests.adversary.elimination import Elimination
from tests.exchange.people import NOW, Body, body, point, site, terms
from tests.exchange.sums import Territory, codes, publish, saved, scheme, told

type Agree = Callable[..., Agreement]

ALL = tuple([1000] * 12)


def recovered(made: Sequence[Release], counted: Sequence[str], known: Sequence[str]) -> list[str]:
    """The points of one commune that who reads *known* can compute from what is out."""
    answers: Elimination[tuple[str, str]] = Elimination()
    for one in made:
        answers.add_known((code, one.period) for code in known)
        if any(n == len(counted) for n, _ in told(one).values()):
            answers.add_answer({(code, one.period): 1 for code in counted})
    return sorted({code for code, _ in answers.list_single_unknowns()} - {*known})


def signed(store: Store, owner: Body, partner: Body, points: Sequence[str], **more: object) -> None:
    """An agreement over *points* that both sign."""
    book = Agreements(store)
    asked = terms(owner, partner, {"supply_points": list(points)}, **more)
    made = book.draft(owner.caller, asked, now=NOW)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)


@pytest.fixture
def home(store: Store, owner: Body) -> Territory:
    """Twelve households of one commune, measured for a year."""
    return Territory(store, owner).add(codes(12), ALL)


@pytest.fixture
def out(store: Store, owner: Body, home: Territory) -> Release:
    """January of them, which is out."""
    return publish(store, owner, saved(store, owner, scheme()), "2025-01")


# An agreement after a release


def test_eleven_of_twelve_homes_are_not_opened_after_their_sum(
    store: Store, owner: Body, partner: Body, home: Territory, out: Release
) -> None:
    eleven = codes(12)[:11]
    assert recovered([out], codes(12), eleven) == [codes(12)[11]]  # what it would give away
    known, points = [], [home.points[one] for one in eleven]
    with suppress(BadInput):
        signed(store, owner, partner, points, granularity="month")
        known = eleven
    assert recovered([out], codes(12), known) == []
    with pytest.raises(BadInput) as refused:
        signed(store, owner, partner, points, granularity="month")
    assert (refused.value.where, refused.value.found) == ("/selector", 2025)
    assert "sums (aggregate) instead" in str(refused.value.expected)
    page = Agreements(store).page(partner.caller, now=NOW)
    assert [one.state for one in page.items] == []  # the draft stays its author's


def test_few_and_all_of_them_and_other_years_may_be_opened(
    store: Store, owner: Body, partner: Body, home: Territory, out: Release
) -> None:
    points = [home.points[one] for one in codes(12)]
    signed(store, owner, partner, points[:2])
    third, fourth = body(store, "cc-tierce"), body(store, "cc-quarte")
    signed(store, owner, third, points)
    later = {"start": "2026-01-01T00:00:00Z"}
    signed(store, owner, fourth, points[:11], data_period=later)
    earlier = {"start": "2020-01-01T00:00:00Z", "end": "2024-12-01T00:00:00Z"}
    signed(store, owner, fourth, points[:11], data_period=earlier)


def test_eleven_homes_in_two_agreements_are_counted_together(
    store: Store, owner: Body, partner: Body, home: Territory, out: Release
) -> None:
    """An earlier one counts though it has ended: what was read stays read."""
    points = [home.points[one] for one in codes(12)]
    signed(store, owner, partner, points[:2])
    book = Agreements(store)
    (first,) = book.page(partner.caller, now=NOW).items
    book.act(owner.caller, first.id, "revoke", now=NOW)
    with pytest.raises(BadInput, match="/selector"):
        signed(store, owner, partner, points[2:4])
    signed(store, owner, body(store, "cc-tierce"), points[:2])


def test_a_release_between_proposal_and_acceptance_refuses_the_acceptance(
    store: Store, owner: Body, partner: Body, home: Territory
) -> None:
    book = Agreements(store)
    eleven = [home.points[one] for one in codes(11)]
    made = book.draft(owner.caller, terms(owner, partner, {"supply_points": eleven}), now=NOW)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    done = publish(store, owner, saved(store, owner, scheme()), "2025-01")
    with pytest.raises(BadInput, match="/selector"):
        book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)
    assert book.read(partner.caller, made.id, now=NOW).state == "proposed"
    assert recovered([done], codes(12), ()) == []


def test_the_owner_of_an_agreement_that_could_not_be_accepted_is_told_once(
    store: Store, owner: Body, partner: Body, home: Territory
) -> None:
    book, reader = Agreements(store), Mornings(store)
    eleven = [home.points[one] for one in codes(11)]
    made = book.draft(owner.caller, terms(owner, partner, {"supply_points": eleven}), now=NOW)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    publish(store, owner, saved(store, owner, scheme()), "2025-01")
    for _ in range(2):
        with pytest.raises(BadInput, match="/selector"):
            book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)

    def list_kinds(who: Body) -> list[str]:
        """What is due, but the ends of tables: every body with delivery points is told of these."""
        dues = reader.read(who.caller, now=NOW).dues
        return [one.kind for one in dues if one.kind != "table_ends"]

    waiting = {who.caller.organisation: list_kinds(who) for who in (owner, partner)}
    assert waiting["owner"] == ["agreement_held"]
    assert "agreement_answer" in waiting["partner"]
    with store.read() as session:
        permit = permit_party(owner.caller, action="read", now=NOW)
        (kept,) = accesses(permit, session, subject=made.id, limit=10)
    record = JournalRecord.model_validate_json(kept.content)
    assert (record.event, record.owner) == ("aggregate.held", "owner")
    assert made.id in record.subjects
    book.act(owner.caller, made.id, "withdraw", now=NOW)
    assert list_kinds(owner) == []


def test_a_new_version_that_covers_more_is_held_as_well(
    store: Store, owner: Body, partner: Body, agreed: Agree, home: Territory, out: Release
) -> None:
    points = [home.points[one] for one in codes(12)]
    made = agreed({"supply_points": points[:1]})
    book = Agreements(store)
    wider = book.redraft(
        owner.caller, made.id, terms(owner, partner, {"supply_points": points[:11]}), now=NOW
    )
    with pytest.raises(BadInput, match="/selector"):
        book.act(owner.caller, made.id, "propose", signature=owner.sign(wider), now=NOW)


def test_a_site_and_its_points_are_held_like_the_points(
    store: Store, owner: Body, partner: Body, home: Territory, out: Release
) -> None:
    """Eleven homes on the site that is opened, the twelfth moved to another one before."""
    caller = owner.caller
    Sites(store).publish(caller, [site("S-2", insee_code="54430")], now=NOW)
    last = point(codes(12)[11], site="S-2", personal_data="yes", usage="building")
    SupplyPoints(store).publish(caller, [last], now=NOW + timedelta(seconds=1))
    (first,) = [
        one.id for one in Sites(store).page(caller, now=NOW).items if one.external_id == "S-54430"
    ]
    book = Agreements(store)
    made = book.draft(caller, terms(owner, partner, {"sites": [first]}), now=NOW)
    with pytest.raises(BadInput, match="/selector"):
        book.act(caller, made.id, "propose", signature=owner.sign(made), now=NOW)


def test_a_point_is_not_moved_to_where_an_agreement_opens_it(
    store: Store, owner: Body, partner: Body, home: Territory, out: Release
) -> None:
    """Ten of twelve may not become readable by a declaration, either."""
    caller = owner.caller
    (other,) = Sites(store).publish(caller, [site("S-2", insee_code="54430")], now=NOW).items
    signed_site = Agreements(store).draft(
        caller, terms(owner, partner, {"sites": [other.id]}), now=NOW
    )
    acts: tuple[tuple[Body, Act], ...] = ((owner, "propose"), (partner, "accept"))
    for side, act in acts:
        signature = side.sign(signed_site)
        Agreements(store).act(side.caller, signed_site.id, act, signature=signature, now=NOW)
    moved = [point(code, site="S-2", personal_data="yes", usage="building") for code in codes(10)]
    with pytest.raises(BadInput) as refused:
        SupplyPoints(store).publish(caller, moved, now=NOW + timedelta(seconds=1))
    assert refused.value.where == "/items/0/site" and refused.value.found == 2025
    SupplyPoints(store).publish(caller, moved[:2], now=NOW + timedelta(seconds=2))
    with pytest.raises(BadInput):  # those that were moved count from then on
        SupplyPoints(store).publish(caller, moved[2:4], now=NOW + timedelta(seconds=3))


def test_a_point_does_not_come_back_by_an_undo_to_where_an_agreement_opens_it(
    store: Store, owner: Body, partner: Body
) -> None:
    """Eleven homes on a site, nine of them elsewhere while it was opened."""
    home = Territory(store, owner).add(codes(11), ALL)
    home.add(codes(1, 70), ALL, on="alone")
    publish(store, owner, saved(store, owner, scheme()), "2025-01")
    caller, later = owner.caller, NOW + timedelta(seconds=1)
    Sites(store).publish(caller, [site("S-2", insee_code="54430")], now=NOW)
    moved = [point(code, site="S-2", personal_data="yes", usage="building") for code in codes(9)]
    batch = SupplyPoints(store).publish(caller, moved, now=later)
    sites = {one.external_id: one.id for one in Sites(store).page(caller, now=NOW).items}
    book = Agreements(store)
    made = book.draft(caller, terms(owner, partner, {"sites": [sites["S-54430"]]}), now=NOW)
    book.act(caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    book.act(partner.caller, made.id, "accept", signature=partner.sign(made), now=NOW)
    with pytest.raises(Conflict, match="2025"):
        undo(store, caller, batch.id, dry_run=False, now=later)


# Insiders that are no source of the sums


def twins(store: Store, other: Body, n: int = 11) -> Territory:
    """The first *n* of the same homes, declared by another body, too."""
    return Territory(store, other).add(codes(n), ALL)


def test_who_declares_the_same_points_is_an_insider_though_it_takes_no_part(
    store: Store, owner: Body, stranger: Body, home: Territory
) -> None:
    twins(store, stranger)
    made: list[Release] = []
    with suppress(Conflict):
        made = [publish(store, owner, saved(store, owner, scheme()), "2025-01")]
    assert recovered(made, codes(12), codes(11)) == []
    assert not made


def test_a_partner_through_a_second_declarer_is_an_insider(
    store: Store, owner: Body, partner: Body, stranger: Body, home: Territory
) -> None:
    """Nine through a second declarer, who knows all twelve, and two through the publisher."""
    place = twins(store, stranger, 12)
    signed(store, stranger, partner, [place.points[one] for one in codes(9)])
    signed(store, owner, partner, [home.points[one] for one in codes(12)[9:11]])
    made: list[Release] = []
    with suppress(Conflict):
        made = [publish(store, owner, saved(store, owner, scheme()), "2025-01")]
    assert recovered(made, codes(12), codes(11)) == []
    assert not made


def test_the_second_declarer_s_agreement_after_the_release_is_held_as_well(
    store: Store, owner: Body, partner: Body, stranger: Body, home: Territory
) -> None:
    """With a third organisation that knows one home, the partner would know three of twelve."""
    place = twins(store, stranger, 1)
    done = publish(store, owner, saved(store, owner, scheme()), "2025-01")
    assert told(done)["54430-r"][0] == 12
    points = [home.points[one] for one in codes(12)]
    signed(store, owner, partner, points[1:2])
    signed(store, owner, body(store, "cc-tierce"), points[2:3])
    with pytest.raises(BadInput, match="/selector"):
        signed(store, stranger, partner, [place.points[one] for one in codes(1)])


def test_a_second_declarer_whose_agreement_has_ended_is_still_counted(
    store: Store, owner: Body, partner: Body, stranger: Body, home: Territory
) -> None:
    place = twins(store, stranger, 6)
    signed(store, stranger, partner, [place.points[one] for one in codes(6)])
    book = Agreements(store)
    (first,) = book.page(partner.caller, now=NOW).items
    book.act(stranger.caller, first.id, "revoke", now=NOW)
    with pytest.raises(Conflict, match="nothing_to_publish"):
        publish(store, owner, saved(store, owner, scheme()), "2025-01")


def test_a_point_that_was_moved_away_is_still_known_to_who_read_it_there(
    store: Store, owner: Body, partner: Body, agreed: Agree, home: Territory
) -> None:
    (first,) = [one.id for one in Sites(store).page(owner.caller, now=NOW).items]
    agreed({"sites": [first]})
    Sites(store).publish(owner.caller, [site("S-2", insee_code="54430")], now=NOW)
    moved = [point(code, site="S-2", personal_data="yes", usage="building") for code in codes(4)]
    SupplyPoints(store).publish(owner.caller, moved, now=NOW + timedelta(seconds=1))
    done = publish(store, owner, saved(store, owner, scheme()), "2025-01")
    assert told(done)["54430-r"][0] == 12  # all twelve are known to it, the four as well


def test_how_many_declare_a_point_elsewhere_is_not_told(
    store: Store, owner: Body, stranger: Body, home: Territory
) -> None:
    twins(store, stranger, 1)
    assert publish(store, owner, saved(store, owner, scheme()), "2025-01").twice == 0
