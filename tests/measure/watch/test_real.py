"""The figures of the page are those of the run, and what must always be found is."""

from pathlib import Path

from tests.measure.watch.real import HEAD, PAGE, judge_all, render_part


def test_the_page_tells_what_the_run_finds_on_real_curves(shared: Path) -> None:
    assert shared.is_dir()
    found = judge_all()
    assert PAGE.read_text(encoding="utf-8").partition(HEAD)[2] == render_part(found)[len(HEAD) :]
    for name, one in found.items():
        assert one.lamps_refused == one.windows, name
        for kind in ("silent meter", "a day above the subscribed power"):
            told = one.of(kind)
            assert (told.missed, told.planted + told.refused) == (0, one.windows), (name, kind)
            assert told.refused <= 1, name
