"""What only chunked arrays have; that they compute what tensors do is tested with every function."""

import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import arrays, same

import redpoll as rp


@given(arrays(["int64", "float32"], min_dims=1, min_side=1), st.integers(1, 4), st.integers(1, 4))
def test_cutting(array, size, other):
    x = rp.chunked.from_tensor(array, chunks=size)
    assert tuple(map(sum, x.chunks)) == array.shape
    assert x.numblocks == tuple(-(-n // size) for n in array.shape)
    same(x, array)
    again = x.rechunk(other)
    same(again.compute(), array)
    same(again.persist(), array)
    first = tuple(slice(0, c[0]) for c in x.chunks)
    same(x.block((0,) * array.ndim), array[first])


def test_ways_to_say_chunks():
    x = rp.chunked.from_tensor(rp.zeros((5, 4)), chunks=(2, -1))
    assert x.chunks == ((2, 2, 1), (4,))
    assert x.rechunk(((1, 4), None)).chunks == ((1, 4), (4,))
    assert x.rechunk("auto").chunks == ((5,), (4,))
    for wrong in (0, (2, 2, 2), ((1, 1), 4), "some"):
        with pytest.raises(ValueError):
            x.rechunk(wrong)  # type: ignore[arg-type]


def test_nothing_is_computed_before_it_is_asked_for():
    seen = []

    def one_more(block):
        seen.append(1)
        return block + 1

    x = rp.chunked.map_blocks(one_more, rp.chunked.from_tensor(rp.ones(6), chunks=2))
    total = rp.sum(x * 2)
    assert "sum" in str(total) and not seen
    assert float(total) == 24.0 and len(seen) == 3
    assert "sum" in total.explain()


def test_functions_on_blocks():
    x = rp.chunked.from_tensor(rp.arange(12.0), chunks=5)
    same(x.map_blocks(lambda block: block * 2), np.arange(12.0) * 2)
    # Whatever asarray takes is as good as a tensor.
    same(x.map_blocks(lambda block: np.asarray(block, dtype="float32"), dtype=rp.float32), np.arange(12, dtype="f4"))
    same(
        rp.chunked.map_blocks(lambda a, b: a + b, x, rp.chunked.ones(12)),
        np.arange(12.0) + 1,
    )
    where = x.map_blocks(lambda block, info: rp.full_like(block, info.region[0][0]), info=True)
    same(where, [0.0] * 5 + [5.0] * 5 + [10.0] * 2)
    gram = rp.chunked.from_tensor(np.eye(6, 3), chunks=(2, -1)).map_blocks(
        lambda block: rp.expand_dims(block.T @ block, axis=0), new_axis=1, chunks=(1, 3, 3)
    )
    same(rp.sum(gram, axis=0), np.eye(3))
    with pytest.raises(ValueError):
        rp.chunked.map_blocks(lambda block: block, rp.ones(3))  # type: ignore[call-overload]


def test_errors_of_functions_on_blocks():
    x = rp.chunked.from_tensor(rp.ones(6), chunks=2)

    def broken(block):
        raise KeyError("lost")

    with pytest.raises(RuntimeError, match="broken.*lost") as caught:
        x.map_blocks(broken).compute()
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(ValueError, match="declared"):
        x.map_blocks(lambda block: block[:1]).compute()
    with pytest.raises(RuntimeError, match="TypeError"):
        x.map_blocks(lambda block: "text").compute()


def test_several_results_in_one_run():
    seen = []

    def noted(block):
        seen.append(1)
        return block

    x = rp.chunked.from_tensor(rp.arange(6), chunks=2).map_blocks(noted)
    total, greatest = rp.chunked.compute(rp.sum(x), rp.max(x))
    assert (int(total), int(greatest)) == (15, 5) and len(seen) == 3
    with pytest.raises(ValueError):
        rp.chunked.compute(rp.ones(2))  # type: ignore[arg-type]


def test_tensors_beside_chunked_arrays_are_cut_too():
    x = rp.chunked.from_tensor(rp.arange(6), chunks=2)
    for result in (x + rp.ones(6), rp.ones(6) * x, rp.concat([rp.ones(2), x]), rp.where(rp.ones(6) > 0, x, 0)):
        assert isinstance(result, rp.chunked.Array)


def test_other_threads_run_while_arrays_are_computed():
    x = rp.chunked.from_tensor(rp.ones(4), chunks=2)
    entered, leave = threading.Event(), threading.Event()

    def wait(block):
        entered.set()
        assert leave.wait(10)
        return block

    runner = threading.Thread(target=lambda: x.map_blocks(wait).compute())
    runner.start()
    assert entered.wait(10)
    assert float(rp.sum(rp.ones(3))) == 3.0
    leave.set()
    runner.join(10)
    assert not runner.is_alive()


def test_progress_and_threads():
    x = rp.chunked.from_tensor(rp.ones(4), chunks=2)
    same(x.compute(progress=True, threads=1), np.ones(4))


def test_ctrl_c_cancels():
    import _thread
    import signal
    import time

    # A process that runs in the background may have been told to ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    x = rp.chunked.from_tensor(rp.ones(400), chunks=1)

    def slow(block):
        time.sleep(0.05)
        return block

    threading.Timer(0.2, _thread.interrupt_main).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        x.map_blocks(slow).compute()
    assert time.monotonic() - start < 5


def test_what_cannot_be_planned_is_refused_at_once():
    zeros = rp.chunked.zeros((2**30, 2**30))
    assert zeros.explain() == "1 × full\n"
    blocks = zeros.rechunk(2**12)
    total = rp.sum(blocks)
    for refused in (blocks.explain, blocks.compute, blocks.persist, total.compute, total.explain):
        with pytest.raises(MemoryError, match="use fewer and larger chunks"):
            refused()
    same(blocks[:10, -7:], np.zeros((10, 7)))
    assert rp.chunked.eye(10**6).numblocks == (1, 1)


def test_one_array_in_place_of_a_list_is_the_list_of_its_rows():
    array = np.arange(6).reshape(3, 2)
    same(rp.concat(rp.asarray(array)), np.arange(6))
    same(rp.stack(rp.asarray(array), axis=1), array.T)
    for join in (rp.concat, rp.stack):
        with pytest.raises(MemoryError):
            join(rp.zeros((2**40, 2)))


def test_progress_shows_in_notebooks(monkeypatch, capfd):
    x = rp.chunked.from_tensor(rp.ones((6, 4)), chunks=1)
    x.compute(progress=True)
    assert capfd.readouterr().err == ""  # no terminal, and nobody watches
    shell = type("Shell", (), {"kernel": object()})()
    monkeypatch.setitem(sys.modules, "IPython", type("IPython", (), {"get_ipython": staticmethod(lambda: shell)}))
    assert rp.all(x.compute(progress=True) == 1)
    lines = capfd.readouterr().err.split("\r")
    assert "25/25 tasks, at most" in lines[-1] and lines[-1].endswith("\n") and len(lines) > 2
    assert len({len(line.rstrip("\n")) for line in lines[1:]}) == 1  # none leaves the end of the one before
    failing = x.map_blocks(lambda block: 1 / 0)
    with pytest.raises(RuntimeError):
        failing.compute(progress=True)
    assert capfd.readouterr().err.endswith("\n")
