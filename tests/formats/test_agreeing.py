"""What one record says against itself, or of a day that has not come."""

from datetime import date

import pytest

from synergie.formats.agreeing import find_record_doubts
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.work_order import WorkOrder

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("segment", "option", "kva", "codes"),
    [
        ("C5", "BTINFCU4", 36, []),
        ("C5", "BTSUPCU", 36, ["segment-differs"]),
        ("C4", "BTSUPCU4", 60, []),
        ("C4", None, 6, ["segment-differs"]),
        ("C4", None, 36, []),
        ("C3", "HTALU5", 1200, []),
        ("C5", "HTALU5", 12, ["segment-differs"]),
        ("C5", "XYZ", 12, []),
        (None, "BTSUPCU4", 60, []),
    ],
)
def test_segment_option_and_power_go_together(
    segment: str | None, option: str | None, kva: float, codes: list[str]
) -> None:
    point = SupplyPointRecord.model_validate({
        "scheme": "prm", "code": "99000000000017", "personal_data": "none", "tariff_code": option,
        "market_segment": segment, "subscribed_power_kva": kva, "provenance": "synthetic",
    })  # fmt: skip
    assert [check.code for check, _ in find_record_doubts(point, None)] == codes


def test_what_was_done_lies_in_the_past() -> None:
    def light(day: date) -> LightPointRecord:
        return LightPointRecord(external_id="PL", installed_on=day, provenance="synthetic")

    assert (
        list(find_record_doubts(light(TODAY), TODAY))
        == list(find_record_doubts(light(date(2033, 9, 1)), None))
        == []
    )
    ((check, args),) = find_record_doubts(light(date(2033, 9, 1)), TODAY)
    assert (check.code, args) == ("date-ahead", ("PL", date(2033, 9, 1), TODAY))


def test_a_work_is_done_after_it_was_reported() -> None:
    def codes(reported: date, done: date) -> list[str]:
        work = WorkOrder(external_id="W", kind="repair", reported_at=reported, done_at=done,
                         provenance="synthetic")  # fmt: skip
        return [check.code for check, _ in find_record_doubts(work, TODAY)]

    assert codes(date(2026, 10, 3), date(2026, 10, 3)) == []
    assert codes(date(2026, 10, 3), date(2026, 9, 1)) == ["done-before"]
    assert codes(date(2026, 10, 3), date(2027, 1, 1)) == ["date-ahead"]
