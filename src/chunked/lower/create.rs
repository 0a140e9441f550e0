//! The class *create*: how much of what is created its blocks store.

use crate::Result;
use crate::chunked::chunks::Contents;
use crate::dtype::DType;
use crate::standard::{Array, Create};
use std::ops::Range;

/// The contents of an array that is created.
pub(super) struct Created<'a> {
    op: &'a Create,
    /// Whether blocks leave out the value that most elements have.
    sparse: bool,
}

/// The length of the sample's axes.
const SAMPLE: usize = 32;

impl<'a> Created<'a> {
    /// Whether blocks of a kind store every element shows in a sample of them.
    pub(super) fn new<A: Array>(op: &'a Create, dtype: DType) -> Result<Self> {
        let sample = A::eye(SAMPLE, SAMPLE, 0, dtype)?;
        Ok(Self { op, sparse: (sample.footprint().stored as u128) < sample.size() })
    }
}

impl Contents for Created<'_> {
    fn major(&self) -> usize {
        0
    }
    fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
        if self.sparse { self.op.uncommon(region) } else { None }
    }
    fn natural(&self, _: usize) -> Option<usize> {
        None
    }
}
