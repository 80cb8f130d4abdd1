"""Where a joint study may go, and what its sums, results and weighings may tell. Pure."""

import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, combinations, pairwise, product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import Conflict
from synergie.lighting.policy.combined import without_whom
from synergie.lighting.policy.holdings import Holdings, build_holdings
from synergie.lighting.policy.lighting import ACTS, advance_study_state
from synergie.lighting.policy.people import result_faults, weight_faults
from synergie.lighting.policy.proof import faults
from synergie.lighting.policy.sums import (
    ADDED,
    COUNTED,
    FOLLOWS,
    MEANS,
    NEVER,
    PAID,
    compute_body_totals,
)
from synergie.lighting.policy.view import Views
from synergie.lighting.records.consultation import Consultation, ConsultationResult
from synergie.lighting.records.effects import LightingComparison, LightingCriterion
from synergie.lighting.records.exchange import JointStudyAct, JointStudyState
from synergie.lighting.records.weighing import GroupVoice
from synergie.policy.publication.group_sums import tells_no_pair
from tests.server import lighting

STATES: tuple[JointStudyState, ...] = get_args(JointStudyState.__value__)


@pytest.mark.parametrize(
    ("state", "act"), list(product(STATES, get_args(JointStudyAct.__value__))), ids=str
)
@pytest.mark.parametrize("retained", [False, True])
def test_a_step_leads_on_or_is_refused(
    state: JointStudyState, act: JointStudyAct, *, retained: bool
) -> None:
    if (state, act) not in ACTS:
        with pytest.raises(Conflict, match=state):
            advance_study_state(state, act, retained=retained)
        return
    after = advance_study_state(state, act, retained=retained)
    assert (after == "closed") == (act == "close")
    assert not retained or after != "open", "what is retained stays until another takes its place"


def test_every_state_can_be_reached_and_closed() -> None:
    assert {"open", *ACTS.values()} == set(STATES)
    assert {state for state, act in ACTS if act == "close"} == set(STATES) - {"closed"}


CODES = ("54115", "54150", "54430", "54357", "54339", "54318")


def _made(sizes: Sequence[int]) -> tuple[Any, LightingComparison, Holdings]:
    """A study in which body n has a group of as many luminaires as *sizes* says."""
    rows = [(f"b{n}", f"A{n}", CODES[n], f"L{n}") for n, _ in enumerate(sizes)]
    problem = lighting.study(*rows)
    lights = tuple(
        one.model_copy(update={"count": size})
        for one, size in zip(problem.lights, sizes, strict=True)
    )
    problem = problem.model_copy(update={"lights": lights})
    return problem, lighting.compared(problem), build_holdings(problem, {})


def test_the_sums_of_a_comparison_that_holds_are_right() -> None:
    problem, found, held = _made([1, 2, 3])
    assert faults(problem, found, held) == ()


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ([1, 1, 1, 1, 1], True),
        ([1, 1, 1, 1], False),
        ([1, 1, 1, 1, 40], False),
        ([5, 9, 4, 7, 1], True),
        ([5, 100, 4, 70, 1], False),
    ],
    ids=["five", "four", "one is most of it", "unlike", "two are most of it"],
)
def test_a_total_stands_on_three_others_beside_one_who_joins_and_on_none_of_them_alone(
    sizes: list[int], *, told: bool
) -> None:
    _, found, held = _made(sizes)
    sums = compute_body_totals(found, held)
    some = {one.criterion for row in sums["b0"] for one in row.indicators}
    assert ("energy" in some) == told
    assert ("energy_inhabitant" in some) == told
    assert not some & NEVER


def test_what_is_told_to_a_reader_is_what_the_rule_says_by_brute_force() -> None:
    sizes = [2, 3, 4, 80, 3, 7]
    _, found, held = _made(sizes)
    sums = compute_body_totals(found, held)
    for reader in held.cabinets:
        rows = [
            [
                Decimal(repr(one.indicators[0].value))
                for one, body in zip(effects.communes, sorted(held.cabinets), strict=True)
                if body != reader
            ]
            for effects in found.scenarios
        ]
        may = all(map(tells_no_pair, rows)) and all(
            not any(a - b for a, b in zip(one, two, strict=True))
            or tells_no_pair([a - b for a, b in zip(one, two, strict=True)])
            for one, two in combinations(rows, 2)
        )
        told = {one.criterion for row in sums[reader] for one in row.indicators}
        assert ("energy" in told) == may == (reader == "b3"), reader


def test_what_follows_from_a_sum_is_told_with_it_alone() -> None:
    for sizes in ([1, 1, 1, 1, 1], [1, 1, 1, 1, 40]):
        _, found, held = _made(sizes)
        for rows in compute_body_totals(found, held).values():
            told = {one.criterion for row in rows for one in row.indicators}
            assert all(FOLLOWS[one] in told for one in told & FOLLOWS.keys())


def test_of_each_criterion_it_is_said_whose_figures_it_stands_on() -> None:
    """One that is new is in no set, and told to nobody, until somebody has looked at it."""
    sets = (ADDED, MEANS, COUNTED, NEVER, FOLLOWS, PAID)
    assert sorted(one for some in sets for one in some) == sorted(
        get_args(LightingCriterion.__value__)
    )


def test_a_mean_over_corridors_is_not_told() -> None:
    """How many of its lights stand there nobody told: one body may be all of it."""
    _, found, held = _made([1, 1, 1, 1])
    rows = []
    for effects in found.scenarios:
        warm = next(one for one in effects.indicators if one.criterion == "dark_hours")
        warm = warm.model_copy(update={"criterion": "corridor_warm", "value": 50.0})
        communes = tuple(one.model_copy(update={"indicators": (warm,)}) for one in effects.communes)
        rows.append(effects.model_copy(update={"indicators": (warm,), "communes": communes}))
    told = found.model_copy(update={"scenarios": tuple(rows)})
    sums = compute_body_totals(told, held).values()
    assert not any(row.indicators for some in sums for row in some)


def test_what_follows_has_no_end_of_a_range_that_is_withheld_of_the_sum() -> None:
    """The least energy by inhabitant, times inhabitants, is the least energy."""
    _, found, held = _made([1, 1, 1, 1, 1])
    rows = [
        effects.model_copy(
            update={
                "indicators": tuple(
                    one.model_copy(update={"low": one.value, "high": one.value})
                    for one in effects.indicators
                )
            }
        )
        for effects in found.scenarios
    ]
    sums = compute_body_totals(found.model_copy(update={"scenarios": tuple(rows)}), held)
    told = {one.criterion: one for one in sums["b0"][0].indicators}
    assert told["energy"].low is None
    assert told["energy_inhabitant"].low is None
    assert told["energy_inhabitant"].value is not None


@given(
    parts=st.lists(st.integers(-40, 40), min_size=7, max_size=7),
    nothing=st.booleans(),
)
def test_who_may_read_a_sum_in_one_look_is_who_may_by_the_rule(
    parts: list[int], *, nothing: bool
) -> None:
    found = without_whom(parts, "abcdefg", frozenset("abcdefg"), nothing=nothing)
    for place, reader in enumerate("abcdefg"):
        others = [Decimal(part) for n, part in enumerate(parts) if n != place]
        assert (reader in found) == (tells_no_pair(others) or (nothing and not any(others)))


def test_of_many_scenarios_no_total_is_told() -> None:
    _, found, held = _made([1, 1, 1, 1])
    many = found.model_copy(update={"scenarios": found.scenarios * 14})
    assert not any(compute_body_totals(many, held).values())


def test_parts_share_no_cabinet_and_no_commune() -> None:
    problem, found, held = _made([1, 2, 3])
    views = Views(
        problem=problem, comparison=found, held=held, bounds=(), options=None, seal="0" * 64
    ).all()
    cabinets = [one.cabinet for view in views.values() for one in view.scenarios[0].cabinets]
    communes = [one.insee_code for view in views.values() for one in view.scenarios[0].communes]
    assert sorted(cabinets) == ["A0", "A1", "A2"]
    assert sorted(communes) == sorted(CODES[:3])
    whole = sum(view.scenarios[0].bill_eur or 0 for view in views.values())
    told = next(one.value for one in found.scenarios[0].indicators if one.criterion == "bill")
    assert told is not None
    assert float(whole) == pytest.approx(told)


ASKED = Consultation.model_validate(lighting.consulted()["consultation"])
_COUNTS = st.integers(0, 25)


@given(
    st.dictionaries(st.sampled_from(["habitants", "commerces", None]), _COUNTS),
    st.dictionaries(
        st.tuples(st.sampled_from(["habitants", "commerces"]), st.sampled_from(["54430", "54115"])),
        _COUNTS,
    ),
    st.integers(0, 60),
)
def test_no_sum_or_difference_of_what_is_told_is_one_to_nine_people(
    whole: dict[str | None, int], within: dict[tuple[str, str], int], answers: int
) -> None:
    """What passes, by brute force: every group, and every rest of it and of all."""
    rows = [{"group": group, "answers": n} for group, n in whole.items()]
    rows += [
        {"group": group, "insee_code": code, "answers": n} for (group, code), n in within.items()
    ]
    values = lighting.consulted()["result"] | {"groups": rows, "answers": answers}
    result = ConsultationResult.model_validate(values)
    rests = [answers, *whole.values(), *within.values()]
    for group, said in whole.items():
        some = [n for (name, _), n in within.items() if name == group]
        rests += [said - sum(some)] if some else []
    parts: dict[str | None, int] = {
        name: sum(n for (g, _), n in within.items() if g == name) for name, _ in within
    }
    rests.append(answers - sum((parts | whole).values()))
    assert (result_faults(ASKED, result) == ()) == all(n == 0 or n >= 10 for n in rests)


WEIGHED: tuple[LightingCriterion, ...] = ("energy", "bill", "carbon")
_TENTHS = st.integers(0, 10)


@given(
    ranges=st.dictionaries(st.sampled_from(WEIGHED), st.tuples(_TENTHS, _TENTHS)),
    order=st.permutations(WEIGHED),
    tiers=st.sampled_from([[], [1], [1, 1], [2], [1, 2], [3], [1, 1, 1]]),
)
def test_a_voice_that_no_weights_fulfil_is_found_by_brute_force(
    ranges: dict[LightingCriterion, tuple[int, int]],
    order: list[LightingCriterion],
    tiers: list[int],
) -> None:
    """Weights in sixtieths: the ends of every range that holds something are among them."""
    ends = list(accumulate(tiers, initial=0))
    places = [order[start:end] for start, end in pairwise(ends)]
    rest = order[ends[-1] :]
    weights = [
        {"criterion": name, "low": low / 10, "high": high / 10}
        for name, (low, high) in ranges.items()
    ]
    said = lighting.council(order=places, weights=weights)
    voice = GroupVoice.model_validate_json(json.dumps(said))

    def fits(one: dict[LightingCriterion, int]) -> bool:
        steps = [*places, rest] if rest else places
        equal = all(len({one[name] for name in tier}) == 1 for tier in places)
        falls = all(
            min(one[name] for name in above) >= max(one[name] for name in below)
            for above, below in pairwise(steps)
        )
        within = all(6 * low <= one[name] <= 6 * high for name, (low, high) in ranges.items())
        return equal and falls and within

    some = (
        dict(zip(WEIGHED, (a, b, 60 - a - b), strict=True))
        for a in range(61)
        for b in range(61 - a)
    )
    assert (weight_faults(voice, WEIGHED) == ()) == any(map(fits, some))
