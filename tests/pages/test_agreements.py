"""`/accords`: who sees what, and every act on it, for who may and for nobody else."""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_hex
from threading import Barrier
from typing import Any, get_args

import httpx2
import pytest

from synergie.errors import StorageFull
from synergie.policy import Principal
from synergie.schemas.trust.agreement import Act, Agreement
from synergie.server.pages.trust import agreement_signing
from synergie.server.pages.trust._agreement_acts import ACTS, TITLES
from tests.pages.people import SAME, People, token_of
from tests.server.partner import NOW

SCRIPT = "<script>alert('x')</script>"
CANARY = "canari-7c1e"


@dataclass
class Desk:
    """Agreements of the furnished place, seen by its people."""

    people: People
    browsers: dict[str | None, httpx2.Client] = field(default_factory=dict)

    def browser(self, who: str | None = None) -> httpx2.Client:
        """The browser of *who*, logged in once a test."""
        if who not in self.browsers:
            self.browsers[who] = self.people.browser(who)
        return self.browsers[who]

    def fields(self, **more: Any) -> dict[str, Any]:
        """What a signer of `org-one` types to open one site to `org-two`."""
        return {
            "recipient": "org-two",
            "purpose": "energy_monitoring",
            "datasets": "consumption",
            "sites": self.people.ids["site"],
            "granularity": "month",
            "data_subject": "legal_person",
            "legal_basis": "contract",
            "valid_from": "2026-12-01",
            "months": "12",
            "readings_from": "2025-12-01",
            "retention_days": "365",
            "title": f"Suivi {token_hex(4)}",
        } | more

    def drafted(self, **more: Any) -> str:
        """A new draft of `org-one`; its identifier."""
        client = self.browser("signer")
        answer = self.people.form(
            client, "/accords/nouveau", once=token_hex(8), **self.fields(**more)
        )
        assert answer.status_code == 303, text_of(answer)
        return str(answer.headers["location"]).split("/")[2]

    def read(self, agreement: str, organisation: str = "one") -> Agreement:
        """The version that decides, by the API's own use case."""
        house = self.people.furnished.place.app.state.house
        principal = self.principal(organisation)
        now = self.people.furnished.place.clock.now
        found = house.trust.agreements.versions(principal, agreement, now=now).items
        return Agreement.model_validate(found[-1])

    def principal(self, organisation: str = "one") -> Principal:
        """The signer of an organisation as a caller."""
        who = "signer" if organisation == "one" else "other-signer"
        return Principal(
            client_id=f"account:{self.people.accounts[who].id}",
            organisation=f"org-{organisation}",
            scopes=frozenset(),
        )

    def signature(self, agreement: str, organisation: str = "one") -> str:
        """Made away from the server, with the organisation's own key."""
        furnished = self.people.furnished
        member = furnished.owner if organisation == "one" else furnished.partner
        body = self.read(agreement, organisation).model_dump(mode="json")
        return member.signature(body)

    def act(self, who: str, agreement: str, gesture: str, **fields: Any) -> httpx2.Response:
        """The form of an act as the page gives it, with *fields* over it."""
        client, path = self.browser(who), f"/accords/{agreement}/{gesture}"
        shown = client.get(path)
        sent = hidden(shown) | fields | {"_csrf": token_of(shown)}
        return client.post(path, data=sent, headers=SAME)

    def proposed(self, **more: Any) -> str:
        """A draft that `org-one` signed and proposed."""
        made = self.drafted(**more)
        signed = self.signature(made)
        answer = self.act("signer", made, "proposer", how="offline", signature=signed)
        assert answer.status_code == 303, text_of(answer)
        return made

    def active(self, **more: Any) -> str:
        """One that both signed."""
        made = self.proposed(**more)
        signed = self.signature(made, "two")
        answer = self.act("other-signer", made, "accepter", how="offline", signature=signed)
        assert answer.status_code == 303, text_of(answer)
        return made


def hidden(page: httpx2.Response) -> dict[str, str]:
    """The hidden fields of the last form of *page*."""
    form = page.text.rpartition("<form")[2]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in pairs}


def text_of(page: httpx2.Response) -> str:
    """What a person reads."""
    bare = re.sub(r"<[^>]+>", " ", page.text)
    return re.sub(r"[\s\u00a0\u202f]+", " ", html.unescape(bare))


@pytest.fixture
def desk(people: People) -> Desk:
    return Desk(people)


def test_the_first_line_answers_the_question(desk: Desk) -> None:
    before = re.search(r"(\d+) accords actifs", text_of(desk.browser("reader").get("/accords")))
    assert before is not None
    desk.proposed()
    theirs = text_of(desk.browser("other-reader").get("/accords"))
    assert re.search(r"\d+ demandes? à traiter\.", theirs)
    assert "À signer ou à refuser" in theirs
    nobody = text_of(desk.browser("stranger").get("/accords"))
    assert "Personne d’autre que vous ne voit vos données." in nobody
    assert "Nobody but you" in text_of(desk.browser("stranger").get("/accords?lang=en"))


def test_an_owner_sees_names_grain_purpose_basis_retention_and_end(desk: Desk) -> None:
    made = desk.active()
    page = text_of(desk.browser("reader").get(f"/accords/{made}"))
    for told in (
        "École du centre", "au mois", "le suivi de l'énergie", "un contrat entre les parties",
        "365 jours après la lecture", "à personne", "du 01/12/2026 au 01/12/2027",
        "org-two", "Aucune lecture depuis",
    ):  # fmt: skip
        assert told in page, told
    english = text_of(desk.browser("reader").get(f"/accords/{made}?lang=en"))
    assert "by the month" in english and "365 days after reading" in english


def test_the_sentence_bears_the_names_of_its_parties(desk: Desk) -> None:
    directory = desk.people.furnished.place.app.state.house.trust.directory
    one = directory.read(desk.principal(), "org-two", now=NOW)
    directory.add(one.model_copy(update={"name": "Syndicat d'à côté"}), now=NOW)
    made = desk.drafted()
    client = desk.browser("signer")
    for path in ("/accords", f"/accords/{made}", f"/accords/{made}/proposer"):
        assert "org-one ouvre à Syndicat d'à côté ses données" in text_of(client.get(path)), path
    directory.add(one, now=NOW)


def test_a_recipient_sees_counts_and_no_name_of_the_owners(desk: Desk) -> None:
    made = desk.active()
    page = text_of(desk.browser("other-reader").get(f"/accords/{made}"))
    assert "1 site" in page
    assert "École du centre" not in page


def test_who_looked_how_often_and_how_fine(desk: Desk) -> None:
    agreement = desk.people.ids["agreement"]
    partner = desk.people.furnished.partner
    for _ in range(2):
        answer = partner.get(f"/v1/sites?agreement={agreement}")
        assert answer.status_code == 200, answer.text
    page = text_of(desk.browser("reader").get(f"/accords/{agreement}"))
    told = re.search(
        r"Dernière lecture : mercredi 25 novembre 2026[^.]*\. Lectures depuis le \S+ : (\d+)", page
    )
    assert told is not None and int(told[1]) >= 2, page


MATRIX = [
    (path, who, status)
    for path in ("/accords/{}", "/accords/{}/accord.json", "/accords/{}/document.html")
    for who, status in (("stranger", 404), ("reader", 200), ("other-reader", 200), (None, 303))
] + [
    (path, who, status)
    for path in ("/accords/{}/suspendre", "/accords/{}/revoquer", "/accords/{}/modifier")
    for who, status in (
        ("stranger", 404), ("reader", 403), ("agent", 403), ("signer", 200), (None, 303),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "who", "status"), MATRIX, ids=[f"{path[9:]} {who}" for path, who, _ in MATRIX]
)
def test_each_page_opens_to_who_may(desk: Desk, path: str, who: str | None, status: int) -> None:
    answer = desk.browser(who).get(path.format(desk.people.ids["agreement"]))
    assert answer.status_code == status, text_of(answer)[:300]


def test_anothers_and_nobodys_are_one_answer(desk: Desk) -> None:
    client = desk.browser("stranger")
    for path in ("/accords/{}", "/accords/{}/revoquer", "/accords/{}/accord.json"):
        pages = [
            client.get(path.format(name)).text.replace(name, "X")
            for name in (desk.people.ids["agreement"], "agr_0000000000000000")
        ]
        plain = [re.sub(r'name="_csrf" value="[^"]*"', "", page) for page in pages]
        assert plain[0] == plain[1], path


POSTS = ["proposer", "accepter", "retirer", "suspendre", "reprendre", "revoquer", "terminer"]


@pytest.mark.parametrize("gesture", [*POSTS, "modifier", "renouveler"])
@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("reader", 403), ("agent", 403)])
def test_no_form_does_anything_for_who_may_not(
    desk: Desk, gesture: str, who: str, status: int
) -> None:
    agreement, client = desk.people.ids["agreement"], desk.browser(who)
    before = desk.read(agreement)
    sent = {
        "_csrf": token_of(client.get("/mes-sessions")),
        "version": str(before.version),
        "digest": before.terms_sha256,
    }
    answer = client.post(f"/accords/{agreement}/{gesture}", data=sent, headers=SAME)
    assert answer.status_code == status, text_of(answer)[:300]
    assert desk.read(agreement) == before


def test_a_form_of_another_site_does_nothing(desk: Desk) -> None:
    made, client = desk.active(), desk.browser("signer")
    shown = client.get(f"/accords/{made}/revoquer")
    sent = hidden(shown) | {"_csrf": token_of(shown)}
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(f"/accords/{made}/revoquer", data=sent, headers=headers)
    assert answer.status_code == 403
    assert desk.read(made).state == "active"


def test_a_form_whose_session_ended_comes_back_whole(desk: Desk) -> None:
    client = desk.browser()
    sent = desk.fields(title=SCRIPT)
    answer = client.post("/accords/nouveau", data=sent, headers=SAME)
    assert answer.status_code == 409
    assert html.escape(SCRIPT, quote=False).replace("'", "&#39;") in answer.text
    assert SCRIPT not in answer.text


def test_the_sentence_is_shown_before_anything_is_sent(desk: Desk) -> None:
    made = desk.drafted()
    one = desk.read(made)
    assert one.state == "draft"
    assert (one.terms.granularity, one.terms.onward) == ("month", "none")
    assert one.terms.valid_until - one.terms.valid_from == timedelta(days=365)
    page = desk.browser("signer").get(f"/accords/{made}/proposer")
    assert html.unescape(page.text).count(one.summary) == 1
    assert one.terms_sha256 in page.text
    assert f"synergie agreement sign accord-{made}-v1.json --org org-one" in page.text


def test_a_draft_is_its_authors_alone(desk: Desk) -> None:
    made = desk.drafted(title=f"Projet {CANARY}")
    for who in ("other-signer", "stranger"):
        client = desk.browser(who)
        assert CANARY not in client.get("/accords").text
        for path in (f"/accords/{made}", f"/accords/{made}/proposer", f"/accords/{made}/modifier"):
            assert client.get(path).status_code == 404


def test_the_same_form_sent_twice_makes_one_draft(desk: Desk) -> None:
    client, fields = desk.browser("signer"), desk.fields()
    places = {
        desk.people.form(client, "/accords/nouveau", once="same", **fields).headers["location"]
        for _ in range(2)
    }
    assert len(places) == 1


WRONG = {
    "recipient": "org-nowhere", "purpose": SCRIPT, "datasets": SCRIPT, "sites": SCRIPT,
    "granularity": SCRIPT, "data_subject": SCRIPT, "legal_basis": SCRIPT, "valid_from": SCRIPT,
    "months": "13000", "readings_from": "2026-13-45", "retention_days": "-1", "perimeter": SCRIPT,
    "legal_reference": "x" * 2001,
}  # fmt: skip


@pytest.mark.parametrize("field", sorted(WRONG))
def test_what_is_wrong_is_said_and_nothing_is_lost(desk: Desk, field: str) -> None:
    client = desk.browser("signer")
    sent = desk.fields(**{field: WRONG[field], "title": "Un titre à garder"})
    answer = desk.people.form(client, "/accords/nouveau", **sent)
    assert answer.status_code == 422, text_of(answer)[:500]
    assert 'value="Un titre à garder"' in answer.text
    assert "À revoir" in text_of(answer)
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("field", ["title", "legal_reference"])
def test_a_script_in_a_text_comes_out_as_a_text(desk: Desk, field: str) -> None:
    made = desk.active(**{field: f"{SCRIPT} {token_hex(2)}"})
    for who in ("signer", "other-signer"):
        client = desk.browser(who)
        for path in ("/accords", f"/accords/{made}", f"/accords/{made}/accord.json"):
            page = client.get(path)
            assert "json" in path or SCRIPT not in page.text, path
        assert SCRIPT not in client.get(f"/accords/{made}/document.html").text


def test_both_sign_and_what_is_refused_is_a_draft_again(desk: Desk) -> None:
    made = desk.proposed()
    assert desk.act("other-signer", made, "retirer").status_code == 303
    assert desk.read(made).state == "draft"
    again = desk.signature(made)
    desk.act("signer", made, "proposer", how="offline", signature=again)
    desk.act("other-signer", made, "accepter", how="offline", signature=desk.signature(made, "two"))
    assert desk.read(made).state == "active"


def test_suspended_resumed_revoked(desk: Desk) -> None:
    made = desk.active()
    for gesture, state in (
        ("suspendre", "suspended"), ("reprendre", "active"), ("revoquer", "revoked"),
    ):  # fmt: skip
        shown = text_of(desk.browser("signer").get(f"/accords/{made}/{gesture}"))
        assert "Ce qui va se passer" in shown
        answer = desk.act("signer", made, gesture)
        assert answer.status_code == 303, text_of(answer)
        assert desk.read(made).state == state
        done = desk.browser("signer").get(answer.headers["location"])
        assert "C’est fait." in text_of(done)


def test_before_a_revocation_its_effects_are_told(desk: Desk) -> None:
    page = text_of(desk.browser("signer").get(f"/accords/{desk.active()}/revoquer"))
    for told in ("La demande suivante de org-two est refusée", "365 jours", "Exports", "Jetons",
                 "Notifications", "ne reprend jamais"):  # fmt: skip
        assert told in page, told


def test_the_recipient_ends_it_and_has_no_act_of_the_owners(desk: Desk) -> None:
    made = desk.active()
    for gesture in ("suspendre", "revoquer", "accepter"):
        assert desk.browser("other-signer").get(f"/accords/{made}/{gesture}").status_code == 409
    assert desk.act("other-signer", made, "terminer").status_code == 303
    assert desk.read(made).state == "terminated"


def test_the_second_of_two_agents_is_told_who_was_first(desk: Desk) -> None:
    made = desk.drafted()
    first, second = (desk.browser("signer"), desk.browser("keeper"))
    path = f"/accords/{made}/proposer"
    pages = [client.get(path) for client in (first, second)]
    answers = [
        client.post(
            path,
            data=hidden(page)
            | {"how": "offline", "signature": desk.signature(made), "_csrf": token_of(page)},
            headers=SAME,
        )
        for client, page in zip((first, second), pages, strict=True)
    ]
    assert [one.status_code for one in answers] == [303, 409]
    told = text_of(answers[1])
    assert "Rien n’a été fait." in told
    assert "proposé et signé par votre organisation, mercredi 25 novembre 2026" in told
    assert len(desk.read(made).signatures) == 1


def test_a_full_disk_leaves_the_signature_that_was_typed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, house = desk.drafted(), desk.people.furnished.place.app.state.house
    signed = desk.signature(made)

    def full(*_: Any, **__: Any) -> None:
        raise StorageFull(60.0)

    monkeypatch.setattr(type(house.trust.agreements), "act", full)
    answer = desk.act("signer", made, "proposer", how="offline", signature=signed)
    assert answer.status_code == 507
    told = text_of(answer)
    assert "Le disque du serveur est plein" in told and "60 secondes" in told
    assert "60.0" not in told and signed in answer.text


def test_of_two_agents_at_the_same_moment_one_signs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.drafted()
    clients = [desk.browser(who) for who in ("signer", "keeper")]
    path = f"/accords/{made}/proposer"
    pages = [client.get(path) for client in clients]
    member = desk.people.furnished.owner
    body = desk.read(made).model_dump(mode="json")
    signed = [member.signature(body) for _ in clients]  # ECDSA: two that differ
    together, look = Barrier(2, timeout=60), agreement_signing._is_act_open

    def looked_together(*asked: Any) -> bool:
        found = look(*asked)
        together.wait()  # both find it open, then both sign
        return found

    monkeypatch.setattr(agreement_signing, "_is_act_open", looked_together)

    def sign(place: int) -> int:
        sent = hidden(pages[place]) | {"how": "offline", "signature": signed[place]}
        answer = clients[place].post(
            path, data=sent | {"_csrf": token_of(pages[place])}, headers=SAME
        )
        return answer.status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(sign, range(2))) == [303, 409]
    assert len(desk.read(made).signatures) == 1


def test_terms_that_changed_between_showing_and_signing_are_not_signed(desk: Desk) -> None:
    made, client = desk.drafted(), desk.browser("signer")
    path = f"/accords/{made}/proposer"
    shown = client.get(path)
    change = client.get(f"/accords/{made}/modifier")
    sent = hidden(change) | desk.fields(granularity="day", keep="yes") | {"_csrf": token_of(change)}
    assert client.post(f"/accords/{made}/modifier", data=sent, headers=SAME).status_code == 303
    stale = hidden(shown) | {"how": "offline", "signature": desk.signature(made)}
    answer = client.post(path, data=stale | {"_csrf": token_of(shown)}, headers=SAME)
    assert answer.status_code == 409
    assert desk.read(made).state == "draft"


def test_a_newer_version_says_what_changed(desk: Desk) -> None:
    made, client = desk.active(), desk.browser("signer")
    stale = client.get(f"/accords/{made}/revoquer")
    change = client.get(f"/accords/{made}/modifier")
    fields = desk.fields(granularity="day", keep="yes", retention_days="90")
    sent = hidden(change) | fields | {"_csrf": token_of(change)}
    assert client.post(f"/accords/{made}/modifier", data=sent, headers=SAME).status_code == 303
    desk.act("signer", made, "proposer", how="offline", signature=desk.signature(made))
    desk.act("other-signer", made, "accepter", how="offline", signature=desk.signature(made, "two"))
    page = text_of(client.get(f"/accords/{made}"))
    assert "Ce que la version 2 change" in page
    assert "Finesse au mois au jour" in page
    answer = client.post(
        f"/accords/{made}/revoquer",
        data=hidden(stale) | {"_csrf": token_of(stale)},
        headers=SAME,
    )
    told = text_of(answer)
    assert answer.status_code == 409
    assert "Ce qui a changé depuis l’affichage" in told and "au jour" in told
    assert desk.read(made).state == "active"


@pytest.mark.parametrize(
    ("field", "value"),
    [("digest", "0" * 64), ("version", "2"), ("version", SCRIPT), ("digest", SCRIPT)],
    ids=["another digest", "another version", "script in version", "script in digest"],
)
def test_a_hidden_field_that_was_changed_signs_nothing(desk: Desk, field: str, value: str) -> None:
    made = desk.drafted()
    signed = desk.signature(made)
    answer = desk.act("signer", made, "proposer", how="offline", signature=signed, **{field: value})
    assert answer.status_code == 409
    assert SCRIPT not in answer.text
    assert desk.read(made).state == "draft"


def test_a_purpose_and_a_recipient_are_not_changed_by_a_form(desk: Desk) -> None:
    made, client = desk.active(), desk.browser("signer")
    change = client.get(f"/accords/{made}/modifier")
    fields = desk.fields(
        recipient="org-three", owner="org-three", purpose="joint_purchase", keep="yes"
    )
    sent = hidden(change) | fields | {"_csrf": token_of(change)}
    client.post(f"/accords/{made}/modifier", data=sent, headers=SAME)
    terms = desk.read(made).terms
    told = (terms.owner, terms.recipient, terms.purpose)
    assert told == ("org-one", "org-two", "energy_monitoring")


@pytest.mark.parametrize(
    "signature", ["", "a.b.c", SCRIPT, "x" * 5000], ids=["none", "no JWS", "script", "long"]
)
def test_what_is_no_signature_signs_nothing_and_is_given_back(desk: Desk, signature: str) -> None:
    made = desk.drafted()
    answer = desk.act("signer", made, "proposer", how="offline", signature=signature)
    assert answer.status_code == 422, text_of(answer)[:300]
    assert "Rien n’a été fait." in text_of(answer)
    assert SCRIPT not in answer.text
    assert desk.read(made).state == "draft"


def test_a_signature_of_another_version_or_of_the_partner_is_refused(desk: Desk) -> None:
    made, other = desk.drafted(), desk.drafted()
    for signature in (desk.signature(other), desk.people.furnished.partner.signature(
        desk.read(made).model_dump(mode="json")
    )):  # fmt: skip
        answer = desk.act("signer", made, "proposer", how="offline", signature=signature)
        assert answer.status_code == 422
    assert desk.read(made).state == "draft"


def test_a_signature_is_taken_from_a_file(desk: Desk) -> None:
    made, client = desk.drafted(), desk.browser("signer")
    shown = client.get(f"/accords/{made}/proposer")
    fields = hidden(shown) | {"how": "offline", "_csrf": token_of(shown)}
    answer = client.post(
        f"/accords/{made}/proposer",
        data=fields,
        files={"file": ("signature.txt", desk.signature(made).encode() + b"\n")},
        headers=SAME,
    )
    assert answer.status_code == 303, text_of(answer)
    assert desk.read(made).state == "proposed"


def test_the_same_terms_for_as_long_again(desk: Desk) -> None:
    made, client = desk.active(), desk.browser("signer")
    before = desk.read(made).terms
    shown = client.get(f"/accords/{made}/renouveler")
    assert "du 01/12/2027 au" in text_of(shown)
    sent = hidden(shown) | {"_csrf": token_of(shown)}
    assert client.post(f"/accords/{made}/renouveler", data=sent, headers=SAME).status_code == 303
    after = desk.read(made).terms
    assert after.valid_from == before.valid_until
    assert after.valid_until - after.valid_from == before.valid_until - before.valid_from
    same = {"valid_from", "valid_until", "data_period"}
    assert after.model_dump(exclude=same) == before.model_dump(exclude=same)


class TestHeldKey:
    """The keeper lets the server hold a key; the signer signs with it; it is let go."""

    def test_who_may_see_and_change_it(self, desk: Desk) -> None:
        for who, status in (("reader", 200), ("signer", 200), ("keeper", 200), (None, 303)):
            assert desk.browser(who).get("/accords/cle").status_code == status
        for who in ("reader", "agent", "signer"):
            client = desk.browser(who)
            sent = {"_csrf": token_of(client.get("/mes-sessions")), "confirm": "yes"}
            for what in ("creer", "apporter", "retirer"):
                answer = client.post(f"/accords/cle/{what}", data=sent, headers=SAME)
                assert answer.status_code == 403, (who, what)

    def test_from_the_opt_in_to_the_letting_go(self, desk: Desk) -> None:
        keeper, path = desk.browser("keeper"), "/accords/cle"
        missing = desk.people.form(keeper, path, at=f"{path}/creer")
        assert missing.status_code == 422
        assert desk.people.form(keeper, path, at=f"{path}/creer", confirm="yes").status_code == 303
        made = desk.drafted()
        unconfirmed = desk.act("signer", made, "proposer", how="held")
        assert unconfirmed.status_code == 422
        assert desk.read(made).state == "draft"
        assert desk.act("signer", made, "proposer", how="held", confirm="yes").status_code == 303
        assert desk.read(made).state == "proposed"
        assert (
            desk.people.form(keeper, path, at=f"{path}/retirer", confirm="yes").status_code == 303
        )
        other = desk.drafted()
        assert desk.act("signer", other, "proposer", how="held", confirm="yes").status_code == 409
        assert desk.read(other).state == "draft"

    def test_a_key_that_is_brought_is_never_shown_again(self, desk: Desk) -> None:
        keeper, path = desk.browser("stranger"), "/accords/cle"
        private = desk.people.furnished.stranger.partner.key.private_jwk
        jwk, secret = json.dumps(private), private["d"]
        answer = desk.people.form(keeper, path, at=f"{path}/apporter", key=jwk)
        assert answer.status_code == 422 and secret not in answer.text
        answer = desk.people.form(keeper, path, at=f"{path}/apporter", key=SCRIPT, confirm="yes")
        assert answer.status_code == 422 and SCRIPT not in answer.text
        answer = desk.people.form(keeper, path, at=f"{path}/apporter", key=jwk, confirm="yes")
        assert answer.status_code == 303, text_of(answer)
        for address in (path, "/accords", "/journal"):
            assert secret not in keeper.get(address).text
        desk.people.form(keeper, path, at=f"{path}/retirer", confirm="yes")


def test_every_act_of_the_schema_has_a_page() -> None:
    assert set(ACTS.values()) == set(get_args(Act.__value__)) == set(TITLES)
