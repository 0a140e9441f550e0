//! How tensors are shown.

use super::Tensor;
use crate::dtype::Scalar;
use std::fmt;

/// Elements up to which a tensor is shown whole.
const SMALL: u128 = 256;

impl Tensor {
    /// One line: shape, data type, format, stored elements, density, bytes, fill.
    fn summary(&self) -> String {
        format!(
            "Tensor {:?} {} {}, {} stored ({:.2} %), {}, fill {}",
            self.shape(),
            self.dtype(),
            self.format(),
            self.stored(),
            100.0 * self.density(),
            bytes(self.bytes()),
            self.fill(),
        )
    }

    /// The elements as nested rows.
    fn nested(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(values) = self.to_dense_values() else { return Ok(()) };
        let texts: Vec<String> = (0..values.len()).map(|k| text(values.get(k))).collect();
        let width = texts.iter().map(|t| t.chars().count()).max().unwrap_or(0);
        rows(f, self.shape(), &texts, width, 0)
    }

    /// The stored elements, one on a line, in storage order.
    fn listed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(coordinates) = self.pattern().coordinates() else { return Ok(()) };
        for c in 0..coordinates.len() {
            let mut index = vec![0; self.ndim()];
            for (column, &axis) in coordinates.index().iter().zip(self.order()) {
                index[axis] = column.get(c);
            }
            let value = self.leaf().get(coordinates.child().map_or(c, |child| child.get(c)));
            write!(f, "\n  {index:?}: {}", text(value))?;
        }
        Ok(())
    }
}

/// Elements in nested brackets, right-aligned.
fn rows(
    f: &mut fmt::Formatter<'_>,
    shape: &[usize],
    texts: &[String],
    width: usize,
    depth: usize,
) -> fmt::Result {
    let Some((&n, inner)) = shape.split_first() else {
        return write!(f, "{:>width$}", texts[0]);
    };
    let size = texts.len().checked_div(n).unwrap_or(0);
    write!(f, "[")?;
    for k in 0..n {
        if k > 0 {
            match inner.len() {
                0 => write!(f, ", ")?,
                blank => write!(f, ",{}{:pad$}", "\n".repeat(blank), "", pad = depth + 1)?,
            }
        }
        rows(f, inner, &texts[k * size..(k + 1) * size], width, depth + 1)?;
    }
    write!(f, "]")
}

/// A value as short as it can be read back, with a point where it is a float.
fn text(value: Scalar) -> String {
    match value {
        Scalar::Float32(v) => format!("{v:?}"),
        Scalar::Float64(v) => format!("{v:?}"),
        other => other.to_string(),
    }
}

fn bytes(n: usize) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let unit = ((n.max(1).ilog2() / 10) as usize).min(UNITS.len() - 1);
    if unit == 0 {
        format!("{n} bytes")
    } else {
        format!("{:.1} {}", n as f64 / (1_u64 << (10 * unit)) as f64, UNITS[unit])
    }
}

/// A small tensor is shown whole: as nested rows where it has few elements, else as the coordinates and values that
/// are stored. A large one is shown as a line that sums it up.
impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.meta().size();
        if (1..=SMALL).contains(&size) {
            return self.nested(f);
        }
        f.write_str(&self.summary())?;
        if size > 0 && self.stored() * 8 <= SMALL { self.listed(f) } else { Ok(()) }
    }
}

impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}
