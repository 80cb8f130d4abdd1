"""What anybody reads without an account: territory, datasets, files, catalogue, proof, policy."""

import csv
import io
import json
import os
import re
import urllib.request
import warnings
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
import rfc8785
from sqlalchemy import insert, text

from synergie.errors import StorageFull
from synergie.exchange.publication.open_files import list_file_kinds
from synergie.proof.jose import ALGORITHMS
from synergie.server.pages.publication import open_files
from synergie.server.pages.publication.public import build_check_script
from synergie.storage.publication.aggregate_tables import OpenFileRow
from tests.components import package
from tests.exchange.people import NOW
from tests.exchange.sums import codes
from tests.pages.opening import CANARY, Ground, Opening
from tests.server.partner import URL

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def empty(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    """Nothing is open."""
    with ground.opening(tmp_path_factory.mktemp("empty")) as made:
        yield made


@pytest.fixture(scope="module")
def opened(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    """January in two versions, and February, are open to everybody."""
    with ground.opening(tmp_path_factory.mktemp("opened")) as made:
        made.sign("2025-01")
        made.territory.measure(codes(12), [1_100_000], at=NOW + timedelta(hours=1))
        made.sign("2025-01")
        made.sign("2025-02")
        yield made


def landing(opened: Opening, lang: str = "fr") -> httpx2.Response:
    return opened.browser().get(f"/public/donnees/{opened.dataset}", params={"lang": lang})


PAGES = ("/public", "/public/preuve", "/public/politique")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_needs_no_account_and_sets_no_cookie(
    empty: Opening, path: str, lang: str
) -> None:
    page = empty.browser(None, f"nobody-{lang}").get(path, params={"lang": lang})
    plain = empty.browser(None, "nobody").get(path)
    assert page.status_code == plain.status_code == 200
    assert "set-cookie" not in plain.headers  # but the language, once it is chosen
    assert f'<html lang="{lang}">' in page.text
    assert page.text.count("<h1") == 1
    assert " style=" not in page.text and "<style" not in page.text and "<script" not in page.text


def test_the_empty_territory_says_that_nothing_is_open(empty: Opening) -> None:
    page = empty.browser(None, "vide").get("/public")
    assert "Rien n’est ouvert à tous" in page.text
    assert "/besoin" in page.text and "/public/preuve" in page.text
    catalogue = empty.browser().get("/catalog.jsonld").json()
    assert catalogue["@graph"][0]["dcat:dataset"] == []
    assert empty.browser().get(f"/public/donnees/{empty.dataset}").status_code == 404


def test_the_territory_shows_its_sums_and_what_is_hidden(opened: Opening) -> None:
    text = opened.browser(None, "lecteur").get("/public").text
    assert "Électricité par commune" in text and "12,0\u00a0MWh" in text
    assert "le montrer révélerait un trop petit groupe" in text
    assert "moins de 11" not in text  # why is the publisher's to know
    assert "energie@exemple.test" in text
    assert "La période 2025-03 est close depuis" in text and "Peut agir\u00a0: Cc-Une" in text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ("Versions conservées", "Comment citer", "À quoi sert chaque colonne")),
        ("en", ("Versions kept", "How to cite", "What each column is for")),
    ],
    ids=["fr", "en"],
)
def test_the_landing_page_tells_all_that_a_reader_needs(
    opened: Opening, lang: str, words: tuple[str, ...]
) -> None:
    page = opened.browser(None, lang).get(
        f"/public/donnees/{opened.dataset}", params={"lang": lang}
    )
    for told in (*words, "Licence Ouverte 2.0", "Cc-Une", "energie@exemple.test", "2025-01"):
        assert told in page.text
    releases = opened.place.http.get("/open/releases").json()["items"]
    assert len(releases) == 3
    for line in releases:
        record = opened.place.http.get(f"/open/releases/{line['id']}").json()["release"]
        assert record["sha256"] in page.text


def test_a_version_is_addressed_for_ever_and_bears_its_digest(opened: Opening) -> None:
    for version, kwh in ((1, "12000.000"), (2, "13200.000")):
        file = opened.file(f"electricite-2025-01-v{version}-ouvert.csv", version=version)
        rows = list(csv.DictReader(io.StringIO(file.text)))
        assert {row["energy_kwh"] for row in rows if row["cell"] == "54430"} == {kwh}
        digest = sha256(file.content).hexdigest()
        assert file.headers["etag"] == f'W/"{digest}"'
        told = opened.file("datapackage.json", version=version).json()["resources"]
        assert f"sha256:{digest}" in {one.get("hash") for one in told}
        assert file.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in file.headers
    assert opened.file("electricite-2025-01-v1-ouvert.csv", version=3).status_code == 404
    assert opened.file("electricite-2025-01-v2-ouvert.csv", version=1).status_code == 404


def test_who_has_a_file_is_told_that_it_did_not_change(opened: Opening) -> None:
    where = f"/public/donnees/{opened.dataset}/2025-01/v1/electricite-2025-01-v1-tableur.csv"
    first = opened.browser().get(where)
    again = opened.browser().get(where, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_record_of_a_version_is_hashed_again_by_anybody(opened: Opening) -> None:
    record = opened.file("electricite-2025-01-v2.releve.json", version=2).json()
    told = record.pop("sha256")
    assert sha256(rfc8785.dumps(record)).hexdigest() == told
    assert told in landing(opened).text
    assert all(line["fault"] is None for line in record["hidden"])


def test_no_file_and_no_page_says_which_of_the_hidden_cells_is_too_small(opened: Opening) -> None:
    stem = "electricite-2025-01-v2"
    told = [opened.file(f"{stem}{one.suffix}", version=2).text for one in list_file_kinds()]
    told.append(landing(opened).text)
    listed = opened.browser().get("/open/releases").json()["items"]
    for one in listed:
        where = f"/open/releases/{one['id']}"
        released = opened.browser().get(where)
        assert all(set(line) >= {"cell", "name"} for line in released.json()["release"]["hidden"])
        told += [released.text, opened.browser().get(f"{where}?format=csv").text]
    assert any('"hidden":[{' in one for one in told)
    assert not [one for one in told if re.search(r"\b(primary|complementary)\b", one)]
    public = [json.loads(one) for one in told if one.startswith('{"title"')]
    for one in public:  # the digest confirms no guess of the kinds either
        bare = {name: said for name, said in one["release"].items() if name != "sha256"}
        assert sha256(rfc8785.dumps(bare)).hexdigest() == one["release"]["sha256"]


def test_all_periods_are_one_file_with_the_newest_versions(opened: Opening) -> None:
    where = f"/public/donnees/{opened.dataset}/electricite-toutes-periodes-ouvert.csv"
    rows = list(csv.DictReader(io.StringIO(opened.browser().get(where).text)))
    assert {(row["period"], row["version"]) for row in rows} == {("2025-01", "2"), ("2025-02", "1")}


@pytest.mark.parametrize(
    "path",
    [
        "2025-01/1/datapackage.json",
        "2025-01/v0/datapackage.json",
        "2025-01/v%C2%B2/datapackage.json",
        "2025-01/v99999999999999999999/datapackage.json",
        "2025-13/v1/datapackage.json",
        "2025-01/v1/autre.csv",
        "autre.csv",
        "..%2F..%2Fetc%2Fpasswd",
    ],
)
def test_an_address_guessed_is_a_page_not_found(opened: Opening, path: str) -> None:
    answer = opened.browser().get(f"/public/donnees/{opened.dataset}/{path}")
    assert answer.status_code == 404


def test_no_other_page_lets_another_origin_read_it(opened: Opening) -> None:
    origin = {"Origin": "https://umap.test"}
    for path in (*PAGES, f"/public/donnees/{opened.dataset}", "/v1/releases", "/publications"):
        answer = opened.browser().get(path, headers=origin)
        assert "access-control-allow-origin" not in answer.headers
    assert opened.browser().get("/catalog.jsonld").headers["access-control-allow-origin"] == "*"


KINDS = {
    "-ouvert.csv": "text/csv; charset=utf-8",
    "-tableur.csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".geojson": "application/geo+json",
    "-ouvert.schema.json": "application/json",
    "-tableur.schema.json": "application/json",
    ".releve.json": "application/json",
}


@pytest.mark.parametrize("suffix", KINDS)
def test_a_page_of_another_origin_reads_each_file(opened: Opening, suffix: str) -> None:
    """As uMap and Grist fetch it: a simple GET, no credentials, any coding, kept a minute."""
    name = f"electricite-2025-01-v1{suffix}"
    where = f"/public/donnees/{opened.dataset}/2025-01/v1/{name}"
    origin = {"Origin": "https://umap.test", "Sec-Fetch-Site": "cross-site"}
    plain = opened.browser().get(where, headers=origin | {"Accept-Encoding": "identity"})
    assert plain.status_code == 200
    assert plain.headers["content-type"] == KINDS[suffix]
    assert plain.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert plain.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in plain.headers
    assert "set-cookie" not in plain.headers
    assert plain.headers["cross-origin-resource-policy"] == "cross-origin"
    assert plain.headers["cache-control"] == "public, max-age=60"
    exposed = plain.headers["access-control-expose-headers"].lower().split(", ")
    assert {"etag", "content-disposition"} <= set(exposed)
    packed = opened.browser().get(where, headers=origin | {"Accept-Encoding": "gzip"})
    assert packed.content == plain.content and packed.headers["etag"] == plain.headers["etag"]
    same = opened.browser().get(where, headers=origin | {"If-None-Match": plain.headers["etag"]})
    assert (same.status_code, same.headers["access-control-allow-origin"]) == (304, "*")


def test_what_is_long_is_packed_and_says_so(opened: Opening) -> None:
    where = f"/public/donnees/{opened.dataset}/electricite-toutes-periodes.geojson"
    for coding in ("gzip", "zstd"):
        answer = opened.browser().get(where, headers={"Accept-Encoding": coding})
        assert answer.headers["content-encoding"] == coding
        assert "accept-encoding" in answer.headers["vary"].lower()
        assert answer.json()["features"]


PRIVATE = ("/", "/sites", "/accords", "/plans", "/scenarios", "/depot", "/journal", "/matin.ics",
           "/publications", "/mes-sessions", "/entrer")  # fmt: skip


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize("origin", ["https://umap.test", "null", URL], ids=["other", "null", "own"])
def test_a_private_page_is_read_by_no_other_page_even_with_the_cookie(
    opened: Opening, path: str, origin: str
) -> None:
    reader = opened.browser("reader")
    for method in ("GET", "HEAD", "OPTIONS"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        answer = reader.request(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers.get("cross-origin-resource-policy") != "cross-origin"
        assert "public" not in answer.headers.get("cache-control", "")


def test_no_number_of_a_point_is_in_anything_that_is_open(opened: Opening) -> None:
    base = f"/public/donnees/{opened.dataset}"
    paths = [*PAGES, base, "/catalog.jsonld", "/public/preuve/tete.jws"]
    versions = {"2025-01": 2, "2025-02": 1}
    for period, version in versions.items():
        stem = f"electricite-{period}-v{version}"
        names = ("-ouvert.csv", "-tableur.csv", ".parquet", ".geojson", ".releve.json")
        paths += [f"{base}/{period}/v{version}/{stem}{name}" for name in names]
    for path in paths:
        answer = opened.browser().get(path)
        assert answer.status_code == 200, path
        for canary in (CANARY, "99000000000300", *opened.territory.points.values()):
            assert canary.encode() not in answer.content


# The catalogue


def graph_of(opened: Opening) -> Any:
    """The catalogue as rdflib reads it."""
    rdflib = package("rdflib")
    text = opened.browser().get("/catalog.jsonld").text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own, of its parser
        return rdflib.Graph().parse(data=text, format="json-ld")


DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
FOAF, SPDX = "http://xmlns.com/foaf/0.1/", "http://spdx.org/rdf/terms#"


def value(graph: Any, thing: Any, *path: str) -> Any:
    """What the properties of *path* lead to from *thing*."""
    rdflib = package("rdflib")
    for name in path:
        thing = graph.value(thing, rdflib.URIRef(name))
    return thing


def of_kind(graph: Any, name: str) -> list[Any]:
    """The things of a kind."""
    rdflib = package("rdflib")
    return list(graph.subjects(rdflib.RDF.type, rdflib.URIRef(name)))


def test_what_dcat_ap_asks_for_is_read_by_an_independent_reader(opened: Opening) -> None:
    """DCAT-AP 3.0.0: what is mandatory of a catalogue, a dataset, an agent."""
    assert '"@context": {"dcat"' in opened.browser().get("/catalog.jsonld").text  # inline
    graph = graph_of(opened)
    (catalogue,), (dataset,) = of_kind(graph, f"{DCAT}Catalog"), of_kind(graph, f"{DCAT}Dataset")
    for thing in (catalogue, dataset):
        for name in ("title", "description", "publisher"):
            assert value(graph, thing, f"{DCT}{name}") is not None, (thing, name)
        assert value(graph, thing, f"{DCT}publisher", f"{FOAF}name") is not None
    assert str(dataset) == f"{URL}/public/donnees/{opened.dataset}"
    place = value(graph, dataset, f"{DCT}spatial", f"{DCAT}bbox")
    assert str(place).startswith("POLYGON((5.9 48.6,")
    ends = [
        str(value(graph, dataset, f"{DCT}temporal", f"{DCAT}{e}Date")) for e in ("start", "end")
    ]
    assert ends == ["2025-01-01", "2025-02-28"]


def test_each_file_of_the_catalogue_is_there_with_its_digest(opened: Opening) -> None:
    graph = graph_of(opened)
    found = of_kind(graph, f"{DCAT}Distribution")
    assert len(found) == 4
    for one in found:
        address = str(value(graph, one, f"{DCAT}accessURL"))
        file = opened.browser().get(address.removeprefix(URL))
        told = str(value(graph, one, f"{SPDX}checksum", f"{SPDX}checksumValue"))
        assert sha256(file.content).hexdigest() == told.lower()
        assert int(str(value(graph, one, f"{DCAT}byteSize"))) == len(file.content)


OURS = Path(__file__).with_name("dcat_ap.ttl")


def shapes() -> list[Path]:
    """The rules of DCAT-AP: ours always; those of SEMIC too, of any release, where they are told.

    They are `releases/3.0.1/shacl/dcat-ap-SHACL.ttl` of SEMIC's repository; no package has them.
    """
    told = os.environ.get("SYNERGIE_DCAT_AP_SHAPES", "")
    return [OURS, *map(Path, filter(None, told.split(os.pathsep)))]


def against(graph: Any, rules: Path) -> tuple[bool, str]:
    """Whether *graph* holds to *rules*, with no network; the report."""
    pyshacl, rdflib = package("pyshacl"), package("rdflib")
    wanted = rdflib.Graph().parse(rules, format="turtle")
    kinds = "none" if rules == OURS else "rdfs"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own
        conforms, _, report = pyshacl.validate(
            graph, shacl_graph=wanted, inference=kinds, do_owl_imports=False
        )
    return conforms, report


def test_the_catalogue_conforms_to_the_shapes_of_dcat_ap(opened: Opening) -> None:
    graph = graph_of(opened)
    found = {rules.name: against(graph, rules) for rules in shapes()}
    assert all(conforms for conforms, _ in found.values()), found


def test_so_does_a_catalogue_of_nothing(empty: Opening) -> None:
    conforms, report = against(graph_of(empty), OURS)
    assert conforms, report


GONE = ("publisher", "title", "description", "accessURL", "contactPoint", "identifier", "inScheme",
        "prefLabel", "checksumValue", "algorithm", "name", "distribution", "theme")  # fmt: skip


@pytest.mark.parametrize("name", GONE)
def test_the_shapes_find_what_is_not_told(opened: Opening, name: str) -> None:
    graph = graph_of(opened)
    some = [triple for triple in graph if str(triple[1]).replace("#", "/").endswith(f"/{name}")]
    assert some
    for triple in some:
        graph.remove(triple)
    assert not against(graph, OURS)[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("byteSize", "12"),
        ("issued", "hier"),
        ("bbox", "POINT(0 0)"),
        ("checksumValue", "abc"),
        ("license", "texte"),
        ("mediaType", "text/csv"),
        ("accessURL", "a.csv"),
        ("themeTaxonomy", "x"),
        ("relation", "x"),
        ("provenance", "x"),
        ("page", "x"),
    ],
    ids=lambda one: one.replace(" ", ""),
)
def test_the_shapes_find_what_is_told_wrong(opened: Opening, name: str, value: str) -> None:
    graph, rdflib = graph_of(opened), package("rdflib")
    found = [triple for triple in graph if str(triple[1]).replace("#", "/").endswith(f"/{name}")]
    assert found
    for triple in found:
        graph.set((triple[0], triple[1], rdflib.Literal(value)))
    assert not against(graph, OURS)[0]


def test_the_shapes_find_a_second_publisher(opened: Opening) -> None:
    graph, rdflib = graph_of(opened), package("rdflib")
    (dataset,) = of_kind(graph, f"{DCAT}Dataset")
    base = rdflib.URIRef(URL)  # who holds the server publishes the catalogue, not this
    assert value(graph, dataset, f"{DCT}publisher") != base
    graph.add((dataset, rdflib.URIRef(f"{DCT}publisher"), base))
    assert not against(graph, OURS)[0]


def test_each_concept_says_of_which_list_it_is(opened: Opening) -> None:
    """So a reader checks them against the EU's lists without fetching those."""
    graph, rdflib = graph_of(opened), package("rdflib")
    lists = "http://publications.europa.eu/resource/authority/"
    in_scheme = rdflib.URIRef("http://www.w3.org/2004/02/skos/core#inScheme")
    used = {one for one in graph.objects() if str(one).startswith(lists)}
    concepts = {one for one in used if str(one).removeprefix(lists).count("/") == 1}
    assert len(concepts) == 8
    for one in concepts:
        assert str(graph.value(one, in_scheme)) == str(one).rpartition("/")[0]


def test_the_catalogue_stands_where_its_datasets_do(opened: Opening) -> None:
    graph = graph_of(opened)
    (catalogue,) = of_kind(graph, f"{DCAT}Catalog")
    place = value(graph, catalogue, f"{DCT}spatial")
    assert str(value(graph, place, f"{DCAT}bbox")).startswith("POLYGON((5.9 48.6,")
    assert str(value(graph, place, f"{DCAT}centroid")) == "POINT(6.100000 48.750000)"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "", "9" * 30])
def test_a_page_of_the_catalogue_that_is_none_is_refused(empty: Opening, number: str) -> None:
    answer = empty.browser().get("/catalog.jsonld", params={"page": number})
    assert answer.status_code == 422
    assert empty.browser().get("/catalog.jsonld?page=2").status_code == 404


def _made_no_more(_: object) -> bytes:
    raise AssertionError("a file is made again")


def test_files_are_measured_when_the_release_is_made_and_no_page_makes_one(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = opened.browser().get("/catalog.jsonld").json()
    monkeypatch.setattr(
        "synergie.exchange.publication.open_files._render_file_bytes", _made_no_more
    )
    assert opened.browser().get("/catalog.jsonld").json() == catalogue
    assert landing(opened).status_code == 200
    assert opened.file("datapackage.json", "2025-02").status_code == 200


@pytest.fixture
def unmeasured(opened: Opening) -> Iterator[dict[str, Any]]:
    """The catalogue before its measures went, as if an earlier version had made the releases.

    What was measured comes back afterwards.
    """
    store, catalogue = opened.place.store, opened.browser().get("/catalog.jsonld").json()
    with store.write() as session:
        known = session.connection().execute(text("SELECT * FROM open_file")).mappings().all()
        session.connection().execute(text("DELETE FROM open_file"))
    assert known
    yield catalogue
    with store.write() as session:
        session.connection().execute(text("DELETE FROM open_file"))
        session.connection().execute(insert(OpenFileRow), [dict(row) for row in known])


def test_files_of_an_earlier_release_are_measured_once(
    opened: Opening, unmeasured: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened.browser().get("/catalog.jsonld").json() == unmeasured
    assert landing(opened).status_code == 200
    monkeypatch.setattr(
        "synergie.exchange.publication.open_files._render_file_bytes", _made_no_more
    )
    assert opened.browser().get("/catalog.jsonld").json() == unmeasured
    assert landing(opened).status_code == 200


def test_a_store_that_takes_nothing_still_tells_what_is_open(
    opened: Opening, unmeasured: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageFull(60.0)

    monkeypatch.setattr("synergie.exchange.publication.open_shelf.keep_measures", full)
    assert opened.browser().get("/catalog.jsonld").json() == unmeasured


def test_the_pages_of_the_catalogue_follow_one_another(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_files, "_PAGE", 1)
    found = opened.place.app.state.house.publication.public_data.datasets(now=NOW)
    twice = (*found, *found)
    data = type(opened.place.app.state.house.publication.public_data)
    monkeypatch.setattr(data, "datasets", lambda _self, *, now: twice)
    seen, where = 0, "/catalog.jsonld"
    while where:
        graph = opened.browser().get(where.removeprefix(URL)).json()["@graph"]
        seen += len(graph[0]["dcat:dataset"])
        assert graph[1]["hydra:totalItems"] == 2
        where = graph[1].get("hydra:next", {}).get("@id", "")
    assert seen == 2


# The proof and the policy


def test_the_head_that_is_downloaded_is_the_one_that_is_shown(opened: Opening) -> None:
    page = opened.browser().get("/public/preuve")
    head = opened.browser().get("/public/preuve/tete.jws")
    told = opened.place.http.get("/audit/head").json()
    assert head.text.strip() == told["jws"] and told["root"] in page.text
    size = told["tree_size"]
    assert f"synergie audit verify --server {URL} --head tete-{size}.jws" in page.text
    assert f'filename="tete-{size}.jws"' in head.headers["content-disposition"]


def test_the_independent_check_runs_as_it_stands_and_finds_a_forged_head(
    opened: Opening, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    forged: dict[str, Any] = {}

    def read(url: str) -> io.BytesIO:
        told = opened.place.http.get(url.removeprefix(URL)).json()
        return io.BytesIO(json.dumps(told | (forged if "head" in url else {})).encode())

    monkeypatch.setattr(urllib.request, "urlopen", read)
    program = build_check_script(URL, ALGORITHMS)
    page = opened.browser().get("/public/preuve").text
    assert "deserialize_compact" in page
    exec(compile(program, "verifier.py", "exec"), {})  # noqa: S102 (what the page tells to run)
    size = opened.place.http.get("/audit/head").json()["tree_size"]
    assert f"{size} records, root" in capsys.readouterr().out
    forged["root"] = "0" * 64
    with pytest.raises(AssertionError, match="not this server"):
        exec(compile(program, "verifier.py", "exec"), {})  # noqa: S102 (the same)


def test_the_policy_is_one_text_on_the_page_in_the_file_and_in_the_docs(empty: Opening) -> None:
    file = empty.browser().get("/public/politique.md")
    assert file.headers["content-type"].startswith("text/markdown")
    docs = (ROOT / "docs/explanation/data-policy.md").read_text(encoding="utf-8")
    assert file.text.partition("\n")[2].strip() in docs
    page = empty.browser(None, "politique").get("/public/politique").text
    for line in file.text.splitlines():
        words = line.lstrip("#- ").replace("'", "&#39;")
        assert words in page
