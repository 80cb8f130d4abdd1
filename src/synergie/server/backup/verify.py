"""Verifying what a backup holds: its store is loaded into a scratch place and read there whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from synergie.errors import BadInput, Reason, Words
from synergie.exchange.readings.energies.kept_years import astray_years
from synergie.policy import permit_operator
from synergie.proof import jose, tree_head
from synergie.server.backup._content import MANIFEST, Backup
from synergie.storage import migrations
from synergie.storage.dump import Progress, load_store
from synergie.storage.readings.morning_check import find_astray_rows
from synergie.storage.scratch import count_pieces, read_sound_content, scratch_database
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from synergie.storage.trust.agreements.agreement_soundness import unsound_agreements
from synergie.storage.trust.journal.journal_audit import audit_journal

_HEAD = "a tree head signed by a key of the server"
_VERSION = "a store of this version or of an earlier one"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a store: no fault, when it agrees with its manifest and with itself."""

    faults: tuple[str, ...]
    readings: int
    """Pieces of curves and facts that were decoded."""


def verify_backup(
    backup: Backup, server: str | None, *, now: datetime, progress: Progress
) -> Verdict:
    """Load the store of *backup* into a scratch place, and read all of it there.

    *server*: the address of a PostgreSQL where a scratch database may be made and dropped. Its
    counts, head and journal are compared with the manifest; every record of the journal is hashed
    anew, every piece decoded. BadInput when the store is not the one that the manifest names.
    """
    require_revision(backup)
    _require_head(backup)
    with scratch_store(backup, server) as url:
        load_store(backup.store, url, progress)
        require_content(backup, url)
        progress("journal", 0, 1)
        return check_store(url, now=now)


def check_store(url: str, *, now: datetime) -> Verdict:
    """Read everything in the store at *url*, which is brought to this version first."""
    store = Store.open(url)
    try:
        permit = permit_operator(now=now)
        with store.read() as session:
            found = audit_journal(permit, session)
            unsound_rows = (
                *find_unsound_rows(permit, session),
                *unsound_agreements(permit, session),
                *find_astray_rows(permit, session),
                *astray_years(permit, session),
            )
            faults = [str(one) for one in unsound_rows]
            readings = count_pieces(permit, session)
        if found.fault is not None:
            faults.append(str(Reason("the journal: record {}: {}", *_get_fault_place(found.fault))))
    finally:
        store.close()
    return Verdict(tuple(faults), readings)


def _get_fault_place(fault: object) -> tuple[str, str]:
    return str(getattr(fault, "seq", None)), str(getattr(fault, "reason", ""))


def require_revision(backup: Backup) -> None:
    """BadInput for a store of a later version; Misconfigured for one of before the baseline."""
    migrations.require_baseline(backup.manifest.revision)
    if not migrations.is_known(backup.manifest.revision):
        raise BadInput(MANIFEST, backup.manifest.revision, _VERSION)


def require_content(backup: Backup, url: str) -> None:
    """BadInput when the store at *url*, as it was loaded, is not the one of the manifest."""
    content = asdict(read_sound_content(url))
    for name, value in content.items():
        said = getattr(backup.manifest, name)
        if value != said:
            raise BadInput(
                backup.store.name, f"{name} {_select_different_counts(value, said)}", "as signed"
            )


def _select_different_counts(found: object, said: object) -> object:
    """Of counts those that differ."""
    if not isinstance(found, dict) or not isinstance(said, dict):
        return found
    return {name: n for name, n in found.items() if said.get(name) != n}


def _require_head(backup: Backup) -> None:
    """The signed tree head in the manifest is of the journal that it names."""
    keys = {"keys": [key.as_dict(private=False) for key in backup.keys.keys]}
    try:
        claims = tree_head.verify_tree_head(backup.manifest.head, keys)
    except jose.Unsigned as error:
        raise BadInput(MANIFEST, Words("another one"), _HEAD) from error
    if (claims.tree_size, claims.root) != (backup.manifest.tree_size, backup.manifest.root):
        raise BadInput(MANIFEST, Words("a head of another journal"), "the head of its own journal")


@contextmanager
def scratch_store(backup: Backup, server: str | None) -> Iterator[str]:
    """The address of an empty place for a store of the backup's engine, gone at the end."""
    if backup.manifest.engine == "sqlite":
        with TemporaryDirectory(prefix="synergie-") as folder:
            yield f"sqlite:///{Path(folder) / 'scratch.db'}"
        return
    if server is None or not server.startswith("postgresql"):
        raise BadInput("--scratch", Words("none"), "the address of a PostgreSQL: postgresql://…")
    with scratch_database(server) as url:
        yield url
