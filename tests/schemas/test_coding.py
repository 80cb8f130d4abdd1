"""zstd and gzip, streamed and bounded."""

import gzip

import pytest
from backports.zstd import CompressionParameter, ZstdCompressor
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput, TooLarge, UnsupportedMedia
from synergie.schemas.readings import coding

codings = st.sampled_from(["zstd", "gzip", "identity"])


def _through(data: bytes, name: str, cut: int, limit: int = 1 << 30) -> bytes:
    unpack = coding.build_decoder(name, limit)
    out = bytearray()
    for start in range(0, len(data), cut):
        for piece in unpack.feed(data[start : start + cut]):
            out += piece
        assert not list(unpack.feed(b""))
    unpack.close()
    return bytes(out)


@given(codings, st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 40))
def test_what_is_packed_in_chunks_is_unpacked_in_others(
    name: str, chunks: list[bytes], cut: int
) -> None:
    pack = coding.build_encoder(name)
    packed = b"".join(pack.feed(chunk) + pack.flush() for chunk in chunks) + pack.close()
    assert _through(packed, name, cut) == b"".join(chunks)


@pytest.mark.parametrize("name", ["zstd", "gzip"])
@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_several_frames_in_a_row_are_one_content(name: str, cut: int) -> None:
    packed = coding.compress(b"a" * 99, name) + coding.compress(b"b" * 99, name)
    assert _through(packed, name, cut) == b"a" * 99 + b"b" * 99


def test_frames_that_hold_nothing_are_counted() -> None:
    """Each costs time and gives no byte that a limit would see."""
    empty = coding.compress(b"", "zstd")
    fits = coding.build_decoder("zstd", 1 << 20)
    assert b"".join(fits.feed(empty * coding.MAX_FRAMES)) == b""
    with pytest.raises(TooLarge, match="frames"):
        list(fits.feed(empty))


@pytest.mark.parametrize("name", ["zstd", "gzip"])
def test_a_bomb_is_stopped_at_the_limit_in_small_pieces(name: str) -> None:
    bomb = coding.compress(bytes(50_000_000), name)
    sizes: list[int] = []
    with pytest.raises(TooLarge) as caught:
        sizes.extend(len(piece) for piece in coding.build_decoder(name, 5_000_000).feed(bomb))
    assert caught.value.limit == 5_000_000
    assert sum(sizes) <= 5_000_000
    assert max(sizes) <= 1 << 20


@pytest.mark.parametrize("name", ["zstd", "gzip"])
def test_all_that_a_small_input_holds_comes_out(name: str) -> None:
    assert coding.decompress(coding.compress(bytes(9_000_000), name), name, 9_000_000) == bytes(
        9_000_000
    )


@pytest.mark.parametrize("name", ["zstd", "gzip"])
@pytest.mark.parametrize("broken", [b"hello, this is no stream", bytes(40)])
def test_broken_bytes_are_bad_input(name: str, broken: bytes) -> None:
    with pytest.raises(BadInput, match=f"a whole {name} stream"):
        coding.decompress(broken, name, 100)


@pytest.mark.parametrize("name", ["zstd", "gzip"])
def test_a_cut_stream_is_bad_input(name: str) -> None:
    packed = coding.compress(bytes(range(256)) * 9, name)
    for length in (1, 5, len(packed) // 2, len(packed) - 1):
        with pytest.raises(BadInput, match="a cut stream"):
            coding.decompress(packed[:length], name, 10_000)
    assert coding.decompress(b"", name, 10) == b""


def test_a_window_over_eight_mebibytes_is_refused() -> None:
    options = {int(CompressionParameter.window_log): 26}
    wide = ZstdCompressor(options=options)
    packed = wide.compress(bytes(100_000)) + wide.flush(ZstdCompressor.FLUSH_BLOCK)
    with pytest.raises(BadInput):
        list(coding.build_decoder("zstd", 1 << 20).feed(packed))


def test_gzip_of_the_standard_library_is_read() -> None:
    assert coding.decompress(gzip.compress(b"x" * 999), "gzip", 999) == b"x" * 999


@pytest.mark.parametrize("name", ["br", "deflate", "GZIP, zstd"])
def test_another_coding_is_refused(name: str) -> None:
    with pytest.raises(UnsupportedMedia):
        coding.build_decoder(name, 10)
    with pytest.raises(UnsupportedMedia):
        coding.build_encoder(name)
