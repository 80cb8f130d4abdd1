"""Names that the house made itself, in the language spoken; a name that a person gave stays.

One is known by its identifier and its French text, both (`lighting.plan.house_names`).
"""

import re
from collections.abc import Mapping

from synergie.lighting.plan.house_names import (
    COUNCIL,
    ENTRIES,
    FACTORS,
    OWNER,
    SCHEDULES,
    SHOWN,
    SIX,
    STUDY,
    TODAY_OFF,
    UNTOLD_OFF,
    off_name,
)
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule
from synergie.lighting.records.study import EmissionFactor
from synergie.lighting.records.weighing import GroupVoice
from synergie.reports.language import Pair, choose_text

_OF_FORM = "conseil"
"""What the form of the pages calls the group that a council is."""
_CLOCK = re.compile("(\\d{1,2})\u00a0h(?:\u00a0(\\d\\d))?", re.ASCII)


def study_name(name: str) -> str:
    """What a study is called."""
    return choose_text(*STUDY) if name == STUDY[0] else name


def body_name(name: str) -> str:
    """What a body is called that bears its name as its identifier."""
    return choose_text(*OWNER) if name == OWNER[0] else name


def voice_name(one: GroupVoice) -> str:
    """What a group is called that spoke."""
    is_of_form = one.kind == "council" and one.group.rpartition(":")[2] == _OF_FORM
    return choose_text(*COUNCIL) if is_of_form and one.name in COUNCIL else one.name


def scenario_name(key: str, name: str) -> str:
    """What a scenario is called."""
    return _translate_name(key, name, SIX, SHOWN)


def schedule_name(one: LightingSchedule) -> str:
    """What a schedule is called."""
    if one.id in {TODAY_OFF, UNTOLD_OFF} and len(one.spans) == 1:
        made = off_name(one.spans[0].starts, one.spans[0].ends)
        return choose_text(*made) if one.name == made[0] else one.name
    return _translate_name(one.id, one.name, SCHEDULES)


def entry_name(one: Retrofit) -> str:
    """What an entry of the catalogue is called."""
    return _translate_name(one.id, one.name, ENTRIES)


def describe_emission_factor(one: EmissionFactor) -> tuple[str, str]:
    """What an emission factor is called, and where it comes from."""
    found = FACTORS.get((one.name, one.source))
    return (
        (one.name, one.source)
        if found is None
        else (choose_text(*found[0]), choose_text(*found[1]))
    )


def format_clock_time(told: str) -> str | None:
    """A clock time that a sentence tells the French way, as the reader writes it. None: it is none.

    5 h 30 is 05:30 in English.
    """
    found = _CLOCK.fullmatch(told)
    return None if found is None else choose_text(told, f"{int(found[1]):02d}:{found[2] or '00'}")


def _translate_name(key: str, name: str, *tables: Mapping[str, Pair]) -> str:
    """The house's name of *key* in the language spoken; *name* where it is another one."""
    pairs = (table[key] for table in tables if key in table)
    return next((choose_text(*pair) for pair in pairs if pair[0] == name), name)
