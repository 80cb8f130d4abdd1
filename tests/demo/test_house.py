from pathlib import Path

import pytest

from synergie.demo.folder import recreate_folder
from synergie.demo.house import running
from synergie.errors import Misconfigured


def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    folder = recreate_folder(tmp_path / "demo")
    (folder.server / "synergie.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Misconfigured, match="did not start"), running(folder):
        pytest.fail("the server cannot be up")
    assert folder.log.stat().st_size > 0
