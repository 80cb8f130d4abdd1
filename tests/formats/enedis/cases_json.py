"""The CSV and JSON formats of Enedis before the conformance suite."""

from datetime import date, timedelta

from tests.formats.cases import Case
from tests.formats.enedis.r6x import envelope, labels, mesure
from tests.formats.enedis.test_hdm_curve import hdm, whole_days

DAY = date(2026, 6, 10)


def hdm_day(day: date) -> bytes:
    end = day + timedelta(days=1)
    rows = whole_days(day, 1, 600, "start")
    return hdm(rows, first=f"{day:%d/%m/%Y}", end=f"{end:%d/%m/%Y}")


def r63_day(day: date) -> bytes:
    points = [{"d": d, "v": "1000", "p": "PT30M", "n": "B", "iv": 0, "ec": None}
              for d in labels(day, 1, 1800, end=True)]  # fmt: skip
    return envelope("R63", [mesure(points)])


def spoiled(data: bytes, old: bytes, new: bytes) -> bytes:
    """*data* with the last *old* made *new*."""
    before, _, after = data.rpartition(old)
    return before + new + after


CASES: list[Case] = [
    Case(
        format="enedis-hdm-curve",
        name="Enedis_SGE_HDM_A0000000.csv",
        data=hdm_day(DAY),
        records=1,
        bad=spoiled(hdm_day(DAY), b";1000", b";mille"),
        day=hdm_day,
        day_steps=144,
    ),
    Case(
        format="enedis-r63",
        name="ENEDIS_R63_P_CdC_M0000000_00001_20261125000000.json",
        data=r63_day(DAY),
        records=1,
        bad=spoiled(r63_day(DAY), b'"1000"', b'"mille"'),
        day=r63_day,
        day_steps=48,
    ),
]
