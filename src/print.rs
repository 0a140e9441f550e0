//! How arrays are written: NumPy's layout, for every kind of array.
//!
//! Elements stand in nested brackets, aligned, in the fewest digits that tell them apart; of an array that is larger than
//! a threshold only the first and the last of each axis. What is written is decided by [`PrintOptions`], which those of
//! `format!` set in part:
//!
//! ```
//! use redpoll::{Array, Dense, Tensor};
//! let x = Tensor::from_values([2, 2], vec![0.0, 1.25, 0.0, 10.0])?;
//! assert_eq!(x.to_string(), "[[ 0.  ,  1.25],\n [ 0.  , 10.  ]]");
//! assert_eq!(format!("{x:.1}"), "[[ 0.0,  1.2],\n [ 0.0, 10.0]]"); // that many decimals
//! let long = Dense::from_values([5000], vec![1.0; 5000])?;
//! assert_eq!(long.to_string(), "[1., 1., 1., ..., 1., 1., 1.]");
//! assert_eq!(format!("{long:#}").matches("1.").count(), 5000); // the whole
//! # Ok::<(), redpoll::Error>(())
//! ```

mod nested;
mod number;

pub use nested::nested;
pub use number::{Numbers, scalar};

use std::fmt;

/// How the words of a language are spelt: `true` and `NaN`, or `True` and `nan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Words {
    /// `true`, `NaN`, `1+2i`, `[2, 3]`.
    #[default]
    Rust,
    /// `True`, `nan`, `1+2j`, `(2, 3)`.
    Python,
}

/// How arrays are written; the defaults are NumPy's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrintOptions {
    /// The most digits after the point; 8.
    pub precision: usize,
    /// Whether there are always that many.
    pub fixed: bool,
    /// The most elements that are written whole; 1000.
    pub threshold: usize,
    /// Of a larger array, how many elements are written at each end of an axis; 3.
    pub edge_items: usize,
    /// The length at which lines are broken; 75.
    pub line_width: usize,
    /// The language.
    pub words: Words,
}

impl Default for PrintOptions {
    fn default() -> Self {
        Self {
            precision: 8,
            fixed: false,
            threshold: 1000,
            edge_items: 3,
            line_width: 75,
            words: Words::Rust,
        }
    }
}

impl PrintOptions {
    /// Those that a format string asks for: a precision (`{:.2}`) is a number of decimals, the alternate form (`{:#}`)
    /// writes the whole.
    pub fn of(f: &fmt::Formatter<'_>) -> Self {
        let mut options = Self::default();
        if let Some(precision) = f.precision() {
            options.precision = precision;
            options.fixed = true;
        }
        if f.alternate() {
            options.threshold = usize::MAX;
        }
        options
    }

    /// A shape or an index: `[2, 3]`, or a tuple of Python.
    pub fn tuple(&self, numbers: &[usize]) -> String {
        let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        self.tuple_of(&texts)
    }

    /// As [`tuple`](Self::tuple), of texts.
    pub fn tuple_of(&self, texts: &[String]) -> String {
        let joined = texts.join(", ");
        match (self.words, texts.len()) {
            (Words::Rust, _) => format!("[{joined}]"),
            (Words::Python, 1) => format!("({joined},)"),
            (Words::Python, _) => format!("({joined})"),
        }
    }
}

/// A number of bytes in the unit that makes it readable: `12.5 MiB`.
pub fn bytes(n: usize) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let unit = ((n.max(1).ilog2() / 10) as usize).min(UNITS.len() - 1);
    if unit == 0 {
        format!("{n} bytes")
    } else {
        format!("{:.1} {}", n as f64 / (1_u64 << (10 * unit)) as f64, UNITS[unit])
    }
}

/// A share as per cent, in three digits however small it is: `0.00012 %`.
pub fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let decimals = if percent > 0.0 { 2 - percent.log10().floor() as i32 } else { 0 };
    let text = format!("{percent:.*}", decimals.clamp(0, 12) as usize);
    let trimmed = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    format!("{trimmed} %")
}
