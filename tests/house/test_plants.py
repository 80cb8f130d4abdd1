"""A planted fault turns the check meant for it red; the copy as it is stays green."""

import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent


def ran(tree: Path, *line: str) -> subprocess.CompletedProcess[str]:
    """A command run in *tree*, on the code of *tree*."""
    return subprocess.run(
        line,
        cwd=tree,
        env={"PYTHONPATH": str(tree / "src"), "PATH": str(BIN), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def layers(tree: Path) -> subprocess.CompletedProcess[str]:
    return ran(tree, str(BIN / "lint-imports"), "--no-cache")


def permits(tree: Path) -> subprocess.CompletedProcess[str]:
    line = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture/test_permits.py"]
    return ran(tree, sys.executable, *line)


def contract(tree: Path) -> subprocess.CompletedProcess[str]:
    return ran(tree, sys.executable, "-m", "synergie", "--locale", "en", "specs", "--check")


def test_an_upward_import_turns_the_layers_red(planted: Path) -> None:
    assert layers(planted).returncode == 0
    with (planted / "src/synergie/units.py").open("a", encoding="utf-8") as module:
        module.write("\nfrom synergie.schemas.assets.site import Site\n")
    done = layers(planted)
    assert done.returncode == 1
    assert "imports go down only BROKEN" in done.stdout


def test_an_upward_import_inside_a_function_turns_the_layers_red(planted: Path) -> None:
    with (planted / "src/synergie/policy/readings/coarsen.py").open(
        "a", encoding="utf-8"
    ) as module:
        module.write("\ndef upward():\n    from synergie.storage.store import Store\n")
    done = layers(planted)
    assert done.returncode == 1
    assert "imports go down only BROKEN" in done.stdout


def test_a_handler_that_reaches_storage_turns_the_layers_red(planted: Path) -> None:
    handler = planted / "src/synergie/server/api/planted.py"
    handler.write_text("from synergie.storage.store import Store\n", encoding="utf-8")
    done = layers(planted)
    assert done.returncode == 1
    assert "handlers never see a database handle BROKEN" in done.stdout


def test_a_table_read_without_a_permit_turns_the_architecture_red(planted: Path) -> None:
    assert permits(planted).returncode == 0
    (planted / "src/synergie/storage/planted.py").write_text(
        "from sqlmodel import select\n"
        "from synergie.storage.tables import CabinetRow\n"
        "def cabinets(session):\n    return session.exec(select(CabinetRow))\n",
        encoding="utf-8",
    )
    done = permits(planted)
    assert done.returncode == 1
    assert "planted.cabinets" in done.stdout


def test_a_stale_contract_turns_the_check_red(planted: Path) -> None:
    assert contract(planted).returncode == 0
    site = planted / "specs/schemas/Site.json"
    site.write_text(site.read_text(encoding="utf-8").replace("title", "titre", 1), encoding="utf-8")
    done = contract(planted)
    assert done.returncode == 1
    assert "Site.json: not as the code makes it" in done.stderr


def test_a_schema_that_nobody_makes_any_more_turns_the_check_red(planted: Path) -> None:
    (planted / "specs/schemas/Gone.json").write_text("{}", encoding="utf-8")
    done = contract(planted)
    assert done.returncode == 1
    assert "Gone.json" in done.stderr


def test_a_changed_record_makes_the_contract_stale(planted: Path) -> None:
    site = planted / "src/synergie/schemas/assets/site.py"
    text = site.read_text(encoding="utf-8")
    site.write_text(
        text.replace("class Site(", 'class Location(Wire):\n    """New."""\n\n\nclass Site('),
        encoding="utf-8",
    )
    done = contract(planted)
    assert done.returncode == 1
