"""Figures on sites of who publishes them: at signed addresses, for named sites, until revoked."""

import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx2
import pytest
from sqlmodel import col, select

from synergie.errors import BadInput
from synergie.exchange.publication.embeds import parse_site_origins
from synergie.exchange.publication.publications_public import Dataset, PublicData
from synergie.storage.trust.journal.journal_tables import JournalRow
from tests.exchange.sums import codes
from tests.pages.opening import CANARY, Opening
from tests.pages.people import COOKIE, SAME, token_of
from tests.server.partner import URL

SITE = "https://www.ville.example"
SIGNED = re.compile(r"/figures/fig_[0-9a-f]{20}\.(?:html|svg)\?sig=[0-9a-f]{32}")


def publish(
    opening: Opening, role: str = "signer", organisation: str = "cc-une", **more: str
) -> httpx2.Response:
    client = opening.browser(role, organisation)
    sent = {"jeu": opening.dataset, "sites": SITE, "langue": "fr", **more}
    sent["_csrf"] = token_of(client.get("/public"))
    return client.post("/figures", data=sent, headers=SAME)


def shown(opening: Opening, **more: str) -> tuple[str, str]:
    """A new figure: the address of its frame, and of its image."""
    assert publish(opening, **more).status_code == 303
    found = SIGNED.findall(unescape(opening.browser("signer").get("/figures").text))
    return found[0], found[1]


def revoke(opening: Opening, address: str, role: str = "signer", at: str = "cc-une") -> int:
    client = opening.browser(role, at)
    path = urlsplit(address).path.removesuffix(".html")
    sent = {"_csrf": token_of(client.get("/public"))}
    return client.post(f"{path}/retirer", data=sent, headers=SAME).status_code


def journal(opening: Opening) -> list[str]:
    """Events about figures, in their order."""
    with opening.place.store.read() as session:
        some = [
            str(row.record)
            for row in session.exec(select(JournalRow).order_by(col(JournalRow.seq)))
        ]
    return [one for text in some for one in re.findall(r"figure\.[a-z]+", text)]


def test_the_page_is_for_who_is_logged_in_and_acts_are_for_signers(opening: Opening) -> None:
    opening.sign()
    answer = opening.browser().get("/figures")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrer?vers=")
    assert opening.browser("reader").get("/figures").status_code == 200
    assert publish(opening, "reader").status_code == 403
    nobody = opening.browser().post("/figures", data={"jeu": opening.dataset}, headers=SAME)
    assert nobody.status_code == 409  # asked to log in
    frame, _ = shown(opening)
    assert revoke(opening, frame, "reader") == 403
    assert opening.browser().get(frame).status_code == 200


def test_another_organisation_neither_shows_sees_nor_revokes(opening: Opening) -> None:
    opening.sign()
    assert publish(opening, "signer", "cc-autre").status_code == 404
    frame, _ = shown(opening)
    assert frame.split("?")[0] not in opening.browser("signer", "cc-autre").get("/figures").text
    assert revoke(opening, frame, "signer", "cc-autre") == 404
    assert opening.browser().get(frame).status_code == 200


def test_what_is_not_open_is_not_shown(opening: Opening) -> None:
    assert publish(opening).status_code == 404
    opening.sign()
    assert publish(opening, jeu="absent").status_code == 404
    opening.move("suspendre")
    assert publish(opening).status_code == 404


def test_the_image_and_the_frame_say_the_same_with_their_freshness(opening: Opening) -> None:
    opening.sign()
    frame, image = shown(opening)
    page, picture = opening.browser().get(frame), opening.browser().get(image)
    assert picture.headers["content-type"].startswith("image/svg+xml")
    words = "".join(ET.fromstring(picture.text).itertext())  # noqa: S314 (our own)
    for text in (words, page.text):
        assert "Électricité en 2025-01" in text
        assert "01/02/2025" in text and "n'est pas publiée".replace("'", "’") in text.replace(
            "'", "’"
        )
        assert CANARY not in text
    assert "<table" in page.text and "<script" not in page.text
    assert f'href="{URL}/public/donnees/{opening.dataset}"' in page.text
    public = opening.browser().get("/public").text
    for value in re.findall(r'data-v="([^"]*)"', picture.text):
        assert f'data-v="{value}"' in public  # nothing that the public page hides


def test_only_the_named_sites_may_frame_it_and_nobody_is_known_there(opening: Opening) -> None:
    opening.sign()
    frame, image = shown(opening, sites=f"{SITE} https://Autre.example:8443/")
    for address in (frame, image):
        answer = opening.browser().get(f"{address}&lang=en")
        policy = answer.headers["content-security-policy"]
        assert policy.endswith(f"frame-ancestors {SITE} https://autre.example:8443")
        assert "x-frame-options" not in answer.headers
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert "Cookie" not in answer.headers.get("vary", "")
        known = opening.browser("signer").get(address)
        assert known.text == opening.browser().get(address).text
    assert opening.browser("signer").cookies.get(COOKIE)


@pytest.mark.parametrize("change", ["", "0" * 32, "é", "sig"])
def test_an_address_that_was_not_given_is_absent(opening: Opening, change: str) -> None:
    opening.sign()
    frame, image = shown(opening)
    for address in (frame, image):
        path, _, signature = address.partition("?sig=")
        wrong = (
            signature[:-1] + ("0" if signature[-1] != "0" else "1") if change == "sig" else change
        )
        answer = opening.browser().get(path, params={"sig": wrong})
        assert answer.status_code == 404
        other = path.replace(path[-8], "0" if path[-8] != "0" else "1")
        assert opening.browser().get(f"{other}?sig={signature}").status_code == 404


def test_a_revoked_figure_says_so_and_the_journal_tells_both(opening: Opening) -> None:
    opening.sign()
    frame, image = shown(opening)
    assert revoke(opening, frame) == 303
    assert revoke(opening, frame) == 404
    for address in (frame, image):
        answer = opening.browser().get(address)
        assert answer.status_code == 410
        assert "plus publiée" in answer.text and "kWh" not in answer.text
    assert journal(opening) == ["figure.published", "figure.revoked"]
    assert "retirée le" in opening.browser("signer").get("/figures").text


def test_data_that_are_closed_close_the_figure_until_they_are_open_again(opening: Opening) -> None:
    opening.sign()
    frame, image = shown(opening)
    opening.move("suspendre")
    assert {opening.browser().get(one).status_code for one in (frame, image)} == {410}
    assert "données fermées" in opening.browser("signer").get("/figures").text
    opening.move("reprendre")
    assert {opening.browser().get(one).status_code for one in (frame, image)} == {200}


def test_the_figure_follows_a_correction(opening: Opening) -> None:
    opening.sign()
    _, image = shown(opening)
    first = opening.browser().get(image).text
    opening.territory.measure(codes(12), [2_000_000])
    opening.sign()
    assert opening.browser().get(image).text != first


def test_a_figure_without_a_sum_says_so(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    opening.sign()
    frame, image = shown(opening)
    read = PublicData.dataset_in

    def read_hidden(*given: Any, **more: Any) -> Dataset:
        found = read(*given, **more)
        return replace(found, newest=found.newest.model_copy(update={"cells": ()}))

    monkeypatch.setattr(PublicData, "dataset_in", read_hidden)
    for address in (frame, image):
        answer = opening.browser().get(address)
        assert answer.status_code == 200
        words = " ".join(re.sub("<[^>]*>", " ", answer.text).split())
        assert "tous les groupes sont masqués" in words
        assert "kWh" not in answer.text and "n’est pas publiée" in answer.text.replace("'", "’")


def test_a_figure_in_english(opening: Opening) -> None:
    opening.sign()
    frame, image = shown(opening, langue="en")
    assert 'lang="en"' in opening.browser().get(frame).text
    assert "Data until" in opening.browser().get(image).text
    revoke(opening, frame)
    assert "published no more" in opening.browser().get(frame).text
    assert "Figures on your sites" in opening.browser("signer").get("/figures?lang=en").text


@pytest.mark.parametrize(
    "sites",
    ["", "ville.example", "http://ville.example", "https://ville.example/page", "*", "https://*",
     "https://a.example; script-src *", "'self'", "https://é.example",
     " ".join(f"https://v{n}.example" for n in range(11))],
)  # fmt: skip
def test_what_is_no_origin_is_refused(sites: str) -> None:
    with pytest.raises(BadInput, match="1 to 10 addresses of sites"):
        parse_site_origins(sites)


def test_a_bad_site_is_said_on_the_page(opening: Opening) -> None:
    opening.sign()
    answer = publish(opening, sites="ville.example")
    assert answer.status_code == 422
    assert "https://www.ville.example" in answer.text
