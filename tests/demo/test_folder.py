from pathlib import Path

import pytest

from synergie.demo.folder import recreate_folder
from synergie.errors import Misconfigured


def test_a_second_run_starts_from_an_empty_folder(tmp_path: Path) -> None:
    folder = recreate_folder(tmp_path / "demo")
    folder.report.write_text("ancien")
    folder.partner("a").mkdir(parents=True)
    again = recreate_folder(tmp_path / "demo")
    assert not again.report.exists()
    assert not again.partner("a").exists()
    assert again.server.is_dir()


@pytest.mark.parametrize("marked", [True, False])
def test_what_a_demonstration_did_not_make_is_never_removed(
    tmp_path: Path, *, marked: bool
) -> None:
    if marked:
        recreate_folder(tmp_path)
    else:
        (tmp_path / "serveur").mkdir()
        (tmp_path / "serveur" / "autre").write_text("à garder")
    (tmp_path / "lettre.txt").write_text("à garder")
    with pytest.raises(Misconfigured, match="not made by a demonstration"):
        recreate_folder(tmp_path)
    assert (tmp_path / "lettre.txt").read_text() == "à garder"
    assert marked or (tmp_path / "serveur" / "autre").exists()


def test_a_folder_of_the_same_names_but_without_the_mark_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "rapport.html").write_text("à garder")
    with pytest.raises(Misconfigured):
        recreate_folder(tmp_path)
    assert (tmp_path / "rapport.html").read_text() == "à garder"
