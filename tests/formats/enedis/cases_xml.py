"""The XML formats of Enedis before the conformance suite."""

from datetime import date

from tests.formats.cases import Case
from tests.formats.enedis import flows

DAY = date(2026, 6, 10)


def r50_day(day: date) -> bytes:
    return flows.r50({flows.PRM: [flows.r50_day(day)]})


def spoiled(data: bytes, old: bytes, new: bytes) -> bytes:
    """*data* with the last *old* made *new*."""
    before, found, after = data.rpartition(old)
    assert found
    return before + new + after


R151 = flows.r151(
    {
        flows.PRM: [
            flows.r151_day(date(2026, 6, day), flows.classe("HPH", 1_000 * day), peak=3_000 + day)
            for day in (9, 10)
        ]
    }
)
R171 = flows.r171(flows.serie([("2026-06-09T00:51:11", 1320), ("2026-06-10T00:51:11", 1450)]))
R15 = flows.r15(
    {
        flows.PRM: [
            flows.releve(
                flows.cadran("BASE", 10_160, Valeur_Precedent=10_060),
                flows.cadran("BASE", 100, Classe_Mesure=2),
            )
        ]
    }
)
C15 = flows.c15(flows.c15_prm(flows.releve(flows.cadran("BASE", 2531), flows.cadran("HP", 7))))
F12 = flows.f12(flows.acheminement("32.74"), flows.acheminement("-13.71"), total="19.03")
F15 = flows.f15(flows.billed("50.00"), flows.billed("-24.50"), total="25.50")
PERIODS = flows.periods_answer(
    flows.periods(
        flows.energy(1027, "2026-05-09", "2026-06-09"),
        flows.energy(824, "2026-04-09", "2026-05-09"),
    )
)
_DAYS = "one index a civil day: the clock change has no place in it"
_READINGS = "indexes at readings, no steps within a day"
_BILLS = "amounts of civil periods, no steps within a day"

CASES: list[Case] = [
    Case(
        format="enedis-r50",
        name="ENEDIS_R50_P_00000000_00001_00001.xml",
        data=r50_day(DAY),
        records=1,
        bad=spoiled(r50_day(DAY), b"<V>1000<", b"<V>mille<"),
        day=r50_day,
        day_steps=48,
    ),
    Case(
        format="enedis-r4x",
        name="ENEDIS_R4Q_CDC_00000000_00001.xml",
        data=flows.r4x_day(DAY),
        records=1,
        bad=spoiled(flows.r4x_day(DAY), b'"28"', b'"vingt"'),
        day=flows.r4x_day,
        day_steps=144,
    ),
    Case(
        format="enedis-r151",
        name="ENEDIS_R151_P_00000000_00001.xml",
        data=R151,
        records=3,
        bad=spoiled(R151, b"<Valeur>10000<", b"<Valeur>dix<"),
        skips={"clock": _DAYS},
    ),
    Case(
        format="enedis-r171",
        name="ENEDIS_R171_C_00000000_00001.xml",
        data=R171,
        records=2,
        bad=spoiled(R171, b"<valeur>1450<", b"<valeur>-1<"),
        skips={"clock": _DAYS},
    ),
    Case(
        format="enedis-r15",
        name="ENEDIS_R15_00000000_00001.xml",
        data=R15,
        records=3,
        bad=spoiled(R15, b"<Valeur>100<", b"<Valeur>cent<"),
        skips={"clock": _READINGS},
    ),
    Case(
        format="enedis-c15",
        name="ENEDIS_C15_00000000_00001.xml",
        data=C15,
        records=4,
        bad=spoiled(C15, b"<Valeur>7<", b"<Valeur>sept<"),
        skips={"clock": _READINGS},
    ),
    Case(
        format="enedis-f12",
        name="ENEDIS_F12_00000000_00001.xml",
        data=F12,
        records=3,
        bad=spoiled(F12, b"<Montant_HT>-13.71<", b"<Montant_HT>-13,71<"),
        skips={"clock": _BILLS},
    ),
    Case(
        format="enedis-f15",
        name="ENEDIS_F15_00000000_00001.xml",
        data=F15,
        records=2,
        bad=spoiled(F15, b"<Montant_HT>-24.50<", b"<Montant_HT><"),
        skips={"clock": _BILLS},
    ),
    Case(
        format="enedis-sge-measures",
        name="response.xml",
        data=flows.measures_day(DAY),
        records=1,
        bad=spoiled(flows.measures_day(DAY), b"<v>1000<", b"<v>-1<"),
        day=flows.measures_day,
        day_steps=48,
    ),
    Case(
        format="enedis-sge-periods",
        name="response.xml",
        data=PERIODS,
        records=2,
        bad=spoiled(PERIODS, b"<valeur>824<", b"<valeur>beaucoup<"),
        skips={"clock": _BILLS},
    ),
]
