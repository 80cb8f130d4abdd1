"""`/contrats`: what is guaranteed, what came of it, who signed; each organisation its own part."""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from io import StringIO
from secrets import token_hex

import httpx2
import pytest
from sqlalchemy import text

from synergie.contract.exchange.contracts import Contracts
from synergie.contract.plan.digest import SIGNATURE_TYPE, build_claims
from synergie.contract.plan.statement import check_statement
from synergie.contract.records.document import ContractDocument
from synergie.contract.records.statement import MemberStatement, SavingsReport
from synergie.policy import Principal
from synergie.schemas.trust.journal import JournalRecord
from tests.pages.people import SAME, People, token_of
from tests.server.contracting import reported
from tests.server.partner import NOW, jwt

MEMBER = "org-four"


@pytest.fixture(scope="module")
def told(people: People) -> dict[str, str]:
    """A contract of `org-one`, operated by `org-two`, with a cabinet of `org-four`."""
    place = people.furnished.place
    place.member(MEMBER)
    people.add("member", MEMBER, "reader")
    return reported(people.furnished.owner, "org-two", MEMBER, "CPE du bassin")


def read(people: People, who: str, path: str) -> str:
    answer = people.browser(who).get(path)
    assert answer.status_code == 200, (who, path, answer.status_code)
    return unescape(answer.text).replace("\u202f", " ").replace("\xa0", " ")


def test_the_parties_read_the_whole_with_its_interval_and_what_is_due(
    people: People, told: dict[str, str]
) -> None:
    for who in ("reader", "other-reader"):
        assert "CPE du bassin" in read(people, who, "/contrats")
        page = read(people, who, f"/contrats/{told['plan']}")
        assert "signé par les deux" in page and "20 % de la référence ajustée" in page
        assert "garantie atteinte" in page and "l’exploitant reçoit" in page
        assert "Rue de la Gare" in page and "Rue du Moulin" in page
        assert "01/07/2025 au 30/06/2026" in page, "a year that is over and not reported"
        year = read(people, who, f"/contrats/{told['statement']}")
        assert "signé par le donneur d’ordre" in year and "Économie cumulée et garantie" in year
        assert "prm:" not in page + year and "synergie contract" not in page + year
    signs = read(people, "other-reader", f"/contrats/{told['statement']}")
    assert "Votre signature est attendue" in signs
    assert "Votre signature" not in read(people, "reader", f"/contrats/{told['statement']}")


def test_the_figures_of_the_page_are_those_of_the_file(
    people: People, told: dict[str, str]
) -> None:
    client = people.browser("reader")
    file = client.get(f"/contrats/{told['statement']}/fichier.json")
    assert file.headers["content-disposition"].endswith(f'{told["statement"]}.json"')
    report = SavingsReport.model_validate_json(file.text)
    check_statement(report)
    page = read(people, "reader", f"/contrats/{told['plan']}")
    for value in (report.saved_kwh, report.saved_kwh - report.guaranteed_kwh):
        assert f"{value:,.0f}".replace(",", " ") in page
    assert f"{report.bonus_eur:,.2f}".replace(",", " ").replace(".", ",") in page
    assert report.half_width_kwh is not None
    low = report.saved_kwh - report.half_width_kwh
    assert f"({low:,.0f} à".replace(",", " ") in page


def test_each_mark_of_a_picture_is_a_cell_of_its_table(
    people: People, told: dict[str, str]
) -> None:
    for who in ("reader", "member"):
        page = read(people, who, f"/contrats/{told['plan']}")
        marks = set(re.findall(r'data-v="([^"]*)"', page))
        assert marks and marks <= set(re.findall(r"<td[^>]*>([^<]*)</td>", page)), who


def test_a_member_reads_its_own_points_and_no_sum_of_the_whole(
    people: People, told: dict[str, str]
) -> None:
    whole = people.browser("reader").get(f"/contrats/{told['statement']}/fichier.json").text
    saved = SavingsReport.model_validate_json(whole).saved_kwh
    for name in (told["plan"], told["statement"]):
        page = read(people, "member", f"/contrats/{name}")
        assert "Rue du Moulin" in page and "Rue de la Gare" not in page
        assert f"{saved:,.0f}".replace(",", " ") not in page
    assert "Non affichée" in read(people, "member", f"/contrats/{told['plan']}")
    file = people.browser("member").get(f"/contrats/{told['statement']}/fichier.json").text
    part = MemberStatement.model_validate_json(file)
    mine = read(people, "member", f"/contrats/{told['plan']}")
    assert f"{part.part.saved_kwh:,.0f}".replace(",", " ") in mine


def test_every_point_of_a_long_contract_is_on_one_page_and_in_the_table(people: People) -> None:
    more = 120
    ids = reported(people.furnished.owner, "org-two", "org-four", "CPE long", more=more)
    streets = {"Rue de la Gare", "Rue du Moulin", *(f"Rue {n}" for n in range(more))}
    for name in ids.values():
        first = read(people, "reader", f"/contrats/{name}")
        assert "Points 1 à 100 sur 122" in first and f'/contrats/{name}?de=100#points"' in first
        second = read(people, "reader", f"/contrats/{name}?de=100")
        assert "Points 101 à 122 sur 122" in second and "Points précédents" in second
        shown = [
            set(re.findall(r'<th scope="row">(Rue [^<(]*?) ?[<(]', one)) for one in (first, second)
        ]
        assert (len(shown[0]), len(shown[1])) == (100, 22)
        assert shown[0] | shown[1] == streets
    path = f"/contrats/{ids['statement']}/points.csv"
    whole = SavingsReport.model_validate_json(
        people.browser("reader").get(f"/contrats/{ids['statement']}/fichier.json").text
    )
    rows = list(csv.DictReader(StringIO(people.browser("reader").get(path).text)))
    assert {one["name"] for one in rows} == streets
    assert sum(Decimal(one["saved_kwh"]) for one in rows) == whole.saved_kwh
    assert people.browser("reader").get(f"/contrats/{ids['plan']}/points.csv").status_code == 404
    mine = list(csv.DictReader(StringIO(people.browser("member").get(path).text)))
    assert [one["name"] for one in mine] == ["Rue du Moulin"]
    assert people.browser("stranger").get(path).status_code == 404


def test_nobody_else_reads_it(people: People, told: dict[str, str]) -> None:
    assert "Aucun contrat" in read(people, "stranger", "/contrats")
    paths = [f"/contrats/{told[name]}{end}" for name in told for end in ("", "/fichier.json")]
    stranger, nobody = people.browser("stranger"), people.browser()
    for path in paths:
        assert stranger.get(path).status_code == 404, path
        assert nobody.get(path).status_code == 303, path
    assert stranger.get("/contrats/ctr_0").status_code == 404
    assert stranger.get("/contrats/CTR").status_code == 404


def test_a_role_without_the_scope_is_refused(
    people: People, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = people.browser("reader")
    monkeypatch.setattr("synergie.exchange.trust.accounts.scopes_of", lambda _: frozenset())
    for path in (
        "/contrats",
        f"/contrats/{told['plan']}",
        f"/contrats/{told['plan']}/fichier.json",
    ):
        assert client.get(path).status_code == 403, path


def test_that_a_party_read_it_is_in_the_journal(people: People, told: dict[str, str]) -> None:
    def count(event: str) -> int:
        with people.furnished.place.store.read() as session:
            rows = session.connection().execute(text("SELECT record FROM journal"))
            records = [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]
        return sum(one.event == event and one.by == "org-two" for one in records)

    before = count("contract.read")
    people.browser("other-reader").get(f"/contrats/{told['plan']}")
    assert count("contract.read") == before + 2, "the plan, and the statement it tells figures of"


def test_english_stands_beside(people: People, told: dict[str, str]) -> None:
    page = read(people, "reader", f"/contrats/{told['plan']}?lang=en")
    assert "guarantee reached" in page and "the operator gets" in page


def test_what_is_to_be_done_stands_in_the_morning(people: People, told: dict[str, str]) -> None:
    mine = read(people, "reader", "/matin")
    assert "Années à régler du contrat CPE du bassin : 1" in mine
    theirs = read(people, "other-reader", "/matin")
    assert "À signer, contrat : CPE du bassin" in theirs and "Années à régler" not in theirs
    assert f"/contrats/{told['statement']}" in theirs


def test_a_guarantee_that_was_missed_is_told(people: People, told: dict[str, str]) -> None:
    assert "manquée" not in read(people, "reader", "/matin")
    ids = reported(people.furnished.owner, "org-two", "org-one", "CPE manqué", saved_w=110)
    assert "Garantie d’économie manquée : CPE manqué" in read(people, "reader", "/matin")
    page = read(people, "reader", f"/contrats/{ids['plan']}")
    assert "garantie manquée" in page and "l’exploitant doit" in page
    assert told["plan"] != ids["plan"]


@dataclass
class Signing:
    """The statement that `org-two`, the operator, is to sign, on its page."""

    people: People
    document: str

    @property
    def path(self) -> str:
        return f"/contrats/{self.document}/signer"

    def read(self) -> ContractDocument:
        """As the API's own use case tells it to the client."""
        place = self.people.furnished.place
        caller = Principal(client_id="test", organisation="org-one", scopes=frozenset())
        book = Contracts(place.store)
        return book.read(caller, self.document, now=place.clock.now)

    def parties(self) -> set[str]:
        found = self.read().statement
        assert found is not None
        return {one.party for one in found.signatures}

    def signature(self, **more: str) -> str:
        """By the operator's own key, away from the server."""
        found = self.read().statement
        assert found is not None
        claims = build_claims(found, "org-two") | {"iat": int(NOW.timestamp())} | more
        header = {"alg": "ES256", "kid": "k1", "typ": SIGNATURE_TYPE}
        return jwt(header, claims, self.people.furnished.partner.partner.key)

    def send(self, client: httpx2.Client, **fields: str) -> httpx2.Response:
        """The form as the page gives it, with *fields* over it."""
        found = re.search(r'name="digest" value="([0-9a-f]{64})"', client.get(self.path).text)
        assert found is not None
        return self.people.form(client, self.path, **({"digest": found[1]} | fields))


@pytest.fixture
def signing(people: People) -> Signing:
    number = f"CPE {token_hex(4)}"
    ids = reported(people.furnished.owner, "org-two", "org-one", number)
    return Signing(people, ids["statement"])


def test_the_operator_signs_on_the_page_with_its_own_key(people: People, signing: Signing) -> None:
    client = people.browser("other-signer")
    assert f'href="{signing.path}"' in client.get(f"/contrats/{signing.document}").text
    page = read(people, "other-signer", signing.path)
    assert signing.read().digest in page and "Nothing" not in page
    assert "--org org-two --key cle.json --out signature.txt" in page
    wrong = signing.send(client, how="offline", signature=signing.signature(digest="0" * 64))
    assert wrong.status_code == 422 and signing.parties() == {"org-one"}
    assert "Rien n’a été signé." in unescape(wrong.text)
    done = signing.send(client, how="offline", signature=signing.signature())
    assert (done.status_code, done.headers["location"]) == (303, f"/contrats/{signing.document}")
    assert signing.read().state == "signed" and signing.parties() == {"org-one", "org-two"}
    assert "statement.signed" in events(people, signing.document)
    again = client.get(signing.path)
    assert again.status_code == 303, "nothing is left to sign"
    assert "signé par les deux" in read(people, "reader", f"/contrats/{signing.document}")


def test_the_key_that_is_held_signs_what_was_shown_and_confirmed(
    people: People, signing: Signing
) -> None:
    keys = people.furnished.place.app.state.house.trust.held_keys
    caller = Principal(client_id="test", organisation="org-two", scopes=frozenset())
    kid = keys.make(caller, now=NOW).kid
    client = people.browser("other-signer")
    try:
        assert signing.send(client, how="held").status_code == 422
        stale = signing.send(client, how="held", confirm="yes", digest="0" * 64)
        assert stale.status_code == 409 and signing.parties() == {"org-one"}
        assert kid not in events(people, signing.document), "no use of a key for what is not kept"
        assert signing.send(client, how="held", confirm="yes").status_code == 303
    finally:
        keys.let_go(caller, now=NOW)
    assert signing.read().state == "signed"
    assert {"organisation.key_used", "statement.signed", kid} <= events(people, signing.document)


def events(people: People, document: str) -> set[str]:
    """Events of the journal about *document*, and what else they are about."""
    with people.furnished.place.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal"))
        records = [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]
    some = [one for one in records if document in one.subjects]
    return {one.event for one in some} | {name for one in some for name in one.subjects}


def test_a_draft_that_no_agreement_opens_to_the_operator_is_not_proposed(people: People) -> None:
    ids = reported(
        people.furnished.owner, "org-two", "org-one", f"CPE {token_hex(4)}", state="draft"
    )
    desk, client = Signing(people, ids["statement"]), people.browser("signer")
    assert people.browser("other-signer").get(desk.path).status_code == 404, "a draft"
    answer = desk.send(client, how="offline", signature="x" * 40)
    told = unescape(answer.text)
    assert answer.status_code == 422 and "ouvre ses relèves par jour à l'exploitant" in told
    assert desk.read().state == "draft"


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 404), ("reader", 403), ("agent", 403), ("other-reader", 403), ("member", 403)],
)
def test_nobody_signs_who_may_not(
    people: People, told: dict[str, str], who: str, status: int
) -> None:
    client, path = people.browser(who), f"/contrats/{told['statement']}/signer"
    assert client.get(path).status_code == status
    sent = {"_csrf": token_of(client.get("/mes-sessions")), "how": "held", "confirm": "yes"}
    assert client.post(path, data=sent, headers=SAME).status_code == status


def test_a_member_that_signs_for_its_organisation_is_no_party(
    people: People, told: dict[str, str]
) -> None:
    people.add("member-signer", MEMBER, "signer")
    client, path = people.browser("member-signer"), f"/contrats/{told['statement']}/signer"
    assert client.get(path).status_code == 403
    sent = {"_csrf": token_of(client.get("/mes-sessions")), "how": "held", "confirm": "yes"}
    assert client.post(path, data=sent, headers=SAME).status_code == 403


def test_a_form_without_its_token_or_of_another_site_signs_nothing(
    people: People, signing: Signing
) -> None:
    client = people.browser("other-signer")
    sent = {"digest": signing.read().digest, "how": "offline", "signature": signing.signature()}
    other = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(signing.path, data=sent, headers=other).status_code == 403
    assert client.post(signing.path, data=sent, headers=SAME).status_code == 409
    assert people.browser().post(signing.path, data=sent, headers=SAME).status_code == 409
    assert people.browser().get(signing.path).status_code == 303
    assert signing.parties() == {"org-one"}
