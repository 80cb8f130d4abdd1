"""The places that an agreement opens, chosen among many without a script."""

import re
from secrets import token_hex

import httpx2
import pytest

from synergie.policy import Principal
from synergie.schemas.assets.site import SiteRecord
from tests.pages.people import SAME, People, token_of
from tests.pages.test_agreements import SCRIPT, Desk, hidden, text_of
from tests.server.partner import NOW


@pytest.fixture
def desk(people: People) -> Desk:
    return Desk(people)


@pytest.fixture(scope="module")
def many(people: People) -> People:
    """The stranger's organisation holds 450 sites in two communes, and two of no known one."""
    caller = Principal(client_id="t", organisation="org-three", scopes=frozenset())
    places = [*("54430",) * 250, *("54357",) * 200, None, None]
    records = [
        SiteRecord(
            external_id=f"N{n}", name=f"Site {n:03}", kind="building", insee_code=code,
            provenance="synthetic",
        )
        for n, code in enumerate(places)
    ]  # fmt: skip
    people.furnished.place.app.state.house.assets.sites.publish(caller, records, now=NOW)
    return people


def sites_of(desk: Desk, made: httpx2.Response) -> tuple[str, ...]:
    """Names of the sites that the draft at the address of *made* selects."""
    house, now = desk.people.furnished.place.app.state.house, desk.people.furnished.place.clock.now
    caller = Principal(client_id="t", organisation="org-three", scopes=frozenset({"sites:read"}))
    where = made.headers["location"].split("/")[2]
    found = house.trust.agreements.versions(caller, where, now=now).items[-1].terms.selector.sites
    return tuple(sorted(house.assets.sites.read(caller, one, now=now).name for one in found))


def boxes(page: httpx2.Response, name: str, *, checked: bool = False) -> dict[str, str]:
    """Label -> value of the boxes of a field."""
    told = re.findall(
        rf'<input type="checkbox" name="{name}" value="([^"]+)"( checked)?> ([^<]+)</label>',
        page.text,
    )
    return {label.strip(): value for value, tick, label in told if not checked or tick}


def test_every_site_is_found_by_page_and_by_name(desk: Desk, many: People) -> None:
    client, sent = many.browser("stranger"), desk.fields(recipient="org-one", sites=[])
    first = client.get("/accords/nouveau")
    names, number = dict(boxes(first, "sites")), 1
    while f'name="liste" value="{number + 1}"' in first.text:
        number += 1
        fields = sent | {"liste": str(number), "_csrf": token_of(first)}
        first = client.post("/accords/nouveau", data=fields, headers=SAME)
        assert first.status_code == 200
        assert f'value="{sent["title"]}"' in first.text, "what is typed stays"
        names |= boxes(first, "sites")
    assert number == 3
    assert sorted(names) == [f"Site {n:03}" for n in range(452)]
    chosen = names["Site 007"]
    found = many.form(client, "/accords/nouveau", **sent | {
        "sites": [chosen], "search": "SITE 449", "liste": "1",
    })  # fmt: skip
    assert boxes(found, "sites", checked=True) == {"Site 007": chosen}
    assert list(boxes(found, "sites")) == ["Site 007", "Site 449"]
    none = many.form(client, "/accords/nouveau", **sent | {"search": SCRIPT, "liste": "99"})
    assert "Aucun site ne porte ces mots." in text_of(none)
    assert SCRIPT not in none.text
    both = sent | {"sites": [chosen, names["Site 449"]], "search": "autre"}
    made = many.form(client, "/accords/nouveau", once=token_hex(8), **both)
    assert sites_of(desk, made) == ("Site 007", "Site 449")


def test_all_sites_of_a_commune_are_chosen_at_once(desk: Desk, many: People) -> None:
    client, sent = many.browser("stranger"), desk.fields(recipient="org-one", sites=[])
    page = client.get("/accords/nouveau")
    told = {value: label for label, value in boxes(page, "communes").items()}
    assert {code: label.split(" : ")[1] for code, label in told.items()} == {
        "54357": "200 sites", "54430": "250 sites", "-": "2 sites",
    }  # fmt: skip
    one = many.form(client, "/accords/nouveau", once=token_hex(8), communes="54430", **sent)
    assert sites_of(desk, one) == tuple(f"Site {n:03}" for n in range(250))
    fields = sent | {"communes": ["54430", "54357", "-"]}
    every = many.form(client, "/accords/nouveau", once=token_hex(8), **fields)
    assert len(sites_of(desk, every)) == 452
    none = many.form(client, "/accords/nouveau", communes="99999", **sent)
    assert none.status_code == 422
    assert "Sur quels lieux" in text_of(none)


def test_the_list_is_paged_where_terms_are_changed_too(desk: Desk, many: People) -> None:
    client, sent = many.browser("stranger"), desk.fields(recipient="org-one", sites=[])
    made = many.form(client, "/accords/nouveau", once=token_hex(8), communes="-", **sent)
    path = made.headers["location"].replace("proposer", "modifier")
    shown = client.get(path)
    more = sent | hidden(shown) | {"keep": "yes", "liste": "2", "_csrf": token_of(shown)}
    listed = client.post(path, data=more, headers=SAME)
    assert "452 sites, page 2 sur 3." in text_of(listed)
    more = sent | hidden(listed) | {"keep": "yes", "communes": "54357", "_csrf": token_of(listed)}
    changed = client.post(path, data=more, headers=SAME)
    assert changed.status_code == 303, text_of(changed)
    assert len(sites_of(desk, changed)) == 202
