"""Every text for people has its French, and the compiled catalogue is the written one."""

import ast
import gzip
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def texts(root: Path) -> ModuleType:
    """The tool that keeps the catalogue, `.ci/texts.py`."""
    spec = importlib.util.spec_from_file_location("texts", root / ".ci" / "texts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["texts"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def in_code(texts: ModuleType) -> dict[str, str]:
    """Each text for people in the code, with the file that first holds it."""
    found: dict[str, str] = texts.texts()
    return found


def test_every_text_has_its_french(texts: ModuleType, in_code: dict[str, str]) -> None:
    assert texts.faults(texts.catalogue(), in_code) == []


def test_the_compiled_catalogue_is_the_written_one(texts: ModuleType) -> None:
    packed = texts.COMPILED.read_bytes()
    assert texts.compiled(texts.catalogue()) == gzip.decompress(packed)


def test_a_planted_text_without_french_is_found(texts: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "planted.py").write_text(
        'raise BadInput("/x", 1, expected="a planted thing")\n'
        '_("another" if x else "a third")\nraise ValueError("a fourth")\n',
        encoding="utf-8",
    )
    told = texts.faults(texts.catalogue(), texts.texts(tmp_path))
    for text in ("a planted thing", "another", "a third", "a fourth"):
        assert any(text in line and "no French" in line for line in told)


def test_a_lost_field_is_found(texts: ModuleType) -> None:
    known = texts.Catalog(locale="fr")
    known.add("{} of {}", "{} sur")
    assert "other {} fields" in texts.faults(known, {"{} of {}": "x.py"})[0]


def test_the_sentences_of_every_plan_are_read(in_code: dict[str, str], root: Path) -> None:
    source = root / "src" / "synergie"
    rooms = [path for path in sorted(source.rglob("*_text.py")) if "plan" in path.parts]
    assert len(rooms) >= 20
    for room in rooms:
        held = {
            node.value.value
            for node in ast.parse(room.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        }
        assert held <= in_code.keys(), room.name
