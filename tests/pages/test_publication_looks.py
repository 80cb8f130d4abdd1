"""Attacks by looking: many trees, a home that joined, a correction; nothing is told before a sum
is recorded, and what is recorded is held against all that is out.

Each recovers a home to the watt-hour where a look computes sums and keeps nothing of it.
"""

import re
from datetime import timedelta
from itertools import combinations

import httpx2
import pytest

from synergie.policy.publication.cells import by_commune
from synergie.schemas.publication.cell_scheme import CellSchemeRecord
from tests.exchange.people import NOW
from tests.exchange.sums import codes, publish, saved
from tests.pages.opening import Opening, hidden
from tests.pages.people import SAME, token_of
from tests.pages.test_publication_signatures import journal

ONE, TWO = 777_000, 431_000
"""Wh of a month: of the one home of a commune, and of each of the two of another."""
_ROW = re.compile(r'<th scope="row">([^<]+)</th><td class="number">(\d+)</td>'
                  r'<td class="number">([^<]+)</td>')  # fmt: skip


def figures(*pages: httpx2.Response) -> list[float]:
    """Every sum that *pages* tell, kWh."""
    return [float(_kwh(one[2])) for page in pages for one in _ROW.findall(page.text)]


def _kwh(text: str) -> float:
    number = float(re.sub(r"[^0-9,]", "", text).replace(",", "."))
    return number * 1000 if "MWh" in text else number


def recovered(wanted_wh: float, *pages: httpx2.Response) -> bool:
    """Whether some sum, or the difference of two, is what was to stay secret (pages round)."""
    told = figures(*pages)
    differences = [abs(a - b) for a, b in combinations(told, 2)]
    return any(abs(one * 1000 - wanted_wh) < 60_000 for one in (*told, *differences))


def saved_again(opening: Opening, *communes: str) -> None:
    """Another version of the same scheme, whose upper cells are of one kind."""
    cells = by_commune("EPCI", {one: one for one in communes})
    record = CellSchemeRecord(title="Communes", cells=cells)
    saved(opening.place.store, opening.owner, record)


@pytest.fixture
def small(opening: Opening) -> Opening:
    """Twelve homes of a commune, one of a second, two of a third."""
    opening.territory.add(codes(1, 800), [ONE] * 12, insee="54357")
    opening.territory.add(codes(2, 900), [TWO] * 12, insee="54439")
    return opening


def test_looks_under_three_trees_tell_no_home_of_a_small_commune(small: Opening) -> None:
    pages = []
    for communes in (("54430",), ("54430", "54357"), ("54430", "54439")):
        saved_again(small, *communes)
        pages.append(small.preview())
    assert all(page.status_code == 200 for page in pages)
    assert not recovered(ONE, *pages) and not recovered(2 * TWO, *pages)
    assert not figures(*pages)


def test_a_home_that_joined_between_two_looks_is_not_their_difference(opening: Opening) -> None:
    saved_again(opening, "54430")
    before = opening.preview()
    opening.territory.add(codes(1, 800), [ONE] * 12)
    assert not recovered(ONE, before, opening.preview())


def test_one_correction_between_two_looks_is_not_their_difference(opening: Opening) -> None:
    saved_again(opening, "54430")
    before = opening.preview()
    opening.territory.measure(codes(1), [1_000_000 + ONE], at=NOW + timedelta(hours=1))
    assert not recovered(ONE, before, opening.preview())


def test_recorded_sums_hold_the_year_to_their_tree(small: Opening) -> None:
    """The same three trees, each asked to record: the first wins, and the others tell nothing."""
    pages = []
    for communes in (("54430",), ("54430", "54357"), ("54430", "54439")):
        saved_again(small, *communes)
        small.record()
        pages.append(small.preview())
    assert not recovered(ONE, *pages) and not recovered(2 * TWO, *pages)
    assert set(figures(*pages)) == {12_000.0}


def test_a_home_that_joined_or_changed_after_the_sums_were_recorded_stays_in_them(
    opening: Opening,
) -> None:
    saved_again(opening, "54430")
    before = opening.recorded()
    opening.territory.add(codes(1, 800), [ONE] * 12)
    joined = opening.recorded()
    opening.territory.measure(codes(1), [1_000_000 + ONE], at=NOW + timedelta(hours=1))
    assert opening.record().status_code == 409
    assert set(figures(before, joined, opening.preview())) == {12_000.0}


def test_sums_that_are_recorded_stand_in_the_journal_of_each_owner(opening: Opening) -> None:
    assert not journal(opening, "aggregate.released")
    opening.preview()
    assert not journal(opening, "aggregate.released")
    opening.record()
    (told,) = journal(opening, "aggregate.released")
    assert told.owner == "cc-une"


def test_a_tree_changed_between_look_and_record_is_refused_with_what_to_do(
    opening: Opening,
) -> None:
    shown = opening.preview()
    version = hidden(shown, "version")
    saved_again(opening, "54430")
    assert version == "1"
    answer = opening.record(version=version)
    assert answer.status_code == 303 and "change=1" in answer.headers["location"]
    told = opening.browser("signer").get(answer.headers["location"])
    assert told.status_code == 422
    assert "Version du découpage" in told.text and "regardez de nouveau" in told.text
    assert not journal(opening, "aggregate.released")


def test_the_version_of_the_tree_is_in_what_is_signed(opening: Opening) -> None:
    opening.sign()
    book = opening.place.app.state.house.publication.publications
    known = book.read(opening.owner.caller, opening.dataset, now=NOW).publication
    assert known.terms.scheme_version == 1


def test_recorded_sums_under_another_licence_are_recorded_again(opening: Opening) -> None:
    opening.record()
    other = opening.preview(licence="odbl-1.0")
    assert "autre licence" in other.text and "Continuer vers la signature" not in other.text
    assert opening.sign(licence="odbl-1.0").status_code == 303
    (found,) = opening.place.http.get("/open/releases").json()["items"]
    assert (found["version"], found["licence"]) == (2, "odbl-1.0")


def test_a_program_opens_recorded_sums_without_a_new_version(opening: Opening) -> None:
    opening.record()
    made = publish(opening.place.store, opening.owner, opening.scheme, "2025-01", open_data=True)
    assert made.version == 1
    found = opening.place.http.get("/open/releases").json()["items"]
    assert [one["id"] for one in found] == [made.id]


def test_nobody_records_without_the_role_or_the_token(opening: Opening) -> None:
    sent = opening.typed()
    for role, expected in (("reader", 403), ("agent", 403)):
        browser = opening.browser(role)
        token = token_of(browser.get("/public"))
        answer = browser.post("/publications/sommes", data=sent | {"_csrf": token}, headers=SAME)
        assert answer.status_code == expected
    signer = opening.browser("signer")
    assert signer.post("/publications/sommes", data=sent, headers=SAME).status_code == 409
    other = opening.browser("signer", "cc-autre")
    token = token_of(other.get("/public"))
    answer = other.post("/publications/sommes", data=sent | {"_csrf": token}, headers=SAME)
    assert answer.status_code == 404
    assert not journal(opening, "aggregate.released")
