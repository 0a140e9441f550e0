"""Operations on elements: functions, conversions, reductions, products, factorisations and transforms."""

from __future__ import annotations

import numpy as np

from cases import Step, Value
from draw import ALL, FLOATING, NUMERIC, REAL, WHOLE, DoesNotFit, Draw, beside, mixable
from source import COMPLEX, FLOATS, INTEGERS

UNARY = {
    "abs": NUMERIC,
    "bitwise_invert": WHOLE,
    "ceil": REAL,
    "conj": COMPLEX,
    "floor": REAL,
    "imag": COMPLEX,
    "isfinite": NUMERIC,
    "isinf": NUMERIC,
    "isnan": NUMERIC,
    "logical_not": ALL,
    "negative": NUMERIC,
    "positive": NUMERIC,
    "real": COMPLEX,
    "round": NUMERIC,
    "sign": REAL,
    "signbit": FLOATS,
    "square": NUMERIC,
    "trunc": REAL,
    "sqrt": FLOATS,
    "zeros_like": ALL,
    "ones_like": ALL,
}
ROUNDED = ["exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh"]
ROUNDED += ["log", "log1p", "log2", "log10", "reciprocal"]
BINARY = {
    "add": NUMERIC,
    "subtract": NUMERIC,
    "multiply": NUMERIC,
    "divide": FLOATING,
    "bitwise_and": WHOLE,
    "bitwise_or": WHOLE,
    "bitwise_xor": WHOLE,
    "bitwise_left_shift": INTEGERS,
    "bitwise_right_shift": INTEGERS,
    "copysign": FLOATS,
    "equal": ALL,
    "not_equal": ALL,
    "greater": REAL,
    "greater_equal": REAL,
    "less": REAL,
    "less_equal": REAL,
    "logical_and": ["bool"],
    "logical_or": ["bool"],
    "logical_xor": ["bool"],
    "maximum": REAL,
    "minimum": REAL,
    "nextafter": FLOATS,
    "floor_divide": REAL,
    "remainder": REAL,
    "pow": REAL,
    "atan2": FLOATS,
    "hypot": FLOATS,
    "logaddexp": FLOATS,
}
BINARY_RULES = {"maximum": "zeros", "minimum": "zeros", "pow": "function", "atan2": "function", "hypot": "function"}
BINARY_RULES |= {"logaddexp": "function", "remainder": "zeros", "floor_divide": "zeros"}

REDUCTIONS: dict[str, tuple[list[str], str]] = {
    "sum": (ALL, "sum"),
    "prod": (ALL, "product"),
    "min": (REAL, "zeros"),
    "max": (REAL, "zeros"),
    "mean": (REAL, "sum"),
    "var": (REAL, "squares"),
    "std": (REAL, "root"),
    "any": (ALL, "exact"),
    "all": (ALL, "exact"),
    "count_nonzero": (ALL, "exact"),
}


def unary(d: Draw) -> Step:
    if d.chance(0.35):
        dtypes = FLOATING if d.chance(0.3) else FLOATS
        return Step(f"xp.{d.pick(ROUNDED)}({{0}})", (d.value(dtypes),), "function")
    name = d.pick(list(UNARY))
    k = d.value(UNARY[name])
    complex_ = d.values[k].dtype.kind == "c"
    return Step(f"xp.{name}({{0}})", (k,), "function" if complex_ and name in ("abs", "square") else "exact")


def binary(d: Draw) -> Step:
    name = d.pick(list(BINARY))
    k = d.value(BINARY[name])
    other = beside(d, BINARY[name], k)
    if d.values[k].dtype.kind != d.values[other].dtype.kind and name not in ("add", "multiply", "subtract"):
        other = k
    rule = BINARY_RULES.get(name, "exact")
    if "c" in (d.values[k].dtype.kind, d.values[other].dtype.kind) and name in ("multiply", "divide"):
        rule = "function"
    return Step(f"xp.{name}({{0}}, {{1}})", (k, other), rule)


def scalar(d: Draw) -> Step:
    k = d.value(NUMERIC)
    kind = d.values[k].dtype.kind
    number = d.between(0 if kind == "u" else -3, 5)
    text = str(number)
    if kind in "fc" and d.chance(0.6):
        text = d.pick(["0.5", "-1.5", "2.0", "0.0", "-0.0", "inf", "nan"])
    sign = d.pick(["+", "-", "*", "<", "==", "!="] if kind != "c" else ["+", "-", "*", "==", "!="])
    if kind == "f" and d.chance(0.3):
        sign = "/"
    rule = "function" if kind == "c" and sign == "*" else "exact"
    return Step(f"{text} {sign} {{0}}" if d.chance(0.4) and sign in "+-*" else f"{{0}} {sign} {text}", (k,), rule)


def where(d: Draw) -> Step:
    k = d.value(REAL)
    other = beside(d, REAL, k)
    if d.chance(0.3):
        low = d.between(0, 2)
        return Step(f"xp.clip({{0}}, {low}, {low + d.between(0, 3)})", (k,), "zeros")
    return Step(d.pick(["xp.where({0} > {1}, {0}, {1})", "xp.where({0} != 0, {1}, {0})"]), (k, other))


def cast(d: Draw) -> Step:
    k = d.value(ALL)
    x = d.values[k]
    to = d.pick(ALL)
    if x.dtype.kind == "c" and to not in COMPLEX:
        raise DoesNotFit
    if x.dtype.kind == "f" and to in INTEGERS:
        info = np.iinfo(to)
        if not (np.isfinite(x).all() and (x >= info.min).all() and (x < info.max // 2).all()):
            raise DoesNotFit
    return Step(f"xp.astype({{0}}, xp.{to})", (k,))


def reduction(d: Draw) -> Step:
    if d.chance(0.15):
        k = d.value(REAL)
        axis = d.axis(d.values[k].ndim) if d.values[k].ndim and d.chance(0.7) else None
        return Step(f"xp.{d.pick(['argmax', 'argmin'])}({{0}}, axis={axis}, keepdims={d.chance(0.4)})", (k,))
    name = d.pick(list(REDUCTIONS))
    dtypes, rule = REDUCTIONS[name]
    k = d.value(dtypes)
    axis = d.axes(d.values[k].ndim)
    more = f", correction={d.pick([0, 1, 0.5])}" if name in ("var", "std") else ""
    return Step(f"xp.{name}({{0}}, axis={axis}, keepdims={d.chance(0.3)}{more})", (k,), rule)


def scan(d: Draw) -> Step:
    name = d.pick(["cumulative_sum", "cumulative_prod", "diff"])
    k = d.value(NUMERIC, 1)
    axis = d.axis(d.values[k].ndim)
    if name == "diff":
        return Step(f"xp.diff({{0}}, axis={axis}, n={d.between(0, 3)})", (k,), "zeros")
    rule = "sum" if name == "cumulative_sum" else "product"
    return Step(f"xp.{name}({{0}}, axis={axis}, include_initial={d.chance(0.3)})", (k,), rule)


def contract(d: Draw) -> Step:
    k = d.value(NUMERIC, 1)
    x = d.values[k]
    kind = d.pick(["matmul", "gram", "tensordot", "vecdot", "einsum", "outer"])

    def fits(y: Value) -> bool:
        return mixable(x.dtype, y.dtype)

    if kind == "gram":
        k = d.value(NUMERIC, 2)
        return Step(d.pick(["xp.matmul(xp.matrix_transpose({0}), {0})", "{0} @ {0}.mT"]), (k,), "products")
    if kind == "matmul":
        other = d.value(NUMERIC, 1, ok=lambda y: fits(y) and y.shape[-2 if y.ndim > 1 else -1] == x.shape[-1])
        return Step("xp.matmul({0}, {1})", (k, other), "products")
    if kind == "tensordot":
        other = d.value(NUMERIC, 1, ok=lambda y: fits(y) and y.shape[0] == x.shape[-1])
        return Step("xp.tensordot({0}, {1}, axes=1)", (k, other), "products")
    if kind == "vecdot":
        other = d.value(NUMERIC, 1, ok=lambda y: fits(y) and y.shape[-1] == x.shape[-1])
        return Step("xp.vecdot({0}, {1})", (k, other), "products")
    if kind == "outer":
        k = d.value(NUMERIC, 1, 1)
        other = d.value(NUMERIC, 1, 1, ok=lambda y: mixable(y.dtype, d.values[k].dtype))
        return Step("xp.linalg.outer({0}, {1})", (k, other), "products")
    k = d.value(NUMERIC, 2, 2)
    other = d.value(NUMERIC, 2, 2, ok=lambda y: y.shape == d.values[k].shape and mixable(y.dtype, d.values[k].dtype))
    return Step(f'xp.einsum("ij,{d.pick(["kj->ik", "ij->i", "ij->ij", "kj->ki"])}", {{0}}, {{1}})', (k, other), "products")


def is_small(x: Value) -> bool:
    return 0 < x.size <= 4000 and bool(np.isfinite(x).all())


def is_small_square(x: Value) -> bool:
    return is_small(x) and bool(x.shape[-1] == x.shape[-2] <= 12)


def linalg(d: Draw) -> Step:
    if d.chance(0.35):
        k = d.value(NUMERIC, 2)
        offset = d.between(-3, 3)
        return Step(d.pick([f"xp.linalg.diagonal({{0}}, offset={offset})", f"xp.linalg.trace({{0}}, offset={offset})"]), (k,), "sum")
    if d.chance(0.4):
        k = d.value(FLOATS, 2, ok=is_small_square)
        n, dtype = d.values[k].shape[-1], d.values[k].dtype.name
        regular = f"({{0}} + 30 * xp.eye({n}, dtype=xp.{dtype}))"
        spd = f"(xp.matmul({{0}}, xp.matrix_transpose({{0}})) + 5 * xp.eye({n}, dtype=xp.{dtype}))"
        text = d.pick(
            [
                f"xp.linalg.det({regular})",
                f"xp.linalg.slogdet({regular}).logabsdet",
                f"xp.linalg.inv({regular})",
                f"xp.linalg.solve({regular}, {{0}})",
                f"xp.linalg.cholesky({spd}, upper={d.chance(0.5)})",
                f"xp.linalg.eigvalsh({spd})",
                f"xp.linalg.matrix_power({{0}}, {d.between(0, 3)})",
            ]
        )
        return Step(text, (k,), "factors")
    k = d.value(FLOATING, 2, ok=is_small)
    text = d.pick(
        [
            "xp.linalg.svdvals({0})",
            "xp.abs(xp.linalg.qr({0}).R)" if d.values[k].shape[-1] == 1 else "xp.linalg.svdvals({0})",
            "xp.linalg.matrix_rank({0})",
            f"xp.linalg.matrix_norm({{0}}, ord={d.pick([repr('fro'), repr('nuc'), '1', '-1', '2', 'inf', '-inf'])}, keepdims={d.chance(0.3)})",
            f"xp.linalg.vector_norm({{0}}, axis={d.axes(d.values[k].ndim)}, ord={d.pick(['0', '1', '2', '3', 'inf', '-inf'])})",
            "xp.linalg.pinv({0})",
        ]
    )
    return Step(text, (k,), "factors")


def fft(d: Draw) -> Step:
    name = d.pick(["fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fftn", "ifftn", "fftshift", "ifftshift"])
    k = d.value(FLOATS if name in ("rfft", "ihfft") else COMPLEX if name in ("irfft", "hfft") else FLOATING, 1, ok=is_small)
    norm = f"norm={d.pick(['backward', 'ortho', 'forward'])!r}"
    axis = d.axis(d.values[k].ndim)
    if name.endswith("shift"):
        return Step(f"xp.fft.{name}({{0}})", (k,))
    if name.endswith("n"):
        return Step(f"xp.fft.{name}({{0}}, axes=({axis},), {norm})", (k,), "sum")
    return Step(f"xp.fft.{name}({{0}}, n={d.pick([None, None, 1, 2, 3, 5, 8])}, axis={axis}, {norm})", (k,), "sum")
