"""Backup and restore: whole or not at all, verified, and every follower is told the truth."""

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import BadInput, CursorExpired, Misconfigured, SynergieError
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_operator
from synergie.server import backup, log
from synergie.server.backup import restore
from synergie.server.keyring import Keyring
from synergie.server.run import serve
from synergie.server.settings import Settings
from synergie.storage import migrations
from synergie.storage.epochs import list_epochs
from synergie.storage.head import head
from synergie.storage.readings.bundles import bundling
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from tests.databases import postgres
from tests.exchange.people import NOW, Body, body, point, site, terms
from tests.exchange.test_curves import MONDAY, curve, declared, put

PHRASE = "correct horse battery staple"


def still(_step: str, _done: int, _whole: int) -> None:
    """No progress is shown."""


@dataclass
class House:
    """A server's store and folder, and empty places beside it."""

    settings: Settings
    owner: Body
    places: Callable[[str], Settings]
    _open: list[Store] = field(default_factory=list)

    @property
    def store(self) -> Store:
        if not self._open:
            self._open.append(Store.open(self.settings.store_url))
        return self._open[0]

    def publish(self, *names: str) -> None:
        for name in names:
            Sites(self.store).publish(self.owner.caller, [site(name)], now=NOW)

    def create(self, out: Path, passphrase: str | None = PHRASE) -> backup.Backup:
        backup.create_backup(self.settings, out, passphrase=passphrase, now=NOW, progress=still)
        return backup.open_backup(out, None, still)


@contextmanager
def opened(folder: Path, *, on_postgres: bool) -> Iterator[House]:
    with ExitStack() as stack:

        def place(name: str) -> Settings:
            url = stack.enter_context(postgres()) if on_postgres else None
            return Settings(data_dir=folder / name, database_url=url)

        settings = place("server")
        settings.data_dir.mkdir()
        Keyring.open(settings.keys_dir)
        store = Store.open(settings.store_url)
        (settings.data_dir / "depot").mkdir()
        (settings.data_dir / "depot" / "releve.csv").write_text("a;b\n", encoding="utf-8")
        yield House(settings, body(store, "owner"), place, [store])
        store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path, on_postgres=request.param == "postgres") as made:
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    """On SQLite: for what is the same on both."""
    with opened(tmp_path, on_postgres=False) as made:
        yield made


def restored(house: House, kept: backup.Backup, name: str = "other") -> Settings:
    place = house.places(name)
    backup.restore_backup(kept, place, passphrase=PHRASE, now=NOW, progress=still)
    return place


def test_a_follower_misses_none_of_60_commits_after_a_restore(house: House, tmp_path: Path) -> None:
    house.publish(*map(str, range(5)))
    kept = house.create(tmp_path / "kept")
    house.publish(*(f"lost-{n}" for n in range(46)))
    cursor = Changes(house.store).after(house.owner.caller, limit=999, now=NOW).next
    place = restored(house, kept)
    store = Store.open(place.store_url)
    writers = [Thread(target=_write, args=(store, house.owner, n)) for n in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with pytest.raises(CursorExpired) as refused:
        Changes(store).after(house.owner.caller, cursor, now=NOW)
    assert refused.value.common_seq == kept.manifest.seq
    page = Changes(store).after(house.owner.caller, refused.value.cursor, limit=999, now=NOW)
    assert len(page.items) == 60
    store.close()


def _write(store: Store, who: Body, writer: int) -> None:
    for n in range(30):
        Sites(store).publish(who.caller, [site(f"new-{writer}-{n}")], now=NOW)


def test_a_restored_server_is_the_one_that_was_backed_up(house: House, tmp_path: Path) -> None:
    house.publish("S1")
    with house.store.write() as session:
        session.connection().execute(
            text(
                "INSERT INTO access_token (jti, client, jkt, expires_at)"
                " VALUES ('j', 'c', 'k', '2099-01-01T00:00:00.000000Z')"
            )
        )
    kept = house.create(tmp_path / "kept")
    assert kept.manifest.counts["access_token"] == 1
    place = restored(house, kept)
    old, new = Keyring.open(house.settings.keys_dir), Keyring.open(place.keys_dir)
    assert [one.kid for one in old.ring] == [one.kid for one in new.ring]
    assert old.secret == new.secret
    assert (place.data_dir / "depot" / "releve.csv").read_text(encoding="utf-8") == "a;b\n"
    assert not (place.data_dir / restore.RESTORING).exists()
    store = Store.open(place.store_url)
    with store.read() as session:
        before, connection = kept.manifest, session.connection()
        assert head(session).n == before.seq
        assert head(session).epoch != before.epoch
        tokens = connection.execute(text("SELECT count(*) FROM access_token")).scalar_one()
        assert tokens == 0
        said = connection.execute(text("SELECT record FROM journal ORDER BY seq DESC")).scalars()
        assert b"store.restored" in bytes(said.first() or b"")
    assert [one.name for one in Sites(store).page(house.owner.caller, now=NOW).items]
    store.close()


def test_what_is_bundled_is_backed_up_and_restored(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "BATCHES", 8)
    SupplyPoints(house.store).publish(house.owner.caller, [point()], now=NOW)
    series, curves = declared(house.store, house.owner), Curves(house.store)
    for n in range(20):
        one = curve(series, [n, 7], start=MONDAY + n * timedelta(hours=1))
        put(curves, house.owner, one, now=NOW + timedelta(seconds=n))
    later, permit = NOW + timedelta(days=400), permit_operator(now=NOW)
    assert compact_segments(house.store, now=later, saving=False)
    assert bundling.bundle_some(permit, house.store, before=later, after="")[0] == 2
    told = Changes(house.store).after(house.owner.caller, limit=99, now=NOW).items
    store = Store.open(restored(house, house.create(tmp_path / "kept")).store_url)
    assert Changes(store).after(house.owner.caller, limit=99, now=NOW).items == told
    with store.read() as session:
        assert session.connection().execute(text("SELECT SUM(n) FROM bundle")).scalar() == 16
        assert list(find_unsound_rows(permit, session)) == []
    store.close()


def test_a_backup_verifies_and_its_drill_leaves_nothing(house: House, tmp_path: Path) -> None:
    house.publish("S1")
    SupplyPoints(house.store).publish(house.owner.caller, [point()], now=NOW)
    put(Curves(house.store), house.owner, curve(declared(house.store, house.owner), [1, 2, 3]))
    kept = house.create(tmp_path / "kept")
    server = house.settings.store_url
    verdict = backup.verify_backup(kept, server, now=NOW, progress=still)
    assert (verdict.faults, verdict.readings) == ((), 1)
    folder = tmp_path / "scratch"
    folder.mkdir()
    drilled = backup.drill_backup(
        kept, folder, server=server, passphrase=PHRASE, now=NOW, progress=still
    )
    assert drilled == verdict


def test_what_does_not_agree_with_itself_is_told_by_verify(house: House, tmp_path: Path) -> None:
    house.publish("S1")
    with house.store.write() as session:
        session.connection().execute(text("UPDATE journal SET at = '2020-01-01T00:00:00.000000Z'"))
    kept = house.create(tmp_path / "kept")
    verdict = backup.verify_backup(kept, house.settings.store_url, now=NOW, progress=still)
    assert verdict.faults


def test_an_agreement_that_was_edited_in_the_database_is_told_by_verify(
    small: House, tmp_path: Path
) -> None:
    small.publish("S1")
    partner = body(small.store, "partner")
    (one,) = Sites(small.store).page(small.owner.caller, now=NOW).items
    selector = {"sites": [one.id]}
    book = Agreements(small.store)
    made = book.draft(small.owner.caller, terms(small.owner, partner, selector), now=NOW)
    book.act(small.owner.caller, made.id, "propose", signature=small.owner.sign(made), now=NOW)
    with small.store.write() as session:
        changed = 'UPDATE agreement SET terms = replace(terms, \'"title":"\', \'"title":"x\')'
        assert session.connection().execute(text(changed)).rowcount == 1
    kept = small.create(tmp_path / "kept")
    verdict = backup.verify_backup(kept, None, now=NOW, progress=still)
    assert any("agreement" in fault for fault in verdict.faults)


def _cut(folder: Path) -> None:
    (path,) = folder.glob("store.*")
    path.write_bytes(path.read_bytes()[:-100])


def _flip(folder: Path) -> None:
    (path,) = folder.glob("store.*")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _gone(folder: Path) -> None:
    (folder / "keys.json").unlink()


def _more(folder: Path) -> None:
    (folder / "depot" / "another.csv").write_text("", encoding="ascii")


def _other_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    body = json.loads(path.read_text(encoding="utf-8")) | {"seq": 1}
    path.write_text(json.dumps(body), encoding="utf-8")


def _no_keys(folder: Path) -> None:
    (folder / "jwks.json").write_text('{"keys": [1', encoding="ascii")


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize("spoil", [_cut, _flip, _gone, _more, _other_manifest, _no_keys, _empty])
def test_a_damaged_backup_is_refused_and_nothing_is_restored(
    small: House, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    kept = small.create(tmp_path / "kept")
    spoil(kept.folder)
    with pytest.raises(BadInput):
        backup.open_backup(kept.folder, None, still)


def test_a_backup_signed_by_another_server_is_refused_by_who_holds_its_keys(
    small: House, tmp_path: Path
) -> None:
    kept = small.create(tmp_path / "kept")
    ours = {"keys": Keyring.open(small.settings.keys_dir).published()}
    assert backup.open_backup(kept.folder, ours, still).kid == kept.kid
    strangers = {"keys": Keyring.open(tmp_path / "strange").published()}
    with pytest.raises(BadInput, match="signature"):
        backup.open_backup(kept.folder, strangers, still)


@pytest.mark.parametrize("phrase", [None, "another"])
def test_with_another_passphrase_nothing_is_written(
    small: House, tmp_path: Path, phrase: str | None
) -> None:
    kept, place = small.create(tmp_path / "kept"), small.places("other")
    with pytest.raises(BadInput, match="passphrase"):
        backup.restore_backup(kept, place, passphrase=phrase, now=NOW, progress=still)
    assert not place.data_dir.exists()


def test_a_foreign_store_in_a_signed_backup_is_refused(house: House, tmp_path: Path) -> None:
    """Of the same server's making, but another store than the manifest names."""
    kept = house.create(tmp_path / "kept")
    house.publish("S1")
    other = house.create(tmp_path / "other-backup")
    mixed = backup.Backup(other.folder, kept.manifest, kept.digest, kept.kid, kept.keys)
    with pytest.raises(BadInput, match="seq"):
        backup.verify_backup(mixed, house.settings.store_url, now=NOW, progress=still)


def test_a_backup_of_a_later_version_is_refused(small: House, tmp_path: Path) -> None:
    kept, place = small.create(tmp_path / "kept"), small.places("other")
    later = kept.manifest.model_copy(update={"revision": "9999"})
    newer = backup.Backup(kept.folder, later, kept.digest, kept.kid, kept.keys)
    with pytest.raises(BadInput, match="9999"):
        backup.restore_backup(newer, place, passphrase=PHRASE, now=NOW, progress=still)
    assert not place.data_dir.exists()


def test_a_backup_of_before_the_baseline_is_refused(small: House, tmp_path: Path) -> None:
    kept, place = small.create(tmp_path / "kept"), small.places("other")
    older = kept.manifest.model_copy(update={"revision": "0033"})
    early = backup.Backup(kept.folder, older, kept.digest, kept.kid, kept.keys)
    with pytest.raises(Misconfigured, match=r"0033, expected 0034 or later: .* 0\.1\.0"):
        backup.restore_backup(early, place, passphrase=PHRASE, now=NOW, progress=still)
    assert not place.data_dir.exists()


def test_a_restore_is_into_an_empty_place_only(house: House, tmp_path: Path) -> None:
    kept = house.create(tmp_path / "kept")
    with pytest.raises(Misconfigured, match="empty"):
        backup.restore_backup(kept, house.settings, passphrase=PHRASE, now=NOW, progress=still)


class _Killed(BaseException):
    """The process is gone: nothing is tidied up."""


@dataclass
class Deaths:
    """Kills the process at the step number `left` of a restore."""

    left: int = 0

    def at(self, patch: pytest.MonkeyPatch, where: object, name: str) -> None:
        call = getattr(where, name)

        def counted(*given: Any) -> Any:
            if self.left == 0:
                raise _Killed
            self.left -= 1
            return call(*given)

        patch.setattr(where, name, counted)


def test_a_restore_that_is_killed_anywhere_goes_on_and_no_server_starts_meanwhile(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.publish("S1")
    kept, place, deaths = house.create(tmp_path / "kept"), house.places("other"), Deaths()
    for name in ("sync_path", "load_store", "_begin_epoch", "write_mark"):
        deaths.at(monkeypatch, restore, name)
    deaths.at(monkeypatch, Path, "rename")
    kills, over = 0, False
    while not over:
        assert kills < 60
        deaths.left = kills
        try:
            backup.restore_backup(kept, place, passphrase=PHRASE, now=NOW, progress=still)
            over = True
        except _Killed:
            kills += 1
            if (place.data_dir / restore.RESTORING).exists():
                with pytest.raises(Misconfigured, match="interrupted"):
                    serve(place)
                log.stop_logging()
    assert kills > 8
    assert _reasons(place.store_url) == ["created", "restored"]
    Keyring.open(place.keys_dir)


def _reasons(url: str) -> list[str]:
    store = Store.open(url)
    try:
        with store.read() as session:
            return [one.why for one in list_epochs(session)]
    finally:
        store.close()


def test_a_restore_onto_another_disk_is_whole_or_goes_on(
    small: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store of SQLite may lie elsewhere than the server's folder: no rename goes there."""
    small.publish("S1")
    kept, elsewhere = small.create(tmp_path / "kept"), tmp_path / "disk" / "synergie.db"
    place = small.places("other").model_copy(update={"database_url": f"sqlite:///{elsewhere}"})
    rename, copied = Path.rename, list[Path]()

    def across(path: Path, target: Path) -> Path:
        if (path.parent == elsewhere.parent) is not (Path(target).parent == elsewhere.parent):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    def cut(source: Path, target: Path) -> None:
        copied.append(target)
        Path(target).write_bytes(Path(source).read_bytes()[:4096])
        raise _Killed

    monkeypatch.setattr(Path, "rename", across)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", cut)
        with pytest.raises(_Killed):
            backup.restore_backup(kept, place, passphrase=PHRASE, now=NOW, progress=still)
    assert copied and not elsewhere.exists(), "no half file bears the name of the store"
    backup.restore_backup(kept, place, passphrase=PHRASE, now=NOW, progress=still)
    assert {one.name for one in elsewhere.parent.iterdir()} >= {"synergie.db"}
    assert not [one for one in elsewhere.parent.iterdir() if one.name.startswith(".")]
    assert elsewhere.stat().st_mode & 0o777 == 0o600
    assert _reasons(place.store_url) == ["created", "restored"]


@pytest.mark.postgres
def test_a_restore_that_had_migrated_the_database_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a migration changed is no fault of the backup, once the restore was interrupted."""
    with opened(tmp_path, on_postgres=True) as house:
        house.publish("S1")
        kept, place = house.create(tmp_path / "kept"), house.places("other")

        def killed(*_: object) -> None:
            raise _Killed

        with monkeypatch.context() as patch:
            patch.setattr(restore, "_begin_epoch", killed)
            with pytest.raises(_Killed):
                backup.restore_backup(kept, place, passphrase=PHRASE, now=NOW, progress=still)
        store = Store.open(place.store_url, accept=True)
        with store.write() as session:
            session.connection().execute(text("DELETE FROM site"))
        store.close()
        with pytest.raises(BadInput):
            backup.restore_backup(kept, place, passphrase=PHRASE, now=NOW, progress=still)
        head = migrations.head_revision()
        monkeypatch.setattr(migrations, "_known", lambda: ("0033", head))
        older = kept.manifest.model_copy(update={"revision": "0033"})
        earlier = replace(kept, manifest=older)
        backup.restore_backup(earlier, place, passphrase=PHRASE, now=NOW, progress=still)
        assert _reasons(place.store_url) == ["created", "restored"]


def test_an_interrupted_restore_is_not_mixed_with_one_of_another_backup(
    small: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = small.create(tmp_path / "first")
    small.publish("S1")
    second, place = small.create(tmp_path / "second"), small.places("other")

    def killed(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(restore, "load_store", killed)
        with pytest.raises(_Killed):
            backup.restore_backup(first, place, passphrase=PHRASE, now=NOW, progress=still)
    with pytest.raises(Misconfigured, match="another backup"):
        backup.restore_backup(second, place, passphrase=PHRASE, now=NOW, progress=still)


def test_a_backup_that_fails_leaves_nothing(
    small: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise SynergieError("no room")

    monkeypatch.setattr("synergie.server.backup.create.list_backup_files", full)
    with pytest.raises(SynergieError):
        small.create(tmp_path / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["server"]


def test_a_database_put_back_by_hand_is_accepted_in_a_new_epoch(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "server")
    settings.data_dir.mkdir(mode=0o700)
    file = settings.data_dir / "synergie.db"
    store = Store.open(settings.store_url)
    owner = body(store, "owner")
    store.close()
    shutil.copy(file, tmp_path / "copy.db")
    store = Store.open(settings.store_url)
    for n in range(46):
        Sites(store).publish(owner.caller, [site(f"lost-{n}")], now=NOW)
    cursor = Changes(store).after(owner.caller, limit=999, now=NOW).next
    store.close()
    shutil.copy(tmp_path / "copy.db", file)
    with pytest.raises(Misconfigured, match="--accept"):
        serve(settings)
    log.stop_logging()
    done = backup.accept_store(settings, now=NOW)
    assert done.lost == 46
    store = Store.open(settings.store_url)
    for n in range(60):
        Sites(store).publish(owner.caller, [site(f"new-{n}")], now=NOW)
    with pytest.raises(CursorExpired) as refused:
        Changes(store).after(owner.caller, cursor, now=NOW)
    page = Changes(store).after(owner.caller, refused.value.cursor, limit=999, now=NOW)
    assert len(page.items) == 60
    store.close()
