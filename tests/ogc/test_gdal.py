"""GDAL reads it from a real server: the public side, and one's own through `synergie proxy`."""

import json
import os
import re
import subprocess
from pathlib import Path

from tests.components import program
from tests.ogc.live import MANY, Served
from tests.ogc.world import SCRIPT

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def gdal(*words: str) -> str:
    """What a program of GDAL says; what it warns of is a failure."""
    environ = {k: v for k, v in os.environ.items() if k not in PROXIES}
    done = subprocess.run(
        [program(words[0]), *words[1:]], capture_output=True, text=True, check=False, env=environ
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", done.stderr
    return done.stdout


def test_it_lists_the_open_collection_with_its_extent(served: Served) -> None:
    assert served.name in gdal("ogrinfo", f"OAPIF:{served.public}")
    told = gdal("ogrinfo", "-so", f"OAPIF:{served.public}", served.name)
    assert "Feature Count: 2" in told
    assert "Extent: (6.100000, 48.750000) - (6.160000, 48.800000)" in told
    assert re.search(r"^energy_kwh: Real", told, re.MULTILINE)
    assert re.search(r"^insee_code: String", told, re.MULTILINE)
    assert re.search(r"^start: Date", told, re.MULTILINE)
    assert re.search(r"^released_at: DateTime", told, re.MULTILINE)


def test_it_turns_the_pages_of_the_public_side(served: Served, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    words = ("-oo", "PAGE_SIZE=1", "-f", "GeoJSON", str(out), f"OAPIF:{served.public}")
    gdal("ogr2ogr", *words, served.name)
    told = json.loads(out.read_text("utf-8"))["features"]
    assert {one["properties"]["name"] for one in told} == {SCRIPT, "x"}
    assert all(one["geometry"]["type"] == "Polygon" for one in told)


def test_it_reads_2500_points_of_ones_own_through_the_relay(served: Served, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    words = ("-oo", "PAGE_SIZE=1000", "-f", "CSV", "-lco", "GEOMETRY=AS_XY", str(out))
    gdal("ogr2ogr", *words, f"OAPIF:{served.own}", "light_points")
    lines = out.read_text("utf-8").splitlines()
    assert len(lines) == 1 + MANY + 1
    told = gdal("ogrinfo", "-so", f"OAPIF:{served.own}", "light_points")
    assert f"Feature Count: {MANY + 1}" in told
    assert re.search(r"^power_w: Real", told, re.MULTILINE)
    assert re.search(r"^insee_code: String", told, re.MULTILINE)
    assert re.search(r"^updated_at: DateTime", told, re.MULTILINE)


def test_a_box_is_asked_of_the_server(served: Served) -> None:
    box = ("-spat", "6.1", "48.6", "6.2", "48.7")
    told = gdal("ogrinfo", "-so", *box, f"OAPIF:{served.own}", "light_points")
    expected = sum(6.1 <= 6 + n / 5000 <= 6.2 for n in range(MANY))
    assert f"Feature Count: {expected}" in told


def test_an_agreement_shows_its_twenty_one_lights(served: Served) -> None:
    told = gdal("ogrinfo", "-so", f"OAPIF:{served.shared}", "light_points")
    assert "Feature Count: 21" in told
