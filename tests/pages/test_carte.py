"""`/carte`: the map, its list, its points for the script, and its file; nothing of others."""

import gzip
import re
import sqlite3
import subprocess
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.exchange.assets.communes import Communes
from synergie.exchange.publication.features import Features
from synergie.reports.language import use_language
from synergie.samples.communes import OUTLINES, OUTLINES_SOURCE
from synergie.server.pages.assets import _carte_view
from synergie.server.pages.assets._carte_view import build_age_figure
from tests.components import program
from tests.ogc.test_qgis import qgis
from tests.pages.people import People
from tests.pages.test_energy_figures import Spoken
from tests.server.partner import NOW
from tests.server.place import active, cabinet, light_point

SCRIPT = "<script>alert(1)</script>"
CANARY = "CANARI-D-AILLEURS"
MANY = 450
DATA = "/carte/points"


def place(n: int) -> dict[str, float]:
    return {"longitude": 6.1 + (n % 30) / 1000, "latitude": 48.75 + (n // 30) / 1000}


@pytest.fixture(scope="module")
def mapped(people: People) -> People:
    """Many light points of the owner's, twelve of which are shared; one canary of a stranger's."""
    owner, stranger = people.furnished.owner, people.furnished.stranger
    (shared,) = owner.made("/v1/cabinets", cabinet("A7", location=place(0), insee_code="54430"))
    lights = [
        light_point(f"M{n:03}", cabinet="A7" if n < 12 else "A1", location=place(n),
                    power_w=70, source_type="LED" if n % 3 else "SHP", insee_code="54430")
        for n in range(MANY)
    ]  # fmt: skip
    lights[0] |= {"external_id": SCRIPT, "source_type": None, "insee_code": "54150"}
    owner.made("/v1/light-points", *lights, light_point("M-nowhere", cabinet="A7"))
    stranger.made("/v1/light-points", light_point(CANARY, location=place(5)))
    people.ids["map"] = active(
        owner, people.furnished.partner, selector={"cabinets": [shared]}, datasets=["assets"]
    )
    return people


def shown(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def rows(answer: httpx2.Response) -> int:
    body = answer.text[answer.text.index('<tbody id="liste">') :]
    return body[: body.index("</tbody>")].count("<tr>")


def told(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    "path", ["/carte", DATA, "/carte/communes.geojson", "/carte/points-lumineux.gpkg"]
)
def test_nobody_sees_it_without_a_sitting(mapped: People, path: str) -> None:
    answer = mapped.browser().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrer?vers=")
    assert CANARY not in answer.text


@pytest.mark.parametrize("name", ["reader", "agent", "signer", "keeper"])
def test_every_role_reads_the_map(mapped: People, name: str) -> None:
    answer = mapped.browser(name).get("/carte")
    text = shown(answer)
    assert answer.text.count("<h1") == 1
    assert f"{MANY} points lumineux sur la carte" in text.replace("\u00a0", " ")
    assert "Dernière mise à jour" in text
    assert CANARY not in text


def test_it_says_the_same_in_english(mapped: People) -> None:
    text = shown(mapped.browser("reader").get("/carte?lang=en"))
    assert f"{MANY} light points on the map" in text
    assert "Last changed on" in text
    assert "diamond: several" in text


def test_the_list_has_a_row_for_each_mark(mapped: People) -> None:
    reader = mapped.browser("reader")
    whole = reader.get("/carte")
    drawn = len(re.findall(r'<path class="ink-\d" d="[^"]+"><title>[^<]', whole.text))
    assert 0 < drawn == rows(whole) <= 250
    close = reader.get("/carte?bbox=6.0995,48.7495,6.1105,48.7505")
    assert rows(close) == sum(place(n)["longitude"] <= 6.1105 and n < 30 for n in range(MANY))
    assert "M001" in close.text


def test_crowds_count_every_point_once(mapped: People) -> None:
    reader = mapped.browser("reader")
    for zoom in (3, 8, 11, 13, 14):
        found = told(reader.get(f"{DATA}?bbox=6,48.7,6.3,48.9&zoom={zoom}"))
        assert found["crowds"]
        assert sum(mark[3] for mark in found["marks"]) == found["n"] == MANY
    assert len(told(reader.get(f"{DATA}?bbox=6,48.7,6.3,48.9&zoom=3"))["marks"]) == 1


@pytest.mark.parametrize("zoom", ["0002000", "00012", "23", "-1", "1e3", "\u0663", "0x1"])
def test_a_zoom_of_another_form_is_passed_over(mapped: People, zoom: str) -> None:
    """Digits behind zeros once were a power of two that no machine holds."""
    box = f"{DATA}?bbox=6,48.7,6.3,48.9"
    reader = mapped.browser("reader")
    assert told(reader.get(f"{box}&zoom={zoom}")) == told(reader.get(box))


def test_close_by_each_point_is_itself(mapped: People) -> None:
    found = told(mapped.browser("reader").get(f"{DATA}?bbox=6.0995,48.7495,6.1025,48.7505&zoom=18"))
    assert not found["crowds"]
    assert {mark[4] for mark in found["marks"]} == {SCRIPT, "M001", "M002"}
    kinds = {mark[4]: mark[2] for mark in found["marks"]}
    assert kinds == {SCRIPT: 2, "M001": 0, "M002": 0}


def test_the_same_as_a_table_is_sorted_filtered_and_taken_away(mapped: People) -> None:
    reader, path = mapped.browser("reader"), "/carte?vue=tableau"
    assert "vue=tableau&quoi=light_points" in shown(reader.get("/carte"))
    text = shown(reader.get(f"{path}&armoire=A7&sort=-repere"))
    assert "Lignes qui répondent aux filtres\u00a0: 13 sur " in text and CANARY not in text
    assert text.index("M011") < text.index("M010") and "70\u00a0W" in text
    file = reader.get(f"{path}&armoire=A7&columns=repere,power_w,ville&format=csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Repère;Puissance (W);Commune" and len(lines) == 14
    assert SCRIPT not in shown(reader.get(f"{path}&q=alert")).replace(f">{SCRIPT}<", ">…<")
    assert "<script>alert(1)" not in reader.get(f"{path}&q=alert").text
    close = "bbox=6.0995,48.7495,6.1025,48.7505"
    assert reader.get(f"{path}&{close}&format=csv").text.count("\n") == 4
    assert reader.get(f"{path}&commune=rien&format=csv").status_code == 422
    for noun in ("cabinets", "sites"):
        assert reader.get(f"{path}&quoi={noun}&format=csv").status_code == 200, noun
        assert reader.get(f"{path}&quoi={noun}").status_code == 200, noun


def test_lights_are_counted_by_age_and_lamp_and_what_is_unknown_is_a_column(
    mapped: People,
) -> None:
    reader = mapped.browser("reader")
    text = shown(reader.get("/carte?vue=tableau&commune=54150"))
    assert (
        "Points lumineux de plus de 25 ans\u00a0: 0\u202f; année inconnue\u00a0: 1, sur 1." in text
    )
    assert "Points lumineux de plus" not in shown(reader.get("/carte?vue=tableau&quoi=cabinets"))
    opened = mapped.browser("other-reader").get(f"/carte?vue=tableau&accord={mapped.ids['map']}")
    assert "Points lumineux de plus" not in shown(opened)


def test_ages_are_of_five_years_and_their_sum_is_the_whole() -> None:
    told = [
        ("1974", "VM", 3),
        ("2000", "SHP", 4),
        ("2001", "", 5),
        ("", "LED", 6),
        ("2031", "LED", 1),
    ]
    with use_language("fr"):
        made = build_age_figure(Spoken(now=NOW), told)  # type: ignore[arg-type]
    assert made is not None
    rows = {row[0]: row[1:] for row in made.table.rows}
    assert made.table.caption.startswith("Points lumineux de plus de 25 ans\u00a0: 7\u202f;")
    assert rows["jusqu’à 1985"] == ("0", "0", "3", "0"), "older ones are in the first column"
    assert rows["1996 – 2000"] == ("0", "4", "0", "0")
    assert rows["2001 – 2005"] == ("0", "0", "0", "5")
    assert rows["2026"] == ("1", "0", "0", "0")
    assert rows["année inconnue"] == ("6", "0", "0", "0")
    assert build_age_figure(Spoken(now=NOW), []) is None  # type: ignore[arg-type]


def test_a_table_of_others_holds_what_their_agreement_opens(mapped: People) -> None:
    path, agreement = "/carte?vue=tableau&format=csv&columns=repere", mapped.ids["map"]
    assert mapped.browser().get(path).status_code == 303
    assert "M001" not in mapped.browser("stranger").get(path).text
    opened = mapped.browser("other-reader").get(f"{path}&accord={agreement}").text
    assert "M001" in opened and "M013" not in opened
    assert mapped.browser("stranger").get(f"{path}&accord={agreement}").status_code in {403, 404}


def test_too_many_things_for_a_table_are_told(
    mapped: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synergie.server.pages.assets.carte._MOST", 20)
    reader = mapped.browser("reader")
    text = shown(reader.get("/carte?vue=tableau"))
    assert "Un tableau en tient 20 au plus." in text and "commune=54430" in text
    assert reader.get("/carte?vue=tableau&format=csv").status_code == 413


def test_script_in_a_name_comes_out_escaped(mapped: People) -> None:
    reader = mapped.browser("reader")
    for path in ("/carte?bbox=6.0995,48.7495,6.1025,48.7505", f"{DATA}?bbox=6,48.7,6.1005,48.7505"):
        answer = reader.get(path)
        assert answer.status_code == 200
        assert SCRIPT not in answer.text
        assert "alert(1)" in answer.text
    data = reader.get(f"{DATA}?bbox=6,48.7,6.1005,48.7505")
    assert data.headers["content-type"] == "application/json"
    assert data.headers["x-content-type-options"] == "nosniff"


def test_a_page_of_the_map_loads_its_own_files_only(mapped: People) -> None:
    answer = mapped.browser("reader").get("/carte")
    assert "style=" not in answer.text
    assert "<style" not in answer.text
    for found in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert found.startswith(("/", "?", "#")), found
    reader = mapped.browser("reader")
    for found in re.findall(r'(?:src|href)="(/pages/[^"]+)"', answer.text):
        assert reader.get(unescape(found)).status_code == 200
    assert "leaflet" in answer.text


def test_under_an_agreement_its_points_and_a_record_for_its_owner(mapped: People) -> None:
    agreement = mapped.ids["map"]
    reader = mapped.browser("other-reader")
    before = len(mapped.furnished.owner.every("/v1/audit/accesses"))
    answer = reader.get(f"/carte?accord={agreement}")
    text = shown(answer)
    assert "12 points lumineux sur la carte" in text.replace("\u00a0", " ")
    assert rows(answer) == 13
    assert "journal de son propriétaire" in text
    assert "M011" in text
    assert "M012" not in text
    records = mapped.furnished.owner.every("/v1/audit/accesses")
    assert len(records) > before
    mine = [one["record"] for one in records if one["record"]["by"] == "org-two"]
    assert any(len(one["subjects"]) == 13 for one in mine)
    assert all(one["client"].startswith("account:") for one in mine if one["rows"] == 13)


@pytest.mark.parametrize("path", ["/carte", DATA, "/carte/points-lumineux.gpkg"])
def test_an_agreement_of_others_is_as_absent_as_none(mapped: People, path: str) -> None:
    stranger = mapped.browser("stranger")
    theirs = stranger.get(f"{path}?accord={mapped.ids['map']}")
    none = stranger.get(f"{path}?accord=agr_2222222222222222")
    assert theirs.status_code == none.status_code == 404
    for answer in (theirs, none):
        assert "M001" not in answer.text


def test_cabinets_and_sites_are_on_a_map_too(mapped: People) -> None:
    reader = mapped.browser("reader")
    text = shown(reader.get("/carte?quoi=cabinets"))
    assert "A7" in text
    assert "horaires" in text
    assert "École du centre" in shown(reader.get("/carte?quoi=sites"))


def test_cabinets_tell_energy_age_and_alerts_one_at_a_time_and_what_is_unknown(
    mapped: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = mapped.browser("reader")
    monkeypatch.setattr(
        _carte_view, "load_declared", lambda _: (lambda _visit: {"A7": 2}, lambda _visit: None)
    )
    monkeypatch.setattr(
        Features, "tally_lights",
        lambda *_, by, **__: [("2001", "A7", 7), ("2019", "A7", 5), ("", "A1", 9)]
        if by == "cabinet" else [],
    )  # fmt: skip
    page = shown(reader.get("/carte?quoi=cabinets&couleur=pannes")).replace("\xa0", " ")
    assert "triangle : plusieurs alertes" in page and "losange : inconnu" in page
    assert "points lumineux : 12" in page and "alertes : 2" in page
    assert "la moitié a 25 ans au moins" in page and "âge inconnu" in page
    kinds = {
        colour: {
            mark[4]: mark[2]
            for mark in told(
                reader.get(f"{DATA}?quoi=cabinets&zoom=18&couleur={colour}"))["marks"]
        }
        for colour in ("pannes", "age", "energie")
    }  # fmt: skip
    assert kinds["pannes"]["A7"] == 2 and kinds["pannes"]["A1"] == 0
    assert kinds["age"]["A7"] == int(NOW.year - 2001 > 10) + int(NOW.year - 2001 > 25)
    assert kinds["age"]["A1"] == 3, "none of its lights tells a year"
    assert kinds["energie"]["A7"] == 3, "no curve is known of what feeds it"
    legend = told(reader.get(f"{DATA}?quoi=cabinets&couleur=energie"))["legend"]
    assert len(legend) == 4 and "kWh" in legend[0]
    assert "losange" not in shown(reader.get("/carte?quoi=cabinets&couleur=rouge"))


def test_of_cabinets_of_others_no_card_is_told(mapped: People) -> None:
    partner = mapped.browser("other-reader")
    path = f"/carte?quoi=cabinets&couleur=age&accord={mapped.ids['map']}"
    page = shown(partner.get(path))
    assert "A7" in page and "losange" not in page and "par point et par an" not in page


def test_an_age_is_that_of_half_of_the_lights() -> None:
    find = _carte_view._find_median_age
    assert find(Counter({2001: 5, 2019: 5}), 2026) == 25
    assert find(Counter({2001: 4, 2019: 5}), 2026) == 7
    assert find(Counter({2001: 4, None: 5}), 2026) is None
    assert find(Counter(), 2026) is None
    assert find(Counter({2030: 1}), 2026) == 0


def test_communes_lie_under_it_named_and_with_whose_outlines_they_are(mapped: People) -> None:
    client, state = mapped.browser("reader"), mapped.furnished.place.app.state
    bare = shown(client.get("/carte"))
    assert 'class="outline"' not in bare and "Contours des communes" not in bare
    house, publication = state.house, state.house.publication
    known = replace(publication.public_features, communes=Communes.of(OUTLINES, OUTLINES_SOURCE))
    state.house = replace(house, publication=replace(publication, public_features=known))
    try:
        text = shown(client.get("/carte?bbox=6.0,48.7,6.2,48.9"))
        drawn = told(client.get("/carte/communes.geojson"))["features"]
    finally:
        state.house = house
    assert '<path class="outline" d="M' in text and "<title>Pompey</title>" in text
    assert f"Contours des communes : {OUTLINES_SOURCE}." in text.replace("\u00a0", " ")
    assert '<option value="54430">Pompey</option>' in text
    assert {"code": "54430", "name": "Pompey"} in [one["properties"] for one in drawn]


def test_a_commune_narrows_it(mapped: People) -> None:
    found = told(mapped.browser("reader").get(f"{DATA}?commune=54150"))
    assert [mark[4] for mark in found["marks"]] == [SCRIPT]


@pytest.mark.parametrize(
    "query",
    ["bbox=a", "bbox=9,9,1,1", "bbox=1,2,3", "commune=%3Cb%3E", "quoi=lampes", "accord=%00"],
)
def test_an_address_that_is_not_understood_says_so(mapped: People, query: str) -> None:
    text = shown(mapped.browser("reader").get(f"/carte?{query}"))
    assert "Adresse non comprise" in text


def test_the_file_opens_dated_and_explained(mapped: People, tmp_path: Path) -> None:
    answer = mapped.browser("reader").get("/carte/points-lumineux.gpkg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"
    assert re.search(r'filename="points-lumineux-\d{4}-\d\d-\d\d\.gpkg"', str(answer.headers))
    path = tmp_path / "points.gpkg"
    path.write_bytes(answer.content)
    database = sqlite3.connect(path)
    try:
        (n,) = database.execute("SELECT count(*) FROM light_points WHERE geom NOT NULL").fetchone()
        (about,) = database.execute(
            "SELECT description FROM gpkg_contents WHERE table_name='light_points'"
        ).fetchone()
        (style,) = database.execute(
            "SELECT count(*) FROM layer_styles WHERE f_table_name='light_points'"
        ).fetchone()
        blank = database.execute(
            "SELECT count(*) FROM gpkg_data_columns WHERE description=''"
        ).fetchone()
    finally:
        database.close()
    assert (n, style, blank) == (MANY, 1, (0,))
    assert "Dernière mise à jour" in about
    assert CANARY.encode() not in answer.content
    seen = subprocess.run(
        [program("ogrinfo"), "-so", str(path), "light_points"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert seen.stderr == ""
    assert f"Feature Count: {MANY + 2}" in seen.stdout  # two stand nowhere


def test_the_file_of_an_agreement_holds_what_it_opens(mapped: People, tmp_path: Path) -> None:
    path = tmp_path / "partage.gpkg"
    found = mapped.browser("other-reader").get(
        f"/carte/points-lumineux.gpkg?accord={mapped.ids['map']}"
    )
    path.write_bytes(found.content)
    database = sqlite3.connect(path)
    try:
        names = {one for (one,) in database.execute("SELECT external_id FROM light_points")}
    finally:
        database.close()
    assert names == {SCRIPT, "M-nowhere"} | {f"M{n:03}" for n in range(1, 12)}


def test_an_empty_map_says_what_to_do(mapped: People) -> None:
    text = shown(mapped.browser("other-reader").get("/carte?quoi=cabinets"))
    assert "Rien à montrer" in text
    assert "/depot" in text


def test_the_page_is_light(mapped: People) -> None:
    reader = mapped.browser("reader")
    page = reader.get("/carte").text
    parts = [
        page,
        *(
            reader.get(unescape(one)).text
            for one in re.findall(r'(?:src|href)="(/pages/[^"]+)"', page)
        ),
    ]
    weight = sum(len(gzip.compress(part.encode())) for part in parts)
    assert weight < 150_000


def test_qgis_opens_the_file_styled_dated_and_explained(mapped: People, tmp_path: Path) -> None:
    path = tmp_path / "points.gpkg"
    path.write_bytes(mapped.browser("reader").get("/carte/points-lumineux.gpkg").content)
    layer = qgis("ogr", str(path), "light_points", folder=tmp_path)
    assert layer["valid"]
    assert layer["count"] == MANY + 2  # two stand nowhere
    assert layer["renderer"] in {"categorizedSymbol", "RuleRenderer", "graduatedSymbol"}
    assert "mise à jour" in layer["abstract"]
    explained = {name for name, comment in layer["comments"].items() if comment}
    assert explained >= set(layer["comments"]) - {"fid"}
