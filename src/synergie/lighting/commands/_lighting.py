"""The input of a lighting comparison: files an agent has, tables that tell the rest, or a study."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.moment import parse_option_date
from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.energy.records.power import OffPeakWindow
    from synergie.energy.records.tariff import PriceSchedule
    from synergie.lighting.plan.inputs import FileSummary, StudyRequest
    from synergie.lighting.records.effects import LightingComparison, LightingCriterion
    from synergie.lighting.records.frontier import LightingFrontier
    from synergie.lighting.records.study import LightingStudy
    from synergie.lighting.records.weighing import LightingVoices, Weighing
    from synergie.park.records.park import SetAside
    from synergie.schemas.plan import Phrase

_WORDS: dict[str, "LightingCriterion"] = {
    "cost": "net_present_cost", "cout": "net_present_cost", "coût": "net_present_cost",
    "night": "upward_flux", "ciel": "upward_flux", "nuit": "upward_flux",
    "works": "investment", "travaux": "investment", "facture": "bill", "energie": "energy",
    "énergie": "energy", "carbone": "carbon", "trame": "corridor_light", "noir": "dark_hours",
    "service": "priority_hours",
}  # fmt: skip
"""Short words for criteria; their names are taken, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What the command line names."""

    files: Sequence[Path]
    """Inventories, cabinets, perimeters."""
    study: Path | None = None
    """A whole study as JSON, in place of files."""
    name: str | None = None
    owner: str | None = None
    communes: Sequence[str] = ()
    """`INSEE=FILE`, for files that tell no commune."""
    table: Path | None = None
    """Table of the communes."""
    catalogue: Path | None = None
    prices: Path | None = None
    lot: str | None = None
    tariff: str | None = None
    offpeak: Sequence[str] = ()
    off: str | None = None
    corridors: Path | None = None
    places: Path | None = None
    areas: Path | None = None
    scenarios: Path | None = None
    stated: Path | None = None
    on: str | None = None
    only_known: bool = False

    def named(self) -> tuple[tuple[Path, str], ...]:
        """Every file, and what it is for: a key of `lighting_names.FILES`."""
        others = (
            (self.study, "étude"), (self.table, "communes"), (self.catalogue, "catalogue"),
            (self.prices, "prix"), (self.corridors, "trame noire"),
            (self.places, "lieux prioritaires"), (self.areas, "lieux éclairés"),
            (self.scenarios, "scénarios"),
            (self.stated, "chiffres dits par des personnes"),
        )  # fmt: skip
        told = [(path, "inventaire") for path in self.files]
        return (*told, *((path, what) for path, what in others if path is not None))


@dataclass(frozen=True, slots=True)
class Inputs:
    """The study, and what was seen on the way to it."""

    study: "LightingStudy"
    files: Sequence["FileSummary"] = ()
    set_aside: Sequence["SetAside"] = ()
    notes: Sequence["Phrase"] = field(default=())


@dataclass(frozen=True, slots=True)
class Compared:
    """The scenarios side by side, and what was asked beside."""

    read: Inputs
    comparison: "LightingComparison"
    weighing: "Weighing | None"
    voices: "LightingVoices | None"
    frontier: "LightingFrontier | None"

    def document(self) -> dict[str, Any]:
        """The records, by name, for programs."""
        parts = {
            "comparison": self.comparison, "weighing": self.weighing, "frontier": self.frontier,
        }  # fmt: skip
        told: dict[str, Any] = {
            name: one.model_dump(mode="json") for name, one in parts.items() if one is not None
        }
        told["set_aside"] = [one.model_dump(mode="json") for one in self.read.set_aside]
        return told


def sort_inventory_files(files: Sequence[Path]) -> Sequence[Path]:
    """*files* in the order in which they are read and named, whatever order they were given in."""
    with needs("plan"):
        from synergie.lighting.plan.inputs import in_order

    return in_order(files)


def build_study_inputs(files: Files, now: datetime) -> Inputs:
    """The study of *files*. Misuse without any; MissingExtra("plan")."""
    if files.study is not None:
        return _of_study(files)
    if not files.files:
        raise Misuse(_("name the inventory, or a study: --study study.json"))
    with needs("plan"):
        from synergie.lighting.plan.inputs import study_of

    aside: list[SetAside] = []
    built = study_of(files.files, _build_study_request(files, now, aside))
    return Inputs(built.study, built.files, (*aside, *built.set_aside), built.notes)


def _of_study(files: Files) -> Inputs:
    """A study as it was written; areas, scenarios and figures may be told anew."""
    from synergie.lighting.records.study import LightingStudy

    if files.files:
        raise Misuse(_("either files or --study, not both"))
    beside = [option for option, value in _list_options_of_files(files) if value]
    if beside:
        raise Misuse(_("{}: a study tells it by itself; leave it out").format(", ".join(beside)))
    study = load_record(files.study or Path(), LightingStudy)
    if files.scenarios is None and files.stated is None and files.areas is None:
        return Inputs(study)
    with needs("plan"):
        from synergie.lighting.plan.inputs import revise_areas, revise_study

    aside: list[SetAside] = []
    if files.areas is not None:
        study = revise_areas(study, files.areas, aside)
    return Inputs(revise_study(study, files.scenarios, files.stated, aside), (), aside)


def _list_options_of_files(files: Files) -> tuple[tuple[str, object], ...]:
    """What is told beside files, and that a study holds: it would be passed over in silence."""
    return (
        ("--catalogue", files.catalogue), ("--prices", files.prices), ("--lot", files.lot),
        ("--tariff", files.tariff), ("--offpeak", files.offpeak), ("--off", files.off),
        ("--commune", files.communes), ("--communes", files.table), ("--owner", files.owner),
        ("--corridors", files.corridors), ("--places", files.places), ("--on", files.on),
        ("--name", files.name), ("--only-known", files.only_known),
    )  # fmt: skip


def _build_study_request(files: Files, now: datetime, aside: list["SetAside"]) -> "StudyRequest":
    from synergie.energy.commands.bill_files import schedules
    from synergie.lighting.plan import catalogue, corridors
    from synergie.lighting.plan.inputs import StudyRequest

    retrofits = None
    if files.catalogue is not None:
        read = catalogue.read(files.catalogue)
        retrofits = read.retrofits
        aside += read.set_aside
    prices: list[PriceSchedule] = schedules(files.prices, files.lot)
    off = None if files.off is None else _parse_span_option("--off", files.off)
    wanted = StudyRequest(
        on=parse_option_date("--on", files.on) or _last_known(now),
        communes_of_files=_parse_commune_files(files.communes, files.files),
        retrofits=retrofits,
        prices=prices,
        tariff=files.tariff,
        windows=tuple(_parse_offpeak_window(text) for text in files.offpeak),
        off_today=off,
        communes=files.table,
        areas=files.areas,
        places=files.places,
        corridors=None if files.corridors is None else corridors.read(files.corridors),
        scenarios=files.scenarios,
        stated=files.stated,
        only_known=files.only_known,
    )
    named = replace(wanted, name=files.name) if files.name else wanted
    return replace(named, owner=files.owner) if files.owner else named


def _last_known(now: datetime) -> date:
    """The day of *now*, or the last one that the tables of tariffs know."""
    from synergie.energy.plan.tariff import tables

    return tables.shipped().last_day(now.astimezone(ZoneInfo("Europe/Paris")).date())


def _parse_span_option(option: str, text: str) -> tuple[str, str]:
    from synergie.lighting.plan.inputs import span_of

    found = span_of(text)
    if found is None:
        raise Misuse(_("{}: found {!r}, expected {}").format(option, text, "00:00-05:30"))
    return found


def _parse_offpeak_window(text: str) -> "OffPeakWindow":
    from synergie.energy.records.power import OffPeakWindow

    starts, ends = _parse_span_option("--offpeak", text)
    return OffPeakWindow(starts=starts, ends=ends)


def _parse_commune_files(told: Sequence[str], files: Sequence[Path]) -> dict[Path, str]:
    """`INSEE=FILE` as file → code; INSEE alone holds for all; FILE may be a pattern."""
    found: dict[Path, str] = {}
    for one in told:
        code, equals, name = one.partition("=")
        named = [
            file for file in files if not equals or name == str(file) or fnmatch(file.name, name)
        ]
        if not named:
            raise Misuse(_("{} {}: {} is none of the files").format("--commune", one, name))
        found = dict.fromkeys(named, code) | found if not equals else found | dict.fromkeys(
            named, code
        )  # fmt: skip
    return found


def criteria_of(text: str) -> tuple["LightingCriterion", ...]:
    """`cost,night` as criteria. Misuse for a word that is none."""
    from typing import get_args

    from synergie.lighting.records.effects import LightingCriterion

    known: dict[str, LightingCriterion] = {
        one: one for one in get_args(LightingCriterion.__value__)
    }
    known |= _WORDS
    words = [word.strip().casefold() for word in text.split(",")]
    found = tuple(dict.fromkeys(known[word] for word in words if word in known))
    if not set(words) <= set(known) or len(found) < 2:  # noqa: PLR2004 (a frontier has two sides)
        expected = ", ".join(sorted(known))
        raise Misuse(_("{}: found {!r}, expected {}").format("--frontier", text, expected))
    return found


def pair_of(text: str | None, study: "LightingStudy") -> tuple[str, str] | None:
    """`s4,s5` as two scenarios of the study."""
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    known = [one.id for one in study.scenarios]
    if len(words) != 2 or len(set(words)) != 2 or not set(words) <= set(known):  # noqa: PLR2004
        expected = ", ".join(known)
        raise Misuse(_("{}: found {!r}, expected {}").format("--pair", text, expected))
    return words[0], words[1]
