//! The operators of `std::ops`, for any kind of array.

use super::{Array, AsOperand, Func, Operand};
use crate::Result;
use crate::error::{DTypeError, ShapeError};

/// Implements the operators of `std::ops` for a kind of array: `+ - * / % & | ^` and their assignments, `-x`, `!x`.
///
/// Arrays stand on either side by value or by reference, numbers and [`Scalar`](crate::dtype::Scalar)s on either side:
/// `&x * 2.0 + &y`, `0.5 * x`, `x -= 1`. A number takes the data type of the array, as in the methods, whatever its
/// Rust type. On the left that is `bool`, `i64`, `f64` or `Complex128`: as there is one type for each literal, the
/// compiler knows that of `(0.5 * &x).sum(..)`. In place the array keeps its shape and data type.
///
/// The argument is the type, after its generic parameters in braces where it has any: `impl_operators!(Counted)`,
/// `impl_operators!({A: Array} Checked<A>)`.
///
/// ```
/// use redpoll::standard::{Call, Footprint, Meta, Outputs};
/// use redpoll::{Array, Dense, Result, buffer::Values};
/// /// An array that prints what is asked of it.
/// #[derive(Clone, Debug)]
/// struct Told<A>(A);
/// impl<A: Array> Array for Told<A> {
///     fn meta(&self) -> &Meta {
///         self.0.meta()
///     }
///     fn footprint(&self) -> Footprint {
///         self.0.footprint()
///     }
///     fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
///         println!("{}", call.op());
///         let inner: Vec<&A> = inputs.iter().map(|x| &x.0).collect();
///         Ok(A::eval(call, &inner)?.into_iter().map(Told).collect())
///     }
///     fn to_values(&self) -> Result<Values> {
///         self.0.to_values()
///     }
/// }
/// redpoll::impl_operators!({A: Array} Told<A>);
///
/// let mut x = Told(Dense::from([1.0, 2.0]));
/// x *= 10;
/// assert_eq!((0.5 * &x - x).to_vec::<f64>()?, [-5.0, -10.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
///
/// # Panics
/// An operator panics with the message of the error that the method of [`Array`](crate::Array) returns, at the line
/// that used it.
#[macro_export]
macro_rules! impl_operators {
    ({$($generics:tt)*} $Array:ty) => {
        $crate::impl_operators! { @binary {$($generics)*} $Array,
            Add add AddAssign add_assign Add,
            Sub sub SubAssign sub_assign Subtract,
            Mul mul MulAssign mul_assign Multiply,
            Div div DivAssign div_assign Divide,
            Rem rem RemAssign rem_assign Remainder,
            BitAnd bitand BitAndAssign bitand_assign BitwiseAnd,
            BitOr bitor BitOrAssign bitor_assign BitwiseOr,
            BitXor bitxor BitXorAssign bitxor_assign BitwiseXor }
        $crate::impl_operators! { @unary {$($generics)*} $Array, Neg neg Negative, Not not BitwiseInvert }
    };
    (@unary $generics:tt $Array:ty, $($Trait:ident $method:ident $Func:ident),+) => {$(
        $crate::impl_operators! { @unary_of $generics $Array, $Array, $Trait $method $Func }
        $crate::impl_operators! { @unary_of $generics $Array, &$Array, $Trait $method $Func }
    )+};
    (@unary_of {$($generics:tt)*} $Array:ty, $Operand:ty, $Trait:ident $method:ident $Func:ident) => {
        impl<$($generics)*> std::ops::$Trait for $Operand {
            type Output = $Array;
            #[track_caller]
            fn $method(self) -> $Array {
                $crate::standard::operators::unary($crate::standard::Func::$Func, &self)
            }
        }
    };
    (@binary $generics:tt $Array:ty,
        $($Trait:ident $method:ident $Assign:ident $assign:ident $Func:ident),+) => {$(
        $crate::impl_operators! { @right $generics $Array, $Array, $Trait $method $Func }
        $crate::impl_operators! { @right $generics $Array, &$Array, $Trait $method $Func }
        $crate::impl_operators! { @assign $generics $Array, $Assign $assign $Func }
        $crate::impl_operators! { @numbers $generics $Array, $Trait $method $Func,
            bool i64 f64 $crate::dtype::Complex128 $crate::dtype::Scalar }
    )+};
    (@right {$($generics:tt)*} $Array:ty, $Left:ty, $Trait:ident $method:ident $Func:ident) => {
        impl<Right: $crate::standard::AsOperand<$Array>, $($generics)*> std::ops::$Trait<Right> for $Left {
            type Output = $Array;
            #[track_caller]
            fn $method(self, other: Right) -> $Array {
                $crate::standard::operators::binary($crate::standard::Func::$Func, &self, &other)
            }
        }
    };
    (@assign {$($generics:tt)*} $Array:ty, $Trait:ident $method:ident $Func:ident) => {
        impl<Right: $crate::standard::AsOperand<$Array>, $($generics)*> std::ops::$Trait<Right>
            for $Array
        {
            #[track_caller]
            fn $method(&mut self, other: Right) {
                $crate::standard::operators::assign($crate::standard::Func::$Func, self, &other)
            }
        }
    };
    (@numbers $generics:tt $Array:ty, $Trait:ident $method:ident $Func:ident, $($Number:path)+) => {$(
        $crate::impl_operators! { @left $generics $Array, $Array, $Number, $Trait $method $Func }
        $crate::impl_operators! { @left $generics $Array, &$Array, $Number, $Trait $method $Func }
    )+};
    (@left {$($generics:tt)*} $Array:ty, $Right:ty, $Number:path, $Trait:ident $method:ident $Func:ident) => {
        impl<$($generics)*> std::ops::$Trait<$Right> for $Number {
            type Output = $Array;
            #[track_caller]
            fn $method(self, array: $Right) -> $Array {
                $crate::standard::operators::reversed($crate::standard::Func::$Func, self, &array)
            }
        }
    };
    ($Array:ty) => {
        $crate::impl_operators! { {} $Array }
    };
}

/// The value of a result, for operators, which cannot return an error.
///
/// # Panics
/// With the error's message.
#[track_caller]
pub fn expect<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        // In a closure the panic would be at this line.
        Err(error) => panic!("{error}"),
    }
}

/// A function of one array.
#[track_caller]
pub fn unary<A: Array>(func: Func, array: &A) -> A {
    expect(array.unary(func))
}

/// A function of an array and what stands to its right.
#[track_caller]
pub fn binary<A: Array>(func: Func, left: &A, right: &impl AsOperand<A>) -> A {
    expect(left.binary(func, right.as_operand()))
}

/// A function of a number and the array to its right.
#[track_caller]
pub fn reversed<'a, A: Array>(func: Func, left: impl Into<Operand<'a, A>>, right: &'a A) -> A {
    expect(right.reversed(func, left))
}

/// A function of an array and what stands to its right, in the array's place.
#[track_caller]
pub fn assign<A: Array>(func: Func, left: &mut A, right: &impl AsOperand<A>) {
    *left = expect(left.binary(func, right.as_operand()).and_then(|result| {
        let op = func.name().to_owned();
        if result.shape() != left.shape() {
            return Err(ShapeError::Mismatch {
                op,
                shapes: vec![left.shape().to_vec(), result.shape().to_vec()],
                reason: "in place an array keeps its shape".to_owned(),
            }
            .into());
        }
        if result.dtype() != left.dtype() {
            return Err(DTypeError::Cast {
                op,
                from: result.dtype(),
                to: left.dtype(),
                reason: "in place an array keeps its data type".to_owned(),
            }
            .into());
        }
        Ok(result)
    }));
}
