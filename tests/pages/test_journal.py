"""`/journal`: who read what, to those whom it concerns; and the proof, checked from its bytes."""

import json
import re
from hashlib import sha256
from html import unescape

import httpx2
import pytest

from synergie.proof.merkle import includes
from tests.pages.people import People

DAY = "2026-11-25"


def text(answer: httpx2.Response) -> str:
    """What a page says, in one line, with plain spaces and without tags."""
    told = re.sub(r"<[^>]*>", " ", unescape(answer.text).replace("\u00a0", " "))
    return " ".join(told.replace("\u202f", " ").split())


@pytest.fixture(scope="module")
def read(people: People) -> People:
    """The partner has read the owner's curve by the day, and was refused it as measured."""
    partner, ids = people.furnished.partner, people.ids
    asked = f"/v1/series/{ids['series']}/curve?start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"
    assert partner.get(f"{asked}&agreement={ids['agreement']}&granularity=day").status_code == 200
    refused = partner.get(f"{asked}&agreement={ids['agreement']}&granularity=raw")
    assert refused.status_code == 403
    return people


def test_who_read_what_for_what_is_told_to_its_owner(read: People) -> None:
    page = text(read.browser("reader").get("/journal"))
    assert "org-two a lu : consommation" in page
    assert "au jour" in page
    assert "l’achat groupé" in page
    assert "✕ Refusé : plus fin que l’accord ne l’ouvre." in page
    assert read.ids["agreement"] in page
    assert "synergie audit verify --server https://" in page


def test_it_reads_in_english(read: People) -> None:
    page = text(read.browser("reader").get("/journal?lang=en"))
    assert "org-two read: consumption" in page
    assert "✕ Refused: finer than the agreement opens." in page
    assert "by the day" in page


def test_both_parties_see_an_access_and_nobody_else(read: People) -> None:
    assert "org-two (vous) a lu" in text(read.browser("other-reader").get("/journal"))
    stranger = read.browser("stranger").get("/journal")
    assert "Aucune lecture." in text(stranger)
    assert read.ids["agreement"] not in stranger.text
    assert read.ids["series"] not in stranger.text
    assert read.browser().get("/journal").headers["location"] == "/entrer?vers=%2Fjournal"


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("qui=org-two", True),
        ("qui=org-three", False),
        ("quoi={series}", True),
        ("quoi=prm:99000000000017", True),
        ("quoi=ser_nothing", False),
        (f"du={DAY}&au={DAY}", True),
        ("au=2026-11-24", False),
        ("du=2026-11-27", False),
        ("du=hier", True),
    ],
    ids=["who", "who-not", "series", "point", "what-not", "day", "before", "after", "no-day"],
)
def test_the_address_filters(read: People, query: str, *, there: bool) -> None:
    page = text(read.browser("agent").get(f"/journal?{query.format(**read.ids)}"))
    assert ("Refusé : plus fin" in page) == there
    assert ("Aucune lecture." in page) != there
    assert ("Date non comprise" in page) == ("hier" in query)


def test_a_long_journal_is_paged_by_address(read: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synergie.server.pages.trust.journal._SHOWN", 1)
    browser, seen, path, last = read.browser("reader"), [], "/journal?qui=org-two", ""
    while path:
        answer, last = browser.get(path), path
        seen += re.findall(r"/journal/(\d+)/preuve.json", answer.text)
        following = re.search(r'href="(/journal\?[^"]*suite=[^"]*)">Plus anciens', answer.text)
        path = unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) >= 2
    assert seen == sorted(seen, key=int, reverse=True)
    assert read.browser("other-reader").get(last).status_code == 404


def test_a_record_is_proved_from_the_bytes_that_are_fetched(read: People) -> None:
    browser = read.browser("reader")
    path = re.search(r"/journal/\d+/preuve.json", browser.get("/journal").text)
    assert path is not None
    told = json.loads(browser.get(path[0]).content)
    record, proof = told["record"], told["inclusion"]
    leaf = sha256(b"\0" + bytes.fromhex(record["salt"]) + record["record"].encode()).digest()
    steps = [bytes.fromhex(one) for one in proof["path"]]
    root = bytes.fromhex(told["head"]["root"])
    assert leaf.hex() == proof["leaf"]
    assert includes(leaf, steps, root, index=proof["seq"], size=told["head"]["tree_size"])
    assert read.browser("stranger").get(path[0]).status_code == 404
    assert browser.get("/journal/999999/preuve.json").status_code == 404


def test_the_signed_head_is_a_file_of_its_own(read: People) -> None:
    answer = read.browser("reader").get("/journal/tete.jws")
    name = re.fullmatch(
        r'attachment; filename="tete-(\d+)\.jws"', answer.headers["content-disposition"]
    )
    assert name is not None
    assert answer.text.count(".") == 2


def test_script_in_the_search_stays_text(read: People) -> None:
    script = "<script>alert(1)</script>"
    answer = read.browser("reader").get("/journal", params={"qui": script, "quoi": script})
    assert answer.status_code == 200
    assert script not in answer.text
    assert answer.text.count("&lt;script&gt;") >= 2
