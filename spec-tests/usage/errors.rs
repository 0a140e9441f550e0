//! Errors of other crates and the caller's own, through sources, functions on blocks and `?`.

use redpoll::chunked::Source;
use redpoll::dtype::DType;
use redpoll::error::ChunkError;
use redpoll::standard::Meta;
use redpoll::{Array, Chunked, Dense, Error, Result};
use std::error::Error as _;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

#[derive(Debug)]
struct Refused(std::num::ParseIntError);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a line that is no number")
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn number(text: &str) -> Result<i64, Refused> {
    text.parse().map_err(Refused)
}

struct Lines(Meta, &'static [&'static str]);

impl Source<Dense> for Lines {
    fn meta(&self) -> &Meta {
        &self.0
    }
    fn name(&self) -> &str {
        "lines"
    }
    fn read(&self, region: &[Range<usize>]) -> Result<Dense> {
        let lines = &self.1[region[0].clone()];
        let numbers: Vec<i64> =
            lines.iter().map(|l| number(l)).collect::<Result<_, _>>().map_err(Error::other)?;
        Ok(numbers.into())
    }
}

fn lines(texts: &'static [&'static str]) -> Chunked<Dense> {
    let source = Lines(Meta::new([texts.len()], DType::Int64), texts);
    Chunked::from_source(Arc::new(source), 2).unwrap()
}

#[test]
fn of_a_source() {
    assert_eq!(lines(&["1", "2", "3"]).compute().unwrap().to_vec::<i64>().unwrap(), [1, 2, 3]);
    let error = lines(&["1", "2", "x"]).sum(..).unwrap().compute().unwrap_err();
    let Error::Chunk(ChunkError::Task { block, .. }) = &error else { panic!("{error:?}") };
    assert_eq!(block.as_slice(), [1]);
    assert!(error.to_string().ends_with("failed: a line that is no number"), "{error}");
    assert!(error.downcast_ref::<Refused>().is_some());
    assert!(error.downcast_ref::<fmt::Error>().is_none());
}

#[test]
fn of_a_function_on_blocks() {
    let x = lines(&["1", "2"]);
    let failing = x.map_blocks(|_, _| {
        number("three").map_err(Error::other)?;
        unreachable!()
    });
    let error = failing.unwrap().compute().unwrap_err();
    assert!(error.downcast_ref::<Refused>().is_some(), "{error:?}");
}

#[test]
fn keep_their_message_and_source() {
    let error = Error::other(number("four").unwrap_err());
    assert_eq!(error.to_string(), "a line that is no number");
    assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
    assert_eq!(error.clone(), error);
    assert_ne!(error, Error::other(number("four").unwrap_err()));
    assert_eq!(error.clone().named("step"), error);
}

#[test]
fn of_given_values_name_what_was_called() {
    let error = Dense::from_values((2, 2), [1.0]).unwrap_err().to_string();
    assert!(error.starts_with("from_values: "), "{error}");
}
