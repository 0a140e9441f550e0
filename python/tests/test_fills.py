"""Fills: +0.0 and -0.0 are one, and a fill that is left no element is 0."""

import numpy as np
import pytest
import scipy.sparse

import redpoll as rp


@pytest.fixture
def x():
    rng = np.random.default_rng(3)
    matrix = scipy.sparse.csr_array(scipy.sparse.random_array((400, 300), density=0.02, rng=rng))
    matrix.data -= 0.5
    return rp.asarray(matrix)


def test_negated_arrays_stay_sparse(x):
    dense = x.to_numpy()
    for negated in (-x, x * -1.0, 0.0 - x):
        exported = negated.to_scipy()
        assert exported.nnz == x.stored
        np.testing.assert_array_equal(exported.toarray(), -dense)
        for joined in (rp.concat([x, negated]), rp.concat([negated, x])):
            assert joined.stored == 2 * x.stored
        assert rp.tril(negated).stored == rp.tril(x).stored
    y = -x
    y[0:30] = 0
    assert y.stored < x.stored
    dense[0:30] = 0
    np.testing.assert_array_equal(y.to_numpy(), -dense)


def test_blocks_of_both_signs_are_gathered_sparsely(x):
    signs = np.where(np.arange(400) // 50 % 2 == 0, 1.0, -1.0)[:, None]
    blocks = rp.chunked.from_tensor(x, chunks=(50, 300)) * rp.asarray(signs)
    result = blocks.compute()
    assert result.stored == x.stored
    np.testing.assert_array_equal(result.to_numpy(), x.to_numpy() * signs)


def test_products_store_what_both_have(x):
    rng = np.random.default_rng(4)
    other = scipy.sparse.csr_array(scipy.sparse.random_array((400, 300), density=0.02, rng=rng))
    other.data -= 0.5
    product = x * rp.asarray(other)
    assert product.stored <= (x.to_scipy() * other).nnz
    row = rp.asarray(rng.normal(size=300))
    assert (x * row).stored == x.stored and (x * row).fill_value == 0


def test_an_unused_fill_is_zero(x):
    values = np.random.default_rng(5).random((3, 3)) + 1
    a = rp.asarray(values)
    shares = (a @ a) / rp.sum(a)
    for result, expected in [
        (a + 0.5, values + 0.5),
        (shares, values @ values / values.sum()),
        (rp.exp(a), np.exp(values)),
        (rp.ones((3, 3)).to_format("dense"), np.ones((3, 3))),
    ]:
        np.testing.assert_allclose(result.to_scipy().toarray(), expected)
    assert (a + 0.5).fill_value == 0 and shares.fill_value == 0
    with pytest.raises(ValueError, match="fill value is 0.5"):
        (x + 0.5).to_scipy()
