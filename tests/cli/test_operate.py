"""Production from the command line: one store, its settings, its files, its nights, its doctor."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.cli.operate import _doctor_disk
from synergie.server import metrics
from tests.components import package, program
from tests.mail import mailbox

URL = "https://donnees.example"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    for name in ("SYNERGIE_CONFIG", "SYNERGIE_DATABASE_URL", "SYNERGIE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *line: str) -> Any:
    """What the command prints as JSON."""
    capsys.readouterr()
    main([*line, "--json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("way", ["default", "option", "variable", "file"])
def test_a_command_of_the_operator_makes_no_store(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    url, line = f"sqlite:///{folder}/elsewhere.db", ["org", "add", "ville", "--kind", "commune"]
    line += ["--name", "Ville"]
    if way == "variable":
        monkeypatch.setenv("SYNERGIE_DATABASE_URL", url)
    elif way == "file":
        (folder / "synergie.toml").write_text('database_url = "sqlite:///elsewhere.db"')
    elif way == "option":
        line += ["--store", url]
    before = sorted(folder.rglob("*"))
    assert main(["--locale", "en", *line]) == 2
    said = capsys.readouterr().err
    assert "no store there" in said
    assert ("elsewhere.db" in said) == (way != "default")
    assert sorted(folder.rglob("*")) == before
    more = ["--store", url] if way == "option" else []
    assert main(["db", "upgrade", *more]) == 0
    assert main(line) == 0


def test_what_holds_is_shown_with_who_says_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = folder / "other.toml"
    other.write_text(f'public_url = "{URL}"\ndatabase_url = "postgresql://a:secret@db/x"\n')
    monkeypatch.setenv("SYNERGIE_PORT", "9000")
    shown = told(capsys, "config", "--set-only", "--config", str(other))
    assert shown["file"] == str(other)
    assert shown["store"] == "postgresql://a:***@db/x"
    assert [(one["name"], one["value"], one["where"]) for one in shown["settings"]] == [
        ("public_url", URL, str(other)),
        ("database_url", "postgresql://a:***@db/x", str(other)),
        ("port", "9000", "SYNERGIE_PORT"),
    ]
    assert told(capsys, "config", "--set-only")["file"] is None, "it was named for one line only"


def _findings(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found = told(capsys, "doctor", "--offline")
    return {one["check"]: one for one in found["findings"] if one["state"] != "ok"}


def test_the_doctor_says_what_is_wrong_and_what_mends_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "synergie.toml").write_text(f'public_url = "{URL}"\ndata_dir = "data"\n')
    found = _findings(capsys)
    assert found["data_dir"]["state"] == "fault"
    assert "no store there" in found["store"]["found"] or "aucune base" in found["store"]["found"]
    assert found["proxied"]["state"] == "fault"
    assert not (folder / "data").exists(), "it changes nothing"

    assert main(["db", "upgrade"]) == 0
    (folder / "synergie.toml").write_text(
        f'public_url = "{URL}"\ndata_dir = "data"\nproxied = true\n'
    )
    (folder / "data").chmod(0o755)
    (folder / "data" / "keys").mkdir(mode=0o700)
    found = _findings(capsys)
    assert found["modes"]["mend"] == f"chmod 700 {folder / 'data'}"
    assert {"server", "backup", "drill"} <= set(found)
    assert not {"store", "proxied", "clock", "data_dir"} & set(found)
    assert not any((folder / "data" / "keys").iterdir()), "it makes no keys"
    (folder / "data").chmod(0o700)
    assert "modes" not in _findings(capsys)

    monkeypatch.setattr(_doctor_disk, "_NETWORK", {_doctor_disk._find_mount_kind(folder.resolve())})
    assert _findings(capsys)["disk_kind"]["state"] == "fault"
    assert main(["doctor", "--offline"]) == 2


def test_a_public_address_that_does_not_answer_is_a_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "synergie.toml").write_text('public_url = "http://127.0.0.1:9"\nport = 9\n')
    found = {one["check"]: one["state"] for one in told(capsys, "doctor")["findings"]}
    assert found["public_url"] == "fault"
    assert main(["health"]) == 6


def test_a_server_of_mail_that_lets_nobody_in_is_a_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = 'public_url = "http://127.0.0.1:9"\nport = 9\nmail_from = "a@commune.example"\n'
    with mailbox() as box:
        (folder / "synergie.toml").write_text(f'{settings}smtp_server = "127.0.0.1:{box.port}"\n')
        found = {one["check"]: one["state"] for one in told(capsys, "doctor")["findings"]}
        assert found["smtp_server"] == "ok" and box.taken == []
    found = {one["check"]: one["state"] for one in told(capsys, "doctor")["findings"]}
    assert found["smtp_server"] == "fault"


def test_units_are_written_whole_closed_and_checked_by_systemd(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--public-url", URL, "--root", str(folder), "--postgres"]) == 0
    units, settings = folder / "etc/systemd/system", folder / "etc/synergie"
    said = capsys.readouterr().out
    assert said.index("createuser --pwprompt synergie") < said.index("systemctl enable")
    service = (units / "synergie.service").read_text(encoding="utf-8")
    start = next(line for line in service.splitlines() if line.startswith("ExecStart="))
    begun = start.removeprefix("ExecStart=").split()
    assert begun == [str(Path(sys.executable).with_name("synergie")), "serve"]
    assert "@" not in service.replace("SystemCallFilter=~@privileged @resources", "").replace(
        "SystemCallFilter=@system-service", ""
    )
    for secret in ("backup-passphrase", "pgpass"):
        assert (settings / secret).stat().st_mode & 0o777 == 0o600
    shown = told(capsys, "config", "--set-only", "--config", str(settings / "synergie.toml"))
    assert {one["name"] for one in shown["settings"]} == {
        "public_url", "data_dir", "database_url", "host", "metrics_port", "proxied",
        "trusted_proxies",
    }  # fmt: skip
    before = service
    assert main(["init", "--public-url", URL, "--root", str(folder)]) == 1, "never written over"
    assert (units / "synergie.service").read_text(encoding="utf-8") == before

    analyze = program("systemd-analyze")
    for name in ("synergie.service", "synergie-nightly.service"):
        line = [analyze, "security", "--offline=true", "--threshold=15", str(units / name)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-300:] + done.stderr
    checked = [str(path) for path in sorted(units.iterdir())]
    done = subprocess.run(
        [analyze, "verify", *checked], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "synergie" in line]
    assert not ours, ours


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_files_of_proxies_are_those_that_the_page_shows_and_a_test_runs(
    folder: Path, root: Path, name: str
) -> None:
    assert main(["init", "--public-url", URL, "--root", str(folder)]) == 0
    page = (root / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
    assert (folder / "etc/synergie" / name).read_text(encoding="utf-8").rstrip() in page


def test_alerts_ask_for_figures_that_there_are(folder: Path) -> None:
    assert main(["init", "--public-url", URL, "--root", str(folder)]) == 0
    told = (folder / "etc/synergie/alerts.yaml").read_text(encoding="utf-8")
    rules = package("yaml").safe_load(told)["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"synergie_\w+", rule["expr"])}
    assert len(asked) > 5
    made = Path(str(metrics.__file__)).read_text(encoding="utf-8")
    for name in asked:
        known = name.removesuffix("_total")
        assert known in made or known.replace("backup", "{name}").replace("drill", "{name}") in made


@pytest.mark.parametrize("more", [(), ("--postgres",)])
def test_containers_run_closed_and_their_commands_exist(
    folder: Path, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--public-url", URL, "--compose", "--root", ".", *more]) == 0
    services = package("yaml").safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))[
        "services"
    ]
    assert set(services) == {"app", "nightly", "proxy", *(("postgres",) if more else ())}
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "ports" not in service or name == "proxy", "no port of the program is published"
    image = (folder / "Containerfile").read_text(encoding="utf-8")
    last = image.rpartition("\nFROM ")[2]
    assert "USER 65532:65532" in last
    assert "RUN" not in last, "no shell in what runs"
    check = json.loads(last.partition("HEALTHCHECK")[2].partition("CMD ")[2].splitlines()[0])
    start = [*json.loads(last.partition("ENTRYPOINT ")[2].splitlines()[0])]
    for command in (check[1:], [*start, "serve"][1:], services["nightly"]["command"]):
        assert main([command[0], "--help"]) == 0
    if not more:
        capsys.readouterr()
        assert main(["init", "--public-url", "http://donnees.example"]) == 2


def test_a_night_backs_up_tries_and_keeps_the_latest(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from synergie.server.backup import retention

    (folder / "synergie.toml").write_text('data_dir = "data"\n')
    assert main(["db", "upgrade"]) == 0
    assert main(["keys", "rotate"]) == 0
    (folder / "phrase").write_text("une phrase assez longue\n")
    (folder / "backups" / "notes").mkdir(parents=True)
    names = iter(["2026-01-01T000000Z", "2026-01-02T000000Z", "2026-01-03T000000Z"])
    monkeypatch.setattr(retention, "name_backup", lambda _now: next(names))
    line = ["nightly", "backups", "--passphrase-file", "phrase", "--keep", "2"]
    assert [main(line), main(line), main(line)] == [0, 0, 0]
    assert sorted(path.name for path in (folder / "backups").iterdir()) == [
        "2026-01-02T000000Z", "2026-01-03T000000Z", "notes",
    ]  # fmt: skip
    assert not {"backup", "drill", "keys"} & set(_findings(capsys))
    inside = ["nightly", "data/backups", "--passphrase-file", "phrase"]
    assert main(inside) == 1
    assert not (folder / "data" / "backups").exists()
