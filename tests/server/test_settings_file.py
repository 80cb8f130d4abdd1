"""The file of settings: where it is found, what it says, who goes first."""

from pathlib import Path

import pytest

from synergie.errors import Misconfigured
from synergie.server import settings_file
from synergie.server.settings import Settings
from synergie.server.settings_file import SettingsFile, find_settings_file, hide_password


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / settings_file.NAME
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_is_the_one_that_is_named_then_the_one_here_then_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, system = tmp_path / "here", tmp_path / "etc"
    here.mkdir()
    monkeypatch.setattr(settings_file, "SYSTEM", system)
    assert find_settings_file({}, here) is None
    of_system = write(system, "")
    assert find_settings_file({}, here) == of_system
    of_folder = write(here, "")
    assert find_settings_file({}, here) == of_folder
    named = write(tmp_path / "named", "")
    assert find_settings_file({"SYNERGIE_CONFIG": str(named)}, here) == named
    assert find_settings_file({"SYNERGIE_CONFIG": ""}, here) == of_folder
    with pytest.raises(Misconfigured, match="SYNERGIE_CONFIG"):
        find_settings_file({"SYNERGIE_CONFIG": str(tmp_path / "absent")}, here)


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path, 'data_dir = "data"\ndatabase_url = "sqlite:///store/one.db"\nport = 9000'
    )
    settings = Settings.read({}, Settings.read_file(path))
    assert settings.data_dir == tmp_path / "data"
    assert settings.store_url == f"sqlite:///{tmp_path}/store/one.db"
    assert settings.port == 9000
    for address in ("postgresql://a@b/c", "sqlite:///:memory:", "sqlite:////srv/one.db"):
        write(tmp_path, f'database_url = "{address}"')
        assert Settings.read({}, Settings.read_file(path)).database_url == address


def test_the_environment_goes_before_the_file_and_an_option_before_both(tmp_path: Path) -> None:
    file = Settings.read_file(write(tmp_path, "port = 1\nworkers = 2\ntoken_s = 30"))
    environ = {"SYNERGIE_PORT": "3", "SYNERGIE_WORKERS": "4"}
    settings = Settings.read(environ, file, port=5)
    assert (settings.port, settings.workers, settings.token_s) == (5, 4, 30)
    said = {one.name: one for one in settings.list_sources(environ, file, {"port"})}
    assert set(said) == set(Settings.model_fields)
    assert [said[name].origin for name in ("port", "workers", "token_s", "burst")] == [
        "option", "environment", "file", "default",
    ]  # fmt: skip
    assert said["workers"].where == "SYNERGIE_WORKERS"
    assert said["token_s"].where == str(file.path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", "prot: no such setting; did you mean port?"),
        ("port = ", "TOML"),
        ('port = "many"', "port: found 'many', expected a whole number"),
        ("token_s = 301", "token_s"),
        ("[server]\nport = 1", "server: no such setting"),
        ('public_url = "http://a.example"', "public_url"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_it(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(Misconfigured) as caught:
        Settings.read({}, Settings.read_file(path))
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_a_wrong_variable_over_a_right_file_is_named_as_the_variable(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "synergie.toml", {"port": 8000})
    with pytest.raises(Misconfigured, match="SYNERGIE_PORT: found 'x'"):
        Settings.read({"SYNERGIE_PORT": "x"}, file)


def test_the_passphrase_of_backups_is_no_unknown_setting() -> None:
    assert Settings.read({"SYNERGIE_BACKUP_PASSPHRASE_FILE": "x"}) == Settings()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://a:secret@db/x", "postgresql://a:***@db/x"),
        ("postgresql://a:s@cret@db/x", "postgresql://a:***@db/x"),
        ("postgresql://a@db/x", "postgresql://a@db/x"),
        ("sqlite:////srv/a:b@c.db", "sqlite:////srv/a:b@c.db"),
    ],
)
def test_a_password_is_not_shown(address: str, shown: str) -> None:
    assert hide_password(address) == shown
