"""After a restore: an old cursor never skips what came since, and says what is no more."""

from dataclasses import dataclass, field

from sqlalchemy import text

from synergie.errors import CursorExpired
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.changes import Changes
from synergie.policy import Principal, permit_operator
from synergie.schemas.trust.webhook import WebhookEvent
from synergie.storage import epochs
from synergie.storage.head import head
from synergie.storage.store import Store
from tests.exchange.office import Office, caller
from tests.exchange.people import NOW, Body, site

WRITERS, COMMITS = 2, 30
"""As where 46 of 60 commits were missed."""


def restored(store: Store, *, to: int) -> None:
    """*store* as a backup of change *to* left it: what came later is gone; then a new epoch."""
    with store.write() as session:
        connection = session.connection()
        connection.execute(text("DELETE FROM site"))
        connection.execute(text("DELETE FROM batch WHERE seq > :n"), {"n": to})
        connection.execute(text("DELETE FROM change WHERE seq > :n"), {"n": to})
        connection.execute(text("UPDATE head SET n = :n"), {"n": to})
        session.expire_all()
        epochs.begin_epoch(permit_operator(now=NOW), session, "restored", now=NOW)


def publish(store: Store, who: Body, *names: str) -> None:
    for name in names:
        Sites(store).publish(who.caller, [site(name)], now=NOW)


@dataclass
class Copy:
    """What a follower has: `seq` → what it was told of it."""

    store: Store
    who: Principal
    cursor: str | None = None
    told: dict[int, str] = field(default_factory=dict)
    drops: list[int] = field(default_factory=list)

    def follow(self) -> None:
        more = True
        while more:
            try:
                page = Changes(self.store).after(self.who, self.cursor, limit=7, now=NOW)
            except CursorExpired as error:
                common = error.common_seq or 0
                self.drops.append(common)
                self.told = {n: one for n, one in self.told.items() if n <= common}
                self.cursor = error.cursor
                continue
            assert not {one.seq for one in page.items} & set(self.told), "nothing twice"
            self.told |= {one.seq: one.id for one in page.items}
            self.cursor, more = page.next, page.more


def everything(store: Store, who: Principal) -> dict[int, str]:
    fresh = Copy(store, who)
    fresh.follow()
    return fresh.told


def test_an_old_cursor_misses_none_of_60_commits_after_a_restore(store: Store, owner: Body) -> None:
    publish(store, owner, *map(str, range(20)))
    copy = Copy(store, owner.caller)
    copy.follow()
    with store.read() as session:
        n = head(session).n
    publish(store, owner, *(f"lost-{one}" for one in range(46)))
    copy.follow()
    restored(store, to=n)
    for one in range(COMMITS):
        for writer in range(WRITERS):
            publish(store, owner, f"{writer}-{one}")
    copy.follow()
    assert copy.told == everything(store, owner.caller)
    assert copy.drops == [n]


def test_a_cursor_at_the_restored_point_or_before_still_holds(store: Store, owner: Body) -> None:
    publish(store, owner, *map(str, range(20)))
    early = Changes(store).after(owner.caller, limit=7, now=NOW).next
    copy = Copy(store, owner.caller)
    copy.follow()
    with store.read() as session:
        n = head(session).n
    for _ in range(2):
        publish(store, owner, "lost")
        restored(store, to=n)
    publish(store, owner, "new")
    assert Changes(store).after(owner.caller, early, now=NOW).items
    copy.follow()
    assert copy.drops == []
    assert copy.told == everything(store, owner.caller)


def test_of_several_restores_the_furthest_back_counts(store: Store, owner: Body) -> None:
    publish(store, owner, *map(str, range(20)))
    copy = Copy(store, owner.caller)
    copy.follow()
    with store.read() as session:
        n = head(session).n
    for back in (2, 9, 0):
        restored(store, to=n - back if back else n - 9 + 3)
        publish(store, owner, *(f"{back}-{one}" for one in range(3)))
    publish(store, owner, *(f"last-{one}" for one in range(30)))
    copy.follow()
    assert copy.drops == [n - 9]
    assert copy.told == everything(store, owner.caller)


def test_a_cursor_of_the_future_is_refused_and_says_where_to_go_on(
    store: Store, owner: Body
) -> None:
    """A store put back by hand, in the same epoch, has not come so far yet."""
    publish(store, owner, *map(str, range(5)))
    copy = Copy(store, owner.caller)
    copy.follow()
    with store.write() as session:
        session.connection().execute(text("UPDATE head SET n = n - 3"))
        session.connection().execute(text("DELETE FROM change WHERE seq > (SELECT n FROM head)"))
    copy.follow()
    assert len(copy.drops) == 1
    assert copy.told == everything(store, owner.caller)


def test_a_cursor_of_an_epoch_that_the_backup_does_not_know_begins_anew(
    store: Store, owner: Body
) -> None:
    publish(store, owner, *map(str, range(5)))
    copy = Copy(store, owner.caller)
    with store.read() as session:
        n = head(session).n
    restored(store, to=n)
    publish(store, owner, "between")
    copy.follow()
    with store.write() as session:  # the same backup once more: it knows the first epoch alone
        session.connection().execute(text("DELETE FROM epoch WHERE number > 1"))
        session.connection().execute(
            text("UPDATE head SET epoch = (SELECT id FROM epoch WHERE number = 1)")
        )
    restored(store, to=n)
    publish(store, owner, *(f"new-{one}" for one in range(9)))
    copy.follow()
    assert copy.drops == [0]
    assert copy.told == everything(store, owner.caller)


def test_a_restore_stands_in_the_journal_of_everybody(
    store: Store, owner: Body, partner: Body
) -> None:
    with store.read() as session:
        before = head(session)
    restored(store, to=before.n)
    with store.read() as session:
        assert head(session).epoch != before.epoch
        assert [one.why for one in epochs.list_epochs(session)] == ["created", "restored"]
        for who in (owner, partner):
            query = (
                "SELECT record FROM journal JOIN journal_party USING (seq)"
                " WHERE party = :who ORDER BY seq DESC"
            )
            found = session.connection().execute(text(query), {"who": who.caller.organisation})
            record = bytes(found.scalars().first() or b"").decode()
            assert '"event":"store.restored"' in record
            assert f"restored.from_{before.epoch}.since_{before.n}" in record


def test_webhooks_pause_at_a_restore_and_then_tell_what_is_new(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    with office.store.read() as session:
        n = head(session).n
    publish(office.store, owner, "lost")
    office.run()
    told = len(office.took())
    restored(office.store, to=n)
    with office.store.write() as session:
        assert epochs.close_doors(permit_operator(now=NOW), session) == 1
    publish(office.store, owner, "new")
    office.run()
    assert len(office.took()) == told, "nothing while it is paused"
    assert office.webhooks.read(caller(owner), hook.id, now=NOW).reason == "restored"
    with office.store.write() as session:
        assert epochs.resume_webhooks(permit_operator(now=NOW), session) == 1
    office.run()
    (message,) = office.took()[told:]
    event = WebhookEvent.model_validate_json(message.body)
    assert (event.type, event.data.seq) == ("site.published", n + 1)
    assert [one.since_seq for one in event.epochs] == [0, n]


def test_a_paused_webhook_that_its_owner_registers_again_goes_on_from_where_it_was(
    office: Office, owner: Body
) -> None:
    office.register(owner)
    publish(office.store, owner, "before")
    with office.store.read() as session:
        n = head(session).n
    restored(office.store, to=n)
    with office.store.write() as session:
        epochs.close_doors(permit_operator(now=NOW), session)
    office.register(owner)
    office.run()
    assert [kind for kind, _ in office.told()] == ["site.published"]
