"""Publishing from the page: shown first, signed in two steps, refused when it could be differenced.

The attacks of security.md §9.1 are tried through the pages.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from synergie.errors import Conflict
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.trust.agreements import Agreements
from synergie.schemas.trust.agreement import Act, Terms
from tests.exchange.people import NOW, Body, body, terms
from tests.exchange.sums import Territory, codes, publish, scheme
from tests.pages.opening import ALL, CANARY, HERE, SCRIPT, Ground, Opening, hidden, query_of
from tests.pages.people import SAME, token_of


@pytest.fixture(scope="module")
def quiet(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    """The same, for tests that change nothing."""
    with ground.opening(tmp_path_factory.mktemp("quiet")) as made:
        yield made


@pytest.fixture(scope="module")
def opened(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    """With January open to everybody, for tests that change nothing."""
    with ground.opening(tmp_path_factory.mktemp("opened")) as made:
        made.sign()
        yield made


def test_a_signer_sees_which_groups_and_why_before_any_sum_is_computed(opening: Opening) -> None:
    shown = opening.preview()
    assert "pourraient être montrés\u00a0: 2\u202f; masqués\u00a0: 3" in shown.text
    assert "moins de 11 points de livraison" in shown.text
    assert "une soustraction donnerait le reste de «\u00a0EPCI\u00a0»" in shown.text
    bare = re.sub(r"<[^>]*>", " ", shown.text)  # the token of a form may hold any two letters
    assert "Wh" not in bare and ">12<" not in shown.text
    assert "Continuer vers la signature" not in shown.text


def test_recorded_sums_are_shown_to_the_signer_and_to_nobody_else(opening: Opening) -> None:
    shown = opening.recorded()
    assert "groupes montrés\u00a0: 2\u202f; masqués\u00a0: 3" in shown.text
    assert "12,0\u00a0MWh" in shown.text and ">12<" in shown.text
    assert opening.place.http.get("/open/releases").json()["items"] == []
    assert opening.browser().get(f"/public/donnees/{opening.dataset}").status_code == 404
    assert hidden(opening.recorded(), "vu") == hidden(shown, "vu")  # nothing is computed again
    assert opening.sign().status_code == 303
    found = opening.place.http.get("/open/releases").json()["items"]
    assert [one["version"] for one in found] == [1]


def test_looking_freezes_no_point_of_the_year(opening: Opening) -> None:
    opening.preview()
    opening.territory.add(codes(1, 500), ALL)  # had the year been frozen, it would be a movement
    assert "pourraient être montrés\u00a0: 2" in opening.preview().text
    assert ">13<" in opening.recorded().text


def test_two_steps_open_it_to_everybody_and_the_journal_says_so(opening: Opening) -> None:
    done = opening.sign()
    assert done.status_code == 303
    told = opening.browser("reader").get(done.headers["location"])
    assert "La période 2025-01 est lisible par tous." in told.text
    assert "signée et publiée" in told.text
    assert opening.browser().get(f"/public/donnees/{opening.dataset}").status_code == 200
    journal = opening.place.app.state.house.trust.journal
    events = [one.record.event for one in journal.accesses(opening.owner.caller, now=NOW).items]
    assert "publication.signed" not in events  # it is no access; it is in the tree
    before = opening.place.http.get("/audit/head").json()["tree_size"]
    opening.move("suspendre")
    assert opening.place.http.get("/audit/head").json()["tree_size"] == before + 1


def test_what_cannot_be_measured_is_not_published(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digests of its files are kept in the release's own transaction."""

    def full(*_: object) -> None:
        raise Conflict("full", "room")

    monkeypatch.setattr("synergie.exchange.publication.open_shelf.keep_measures", full)
    assert "change=1" in opening.sign().headers["location"]
    monkeypatch.undo()
    assert opening.file("datapackage.json").status_code == 404
    assert opening.sign().headers["location"].startswith(f"/publications/{opening.dataset}")


def test_a_form_sent_twice_publishes_once(opening: Opening) -> None:
    first, second = opening.sign(), opening.browser("signer")
    query = opening.typed()
    assert first.status_code == 303
    page = second.get("/publications/apercu", params=query)
    assert "sont déjà publiées (version 1)" in page.text
    found = opening.place.http.get("/open/releases").json()["items"]
    assert [one["version"] for one in found] == [1]


def test_what_changed_since_it_was_seen_is_shown_anew_and_not_published(opening: Opening) -> None:
    query, signer = opening.typed(), opening.browser("signer")
    seen = hidden(opening.recorded(), "vu")
    second = signer.get("/publications/signature", params=query | {"vu": seen})
    opening.territory.measure(codes(12), [2_000_000], at=NOW + timedelta(hours=1))
    opening.record()
    sent = query | {"vu": seen, "_csrf": token_of(second)} | HERE
    answer = signer.post("/publications", data=sent, headers=SAME)
    assert answer.status_code == 303 and query_of(answer)["change"] == ["1"]
    shown = signer.get(answer.headers["location"])
    assert "Rien n" in shown.text and "24,0\u00a0MWh" in shown.text
    assert opening.place.http.get("/open/releases").json()["items"] == []


def test_the_box_that_was_not_ticked_publishes_nothing(opening: Opening) -> None:
    query, signer = opening.typed(), opening.browser("signer")
    seen = hidden(opening.recorded(), "vu")
    page = signer.get("/publications/signature", params=query | {"vu": seen})
    sent = query | {"vu": seen, "_csrf": token_of(page), "how": "held"}
    again = signer.post("/publications", data=sent, headers=SAME)
    assert again.status_code == 422 and "Rien n’a été publié." in again.text
    assert opening.place.http.get("/open/releases").json()["items"] == []


def test_a_digest_that_was_never_shown_signs_nothing(opening: Opening) -> None:
    signer = opening.browser("signer")
    page = signer.get("/publications/signature", params=opening.typed() | {"vu": "0" * 64})
    assert page.status_code == 303 and "change=1" in page.headers["location"]


# The attacks of security.md §9.1


def test_two_releases_do_not_tell_who_came_between(opening: Opening) -> None:
    opening.sign("2025-01")
    opening.territory.add(codes(1, 70), ALL)
    assert "sont déjà publiées (version 1)" in opening.recorded("2025-01").text
    february = opening.recorded("2025-02")
    assert "arrivées et départs" in february.text  # the new one is hidden, with its reason
    assert ">12<" in february.text and ">13<" not in february.text


def test_another_partition_of_the_same_points_is_refused_with_the_cells_named(
    opening: Opening,
) -> None:
    opening.sign("2025-01")
    store, caller = opening.place.store, opening.owner.caller
    other = CellSchemes(store).save(caller, "autre", scheme("54430"), now=NOW)
    refused = opening.preview("2025-01", decoupage=other.id)
    assert "Rien ne serait publié" in refused.text
    assert "un autre découpage" in refused.text and "«\u00a0r, logements\u00a0»" in refused.text
    assert "Continuer vers la signature" not in refused.text


def test_the_total_less_its_parts_is_hidden_with_the_reason(opening: Opening) -> None:
    shown = opening.preview()
    below, above = shown.text.split("Masqué, et pourquoi")
    assert "EPCI" not in below.partition("<h2>")[2]
    assert "EPCI" in above


def test_a_correction_that_tells_who_changed_is_refused_with_the_cells_named(
    opening: Opening,
) -> None:
    opening.sign("2025-01")
    opening.territory.measure(codes(1), [1_500_000], at=NOW + timedelta(hours=1))
    refused = opening.record("2025-01")
    assert refused.status_code == 409 and "Correction refusée" in refused.text
    assert "groupe dans «\u00a0r, logements\u00a0»." in refused.text
    opening.territory.measure(codes(12)[1:], [1_100_000], at=NOW + timedelta(hours=1))
    assert "13,6" not in opening.preview("2025-01").text  # looking computes nothing
    corrected = opening.recorded("2025-01")
    assert "sont arrêtées (version 2)" in corrected.text and "13,6\u00a0MWh" in corrected.text
    assert opening.sign("2025-01").status_code == 303
    versions = opening.place.http.get("/open/releases").json()["items"]
    assert sorted(one["version"] for one in versions) == [1, 2]


def test_nine_points_publish_nothing_and_say_why(opening: Opening) -> None:
    store, caller = opening.place.store, opening.owner.caller
    alone = CellSchemes(store).save(caller, "trois", scheme("54318"), now=NOW)
    refused = opening.preview(decoupage=alone.id)
    assert "Aucun groupe ne peut être montré" in refused.text
    assert "moins de 11 points de livraison" in refused.text


def test_an_agreement_that_does_not_open_its_sums_is_named_as_the_reason(
    opening: Opening,
) -> None:
    store = opening.place.store
    other = body(store, "commune")
    place = Territory(store, other).add(codes(11, 700), ALL, insee="54357")
    book = Agreements(store)
    asked: Terms = terms(
        other,
        opening.owner,
        {"supply_points": sorted(place.points.values())},
        granularity="aggregate",
        cell_scheme=opening.scheme.id,
        datasets=["consumption"],
    )
    made = book.draft(other.caller, asked, now=NOW)
    book.act(other.caller, made.id, "propose", signature=other.sign(made), now=NOW)
    signed = opening.owner.sign(made)
    book.act(opening.owner.caller, made.id, "accept", signature=signed, now=NOW)
    refused = opening.preview()
    assert f"{made.id}/1 n’ouvre pas ses sommes au public" in refused.text
    assert "Continuer vers la signature" not in refused.text


# Suspended, ended


def served(opening: Opening) -> dict[str, int]:
    """What anybody is answered at each address of the publication."""
    anyone, api = opening.browser(), opening.place.http
    base = f"/public/donnees/{opening.dataset}"
    paths = {
        "page": base,
        "version": f"{base}/2025-01/v1/electricite-2025-01-v1-ouvert.csv",
        "package": f"{base}/2025-01/v1/datapackage.json",
        "all": f"{base}/electricite-toutes-periodes.geojson",
    }
    told = {name: anyone.get(path).status_code for name, path in paths.items()}
    told["listed"] = opening.dataset in anyone.get("/public").text
    told["catalogue"] = opening.dataset in anyone.get("/catalog.jsonld").text
    told["api"] = len(api.get("/open/releases").json()["items"])
    return told


OPEN = {"page": 200, "version": 200, "package": 200, "all": 200, "listed": True, "catalogue": True}
SHUT = dict.fromkeys(("page", "version", "package", "all"), 404)


def test_nothing_of_a_suspended_or_ended_publication_is_served(opening: Opening) -> None:
    opening.sign()
    release = opening.place.http.get("/open/releases").json()["items"][0]["id"]
    assert served(opening) == OPEN | {"api": 1}
    for shut, reopen in (("suspendre", "reprendre"), ("terminer", None)):
        assert opening.move(shut).status_code == 303
        assert served(opening) == SHUT | {"listed": False, "catalogue": False, "api": 0}
        assert opening.place.http.get(f"/open/releases/{release}").status_code == 404
        if reopen:
            assert "suspendue" in opening.preview("2025-02").text
            opening.move(reopen)
            assert served(opening) == OPEN | {"api": 1}
    shown = opening.preview("2025-02")
    assert "rouvrirait aussi ses 1 versions passées" in shown.text
    opening.sign("2025-02")
    assert served(opening) == OPEN | {"api": 2}


def test_an_act_from_another_state_is_a_page_that_says_so(opening: Opening) -> None:
    opening.sign()
    opening.move("terminer")
    signer, path = opening.browser("signer"), f"/publications/{opening.dataset}/suspendre"
    answer = signer.post(path, data={"_csrf": token_of(signer.get(path))}, headers=SAME)
    assert answer.status_code == 409
    assert signer.get(f"/publications/{opening.dataset}/effacer").status_code == 404


def test_a_release_of_a_program_is_a_publication_that_can_be_suspended(opening: Opening) -> None:
    publish(opening.place.store, opening.owner, opening.scheme, "2025-01", open_data=True)
    page = opening.browser("signer").get(f"/publications/{opening.dataset}")
    assert "Publié par un programme" in page.text
    assert opening.browser().get(f"/public/donnees/{opening.dataset}").status_code == 200
    opening.move("suspendre")
    assert opening.browser().get(f"/public/donnees/{opening.dataset}").status_code == 404


# Who may

PATHS = (
    "/publications",
    "/publications/nouvelle",
    "/publications/apercu",
    "/publications/signature",
    "/publications/accords",
    "/publications/{dataset}",
    "/publications/{dataset}/suspendre",
)
READERS = ("/publications", "/publications/{dataset}")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_and_the_wrong_role_do_not_enter(opened: Opening, path: str) -> None:
    opening = opened
    where = path.format(dataset=opening.dataset)
    query = opening.typed()
    nobody = opening.browser().get(where, params=query)
    assert nobody.status_code == 303 and nobody.headers["location"].startswith("/entrer?vers=")
    for role in ("reader", "agent"):
        answer = opening.browser(role).get(where, params=query)
        assert answer.status_code == (200 if path in READERS else 403)
    for role in ("signer", "keeper"):
        answer = opening.browser(role).get(where, params=query)
        assert answer.status_code in {200, 303}, answer.text
    stranger = opening.browser("signer", "cc-autre").get(where, params=query)
    if path in {"/publications", "/publications/nouvelle", "/publications/accords"}:
        assert stranger.status_code in {200, 404}
        assert "Électricité par commune" not in stranger.text and "12,0" not in stranger.text
    else:
        assert stranger.status_code == 404
    assert CANARY not in stranger.text


@pytest.mark.parametrize("path", ["/publications", "/publications/{dataset}/terminer"])
def test_a_form_without_its_token_or_of_another_site_does_nothing(
    opened: Opening, path: str
) -> None:
    opening = opened
    where, signer = path.format(dataset=opening.dataset), opening.browser("signer")
    sent = opening.typed("2025-02") | HERE
    assert signer.post(where, data=sent, headers=SAME).status_code == 409
    away = {"Origin": "https://ailleurs.test", "Sec-Fetch-Site": "cross-site"}
    assert signer.post(where, data=sent, headers=away).status_code == 403
    assert opening.browser().post(where, data=sent, headers=SAME).status_code in {303, 401, 409}
    assert served(opening) == OPEN | {"api": 1}


# What is typed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("titre", ""),
        ("titre", "a" * 201),
        ("contact", ""),
        ("licence", "mit"),
        ("energie", "charbon"),
        ("periode", "hier"),
        ("periode", "2026-11"),
        ("ouest", "NaN"),
        ("ouest", "1e400"),
        ("ouest", "99"),
        ("nord", ""),
        ("nord", "1_0"),
        ("decoupage", "../x"),
    ],
    ids=lambda told: (told or "vide")[:12],
)
def test_what_does_not_do_is_said_at_its_field_and_nothing_typed_is_lost(
    quiet: Opening, field: str, value: str
) -> None:
    answer = quiet.preview(**{field: value})
    assert answer.status_code == 422, answer.text
    assert "À revoir" in answer.text
    if field != "contact":
        assert "energie@exemple.test" in answer.text


def test_script_comes_out_as_text_everywhere(opening: Opening) -> None:
    wild = {"titre": SCRIPT, "description": SCRIPT, "contact": SCRIPT}
    pages = [opening.preview(**wild), opening.preview("hier", **wild)]
    done = opening.sign(**wild)
    signer, anyone = opening.browser("signer"), opening.browser()
    pages += [signer.get(done.headers["location"]), signer.get("/publications")]
    pages += [anyone.get("/public"), anyone.get(f"/public/donnees/{opening.dataset}")]
    pages += [signer.get(f"/publications/{opening.dataset}/terminer")]
    for page in pages:
        assert SCRIPT not in page.text and "&lt;script&gt;" in page.text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_languages_say_what_would_be_shown(opening: Opening, lang: str) -> None:
    query = opening.typed() | {"lang": lang}
    page = opening.browser("signer").get("/publications/apercu", params=query)
    told = {"fr": "Masqué, et pourquoi", "en": "Hidden, and why"}
    assert f'<html lang="{lang}">' in page.text
    assert told[lang] in page.text and told[{"fr": "en", "en": "fr"}[lang]] not in page.text


def test_the_empty_state_says_what_comes_first(quiet: Opening) -> None:
    page = quiet.browser("signer").get("/publications")
    assert "Vous n’ouvrez rien à tous." in page.text
    none = quiet.browser("signer", "cc-autre").get("/publications/nouvelle")
    assert "synergie aggregate scheme" in none.text


# Agreements that are named


def agreed(opening: Opening) -> str:
    """An agreement in force between the two organisations; its title holds a script."""
    asked = terms(
        opening.owner,
        opening.stranger,
        {"supply_points": [opening.territory.points[codes(1)[0]]]},
        title=f"Achat groupé {SCRIPT}",
    )
    book = Agreements(opening.place.store)
    made = book.draft(opening.owner.caller, asked, now=NOW)
    acts: tuple[tuple[Body, Act], ...] = (
        (opening.owner, "propose"),
        (opening.stranger, "accept"),
    )
    for side, act in acts:
        book.act(side.caller, made.id, act, signature=side.sign(made), now=NOW)
    return made.id


def say(opening: Opening, organisation: str, agreement: str, told: str) -> int:
    """A signer of *organisation* lets an agreement be named, or no more."""
    browser = opening.browser("signer", organisation)
    token = token_of(browser.get("/public"))
    sent = {"accord": agreement, "nommer": told, "_csrf": token}
    return browser.post("/publications/accords", data=sent, headers=SAME).status_code


def named(opening: Opening) -> bool:
    """Whether anybody reads its name."""
    text = opening.browser().get("/public").text
    assert SCRIPT not in text
    return "Achat groupé" in text


def test_an_agreement_is_named_only_when_both_parties_said_so(opening: Opening) -> None:
    made = agreed(opening)
    assert not named(opening)
    for organisation, told, then in (
        ("cc-une", "oui", False),
        ("cc-autre", "oui", True),
        ("cc-une", "non", False),
        ("cc-une", "oui", True),
    ):
        assert say(opening, organisation, made, told) == 303
        assert named(opening) is then
    Agreements(opening.place.store).act(opening.owner.caller, made, "revoke", now=NOW)
    assert not named(opening)


def test_a_third_organisation_names_no_agreement_of_others(opening: Opening) -> None:
    made = agreed(opening)
    body(opening.place.store, "cc-tierce")
    assert say(opening, "cc-tierce", made, "oui") == 404
    assert say(opening, "cc-une", made, "oui") == 303
    assert not named(opening)
    page = opening.browser("signer", "cc-tierce").get("/publications/accords")
    assert "Achat" not in page.text and "Aucun accord en vigueur" in page.text
