"""Arrays and settings that threads share, and what the garbage collector frees."""

import asyncio
import gc
import subprocess
import sys
import threading
import weakref
from typing import Any

import numpy as np
import pytest

import redpoll as rp


def kinds(shape):
    yield rp.zeros(shape)
    yield rp.lazy.from_tensor(rp.zeros(shape))
    yield rp.chunked.from_tensor(rp.zeros(shape), chunks=10)


def at_once(*works, seconds=60):
    """Runs functions on threads of their own, each in a loop of its own; none may hang."""
    barrier = threading.Barrier(len(works))
    raised = []

    def run(work):
        barrier.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
        assert not thread.is_alive(), "it hangs"
    assert not raised


@pytest.mark.parametrize("kind", range(3))
def test_assignment_from_many_threads_loses_nothing(kind):
    times = [200, 10, 10][kind]
    x = list(kinds((8 * times,)))[kind]

    def fill(k):
        for i in range(k, 8 * times, 8):
            x[i] = i + 1.0

    at_once(*(lambda k=k: fill(k) for k in range(8)))
    assert np.array_equal(np.asarray(x), np.arange(8 * times) + 1.0)


@pytest.mark.parametrize("kind", range(3))
def test_operators_in_place_from_many_threads_lose_nothing(kind):
    times = [200, 10, 10][kind]
    x = list(kinds((3,)))[kind]

    def count():
        nonlocal x
        for _ in range(times):
            x += 1.0

    at_once(*[count] * 8)
    assert np.asarray(x).tolist() == [8.0 * times] * 3


def test_assignment_in_place_is_seen_by_no_other_array():
    def views(x):
        yield "numpy", np.asarray(x)
        yield "dlpack", np.from_dlpack(x)
        yield "lent", np.from_dlpack(x, copy=False)
        yield "part", x[2:9]
        yield "transpose", x[None, :].T
        yield "same", rp.asarray(x, copy=False)
        yield "lazy", rp.lazy.from_tensor(x) * 1.0
        yield "chunked", rp.chunked.from_tensor(x, chunks=4)

    x = rp.asarray(np.arange(10.0), copy=True)
    x[5] = -1.0
    for k, (name, view) in enumerate(views(x)):
        before = np.array(view)
        x[5] = float(k)
        x[3:8:2] = x[2:7:2]
        x[x > 4.0] = 2.0
        assert np.array_equal(np.array(view), before), name
    # Those of another library's memory, too, in both directions.
    owner = np.arange(10.0)
    y = rp.asarray(owner, copy=False)
    y[5] = -1.0
    y[4] = -2.0
    assert owner.tolist() == list(range(10)) and np.asarray(y)[4:6].tolist() == [-2.0, -1.0]


def test_a_failed_assignment_changes_nothing():
    x = rp.asarray(np.arange(6.0).reshape(2, 3), copy=True)
    x[0, 0] = 0.0
    values: list[Any] = [[1.0, 2.0], [[1.0], [2.0, 3.0]], 1j, "a", [7.0, 8.0, None]]
    for value in values:
        with pytest.raises((ValueError, TypeError)):
            x[0] = value
    for key in [(0, 3), (2,), ([0, 5], 0)]:
        with pytest.raises(IndexError):
            x[key] = 9.0
    assert np.asarray(x).tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


def test_assignment_in_place_beside_blocks_that_call_python():
    x = rp.zeros(2_000_000)
    c = rp.chunked.from_tensor(rp.ones(4000), chunks=10)
    values = rp.arange(1_000_000) * 1.0

    def compute():
        for _ in range(3):
            assert float(rp.sum(c.map_blocks(lambda block: block * 2.0)).compute()) == 8000.0

    def assign():
        for _ in range(20):
            x[::2] = values
            x[1:1_000_001] = values

    at_once(compute, assign, assign, lambda: [x[5] for _ in range(1000)])
    assert np.array_equal(np.asarray(x)[1:1_000_001], np.arange(1e6))


def test_two_arrays_that_are_added_to_each_other_do_not_wait_for_each_other():
    x, y = rp.ones(1000), rp.ones(1000)

    def add(a, b):
        for _ in range(50):
            a += b
            a *= 0.5
            a[...] = a

    at_once(lambda: add(x, y), lambda: add(y, x))


def test_a_function_on_blocks_may_change_the_array_that_its_result_goes_to():
    x = rp.zeros(4)

    def note(block):
        x[0] = 7.0
        return block

    ones = rp.chunked.from_tensor(rp.ones(4), chunks=4)

    def assign():
        x[2:] = ones.map_blocks(note)[2:]

    def add():
        nonlocal x
        x += ones.map_blocks(note)

    at_once(assign)
    assert x.to_numpy().tolist() == [7.0, 0.0, 1.0, 1.0]
    at_once(add)
    assert x.to_numpy().tolist() == [8.0, 1.0, 2.0, 2.0]


class Model:
    out: Any
    again: Any
    first: Any
    second: Any

    def __init__(self, data):
        self.data = data

    def step(self, block):
        return block + 1.0


def recorded(model):
    """Arrays of every way to record something on a function on blocks."""
    mapped = model.data.map_blocks(model.step)
    yield mapped
    yield mapped + mapped * 2.0
    yield rp.flip(mapped)
    yield mapped.rechunk(3)
    yield mapped.block((0,))
    yield mapped[2:5]
    yield iter(mapped)
    yield rp.chunked.map_blocks(model.step, model.data, mapped.map_blocks(model.step))
    assigned = model.data + 0.0
    assigned[2:5] = mapped[2:5]
    yield assigned


@pytest.mark.parametrize("k", range(9))
def test_graphs_that_lead_back_to_themselves_are_collected(k):
    model = Model(rp.chunked.from_tensor(rp.ones(10), chunks=5))
    gc.disable()
    try:
        model.out = list(recorded(model))[k]
        model.again = model.out
        gone = weakref.ref(model)
        del model
        assert gone() is not None
    finally:
        gc.enable()
    gc.collect()
    assert gone() is None


def test_functions_that_are_still_needed_are_kept():
    def mapped():
        model = Model(rp.chunked.from_tensor(rp.ones(10), chunks=5))
        model.first = model.data.map_blocks(model.step)
        model.second = model.first.map_blocks(model.step)
        return model.first, model.second, model.second * 2.0, weakref.ref(model)

    first, second, third, model = mapped()
    gc.collect()
    assert model() is not None
    assert [float(rp.max(x)) for x in (first, second, third)] == [2.0, 3.0, 6.0]
    del first, second
    gc.collect()
    assert float(rp.max(third)) == 6.0
    del third
    gc.collect()
    assert model() is None


RESIDENT = """
import gc, resource, sys
import redpoll as rp

def resident():
    gc.collect()
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize()

data = rp.chunked.from_tensor(rp.ones(1000), chunks=500)
small = rp.ones((10, 10))

class Holder:
    pass

def graphs():
    kept = (data + 1.0).persist()

def functions():
    holder = Holder()
    holder.block = bytes(20_000)
    holder.out = data.map_blocks(lambda block: (holder.block, block + 1.0)[1])
    holder.out.compute()

def operations():
    for _ in range(10):
        x = small + small
        x[0] = 1.0

for work in (graphs, functions, operations):
    for _ in range(times := int(sys.argv[1])):
        work()
    before = resident()
    for _ in range(times):
        work()
    grown = resident() - before
    if grown > 4_000_000:
        print(work.__name__, "left", grown)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_flat():
    command = [sys.executable, "-c", RESIDENT, "300"]
    done = subprocess.run(command, timeout=300, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def created():
    return rp.zeros(4).format


def test_settings_are_left_in_any_order():
    outside = created()
    first, second = rp.config(format="coo"), rp.config(format="bitmap")
    first.__enter__()
    only_first = created()
    second.__enter__()
    both = created()
    first.__exit__(None, None, None)
    assert created() == both != only_first
    second.__exit__(None, None, None)
    assert created() == outside != only_first


def test_settings_are_of_a_thread_and_of_a_task():
    outside, seen = created(), []
    with rp.config(format="coo"):
        at_once(lambda: seen.append(created()))
        assert created() != outside

    async def one(format):
        with rp.config(format=format):
            before = created()
            await asyncio.sleep(0.01)
            assert created() == before
            return before

    async def all():
        return await asyncio.gather(one("coo"), one("bitmap"), one("coo"))

    coo, bitmap, again = asyncio.run(all())
    assert seen == [outside] and coo == again != bitmap
    assert created() == outside
