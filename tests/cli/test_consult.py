"""`synergie consult`: from a comparison to forms, to answers, to a weighing."""

import json
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.lighting.records.consultation import Consultation, ConsultationResult
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import LightingVoices, Weighing
from synergie.lighting.samples.study import study
from tests.scenarios.comparisons import bounds, comparison, voice, voices
from tests.scenarios.consulted import consultation, csv, row

NAMES: tuple[LightingCriterion, ...] = ("energy", "dark_hours")
TABLE = {"s0": (2_000.0, 0.0), "s1": (900.0, 1_800.0), "s2": (1_500.0, 1_900.0)}
NEW = [
    "--id", "nuit-2027", "--title", "Quelle nuit ?", "--intro", "Le conseil choisit.",
    "--contact", "mairie", "--opens", "2026-12-01", "--closes", "2027-01-31",
    "--group", "habitants:citizens:Habitants:4000", "--group", "agents:agents:Agents",
    "--commune", "54430=Pompey", "--criterion", "energy", "--criterion", "dark_hours",
]  # fmt: skip


@pytest.fixture
def compared(tmp_path: Path) -> str:
    """A comparison of three scenarios on two criteria, as JSON."""
    path = tmp_path / "comparaison.json"
    path.write_text(comparison(TABLE, NAMES).model_dump_json(), encoding="utf-8")
    return str(path)


@pytest.fixture
def asked(tmp_path: Path) -> str:
    """A consultation, as JSON."""
    path = tmp_path / "consultation.json"
    path.write_text(consultation().model_dump_json(), encoding="utf-8")
    return str(path)


def _file(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_forms_are_written_from_a_comparison(
    compared: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "formulaires"
    assert main(["consult", "form", compared, *NEW, "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {
        "consultation.json", "formulaire.html", "formulaire-en.html", "formulaire-papier.html",
        "reponses.csv",
    }  # fmt: skip
    made = Consultation.model_validate_json((out / "consultation.json").read_bytes())
    assert [(one.worst, one.best) for one in made.questions] == [(2_000.0, 900.0), (0.0, 1_900.0)]
    assert (str(made.closes), made.groups[0].population) == ("2027-02-01", 4_000)
    page = (out / "formulaire.html").read_text(encoding="utf-8")
    assert "au 31 janvier 2027" in page
    assert "Pompey" in page
    assert "2 " in capsys.readouterr().out
    head = (out / "reponses.csv").read_bytes()
    assert head.startswith(b"\xef\xbb\xbfconsultation;numero;groupe;commune;rang_A;points_A")


def test_forms_are_written_again_from_an_edited_consultation(asked: str, tmp_path: Path) -> None:
    out = tmp_path / "formulaires"
    assert main(["consult", "form", asked, "--out", str(out)]) == 0
    assert main(["consult", "form", asked, "--out", str(out)]) == 2
    assert main(["consult", "form", asked, "--out", str(out), "--force"]) == 0


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (["--group", "x"], 1, "--group"),
        (["--group", "x:friends:Amis"], 1, "/groups/2/kind"),
        (["--closes", "31/01/2027"], 1, "--closes"),
        (["--closes", "2027-02-30"], 1, "--closes"),
        (["--criterion", "carbon"], 1, "carbon"),
    ],
    ids=["group", "kind", "date", "no day", "criterion"],
)
def test_what_cannot_be_asked_is_refused(
    change: list[str], code: int, told: str, compared: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    out = tmp_path / "formulaires"
    line = [*NEW, *change]
    if change[0] == "--closes":
        at = NEW.index("--closes")
        line = [*NEW[:at], *change, *NEW[at + 2 :]]
    assert main(["consult", "form", compared, *line, "--out", str(out)]) == code
    assert told in capsys.readouterr().err
    assert not out.exists()


def test_a_new_consultation_says_what_it_lacks(
    compared: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["consult", "form", compared, "--id", "x", "--out", str(tmp_path / "f")]
    assert main(line) == 2
    assert "--title, --intro, --contact, --opens, --closes, --group" in capsys.readouterr().err


def _answers(folder: Path) -> str:
    rows = [row(n, "1,2,3,4") for n in range(20)] + [row(f"e{n}", "4,3,2,1", "entreprises")
                                                     for n in range(12)]  # fmt: skip
    rows += [row("mauvais", "1,1,2,3"), row(0)]
    return _file(folder, "reponses.csv", csv(*rows))


def test_answers_are_read_and_told(
    asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "resultat"
    line = ["consult", "read", _answers(tmp_path), "-c", asked, "--out", str(out)]
    assert main(line) == 1
    told = capsys.readouterr()
    assert "32" in told.out
    assert "Entreprises" in told.out
    assert "rang" in told.err
    made = ConsultationResult.model_validate_json((out / "resultat.json").read_bytes())
    assert (made.answers, made.doubles, made.refused) == (32, 1, 1)
    spoken = LightingVoices.model_validate_json((out / "voix.json").read_bytes())
    assert [(one.group, len(one.ballots)) for one in spoken.groups] == [
        ("habitants", 20), ("entreprises", 12)
    ]  # fmt: skip


def test_forms_answers_and_weights_follow_from_one_another(
    compared: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to write by hand between the comparison and the weighing."""
    forms, read = tmp_path / "formulaires", tmp_path / "resultat"
    assert main(["consult", "form", compared, *NEW, "--out", str(forms)]) == 0
    head = (forms / "reponses.csv").read_text(encoding="utf-8-sig")
    rows = [f"nuit-2027;{n};habitants;54430;2;;1;;\n" for n in range(15)]
    answers = _file(tmp_path, "reponses.csv", head + "".join(rows))
    asked = str(forms / "consultation.json")
    assert main(["consult", "read", answers, "-c", asked, "--out", str(read)]) == 0
    capsys.readouterr()
    line = ["consult", "weigh", compared, str(read / "voix.json"), "--json", "--samples", "300"]
    assert main(line) == 0
    made = Weighing.model_validate_json(capsys.readouterr().out)
    assert [(one.worst, one.best) for one in made.bounds] == [(2_000.0, 900.0), (0.0, 1_900.0)]
    assert [one.group for one in made.groups] == ["habitants", "habitants.54430"]


def test_a_few_answers_make_no_voice(asked: str, tmp_path: Path) -> None:
    few = _file(tmp_path, "peu.csv", csv(*(row(n) for n in range(5))))
    out = tmp_path / "resultat"
    assert main(["consult", "read", few, "-c", asked, "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {"resultat.json", "resultat.html"}


def test_answers_come_as_json(
    asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["consult", "read", _answers(tmp_path), "-c", asked, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["answers"] == 32


def test_votes_are_told_by_category(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = (
        "META\nkey;value\nvote_type;approval\nPROJECTS\nproject_id;category\n1;nuit\n"
        "VOTES\nvoter_id;vote\na;1\nb;1\nb;1\nc\n"
    )
    assert main(["consult", "votes", _file(tmp_path, "vote.pb", content)]) == 1
    told = capsys.readouterr()
    assert "nuit" in told.out
    assert "line 12" in told.err or "ligne 12" in told.err


def _voices(folder: Path, name: str, **more: Any) -> str:
    scales = [bounds("energy", 2_000, 0), bounds("dark_hours", 0, 2_190)]
    made = voices(voice(name, **more), scales=scales)
    return _file(folder, f"{name}.json", made.model_dump_json())


def test_groups_of_several_files_are_weighed_together(
    compared: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    council = _voices(tmp_path, "conseil", order=(("energy",), ("dark_hours",)))
    people = _voices(tmp_path, "habitants", order=(("dark_hours",),))
    out = tmp_path / "pesee.json"
    line = ["consult", "weigh", compared, council, people, "--samples", "500", "--out", str(out)]
    assert main(line) == 0
    made = Weighing.model_validate_json(out.read_bytes())
    assert [one.group for one in made.groups] == ["conseil", "habitants"]
    assert made.samples == 500
    told = capsys.readouterr().out
    assert "conseil" in told
    assert "Électricité consommée" in told


def test_a_weighing_is_the_same_bytes_twice(compared: str, tmp_path: Path) -> None:
    council = _voices(tmp_path, "conseil")
    outs = [tmp_path / name for name in ("a.json", "b.json")]
    for out in outs:
        line = ["consult", "weigh", compared, council, "--samples", "300", "--out", str(out)]
        assert main(line) == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_a_study_gives_the_scales_of_what_groups_name(
    compared: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    park = _file(tmp_path, "etude.json", study(fast=True).model_dump_json())
    bare = voices(voice(order=(("energy",), ("dark_hours",))), scales=[]).model_dump_json()
    line = ["consult", "weigh", compared, _file(tmp_path, "voix.json", bare), "--study", park]
    assert main([*line, "--json", "--samples", "100"]) == 0
    made = Weighing.model_validate_json(capsys.readouterr().out)
    assert [(one.criterion, one.worst, one.best) for one in made.bounds] == [
        ("energy", 2_000.0, 0.0), ("dark_hours", 0.0, 2_190.0)
    ]  # fmt: skip


def test_a_criterion_without_a_scale_is_named(
    compared: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = voices(
        voice(order=(("dark_hours",),)), scales=[bounds("energy", 2_000, 0)]
    ).model_dump_json()
    assert main(["consult", "weigh", compared, _file(tmp_path, "voix.json", made)]) == 1
    assert "dark_hours" in capsys.readouterr().err


def test_the_same_group_in_two_files_is_refused(
    compared: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    council = _voices(tmp_path, "conseil")
    assert main(["consult", "weigh", compared, council, council]) == 1
    assert "conseil" in capsys.readouterr().err
