"""The modules as namespaces of the standard, and what arrays say of themselves."""

import ast
import importlib
import inspect
import math
from pathlib import Path

import numpy as np
import pytest

import redpoll as rp

MODULES = [rp, rp.lazy, rp.chunked]
NAMES = ["tensor", "lazy", "chunked"]


@pytest.mark.parametrize("xp", MODULES, ids=NAMES)
def test_constants_and_data_types(xp):
    assert (xp.e, xp.pi, xp.inf, xp.newaxis) == (math.e, math.pi, math.inf, None) and math.isnan(xp.nan)
    assert xp.__array_api_version__ == "2025.12"
    for name, dtype in xp.__array_namespace_info__().dtypes().items():
        assert getattr(xp, name) is dtype and dtype == np.dtype(name)
    x = xp.ones((2, 2))
    assert x.__array_namespace__() is xp and x.__array_namespace__(api_version="2022.12") is xp
    with pytest.raises(ValueError):
        x.__array_namespace__(api_version="2020.01")


@pytest.mark.parametrize("xp", MODULES, ids=NAMES)
def test_the_transforms_are_a_module_that_creates_arrays_of_the_kind(xp):
    assert importlib.import_module(f"{xp.__name__}.fft") is xp.fft
    assert type(xp.fft.fftfreq(4)) is type(xp.ones(4))


@pytest.mark.parametrize("xp", MODULES, ids=NAMES)
def test_every_function_has_a_signature_and_a_text(xp):
    for module in (xp, xp.linalg, xp.fft):
        for name in module.__all__:
            function = getattr(module, name)
            if callable(function) and not isinstance(function, type):
                defaults = [p.default for p in inspect.signature(function).parameters.values()]
                assert ... not in defaults, f"{name}: a default that the signature does not show"
                assert function.__doc__, name


def test_the_types_of_the_standard_are_those_of_the_functions():
    # The other types are checked by mypy.stubtest, which leaves out what is imported by a star.
    stub = Path(rp.__file__).parent / "_standard.pyi"
    functions = [node for node in ast.parse(stub.read_text()).body if isinstance(node, ast.FunctionDef)]
    assert len(functions) > 150
    for function in functions:
        for argument in ast.walk(function.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        signature = inspect.signature(getattr(rp, function.name))
        assert str(signature) == f"({ast.unparse(function.args)})", function.name


def test_info():
    info = rp.__array_namespace_info__()
    assert info.devices() == ("cpu",) and info.default_device() == "cpu"
    assert info.default_dtypes()["indexing"] == rp.int64
    assert set(info.dtypes(kind="signed integer")) == {"int8", "int16", "int32", "int64"}
    assert set(info.dtypes(kind=("bool", "real floating"))) == {"bool", "float32", "float64"}
    with pytest.raises(ValueError):
        info.dtypes(kind="text")
    with pytest.raises(ValueError):
        rp.zeros(2, device="gpu")  # type: ignore[arg-type]


def test_limits():
    for name in ("float32", "float64", "complex64", "complex128"):
        ours, theirs = rp.finfo(rp.ones(1, dtype=name)), np.finfo(name)
        for attribute in ("bits", "eps", "max", "min", "smallest_normal", "dtype"):
            assert getattr(ours, attribute) == getattr(theirs, attribute)
            if attribute != "dtype":
                assert type(getattr(ours, attribute)) in (int, float)
    for name in ("int8", "uint64"):
        limits, expected = rp.iinfo(name), np.iinfo(name)
        for attribute in ("bits", "max", "min", "dtype"):
            assert getattr(limits, attribute) == getattr(expected, attribute)
    with pytest.raises(TypeError):
        rp.finfo(rp.int8)


def test_kinds_of_data_types():
    assert rp.isdtype(rp.int8, "integral") and not rp.isdtype(rp.bool, "numeric")
    assert rp.isdtype(rp.float32, ("bool", rp.float32)) and rp.isdtype(float, rp.float64)
    assert rp.can_cast(rp.int8, rp.int16) and not rp.can_cast(rp.ones(1), rp.float32)
    assert rp.result_type(rp.float32, 1, 1.5) == rp.float32
    assert rp.result_type(rp.int8, 1.5) == rp.float64
    with pytest.raises(TypeError):
        rp.result_type(1, 2)
    with pytest.raises(TypeError):
        rp.zeros(1, dtype="float16")


def test_attributes():
    x = rp.asarray([[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]], dtype=rp.int16)
    assert (x.shape, x.ndim, x.size, x.device, x.dtype) == ((1, 18), 2, 18, "cpu", np.dtype("int16"))
    assert (x.stored, x.fill_value, x.density) == (2, 0, 2 / 18)
    assert x.T.shape == x.mT.shape == (18, 1)
    assert x.to_device("cpu") is x
    with pytest.raises(ValueError):
        print(rp.ones(3).T)
    with pytest.raises(ValueError):
        print(rp.ones(3).mT)
    with pytest.raises(ValueError):
        x.to_device("gpu")  # type: ignore[arg-type]


def test_texts():
    x = rp.asarray([[0.0, 1.0], [0.0, 2.5]])
    assert "1. " in repr(x) and "float64" in repr(x) and "format=" in repr(x)
    assert "2.5" in str(x)
    assert "1000000" in repr(rp.zeros((1000000, 1000000)))
    html = x._repr_html_()
    assert "<table" in html and "<svg" in html and "bitmap" in html
    assert rp.ones(())._repr_html_() and rp.zeros((0, 2))._repr_html_()
    for fill, text in ((True, "True"), (1 + 2j, "1+2j"), (float("nan"), "nan")):
        assert f"<th>fill value</th><td>{text}</td>" in rp.full((9, 9), fill)._repr_html_()
    c = rp.chunked.from_tensor(x, chunks=1)
    assert "2 × 2 blocks" in repr(c) and "<svg" in c._repr_html_()
    assert "<svg" in rp.chunked.ones((5, 5, 5))._repr_html_()


def test_settings():
    with rp.config(format="coo"):
        assert rp.asarray([[1.0, 2.0]]).format == "coo"
        assert (rp.ones((2, 2)) + 1).format == "coo"
        with rp.config(format="auto"):
            assert rp.asarray([[1.0, 2.0]]).format == "dense"
        assert rp.ones((2, 2)).format == "coo"
    assert rp.asarray([[1.0, 2.0]]).format == "dense"
    with rp.config(chunks=2):
        assert rp.chunked.zeros((5, 3)).chunks == ((2, 2, 1), (2, 1))
    with rp.config(densify_limit=10), pytest.raises(MemoryError):
        np.asarray(rp.zeros((5, 5)))
    with pytest.raises(ValueError, match="csx"):
        rp.config(format="csx")  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        rp.config().__exit__(None, None, None)
