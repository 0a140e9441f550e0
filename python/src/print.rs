//! Arrays as text, in Python's words and with the options of `redpoll.printoptions`.

use crate::any::Any;
use pyo3::prelude::*;
use redpoll::print::{PrintOptions, Words};

/// The options in force.
pub(crate) fn options(py: Python<'_>) -> PyResult<PrintOptions> {
    let current = py.import("redpoll._print")?.call_method0("get_printoptions")?;
    let get = |name: &str| current.get_item(name)?.extract::<usize>();
    let mut options = PrintOptions::default();
    options.precision = get("precision")?;
    options.threshold = get("threshold")?;
    options.edge_items = get("edgeitems")?;
    options.line_width = get("linewidth")?;
    options.words = Words::Python;
    Ok(options)
}

/// What `repr` says: the rows of a tensor that is shown so, with what they do not say; of others one line.
pub(crate) fn repr(array: &Any, options: &PrintOptions) -> String {
    const CLASS: &str = "Tensor(";
    match array {
        Any::Tensor(tensor) => match tensor.rows(options, (CLASS.len(), 1)) {
            Some(rows) => {
                let (dtype, format) = (tensor.dtype(), tensor.format().name());
                let mut about = format!("dtype={dtype}, format={format})");
                if rows.contains("...") || rows == "[]" {
                    about = format!("shape={}, {about}", options.tuple(tensor.shape()));
                }
                let text = format!("{CLASS}{rows},");
                let last = text.lines().last().map_or(0, |line| line.chars().count());
                let wraps = last + 1 + about.len() > options.line_width;
                let blank =
                    if wraps { format!("\n{:1$}", "", CLASS.len()) } else { " ".to_owned() };
                text + &blank + &about
            }
            None => format!("<Tensor {}>", tensor.summary(options)),
        },
        Any::Lazy(lazy) => format!("<lazy.Array {}>", lazy.summary(options)),
        Any::Chunked(chunked) => format!("<chunked.Array {}>", chunked.array.summary(options)),
    }
}
