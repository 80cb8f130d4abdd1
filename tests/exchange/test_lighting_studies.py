"""The story of a joint study: agreements, comparisons, parts, voices, what is retained; who not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import true

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange.lighting_comparisons import Comparisons
from synergie.exchange.lighting_options import OptionsBook
from synergie.exchange.lighting_parts import StudyParts
from synergie.exchange.lighting_studies import JointStudies
from synergie.exchange.lighting_voices import Voices
from synergie.exchange.lighting_weighings import Weighings
from synergie.policy.lighting_view import Views
from synergie.scenarios.compare import compare
from synergie.schemas.lighting_exchange import JointStudyRecord
from synergie.schemas.lighting_options import OptionsRecord
from synergie.schemas.lighting_study import LightingStudy
from synergie.schemas.plan import Phrase
from synergie.schemas.purchase_bytes import canonical, digest
from synergie.storage import _scope
from synergie.storage._lighting_tables import LightingPartRow
from synergie.storage.store import Store
from tests.exchange.people import NOW, body
from tests.exchange.studying import BODIES, Studying, owned, request, study
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
    assert [(one.body, one.cabinets, one.light_points) for one in told.opened] == [
        ("aulnes", 2, 2)
    ]
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
    assert canonical(told.problem) == canonical(study())
    assert told.problem_sha256 == whole.problem_sha256 == digest(study())
    again = compare(LightingStudy.model_validate_json(canonical(told.problem)), cabinets=True)
    assert whole.comparison is not None
    assert canonical(again) == canonical(whole.comparison)
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
