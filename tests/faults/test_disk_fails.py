"""A disk that answers EIO: nothing more is acknowledged, the server ends, what was said is there.

After a failed sync the next one succeeds though the data are gone, so going on would acknowledge
what is lost.
"""

import os
import subprocess
from pathlib import Path

import pytest

from synergie.client import Client
from synergie.errors import SynergieError
from synergie.schemas.site import SiteRecord
from tests.components import program
from tests.faults.process import Process

_SOURCE = Path(__file__).with_name("failing_disk.c")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shared library of `failing_disk.c`."""
    built = tmp_path_factory.mktemp("disk") / "failing_disk.so"
    command = [program("cc", "gcc"), "-shared", "-fPIC", "-O1", "-o", str(built), str(_SOURCE)]
    subprocess.run([*command, "-ldl"], check=True)
    return built


@pytest.mark.faults
@pytest.mark.parametrize("part", ["store.db", "store.db-wal", "store.db-used"])
def test_a_server_whose_disk_fails_ends_with_74_and_lost_nothing(
    tmp_path: Path, library: Path, part: str
) -> None:
    when = tmp_path / "fails"
    failing = {
        "LD_PRELOAD": str(library),
        "FAILING_DISK_WHEN": str(when),
        "FAILING_DISK_PATH": part,
    }
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with Process.started(tmp_path, url, failing) as process, process.client("owner") as client:
        stored = [_publish(client, n) for n in range(5)]
        when.touch()
        for n in range(5, 30):
            try:
                stored.append(_publish(client, n))
            except SynergieError:
                break
        assert process.wait() == os.EX_IOERR
        assert (tmp_path / "store.db-damaged").exists()
        when.unlink()
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
