//! [`Func`]: the names of the elementwise functions, what they accept and what they give.

use crate::Result;
use crate::dtype::{DType, Kind, result_type_for};
use crate::error::DTypeError;

macro_rules! functions {
    ($($(#[$doc:meta])* $Variant:ident $name:literal $arity:literal $domain:ident $result:ident;)+) => {
        /// An [elementwise function](https://data-apis.org/array-api/2025.12/API_specification/elementwise_functions.html)
        /// of the standard, or its `where`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum Func {
            $($(#[$doc])* $Variant,)+
        }

        impl Func {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The standard's name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name),+ }
            }

            /// How many arrays it takes.
            pub const fn arity(self) -> usize {
                match self { $(Self::$Variant => $arity),+ }
            }

            const fn domain(self) -> Domain {
                match self { $(Self::$Variant => Domain::$domain),+ }
            }

            const fn result(self) -> ResultType {
                match self { $(Self::$Variant => ResultType::$result),+ }
            }
        }
    };
}

/// What a function accepts, and the type in which it is computed.
#[derive(Clone, Copy)]
enum Domain {
    /// Any type.
    Any,
    /// Any type but `bool`.
    Numeric,
    /// Integers and real floats.
    Real,
    /// `bool` and integers.
    Bits,
    /// Any type, converted to `bool`.
    Logical,
    /// Integers.
    Integer,
    /// Any type; integers and `bool` are converted to `float64`.
    Floating,
    /// Any type but complex; integers and `bool` are converted to `float64`.
    RealFloating,
    /// Numeric; integers stay as they are.
    Complexlike,
}

/// What a function gives.
#[derive(Clone, Copy)]
enum ResultType {
    /// The type it was computed in.
    Same,
    Bool,
    /// The type of a complex number's parts.
    RealPart,
}

functions! {
    /// |x|; of a complex number, its modulus.
    Abs "abs" 1 Numeric RealPart;
    /// Inverse cosine.
    Acos "acos" 1 Floating Same;
    /// Inverse hyperbolic cosine.
    Acosh "acosh" 1 Floating Same;
    /// x₁ + x₂.
    Add "add" 2 Numeric Same;
    /// Inverse sine.
    Asin "asin" 1 Floating Same;
    /// Inverse hyperbolic sine.
    Asinh "asinh" 1 Floating Same;
    /// Inverse tangent.
    Atan "atan" 1 Floating Same;
    /// Inverse tangent of x₁ / x₂ in the right quadrant.
    Atan2 "atan2" 2 RealFloating Same;
    /// Inverse hyperbolic tangent.
    Atanh "atanh" 1 Floating Same;
    /// x₁ & x₂.
    BitwiseAnd "bitwise_and" 2 Bits Same;
    /// x₁ << x₂.
    BitwiseLeftShift "bitwise_left_shift" 2 Integer Same;
    /// !x.
    BitwiseInvert "bitwise_invert" 1 Bits Same;
    /// x₁ | x₂.
    BitwiseOr "bitwise_or" 2 Bits Same;
    /// x₁ >> x₂, with the sign.
    BitwiseRightShift "bitwise_right_shift" 2 Integer Same;
    /// x₁ ^ x₂.
    BitwiseXor "bitwise_xor" 2 Bits Same;
    /// The least integer not below x.
    Ceil "ceil" 1 Real Same;
    /// x limited to `[min, max]`.
    Clip "clip" 3 Real Same;
    /// Complex conjugate.
    Conj "conj" 1 Complexlike Same;
    /// |x₁| with the sign of x₂.
    Copysign "copysign" 2 RealFloating Same;
    /// Cosine.
    Cos "cos" 1 Floating Same;
    /// Hyperbolic cosine.
    Cosh "cosh" 1 Floating Same;
    /// x₁ / x₂.
    Divide "divide" 2 Floating Same;
    /// x₁ = x₂.
    Equal "equal" 2 Any Bool;
    /// eˣ.
    Exp "exp" 1 Floating Same;
    /// eˣ − 1.
    Expm1 "expm1" 1 Floating Same;
    /// The greatest integer not above x.
    Floor "floor" 1 Real Same;
    /// ⌊x₁ / x₂⌋.
    FloorDivide "floor_divide" 2 Real Same;
    /// x₁ > x₂.
    Greater "greater" 2 Real Bool;
    /// x₁ ≥ x₂.
    GreaterEqual "greater_equal" 2 Real Bool;
    /// √(x₁² + x₂²).
    Hypot "hypot" 2 RealFloating Same;
    /// Imaginary part.
    Imag "imag" 1 Complexlike RealPart;
    /// Whether neither infinite nor NaN.
    IsFinite "isfinite" 1 Any Bool;
    /// Whether infinite.
    IsInf "isinf" 1 Any Bool;
    /// Whether NaN.
    IsNan "isnan" 1 Any Bool;
    /// x₁ < x₂.
    Less "less" 2 Real Bool;
    /// x₁ ≤ x₂.
    LessEqual "less_equal" 2 Real Bool;
    /// Natural logarithm.
    Log "log" 1 Floating Same;
    /// ln(1 + x).
    Log1p "log1p" 1 Floating Same;
    /// Logarithm to base 2.
    Log2 "log2" 1 Floating Same;
    /// Logarithm to base 10.
    Log10 "log10" 1 Floating Same;
    /// ln(eˣ¹ + eˣ²).
    Logaddexp "logaddexp" 2 RealFloating Same;
    /// Both.
    LogicalAnd "logical_and" 2 Logical Bool;
    /// Not.
    LogicalNot "logical_not" 1 Logical Bool;
    /// Either.
    LogicalOr "logical_or" 2 Logical Bool;
    /// One but not both.
    LogicalXor "logical_xor" 2 Logical Bool;
    /// The greater of both; NaN if either is.
    Maximum "maximum" 2 Real Same;
    /// The lesser of both; NaN if either is.
    Minimum "minimum" 2 Real Same;
    /// x₁ · x₂.
    Multiply "multiply" 2 Numeric Same;
    /// −x.
    Negative "negative" 1 Numeric Same;
    /// The next representable number after x₁ towards x₂.
    Nextafter "nextafter" 2 RealFloating Same;
    /// x₁ ≠ x₂.
    NotEqual "not_equal" 2 Any Bool;
    /// +x.
    Positive "positive" 1 Numeric Same;
    /// x₁ to the power of x₂.
    Pow "pow" 2 Numeric Same;
    /// Real part.
    Real "real" 1 Complexlike RealPart;
    /// 1 / x.
    Reciprocal "reciprocal" 1 Floating Same;
    /// The remainder of x₁ / x₂, with the sign of x₂.
    Remainder "remainder" 2 Real Same;
    /// The nearest integer, ties to even; of a complex number, of both parts.
    Round "round" 1 Numeric Same;
    /// −1, 0 or 1; of a complex number x / |x|.
    Sign "sign" 1 Numeric Same;
    /// Whether the sign bit is set.
    Signbit "signbit" 1 RealFloating Bool;
    /// Sine.
    Sin "sin" 1 Floating Same;
    /// Hyperbolic sine.
    Sinh "sinh" 1 Floating Same;
    /// x².
    Square "square" 1 Numeric Same;
    /// √x.
    Sqrt "sqrt" 1 Floating Same;
    /// x₁ − x₂.
    Subtract "subtract" 2 Numeric Same;
    /// Tangent.
    Tan "tan" 1 Floating Same;
    /// Hyperbolic tangent.
    Tanh "tanh" 1 Floating Same;
    /// The nearest integer towards zero.
    Trunc "trunc" 1 Real Same;
    /// x₂ where x₁ holds, else x₃.
    Where "where" 3 Any Same;
}

impl Func {
    /// The data type in which the function is computed: its arguments are converted to it first, but for the
    /// condition of `where`, which is `bool`.
    ///
    /// # Errors
    /// If an argument's type is not accepted, or the types have no common one.
    pub fn compute_dtype(self, args: &[DType]) -> Result<DType> {
        let op = self.name();
        let values = if self == Self::Where {
            if args[0] != DType::Bool {
                return Err(self.unsupported(args[0], "a bool condition"));
            }
            &args[1..]
        } else {
            args
        };
        let dtype = result_type_for(op, values.iter().copied())?;
        let expect = |ok: bool, what: &str| {
            if ok { Ok(()) } else { Err(self.unsupported(dtype, what)) }
        };
        match self.domain() {
            Domain::Any => Ok(dtype),
            Domain::Numeric | Domain::Complexlike => {
                expect(dtype.is_numeric(), "numeric types").map(|()| dtype)
            }
            Domain::Real => {
                expect(dtype.is_real(), "integer and real floating-point types").map(|()| dtype)
            }
            Domain::Bits => {
                expect(dtype == DType::Bool || dtype.is_integer(), "bool and integer types")
                    .map(|()| dtype)
            }
            Domain::Integer => expect(dtype.is_integer(), "integer types").map(|()| dtype),
            Domain::Logical => Ok(DType::Bool),
            Domain::Floating => Ok(dtype.floating()),
            Domain::RealFloating => {
                expect(dtype.kind() != Kind::Complex, "real types").map(|()| dtype.floating())
            }
        }
    }

    /// The data type of the result of a computation in `compute`.
    pub const fn result_dtype(self, compute: DType) -> DType {
        match self.result() {
            ResultType::Same => compute,
            ResultType::Bool => DType::Bool,
            ResultType::RealPart => compute.real(),
        }
    }

    /// The data type that argument `position` is converted to in a computation in `compute`.
    pub fn arg_dtype(self, position: usize, compute: DType) -> DType {
        if self == Self::Where && position == 0 { DType::Bool } else { compute }
    }

    fn unsupported(self, dtype: DType, expected: &str) -> crate::Error {
        DTypeError::Unsupported { op: self.name().to_owned(), dtype, expected: expected.to_owned() }
            .into()
    }
}

impl std::fmt::Display for Func {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
