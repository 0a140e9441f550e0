//! Discrete Fourier transforms of dense lines by rustfft.
//!
//! Lines are worked on in parallel, each by one thread. Single precision is computed in double and rounded: more exact,
//! and half the code to compile.

use super::cast;
use crate::Result;
use crate::buffer::{Values, afford, reserve};
use crate::dtype::{Complex128, DType, Element};
use crate::parallel;
use crate::standard::{Fft, Transform, checked_size};
use realfft::RealFftPlanner;
use rustfft::{FftDirection, FftPlanner};

/// Elements of the lines of one parallel piece of work: short lines go together.
const PIECE: usize = 8 * 1024;

/// A transform of each of the lines of an array, of these lengths of axes, along its last axis.
///
/// # Errors
/// If there are more lines than can be counted.
pub fn transform(op: Fft, shape: &[usize], values: &Values) -> Result<Values> {
    let (&length, lead) = shape.split_last().expect("an axis to transform");
    let lines = checked_size(op.name(), lead)?;
    let single = values.dtype().real() == DType::Float32;
    let result = match op.transform {
        Transform::Forward => complex(op, FftDirection::Forward, length, lines, values)?,
        Transform::Inverse => complex(op, FftDirection::Inverse, length, lines, values)?,
        Transform::RealForward => real_forward(op, length, lines, values)?,
        Transform::RealInverse => real_inverse(op, length, lines, values)?,
    };
    Ok(match result.dtype() {
        DType::Float64 if single => cast::cast(&result, DType::Float32)?,
        DType::Complex128 if single => cast::cast(&result, DType::Complex64)?,
        _ => result,
    })
}

fn complex(
    op: Fft,
    direction: FftDirection,
    length: usize,
    lines: usize,
    values: &Values,
) -> Result<Values> {
    let plan = FftPlanner::<f64>::new().plan_fft(op.n, direction);
    each_line(op, length, lines, values, || {
        let mut scratch = vec![Complex128::ZERO; plan.get_inplace_scratch_len()];
        let plan = &plan;
        move |line: &mut [Complex128], out: &mut [Complex128]| {
            plan.process_with_scratch(line, &mut scratch);
            out.copy_from_slice(line);
        }
    })
}

fn real_forward(op: Fft, length: usize, lines: usize, values: &Values) -> Result<Values> {
    let plan = RealFftPlanner::<f64>::new().plan_fft_forward(op.n);
    each_line(op, length, lines, values, || {
        let mut scratch = plan.make_scratch_vec();
        let plan = &plan;
        move |line: &mut [f64], out: &mut [Complex128]| {
            plan.process_with_scratch(line, out, &mut scratch)
                .expect("lines of the plan's lengths");
        }
    })
}

fn real_inverse(op: Fft, length: usize, lines: usize, values: &Values) -> Result<Values> {
    let plan = RealFftPlanner::<f64>::new().plan_fft_inverse(op.n);
    each_line(op, length, lines, values, || {
        let mut scratch = plan.make_scratch_vec();
        let plan = &plan;
        move |line: &mut [Complex128], out: &mut [f64]| {
            // Of a real signal these are real.
            line[0].im = 0.0;
            if op.n.is_multiple_of(2) {
                line[op.n / 2].im = 0.0;
            }
            plan.process_with_scratch(line, out, &mut scratch)
                .expect("lines of the plan's lengths");
        }
    })
}

/// The results of `start()` for each line, which is cut or goes on with zeros, times the factor.
fn each_line<T: Element, U: Scaled, B: FnMut(&mut [T], &mut [U])>(
    op: Fft,
    length: usize,
    lines: usize,
    values: &Values,
    start: impl Fn() -> B + Sync,
) -> Result<Values> {
    let (width, factor) = (op.output_length(), op.factor());
    let values = cast::cast(values, T::DTYPE)?;
    let values = values.as_slice::<T>().expect("just converted");
    let kept = length.min(op.input_length());
    let len = lines as u128 * width as u128;
    let mut out = reserve(op.name(), len)?;
    out.resize(lines * width, U::ZERO);
    // Of each thread a line, and the scratch of the transform, which is a few lines.
    let line = (op.input_length() + width) * size_of::<Complex128>();
    afford(op.name(), 4 * line as u128 * parallel::threads().min(lines) as u128)?;
    let step = (PIECE / width).max(1);
    parallel::for_each_chunk(&mut out, step * width, |piece, out| {
        let mut transform = start();
        let mut line = vec![T::ZERO; op.input_length()];
        for (k, out) in out.chunks_exact_mut(width).enumerate() {
            let from = (piece * step + k) * length;
            line[..kept].copy_from_slice(&values[from..from + kept]);
            line[kept..].fill(T::ZERO);
            transform(&mut line, out);
            if factor != 1.0 {
                out.iter_mut().for_each(|x| *x = x.scaled(factor));
            }
        }
    });
    Ok(out.into())
}

/// A number that can be multiplied by a real one.
trait Scaled: Element {
    fn scaled(self, factor: f64) -> Self;
}
impl Scaled for f64 {
    fn scaled(self, factor: f64) -> Self {
        self * factor
    }
}
impl Scaled for Complex128 {
    fn scaled(self, factor: f64) -> Self {
        self * factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::fft::Norm;

    fn op(transform: Transform, n: usize) -> Fft {
        Fft { transform, n, norm: Norm::Backward }
    }

    #[test]
    fn results_of_many_lines_keep_their_places() {
        let lines = 9000;
        let signal: Vec<f64> = (0..3 * lines).map(|k| ((k * k) % 17) as f64).collect();
        let spectra =
            transform(op(Transform::RealForward, 3), &[90, 100, 3], &signal.clone().into());
        let spectra = spectra.unwrap();
        let spectra = spectra.as_slice::<Complex128>().unwrap();
        for (line, spectrum) in signal.chunks(3).zip(spectra.chunks(2)) {
            let third = Complex128::from_polar(1.0, -std::f64::consts::TAU / 3.0);
            let first = line[0] + third * line[1] + third * third * line[2];
            assert_eq!(spectrum[0], Complex128::from(line.iter().sum::<f64>()));
            assert!((spectrum[1] - first).norm() < 1e-12);
        }
    }

    #[test]
    fn long_lines_of_awkward_lengths_come_back() {
        for n in [1009, 1024, 1050] {
            let signal: Vec<Complex128> =
                (0..n).map(|k| Complex128::new((k % 7) as f64, (k % 11) as f64)).collect();
            let forward =
                transform(op(Transform::Forward, n), &[n], &signal.clone().into()).unwrap();
            let back = transform(op(Transform::Inverse, n), &[n], &forward).unwrap();
            let back = back.as_slice::<Complex128>().unwrap();
            assert!(back.iter().zip(&signal).all(|(a, b)| (a - b).norm() < 1e-11));
            let spectrum = forward.as_slice::<Complex128>().unwrap();
            let term = |j: usize| {
                signal[j]
                    * Complex128::from_polar(
                        1.0,
                        -std::f64::consts::TAU * (3 * j) as f64 / n as f64,
                    )
            };
            assert!((spectrum[3] - (0..n).map(term).sum::<Complex128>()).norm() < 1e-9);
        }
    }
}
