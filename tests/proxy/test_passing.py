"""Links turned wherever the pieces are cut, headers that stay behind, rows made flat."""

import csv
import io
import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from synergie.errors import Misconfigured
from synergie.proxy import passing, shapes
from synergie.proxy.door import SECRET, Door, new_secret
from synergie.proxy.run import open_loopback_socket
from synergie.schemas.assets.cabinet import Cabinet
from synergie.schemas.assets.site import Site

THERE, HERE = "https://echange.example", "http://127.0.0.1:8001/word"
LINKED = st.sampled_from(
    [f"{THERE}/ogc/collections?f=json", f"{THERE}", f"{THERE}.hostile.test/x", f"{THERE}:8443/x",
     "https://other.example/", f'{THERE}/é"\\\n', f"voir {THERE}/x"]
)  # fmt: skip
MEMBER = st.sampled_from(["href", "next", "url", "title", "rel", "description"])
DOCUMENT = st.recursive(
    st.dictionaries(MEMBER, LINKED, max_size=4) | st.lists(LINKED, max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(MEMBER, inner, max_size=3),
    max_leaves=12,
)


def turned(node: object, name: str = "") -> object:
    """What the relay should make of a document: links at the very server, and nothing else."""
    if isinstance(node, dict):
        return {key: turned(value, key) for key, value in node.items()}
    if isinstance(node, list):
        return [turned(value) for value in node]
    if name in {"href", "next", "url"} and isinstance(node, str):
        rest = node.removeprefix(THERE)
        if rest != node and rest[:1] in {"", "/", "?", "#"}:
            return HERE + rest
    return node


@given(DOCUMENT, st.lists(st.integers(0, 4000), max_size=12), st.sampled_from([None, 1]))
def test_links_are_turned_however_the_document_is_cut(
    document: object, cuts: list[int], indent: int | None
) -> None:
    text = json.dumps(document, indent=indent).encode()
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    links = passing.Links(THERE, HERE)
    pieces = [text[a:b] for a, b in pairwise(bounds)]
    out = b"".join(map(links.feed, pieces)) + links.close()
    assert json.loads(out) == turned(document)


def test_headers_of_one_connection_and_of_browsers_stay_behind() -> None:
    told = [
        ("Connection", "close, X-Hop"), ("X-Hop", "1"), ("Transfer-Encoding", "chunked"),
        ("Set-Cookie", "a=b"), ("Access-Control-Allow-Origin", "*"), ("DPoP-Nonce", "n"),
        ("Content-Encoding", "zstd"), ("Content-Length", "12"), ("ETag", '"1"'),
        ("Content-Range", "bytes 0-1/2"), ("Link", f'<{THERE}/ogc>; rel="next"'),
        ("Location", f"{THERE}/x"), ("Location", "https://other.example/x"),
    ]  # fmt: skip
    kept = list(passing.rewrite_answer_headers(told, THERE, HERE, same_length=True))
    assert kept == [
        ("etag", '"1"'), ("content-range", "bytes 0-1/2"), ("link", f'<{HERE}/ogc>; rel="next"'),
        ("location", f"{HERE}/x"), ("location", "https://other.example/x"),
    ]  # fmt: skip
    uncoded = list(
        passing.rewrite_answer_headers([("Content-Length", "12")], THERE, HERE, same_length=True)
    )
    assert uncoded == [("content-length", "12")]
    assert not list(
        passing.rewrite_answer_headers([("Content-Length", "12")], THERE, HERE, same_length=False)
    )


def test_conditions_and_ranges_go_on_and_secrets_do_not() -> None:
    told = {"Range": "bytes=0-9", "If-None-Match": '"1"', "Authorization": "Basic x", "Cookie": "a"}
    assert passing.select_request_headers(Headers(told)) == {
        "accept": "*/*", "if-none-match": '"1"', "range": "bytes=0-9",
        "accept-encoding": "identity",
    }  # fmt: skip


@pytest.mark.parametrize(
    "host", ["0.0.0." + "0", "192.0.2.1", "::", "localhost", "echange.example", ""]
)
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(Misconfigured, match=r"127\.0\.0\.1"):
        open_loopback_socket(host, 0)


def test_a_mapped_address_is_not_taken_for_loopback() -> None:
    with pytest.raises(Misconfigured):
        open_loopback_socket("::ffff:127.0.0.1", 0)


def test_the_door_knows_its_own_names() -> None:
    door = Door.of("::1", 80, "w" * 24)
    for host, status in (("[::1]:80", None), ("localhost:80", None), ("127.0.0.1:80", 421)):
        refusal = door.refusal("GET", f"/{'w' * 24}/", Headers({"host": host}))
        assert (refusal and refusal.status) == status


def test_words_are_new_each_time_and_of_their_form() -> None:
    words = {new_secret() for _ in range(100)}
    assert len(words) == 100
    assert all(SECRET.fullmatch(word) for word in words)


def test_a_row_is_flat_and_an_absent_part_is_empty() -> None:
    names = shapes.list_model_columns(Site)
    assert names[:2] == ("external_id", "name")
    assert not {"location"} & set(names)
    row = shapes.flatten_record({"id": "sit_1", "name": "École", "location": None}, Site)
    assert set(row) == set(names)
    assert row["name"] == "École"
    assert all(value is None for name, value in row.items() if name.startswith("location"))
    assert "id" in shapes.list_model_columns(Cabinet)


@given(st.lists(st.text() | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)))
def test_a_cell_is_never_a_formula(cells: list[object]) -> None:
    ((*read,),) = csv.reader(
        io.StringIO(shapes.format_csv_line([*cells, "end"]).decode(), newline="")
    )
    assert len(read) == len(cells) + 1
    for cell, shown in zip(cells, read, strict=False):
        if isinstance(cell, str):
            assert shown[:1] not in {"=", "+", "-", "@", "\t"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-10-25T02:30:00+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
     ("2026-10-25T00:30:00.000Z", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
     ("1792888200000", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
     ("2026-10-25T02:30:00", None), ("hier", None), ("", None), ("9" * 13, datetime(
         2286, 11, 20, 17, 46, 39, 999000, tzinfo=UTC)), ("9" * 14, None), ("-1", None)],
    ids=["offset", "utc", "milliseconds", "naive", "word", "nothing", "far", "too far", "before"],
)  # fmt: skip
def test_instants_as_grafana_writes_them(text: str, moment: datetime | None) -> None:
    assert shapes.parse_grafana_time(text) == moment


@pytest.mark.parametrize(
    ("path", "is_open"),
    [("/v1/sites", True), ("/v1/series/ser_1/curve", True), ("/ogc", True), ("/ogc/", True),
     ("/ogc/collections/lights/items", True), ("/ogcx", False), ("/v1", False), ("/v1/", False),
     ("/v1/agreements", False), ("/v1/sites/..", False), ("/v1/sites/%2E%2e/x", False),
     ("/ogc/../token", False), ("/v1/sites\\x", False), ("/V1/sites", False)],
)  # fmt: skip
def test_what_is_open(path: str, *, is_open: bool) -> None:
    assert passing.opened(path) is is_open


@pytest.mark.parametrize(
    "path", ["/ogc/agreements/agr_1/x", "/ogc/%61greements/agr_1", "/ogc/agreements/%61gr_1/api"]
)
def test_an_agreement_is_named_as_the_server_will_read_it(path: str) -> None:
    assert passing.agreement_of(path) == {"agr_1"}
