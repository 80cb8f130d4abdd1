"""The vectors and exhaustive checks of the tree, against its definition and another program."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.proof import merkle
from synergie.proof.merkle import Subtree
from tests.components import package

_DATA = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
_L0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
_L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_L5 = "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658"
_N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
_PATHS = {
    (0, 8): (_L1, _N23, _N47),
    (5, 8): (_L4, _N67, _ROOTS[4]),
    (2, 3): (_ROOTS[2],),
    (1, 5): (_L0, _N23, _L4),
}
_PROOFS = {
    (1, 8): (_L1, _N23, _N47),
    (6, 8): (_N45, _N67, _ROOTS[4]),
    (2, 5): (_N23, _L4),
    (4, 8): (_N47,),
    (3, 7): (
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        _ROOTS[2],
        "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
    ),
}
_ENTRIES = [f"entry {n}".encode() for n in range(64)]
_ENTRY_ROOTS = {
    37: "1947677d6cb02a6a5eb18178f1864b0c7896730ebab6837fa29724e353d618e3",
    64: "5cbcc083e8000afd157308cca3eb54947a391878cc03736b0fc471bdcd9c4c1c",
}


def _mth(data: Sequence[bytes]) -> bytes:
    """The definition, read aloud (RFC 9162 §2.1.1): the oracle."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = 1 << ((len(data) - 1).bit_length() - 1)
    return sha256(b"\x01" + _mth(data[:k]) + _mth(data[k:])).digest()


class _Held:
    """Complete subtrees as they were completed, and how many were asked for."""

    def __init__(self, data: Sequence[bytes]) -> None:
        self.known: dict[Subtree, bytes] = {}
        self.asked = 0
        tree = merkle.Frontier()
        self.roots = [tree.root]
        for n, one in enumerate(data):
            hashed = merkle.hash_leaf(one)
            tree, made = tree.add(hashed)
            for level, value in enumerate((hashed, *made)):
                self.known[level, n >> level] = value
            self.roots.append(tree.root)

    def __call__(self, wanted: Sequence[Subtree]) -> Mapping[Subtree, bytes]:
        self.asked += len(wanted)
        return {one: self.known[one] for one in wanted}


def _hex(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in hashes)


def test_the_roots_are_those_of_certificate_transparency() -> None:
    for n, expected in enumerate(_ROOTS):
        assert merkle.compute_root(merkle.hash_leaf(one) for one in _DATA[:n]).hex() == expected
    leaves = [merkle.hash_leaf(one).hex() for one in _DATA]
    assert (leaves[1], leaves[4], leaves[5]) == (_L1, _L4, _L5)


def test_the_proofs_are_those_of_certificate_transparency() -> None:
    held = _Held(_DATA)
    for (index, size), path in _PATHS.items():
        assert _hex(merkle.build_inclusion_proof(index, size, held)) == path
    for (first, second), proof in _PROOFS.items():
        assert _hex(merkle.build_consistency_proof(first, second, held)) == proof


def test_the_roots_of_64_entries_are_the_published_ones() -> None:
    held = _Held(_ENTRIES)
    assert {n: held.roots[n].hex() for n in _ENTRY_ROOTS} == _ENTRY_ROOTS


def test_a_salted_record_has_the_published_leaf() -> None:
    record = (
        b'{"agreement":"A1","at":"2026-11-25T09:00:00Z","event":"export.read","rows":2,"seq":0,'
        b'"version":1}'
    )
    expected = "2f4e7e201e21dd8c8eaf5510a00c6b60728ecb166b669fa287d5ebd2aae43c48"
    assert merkle.hash_leaf(bytes(range(16)) + record).hex() == expected


def test_every_root_up_to_64_is_that_of_the_definition() -> None:
    held = _Held(_ENTRIES)
    assert held.roots == [_mth(_ENTRIES[:n]) for n in range(65)]


def test_every_inclusion_up_to_64_verifies_and_no_forged_one_does() -> None:
    held, checked = _Held(_ENTRIES), 0
    for size in range(1, 65):
        for index in range(size):
            hashed, top = held.known[0, index], held.roots[size]
            path = merkle.build_inclusion_proof(index, size, held)
            assert merkle.includes(hashed, path, top, index=index, size=size)
            checked += 1
            for forged in _forged_paths(path):
                assert not merkle.includes(hashed, forged, top, index=index, size=size)
            for other in {0, size - 1, (index + 1) % size, index ^ 1} - {index}:
                assert not merkle.includes(hashed, path, top, index=other, size=size)
            assert not merkle.includes(
                merkle.hash_leaf(b"other"), path, top, index=index, size=size
            )
            assert not merkle.includes(hashed, path, top, index=index, size=index)
    assert checked == 2080


def test_every_consistency_up_to_64_verifies_and_no_rewrite_does() -> None:
    held = _Held(_ENTRIES)
    rewritten = _Held([b"entry x", *_ENTRIES[1:]])
    for n in range(1, 65):
        for m in range(1, n + 1):
            roots = held.roots[m], held.roots[n]
            proof = merkle.build_consistency_proof(m, n, held)
            assert merkle.is_extension((m, n), roots, proof)
            for forged in _forged_paths(proof):
                assert not merkle.is_extension((m, n), roots, forged)
            lie = merkle.build_consistency_proof(m, n, rewritten)
            assert not merkle.is_extension((m, n), (held.roots[m], rewritten.roots[n]), lie)
            assert not merkle.is_extension((m, n), (held.roots[m], rewritten.roots[n]), proof)


def _forged_paths(path: Sequence[bytes]) -> list[list[bytes]]:
    """A hash too few, one too many, each one changed, two swapped."""
    forged = [[*path, merkle.EMPTY], [merkle.EMPTY, *path]]
    if path:
        forged += [list(path[:-1]), list(path[1:])]
    for place in range(len(path)):
        changed = list(path)
        changed[place] = bytes([path[place][0] ^ 1]) + path[place][1:]
        forged.append(changed)
    if len(path) > 1 and path[0] != path[1]:
        forged.append([path[1], path[0], *path[2:]])
    return forged


def test_what_is_out_of_range_is_refused() -> None:
    held = _Held(_DATA)
    for index, size in ((0, 0), (8, 8), (-1, 8)):
        with pytest.raises(ValueError, match="leaf"):
            merkle.build_inclusion_proof(index, size, held)
        assert not merkle.includes(merkle.EMPTY, [], merkle.EMPTY, index=index, size=size)
    for first, second in ((0, 8), (9, 8), (-1, 8)):
        with pytest.raises(ValueError, match="sizes"):
            merkle.build_consistency_proof(first, second, held)
        assert not merkle.is_extension((first, second), (merkle.EMPTY, merkle.EMPTY), [])
    with pytest.raises(ValueError, match="peak"):
        merkle.Frontier(3, (merkle.EMPTY,))


def test_a_proof_asks_for_few_hashes() -> None:
    held = _Held([b"x"] * 1000)
    for index in range(0, 1000, 37):
        held.asked = 0
        merkle.build_inclusion_proof(index, 1000, held)
        assert held.asked <= 2 * 10


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_range_is_made_of_the_fewest_subtrees(start: int, length: int) -> None:
    found = [
        (index << level, 1 << level)
        for level, index in merkle.iterate_subtrees((start, start + length))
    ]
    assert found[0][0] == start
    assert all(a + wide == b for (a, wide), (b, _) in pairwise(found))
    assert sum(wide for _, wide in found) == length
    assert len(found) <= 2 * length.bit_length()


def test_another_program_makes_the_same_trees_and_proofs() -> None:
    pymerkle = package("pymerkle")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    held = _Held(_ENTRIES)
    for entry in _ENTRIES:
        tree.append_entry(entry)
    for size in (1, 2, 3, 37, 64):
        assert tree.get_root(size) == held.roots[size]
        for index in range(0, size, 5):
            theirs = tree.prove_inclusion(index + 1, size)
            pymerkle.verify_inclusion(held.known[0, index], held.roots[size], theirs)
            ours = merkle.build_inclusion_proof(index, size, held)
            assert theirs.serialize()["path"][1:] == list(_hex(ours))
        for first in range(1, size + 1, 3):
            theirs = tree.prove_consistency(first, size)
            pymerkle.verify_consistency(held.roots[first], held.roots[size], theirs)
