"""Files of a consultation: from a comparison to forms, from answers to voices, to a weighing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synergie.cli.extras import needs
from synergie.cli.files import load_record, parse
from synergie.cli.folder import write_whole_folder
from synergie.cli.misuse import Misuse
from synergie.cli.texts import _
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.lighting.records.consultation import Consultation, ConsultationResult
    from synergie.lighting.records.effects import LightingComparison, LightingCriterion
    from synergie.lighting.records.study import LightingStudy
    from synergie.lighting.records.weighing import (
        Evidence,
        GroupVoice,
        LightingVoices,
        ValueBounds,
        Weighing,
    )

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PARTS = (3, 4)


@dataclass(frozen=True, slots=True)
class ConsultationRequest:
    """What the command line tells of a new consultation."""

    name: str | None
    title: str | None
    intro: str | None
    contact: str | None
    opens: str | None
    closes: str | None
    groups: Sequence[str]
    communes: Sequence[str]
    criteria: Sequence[str] | None


def names_of(told: Sequence[str]) -> dict[str, str]:
    """INSEE code → name, of `54430=Pompey` or `54430` alone."""
    pairs = (one.partition("=") for one in told)
    return {code: name or code for code, _sign, name in pairs}


def consultation_in(file: Path, asked: ConsultationRequest) -> "Consultation":
    """The consultation that *file* holds, or one over the comparison that it holds."""
    from pydantic import ValidationError

    from synergie.lighting.records.consultation import Consultation
    from synergie.lighting.records.effects import LightingComparison
    from synergie.schemas.faults import faults

    if "questions" in parse(file):
        return load_record(file, Consultation)
    comparison = load_record(file, LightingComparison)
    with needs("plan"):
        from synergie.lighting.plan.consultation import questions
    criteria: Any = asked.criteria
    given = _build_consultation_fields(asked) | {
        "questions": questions(comparison, criteria), "study_digest": comparison.study_digest
    }  # fmt: skip
    try:
        return Consultation.model_validate(given)
    except ValidationError as error:
        raise faults(error)[0] from error


def _build_consultation_fields(asked: ConsultationRequest) -> dict[str, Any]:
    """The fields of a consultation; Misuse for one that is missing."""
    needed = {
        "--id": asked.name, "--title": asked.title, "--intro": asked.intro,
        "--contact": asked.contact, "--opens": asked.opens, "--closes": asked.closes,
        "--group": asked.groups or None,
    }  # fmt: skip
    missing = [option for option, value in needed.items() if value is None]
    if missing:
        raise Misuse(_("a new consultation needs {}").format(", ".join(missing)))
    return {
        "id": asked.name,
        "title": asked.title,
        "intro": asked.intro,
        "contact": asked.contact,
        "opens": _parse_day_option("--opens", asked.opens or ""),
        "closes": _parse_day_option("--closes", asked.closes or "") + timedelta(days=1),
        "groups": [_parse_group_option(one) for one in asked.groups],
        "communes": tuple(asked.communes),
    }


def _parse_day_option(option: str, told: str) -> date:
    if _DAY.fullmatch(told):
        try:
            return date.fromisoformat(told)
        except ValueError:
            pass
    raise BadInput(option, told, "a date YYYY-MM-DD")


def _parse_group_option(told: str) -> dict[str, Any]:
    parts = told.split(":")
    if len(parts) not in _PARTS or (len(parts) > _PARTS[0] and not parts[3].isdecimal()):
        raise BadInput("--group", told, "KEY:KIND:TEXT, and :N for how many they are")
    people = int(parts[3]) if len(parts) > _PARTS[0] else None
    return {"group": parts[0], "kind": parts[1], "name": parts[2], "population": people}


def write_forms(made: "Consultation", names: Mapping[str, str], out: Path) -> None:
    """The folder of forms: the consultation, its pages, and a blank file for answers on paper."""
    with needs("report"):
        from synergie.lighting.reports.consultation.consultation_form import (
            PAPER_NAME,
            WEB_NAMES,
            form_html,
            paper_html,
        )
    from synergie.lighting.plan.consultation.columns import list_answer_columns

    with write_whole_folder(out) as folder:
        (folder / "consultation.json").write_text(made.model_dump_json(indent=2) + "\n", "utf-8")
        for language, name in WEB_NAMES.items():
            page = form_html(made, language=language, communes=names)
            (folder / name).write_text(page, "utf-8")
        (folder / PAPER_NAME).write_text(paper_html(made, communes=names), "utf-8")
        head = "\ufeff" + ";".join(list_answer_columns(made)) + "\r\n"
        (folder / "reponses.csv").write_bytes(head.encode())


@dataclass(frozen=True, slots=True)
class Consulted:
    """Answers as they were read."""

    consultation: "Consultation"
    result: "ConsultationResult"
    voices: Sequence["GroupVoice"]
    bounds: Sequence["ValueBounds"]
    evidence: Sequence["Evidence"]
    refused: Sequence[BadInput]


def read_consultation_files(
    files: Sequence[Path], consultation: Path, evidence: Sequence[Path], bounds: Path | None
) -> Consulted:
    """The answers of *files*, votes elsewhere; scales as people saw them, or of another file."""
    from synergie.lighting.records.consultation import Consultation
    from synergie.lighting.records.weighing import LightingVoices

    with needs("plan"):
        from synergie.lighting.plan.consultation import read_answers, result, scales, voices
        from synergie.lighting.plan.evidence import read_evidence
    asked = load_record(consultation, Consultation)
    read = read_answers(files, asked)
    votes = [read_evidence(one) for one in evidence]
    return Consulted(
        asked,
        result(asked, read),
        voices(asked, read.answers),
        scales(asked) if bounds is None else load_record(bounds, LightingVoices).bounds,
        [one.evidence for one in votes],
        (*read.refused, *(fault for one in votes for fault in one.refused)),
    )


def write_read(found: Consulted, out: Path) -> None:
    """The folder of a reading; no voices where no group may be shown."""
    from synergie.lighting.records.weighing import LightingVoices

    with needs("report"):
        from synergie.lighting.reports.consultation.consultation_result import result_document
        from synergie.reports.page import html
        from synergie.reports.teller import build_translator
    page = html(
        result_document(found.consultation, found.result, found.evidence, tell=build_translator())
    )

    with write_whole_folder(out) as folder:
        told = found.result.model_dump_json(indent=2) + "\n"
        (folder / "resultat.json").write_text(told, "utf-8")
        (folder / "resultat.html").write_text(page, "utf-8")
        if found.voices:
            voices = LightingVoices(
                bounds=tuple(found.bounds), groups=tuple(found.voices),
                evidence=tuple(found.evidence),
            )  # fmt: skip
            (folder / "voix.json").write_text(voices.model_dump_json(indent=2) + "\n", "utf-8")


def weigh_voice_files(
    comparison: Path, voices: Sequence[Path], study: Path | None, *, samples: int, seed: int
) -> "Weighing":
    """The weighing of the groups of all *voices*, on their scales or on the shipped ones."""
    from synergie.lighting.records.effects import LightingComparison
    from synergie.lighting.records.study import LightingStudy

    with needs("plan"):
        from synergie.lighting.plan.weighing import weigh
    compared = load_record(comparison, LightingComparison)
    park = None if study is None else load_record(study, LightingStudy)
    return weigh(compared, load_voice_groups(voices, park, compared), samples=samples, seed=seed)


def load_voice_groups(
    voices: Sequence[Path], study: "LightingStudy | None", compared: "LightingComparison"
) -> "LightingVoices":
    """All groups of *voices*; scales that two files tell alike are one.

    With a *study* the shipped scales are added for criteria that a group names and no file gives
    a scale; of each stake where no group names any.
    """
    from synergie.lighting.records.weighing import LightingVoices

    with needs("plan"):
        from synergie.lighting.plan.weighing import bounds_of
    together = _merge_voice_files([load_record(one, LightingVoices) for one in voices])
    if study is None:
        return together
    own = {one.criterion for one in together.bounds}
    shipped = bounds_of(
        study, compared.scenarios[0], _list_weighed_criteria(together.groups) or None
    )
    more = tuple(one for one in shipped if one.criterion not in own)
    return together.model_copy(update={"bounds": (*together.bounds, *more)})


def _list_weighed_criteria(groups: Sequence["GroupVoice"]) -> list["LightingCriterion"]:
    """Criteria that a group says something of."""
    found = [
        name
        for one in groups
        for tier in (*one.order, *one.ballots, [row.criterion for row in one.weights])
        for name in tier
    ]
    return list(dict.fromkeys(found))


def _merge_voice_files(parts: Sequence["LightingVoices"]) -> "LightingVoices":
    """All groups; scales that two files tell alike are one."""
    first = parts[0]
    bounds = tuple(dict.fromkeys(one for part in parts for one in part.bounds))
    return first.model_copy(
        update={
            "bounds": bounds,
            "groups": tuple(one for part in parts for one in part.groups),
            "evidence": tuple(one for part in parts for one in part.evidence),
        }
    )
