"""Objects that raise, lie and never end, thrown at constructors, operands, indices and arguments: whatever happens is one of
the documented exceptions. `REDPOLL_HOSTILE=10000` throws that many."""

import os
import random
import traceback

import numpy as np
import pytest

import redpoll as rp

scipy_sparse = pytest.importorskip("scipy.sparse")
pydata = pytest.importorskip("sparse")

pytestmark = pytest.mark.filterwarnings("ignore")

COUNT = int(os.environ.get("REDPOLL_HOSTILE", "2000"))


class Raised(Exception):
    """What a hostile object raises: it must come through as it is."""


DOCUMENTED = (
    TypeError, ValueError, IndexError, OverflowError, MemoryError, BufferError, RecursionError, AttributeError, Raised,
)  # fmt: skip


def raises(*_args, **_kwargs):
    raise Raised


def endless(*_args):
    while True:
        yield 1


def answers(rng):
    """What a method of a hostile object does."""
    value = rng.choice(
        [None, -1, 0, 1, 3, 2**40, 2**70, 0.5, "a", b"a", float("nan"), [], [1, 2], {}, (1,), object(), NotImplemented, np.ones(2)]
    )
    return rng.choice([raises, lambda *_a, **_k: value, lambda self, *_a, **_k: self])


METHODS = [
    "__len__", "__getitem__", "__iter__", "__next__", "__array__", "__index__", "__float__", "__int__", "__complex__", "__bool__",
    "__dlpack__", "__dlpack_device__", "__eq__", "__radd__", "__rmatmul__", "__rmul__", "__getattr__", "__contains__",
]  # fmt: skip
ATTRIBUTES = ["__array_interface__", "__array_struct__", "shape", "dtype", "ndim", "__array_priority__", "__array_ufunc__", "format", "data"]
BASES = [object, object, object, list, tuple, dict, str, int, float, complex, np.ndarray, np.float64, scipy_sparse.csr_array, pydata.COO]


def interface(rng):
    """An array interface over a buffer, of which some says nothing true."""
    return {
        "version": 3,
        "shape": rng.choice([(2,), (10**6,), (-1,), (2**40, 2**40), 3, None, ("a",), ()]),
        "typestr": rng.choice(["<f8", ">f8", "<i4", "|O", "|V8", "zz", None, "|b1", "<U4"]),
        "data": rng.choice([bytes(16), bytearray(16), None, (0, False), (12345, True), "a", 5, memoryview(bytes(16))]),
        **rng.choice([{}, {"strides": rng.choice([None, (8,), (-8,), (2**62,), (0,), ("a",)])}, {"offset": rng.choice([-8, 8, 2**62])}]),
    }


def instance(rng):
    """An object of a class made up of what is hostile."""
    base = rng.choice(BASES)
    names = rng.sample(METHODS, rng.randint(0, 5))
    members = {name: answers(rng) for name in names}
    if "__iter__" in members and rng.random() < 0.3:
        members["__iter__"] = endless
    for name in rng.sample(ATTRIBUTES, rng.randint(0, 2)):
        value = interface(rng) if name == "__array_interface__" else rng.choice([None, 1, (2,), "csr", np.float64, object()])
        members[name] = property(raises) if rng.random() < 0.3 else value
    try:
        made = type("Hostile", (base,), members)
        if base is np.ndarray:
            return np.arange(3.0).view(made)
        if base is scipy_sparse.csr_array:
            return made(np.eye(2))
        if base is pydata.COO:
            return made(np.asarray([[0, 1]]), np.asarray([1.0, 2.0]), shape=(3,))
        return made()
    except Exception:
        return object()


def lying(rng):
    """A sparse array of scipy's or sparse's, a part of which was replaced."""
    make = rng.choice([scipy_sparse.csr_array, scipy_sparse.csc_matrix, scipy_sparse.coo_array, scipy_sparse.bsr_array,
                       scipy_sparse.lil_array, scipy_sparse.dok_array, scipy_sparse.dia_array, pydata.COO.from_numpy])  # fmt: skip
    array = make(np.eye(4))
    name = rng.choice(["data", "indices", "indptr", "coords", "rows", "offsets", "fill_value", "_shape", "shape"])
    part = np.asarray([rng.choice([-1, 0, 1, 3, 9, 2**31 - 1]) for _ in range(rng.randint(0, 6))])
    try:
        setattr(array, name, rng.choice([part, part.astype(float), part.astype("int32"), (part, part), None, "a", part.tolist()]))
    except Exception:
        pass
    return array


def nested(rng, depth=0):
    """Nested lists of anything."""
    if depth > 4 or rng.random() < 0.3:
        return anything(rng, depth)
    items = [nested(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    if items and rng.random() < 0.05:
        items.append(items)
    return rng.choice([list, tuple])(items)


def anything(rng, depth=0):
    kind = rng.random()
    if kind < 0.25:
        return rng.choice([
            "text", b"bytes", None, 2**70, -1, 0, 1, 300, 0.5, float("nan"), float("inf"), 1j, True, ..., slice(None), slice("a", 2), {}, {1},
            range(3), np.datetime64("2026-01-01"), np.str_("a"), np.void(b"abc"), np.float16(1), np.float32(1), np.uint64(2**63),
            np.longdouble(1), np.asarray("a"), np.asarray([object()]), np.zeros(2, "M8[s]"), np.zeros(2, "f2"), np.ma.masked,
            np.zeros(2, [("a", "i4")]), np.broadcast_to(1.0, (2**20, 2**20)), np.ones((0, 2**40)), memoryview(b"abc"), int, np.ndarray,
            np.ma.MaskedArray([1.0], mask=True), np.asmatrix([[1.0, 2.0]]), np.arange(3), np.ones((2, 2)), iter([1]),
        ])  # fmt: skip
    if kind < 0.65:
        return instance(rng)
    if kind < 0.8:
        return lying(rng)
    return nested(rng, depth) if depth == 0 else instance(rng)


X: dict[str, rp.Array] = {
    "tensor": rp.asarray([[1.0, 0.0], [0.0, 2.0]]),
    "integers": rp.asarray([1, 0, 3], dtype=rp.int8),
    "chunked": rp.chunked.from_tensor([1.0, 0.0, 2.0], chunks=2),
}


def assign(x, key, value):
    x = rp.asarray(x, copy=True)
    x[key] = value


def index_with(x, key):
    return x[key]


CALLS = [
    lambda x, o: rp.asarray(o),
    lambda x, o: rp.asarray(o, dtype=rp.int8),
    lambda x, o: rp.asarray([o, 1]),
    lambda x, o: rp.asarray(o, copy=False),
    lambda x, o: rp.chunked.asarray(o),
    lambda x, o: rp.lazy.from_tensor(o),
    lambda x, o: rp.from_dlpack(o),
    lambda x, o: rp.full((2,), o),
    lambda x, o: rp.full((2,), o, dtype=rp.uint8),
    lambda x, o: rp.full_like(x, o),
    lambda x, o: rp.zeros(o),
    lambda x, o: rp.from_coo(o, [1.0], (3,)),
    lambda x, o: rp.from_coo([[0]], o, (3,)),
    lambda x, o: rp.from_coo([o], [1.0], (3,)),
    lambda x, o: rp.from_coo([[0]], [1.0], (3,), fill_value=o),
    lambda x, o: rp.arange(0, 3, o),
    lambda x, o: rp.linspace(0, o, 3),
    lambda x, o: x + o,
    lambda x, o: o + x,
    lambda x, o: x * o,
    lambda x, o: o * x,
    lambda x, o: x @ o,
    lambda x, o: o @ x,
    lambda x, o: x == o,
    lambda x, o: o != x,
    lambda x, o: x < o,
    lambda x, o: x**o,
    lambda x, o: rp.add(x, o),
    lambda x, o: rp.where(x > 0, x, o),
    lambda x, o: rp.concat([x, o]),
    lambda x, o: rp.concat(o),
    lambda x, o: rp.clip(x, o, 1),
    lambda x, o: rp.take(x, o, axis=0),
    lambda x, o: rp.isin(x, o),
    lambda x, o: rp.sum(x, axis=o),
    lambda x, o: rp.reshape(x, o),
    lambda x, o: rp.roll(x, o),
    lambda x, o: rp.repeat(x, o),
    lambda x, o: rp.permute_dims(x, o),
    lambda x, o: rp.astype(x, o),
    index_with,
    lambda x, o: x[0:o],
    lambda x, o: assign(x, 0, o),
    lambda x, o: assign(x, o, 1),
    lambda x, o: assign(x, ..., o),
]




@pytest.mark.parametrize("name", X)
def test_hostile_objects(name):
    x = X[name]
    before = x.to_numpy(copy=True)
    for seed in range(COUNT):
        rng = random.Random(f"{name} {seed}")
        thrown, call = anything(rng), rng.choice(CALLS)
        try:
            call(x, thrown)
        except DOCUMENTED:
            pass
        except Exception as error:
            # An array of another library that was tampered with may confuse that library's own code.
            *_, (innermost, _) = traceback.walk_tb(error.__traceback__)
            if "site-packages" not in innermost.f_code.co_filename:
                raise AssertionError(f"seed {name} {seed}: {type(error)} {error}") from error
    np.testing.assert_array_equal(x.to_numpy(), before)
