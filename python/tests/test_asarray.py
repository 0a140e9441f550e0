"""Arrays from Python's objects, and from and to other libraries."""

import array as stdlib_array
import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import FORMATS, arrays, filled, format_of, pairs, same

import redpoll as rp

scipy_sparse = pytest.importorskip("scipy.sparse")


@given(arrays())
def test_nested_lists(array):
    same(
        rp.asarray(array.tolist(), dtype=array.dtype),
        array if array.size else array.reshape(np.asarray(array.tolist()).shape),
    )


def test_data_types_of_numbers():
    for obj, dtype in [
        (True, "bool"),
        ([True, 2], "int64"),
        ([1, 2.5], "float64"),
        ([1, 2j], "complex128"),
        ([], "float64"),
        ((1, (2, 3)[0]), "int64"),
        ([rp.asarray(1, dtype=rp.int8), 2], "int8"),
        ([np.float32(1), 2], "float32"),
        ([[rp.asarray(1.0)], [2]], "float64"),
    ]:
        assert rp.asarray(obj).dtype == dtype, obj
    for wrong, error in [([[1], 2], ValueError), ([[1, 2], [3]], ValueError), ("a", TypeError), ([None], TypeError)]:
        with pytest.raises(error):
            rp.asarray(wrong)
    with pytest.raises(OverflowError):
        rp.asarray([300], dtype=rp.uint8)


def test_arrays_of_the_kind_asked_for_are_returned():
    x = rp.asarray([1.0, 2.0])
    assert rp.asarray(x) is x and rp.asarray(x, copy=False) is x
    assert rp.asarray(x, copy=True) is not x
    assert isinstance(rp.chunked.asarray(x), rp.chunked.Array)
    assert isinstance(rp.asarray(rp.chunked.asarray(x)), rp.Tensor)
    with pytest.raises(ValueError):
        rp.asarray(x, dtype=rp.float32, copy=False)


@given(arrays(), st.booleans())
def test_numpy(array, fortran):
    array = np.asfortranarray(array) if fortran else array
    x = rp.asarray(array)
    same(x, array)
    same(rp.asarray(array, copy=True), array)
    same(rp.asarray(array[::-1] if array.ndim else array), array[::-1] if array.ndim else array)
    same(rp.asarray(array.astype(array.dtype.newbyteorder())), array)
    np.testing.assert_array_equal(np.asarray(x), array)
    np.testing.assert_array_equal(np.asarray(x, dtype="complex128"), array.astype("complex128"))


def test_numpy_memory_is_shared_both_ways():
    for array in (np.arange(1.0, 7).reshape(2, 3), np.asfortranarray(np.arange(1.0, 7).reshape(2, 3))):
        x = rp.asarray(array)
        assert np.shares_memory(np.asarray(x), array)
        same(x, array)
        assert not np.asarray(x).flags.writeable
        assert np.array(x).flags.writeable
        assert not np.shares_memory(rp.asarray(array, copy=True).to_numpy(), array)
        assert not np.shares_memory(x.to_numpy(copy=True), array)
    zeros = np.zeros((2, 3))
    assert rp.asarray(zeros).stored == 0
    assert np.shares_memory(rp.asarray(zeros, copy=False).to_numpy(), zeros)
    with pytest.raises(ValueError, match="copy"):
        rp.asarray(np.arange(5.0)[::2], copy=False)
    with pytest.raises(ValueError, match="copy"):
        np.asarray(rp.asarray(zeros), copy=False)


def test_memory_outlives_its_maker():
    x = rp.asarray(np.arange(1.0, 1000.0))
    view = np.asarray(x)
    capsule = np.from_dlpack(x)
    del x
    np.testing.assert_array_equal(view, np.arange(1.0, 1000.0))
    np.testing.assert_array_equal(capsule, np.arange(1.0, 1000.0))


def test_buffers():
    same(rp.asarray(stdlib_array.array("d", [1, 2, 3])), [1.0, 2.0, 3.0])
    same(rp.asarray(memoryview(b"\x01\x02")), np.asarray([1, 2], dtype="uint8"))
    with pytest.raises(TypeError):
        rp.asarray(np.asarray([1, 2], dtype="float16"))


@given(pairs())
def test_dlpack(pair):
    array, x = pair
    assert x.__dlpack_device__() == (1, 0)
    np.testing.assert_array_equal(np.from_dlpack(x), array)
    np.testing.assert_array_equal(np.from_dlpack(x, copy=True), array)
    np.testing.assert_array_equal(np.from_dlpack(x, copy=False), array)
    same(rp.from_dlpack(array.copy()), array)
    same(rp.from_dlpack(array.copy(), copy=True), array)
    same(rp.from_dlpack(array.copy(), copy=False), array)
    for version in (None, (0, 8), (1, 0), (2, 0)):
        assert "dltensor" in repr(x.__dlpack__(max_version=version))


def test_dlpack_shares_memory():
    x = rp.asarray(np.arange(1.0, 5.0))
    assert np.shares_memory(np.from_dlpack(x), np.asarray(x))
    assert not np.from_dlpack(x).flags.writeable
    columns = rp.asarray(np.arange(1.0, 5.0).reshape(2, 2)).T
    np.testing.assert_array_equal(np.from_dlpack(columns), [[1, 3], [2, 4]])
    sparse = rp.asarray([0.0, 0, 0, 1])
    np.from_dlpack(sparse, copy=False)
    assert sparse.format == "dense"
    with pytest.raises(BufferError):
        x.__dlpack__(dl_device=(2, 0))
    with pytest.raises(BufferError):
        x.__dlpack__(stream=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
@given(data=st.data())
def test_scipy(format, data):
    array = data.draw(arrays(["int32", "float32", "float64", "complex128"], min_dims=2, max_dims=2, min_side=1))
    array = np.nan_to_num(array)
    theirs = scipy_sparse.coo_array(array).asformat(format)
    x = rp.asarray(theirs)
    same(x, array, zeros=False)
    back = x.to_scipy(format)
    assert back.format == format and back.dtype == array.dtype
    np.testing.assert_array_equal(back.toarray(), array)
    np.testing.assert_array_equal(x.to_scipy().toarray(), array)


def test_scipy_shares_values_and_sums_duplicates():
    theirs = scipy_sparse.random_array((50, 40), density=0.1, format="csr", rng=np.random.default_rng(1))
    x = rp.asarray(theirs)
    assert x.format == "csr" and x.stored == theirs.nnz
    assert np.shares_memory(x.to_scipy().data, theirs.data)
    assert x.to_scipy(copy=True).data.flags.writeable
    twice = scipy_sparse.coo_array(([1, 2], ([0, 0], [1, 1])), shape=(2, 2))
    same(rp.asarray(twice), [[0, 3], [0, 0]])
    vector = scipy_sparse.coo_array(([1.0, 2.0], ([3, 1],)), shape=(5,))
    same(rp.asarray(vector), [0.0, 2, 0, 1, 0])
    same(rp.asarray(vector.tocsr()), [0.0, 2, 0, 1, 0])
    np.testing.assert_array_equal(rp.asarray(vector).to_scipy("coo").toarray(), [0, 2, 0, 1, 0])
    with pytest.raises(ValueError, match="fill"):
        rp.ones((2, 2)).to_scipy()
    assert x.T.to_scipy().format == "csc"


def test_dense_tensors_give_scipy_what_is_not_zero():
    x = rp.asarray([[1.0, 2], [0, 3]])
    assert x.format == "dense"
    assert x.to_scipy().nnz == 3


def test_pydata_sparse():
    sparse = pytest.importorskip("sparse")
    array = np.random.default_rng(1).choice([0.0, 0.0, 1.5], (3, 4, 5))
    same(rp.asarray(sparse.COO.from_numpy(array)), array)
    filled_with = rp.asarray(sparse.COO.from_numpy(array, fill_value=1.5))
    same(filled_with, array)
    assert filled_with.fill_value == 1.5
    same(rp.asarray(sparse.GCXS.from_numpy(array)), array)
    columns = rp.asarray(sparse.GCXS.from_numpy(array[0], compressed_axes=[1]))
    same(columns, array[0])
    assert columns.format == "csc"
    same(rp.asarray(sparse.DOK.from_numpy(array)), array)


def test_coordinates():
    x = rp.from_coo([[2, 0, 2], [1, 3, 1]], [1.0, 2.0, 3.0], (3, 4), sum_duplicates=True, fill_value=9)
    expected = np.full((3, 4), 9.0)
    expected[2, 1], expected[0, 3] = 4, 2
    same(x, expected)
    assert x.stored == 2 and x.format == "coo"
    with pytest.raises(ValueError, match="more than once|twice"):
        rp.from_coo([[0, 0]], [1, 2], (3,))
    with pytest.raises(ValueError, match="0..3"):
        rp.from_coo([[3]], [1], (3,))


@given(arrays(min_dims=1, min_side=1), st.sampled_from(FORMATS), st.data())
def test_formats(array, family, data):
    x = filled(array, data.draw(st.sampled_from([0, 1])), family)
    same(x, array)
    for other in FORMATS:
        same(x.to_format(format_of(other, array.ndim)), array)
        same(x.to_format(other), array)
    same(x.prune(), array)
    with pytest.raises(ValueError):
        x.to_format("csx")


@given(arrays(), st.sampled_from(FORMATS), st.sampled_from([2, 5]), st.sampled_from([0, 1]))
def test_pickle(array, family, protocol, fill):
    x = filled(array, fill, family)
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(x, protocol, buffer_callback=buffers.append if protocol == 5 else None)
    back = pickle.loads(data, buffers=buffers)
    same(back, array)
    assert (back.format, back.stored) == (x.format, x.stored)
    assert repr(back.fill_value) == repr(x.fill_value)
    if protocol == 5 and array.size:
        assert buffers, "the arrays are out of band"


def test_pickle_of_runs_patterns_and_chunks():
    runs = rp.asarray([1.0] * 9 + [2.0] * 9).to_format("runs(1)")
    pattern = rp.asarray([True] + [False] * 9).to_format("sparse(pattern)")
    iso = rp.asarray([3] + [0] * 9).to_format("sparse(iso)")
    for x in (runs, pattern, iso, rp.chunked.from_tensor(runs, chunks=4)):
        back = pickle.loads(pickle.dumps(x))
        assert type(back) is type(x) and bool(rp.all(back == x))
        assert getattr(back, "chunks", None) == getattr(x, "chunks", None)
    assert pickle.loads(pickle.dumps(pattern)).format == "sparse(pattern)"


def test_damaged_pickles_are_refused():
    reduced: Any = rp.asarray([0, 0, 0, 5]).to_format("coo").__reduce__()
    rebuild, state = reduced
    dims, order, levels, leaf, count, values, fill = state
    ((name, (ptr, idx)),) = levels
    damaged: list[Any] = [
        ((3,), order, levels, leaf, count, values, fill),
        (dims, (1,), levels, leaf, count, values, fill),
        (dims, order, [(name, [ptr + 1, idx])], leaf, count, values, fill),
        (dims, order, [("tree", [])], leaf, count, values, fill),
        (dims, order, levels, leaf, count, values[:0], fill),
    ]
    for wrong in damaged:
        with pytest.raises(ValueError):
            rebuild(*wrong)


@given(pairs())
def test_copies(pair):
    array, x = pair
    for duplicate in (copy.copy(x), copy.deepcopy(x)):
        assert duplicate is not x
        same(duplicate, array)


def test_nothing_becomes_dense_by_surprise():
    huge = rp.zeros((1_000_000, 1_000_000))
    with pytest.raises(MemoryError, match="8000000000000 bytes"):
        np.asarray(huge)
    with pytest.raises(MemoryError):
        rp.exp(huge + rp.eye(1_000_000)).to_format("dense")
