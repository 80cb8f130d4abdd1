from synergie.samples.draw import Draw


def test_the_stream_of_a_name_never_changes() -> None:
    draw = Draw(54, "lamps")
    assert draw.bits() == 6067066603703549078
    assert [draw.draw_integer(1, 6) for _ in range(5)] == [6, 1, 5, 6, 1]


def test_other_names_and_other_seeds_give_other_streams() -> None:
    first = [draw.bits() for draw in (Draw(54, "a"), Draw(54, "b"), Draw(55, "a"))]
    assert len(set(first)) == 3


def test_splitmix64_gives_its_published_numbers() -> None:
    draw = Draw(0, "any")
    draw._state = 1234567  # the vector of the Java reference implementation (Vigna, splitmix64.c)
    assert [draw.bits() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_units_stay_in_their_interval_and_fill_it() -> None:
    draw = Draw(1, "unit")
    units = [draw.unit() for _ in range(20_000)]
    assert 0 <= min(units) < 0.001
    assert 0.999 < max(units) < 1
    assert abs(sum(units) / len(units) - 0.5) < 0.01


def test_a_shuffle_loses_and_adds_nothing() -> None:
    items = list(range(500))
    shuffled = Draw(1, "shuffle").shuffled(items)
    assert shuffled != items
    assert sorted(shuffled) == items
