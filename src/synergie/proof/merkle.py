"""The Merkle tree of RFC 9162 §2.1 over SHA-256: one root for a list that only grows.

Whoever holds a root can be shown that a record is in the list (inclusion, §2.1.3), and that a
later list only added to the one they knew (consistency, §2.1.4), by about log2(n) hashes.

Complete subtrees never change once they are there: kept, they make an append and a proof cost
O(log n). A `Subtree` (level, index) covers the leaves from `index << level`, `1 << level` of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of a list without records."""

type Subtree = tuple[int, int]
"""Level (0: a leaf) and index of a complete subtree."""
type Hashes = Callable[[Sequence[Subtree]], Mapping[Subtree, bytes]]
"""Gives the hashes of complete subtrees, all that are asked for at once."""
type _Range = tuple[int, int]
"""Leaves from the first to the second, excluded; the first is where a subtree as wide begins."""


def hash_leaf(data: bytes) -> bytes:
    """The hash of one record: never that of a node, whatever the record (the byte 0 in front)."""
    return sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed of a tree to add to it: its size, and its complete subtrees, widest first.

    There is one a bit of the size: at most 64 hashes for any list.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size.bit_count() != len(self.peaks):
            raise ValueError("a frontier has one peak a bit of its size")

    def add(self, hashed: bytes) -> tuple["Frontier", tuple[bytes, ...]]:
        """The frontier with one more leaf, and the nodes that it completes, level 1 first."""
        peaks, top, made = list(self.peaks), hashed, []
        left = self.size
        while left & 1:
            top = hash_node(peaks.pop(), top)
            made.append(top)
            left >>= 1
        return Frontier(self.size + 1, (*peaks, top)), tuple(made)

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return _fold_peaks(self.peaks)


def compute_root(leaves: Iterable[bytes]) -> bytes:
    """The root over *leaves*, hashed already; memory of 64 hashes."""
    tree = Frontier()
    for hashed in leaves:
        tree, _ = tree.add(hashed)
    return tree.root


def build_inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The hashes that lead from leaf *index* to the root of the first *size*; ValueError."""
    if not 0 <= index < size:
        raise ValueError("a leaf of the tree is needed")
    return _hash_ranges(list(_iterate_inclusion_path(index, (0, size))), hashes)


def build_consistency_proof(first: int, second: int, hashes: Hashes) -> list[bytes]:
    """The hashes that show that the first *first* of *second* are a tree's own; ValueError."""
    if not 0 < first <= second:
        raise ValueError("two sizes in order are needed, the first not 0")
    return _hash_ranges(list(_iterate_subproof(first, (0, second), whole=True)), hashes)


def includes(hashed: bytes, path: Sequence[bytes], top: bytes, *, index: int, size: int) -> bool:
    """Whether *path* leads from the leaf hash *hashed* at *index* to *top*, root of *size*."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, hashed
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = hash_node(p, r)
            fn, sn = _skip_lone_levels(fn, sn)
        else:
            r = hash_node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == top


def is_extension(
    sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: Sequence[bytes]
) -> bool:
    """Whether the tree of the second size and root is that of the first with leaves added."""
    (m, n), (first, second) = sizes, roots
    if m == n:
        return first == second and not proof
    if not 0 < m < n:
        return False
    hashes = [first, *proof] if m.bit_count() == 1 else list(proof)
    if not hashes:
        return False
    fn, sn = m - 1, n - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = hashes[0]
    for c in hashes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = hash_node(c, fr), hash_node(c, sr)
            fn, sn = _skip_lone_levels(fn, sn)
        else:
            sr = hash_node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (fr, sr) == (first, second)


def _skip_lone_levels(fn: int, sn: int) -> tuple[int, int]:
    """Past the levels on which a right-most node has no neighbour."""
    while not fn & 1 and fn:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _fold_peaks(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = hash_node(peak, top)
    return top


def _split_range(span: _Range) -> tuple[_Range, _Range]:
    """The range cut after the largest power of two of leaves below its length."""
    start, end = span
    middle = start + (1 << ((end - start - 1).bit_length() - 1))
    return (start, middle), (middle, end)


def _iterate_inclusion_path(index: int, span: _Range) -> Iterator[_Range]:
    """PATH of RFC 9162 §2.1.3.1, as ranges of leaves, nearest first."""
    if span[1] - span[0] == 1:
        return
    left, right = _split_range(span)
    near, far = (left, right) if index < left[1] else (right, left)
    yield from _iterate_inclusion_path(index, near)
    yield far


def _iterate_subproof(size: int, span: _Range, *, whole: bool) -> Iterator[_Range]:
    """SUBPROOF of RFC 9162 §2.1.4.1, as ranges of leaves."""
    if size == span[1]:
        if not whole:
            yield span
        return
    left, right = _split_range(span)
    if size <= left[1]:
        yield from _iterate_subproof(size, left, whole=whole)
        yield right
    else:
        yield from _iterate_subproof(size, right, whole=False)
        yield left


def iterate_subtrees(span: _Range) -> Iterator[Subtree]:
    """The complete subtrees that make up a range, from the left, each as wide as it can be."""
    start, end = span
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def _hash_ranges(spans: Sequence[_Range], hashes: Hashes) -> list[bytes]:
    parts = [tuple(iterate_subtrees(span)) for span in spans]
    known = hashes([one for part in parts for one in part])
    return [_fold_peaks([known[one] for one in part]) for part in parts]
