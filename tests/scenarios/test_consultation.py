"""A consultation: questions of real ranges, answers read back, and nothing of fewer than ten."""

import io
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.lighting.plan.consultation import (
    AnswersRead,
    questions,
    read_answers,
    result,
    scales,
    voices,
)
from synergie.lighting.plan.consultation.columns import list_answer_columns
from synergie.lighting.plan.consultation.labels import read_criterion_labels
from synergie.lighting.plan.weighing import weigh
from synergie.lighting.policy.people import result_faults
from synergie.lighting.records.consultation import ConsultAnswer, ConsultationResult
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import LightingVoices
from tests.components import package
from tests.scenarios.comparisons import comparison, unit_bounds
from tests.scenarios.consulted import ASKED, COMMUNES, answer, consultation, csv, row

GROUPS = ("habitants", "entreprises", "agents", None)


def _read(answers: Sequence[ConsultAnswer]) -> AnswersRead:
    return AnswersRead(tuple(answers), 0, (), ())


def _notes(made: ConsultationResult | AnswersRead) -> list[str]:
    return [note.tell(str) for note in made.notes]


BY_NAMES = (
    b"Consultation;Num\xe9ro;Groupe;Rang energy;Rang Lumi\xe8re perdue vers le ciel\n"
    b"eclairage-2027;a;Habitantes et habitants;2;1\n"
)

# questions


def test_questions_have_the_real_ranges_of_what_is_proposed() -> None:
    names: tuple[LightingCriterion, ...] = ("energy", "felt_safety", "bill")
    table = {"s0": (2000.4, 5.52, 9.0), "s1": (900.2, 7.08, 9.0), "out": (1.0, 9.9, 1.0)}
    asked = questions(comparison(table, names, excluded=["out"]), ["energy", "felt_safety"])
    assert [(one.criterion, one.worst, one.best) for one in asked] == [
        ("energy", 2001.0, 900.0), ("felt_safety", 5.5, 7.1)
    ]  # fmt: skip
    assert asked[0].label == "Électricité consommée"


def test_what_differs_nowhere_or_is_not_known_is_not_asked() -> None:
    names: tuple[LightingCriterion, ...] = ("energy", "felt_safety", "bill", "carbon")
    table = {"s0": (2000.0, 5.5, 9.0, None), "s1": (900.0, 7.1, 9.2, 3.0)}
    told = comparison(table, names)
    stakes = ("energy", "felt_safety", "cost", "carbon")
    rows = [
        one.model_copy(update={"stake": s}) for one, s in zip(told.criteria, stakes, strict=True)
    ]
    made = questions(told.model_copy(update={"criteria": tuple(rows)}))
    assert [one.criterion for one in made] == ["energy", "felt_safety"]  # 9.0 and 9.2 are both 9 €
    for name in ("bill", "carbon"):
        with pytest.raises(BadInput, match="known for every scenario and differs"):
            questions(told, ["energy", name])


def test_one_question_a_stake_unless_told() -> None:
    table = {"s0": (2000.0, 9.0, 4.0), "s1": (900.0, 3.0, 2.0)}
    with pytest.raises(BadInput, match="at least two"):
        questions(comparison(table, ("energy", "bill", "carbon")))  # all of stake energy here


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["energy", "energy"], "each criterion once"), (["energy"], "at least two")],
    ids=["twice", "one"],
)
def test_questions_that_make_no_choice_are_refused(
    names: list[LightingCriterion], expected: str
) -> None:
    with pytest.raises(BadInput, match=expected):
        questions(comparison({"s0": (1, 2), "s1": (2, 1)}, ("energy", "bill")), names)


def test_every_label_is_there_in_both_languages() -> None:
    french, english = read_criterion_labels("fr"), read_criterion_labels("en")
    assert french.keys() == english.keys()
    for one in (*french.values(), *english.values()):
        assert one.name and one.unit and one.explained
    assert [one.decimals for one in french.values()] == [one.decimals for one in english.values()]


# answers


def test_the_file_of_the_form_is_read_back() -> None:
    content = csv(
        row("a1", "2,1,3,4", commune="54430", points="40,60,20,0", remark="Merci"),
        row("a2", "1,,,2"),
    )
    read = read_answers(content, consultation())
    assert read.refused == ()
    one, other = read.answers
    assert one.order == ("upward_flux", "energy", "dark_hours", "felt_safety")
    assert (one.points, one.insee_code, one.remark) == ((60, 40, 20, 0), "54430", "Merci")
    assert (other.order, other.points, other.group) == (("energy", "felt_safety"), (), "habitants")


def test_columns_are_those_the_form_writes() -> None:
    assert ";".join(list_answer_columns(consultation())).encode() in csv()


@pytest.mark.parametrize(
    "content",
    [
        csv(row("a", "2,1,,")).decode("utf-8-sig").encode("cp1252"),
        csv(row("a", "2,1,,")).decode("utf-8-sig").encode("utf-16"),
        csv(row("a", "2,1,,"), separator="\t"),
        csv(row("a", "2.0,1.0,,").replace(".", ",")),
        BY_NAMES,
    ],
    ids=["cp1252", "utf-16", "tabs", "decimal commas", "by names"],
)
def test_files_as_spreadsheets_save_them_are_read(content: bytes) -> None:
    (one,) = read_answers(content, consultation()).answers
    assert one.order == ("upward_flux", "energy")
    assert one.group == "habitants"


def test_a_workbook_is_read() -> None:
    sink = io.BytesIO()
    with package("xlsxwriter").Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Réponses")
        for number, line in enumerate(csv(row(17, "2,1,,")).decode("utf-8-sig").splitlines()):
            for column, cell in enumerate(line.split(";")):
                sheet.write(number, column, float(cell) if cell.isdecimal() else cell)
    (one,) = read_answers(sink.getvalue(), consultation()).answers
    assert (one.number, one.order) == ("17", ("upward_flux", "energy"))


@pytest.mark.parametrize(
    ("bad", "where", "found"),
    [
        (row("x", consultation="eclairage-2024"), "/consultation", "eclairage-2024"),
        (row(""), "/numero", ""),
        (row("x", group="voisins"), "/groupe", "voisins"),
        (row("x", commune="5443"), "/commune", "5443"),
        (row("x", "1,1,2,3"), "/rang", "1, 1, 2, 3"),
        (row("x", "0,1,2,3"), "/rang energy", "0"),
        (row("x", "1,2,3,5"), "/rang felt_safety", "5"),
        (row("x", "1,2,3,beaucoup"), "/rang felt_safety", "beaucoup"),
        (row("x", "1,2,3,4", points="100,101,0,0"), "/points upward_flux", "101"),
        (row("x", ",,,", points="50,50,,"), "/points", "50, 50"),
        (row("x") + ";encore", "row", "14 cells"),
    ],
    ids=[
        "other consultation", "number", "group", "commune", "rank twice", "zero", "beyond", "word",
        "points", "equal points", "cells",
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_refused_and_the_rest_kept(
    bad: str, where: str, found: str
) -> None:
    read = read_answers(csv(row("a"), bad, row("b")), consultation())
    (fault,) = read.refused
    assert fault.where in {f"line 3, {where}", f"line 3{where}", "line 3"}
    assert fault.where.endswith(where) or where == "row"
    assert fault.found == found
    assert [one.number for one in read.answers] == ["a", "b"]


@pytest.mark.parametrize(
    "content",
    [b"", b"a;b\n1;2\n", b"consultation;numero\nx;1\n", csv().replace(b"points_A", b"rang_A")],
    ids=["empty", "other", "no ranks", "twice"],
)
def test_a_file_of_another_kind_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        read_answers(content, consultation())


def test_doubles_are_found_by_their_number() -> None:
    content = csv(row("A-1"), row("a1"), row("a 1", "4,3,2,1"), row("b"))
    read = read_answers(content, consultation())
    assert (len(read.answers), read.doubles) == (2, 2)
    assert read.answers[0].order == ASKED
    assert "2 forms came twice; each counts once, as it came first" in _notes(read)
    assert "1 of them were not the same the second time" in _notes(read)


def test_doubles_are_found_across_files_and_heads_may_repeat() -> None:
    together = csv(row("a")) + csv(row("b")).decode("utf-8-sig").encode()
    read = read_answers([together, csv(row("b"), row("c"))], consultation())
    assert [one.number for one in read.answers] == ["a", "b", "c"]
    assert read.doubles == 1


def test_blank_forms_are_kept_apart() -> None:
    read = read_answers(csv(row("a", ",,,"), row("b")), consultation())
    made = result(consultation(), read)
    assert (made.answers, made.blank) == (1, 1)


def test_points_alone_give_the_order() -> None:
    (one,) = read_answers(csv(row("a", ",,,", points="0,80,30,")), consultation()).answers
    assert one.order == ("upward_flux", "dark_hours", "energy")
    assert one.points == (80, 30, 0)


def test_points_that_say_otherwise_than_ranks_are_told() -> None:
    content = csv(row("a", points="1,2,3,4"), row("b", points="9,,,"))
    read = read_answers(content, consultation())
    told = "\n".join(_notes(read))
    assert "1 forms give more points to a lower rank" in told
    assert "1 forms give points to some of their ranks only" in told


def test_a_remark_is_one_line_without_formula_guard() -> None:
    content = csv(row("a", remark='"\'=1+1\n\tet ""voilà"""'))
    (one,) = read_answers(content, consultation()).answers
    assert one.remark == '=1+1 et "voilà"'


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", csv()):
        try:
            read_answers(start + content, consultation())
        except BadInput as fault:
            assert fault.expected  # noqa: PT017 (either is right)


# results


def test_small_groups_are_shown_together_only() -> None:
    rows = [answer(i) for i in range(30)] + [answer(f"e{i}", "entreprises") for i in range(6)]
    rows += [answer(f"g{i}", "agents") for i in range(5)]
    made = result(consultation(), _read(rows))
    assert [(one.group, one.answers) for one in made.groups] == [("habitants", 30), (None, 11)]


def test_a_small_group_takes_another_with_it() -> None:
    """41 in all; 30 and 8 shown would leave 3: the smaller of the large ones is hidden, too."""
    rows = [answer(i) for i in range(30)] + [answer(f"e{i}", "entreprises") for i in range(12)]
    rows += [answer(f"g{i}", "agents") for i in range(3)]
    made = result(consultation(), _read(rows))
    assert [(one.group, one.answers) for one in made.groups] == [("habitants", 30), (None, 15)]
    assert any("2 groups are not shown apart" in note for note in _notes(made))


def test_communes_within_a_group_are_not_found_by_difference() -> None:
    rows = [answer(f"{c}{i}", commune=c) for c, n in zip(COMMUNES, (25, 12, 3), strict=True)
            for i in range(n)]  # fmt: skip
    made = result(consultation(), _read(rows))
    assert [(one.group, one.insee_code, one.answers) for one in made.groups] == [
        ("habitants", None, 40), ("habitants", "54430", 25)
    ]  # fmt: skip


def test_fewer_than_ten_answers_show_nothing() -> None:
    made = result(consultation(), _read([answer(i) for i in range(9)]))
    assert (made.answers, made.groups) == (9, ())
    assert any("fewer than 10 answers" in note for note in _notes(made))
    assert voices(consultation(), [answer(i) for i in range(9)]) == ()


def test_shares_and_mean_ranks_are_those_of_a_count() -> None:
    rows = [answer(i, order=("dark_hours", "energy")) for i in range(6)]
    rows += [answer(f"b{i}", order=("energy",)) for i in range(4)]
    (one,) = result(consultation(), _read(rows)).groups
    assert one.first == (0.4, 0.0, 0.6, 0.0)
    assert one.mean_rank == (1.6, round((6 * 3.5 + 4 * 3) / 10, 3), round((6 + 12) / 10, 3), 3.3)
    assert one.rate == round(10 / 4_000, 3)


def test_how_far_it_stands_for_people_is_told() -> None:
    rows = [answer(i) for i in range(30)] + [answer(f"e{i}", "entreprises") for i in range(10)]
    told = "\n".join(_notes(result(consultation(), _read(rows))))
    assert "are no sample of anybody" in told
    assert "Entreprises: 25.0 % of the answers that are shown by group, 7.0 %" in told


def test_more_answers_than_people_have_no_rate() -> None:
    few = consultation(groups=[{"group": "a", "kind": "other", "name": "A", "population": 3}],
                       communes=[])  # fmt: skip
    made = result(few, _read([answer(i, "a") for i in range(12)]))
    assert made.groups[0].rate is None
    assert any("more answers than people" in note for note in _notes(made))


@st.composite
def crowds(draw: st.DrawFn) -> list[ConsultAnswer]:
    """Groups and communes of any size about the threshold."""
    found = []
    for group in GROUPS:
        for commune in (*COMMUNES, None):
            n = draw(st.sampled_from([0, 0, 1, 3, 9, 10, 11, 14, 25]))
            found += [answer(f"{group}{commune}{i}", group, commune) for i in range(n)]
    return found


@given(crowds())
@settings(max_examples=60)
def test_nothing_of_fewer_than_ten_follows_from_what_is_shown(rows: list[ConsultAnswer]) -> None:
    """Linear algebra as the oracle: no small set of leaves is a combination of shown cells."""
    made = result(consultation(), _read(rows))
    sizes = Counter((one.group, one.insee_code) for one in rows)
    leaves = sorted(sizes, key=str)
    shown = [[1.0] * len(leaves)]
    named = {(one.group, one.insee_code) for one in made.groups if one.group is not None}
    for group, commune in sorted(named, key=str):
        shown.append([
            float(leaf[0] == group and commune in (None, leaf[1])) for leaf in leaves
        ])  # fmt: skip
    assert all(one.answers >= 10 for one in made.groups)
    table = np.array(shown).reshape(len(shown), len(leaves))
    rank = np.linalg.matrix_rank(table) if leaves else 0
    small = [[leaf] for leaf in leaves if sizes[leaf] < 10]
    groups = [[leaf for leaf in leaves if leaf[0] == group] for group in GROUPS]
    small += [some for some in groups if 0 < sum(sizes[leaf] for leaf in some) < 10]
    if len(rows) < 10:
        assert made.groups == ()
        return
    assert result_faults(consultation(), made) == ()  # the check of those who publish it
    for some in small:
        picked = np.array([float(leaf in some) for leaf in leaves])
        assert np.linalg.matrix_rank(np.vstack([table, picked])) > rank
    told = {one.group: one.answers for one in made.groups if one.insee_code is None}
    top = sum(n for group, n in told.items() if group is not None)
    alone = sum(one.answers for one in made.groups if one.insee_code and one.group not in told)
    assert told.get(None, 0) == len(rows) - top - alone


@given(crowds())
@settings(max_examples=20)
def test_voices_are_the_groups_that_are_shown(rows: list[ConsultAnswer]) -> None:
    made = result(consultation(), _read(rows))
    spoken = voices(consultation(), rows)
    assert [(len(one.ballots), one.insee_code) for one in spoken] == [
        (one.answers, one.insee_code) for one in made.groups
    ]
    assert all(len(one.ballots) >= 10 for one in spoken)
    assert len({one.group for one in spoken}) == len(spoken)


def test_ballots_that_came_twice_are_one_voice() -> None:
    rows = [answer(i) for i in range(9)] + [answer(0)]
    assert voices(consultation(), rows) == ()


def test_voices_do_not_tell_who_came_first() -> None:
    rows = [answer(i, order=ASKED[i % 3 :]) for i in range(12)]
    assert voices(consultation(), rows) == voices(consultation(), rows[::-1])


def test_a_consultation_goes_into_a_weighing() -> None:
    rows = [answer(i, order=("dark_hours", "energy")) for i in range(30)]
    rows += [answer(f"e{i}", "entreprises", order=("energy",)) for i in range(20)]
    table = {"s0": (0.1, 0.5, 0.1, 0.5), "s1": (0.8, 0.5, 0.9, 0.5)}
    made = weigh(
        comparison(table, ASKED),
        LightingVoices(bounds=unit_bounds(ASKED), groups=voices(consultation(), rows)),
        samples=2_000,
    )
    firsts = {group.group: group.first for group in made.groups}
    assert firsts == {"habitants": "s1", "entreprises": "s0"}


def test_the_ranges_that_people_saw_are_the_scales() -> None:
    """What lies beyond them later is clipped and told; it changes no worth of the others."""
    found = scales(consultation())
    assert [(one.criterion, one.worst, one.best) for one in found] == [
        (one.criterion, one.worst, one.best) for one in consultation().questions
    ]
    table = {"s0": (2000.0, 80.0, 0.0, 7.1), "s1": (900.0, 80.0, 1800.0, 5.5)}
    rows = [answer(i, order=("felt_safety",)) for i in range(12)]
    given_voices = LightingVoices(bounds=found, groups=voices(consultation(), rows))
    before = weigh(comparison(table, ASKED), given_voices, samples=500)
    beyond = {"s2": (100.0, 80.0, 4000.0, 3.0)}
    after = weigh(comparison(table | beyond, ASKED), given_voices, samples=500)
    kept = [one.first for one in (*before.groups, *after.groups)]
    assert set(kept) == {"s0"}
    assert any("outside the fixed scale" in note.tell(str) for note in after.notes)


def test_many_groups_and_communes_are_chosen_in_time() -> None:
    """60 groups in 40 communes: the search is bounded, and what it shows is safe."""
    many = tuple(f"54{n:03d}" for n in range(1, 41))
    groups = [{"group": f"g{n}", "kind": "other", "name": f"G{n}"} for n in range(60)]
    wide = consultation(groups=groups, communes=many)
    rng = np.random.default_rng(2)
    rows = [
        answer(i, f"g{int(rng.integers(60))}", many[int(rng.integers(40))]) for i in range(12_000)
    ]
    made = result(wide, _read(rows))
    assert sum(one.answers for one in made.groups if one.insee_code is None) == 12_000
    assert min(one.answers for one in made.groups) >= 10
