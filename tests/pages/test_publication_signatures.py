"""Who signed what is open: by the key that is held, or away from the server; verified by anybody.

Nothing is published under a signature that does not hold over just what was shown.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey
from sqlmodel import select

from synergie.cli import main
from synergie.cli._offline import build_org_auth
from synergie.client import Auth
from synergie.exchange.publication.publications import Publications
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.policy import permit_operator, permit_own_data
from synergie.proof import jose, publication
from synergie.schemas.publication.open_publication import OpenPublication, OpenTerms
from synergie.schemas.publication.release import Release
from synergie.schemas.publication.signed_publication import (
    PublicationToSign,
    cells_digest,
    claims_for,
    public_cells,
)
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.publication.publications import save_publication
from synergie.storage.trust.journal.journal_tables import JournalRow
from synergie.storage.trust.organisations import retire_key
from tests.exchange.people import NOW, Body, body, terms
from tests.exchange.sums import Territory, codes, publish
from tests.pages.opening import ALL, CANARY, HERE, Ground, Opening, hidden, query_of
from tests.pages.people import SAME, token_of
from tests.server.partner import URL

IAT = int(NOW.timestamp())


@pytest.fixture
def apart(ground: Ground, tmp_path: Path) -> Iterator[Opening]:
    """The organisation has a key in the directory, which the server does not hold."""
    with ground.opening(tmp_path, held=False) as made:
        yield made


def query(opening: Opening, period: str = "2025-01", **more: str) -> dict[str, str]:
    """What the second step is asked with."""
    seen = hidden(opening.recorded(period, **more), "vu")
    return opening.typed(period, **more) | {"vu": seen}


def paper(opening: Opening, period: str = "2025-01", **more: str) -> PublicationToSign:
    """What is given to be signed."""
    asked = query(opening, period, **more)
    file = opening.browser("signer").get("/publications/a-signer.json", params=asked)
    assert file.status_code == 200
    return PublicationToSign.model_validate_json(file.content)


def signed(opening: Opening, one: PublicationToSign, **more: Any) -> str:
    """The organisation's own signature under *one*; *more* replaces claims, `typ`, `key`."""
    key, typ = more.pop("key", opening.owner.key), more.pop("typ", "synergie-publication+jwt")
    return jose.sign_compact(key, typ, claims_for(one, IAT).model_dump(mode="json") | more)


def at_that_moment(org: str, key: Path) -> Auth:
    """Who signs on a machine whose clock says the moment of the test."""
    made = build_org_auth(org, key)
    object.__setattr__(made, "clock", lambda: float(IAT))
    return made


def send(opening: Opening, signature: str, period: str = "2025-01") -> httpx2.Response:
    """Give *signature* back on the page."""
    asked, signer = query(opening, period), opening.browser("signer")
    page = signer.get("/publications/signature", params=asked)
    sent = asked | {"_csrf": token_of(page), "how": "offline", "signature": signature}
    return signer.post("/publications", data=sent, headers=SAME)


def closed(opening: Opening) -> bool:
    """Whether nothing is open."""
    items = opening.place.http.get("/open/releases").json()["items"]
    return not items and opening.browser().get(opening.where).status_code == 404


def journal(opening: Opening, event: str) -> list[JournalRecord]:
    with opening.place.store.read() as session:
        rows = session.exec(select(JournalRow)).all()
        told = [JournalRecord.model_validate_json(row.record or b"") for row in rows]
    return [one for one in told if one.event == event]


# What anybody reads


def test_each_version_bears_a_signature_that_verifies_over_its_own_record(opened: Opening) -> None:
    jwks = opened.browser().get(f"{opened.where}/cles.json").json()
    for version in (1, 2):
        stem = f"electricite-2025-01-v{version}"
        compact = opened.file(f"{stem}.signature.jws", version=version).text.strip()
        said = publication.verify_publication(compact, jwks)
        record = opened.file(f"{stem}.releve.json", version=version).content
        one = Release.model_validate_json(record)
        assert said.cells_sha256 == cells_digest(public_cells(one.cells, one.hidden))
        told = (said.org, said.publication, said.period, said.version, said.iat)
        assert told == ("cc-une", opened.dataset, "2025-01", version, IAT)
        assert (said.terms.licence, said.terms.title) == ("etalab-2.0", "Électricité par commune")
    (key,) = jwks["keys"]
    assert jose.public_key(key).thumbprint() == opened.owner.key.thumbprint()
    assert set(key) == {"kty", "crv", "x", "y", "kid", "valid_from"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("2025-01/v1/electricite-2025-01-v1.signature.jws", "application/jose"),
        ("cles.json", "application/jwk-set+json"),
    ],
    ids=["signature", "keys"],
)
def test_they_are_read_like_the_other_public_files(opened: Opening, name: str, kind: str) -> None:
    origin = {"Origin": "https://umap.test"}
    answer = opened.browser().get(f"{opened.where}/{name}", headers=origin)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["content-disposition"].endswith(f'filename="{name.rpartition("/")[2]}"')
    assert "set-cookie" not in answer.headers
    held = {"If-None-Match": answer.headers["etag"]}
    assert opened.browser().get(f"{opened.where}/{name}", headers=held).status_code == 304


@pytest.mark.parametrize(
    "name",
    [
        "2025-01/v2/electricite-2025-01-v1.signature.jws",
        "2025-01/v3/electricite-2025-01-v3.signature.jws",
        "electricite-toutes-periodes.signature.jws",
        "2025-01/v3/cles.json",
        "2025-01/cles.json",
    ],
    ids=["another-version", "no-version", "all-periods", "keys-of-no-version", "keys-of-a-period"],
)
def test_no_other_address_gives_one(opened: Opening, name: str) -> None:
    assert opened.browser().get(f"{opened.where}/{name}").status_code == 404


def test_a_signature_tells_no_point_and_no_reason(opened: Opening) -> None:
    """Not even by a digest from which the few reasons there are could be guessed."""
    compact = opened.file("electricite-2025-01-v1.signature.jws").text.strip()
    assert set(jose.parse_unverified(compact, limit=65_536).claims) == {
        "publication", "org", "period", "version", "terms", "cells_sha256", "acts", "iat",
    }  # fmt: skip
    for name in ("2025-01/v1/electricite-2025-01-v1.signature.jws", "cles.json"):
        text = opened.browser().get(f"{opened.where}/{name}").text
        claims = (
            str(jose.parse_unverified(text.strip(), limit=65_536).claims) if "jws" in name else text
        )
        for canary in (CANARY, *opened.territory.points.values(), "few_points", "protects"):
            assert canary not in claims


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_of_the_data_shows_the_command_and_it_runs(
    opened: Opening, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = opened.browser(None, f"citizen-{lang}").get(opened.where, params={"lang": lang})
    told = {"fr": "Vérifier qui a publié", "en": "Check who published"}
    assert told[lang] in page.text and page.text.count(".signature.jws</a>") == 1
    assert page.text.count("/electricite-2025-01-v1.signature.jws") == 1
    command = page.text.partition("<code>synergie ")[2].partition("</code>")[0].split()
    names = [word for word in command if "." in word]
    assert len(names) == 4
    for name in names:
        (address,) = {
            part.partition('"')[0]
            for part in page.text.split('href="')
            if part.partition('"')[0].endswith(f"/{name}")
        }
        (tmp_path / name).write_bytes(opened.browser().get(address).content)
    words = [str(tmp_path / word) if "." in word else word for word in command]
    assert main([*words, "--locale", "en"]) == 0
    assert "signed by cc-une on 2026-11-25" in capsys.readouterr().out


def signed_by(opening: Opening) -> str:
    """What the catalogue says of who signed."""
    return str(opening.catalogue()["dct:provenance"]["rdfs:label"]["@value"])


def test_the_catalogue_says_who_signed_and_where_the_files_are(opened: Opening) -> None:
    told, dataset = signed_by(opened), opened.catalogue()
    assert told.startswith("Signé par Cc-Une (JWS") and told.endswith(f"{opened.where}/cles.json")
    assert dataset["foaf:page"]["@id"].endswith(f"{opened.where}#signature")
    related = [one["@id"].removeprefix(URL) for one in dataset["dct:relation"]]
    assert related == [
        f"{opened.where}/2025-01/v2/electricite-2025-01-v2.signature.jws",
        f"{opened.where}/cles.json",
    ]
    assert {opened.browser().get(address).status_code for address in related} == {200}


def test_what_is_signed_is_told_when_the_newest_period_is_not(opening: Opening) -> None:
    opening.sign()
    publish(opening.place.store, opening.owner, opening.scheme, "2025-02", open_data=True)
    assert signed_by(opening).startswith("Signé par Cc-Une pour 1 périodes sur 2 (JWS")
    page = opening.browser().get(opening.where).text
    assert 'id="signature"' in page and "a signé la version 1 de la période 2025-01" in page
    assert "synergie publication verify electricite-2025-01-v1.signature.jws" in page


def test_words_that_were_signed_with_another_period_are_not_said_to_be_of_this_one(
    opening: Opening,
) -> None:
    opening.sign("2025-02")
    assert "portait alors" not in opening.browser().get(opening.where).text
    opening.sign("2025-01", titre="Autre titre")
    page = opening.browser().get(opening.where).text
    assert '<h1 lang="fr">Autre titre</h1>' in page
    assert "Elle portait alors le titre «\u00a0Électricité par commune\u00a0»." in page


def test_a_version_that_was_replaced_is_not_said_to_be_signed_by_publishing(
    opening: Opening,
) -> None:
    store = opening.place.store
    publish(store, opening.owner, opening.scheme, "2025-01", open_data=True)
    opening.territory.measure(codes(12), [1_100_000], at=NOW + timedelta(hours=1))
    publish(store, opening.owner, opening.scheme, "2025-01", open_data=True)
    page = opening.browser("signer").get(f"/publications/{opening.dataset}").text
    assert page.count("publiez cette période d’ici") == page.count("non signée, remplacée") == 1


def test_what_is_closed_shows_no_signature_and_no_key(opening: Opening) -> None:
    opening.sign()
    names = ("2025-01/v1/electricite-2025-01-v1.signature.jws", "cles.json")

    def codes_of() -> set[int]:
        return {opening.browser().get(f"{opening.where}/{name}").status_code for name in names}

    assert codes_of() == {200}
    opening.move("suspendre")
    assert codes_of() == {404}
    opening.move("reprendre")
    assert codes_of() == {200}
    opening.move("terminer")
    assert codes_of() == {404}


def test_a_key_that_ended_still_verifies_and_says_when(opening: Opening) -> None:
    opening.sign()
    later = NOW + timedelta(hours=1)
    with opening.place.store.write() as session:
        kid = str(opening.owner.key.kid)
        retire_key(permit_operator(now=later), session, "cc-une", kid, now=later)
    jwks = opening.browser().get(f"{opening.where}/cles.json").json()
    assert jwks["keys"][0]["valid_until"].startswith("2026-11-25T11:00:00")
    compact = opening.file("electricite-2025-01-v1.signature.jws").text.strip()
    assert publication.verify_publication(compact, jwks).iat == IAT


def test_what_a_program_published_is_not_signed_until_a_signer_signs_it(opening: Opening) -> None:
    publish(opening.place.store, opening.owner, opening.scheme, "2025-01", open_data=True)
    page = opening.browser().get(opening.where)
    assert "non signée" in page.text and "Vérifier qui a publié" not in page.text
    assert opening.browser().get(f"{opening.where}/cles.json").status_code == 404
    assert opening.file("electricite-2025-01-v1.signature.jws").status_code == 404
    assert "dct:provenance" not in opening.catalogue()
    own = opening.browser("signer").get(f"/publications/{opening.dataset}")
    assert "publiez cette période d’ici" in own.text
    assert opening.sign().status_code == 303
    assert opening.file("electricite-2025-01-v1.signature.jws").status_code == 200
    assert opening.file("electricite-2025-01-v2.signature.jws", version=2).status_code == 404


def test_a_publication_of_before_signatures_is_read_and_can_be_signed(opening: Opening) -> None:
    opening.sign()
    book = opening.place.app.state.house.publication.publications
    known = book.read(opening.owner.caller, opening.dataset, now=NOW).publication
    told = json.loads(known.model_dump_json())
    del told["history"][0]["signature"]
    before = OpenPublication.model_validate_json(json.dumps(told))
    with opening.place.store.write() as session:
        save_publication(
            permit_own_data(opening.owner.caller, action="write", now=NOW), session, before, now=NOW
        )
    name = "electricite-2025-01-v1.signature.jws"
    assert opening.file(name).status_code == 404
    assert opening.browser().get(opening.where).status_code == 200
    opening.sign()
    assert opening.file(name).status_code == 200


# By the key that the server holds


def test_a_use_of_the_key_is_recorded_with_what_it_published(opening: Opening) -> None:
    opening.sign()
    (used,) = journal(opening, "organisation.key_used")
    assert (used.reason, used.by, used.agreement) == ("publish", "cc-une", None)
    assert used.subjects[1] == opening.scheme.id
    assert used.client is not None and used.client.startswith("account:")
    assert len(journal(opening, "publication.signed")) == 1


def test_a_key_is_not_used_for_what_is_not_published(opening: Opening) -> None:
    asked, browser = query(opening), opening.browser("signer")
    page = browser.get("/publications/signature", params=asked)
    opening.territory.measure(codes(12), [2_000_000], at=NOW + timedelta(hours=1))
    opening.record()
    sent = asked | {"_csrf": token_of(page)} | HERE
    answer = browser.post("/publications", data=sent, headers=SAME)
    assert query_of(answer)["change"] == ["1"]
    assert closed(opening) and not journal(opening, "organisation.key_used")


def test_a_key_that_is_no_longer_in_use_signs_nothing_and_the_page_says_so(
    opening: Opening,
) -> None:
    with opening.place.store.write() as session:
        kid = str(opening.owner.key.kid)
        retire_key(permit_operator(now=NOW), session, "cc-une", kid, now=NOW)
    answer = opening.sign()
    assert answer.status_code == 409 and "a pris fin" in answer.text
    assert closed(opening)


def test_who_has_no_key_at_all_is_told_where_one_is_made(apart: Opening) -> None:
    with apart.place.store.write() as session:
        kid = str(apart.owner.key.kid)
        retire_key(permit_operator(now=NOW), session, "cc-une", kid, now=NOW)
    asked, signer = query(apart), apart.browser("signer")
    page = signer.get("/publications/signature", params=asked)
    assert page.status_code == 200 and "Aucune clé" in page.text
    assert 'href="/accords/cle"' in page.text and "<textarea" not in page.text
    for how in (HERE, {"how": "offline", "signature": "a.b.c"}):
        sent = asked | {"_csrf": token_of(page)} | how
        answer = signer.post("/publications", data=sent, headers=SAME)
        assert answer.status_code in {409, 422} and "Rien n’a été publié." in answer.text
    assert closed(apart)


def test_two_agents_who_sign_at_once_publish_once(opening: Opening) -> None:
    asked = query(opening)
    clients = [opening.browser(role) for role in ("signer", "keeper")]
    tokens = [token_of(one.get("/publications/signature", params=asked)) for one in clients]

    def press(place: int) -> httpx2.Response:
        sent = asked | {"_csrf": tokens[place]} | HERE
        return clients[place].post("/publications", data=sent, headers=SAME)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, (0, 1)))
    assert [one.status_code for one in answers] == [303, 303]
    book = opening.place.app.state.house.publication.publications
    known = book.read(opening.owner.caller, opening.dataset, now=NOW)
    assert [step.act for step in known.publication.history] == ["sign"]
    assert [one.version for one in known.releases] == [1]
    assert len(journal(opening, "organisation.key_used")) == 1


def test_a_publication_that_is_suspended_while_it_is_signed_stays_so(opening: Opening) -> None:
    """The first two acts on what a program made: neither is written over the other."""
    publish(opening.place.store, opening.owner, opening.scheme, "2025-01", open_data=True)
    book: Publications = opening.place.app.state.house.publication.publications
    caller, one = opening.owner.caller, paper(opening)
    with ThreadPoolExecutor(1) as pool:
        suspending: list[Future[OpenPublication]] = []

        def signer(_: object, shown: PublicationToSign) -> str:
            suspending.append(pool.submit(book.act, caller, opening.dataset, "suspend", now=NOW))
            wait(suspending, timeout=1)
            return signed(opening, shown)

        seen = one.seen_sha256
        book.sign(caller, one.seen.terms, "2025-01", seen=seen, signer=signer, now=NOW)
        suspending[0].result()
    known = book.read(caller, opening.dataset, now=NOW).publication
    assert (known.state, [step.act for step in known.history]) == ("suspended", ["sign", "suspend"])
    assert closed(opening)


# Away from the server


def test_a_publication_is_signed_on_another_machine_from_end_to_end(
    apart: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synergie.cli.publication._publication_sign.build_org_auth", at_that_moment)
    page = apart.browser("signer").get("/publications/signature", params=query(apart))
    command = page.text.partition("<code>synergie ")[2].partition("</code>")[0].split()
    assert command[:2] == ["publication", "sign"] and "Signer ici" not in page.text
    file, key, out = tmp_path / command[2], tmp_path / "cle.json", tmp_path / "signature.txt"
    file.write_text(paper(apart).model_dump_json())
    key.write_text(json.dumps(apart.owner.key.as_dict(private=True)))
    key.chmod(0o600)
    words = ["publication", "sign", str(file), "--org", "cc-une", "--key", str(key)]
    assert main([*words, "--out", str(out), "--yes"]) == 0
    asked = query(apart)
    sent = asked | {"_csrf": token_of(page), "how": "offline", "signature": ""}
    upload = {"file": ("signature.txt", out.read_bytes())}
    done = apart.browser("signer").post("/publications", data=sent, files=upload, headers=SAME)
    assert done.status_code == 303, done.text
    served = apart.file("electricite-2025-01-v1.signature.jws")
    assert served.content == out.read_bytes()
    assert not journal(apart, "organisation.key_used")


def test_the_file_that_is_signed_is_given_while_it_is_what_was_seen(apart: Opening) -> None:
    asked, signer = query(apart), apart.browser("signer")
    file = signer.get("/publications/a-signer.json", params=asked)
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["cache-control"] == "no-store"
    stale = signer.get("/publications/a-signer.json", params=asked | {"vu": "0" * 64})
    assert query_of(stale)["change"] == ["1"]
    for role in ("reader", "agent"):
        answer = apart.browser(role).get("/publications/a-signer.json", params=asked)
        assert answer.status_code == 403
    stranger = apart.browser("signer", "cc-autre")
    assert stranger.get("/publications/a-signer.json", params=asked).status_code == 404


TAMPERED: dict[str, Callable[[Opening, PublicationToSign], str]] = {
    "a cell": lambda o, one: signed(o, one, cells_sha256="0" * 64),
    "the number of acts": lambda o, one: signed(o, one, acts=1),
    "the licence": lambda o, one: signed(
        o, one, terms=one.seen.terms.model_dump(mode="json") | {"licence": "odbl-1.0"}
    ),
    "another word": lambda o, one: signed(
        o, one, terms=one.seen.terms.model_dump(mode="json") | {"more": 1}
    ),
    "the period": lambda o, one: signed(o, one, period="2025-02"),
    "the version": lambda o, one: signed(o, one, version=2),
    "the publication": lambda o, one: signed(o, one, publication="autre-electricity"),
    "the organisation": lambda o, one: signed(o, one, org="cc-autre"),
    "an agreement's kind": lambda o, one: signed(o, one, typ="synergie-agreement+jwt"),
    "no kind": lambda o, one: signed(o, one, typ="JWT"),
    "another organisation's key": lambda o, one: signed(o, one, key=o.stranger.key),
    "a key nobody knows": lambda o, one: signed(o, one, key=ECKey.generate_key("P-256")),
    "a time to come": lambda o, one: signed(o, one, iat=IAT + 301),
    "a time before the key": lambda o, one: signed(o, one, iat=IAT - 1),
    "no time": lambda o, one: signed(o, one, iat=None),
    "half a second": lambda o, one: signed(o, one, iat=IAT + 0.5),
    "nothing": lambda _o, _one: "",
    "a text": lambda _o, _one: "<script>alert(1)</script>",
    "a long text": lambda _o, _one: f"{'a' * 70_000}.b.c",
}


def test_a_claim_of_another_kind_is_named(apart: Opening) -> None:
    """To Python True and 1.0 are 1; whoever verifies it elsewhere tells them apart."""
    one = paper(apart)
    for name, value in (("version", True), ("version", 1.0), ("acts", False)):
        answer = send(apart, signed(apart, one, **{name: value}))
        assert answer.status_code == 422 and closed(apart), (name, value)
        assert f"{name} {int(value == 1)}" in answer.text, (name, value)


def test_a_signature_that_does_not_hold_publishes_nothing(apart: Opening) -> None:
    """One server for all of them: after each, nothing is there that was not."""
    one = paper(apart)
    for what, tampered in TAMPERED.items():
        answer = send(apart, tampered(apart, one))
        assert answer.status_code == 422, (what, answer.text)
        assert "Rien n’a été publié." in answer.text and "Signature" in answer.text, what
        assert "<script>" not in answer.text, what
        assert closed(apart) and not journal(apart, "publication.signed"), what


def test_the_signature_of_other_sums_is_not_one_of_these(apart: Opening) -> None:
    """A replay: signed over what was shown before, given with what is shown now."""
    before = signed(apart, paper(apart))
    apart.territory.measure(codes(12), [2_000_000], at=NOW + timedelta(hours=1))
    assert send(apart, before).status_code == 422
    assert closed(apart)
    assert send(apart, signed(apart, paper(apart))).status_code == 303
    assert send(apart, signed(apart, paper(apart, "2025-02"))).status_code == 422


def test_a_signature_that_was_given_once_reopens_nothing(apart: Opening) -> None:
    first = signed(apart, paper(apart))
    assert send(apart, first).status_code == 303
    apart.move("terminer")
    assert send(apart, first).status_code == 422
    assert apart.browser().get(apart.where).status_code == 404


def test_the_signature_of_a_publication_is_none_of_an_agreement(apart: Opening) -> None:
    asked = terms(
        apart.owner, apart.stranger, {"supply_points": [apart.territory.points[codes(1)[0]]]}
    )
    book = apart.place.app.state.house.trust.agreements
    made = book.draft(apart.owner.caller, asked, now=NOW)
    claims = {
        "agreement": made.id, "version": 1, "terms_sha256": made.terms_sha256, "role": "owner",
        "org": "cc-une", "iat": IAT,
    }  # fmt: skip
    forged = jose.sign_compact(apart.owner.key, "synergie-publication+jwt", claims)
    browser = apart.browser("signer")
    page = browser.get(f"/accords/{made.id}/proposer")
    sent = {
        "version": "1", "digest": made.terms_sha256, "how": "offline", "signature": forged,
        "_csrf": token_of(page),
    }  # fmt: skip
    answer = browser.post(f"/accords/{made.id}/proposer", data=sent, headers=SAME)
    assert answer.status_code == 422
    right = jose.sign_compact(apart.owner.key, "synergie-agreement+jwt", claims)
    sent |= {"signature": right}
    done = browser.post(f"/accords/{made.id}/proposer", data=sent, headers=SAME)
    assert done.status_code == 303


def opened_by_another(opening: Opening) -> tuple[Body, Agreement]:
    """Eleven points of another organisation are in the sums, which its agreement opens to all."""
    store = opening.place.store
    other = body(store, "commune")
    place = Territory(store, other).add(codes(11, 700), ALL, insee="54357")
    asked = terms(
        other, opening.owner, {"supply_points": sorted(place.points.values())},
        granularity="aggregate", cell_scheme=opening.scheme.id, datasets=["consumption"],
        onward="open_data",
    )  # fmt: skip
    book = Agreements(store)
    made = book.draft(other.caller, asked, now=NOW)
    book.act(other.caller, made.id, "propose", signature=other.sign(made), now=NOW)
    signed_too = opening.owner.sign(made)
    book.act(opening.owner.caller, made.id, "accept", signature=signed_too, now=NOW)
    return other, made


def test_sums_whose_agreement_ended_are_not_signed_again_whatever_the_form_says(
    opening: Opening,
) -> None:
    """Neither what was never shown, nor an ended publication, comes back by such a form."""
    other, made = opened_by_another(opening)
    assert opening.sign().status_code == 303
    assert opening.sign("2025-02").status_code == 303
    asked, browser = query(opening), opening.browser("signer")
    page = browser.get("/publications/signature", params=asked)
    opening.move("terminer")
    Agreements(opening.place.store).act(other.caller, made.id, "revoke", now=NOW)
    for seen in (asked["vu"], "0" * 64):
        sent = asked | {"_csrf": token_of(page), "vu": seen} | HERE
        answer = browser.post("/publications", data=sent, headers=SAME)
        assert query_of(answer)["change"] == ["1"]
    book = opening.place.app.state.house.publication.publications
    known = book.read(opening.owner.caller, opening.dataset, now=NOW).publication
    assert (known.state, [one.act for one in known.history]) == ("ended", ["sign", "sign", "end"])
    assert len(journal(opening, "organisation.key_used")) == 2


def test_a_version_that_is_out_stays_under_its_licence(opening: Opening) -> None:
    opening.sign()
    page = opening.preview(licence="odbl-1.0")
    assert page.status_code == 422 and "Licence" in page.text
    assert opening.preview("2025-02", licence="odbl-1.0").status_code == 200


def test_a_key_signs_for_its_own_organisation_only(opening: Opening) -> None:
    book: SigningKeyCustody = opening.place.app.state.house.trust.held_keys
    book.make(opening.stranger.caller, now=NOW)
    publications: Publications = opening.place.app.state.house.publication.publications
    one = paper(opening)
    told: OpenTerms = one.seen.terms
    with pytest.raises(Exception, match="a publication of one's own"):
        publications.sign(
            opening.owner.caller,
            told,
            "2025-01",
            seen=one.seen_sha256,
            signer=lambda session, made: book.sign_publication(
                session, opening.stranger.caller, made, now=NOW
            ),
            now=NOW,
        )
    assert closed(opening)


def test_a_third_organisation_finds_no_publication_to_sign(opening: Opening) -> None:
    body(opening.place.store, "cc-tierce")
    third = opening.browser("signer", "cc-tierce")
    for path in ("/publications/signature", "/publications/a-signer.json"):
        assert third.get(path, params=query(opening)).status_code == 404
