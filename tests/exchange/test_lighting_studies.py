"""The story of a joint study: agreements, comparisons, parts, voices, what is retained; who not."""

from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.lighting.exchange.comparisons import Comparisons
from synergie.lighting.exchange.options import OptionsBook
from synergie.lighting.exchange.parts import StudyParts
from synergie.lighting.plan.compare import compare
from synergie.lighting.policy.sums import compute_body_totals
from synergie.lighting.records.options import OptionsRecord
from synergie.lighting.records.study import LightingStudy
from synergie.schemas.plan_bytes import build_canonical_bytes, digest
from synergie.storage.store import Store
from tests.exchange.people import NOW, body
from tests.exchange.studying import BODIES, Studying, owned, study
from tests.server import lighting


@pytest.fixture
def made(store: Store) -> Studying:
    return Studying.of(store)


def test_three_communes_study_together_from_the_invitation_to_what_is_retained(
    made: Studying,
) -> None:
    kept = made.ready().proposed()
    for owner in BODIES:
        told = made.part(owner, kept)
        for scenario in told.view.scenarios:
            assert [one.cabinet for one in scenario.cabinets] == [f"A-{owner}-1"]
            assert [one.insee_code for one in scenario.communes] == [owned(owner)[2]]
            assert scenario.bill_eur == scenario.cabinets[0].bill_eur is not None
        assert not told.spoke
        made.speak(owner, kept)
        assert made.part(owner, kept).spoke
    assert made.act("collect").state == "collected"
    for owner in BODIES:
        made.answer(owner, kept)
    done = made.act("adopt", kept, "s2")
    assert (done.state, done.comparison, done.scenario, done.proposed) == (
        "adopted", kept, "s2", None,
    )  # fmt: skip
    assert [step.act for step in done.history] == ["create", "propose", "collect", "adopt"]
    assert made.part("aulnes", kept).retained == "s2"
    assert made.act("adopt", kept, "s2") == done


def test_who_opens_nothing_is_missing_with_the_reason_and_sees_nothing(made: Studying) -> None:
    made.agree("aulnes")
    made.agree("bouleaux", purpose="joint_maintenance")
    told = made.inputs()
    assert [(one.body, one.cabinets, one.light_points) for one in told.opened] == [("aulnes", 2, 2)]
    assert {one.body: one.reason for one in told.missing} == {
        "bouleaux": "no_agreement",
        "chenes": "no_agreement",
    }
    with pytest.raises(BadInput, match="/problem/cabinets/1/body"):
        made.keep(study())
    kept = made.proposed(study(("aulnes",)))
    for left_out in ("bouleaux", "chenes"):
        with pytest.raises(NotFound):
            made.part(left_out, kept)


def _row(fault: str) -> tuple[str, str, str, str]:
    rows = {
        "closed cabinet": owned("aulnes", 2),
        "absent cabinet": owned("aulnes", cabinet="A-none"),
        "cabinet of another": owned("aulnes", cabinet="A-bouleaux-1"),
        "closed light": owned("aulnes", light="L-aulnes-2"),
        "absent light": owned("aulnes", light="L-none"),
        "light of another": owned("aulnes", light="L-bouleaux-1"),
    }
    return rows[fault]


@pytest.mark.parametrize(
    "fault",
    [
        "closed cabinet", "absent cabinet", "cabinet of another",
        "closed light", "absent light", "light of another",
    ],
)  # fmt: skip
def test_what_is_not_opened_is_refused_as_what_does_not_exist(made: Studying, fault: str) -> None:
    made.agree("aulnes", cabinets=made.cabinets["aulnes"][:1])
    made.agree("bouleaux")
    asked = lighting.study(_row(fault))
    with pytest.raises(BadInput) as caught:
        made.keep(asked)
    kind = "lights" if fault.endswith("light") or "light of" in fault else "cabinets"
    assert caught.value.where == f"/problem/{kind}/0/id"
    what = "a light point that one body" if kind == "lights" else "a cabinet that its body"
    assert caught.value.expected == f"{what} opens to you now"


def test_a_group_of_luminaires_is_under_a_cabinet_that_is_open(made: Studying) -> None:
    made.agree("aulnes")
    whole = lighting.study(owned("aulnes", light="SHP 100 W, centre"))
    many = whole.lights[0].model_copy(update={"count": 40})
    made.keep(whole.model_copy(update={"lights": (many,)}))
    loose = many.model_copy(update={"cabinet": None})
    with pytest.raises(BadInput, match="/problem/lights/0/id"):
        made.keep(whole.model_copy(update={"lights": (loose,)}))


def test_two_bodies_may_name_a_cabinet_alike(made: Studying) -> None:
    made.ready()
    named = [
        owned(one, cabinet=f"{one}:A-{one}-1", light=f"{one}:L-{one}-1")
        for one in ("aulnes", "bouleaux")
    ]
    kept = made.proposed(lighting.study(*named))
    (cabinet,) = made.part("aulnes", kept).view.scenarios[0].cabinets
    assert cabinet.cabinet == "aulnes:A-aulnes-1"
    with pytest.raises(BadInput, match="/problem/cabinets/0/id"):
        made.keep(lighting.study(owned("aulnes", cabinet="bouleaux:A-bouleaux-1")))


def test_a_luminaire_without_cabinet_is_of_the_one_body_that_opens_it(made: Studying) -> None:
    made.ready()
    whole = study()
    loose = whole.lights[0].model_copy(update={"cabinet": None, "insee_code": "54115"})
    asked = whole.model_copy(update={"lights": (loose, *whole.lights[1:])})
    kept = made.proposed(asked)
    (commune,) = made.part("aulnes", kept).view.scenarios[0].communes
    assert commune.insee_code == "54115"


def test_a_comparison_is_reproduced_from_what_is_stored_byte_for_byte(made: Studying) -> None:
    kept = made.ready().proposed()
    book, who = Comparisons(made.store), made.coordinator.caller
    whole = book.read(who, made.id, kept, now=NOW)
    told = book.problem_of(who, made.id, kept, now=NOW)
    assert build_canonical_bytes(told.problem) == build_canonical_bytes(study())
    assert told.problem_sha256 == whole.problem_sha256 == digest(study())
    again = compare(
        LightingStudy.model_validate_json(build_canonical_bytes(told.problem)), cabinets=True
    )
    assert whole.comparison is not None
    assert build_canonical_bytes(again) == build_canonical_bytes(whole.comparison)
    assert digest(again) == whole.comparison_sha256


def test_a_revocation_closes_study_and_comparison_at_the_next_request(made: Studying) -> None:
    kept = made.ready().proposed()
    revoked = made.revoke("chenes")
    book, who = Comparisons(made.store), made.coordinator.caller
    assert [(one.body, one.reason) for one in made.inputs().missing] == [("chenes", "ended")]
    reads: tuple[Any, ...] = book.read, book.problem_of
    for read in reads:
        with pytest.raises(NotAllowed, match="ended") as caught:
            read(who, made.id, kept, now=NOW)
        assert caught.value.agreement == revoked
    made.act("collect")
    with pytest.raises(Conflict, match="stale"):
        made.act("propose", kept)
    with pytest.raises(BadInput, match="/problem/cabinets/2/body"):
        made.keep(study())
    assert made.part("chenes", kept).view.scenarios[0].cabinets, "its own part stays its own"
    made.act("propose", made.keep(study(("aulnes", "bouleaux"))))


def test_scenarios_take_from_the_options_as_they_were_published_last(made: Studying) -> None:
    made.ready()
    cheaper = lighting.LED | {"price_eur": "400.00"}
    with pytest.raises(BadInput, match="/problem/retrofits/0"):
        made.keep(study(retrofits=[cheaper]))
    later = [lighting.NIGHT, lighting.OFF | {"spans": [{"starts": "01:00", "ends": "05:00"}]}]
    with pytest.raises(BadInput, match="/problem/schedules/1"):
        made.keep(study(schedules=later))
    first = made.keep(study())
    made.publish(retrofits=[cheaper])
    with pytest.raises(BadInput, match="/problem/retrofits/0"):
        made.keep(study())
    second = made.keep(study(retrofits=[cheaper]))
    book, who = Comparisons(made.store), made.coordinator.caller
    taken = [book.read(who, made.id, one, now=NOW).options for one in (first, second)]
    assert len(set(taken)) == 2


def test_options_that_are_published_meanwhile_make_a_comparison_stale(
    made: Studying, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.ready()
    whole = compute_body_totals

    def meanwhile(*args: Any) -> Any:
        made.publish(source="accord-cadre de 2027")
        return whole(*args)

    monkeypatch.setattr("synergie.lighting.exchange.comparisons.compute_body_totals", meanwhile)
    with pytest.raises(Conflict, match="stale"):
        made.keep(study())
    assert Comparisons(made.store).page(made.coordinator.caller, made.id, now=NOW).items == ()


def test_options_are_versions_that_every_body_reads_and_nobody_else(made: Studying) -> None:
    book, who = OptionsBook(made.store), made.coordinator.caller
    first = made.publish()
    assert made.publish() == first, "the same again is the same version"
    second = made.publish(source="avenant de 2027")
    chenes = made.bodies["chenes"].caller
    told = book.page(chenes, made.id, now=NOW).items
    assert {(one.id, one.version, one.record) for one in told} == {
        (first, 1, None), (second, 2, None),
    }  # fmt: skip
    read = book.read(chenes, made.id, second, now=NOW)
    assert read.record is not None
    assert digest(read.record) == read.sha256
    stranger = body(made.store, "etranger").caller
    with pytest.raises(NotFound):
        book.read(stranger, made.id, second, now=NOW)
    options = OptionsRecord(retrofits=(), schedules=(), source="x")
    with pytest.raises(NotAllowed, match="other_party"):
        book.publish(chenes, made.id, options, now=NOW)
    made.act("close")
    with pytest.raises(Conflict, match="closed"):
        book.publish(who, made.id, options, now=NOW)


def _wrong(fault: str) -> dict[str, Any]:
    """*fault* planted in a comparison that holds."""
    found = lighting.compared(study())
    first, *rest = found.scenarios
    cabinet, *cabinets = first.cabinets
    pays, *others = found.bodies
    assert pays.bill_eur is not None
    more_eur = pays.bill_eur + Decimal("0.01")
    energy = first.indicators[0]
    assert energy.criterion == "energy"
    assert energy.value is not None
    more = energy.model_copy(update={"value": energy.value + 0.001})
    places: dict[str, dict[str, Any]] = {
        "digest": {"study_digest": "0" * 64},
        "scenario": {"scenarios": tuple(rest)},
        "cabinet": {"scenarios": (_with(first, cabinets=tuple(cabinets)), *rest)},
        "bill": {"bodies": (_with(pays, bill_eur=more_eur), *others)},
        "energy": {"scenarios": (_with(first, indicators=(more, *first.indicators[1:])), *rest)},
        "payer": {"bodies": tuple(others)},
        "kwh": {
            "scenarios": (_with(first, cabinets=(_with(cabinet, energy=()), *cabinets)), *rest)
        },
        "beaten": {"dominated": ({"scenario": "s2", "by": "s0"},)},
    }
    return places[fault]


def _with(record: Any, **more: Any) -> Any:
    return record.model_copy(update=more)


@pytest.mark.parametrize(
    "fault", ["digest", "scenario", "cabinet", "bill", "energy", "payer", "kwh", "beaten"]
)
def test_a_comparison_whose_sums_do_not_add_up_is_not_kept(made: Studying, fault: str) -> None:
    found = lighting.compared(study())
    values = {name: getattr(found, name) for name in type(found).model_fields} | _wrong(fault)
    with pytest.raises(BadInput) as caught:
        made.ready().keep(study(), comparison=type(found).model_validate(values))
    assert caught.value.where == "/comparison"


@pytest.mark.parametrize(
    "bounds",
    [
        [lighting.BOUNDS[0], lighting.BOUNDS[0]],
        [lighting.BOUNDS[0] | {"worst": 0.0, "best": 1000.0}],
        [lighting.BOUNDS[0] | {"criterion": "legal"}],
    ],
    ids=["twice", "turned round", "a constraint"],
)
def test_scales_that_do_not_fit_are_refused(made: Studying, bounds: list[dict[str, Any]]) -> None:
    with pytest.raises(BadInput, match="/bounds"):
        made.ready().keep(study(), bounds=tuple(bounds))


def test_a_scenario_is_retained_once_each_body_has_accepted_it(made: Studying) -> None:
    kept = made.ready().collected()
    with pytest.raises(Conflict, match="not answered"):
        made.act("adopt", kept, "s2")
    first = made.answer("aulnes", kept, "decline", reason="Le conseil s'y oppose")
    assert made.answer("aulnes", kept, "decline") == first
    with pytest.raises(Conflict, match="decline"):
        made.answer("aulnes", kept)
    made.answer("bouleaux", kept)
    made.answer("chenes", kept, scenario="s1")
    with pytest.raises(Conflict, match="declined"):
        made.act("adopt", kept, "s2")
    book = StudyParts(made.store)
    for owner in ("aulnes", "chenes"):
        assert book.withdraw(made.bodies[owner].caller, made.id, kept, now=NOW).answer is None
    with pytest.raises(Conflict, match="another part"):
        made.answer("aulnes", kept, part_sha256="0" * 64)
    with pytest.raises(BadInput, match="/scenario"):
        made.answer("aulnes", kept, scenario="s9")
    for owner in ("aulnes", "chenes"):
        made.answer(owner, kept)
    made.act("adopt", kept, "s2")
    with pytest.raises(Conflict, match="adopted"):
        book.withdraw(made.bodies["aulnes"].caller, made.id, kept, now=NOW)


def test_what_breaks_a_hard_constraint_is_not_retained(made: Studying) -> None:
    found = _with(lighting.compared(study()), excluded=("s1",), dominated=())
    kept = made.ready().keep(study(), comparison=found)
    made.act("propose", kept)
    assert [one.excluded for one in made.part("aulnes", kept).view.scenarios] == [
        False, True, False,
    ]  # fmt: skip
    made.act("collect")
    with pytest.raises(Conflict, match="excluded"):
        made.answer("aulnes", kept, scenario="s1")
    with pytest.raises(Conflict, match="excluded"):
        made.act("adopt", kept, "s1")


def test_proposed_anew_voices_stay_and_answers_go(made: Studying) -> None:
    kept = made.ready().collected()
    made.answer("aulnes", kept)
    assert made.act("propose", kept).state == "proposed"
    told = made.part("aulnes", kept)
    assert (told.spoke, told.answer) == (True, None)
    assert made.act("withdraw").state == "open"
    made.act("propose", kept)
    made.act("collect")
    assert len(made.voices(kept).groups) == 3


def test_another_scenario_takes_the_place_of_the_one_retained(made: Studying) -> None:
    kept = made.ready().adopted()
    assert made.act("propose", kept).scenario == "s2"
    assert made.act("withdraw").state == "adopted"
    made.act("propose", kept)
    made.act("collect")
    for owner in BODIES:
        made.answer(owner, kept, scenario="s1")
    done = made.act("adopt", kept, "s1")
    assert (done.state, done.scenario) == ("adopted", "s1")


@pytest.mark.parametrize(
    ("act", "comparison", "scenario", "where"),
    [
        ("propose", None, None, "/comparison"),
        ("close", "lcp_22222222222222222222", None, "/comparison"),
        ("adopt", "lcp_22222222222222222222", None, "/scenario"),
        ("propose", "lcp_22222222222222222222", "s1", "/scenario"),
    ],
)
def test_what_an_act_is_about_is_named_and_only_then(
    made: Studying, act: str, comparison: str | None, scenario: str | None, where: str
) -> None:
    with pytest.raises(BadInput) as caught:
        made.act(act, comparison, scenario)
    assert caught.value.where == where
