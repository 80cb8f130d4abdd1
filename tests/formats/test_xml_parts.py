"""XML as flat parts: what ended since the part before."""

import io
import tracemalloc
from itertools import islice
from typing import override

import pytest

from synergie.errors import BadInput, TooLarge
from synergie.formats._xml import Part, iterate_parts


class Endless(io.BytesIO):
    """A block so many times between two tags, made as it is read."""

    def __init__(self, block: bytes, n: int) -> None:
        super().__init__()
        self.left = [b"<r>", *[block] * n, b"</r>"]

    @override
    def read(self, _: int | None = -1) -> bytes:
        return self.left.pop(0) if self.left else b""


def told(data: str | bytes, *names: str, row: str | None = None) -> list[Part]:
    raw = data.encode() if isinstance(data, str) else data
    return list(iterate_parts(io.BytesIO(raw), *names, row=row))


def test_a_part_holds_what_ended_since_the_one_before() -> None:
    one, two = told("<r><a> 1 </a><p>own</p><b>2</b><c><d/>x</c><p/></r>", "p")
    assert (one.name, one.text, one.leaves()) == ("p", "own", [("a", "1")])
    assert (two.text, two.leaves()) == ("", [("b", "2"), ("d", ""), ("c", "x")])
    assert (two.first_text("b"), two.first_text("d"), two.first_text("absent")) == ("2", "", "")


def test_prefixes_are_taken_away() -> None:
    (part,) = told('<n:r xmlns:n="urn:x"><n:a>1</n:a><b>2</b><n:p/></n:r>', "p")
    assert (part.name, part.leaves()) == ("p", [("a", "1"), ("b", "2")])


def test_comments_and_cdata_and_references_belong_to_the_text() -> None:
    (part,) = told("<r><a>1<!-- no -->2<![CDATA[<3>]]>&amp;&#52;</a><p/></r>", "p")
    assert part.leaves() == [("a", "12<3>&4")]


def test_texts_are_whole_wherever_the_blocks_end() -> None:
    for shift in range(64):
        filling = "x" * ((1 << 16) - 200 - shift)
        data = f"<r><f>{filling}</f>" + "".join(f"\n<a>{i:05}</a>" for i in range(99)) + "<p/></r>"
        (part,) = told(data, "p")
        assert part.leaves()[1:] == [("a", f"{i:05}") for i in range(99)]


def test_attributes_of_rows_are_told_in_order() -> None:
    data = '<r><q u="0"/><w a="1" b="2"/><w b="3"></w><x>4</x><p/></r>'
    (part,) = told(data, "p", row="w")
    assert part.attributes == ["u", "0", "a", "1", "b", "2", "b", "3"]
    assert part.leaves() == [("q", ""), ("x", "4")]


@pytest.mark.parametrize(
    "data",
    ["", "<r>", "<r><p></r>", "<!DOCTYPE r><r/>", "<r>&no;</r>", "plain", "<r/><r/>",
     '<?xml version="1.0" encoding="none"?><r/>',
     '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///nowhere">]><r>&x;</r>'],
)  # fmt: skip
def test_what_is_not_well_formed_or_has_a_document_type_is_refused(data: str) -> None:
    with pytest.raises(BadInput) as caught:
        told(data, "p")
    assert caught.value.check == "not-well-formed"
    assert caught.value.where.startswith("line ")


@pytest.mark.parametrize(
    "data",
    [b"<r>" + b"<a>" * 400_000, b"<r>" + b"<a>x<b/>" * 400_000,
     b"<r>" + b"".join(b"<n%d/>" % i for i in range(20_000)) + b"</r>"],
)  # fmt: skip
def test_what_would_fill_the_memory_is_refused(data: bytes) -> None:
    with pytest.raises(TooLarge):
        told(data, "p")


def test_memory_does_not_grow_with_the_file() -> None:
    block = b"".join(b"<a>%d</a>" % i for i in range(2_000)) + b"<p/>"

    def peak(n: int) -> int:
        tracemalloc.start()
        count = len(list(islice((part.name for part in iterate_parts(Endless(block, n), "p")), n)))
        assert count == n
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(200) < 1.2 * peak(20)
