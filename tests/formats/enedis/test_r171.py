"""R171: daily indexes of C1 to C4 points, local times."""

import io

import pytest

from synergie.errors import BadInput
from synergie.formats.enedis import r171
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.enedis import flows
from tests.formats.enedis.flows import OTHER, PRM, serie, utc

WHEN = "2026-06-10T00:51:11"


def read(data: bytes, profile: Profile | None = None) -> tuple[list[RegisterReading], Report]:
    records, report = r171.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def test_each_quantity_and_class_is_a_register_with_its_unit() -> None:
    quantities = [("EA", "Wh"), ("ERI", "VARh"), ("ERC", "VARh"), ("PMA", "VA"), ("TF", "s"),
                  ("DD", "s")]  # fmt: skip
    series = [
        serie([(WHEN, i * 10 + j)], grandeurPhysique=code, unite=unit, codeClasseTemporelle=name)
        for i, (code, unit) in enumerate(quantities)
        for j, name in enumerate(("HPH", "HCH", "HPE", "HCE", "P"))
    ]
    readings, report = read(flows.r171(*series))
    assert (len(readings), report.kept, report.refusals) == (30, 30, 0)
    assert [one.quantity for one in readings[::5]] == [
        "active_energy", "reactive_inductive", "reactive_capacitive", "apparent_power_max",
        "operating_time", "overrun_time",
    ]  # fmt: skip
    assert [one.unit for one in readings[::5]] == ["Wh", "VArh", "VArh", "VA", "s", "s"]
    assert {one.register_class for one in readings} == {"HPH", "HCH", "HPE", "HCE", "P"}
    assert {one.grid for one in readings} == {"distributor"}
    assert {one.instant for one in readings} == {utc("2026-06-09T22:51:11")}
    assert {one.source for one in readings} == {"enedis-r171"}
    assert [int(one.value) for one in readings[:5]] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("code", ["DQ", "DE"])
def test_overruns_are_passed_over_with_a_remark(code: str) -> None:
    readings, report = read(
        flows.r171(serie([(WHEN, 0)], grandeurPhysique=code, unite="s"), serie([(WHEN, 5)]))
    )
    assert (len(readings), report.refusals) == (1, 0)
    assert report.findings["series-not-read"].args == (code,)


def test_every_series_is_accounted_for() -> None:
    other = (
        f"<serieMesuresDatees><prmId>{PRM}</prmId><grandeurMetier>CONS</grandeurMetier>"
        "<grandeurPhysique>EA</grandeurPhysique><unite>Wh</unite><mesuresDateesListe/>"
        f"<mesureDatee><dateFin>{WHEN}</dateFin><valeur>5</valeur></mesureDatee>"
        "</serieMesuresDatees>"
    )
    series = [
        serie([(WHEN, 5)]),
        serie([], codeClasseTemporelle="HCH"),
        serie([(WHEN, 0)], grandeurPhysique="DQ", unite="s"),
        serie([(WHEN, 0)], grandeurPhysique="DE", unite="s"),
        other,
    ]
    readings, report = read(flows.r171(*series))
    told = {code: found.times for code, found in report.findings.items()}
    assert len(readings) == 1
    assert told == {"series-not-read": 2, "series-empty": 3}


def test_production_is_fed_into_the_grid_and_a_supplier_class_is_told() -> None:
    ((fed,), _) = read(flows.r171(serie([(WHEN, 5)], grandeurMetier="PROD", typeCalendrier="F")))
    assert (fed.direction, fed.grid) == ("export", "supplier")


def test_a_layout_with_codes_as_attributes_or_other_names_is_read() -> None:
    inner = (
        f"<pointId>{PRM}</pointId><grandeurMetier>CONS</grandeurMetier>"
        '<grandeurPhysique code="EA"/><classeTemporelle code="HPH"/><unite>Wh</unite>'
        "<mesuresDateesListe><mesureDatee><d>2026-06-10 00:51:11</d><v>7</v></mesureDatee>"
        "</mesuresDateesListe>"
    )
    data = f"<R171><serieMesuresDatees>{inner}</serieMesuresDatees></R171>".encode()
    ((reading,), _) = read(data)
    assert (reading.register_class, int(reading.value), reading.instant) == (
        "HPH", 7, utc("2026-06-09T22:51:11"),
    )  # fmt: skip


def test_a_lone_time_in_the_repeated_hour_is_refused_and_never_guessed() -> None:
    _, report = read(flows.r171(serie([("2026-10-25T02:37:56", 5)]), serie([(WHEN, 6)])))
    assert [refused.fault.check for refused in report.refused] == ["label-ambiguous"]
    _, report = read(flows.r171(serie([("2026-03-29T02:37:56", 5)]), serie([(WHEN, 6)])))
    assert [refused.fault.check for refused in report.refused] == ["label-nonexistent"]
    assert (report.kept, report.refusals) == (1, 1)


def test_an_index_that_goes_down_is_found() -> None:
    _, report = read(flows.r171(serie([("2026-06-09T00:51:11", 500), (WHEN, 400)])))
    assert report.findings["register-decreasing"].args == ("500", "400")


def test_an_exact_repeat_is_counted_and_another_value_refused() -> None:
    readings, report = read(flows.r171(serie([(WHEN, 5), (WHEN, 5), (WHEN, 6)])))
    assert (len(readings), report.kept, report.duplicates, report.refusals) == (1, 1, 1, 1)
    assert report.refused[0].fault.where == "record 3, /v"


@pytest.mark.parametrize(
    ("head", "code"),
    [({"prmId": "123"}, "bad-identifier"), ({"unite": None}, "unit-unknown"),
     ({"unite": "kg"}, "unit-unknown"), ({"grandeurMetier": "?"}, "bad-cell")],
)  # fmt: skip
def test_a_series_that_is_wrong_is_refused_with_all_its_indexes(
    head: dict[str, object], code: str
) -> None:
    values = [("2026-06-09T00:51:11", 4), (WHEN, 5)]
    readings, report = read(flows.r171(serie(values, **head), serie(values, prmId=OTHER)))
    assert {one.supply_point for one in readings} == {f"prm:{OTHER}"}
    assert [refused.fault.check for refused in report.refused] == [code, code]


def test_a_file_without_series_is_refused_and_an_empty_list_gives_nothing() -> None:
    with pytest.raises(BadInput, match="serieMesuresDatees"):
        read(b"<R171><autre/></R171>")
    assert read(flows.r171())[0] == []
