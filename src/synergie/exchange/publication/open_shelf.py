"""The files of open datasets as anybody finds them, measured once: with the release, or later."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from synergie.errors import NotFound, Overloaded, StorageFull
from synergie.exchange.publication.open_files import Files, Key
from synergie.exchange.publication.publications_public import Dataset, PublicData
from synergie.policy.publication.public import open_data
from synergie.schemas.publication.open_publication import publication_id
from synergie.schemas.publication.release import Release
from synergie.storage.publication.open_files import Measure, find_file_measures, keep_measures
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class OpenShelf:
    """Files of what is open. Lengths and digests come from the store: no page makes a file."""

    store: Store
    data: PublicData

    def files(self, dataset: Dataset, *, now: datetime) -> Files:
        """The files of an open dataset.

        Those of a release that was made by an earlier version are measured at their first reading,
        and kept; when the store takes nothing just then, they are told all the same.
        """
        whole = partial(self.data.read_releases, now=now)
        keys = partial(self.data.keys, dataset.publisher.id)
        return Files(dataset, whole, partial(self._read_measures, now), keys)

    def _read_measures(
        self, now: datetime, owner: str, some: Sequence[Key]
    ) -> Mapping[str, Measure]:
        permit = open_data(now=now)
        with self.store.read() as session:
            known = find_file_measures(permit, session, [one.id for one in some])
        made = {one.id: one.measured() for one in some if one.id not in known}
        if made:
            with suppress(Overloaded, StorageFull), self.store.write() as session:
                keep_measures(permit, session, owner, made)
        return known | made


def record_public_files(store: Store, session: Session, made: Release, *, now: datetime) -> None:
    """Keep, in the transaction that makes an open release, what the files with it in them are.

    Of a release that nobody may read yet nothing is kept.
    """
    if not made.open_data:
        return
    data, permit = PublicData(store), open_data(now=now)

    def keep_new_measures(owner: str, some: Sequence[Key]) -> Mapping[str, Measure]:
        known = find_file_measures(permit, session, [one.id for one in some])
        new = {one.id: one.measured() for one in some if one.id not in known}
        keep_measures(permit, session, owner, new)
        return known | new

    try:
        dataset = data.dataset_in(session, publication_id(made.scheme, made.energy), now=now)
        one = dataset.version(made.period, made.version)
    except NotFound:
        return
    whole = partial(data.read_releases_in, session, now=now)
    keys = partial(data.keys, dataset.publisher.id)
    files = Files(dataset, whole, keep_new_measures, keys)
    files.facts(one)
    files.facts(None)
