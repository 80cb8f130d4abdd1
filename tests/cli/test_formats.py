"""`synergie formats`: what can be read and written, as people and programs ask."""

import json

import pytest

from synergie.cli import main
from synergie.formats import load_formats


def test_each_format_is_listed_with_what_can_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(load_formats())
    (hdm,) = (line for line in lines if line.startswith("enedis-hdm-curve "))
    assert hdm.endswith("(lu et écrit)")


def test_the_json_tells_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formats", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["name"]: one["written"] for one in told} == {
        name: one.write is not None for name, one in load_formats().items()
    }
