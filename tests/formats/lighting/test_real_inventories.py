"""The real inventories beside the project: their words, and what becomes of them as EclExt."""

import io
import json
from collections import Counter
from pathlib import Path

import pytest

from synergie import formats
from synergie.schemas.assets.light_point import LightPointRecord

CHAMPAIGN = "data/lighting-champaign/Streetlights.csv"
MONTPELLIER = "data/lighting-montpellier/VilleMTP_MTP_EclairagePublic.zip"


def lights(path: Path | bytes) -> list[LightPointRecord]:
    with formats.read(path) as result:
        found = [record for record in result.records if isinstance(record, LightPointRecord)]
    assert result.report.refusals == 0
    return found


def test_champaign_s_lamps_are_known_and_what_is_not_sure_is_not(shared: Path) -> None:
    points = lights(shared / CHAMPAIGN)
    assert Counter(point.source_type for point in points) == {
        "SHP": 2_236, "IND": 818, "LED": 773, "AU": 61, "VM": 7, None: 641 + 8 + 9 + 3,
    }  # fmt: skip
    alone = [point.power_w for point in points if point.power_text is not None]
    assert sum(watts is not None for watts in alone) == 245 + 100 + 6 + 2 + 2
    assert sum(point.power_w is None and point.power_text is None for point in points) == 991 + 37


def test_montpellier_s_lanterns_have_their_shapes(shared: Path) -> None:
    points = lights(shared / MONTPELLIER)
    assert Counter(point.structure for point in points) == {
        "LANT": 22_594 + 1, "PROJ": 1_689, "EN": 1_017, "APP": 3, None: 3_888 + 750 + 27,
    }  # fmt: skip
    assert {point.power_w for point in points} == {None}
    assert sum(point.location is not None for point in points) == 29_969


@pytest.mark.parametrize("name", [CHAMPAIGN, MONTPELLIER])
def test_an_inventory_written_as_eclext_keeps_what_the_standard_holds(
    shared: Path, name: str
) -> None:
    points = lights(shared / name)
    sink = io.BytesIO()
    formats.write(points, sink, format="eclext")
    lost = {"cabinet": None, "power_text": None, "raw": None}
    assert lights(sink.getvalue()) == [point.model_copy(update=lost) for point in points]


def test_the_shelf_of_talq_is_the_version_that_we_read(shared: Path) -> None:
    path = shared / "data/talq/talq-data-model-2-7-1-online.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["info"]["version"].startswith("2.7.1")
    assert len(document["components"]["schemas"]) == 252
