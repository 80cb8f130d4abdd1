"""Who may not do and see what of a joint study: bodies, strangers, narrowed tokens, parts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import true

from synergie.errors import NotAllowed, NotFound
from synergie.lighting.exchange.comparisons import Comparisons
from synergie.lighting.exchange.parts import StudyParts
from synergie.lighting.exchange.studies import JointStudies
from synergie.lighting.exchange.voices import Voices
from synergie.lighting.exchange.weighings import Weighings
from synergie.lighting.policy.view import Views
from synergie.lighting.records.exchange import JointStudyRecord
from synergie.lighting.storage._tables import LightingPartRow
from synergie.schemas.plan import Phrase
from synergie.storage import scope as _scope
from synergie.storage.store import Store
from tests.exchange.people import NOW, body
from tests.exchange.studying import BODIES, Studying, owned, request, study
from tests.server import lighting


@pytest.fixture
def made(store: Store) -> Studying:
    return Studying.of(store)


def test_a_body_does_not_do_what_its_coordinator_does(made: Studying) -> None:
    kept = made.ready().proposed()
    who, store = made.bodies["aulnes"].caller, made.store
    record = JointStudyRecord.model_validate(lighting.record())
    acts: tuple[Callable[[], Any], ...] = (
        lambda: JointStudies(store).change(who, made.id, record, now=NOW),
        lambda: JointStudies(store).invite(who, made.id, ("aulnes",), now=NOW),
        lambda: Comparisons(store).inputs(who, made.id, now=NOW),
        lambda: Comparisons(store).page(who, made.id, now=NOW),
        lambda: Comparisons(store).keep(who, made.id, request(study()), now=NOW),
        lambda: Comparisons(store).read(who, made.id, kept, now=NOW),
        lambda: Comparisons(store).problem_of(who, made.id, kept, now=NOW),
        lambda: StudyParts(store).page(who, made.id, kept, now=NOW),
        lambda: Weighings(store).voices(who, made.id, kept, now=NOW),
    )
    for act in acts:
        with pytest.raises(NotAllowed, match="other_party"):
            act()


def test_bodies_see_themselves_and_strangers_nothing(made: Studying) -> None:
    kept = made.ready().proposed()
    book = JointStudies(made.store)
    seen = book.read(made.bodies["aulnes"].caller, made.id, now=NOW)
    assert ([one.body for one in seen.bodies], seen.n_bodies) == (["aulnes"], 3)
    assert "bouleaux" not in seen.model_dump_json()
    stranger = body(made.store, "etranger").caller
    assert book.page(stranger, now=NOW).items == ()
    reads: tuple[Callable[[], Any], ...] = (
        lambda: book.read(stranger, made.id, now=NOW),
        lambda: Comparisons(made.store).inputs(stranger, made.id, now=NOW),
        lambda: StudyParts(made.store).read(stranger, made.id, kept, now=NOW),
        lambda: Voices(made.store).read(stranger, made.id, kept, now=NOW),
        lambda: Weighings(made.store).read(stranger, made.id, kept, now=NOW),
    )
    for read in reads:
        with pytest.raises(NotFound):
            read()


def test_a_narrowed_token_sees_no_joint_study(made: Studying) -> None:
    made.ready()
    only = frozenset({made.agreements["aulnes"].id})
    for who in (made.coordinator.caller, made.bodies["aulnes"].caller):
        with pytest.raises(NotAllowed, match="token_narrower"):
            JointStudies(made.store).read(replace(who, agreements=only), made.id, now=NOW)


def _with(record: Any, **more: Any) -> Any:
    return record.model_copy(update=more)


def _leaks(made: Studying) -> list[tuple[str, str]]:
    """What the part of each body holds that it may not: (body, text)."""
    found = lighting.compared(study())
    said = Phrase(text="of {}", values=("chenes",))
    first, *rest = found.scenarios
    told = _with(first.indicators[0], source=said)
    first = _with(first, indicators=(told, *first.indicators[1:]))
    plain = Phrase(text="a sentence of ours")
    found = _with(found, scenarios=(first, *rest), assumptions=(said, plain))
    kept = made.ready().keep(study(), comparison=found)
    made.act("propose", kept)
    leaks = []
    for owner in BODIES:
        text = made.part(owner, kept).model_dump_json()
        assert f"A-{owner}-1" in text, "or nothing is looked at"
        assert "a sentence of ours" in text
        others = [one for one in BODIES if one != owner]
        hidden = [what for one in others for what in (one, f"A-{one}", owned(one)[2])]
        mine = {one.bill_eur for one in found.bodies if one.body == owner}
        bills = {one.bill_eur for one in found.bodies if one.body != owner} - mine
        hidden += [f'"{one}"' for one in bills]
        leaks += [(owner, what) for what in hidden if what in text]
    return leaks


def test_no_part_holds_what_is_of_another_body(made: Studying) -> None:
    assert _leaks(made) == []


def test_a_part_that_says_too_much_is_found(
    made: Studying, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Views._view

    def wide(self: Views, owner: str) -> Any:
        """The fault planted: the cabinets of everybody."""
        told = whole(self, owner)
        every = self.comparison.scenarios[0].cabinets
        first = told.scenarios[0].model_copy(update={"cabinets": every})
        return told.model_copy(update={"scenarios": (first, *told.scenarios[1:])})

    monkeypatch.setattr(Views, "_view", wide)
    assert ("aulnes", "A-bouleaux") in _leaks(made)


def test_of_a_commune_that_two_bodies_light_no_effect_is_told(made: Studying) -> None:
    made.ready()
    both = lighting.study(owned("aulnes"), owned("aulnes", 2, commune="54150"), owned("bouleaux"))
    kept = made.proposed(both)
    aulnes, bouleaux = (made.part(one, kept).view for one in ("aulnes", "bouleaux"))
    assert [one.insee_code for one in aulnes.scenarios[0].communes] == ["54115"]
    assert bouleaux.scenarios[0].communes == ()
    assert (aulnes.shared, bouleaux.shared) == (("54150",), ("54150",))


def test_a_rule_that_opens_every_part_does_not_open_one_to_another_body(
    made: Studying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two locks: the rule of the table, and the part that is looked for is the caller's."""
    kept = made.ready().proposed()
    outsider = body(made.store, "etranger").caller
    rules: dict[Any, Any] = _scope._RULES
    monkeypatch.setitem(rules, LightingPartRow, lambda _: true())
    with pytest.raises(NotFound):
        StudyParts(made.store).read(outsider, made.id, kept, now=NOW)
    assert made.part("aulnes", kept).body == "aulnes"


def test_once_an_agreement_ended_no_list_tells_what_its_assets_cost(made: Studying) -> None:
    kept = made.ready().proposed()
    pays = {one.bill_eur for one in made.part("aulnes", kept).view.scenarios}
    assert None not in pays
    made.revoke("aulnes")
    who = made.coordinator.caller
    told = StudyParts(made.store).page(who, made.id, kept, now=NOW).items
    assert [one.body for one in told] == sorted(BODIES)
    some = [scenario for one in told for scenario in one.view.scenarios]
    assert {(one.bill_eur, one.investment_eur) for one in some} == {(None, None)}
