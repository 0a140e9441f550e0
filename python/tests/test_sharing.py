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
