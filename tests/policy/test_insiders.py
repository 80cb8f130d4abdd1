"""What is left to one organisation or to two: none that fails is passed over, however many."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from synergie.policy.trust.atoms import Limits, Part, fault
from synergie.policy.trust.insiders import list_remainders
from synergie.schemas.publication.cell_scheme import Category

TEN = Limits(min_points=10)
BODIES = "abcd"


def part(n: int, wh: int, known_to: str = "", *, holder: str = "", kind: Category) -> Part:
    return Part(f"p{n}", holder or f"p{n}", kind, wh, known_to=frozenset(known_to))


def home(n: int, known_to: str = "", wh: int = 5) -> Part:
    return part(n, wh, known_to, kind="residential")


def test_two_who_join_may_not_be_left_with_four_homes() -> None:
    """Each of them alone is left with fourteen."""
    parts = [home(n, "a" if n < 10 else "b" if n < 20 else "") for n in range(24)]
    for one in "ab":
        known = [p._replace(known_to=p.known_to & {one}) for p in parts]
        assert fault(known, TEN) is None
    assert fault(parts, TEN) == "insider"
    assert fault([*parts, *(home(n) for n in range(24, 30))], TEN) is None


def test_two_who_know_all_between_them_learn_nothing() -> None:
    parts = [home(n, "a" if n < 10 else "b") for n in range(24)]
    assert fault(parts, TEN) is None


def test_two_who_join_may_not_be_left_with_one_that_is_nearly_all() -> None:
    parts = [home(n, "a" if n < 10 else "b" if n < 20 else "", 100) for n in range(20)]
    rest = [home(n) for n in range(20, 30)]
    assert fault([*parts, *rest], TEN) is None
    assert fault([*parts, rest[0]._replace(wh=800), *rest[1:]], TEN) == "insider"


@given(
    drawn=st.lists(
        st.tuples(
            st.sampled_from([0, 1, 5, 5, 5, 90, -4]),
            st.sets(st.sampled_from(BODIES)),
            st.integers(0, 5),
        ),
        min_size=10,
        max_size=40,
    ),
    kind=st.sampled_from(["residential", "professional"]),
    change=st.booleans(),
)
def test_what_fails_by_insiders_is_what_fails_in_some_remainder_by_brute_force(
    drawn: list[tuple[int, set[str], int]], kind: Category, *, change: bool
) -> None:
    parts = [
        part(n, wh, "".join(who), holder=f"h{h}" if kind == "professional" else "", kind=kind)
        for n, (wh, who, h) in enumerate(drawn)
    ]
    plain = [one._replace(known_to=frozenset()) for one in parts]
    alone = fault(plain, TEN, change=change)
    coalitions = [*combinations(BODIES, 1), *combinations(BODIES, 2)]
    left = [
        [p for p, one in zip(plain, parts, strict=True) if not one.known_to & {*some}]
        for some in coalitions
    ]
    fails = any(some and fault(some, TEN, change=change) is not None for some in left)
    found = fault(parts, TEN, change=change)
    assert (found is None) == (alone is None and not fails)
    if alone is not None and found != "insider":
        assert found == alone


def test_of_fifteen_hundred_bodies_and_twenty_thousand_homes_each_is_weighed() -> None:
    """One of them knows half: it is paired with each, the others with none."""
    parts = [home(n, f"{n % 2}") for n in range(20_000)]
    parts = [
        one._replace(known_to=frozenset({f"body-{n % 1500}", *(["large"] if n % 2 else [])}))
        for n, one in enumerate(parts)
    ]
    assert list_remainders(parts, TEN.bounds) == []
    assert fault(parts, TEN) is None
    few = [one for n, one in enumerate(parts) if n % 2 or n < 18]
    assert fault(few, TEN) == "insider"
