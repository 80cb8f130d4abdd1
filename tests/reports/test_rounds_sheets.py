"""Work sheets: everything a crew needs is on its sheet, in order, and nothing can run."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import override

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.maintenance.records.rounds import RoundStop
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.rounds_sheet import Pause, SheetStop, work_sheet
from synergie.maintenance.reports.sheets import day_sheets, work_sheets
from synergie.maintenance.reports.words import part
from synergie.park.records.crew import RoadOrder
from synergie.reports.french import format_hour
from tests.reports.maintained import MONDAY, kept


class Reader(HTMLParser):
    """The words of a page, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return plain(" ".join(self.words))


def plain(text: str) -> str:
    """Plain spaces and apostrophes."""
    return re.sub(r"\s+", " ", text).replace("’", "'")


def words(page: str) -> str:
    """What a person reads of a page, with plain spaces."""
    return Reader(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)).text


@pytest.fixture(scope="module")
def brief() -> MaintenanceBrief:
    return kept()


@pytest.fixture(scope="module")
def pages(brief: MaintenanceBrief) -> dict[str, str]:
    return work_sheets(brief)


def changed(brief: MaintenanceBrief, **changes: object) -> Week:
    """The week with every stop changed."""
    week = brief.weeks[0]
    stops = tuple(stop.model_copy(update=changes) for stop in week.problem.stops)
    return Week(problem=week.problem.model_copy(update={"stops": stops}), plan=week.plan)


def test_there_is_one_sheet_a_crew_a_day(pages: dict[str, str], brief: MaintenanceBrief) -> None:
    days = [(one.day, one.crew) for one in brief.weeks[0].rounds]
    assert list(pages) == [f"{day.isoformat()}-{crew}.html" for day, crew in days]
    assert len(days) == 4


def test_every_stop_is_on_the_sheet_of_its_crew_in_order_with_all_it_needs(
    pages: dict[str, str], brief: MaintenanceBrief
) -> None:
    week = brief.weeks[0]
    for one, page in zip(week.rounds, pages.values(), strict=True):
        told = [words(part) for part in page.split("<article")[1:]]
        assert len(told) == len(one.stops) == 5
        for text, planned in zip(told, one.stops, strict=True):
            stop = week.stops[planned.stop]
            place = week.places[stop.place]
            for wanted in (
                plain(format_hour(planned.starts_at, week.tz)), stop.asset, str(place.name),
                f"geo:{place.location.latitude:.5f},{place.location.longitude:.5f}",
                brief.commune(stop.insee_code), "Clé triangle", "18-510", "15 min de route",
                *(f"{each.count} × {plain(part(each.part))}" for each in stop.parts),
            ):  # fmt: skip
                assert wanted in text


def test_a_fault_says_its_ticket_how_bad_it_is_and_what_fails(pages: dict[str, str]) -> None:
    page = words(pages["2026-11-30-nacelle-1.html"])
    assert "T-2026-001 : câble à nu au pied du mât" in page
    assert "Danger : mettre en sécurité tout de suite" in page
    first = page[: page.index("La journée en un coup d'œil")]
    assert re.search(r"Danger : arrêt \d à \d\d h \d\d, A-\S+ ; T-2026-001 : câble à nu", first)
    assert "Danger :" not in words(pages["2026-12-01-nacelle-1.html"])


def test_the_traffic_order_and_the_works_of_others_are_told_where_they_hold(
    pages: dict[str, str], brief: MaintenanceBrief
) -> None:
    first = words(pages["2026-11-30-nacelle-1.html"])
    assert "Arrêté de circulation 2026-118 : travail permis seulement de 09 h 00 à 16 h 00" in first
    other = words(pages["2026-11-30-nacelle-2.html"])
    assert other.count("EAU-7") == 1
    assert "2026-118" not in other
    assert brief.book is not None
    whole = RoadOrder(
        id="X-1",
        cabinets=("A-54215-03", "A-54150-01"),
        rule="never",
        from_day=MONDAY,
        to_day=MONDAY,
    )
    book = brief.book.model_copy(update={"road_orders": (whole,)})
    pages = work_sheets(replace(brief, book=book))
    told = {name: page.count("X-1") for name, page in pages.items()}
    assert told == {"2026-11-30-nacelle-1.html": 0, "2026-11-30-nacelle-2.html": 1,
                    "2026-11-30-nacelle-sde.html": 0, "2026-12-01-nacelle-1.html": 0}  # fmt: skip


def test_all_crews_of_a_day_print_at_once_each_under_its_own_head(
    brief: MaintenanceBrief, pages: dict[str, str]
) -> None:
    days = day_sheets(brief)
    assert list(days) == ["2026-11-30.html", "2026-12-01.html"]
    whole = days["2026-11-30.html"]
    assert whole.count("<h1") == 1
    assert re.findall(r"@page (sheet-\d)", whole) == ["sheet-1", "sheet-2", "sheet-3"]
    told = words(whole)
    for name, page in pages.items():
        if name.startswith("2026-11-30"):
            alone = words(page[page.index("<main") : page.index("</main>")])
            assert alone.strip() in told


def test_an_unknown_network_is_told_as_the_hardest(brief: MaintenanceBrief) -> None:
    told = words(next(iter(work_sheets(brief, [changed(brief, network_mix=None)]).values())))
    assert told.count("Nature inconnue : la constater avant tout travail") == 5


def test_the_break_stands_between_its_stops(brief: MaintenanceBrief) -> None:
    week = brief.weeks[0]
    for one in week.rounds:
        steps = work_sheet(brief, week, one).steps
        at = next(rank for rank, step in enumerate(steps) if isinstance(step, Pause))
        before = [p for p in one.stops if one.break_at and p.ends_at <= one.break_at]
        assert at == len(before) == 3
        assert [s.number for s in steps if isinstance(s, SheetStop)] == [1, 2, 3, 4, 5]


def test_what_to_load_is_what_the_stops_take(brief: MaintenanceBrief) -> None:
    week = brief.weeks[0]
    one = week.rounds[0]
    told = work_sheet(brief, week, one).load
    assert told == work_sheet(brief, week, one.model_copy(update={"parts": ()})).load
    assert [many for _, many in told] == ["5", "10"]


def test_each_sheet_has_boxes_to_tick_and_room_to_write(pages: dict[str, str]) -> None:
    for page in pages.values():
        reader = Reader(page)
        boxes = [tag for tag, attrs in reader.tags if attrs.get("class") == "box"]
        assert len(boxes) == 5 * 3 + 2
        assert sum(attrs.get("class") == "remarks" for _, attrs in reader.tags) == 5
        assert words(page).count("Urgence : 112") == 2


def test_the_page_needs_nothing_and_runs_nothing(pages: dict[str, str]) -> None:
    for page in pages.values():
        for tag, attrs in Reader(page).tags:
            assert tag not in {"script", "iframe", "img", "object", "embed", "form", "base"}
            assert not {"src", "srcset", "style", "onclick"} & set(attrs)
            assert (attrs.get("href") or "#").startswith(("#", "data:,", "geo:")), attrs
        assert 'lang="fr"' in page and "http://" not in page and "https://" not in page
        assert "default-src &#39;none&#39;" in page


def test_text_is_large_and_black(pages: dict[str, str]) -> None:
    """Print is 12 points at least, and no colour is used but black and white."""
    style = re.search(r"<style>(.*?)</style>", next(iter(pages.values())), re.DOTALL)
    assert style is not None
    assert {one.lower() for one in re.findall(r"#[0-9a-fA-F]{3,6}\b", style[1])} <= {"#000", "#fff"}
    sizes = [float(one) for one in re.findall(r"font-size:([\d.]+)pt", style[1])]
    rems = [float(one) for one in re.findall(r"font-size:([\d.]+)rem", style[1])]
    assert min(sizes) >= 11.5 and min(rems) * 11.5 >= 12


def test_hostile_texts_stay_texts(brief: MaintenanceBrief) -> None:
    week = changed(brief, instructions='<script>alert(1)</script> "; } body{display:none}')
    for page in work_sheets(brief, [week]).values():
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_revised_sheet_says_so_and_marks_what_is_new_moved_or_done(
    brief: MaintenanceBrief, pages: dict[str, str]
) -> None:
    week = brief.weeks[0]
    first, second, *others = week.plan.rounds
    told = first.model_copy(update={"stops": first.stops[1:]})
    before = week.plan.model_copy(update={"rounds": (told, second, *others)})
    done = second.stops[0].model_copy(update={"fixed": True})
    after = week.plan.model_copy(
        update={
            "moved": (first.stops[2].stop,),
            "rounds": (
                first,
                second.model_copy(
                    update={"stops": (done, *second.stops[1:]), "overtime_minutes": 25}
                ),
                *others,
            ),
        }
    )
    made = Week(problem=week.problem, plan=after, revision=1, before=before)
    one, other, *_ = (words(page) for page in work_sheets(brief, [made]).values())
    assert "Version 2 : remplace la feuille précédente" in one
    assert one.count("Nouveau ou déplacé") == 2 * 2  # at a glance, and at the stop
    assert other.count("Déjà fait ou commencé") == 2 and "Heures en plus 25 min" in other
    for page in pages.values():
        assert "Version" not in page and "Nouveau ou" not in page and "Heures en plus" not in page


TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")), min_size=1, max_size=120
)


@given(TEXT, TEXT)
def test_any_text_is_on_the_sheet_as_it_was(asset: str, crew: str) -> None:
    brief = kept()
    week = brief.weeks[0]
    stops = tuple(one.model_copy(update={"asset": asset}) for one in week.problem.stops)
    rounds = (week.plan.rounds[0].model_copy(update={"crew": crew}),)
    made = Week(
        problem=week.problem.model_copy(update={"stops": stops}),
        plan=week.plan.model_copy(update={"rounds": rounds}),
    )
    (page,) = work_sheets(brief, [made]).values()
    assert plain(asset).strip() in plain(words(page))
    assert {tag for tag, _ in Reader(page).tags} <= PLAIN


PLAIN = frozenset(
    {"html", "head", "meta", "link", "title", "style", "body", "a", "header", "p", "strong", "h1",
     "span", "dl", "div", "dt", "dd", "main", "section", "h2", "ul", "li", "table", "thead",
     "tbody", "tr", "th", "td", "article", "h3", "footer"}
)  # fmt: skip
"""Every tag that a sheet has."""


def test_a_crew_of_a_strange_name_has_a_plain_file_and_a_quoted_head(
    brief: MaintenanceBrief,
) -> None:
    week = brief.weeks[0]
    rounds = tuple(
        one.model_copy(update={"crew": f"Équipe:{rank}.x"})
        for rank, one in enumerate(week.plan.rounds)
    )
    plan = week.plan.model_copy(update={"rounds": rounds})
    pages = work_sheets(brief, [Week(problem=week.problem, plan=plan)])
    assert len(pages) == 4
    assert all(re.fullmatch(r"[a-z0-9-]+\.html", name) for name in pages)


def test_a_round_without_stops_has_no_sheet_and_unknown_stops_break_nothing(
    brief: MaintenanceBrief,
) -> None:
    week = brief.weeks[0]
    first, *others = week.plan.rounds
    empty = first.model_copy(update={"stops": ()})
    plan = week.plan.model_copy(update={"rounds": (empty, *others)})
    assert len(work_sheets(brief, [Week(problem=week.problem, plan=plan)])) == 3
    none: tuple[RoundStop, ...] = ()
    bare = Week(problem=week.problem.model_copy(update={"stops": none, "places": (), "shifts": ()}),
                plan=week.plan)  # fmt: skip
    assert len(work_sheets(replace(brief, park=None, book=None), [bare])) == 4


def test_the_same_brief_gives_the_same_bytes(
    brief: MaintenanceBrief, pages: dict[str, str]
) -> None:
    assert work_sheets(kept()) == pages
    assert brief.made_at == kept().made_at
