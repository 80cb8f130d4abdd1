"""Voices on a comparison: given once, withdrawn, weighed side by side; consultations that tell."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.once import Once
from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.journal import Journal
from synergie.lighting.exchange.comparisons import Comparisons
from synergie.lighting.exchange.consultations import Consultations
from synergie.lighting.exchange.parts import StudyParts
from synergie.lighting.exchange.studies import JointStudies
from synergie.lighting.exchange.voices import Voices
from synergie.lighting.exchange.weighings import Weighings
from synergie.lighting.records.voice import ConsultationRecord, WeighingRequest
from synergie.schemas.plan_bytes import digest
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body
from tests.exchange.studying import BODIES, Studying, council, request, study
from tests.proof.signers import Hand
from tests.server import lighting


@pytest.fixture
def made(store: Store) -> Studying:
    return Studying.of(store)


def _all(made: Studying) -> list[JournalRecord]:
    """The whole journal of the store."""
    with made.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        return [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]


def _accesses(made: Studying, who: Body) -> list[JournalRecord]:
    page = Journal(made.store, Hand()).accesses(who.caller, now=made.now)
    return [one.record for one in page.items]


def test_a_voice_is_given_once_and_may_be_withdrawn(made: Studying) -> None:
    kept = made.ready().proposed()
    first = made.speak("aulnes", kept)
    assert made.speak("aulnes", kept) == first, "the same again changes nothing"
    with pytest.raises(Conflict, match="withdraw the one you gave"):
        made.speak("aulnes", kept, council(order=[["energy"]]))
    book, who = Voices(made.store), made.bodies["aulnes"].caller
    assert book.read(who, made.id, kept, now=NOW) == first
    for _ in range(2):
        assert not book.withdraw(who, made.id, kept, now=NOW).spoke
    with pytest.raises(NotFound):
        book.read(who, made.id, kept, now=NOW)
    with pytest.raises(Conflict, match="another part"):
        made.speak("aulnes", kept, part_sha256="0" * 64)
    made.speak("aulnes", kept, council(order=[["energy"]]))
    told = [one.event for one in _all(made) if one.event.startswith("voice.")]
    assert told == ["voice.given", "voice.withdrawn", "voice.given"]


def test_nobody_else_reads_a_voice_while_voices_are_taken(made: Studying) -> None:
    kept = made.ready().proposed()
    made.speak("aulnes", kept, council(source="kanari-voix"))
    with pytest.raises(Conflict, match="proposed"):
        made.voices(kept)
    page = StudyParts(made.store).page(made.coordinator.caller, made.id, kept, now=NOW)
    assert [one.spoke for one in page.items] == [True, False, False]
    assert "kanari" not in page.model_dump_json()
    with pytest.raises(NotFound):
        Voices(made.store).read(made.bodies["chenes"].caller, made.id, kept, now=NOW)
    made.act("collect")
    told = made.voices(kept)
    assert told.voices is not None
    assert [one.group for one in told.voices.groups] == ["aulnes:conseil"]
    assert told.silent == ("bouleaux", "chenes")
    (seen,) = (one for one in _accesses(made, made.bodies["aulnes"]) if one.event == "voice.read")
    assert (seen.by, seen.owner, seen.subjects) == ("syndicat", "aulnes", (made.id, kept))


def test_voices_taken_anew_on_what_is_retained_are_read_once_they_are_collected(
    made: Studying,
) -> None:
    """Proposed again and withdrawn: what was said meanwhile is not collected."""
    kept = made.ready().adopted()
    assert len(made.voices(kept).groups) == 3
    made.act("propose", kept)
    who = made.bodies["aulnes"].caller
    Voices(made.store).withdraw(who, made.id, kept, now=NOW)
    made.speak("aulnes", kept, council(name="Conseil, de nouveau"))
    assert made.act("withdraw").state == "adopted"
    with pytest.raises(Conflict, match="adopted"):
        made.voices(kept)
    with pytest.raises(Conflict, match="adopted"):
        _keep(made, kept)
    made.act("propose", kept)
    made.act("collect")
    assert "Conseil, de nouveau" in {one.name for one in made.voices(kept).groups}


def test_once_voices_are_collected_none_is_given_nor_withdrawn(made: Studying) -> None:
    kept = made.ready().proposed()
    made.speak("aulnes", kept)
    made.act("collect")
    with pytest.raises(Conflict, match="collected"):
        made.speak("bouleaux", kept)
    with pytest.raises(Conflict, match="collected"):
        Voices(made.store).withdraw(made.bodies["aulnes"].caller, made.id, kept, now=NOW)


_PEOPLE = {"kind": "citizens", "group": "habitants", "name": "Habitants"}


def _range(criterion: str, low: float, high: float) -> dict[str, Any]:
    return {"criterion": criterion, "low": low, "high": high}


@pytest.mark.parametrize(
    ("group", "where"),
    [
        (_PEOPLE | {"respondents": 9}, "/groups/0"),
        (_PEOPLE, "/groups/0"),
        (_PEOPLE | {"respondents": 12, "ballots": [["energy"]] * 12}, "/groups/0"),
        ({"order": []}, "/groups/0"),
        ({"order": [["energy"], ["energy"]]}, "/groups/0/order"),
        ({"order": [["carbon"]]}, "/groups/0/order"),
        ({"group": "g" * 60}, "/groups/0/group"),
        ({"weights": [_range("energy", 0.9, 0.1)]}, "/groups/0/weights"),
        ({"weights": [_range("energy", 0.6, 1.0)]}, "/groups/0/weights"),
        ({"weights": [_range("dark_hours", 0.0, 0.3)]}, "/groups/0/weights"),
    ],
    ids=[
        "nine people", "nobody says how many", "orders of single people", "nothing",
        "a criterion twice", "without a scale", "too long a name",
        "upside down", "against its order", "not one in all",
    ],
)  # fmt: skip
def test_what_may_not_be_weighed_is_refused_with_its_place(
    made: Studying, group: dict[str, Any], where: str
) -> None:
    kept = made.ready().proposed()
    with pytest.raises(BadInput) as caught:
        made.speak("aulnes", kept, council(**group))
    assert caught.value.where == where


def test_ten_people_are_a_group(made: Studying) -> None:
    kept = made.ready().proposed()
    said = made.speak("aulnes", kept, council(), council(**_PEOPLE, respondents=10))
    assert [one.group for one in said.groups] == ["conseil", "habitants"]
    with pytest.raises(BadInput, match="/groups/1/group"):
        made.speak("bouleaux", kept, council(), council())


def _keep(made: Studying, kept: str, **more: Any) -> Any:
    groups = [one.group for one in made.voices(kept).groups]
    values = lighting.weighed(groups)
    values["weighing"] |= more
    body_ = WeighingRequest.model_validate(values)
    who = made.coordinator.caller
    return Weighings(made.store).keep(who, made.id, kept, body_, now=NOW)


def test_a_weighing_is_told_to_every_body_side_by_side(made: Studying) -> None:
    kept = made.ready().collected()
    done = _keep(made, kept)
    for owner in BODIES:
        who = made.bodies[owner].caller
        read = Weighings(made.store).read(who, made.id, kept, now=NOW)
        assert (read.groups, read.kept_at) == (done.groups, done.kept_at)
        assert [one.first for one in read.weighing.groups] == [
            one.first for one in done.weighing.groups
        ]
    who = made.coordinator.caller
    assert Weighings(made.store).read(who, made.id, kept, now=NOW) == done
    assert [one.group for one in done.groups] == [f"{one}:conseil" for one in BODIES]
    assert "séance" not in done.model_dump_json(), "what a council wrote is its own"
    assert _keep(made, kept) == done
    made.act("propose", kept)
    with pytest.raises(NotFound):
        Weighings(made.store).read(made.bodies["aulnes"].caller, made.id, kept, now=NOW)


def test_a_body_reads_of_a_weighing_what_follows_in_tenths(made: Studying) -> None:
    """The weight at which another scenario is first is an equation of totals that are withheld."""
    kept = made.ready().collected()
    flip = {"criterion": "energy", "from_weight": 0.5, "to_weight": 0.123456, "scenario": "s1"}
    share = {"half_width": 0.0123, "central_weights": [0.4, 0.6]}
    groups = lighting.weighed(["aulnes:conseil", "bouleaux:conseil", "chenes:conseil"])
    told = groups["weighing"]["groups"]
    told = [one | {"flips": [flip], "ranks": [row | share for row in one["ranks"]]} for one in told]
    pair = {"groups": ["aulnes:conseil", "chenes:conseil"], "tau": 0.333, "both_first": "s2"}
    done = _keep(made, kept, groups=told, agreements=[pair])
    assert done.weighing.detail == "whole" and done.weighing.groups[0].flips
    read = Weighings(made.store).read(made.bodies["aulnes"].caller, made.id, kept, now=NOW)
    said = read.model_dump_json()
    for hidden in ("0.123456", "0.0123", "0.333", done.weighing.inputs_digest):
        assert hidden not in said
    assert read.weighing.detail == "rounded"
    assert read.weighing.inputs_digest == made.part("aulnes", kept).view.seal
    assert read.weighing_sha256 == digest(read.weighing) != done.weighing_sha256
    shares = [share for one in read.weighing.groups for row in one.ranks for share in row.ranks]
    assert all(share == round(share, 1) for share in shares)
    assert not [one for one in read.weighing.groups if one.flips]


def test_voices_on_one_comparison_are_collected_twice_at_most(made: Studying) -> None:
    """Who varies its voice and reads each time what follows works out the totals."""
    kept = made.ready().collected()
    made.act("propose", kept)
    made.act("collect")
    made.act("propose", kept)
    with pytest.raises(Conflict, match="collected"):
        made.act("collect")
    again = made.proposed()  # another comparison, which is the coordinator's to make
    assert made.act("collect").proposed == again


def test_a_voice_has_one_limit_for_a_criterion(made: Studying) -> None:
    kept = made.ready().proposed()
    vetoes = [[{"criterion": "energy", "limit": n, "reason": "trop"}] for n in (1.0, 2.0)]
    first, second = council(vetoes=vetoes[0]), council(**_PEOPLE, vetoes=vetoes[1], respondents=10)
    with pytest.raises(BadInput, match="/groups"):
        made.speak("aulnes", kept, first, second)


def _group(**more: Any) -> dict[str, Any]:
    one: dict[str, Any] = lighting.weighed(["aulnes:conseil"])["weighing"]["groups"][0]
    return one | more


def _groups(first: dict[str, Any]) -> list[dict[str, Any]]:
    rest = lighting.weighed(["bouleaux:conseil", "chenes:conseil"])["weighing"]["groups"]
    return [first, *rest]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"groups": []}, "not the groups that spoke"),
        ({"scenarios": ["s9"]}, "none of the comparison"),
        ({"criteria": ["energy"]}, "not one scale"),
        ({"robust": []}, "is first often enough"),
        ({"groups": _groups(_group(weights_mean=[0.4, 0.4]))}, "do not make one"),
        ({"groups": _groups(_group(first=None))}, "more often first"),
        ({"groups": _groups(_group(ranks=[{"scenario": "s2", "ranks": [0.5], "half_width": 0.0}]))},
         "do not make one"),
        ({"agreements": [{"groups": ["aulnes:conseil", "chenes:conseil"], "tau": 1.0,
                          "both_first": None}]}, "not what is first for both"),
    ],
    ids=["groups", "scenario", "scale", "robust", "weights", "first", "ranks", "agreement"],
)  # fmt: skip
def test_a_weighing_that_does_not_hold_is_not_kept(
    made: Studying, more: dict[str, Any], told: str
) -> None:
    kept = made.ready().collected()
    with pytest.raises(BadInput, match=told) as caught:
        _keep(made, kept, **more)
    assert caught.value.where == "/weighing"


def test_a_scenario_beyond_a_veto_is_taken_out_for_its_group(made: Studying) -> None:
    kept = made.ready().proposed()
    veto = {"criterion": "energy", "limit": 0.001, "reason": "trop"}
    made.speak("aulnes", kept, council(vetoes=[veto]))
    made.act("collect")
    with pytest.raises(BadInput, match="beyond its veto"):
        _keep(made, kept)


def test_a_body_without_a_part_reads_no_weighing(made: Studying) -> None:
    made.agree("aulnes")
    made.agree("bouleaux")
    kept = made.proposed(study(("aulnes", "bouleaux")))
    made.speak("aulnes", kept)
    made.act("collect")
    _keep(made, kept)
    with pytest.raises(NotFound):
        Weighings(made.store).read(made.bodies["chenes"].caller, made.id, kept, now=NOW)


def _published(made: Studying, owner: str, **more: Any) -> Any:
    record = ConsultationRecord.model_validate(lighting.consulted(**more))
    who = made.bodies[owner].caller
    return Consultations(made.store).publish(who, made.id, record, now=NOW)


def test_a_consultation_is_published_once_and_read_by_every_body(made: Studying) -> None:
    done = _published(made, "aulnes")
    assert _published(made, "aulnes") == done
    more_said = lighting.consulted()["result"]["groups"]
    more_said[0] = more_said[0] | {"answers": 31}
    with pytest.raises(Conflict, match="published"):
        _published(made, "aulnes", answers=43, groups=more_said)
    book = Consultations(made.store)
    for who in (made.coordinator, made.bodies["chenes"]):
        assert [one.id for one in book.page(who.caller, made.id, now=NOW).items] == [done.id]
        assert book.read(who.caller, made.id, done.id, now=NOW) == done
    stranger = body(made.store, "etranger").caller
    for act in (
        lambda: book.read(stranger, made.id, done.id, now=NOW),
        lambda: book.page(stranger, made.id, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()


_ROWS = lighting.consulted()["result"]["groups"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"answers": 39, "groups": [_ROWS[0], _ROWS[1] | {"answers": 9}]}, "one to nine people"),
        ({"answers": 45}, "a rest of one to nine"),
        ({"answers": 30}, "more than all"),
        ({"groups": [*_ROWS, _ROWS[0] | {"insee_code": "54430", "answers": 25}]}, "a rest of"),
        ({"groups": [*_ROWS, _ROWS[0]]}, "a group twice"),
        ({"groups": [_ROWS[0] | {"group": "autres"}, _ROWS[1]]}, "nobody could choose"),
        ({"groups": [*_ROWS, _ROWS[0] | {"insee_code": "75056"}]}, "a commune that nobody"),
        ({"groups": [_ROWS[0] | {"first": [1.0]}, _ROWS[1]]}, "not one figure a question"),
        ({"consultation": "autre"}, "another consultation"),
    ],
    ids=["group", "rest", "sum", "rest of a commune", "twice", "group unknown", "commune unknown",
         "figures", "another"],
)  # fmt: skip
def test_a_result_in_which_few_people_could_be_found_is_refused(
    made: Studying, more: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        _published(made, "aulnes", **more)
    assert Consultations(made.store).page(made.coordinator.caller, made.id, now=NOW).items == ()


FIVE = (*BODIES, "douglas", "erables")


def test_totals_are_told_where_nobody_follows_from_them_and_once(store: Store) -> None:
    """The difference of two totals would tell of the one body that changed."""
    made = Studying.of(store, FIVE).ready()
    kept = made.proposed()
    told = made.part("aulnes", kept)
    assert [one.scenario for one in told.view.totals] == ["s0", "s1", "s2"]
    first = {one.criterion: one.value for one in told.view.totals[0].indicators}
    whole = lighting.compared(study(FIVE)).scenarios[0]
    asked = {one.criterion: one.value for one in whole.indicators}
    assert first["energy"] == asked["energy"]
    assert "priority_hours" not in first
    again = made.proposed(study(FIVE[:4]))
    assert made.part("aulnes", again).view.totals == ()
    assert made.part("aulnes", kept).view.totals == told.view.totals


def test_two_studies_that_share_a_body_tell_no_totals_to_subtract(store: Store) -> None:
    """In another year of works, too: what is as today is the same in both."""
    first = Studying.of(store, FIVE).ready()
    assert first.part("aulnes", first.proposed()).view.totals
    book, who = JointStudies(store), first.coordinator.caller
    rules = study().rules.model_dump(mode="json")
    for starts in (rules["starts"], rules["starts"] + 1):
        made = book.create(who, first.study.record, now=NOW)
        made = book.invite(who, made.id, FIVE[:4], now=NOW)
        again = replace(first, study=made)
        again.publish()
        kept = again.proposed(study(FIVE[:4], rules=rules | {"starts": starts}))
        assert again.part("aulnes", kept).view.totals == ()


def test_another_coordinator_of_the_same_bodies_tells_no_totals_to_subtract(store: Store) -> None:
    """What is as today is the same whoever compares."""
    first = Studying.of(store, FIVE).ready()
    assert first.part("aulnes", first.proposed()).view.totals
    other, book = body(store, "autre-syndicat"), JointStudies(store)
    made = book.create(other.caller, first.study.record, now=NOW)
    made = book.invite(other.caller, made.id, FIVE, now=NOW)
    again = replace(first, coordinator=other, study=made, agreements={}).ready()
    again.publish()
    assert again.part("aulnes", again.proposed()).view.totals == ()


def test_of_three_bodies_no_total_is_told(made: Studying) -> None:
    kept = made.ready().proposed()
    assert all(made.part(owner, kept).view.totals == () for owner in BODIES)


def test_a_scenario_of_one_body_alone_takes_its_totals_with_it(store: Store) -> None:
    """Its difference to the first would tell what it changes there."""
    made = Studying.of(store, FIVE).ready()
    scenarios = [
        {"id": "s0", "name": "S0"},
        {"id": "s1", "name": "S1", "actions": [{"communes": ["54430"], "schedule": "off"}]},
    ]
    kept = made.proposed(study(FIVE, scenarios=scenarios))
    additive = {"energy", "bill", "dark_hours", "energy_inhabitant"}
    for owner in FIVE:
        totals = made.part(owner, kept).view.totals
        told = {one.criterion for some in totals for one in some.indicators}
        assert bool(told & additive) == (owner == "chenes"), "it knows its own change"


def test_each_look_at_assets_is_recorded_for_their_owner_before_it_is_told(
    made: Studying, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.ready()
    aulnes, who, book = made.bodies["aulnes"], made.coordinator.caller, Comparisons(made.store)
    made.inputs()
    (seen,) = _accesses(made, aulnes)
    assert (seen.event, seen.dataset, seen.rows) == ("data.read", "assets", 2)
    kept = made.keep(study(("aulnes",)))
    for read in (book.read, book.problem_of):
        before = len(_accesses(made, aulnes))
        read(who, made.id, kept, now=NOW)
        assert len(_accesses(made, aulnes)) == before + 1
    assert len(_accesses(made, made.bodies["chenes"])) == 1, "the study names none of its assets"

    def full(*_: object, **__: object) -> None:
        raise Conflict("full", "room")

    monkeypatch.setattr(_seen, "append", full)
    for act in (made.inputs, lambda: book.read(who, made.id, kept, now=NOW)):
        with pytest.raises(Conflict, match="full"):
            act()


def test_a_part_that_is_read_is_recorded_and_each_step_is_told(made: Studying) -> None:
    kept = made.ready().collected()
    made.answer("aulnes", kept, reason="kanari-motif")
    told = _all(made)
    reads = {(one.by, one.subjects) for one in told if one.event == "part.read"}
    assert reads == {(owner, (made.id, kept)) for owner in BODIES}
    assert "kanari" not in " ".join(one.model_dump_json() for one in told)
    page = Changes(made.store).after(made.bodies["chenes"].caller, now=NOW)
    acts = [one.act for one in page.items if one.kind == "lighting_study"]
    assert acts == ["invited", "options", "proposed", "spoke", "collected"]


def test_the_same_request_twice_keeps_one_comparison(made: Studying) -> None:
    made.ready()
    once = Once(client="syndicat-app", key="k", request="POST /x", body_sha256="0" * 64)
    who, book = made.coordinator.caller, Comparisons(made.store)
    first, second = (
        book.keep(who, made.id, request(study()), once=once, now=NOW) for _ in range(2)
    )
    assert first == second
    assert len(book.page(who, made.id, now=NOW).items) == 1


def test_a_coordinator_studies_its_own_without_an_agreement(made: Studying) -> None:
    who = made.coordinator.caller
    JointStudies(made.store).invite(who, made.id, ("syndicat",), now=NOW)
    assert [one.body for one in made.inputs().opened] == ["syndicat"]
    with pytest.raises(NotAllowed):
        StudyParts(made.store).page(made.bodies["aulnes"].caller, made.id, "lcp_1", now=NOW)
