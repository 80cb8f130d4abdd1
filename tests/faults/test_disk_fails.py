"""A disk that answers EIO: nothing more is acknowledged, the server ends, what was said is there.

After a failed sync the next one succeeds though the data are gone, so going on would acknowledge
what is lost.
"""

import os
from pathlib import Path

import pytest

from synergie.client import Client
from synergie.errors import SynergieError
from synergie.schemas.assets.site import SiteRecord
from tests.faults.disk import Disk
from tests.faults.process import Process


@pytest.mark.faults
@pytest.mark.parametrize("part", ["store.db", "store.db-wal", "store.db-used"])
def test_a_server_whose_disk_fails_ends_with_74_and_lost_nothing(tmp_path: Path, part: str) -> None:
    disk = Disk.built(tmp_path / "disk", part)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with (
        Process.started(tmp_path, url, disk.environment) as process,
        process.client("owner") as client,
    ):
        stored = [_publish(client, n) for n in range(5)]
        disk.fail()
        for n in range(5, 30):
            try:
                stored.append(_publish(client, n))
            except SynergieError:
                break
        assert process.wait() == os.EX_IOERR
        assert (tmp_path / "store.db-damaged").exists()
        disk.mend()
        process.start()
        assert not (tmp_path / "store.db-damaged").exists()
        names = {site.name for site in client.sites()}
        assert names.issuperset(stored), "something acknowledged is not there"


def _publish(client: Client, n: int) -> str:
    """A site that is stored when this returns; its name."""
    site = SiteRecord(
        external_id=f"site-{n}", name=f"Site {n}", kind="building", provenance="synthetic"
    )
    client.publish_sites([site])
    return site.name
