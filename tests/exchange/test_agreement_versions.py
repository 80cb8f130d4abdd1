"""A change of terms is a new version, signed again; the one in force stays until then."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound, SynergieError
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.trust.agreements import Agreements
from synergie.schemas.trust.agreement import Act, Agreement
from synergie.storage.store import Store
from tests.exchange.office import Office
from tests.exchange.people import NOW, Body, body, terms

type Make = Callable[..., Agreement]


@pytest.fixture
def book(store: Store) -> Agreements:
    return Agreements(store)


@pytest.fixture
def one(agreed: Make, things: dict[str, str]) -> Agreement:
    """In force, over the first site."""
    return agreed({"sites": [things["s1"]]})


@pytest.fixture
def wider(owner: Body, partner: Body, things: dict[str, str]) -> Callable[..., Any]:
    """Terms of the next version: the point beside, too."""

    def make(**more: Any) -> Any:
        selector = {"sites": [things["s1"]], "supply_points": [things["p2"]]}
        return terms(owner, partner, selector, **more)

    return make


def _sign(book: Agreements, by: Body, act: Act, version: Agreement) -> Agreement:
    return book.act(by.caller, version.id, act, signature=by.sign(version), now=NOW)


def _reads(store: Store, partner: Body, point: str) -> bool:
    try:
        SupplyPoints(store).read(partner.caller, point, now=NOW)
    except (NotFound, NotAllowed):
        return False
    return True


def test_a_point_that_is_added_is_open_only_once_both_have_signed_again(
    store: Store, book: Agreements, owner: Body, partner: Body, one: Agreement,
    things: dict[str, str], wider: Callable[..., Any],
) -> None:  # fmt: skip
    new = book.redraft(owner.caller, one.id, wider(), now=NOW)
    assert (new.version, new.state, new.version_in_force) == (2, "draft", 1)
    assert _reads(store, partner, things["p1"])
    assert not _reads(store, partner, things["p2"])
    proposed = _sign(book, owner, "propose", new)
    assert (proposed.version_in_force, proposed.version_pending) == (1, 2)
    assert not _reads(store, partner, things["p2"])
    active = _sign(book, partner, "accept", new)
    assert (active.version, active.state, active.version_in_force) == (2, "active", 2)
    assert _reads(store, partner, things["p1"])
    assert _reads(store, partner, things["p2"])
    first, second = book.versions(partner.caller, one.id, now=NOW).items
    assert (first.state, first.history[-1].act) == ("terminated", "replace")
    assert (second.state, second.version) == ("active", 2)
    assert book.read(partner.caller, one.id, now=NOW).version == 2
    assert book.read(partner.caller, one.id, version=1, now=NOW).terms == one.terms


def test_what_the_new_version_leaves_out_is_closed(
    store: Store, book: Agreements, owner: Body, partner: Body, one: Agreement,
    things: dict[str, str],
) -> None:  # fmt: skip
    narrow = terms(owner, partner, {"supply_points": [things["p2"]]})
    new = book.redraft(partner.caller, one.id, narrow, now=NOW)
    _sign(book, partner, "propose", new)
    _sign(book, owner, "accept", new)
    assert not _reads(store, partner, things["p1"])
    assert _reads(store, partner, things["p2"])


def test_a_version_that_begins_later_leaves_the_first_in_force_until_then(
    store: Store, book: Agreements, owner: Body, partner: Body, one: Agreement,
    things: dict[str, str], wider: Callable[..., Any],
) -> None:  # fmt: skip
    begins = NOW + timedelta(days=10)
    new = book.redraft(owner.caller, one.id, wider(valid_from=begins), now=NOW)
    _sign(book, owner, "propose", new)
    _sign(book, partner, "accept", new)
    points = SupplyPoints(store)
    for moment, version, open_ in (
        (begins - timedelta(microseconds=1), 1, False),
        (begins, 2, True),
    ):
        told = book.read(partner.caller, one.id, now=moment)
        assert (told.version, told.state, told.version_in_force) == (version, "active", version)
        assert points.read(partner.caller, things["p1"], now=moment).id == things["p1"]
        listed = points.page(partner.caller, agreement=one.id, now=moment).items
        assert (things["p2"] in {point.id for point in listed}) == open_
    assert book.read(partner.caller, one.id, version=1, now=begins).state == "terminated"


def test_a_revocation_ends_what_waits_and_drops_what_is_proposed(
    store: Store, book: Agreements, owner: Body, partner: Body, one: Agreement,
    things: dict[str, str], wider: Callable[..., Any],
) -> None:  # fmt: skip
    begins = NOW + timedelta(days=10)
    second = book.redraft(owner.caller, one.id, wider(valid_from=begins), now=NOW)
    _sign(book, owner, "propose", second)
    _sign(book, partner, "accept", second)
    third = book.redraft(owner.caller, one.id, wider(retention_days=5), now=NOW)
    _sign(book, owner, "propose", third)
    book.act(owner.caller, one.id, "revoke", now=NOW)
    states = [told.state for told in book.versions(owner.caller, one.id, now=begins).items]
    assert states == ["revoked", "revoked", "draft"]
    with pytest.raises(Conflict):
        _sign(book, partner, "accept", third)
    with pytest.raises(NotAllowed, match="ended"):
        SupplyPoints(store).read(partner.caller, things["p1"], now=begins)


def test_a_suspended_agreement_is_not_opened_by_a_proposal_of_before(
    book: Agreements, owner: Body, partner: Body, one: Agreement, wider: Callable[..., Any]
) -> None:
    new = book.redraft(owner.caller, one.id, wider(), now=NOW)
    _sign(book, owner, "propose", new)
    book.act(owner.caller, one.id, "suspend", now=NOW)
    with pytest.raises(Conflict, match="suspended"):
        _sign(book, partner, "accept", new)
    book.act(owner.caller, one.id, "resume", now=NOW)
    assert _sign(book, partner, "accept", new).version_in_force == 2


@pytest.mark.parametrize(
    ("where", "change"),
    [("/purpose", {"purpose": "energy_monitoring"}), ("/recipient", {"recipient": "stranger"})],
)
def test_another_deal_is_another_agreement(
    book: Agreements, owner: Body, stranger: Body, one: Agreement, wider: Callable[..., Any],
    where: str, change: dict[str, str],
) -> None:  # fmt: skip
    with pytest.raises(BadInput) as refused:
        book.redraft(owner.caller, one.id, wider(**change), now=NOW)
    assert refused.value.where == where


def test_a_draft_is_changed_by_its_author_and_a_proposal_by_nobody(
    book: Agreements, owner: Body, partner: Body, one: Agreement, wider: Callable[..., Any]
) -> None:
    book.redraft(owner.caller, one.id, wider(), now=NOW)
    again = book.redraft(owner.caller, one.id, wider(retention_days=7), now=NOW)
    assert (again.version, again.terms.retention_days) == (2, 7)
    theirs = book.redraft(partner.caller, one.id, wider(retention_days=9), now=NOW)
    assert theirs.version == 3
    seen = book.versions(owner.caller, one.id, now=NOW).items
    assert [told.version for told in seen] == [1, 2]
    _sign(book, owner, "propose", again)
    with pytest.raises(Conflict, match="proposed"):
        _sign(book, partner, "propose", theirs)
    with pytest.raises(Conflict, match="proposed"):
        book.redraft(owner.caller, one.id, wider(), now=NOW)


def test_an_older_draft_is_not_signed_over_a_newer_version(
    book: Agreements, owner: Body, partner: Body, one: Agreement, wider: Callable[..., Any]
) -> None:
    old = book.redraft(owner.caller, one.id, wider(retention_days=7), now=NOW)
    new = book.redraft(partner.caller, one.id, wider(), now=NOW)
    _sign(book, partner, "propose", new)
    _sign(book, owner, "accept", new)
    with pytest.raises(Conflict, match="newest"):
        _sign(book, owner, "propose", old)


def test_a_stranger_neither_reads_nor_drafts_versions(
    book: Agreements, stranger: Body, one: Agreement, wider: Callable[..., Any]
) -> None:
    for ask in (
        lambda: book.versions(stranger.caller, one.id, now=NOW),
        lambda: book.read(stranger.caller, one.id, version=1, now=NOW),
        lambda: book.redraft(stranger.caller, one.id, wider(), now=NOW),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_version_of_what_has_ended_opens_it_again_under_two_new_signatures(
    store: Store, book: Agreements, owner: Body, partner: Body, one: Agreement,
    things: dict[str, str], wider: Callable[..., Any],
) -> None:  # fmt: skip
    book.act(partner.caller, one.id, "terminate", now=NOW)
    new = book.redraft(owner.caller, one.id, wider(), now=NOW)
    _sign(book, owner, "propose", new)
    assert not _reads(store, partner, things["p1"])
    _sign(book, partner, "accept", new)
    assert _reads(store, partner, things["p1"])


def test_terms_whose_end_has_come_are_not_signed(
    book: Agreements, owner: Body, partner: Body, one: Agreement, wider: Callable[..., Any]
) -> None:
    new = book.redraft(owner.caller, one.id, wider(), now=NOW)
    _sign(book, owner, "propose", new)
    late = new.terms.valid_until
    with pytest.raises(Conflict, match="expired"):
        book.act(partner.caller, one.id, "accept", signature=partner.sign(new), now=late)


def test_who_suspended_resumes(
    book: Agreements, owner: Body, partner: Body, one: Agreement
) -> None:
    assert book.operate(one.id, "suspend", now=NOW).suspended_by == "operator"
    with pytest.raises(NotAllowed, match="suspended_by_other"):
        book.act(owner.caller, one.id, "resume", now=NOW)
    assert book.operate(one.id, "resume", now=NOW).state == "active"
    assert book.act(owner.caller, one.id, "suspend", now=NOW).suspended_by == "owner"
    with pytest.raises(NotAllowed, match="suspended_by_other"):
        book.operate(one.id, "resume", now=NOW)
    told = book.read(partner.caller, one.id, now=NOW)
    assert (told.state, told.suspended_by, told.version_in_force) == ("suspended", "owner", None)
    assert [step.by for step in told.history[-3:]] == ["operator", "operator", "owner"]
    assert book.act(owner.caller, one.id, "revoke", now=NOW).state == "revoked"


def test_no_organisation_is_called_as_the_operator_is(store: Store) -> None:
    with pytest.raises(BadInput, match="/id"):
        body(store, "operator")


def test_the_operator_sees_no_draft_and_knows_no_other_act(
    book: Agreements, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    with pytest.raises(NotFound):
        book.operate(made.id, "suspend", now=NOW)
    _sign(book, owner, "propose", made)
    with pytest.raises(Conflict):
        book.operate(made.id, "suspend", now=NOW)


def test_a_proposal_that_the_other_refuses_goes_back_to_its_author(
    book: Agreements, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    _sign(book, owner, "propose", made)
    back = book.act(partner.caller, made.id, "withdraw", now=NOW)
    assert (back.state, back.signatures) == ("draft", ())
    with pytest.raises(NotFound):
        book.read(partner.caller, made.id, now=NOW)
    assert book.read(owner.caller, made.id, now=NOW).state == "draft"


def test_what_changed_is_what_the_changes_tell(
    store: Store, book: Agreements, owner: Body, partner: Body, one: Agreement,
    wider: Callable[..., Any],
) -> None:  # fmt: skip
    def told(since: Any, now: Any) -> list[str]:
        page = book.page(partner.caller, changed_since=since, now=now)
        return [item.state for item in page.items]

    later, end = NOW + timedelta(hours=1), one.terms.valid_until
    assert told(NOW, NOW) == ["active"]
    assert told(later, later) == []
    book.act(owner.caller, one.id, "suspend", now=later)
    assert told(later, later) == ["suspended"]
    assert told(later + timedelta(seconds=1), later + timedelta(days=1)) == []
    assert told(end - timedelta(days=1), end) == ["expired"]
    assert told(end + timedelta(days=1), end + timedelta(days=2)) == []
    news = Changes(store).after(partner.caller, now=later).items
    acts = [item.act for item in news if item.kind == "agreement"]
    assert acts == ["propose", "accept", "suspend"]


def test_a_page_holds_each_agreement_once_whatever_its_versions(
    book: Agreements, owner: Body, partner: Body, agreed: Make, things: dict[str, str],
    wider: Callable[..., Any],
) -> None:  # fmt: skip
    made = sorted(agreed({"sites": [things["s1"]]}).id for _ in range(3))
    for name in made:
        new = book.redraft(owner.caller, name, wider(), now=NOW)
        _sign(book, owner, "propose", new)
        _sign(book, partner, "accept", new)
    seen: list[tuple[str, int]] = []
    after: str | None = None
    while True:
        page = book.page(partner.caller, after=after, limit=1, now=NOW)
        seen += [(item.id, item.version) for item in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [(name, 2) for name in made]


def _race(*works: Callable[[], Agreement]) -> list[str]:
    """What each of *works* came to, all at once: the state, or the name of the error."""
    found: list[str] = [""] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Agreement]) -> None:
        gate.wait()
        try:
            found[place] = work().state
        except SynergieError as error:
            found[place] = type(error).__name__

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_accepts_at_once_are_one(
    book: Agreements, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    _sign(book, owner, "propose", made)
    accept = lambda: _sign(book, partner, "accept", made)  # noqa: E731
    assert _race(accept, accept, accept) == ["active"] * 3
    told = book.read(owner.caller, made.id, now=NOW)
    assert [step.act for step in told.history] == ["draft", "propose", "accept"]
    assert len(told.signatures) == 2


def test_a_revocation_against_an_acceptance_never_leaves_it_open(
    store: Store, book: Agreements, owner: Body, partner: Body, agreed: Make,
    things: dict[str, str], wider: Callable[..., Any],
) -> None:  # fmt: skip
    for _ in range(4):
        made = agreed({"sites": [things["s1"]]})
        new = book.redraft(owner.caller, made.id, wider(), now=NOW)
        _sign(book, owner, "propose", new)
        found = _race(
            lambda made=made: book.act(owner.caller, made.id, "revoke", now=NOW),  # type: ignore[misc]
            lambda new=new: _sign(book, partner, "accept", new),  # type: ignore[misc]
        )
        assert found[0] == "revoked"
        assert found[1] in {"active", "Conflict"}
        assert not _reads(store, partner, things["p1"])
        book_told = book.versions(owner.caller, made.id, now=NOW).items
        assert {told.state for told in book_told} <= {"revoked", "terminated", "draft"}


def test_two_drafts_of_a_version_at_once_bear_two_numbers(
    book: Agreements, owner: Body, partner: Body, one: Agreement, wider: Callable[..., Any]
) -> None:
    found = _race(
        lambda: book.redraft(owner.caller, one.id, wider(), now=NOW),
        lambda: book.redraft(partner.caller, one.id, wider(), now=NOW),
    )
    assert found == ["draft", "draft"]
    numbers = {
        by.caller.organisation: book.versions(by.caller, one.id, now=NOW).items[-1].version
        for by in (owner, partner)
    }
    assert sorted(numbers.values()) == [2, 3]


def test_each_change_tells_the_version_it_is_about(
    store: Store, book: Agreements, office: Office, owner: Body, partner: Body, one: Agreement,
    wider: Callable[..., Any],
) -> None:  # fmt: skip
    office.register(partner)
    new = book.redraft(owner.caller, one.id, wider(), now=NOW)
    _sign(book, owner, "propose", new)
    _sign(book, partner, "accept", new)
    book.redraft(owner.caller, one.id, wider(), now=NOW)  # a draft is its author's alone
    office.run()
    told = [json.loads(message.body) for message in office.took()]
    assert [(one["type"], one["data"]["version"]) for one in told] == [
        ("agreement.proposed", 2),
        ("agreement.accepted", 2),
        ("agreement.replaced", 1),
    ]
    page = Changes(store).after(partner.caller, now=NOW)
    seen = [(change.act, change.version) for change in page.items if change.id == one.id]
    assert seen[-3:] == [("propose", 2), ("accept", 2), ("replace", 1)]
