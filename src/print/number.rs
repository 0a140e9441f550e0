//! Numbers as text, aligned with those beside them.

use super::{PrintOptions, Words};
use crate::dtype::{Complex64, Complex128, Scalar};

/// No number has more digits after the point.
const MOST_DIGITS: usize = 1074;

/// How the numbers of one array are written: so that their points stand under each other, in scientific notation where
/// that of one of them would be long.
#[derive(Debug)]
pub struct Numbers {
    options: PrintOptions,
    layout: Layout,
}

/// How wide they are.
#[derive(Debug)]
enum Layout {
    /// Texts that are only aligned at the right.
    Plain(usize),
    Real(Floats),
    Complex(Floats, Floats),
}

impl Numbers {
    /// The layout of these numbers.
    pub fn of(values: &[Scalar], options: &PrintOptions) -> Self {
        let parts: Vec<(Float, Option<Float>)> =
            values.iter().filter_map(|&value| parts(value)).collect();
        let layout = match parts.first() {
            None => {
                let widths = values.iter().map(|&v| plain(v, options.words).len());
                let bool = matches!(values.first(), Some(Scalar::Bool(_)));
                Layout::Plain(widths.max().unwrap_or(0).max(if bool { "false".len() } else { 0 }))
            }
            Some((_, imaginary)) => {
                let re: Vec<Float> = parts.iter().map(|p| p.0).collect();
                let re = |signed| Floats::of(&re, options, signed);
                match imaginary {
                    None => Layout::Real(re(false)),
                    Some(_) => {
                        let im: Vec<Float> = parts.iter().filter_map(|p| p.1).collect();
                        Layout::Complex(re(false), Floats::of(&im, options, true))
                    }
                }
            }
        };
        Self { options: options.clone(), layout }
    }

    /// One of them.
    pub fn text(&self, value: Scalar) -> String {
        let words = self.options.words;
        match (&self.layout, parts(value)) {
            (Layout::Real(re), Some((v, _))) => re.text(v, words),
            (Layout::Complex(re, im), Some((v, Some(w)))) => {
                let im = im.text(w, words);
                let digits = im.trim_end();
                let blank = &im[digits.len()..];
                format!("{}{digits}{}{blank}", re.text(v, words), unit(words))
            }
            (Layout::Plain(width), _) => format!("{:>width$}", plain(value, words)),
            _ => plain(value, words),
        }
    }
}

/// A number by itself, as short as it can be read back: `2.0`, `1e+20`, `NaN`.
pub fn scalar(value: Scalar, options: &PrintOptions) -> String {
    let words = options.words;
    let real = |v: Float| {
        if options.fixed && v.value.is_finite() {
            return format!("{:.*}", options.precision.min(MOST_DIGITS), v.value);
        }
        let size = v.value.abs();
        if !v.value.is_finite() {
            special(v.value, words, false)
        } else if size != 0.0 && (size >= 1e16 || v.less(1e-4)) {
            let (mantissa, exponent) = v.scientific(None);
            format!("{}e{}", mantissa.trim_end_matches('.'), signed(exponent, 2))
        } else {
            let text = v.positional(None);
            if text.ends_with('.') { text + "0" } else { text }
        }
    };
    match parts(value) {
        None => plain(value, words),
        Some((v, None)) => real(v),
        Some((v, Some(w))) => {
            let short = |v: Float| match real(v) {
                text if options.fixed => text,
                text => text.strip_suffix(".0").map_or(text.clone(), str::to_owned),
            };
            let sign = if w.value.is_sign_negative() && !w.value.is_nan() { "" } else { "+" };
            format!("{}{sign}{}{}", short(v), short(w), unit(words))
        }
    }
}

const fn unit(words: Words) -> &'static str {
    match words {
        Words::Rust => "i",
        Words::Python => "j",
    }
}

/// What is neither real nor complex.
fn plain(value: Scalar, words: Words) -> String {
    match (value, words) {
        (Scalar::Bool(true), Words::Python) => "True".to_owned(),
        (Scalar::Bool(false), Words::Python) => "False".to_owned(),
        _ => value.to_string(),
    }
}

/// The real and the imaginary part of a floating-point number.
fn parts(value: Scalar) -> Option<(Float, Option<Float>)> {
    let single = |v: f32| Float { value: v.into(), single: true };
    let double = |value: f64| Float { value, single: false };
    Some(match value {
        Scalar::Float32(v) => (single(v), None),
        Scalar::Float64(v) => (double(v), None),
        Scalar::Complex64(Complex64 { re, im }) => (single(re), Some(single(im))),
        Scalar::Complex128(Complex128 { re, im }) => (double(re), Some(double(im))),
        _ => return None,
    })
}

/// Infinity or NaN.
fn special(value: f64, words: Words, plus: bool) -> String {
    let sign = match () {
        () if value < 0.0 => "-",
        () if plus => "+",
        () => "",
    };
    let word = match (value.is_nan(), words) {
        (false, _) => "inf",
        (true, Words::Rust) => "NaN",
        (true, Words::Python) => "nan",
    };
    format!("{sign}{word}")
}

/// An exponent with its sign, in at least so many digits.
fn signed(exponent: i32, digits: usize) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{:0digits$}", exponent.unsigned_abs())
}

/// A number, with the precision that it came in: its digits are those that tell it from its neighbours there.
#[derive(Debug, Clone, Copy)]
struct Float {
    value: f64,
    single: bool,
}

impl Float {
    fn less(self, limit: f64) -> bool {
        if self.single {
            (self.value.abs() as f32) < limit as f32
        } else {
            self.value.abs() < limit
        }
    }

    /// Whether it is more than 1000 times another.
    fn dwarfs(self, other: f64) -> bool {
        if self.single {
            self.value as f32 / other as f32 > 1000.0
        } else {
            self.value / other > 1000.0
        }
    }

    /// Digits with a point: the shortest, if they are not limited; as many as there may be at most; or exactly so many.
    fn positional(self, digits: Option<(usize, bool)>) -> String {
        let shortest =
            if self.single { (self.value as f32).to_string() } else { self.value.to_string() };
        let text = limited(shortest, digits, |n| format!("{:.n$}", self.value));
        if text.contains('.') { text } else { text + "." }
    }

    /// As [`positional`](Self::positional), with one digit before the point, and the exponent.
    fn scientific(self, digits: Option<(usize, bool)>) -> (String, i32) {
        let split = |text: String| {
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            (mantissa.to_owned(), exponent.parse::<i32>().unwrap_or(0))
        };
        let shortest = if self.single {
            format!("{:e}", self.value as f32)
        } else {
            format!("{:e}", self.value)
        };
        let (mantissa, mut exponent) = split(shortest);
        let mantissa = limited(mantissa, digits, |n| {
            // Rounding may carry into the exponent.
            let (rounded, carried) = split(format!("{:.n$e}", self.value));
            exponent = carried;
            rounded
        });
        (if mantissa.contains('.') { mantissa } else { mantissa + "." }, exponent)
    }
}

/// The shortest digits, unless there may be fewer or must be another number of them after the point.
fn limited(
    shortest: String,
    digits: Option<(usize, bool)>,
    rounded: impl FnOnce(usize) -> String,
) -> String {
    let after = shortest.split_once('.').map_or(0, |(_, after)| after.len());
    match digits {
        Some((n, true)) => rounded(n),
        Some((n, false)) if after > n => {
            let text = rounded(n);
            if text.contains('.') { text.trim_end_matches('0').to_owned() } else { text }
        }
        _ => shortest,
    }
}

/// The layout of real numbers.
#[derive(Debug)]
struct Floats {
    digits: (usize, bool),
    /// Characters before the point, and after it.
    left: usize,
    right: usize,
    /// Digits of the exponents, in scientific notation.
    exponent: Option<usize>,
    /// Whether positive numbers have a sign.
    signed: bool,
}

impl Floats {
    fn of(values: &[Float], options: &PrintOptions, plus: bool) -> Self {
        let digits = (options.precision.min(MOST_DIGITS), options.fixed);
        let finite = || values.iter().copied().filter(|v| v.value.is_finite());
        let sizes =
            || finite().filter(|v| v.value != 0.0).map(|v| Float { value: v.value.abs(), ..v });
        let largest = sizes().max_by(|a, b| a.value.total_cmp(&b.value));
        let smallest = sizes().min_by(|a, b| a.value.total_cmp(&b.value));
        let scientific = largest.zip(smallest).is_some_and(|(largest, smallest)| {
            let long = if largest.single { 1e6 } else { 1e8 };
            largest.value >= long || smallest.less(1e-4) || largest.dwarfs(smallest.value)
        });
        let mut layout = Self { digits, left: 0, right: 0, exponent: None, signed: plus };
        let mut widen = |text: &str, sign: usize| {
            let (before, after) = text.split_once('.').unwrap_or((text, ""));
            layout.left = layout.left.max(before.len() + sign);
            layout.right = layout.right.max(after.len());
        };
        let sign = |v: Float| usize::from(plus && !v.value.is_sign_negative());
        if scientific {
            let mut exponents = 2;
            for v in finite() {
                let (mantissa, exponent) = v.scientific(Some(digits));
                widen(&mantissa, sign(v));
                exponents = exponents.max(signed(exponent, 2).len() - 1);
            }
            layout.exponent = Some(exponents);
            layout.digits.0 = layout.right;
        } else {
            for v in finite() {
                widen(&v.positional(Some(digits)), sign(v));
            }
        }
        let tail = layout.right + 1 + layout.exponent.map_or(0, |digits| digits + 2);
        for v in values.iter().filter(|v| !v.value.is_finite()) {
            // A sign that may stand before infinity has room before NaN too.
            let width = 3 + usize::from(v.value < 0.0 || (plus && v.value.is_infinite()));
            let width = if plus { 4 } else { width };
            layout.left = layout.left.max(width.saturating_sub(tail));
        }
        layout
    }

    fn text(&self, v: Float, words: Words) -> String {
        let (left, right) = (self.left, self.right);
        if !v.value.is_finite() {
            let tail = self.exponent.map_or(0, |digits| digits + 2);
            let width = left + right + 1 + tail;
            return format!("{:>width$}", special(v.value, words, self.signed));
        }
        let plus = if self.signed && !v.value.is_sign_negative() { "+" } else { "" };
        let placed = |text: &str, blank: char| {
            let (before, after) = text.split_once('.').unwrap_or((text, ""));
            let before = format!("{plus}{before}");
            let zeros: String =
                std::iter::repeat_n(blank, right - after.len().min(right)).collect();
            format!("{before:>left$}.{after}{zeros}")
        };
        match self.exponent {
            Some(digits) => {
                let (mantissa, exponent) = v.scientific(Some(self.digits));
                format!("{}e{}", placed(&mantissa, '0'), signed(exponent, digits))
            }
            None => placed(&v.positional(Some(self.digits)), ' '),
        }
    }
}
