//! What the elements of an array are, and the way from their bytes to values.

use crate::dtype::{Complex64, Complex128, DType, Element};
use hdf5_pure::{CompoundMember, Datatype, DatatypeByteOrder, FloatingPointLayout, StringPadding};

/// The type of an array's elements.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    /// Numbers or booleans of one of the standard's data types.
    Number(Number),
    /// Texts.
    Text(Text),
    /// Records.
    Records(Vec<Field>),
    /// Anything else, in words.
    Other(String),
}

/// A data type and how it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    /// The data type.
    pub(crate) dtype: DType,
    /// The bytes of one: those of the data type, or of a narrower one in the file.
    pub(super) size: usize,
    /// Whether the most significant byte comes first.
    pub(super) big_endian: bool,
}

/// How a text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// In so many bytes, padded.
    Fixed(usize, Padding),
    /// In the file's heap.
    Heap,
}

/// What follows a text that is shorter than its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// A zero byte ends the text.
    Terminator,
    /// Zero bytes.
    Zeros,
    /// Spaces.
    Spaces,
}

/// A field of a record: `count` values side by side.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: String,
    /// Where in the record it begins, in bytes.
    pub(super) offset: usize,
    /// Its bytes.
    pub(super) size: usize,
    /// Its shape: none for a single value.
    pub(super) shape: Vec<usize>,
    /// The type of its values.
    pub(super) kind: Type,
}

impl Type {
    /// The type of one value and the shape of the values in one element, of a type in the file.
    pub(super) fn of(datatype: &Datatype) -> (Self, Vec<usize>) {
        if let Datatype::Array { base_type, dimensions } = datatype {
            let (kind, inner) = Self::of(base_type);
            let outer = dimensions.iter().map(|&d| d as usize);
            return (kind, outer.chain(inner).collect());
        }
        let kind = match datatype {
            Datatype::String { size, padding, .. } => Self::Text(Text::Fixed(
                *size as usize,
                match padding {
                    StringPadding::NullTerminate => Padding::Terminator,
                    StringPadding::SpacePad => Padding::Spaces,
                    _ => Padding::Zeros,
                },
            )),
            Datatype::VariableLength { is_string: true, .. } => Self::Text(Text::Heap),
            _ => match (number(datatype), datatype) {
                (Some(number), _) => Self::Number(number),
                (None, Datatype::Compound { members, .. }) => Self::Records(fields(members)),
                _ => Self::Other(datatype.to_string()),
            },
        };
        (kind, Vec::new())
    }

    /// The type in words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Number(number) => number.dtype.to_string(),
            Self::Text(_) => "text".to_owned(),
            Self::Records(_) => "records".to_owned(),
            Self::Other(name) => name.clone(),
        }
    }
}

fn fields(members: &[CompoundMember]) -> Vec<Field> {
    let field = |member: &CompoundMember| {
        let (kind, shape) = Type::of(&member.datatype);
        Field {
            name: member.name.clone(),
            offset: usize::try_from(member.byte_offset).unwrap_or(usize::MAX),
            size: member.datatype.type_size() as usize,
            shape,
            kind,
        }
    };
    members.iter().map(field).collect()
}

/// The layout of a half-precision float, which is read as one of single precision.
const HALF: FloatingPointLayout = FloatingPointLayout {
    bit_offset: 0,
    bit_precision: 16,
    exponent_location: 10,
    exponent_size: 5,
    mantissa_location: 0,
    mantissa_size: 10,
    exponent_bias: 15,
};

/// The data type that a type of the file is, where it is one: integers and IEEE floats that fill their bytes; an
/// enumeration of false and true; a record of a real and an imaginary part.
fn number(datatype: &Datatype) -> Option<Number> {
    let order = |order: &DatatypeByteOrder| match order {
        DatatypeByteOrder::LittleEndian => Some(false),
        DatatypeByteOrder::BigEndian => Some(true),
        DatatypeByteOrder::Vax => None,
    };
    match datatype {
        Datatype::FixedPoint { size, byte_order, layout } => {
            let full =
                layout.bit_offset == 0 && u64::from(layout.bit_precision) == u64::from(*size) * 8;
            let dtype = match (layout.signed, size) {
                _ if !full => return None,
                (true, 1) => DType::Int8,
                (true, 2) => DType::Int16,
                (true, 4) => DType::Int32,
                (true, 8) => DType::Int64,
                (false, 1) => DType::UInt8,
                (false, 2) => DType::UInt16,
                (false, 4) => DType::UInt32,
                (false, 8) => DType::UInt64,
                _ => return None,
            };
            Some(Number { dtype, size: dtype.size(), big_endian: order(byte_order)? })
        }
        Datatype::FloatingPoint { size, byte_order, layout } => {
            let dtype = match (size, *layout) {
                (2, HALF) => DType::Float32,
                (4, FloatingPointLayout::IEEE754_BINARY32) => DType::Float32,
                (8, FloatingPointLayout::IEEE754_BINARY64) => DType::Float64,
                _ => return None,
            };
            Some(Number { dtype, size: *size as usize, big_endian: order(byte_order)? })
        }
        Datatype::Enumeration { size: 1, members, .. } => {
            let is = |name: &str, value: u8| {
                members.iter().any(|m| m.name.eq_ignore_ascii_case(name) && m.value == [value])
            };
            let truth = members.len() == 2 && is("false", 0) && is("true", 1);
            truth.then_some(Number { dtype: DType::Bool, size: 1, big_endian: false })
        }
        Datatype::Compound { size, members } => {
            let [real, imaginary] = members.as_slice() else { return None };
            let names = (real.name.as_str(), imaginary.name.as_str());
            let part = number(&real.datatype)?;
            let complex = match part.dtype {
                DType::Float32 => DType::Complex64,
                DType::Float64 => DType::Complex128,
                _ => return None,
            };
            let side_by_side = real.byte_offset == 0
                && imaginary.byte_offset == part.size as u64
                && *size as usize == 2 * part.size;
            (matches!(names, ("r", "i") | ("real", "imag"))
                && number(&imaginary.datatype) == Some(part)
                && side_by_side)
                .then_some(Number { dtype: complex, size: 2 * part.size, ..part })
        }
        _ => None,
    }
}

/// An element that is made from its bytes.
pub(super) trait FromBytes: Element {
    /// The element that the bytes, as many as its size, stand for; `None` where they stand for none.
    fn from_bytes(bytes: &[u8], big_endian: bool) -> Option<Self>;
}

macro_rules! from_bytes {
    ($($T:ty),+) => {$(
        impl FromBytes for $T {
            #[inline]
            fn from_bytes(bytes: &[u8], big_endian: bool) -> Option<Self> {
                let bytes = bytes.try_into().ok()?;
                Some(if big_endian { Self::from_be_bytes(bytes) } else { Self::from_le_bytes(bytes) })
            }
        }
    )+};
}
from_bytes!(i8, i16, i32, i64, u8, u16, u32, u64, f64);

/// Of two bytes, the value of a half.
impl FromBytes for f32 {
    #[inline]
    fn from_bytes(bytes: &[u8], big_endian: bool) -> Option<Self> {
        if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
            return Some(if big_endian {
                Self::from_be_bytes(bytes)
            } else {
                Self::from_le_bytes(bytes)
            });
        }
        let bytes = <[u8; 2]>::try_from(bytes).ok()?;
        Some(single(if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }))
    }
}

/// The value of a half: a sign, 5 bits of exponent and 10 of mantissa.
fn single(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10 & 0x1f);
    let mantissa = u32::from(half & 0x3ff);
    match exponent {
        // Subnormal: so many times the least one.
        0 => f32::from_bits(sign | (mantissa as f32 / 16_777_216.0).to_bits()),
        0x1f => f32::from_bits(sign | 0x7f80_0000 | mantissa << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | mantissa << 13),
    }
}

impl FromBytes for bool {
    #[inline]
    fn from_bytes(bytes: &[u8], _big_endian: bool) -> Option<Self> {
        match bytes {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

macro_rules! complex_from_bytes {
    ($($T:ty, $Part:ty);+) => {$(
        impl FromBytes for $T {
            #[inline]
            fn from_bytes(bytes: &[u8], big_endian: bool) -> Option<Self> {
                let (real, imaginary) = bytes.split_at_checked(bytes.len() / 2)?;
                Some(Self::new(
                    <$Part>::from_bytes(real, big_endian)?,
                    <$Part>::from_bytes(imaginary, big_endian)?,
                ))
            }
        }
    )+};
}
complex_from_bytes!(Complex64, f32; Complex128, f64);

impl Text {
    /// The bytes of a text without its padding.
    pub(super) fn trim(bytes: &[u8], padding: Padding) -> &[u8] {
        let end = match padding {
            Padding::Terminator => bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len()),
            Padding::Zeros => bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1),
            Padding::Spaces => bytes.iter().rposition(|&b| b != b' ').map_or(0, |last| last + 1),
        };
        &bytes[..end]
    }
}
