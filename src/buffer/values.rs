//! Buffers and slices whose data type is known at run time.

use super::{Buffer, filled, zeroed};
use crate::Result;
use crate::dtype::{Complex64, Complex128, DType, Element, Scalar};
use crate::with_dtype;

macro_rules! erased {
    ($($Variant:ident $T:ty),+) => {
        /// A [`Buffer`] of any data type.
        #[derive(Debug, Clone)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[allow(missing_docs)] // the names are the data types'
        pub enum Values { $($Variant(Buffer<$T>)),+ }

        /// A slice of any data type.
        #[derive(Debug, Clone, Copy)]
        #[allow(missing_docs)]
        pub enum ValuesRef<'a> { $($Variant(&'a [$T])),+ }

        /// A mutable slice of any data type.
        #[derive(Debug)]
        #[allow(missing_docs)]
        pub enum ValuesMut<'a> { $($Variant(&'a mut [$T])),+ }

        impl Values {
            /// The data type of the elements.
            pub const fn dtype(&self) -> DType {
                match self { $(Self::$Variant(_) => DType::$Variant),+ }
            }
            /// The number of elements.
            pub fn len(&self) -> usize {
                match self { $(Self::$Variant(b) => b.len()),+ }
            }
            /// The elements, borrowed.
            pub fn view(&self) -> ValuesRef<'_> {
                match self { $(Self::$Variant(b) => ValuesRef::$Variant(b)),+ }
            }
            /// The elements, to be written to, copied first where they are shared (see [`Buffer::make_mut`]).
            pub fn make_mut(&mut self) -> ValuesMut<'_> {
                match self { $(Self::$Variant(b) => ValuesMut::$Variant(b.make_mut())),+ }
            }
            /// The elements, to be written to, where [`make_mut`](Self::make_mut) copies nothing.
            pub(crate) fn sole_mut(&mut self) -> Option<ValuesMut<'_>> {
                match self { $(Self::$Variant(b) => b.sole_mut().map(ValuesMut::$Variant)),+ }
            }
        }

        impl<'a> ValuesRef<'a> {
            /// The data type of the elements.
            pub const fn dtype(self) -> DType {
                match self { $(Self::$Variant(_) => DType::$Variant),+ }
            }
            /// The number of elements.
            pub const fn len(self) -> usize {
                match self { $(Self::$Variant(s) => s.len()),+ }
            }
        }

        impl<'a> From<&'a Scalar> for ValuesRef<'a> {
            /// A slice of one element.
            fn from(scalar: &'a Scalar) -> Self {
                match scalar { $(Scalar::$Variant(v) => Self::$Variant(std::slice::from_ref(v))),+ }
            }
        }

        impl<'a> From<&'a mut Scalar> for ValuesMut<'a> {
            /// A slice of one element.
            fn from(scalar: &'a mut Scalar) -> Self {
                match scalar { $(Scalar::$Variant(v) => Self::$Variant(std::slice::from_mut(v))),+ }
            }
        }

        impl ValuesMut<'_> {
            /// The data type of the elements.
            pub const fn dtype(&self) -> DType {
                match self { $(Self::$Variant(_) => DType::$Variant),+ }
            }
            /// The number of elements.
            pub const fn len(&self) -> usize {
                match self { $(Self::$Variant(s) => s.len()),+ }
            }
            /// The same slice for a shorter time.
            pub fn reborrow(&mut self) -> ValuesMut<'_> {
                match self { $(Self::$Variant(s) => ValuesMut::$Variant(s)),+ }
            }
            /// The elements, borrowed for reading.
            pub fn view(&self) -> ValuesRef<'_> {
                match self { $(Self::$Variant(s) => ValuesRef::$Variant(s)),+ }
            }
        }
    };
}

erased!(
    Bool bool, Int8 i8, Int16 i16, Int32 i32, Int64 i64, UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64,
    Float32 f32, Float64 f64, Complex64 Complex64, Complex128 Complex128
);

impl Values {
    /// `len` copies of a scalar.
    pub fn full(value: Scalar, len: usize) -> Self {
        with_dtype!(value.dtype(), T => vec![value.to::<T>(); len].into())
    }

    /// `len` copies of a scalar, however many these are; `op` names the operation in the error.
    pub(crate) fn filled(op: &str, value: Scalar, len: usize) -> Result<Self> {
        Ok(with_dtype!(value.dtype(), T => {
            let value = value.to::<T>();
            let values =
                if value.same(T::ZERO) { zeroed(op, len)? } else { filled(op, value, len)? };
            values.into()
        }))
    }

    /// `len` zeros of a data type.
    pub fn zeros(dtype: DType, len: usize) -> Self {
        Self::full(Scalar::zero(dtype), len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a position.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, position: usize) -> Scalar {
        self.view().get(position)
    }

    /// The elements as a slice of `T`; `None` where they have another type.
    pub fn as_slice<T: Element>(&self) -> Option<&[T]> {
        T::buffer(self).map(Buffer::as_slice)
    }

    /// A part of them, sharing the memory.
    ///
    /// # Panics
    /// If the range is outside the values.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Self {
        with_dtype!(self.dtype(), T => T::erase(T::buffer(self).expect("own dtype").slice(range)))
    }

    /// The elements in memory that [`make_mut`](Self::make_mut) need not copy; `op` names the operation in the error.
    pub(crate) fn unshared(self, op: &str) -> Result<Self> {
        Ok(with_dtype!(self.dtype(), T => {
            T::erase(T::into_buffer(self).expect("own dtype").unshared(op)?)
        }))
    }

    /// The bytes of the elements.
    pub fn bytes(&self) -> usize {
        self.len() * self.dtype().size()
    }

    /// Whether both are the very same memory.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        with_dtype!(self.dtype(), T => match (T::buffer(self), T::buffer(other)) {
            (Some(a), Some(b)) => a.ptr_eq(b),
            _ => false,
        })
    }
}

/// Equality is that of [`Element::same`]: bit for bit, but for NaN.
impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        with_dtype!(self.dtype(), T => match (self.as_slice::<T>(), other.as_slice::<T>()) {
            (Some(a), Some(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(&x, &y)| x.same(y))
            }
            _ => false,
        })
    }
}

impl ValuesRef<'_> {
    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The element at a position.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(self, position: usize) -> Scalar {
        with_dtype!(self.dtype(), T => T::slice(self).expect("own dtype")[position].scalar())
    }

    /// The elements as a slice of `T`; `None` where they have another type.
    pub fn as_slice<T: Element>(&self) -> Option<&[T]> {
        T::slice(*self)
    }
}

impl ValuesMut<'_> {
    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Element> From<Buffer<T>> for Values {
    fn from(buffer: Buffer<T>) -> Self {
        T::erase(buffer)
    }
}

impl<T: Element> From<Vec<T>> for Values {
    fn from(vec: Vec<T>) -> Self {
        T::erase(vec.into())
    }
}

impl<T: Element> From<&[T]> for Values {
    fn from(slice: &[T]) -> Self {
        T::erase(slice.to_vec().into())
    }
}

impl<T: Element, const N: usize> From<[T; N]> for Values {
    fn from(array: [T; N]) -> Self {
        Vec::from(array).into()
    }
}

impl<T: Element, const N: usize> From<&[T; N]> for Values {
    fn from(array: &[T; N]) -> Self {
        array.as_slice().into()
    }
}

impl<T: Element> From<&Vec<T>> for Values {
    fn from(vec: &Vec<T>) -> Self {
        vec.as_slice().into()
    }
}

impl<T: Element> FromIterator<T> for Values {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        elements.into_iter().collect::<Vec<T>>().into()
    }
}
