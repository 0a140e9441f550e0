//! The text form of formats.

use super::{Format, LeafKind, LevelKind};
use crate::error::FormatError;
use crate::{Error, Result};
use std::fmt;
use std::str::FromStr;

impl fmt::Display for LevelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dense => f.pad("dense"),
            Self::Sparse => f.pad("sparse"),
            Self::Coo(k) => write!(f, "coo{k}"),
            Self::Bitmap => f.pad("bitmap"),
            Self::Runs => f.pad("runs"),
        }
    }
}

impl fmt::Display for LeafKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Element => "element",
            Self::Pattern => "pattern",
            Self::Iso => "iso",
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for level in self.levels() {
            write!(f, "{level}(")?;
        }
        write!(f, "{}{}", self.leaf(), ")".repeat(self.levels().len()))?;
        if !self.is_in_order() {
            let order: Vec<_> = self.order().iter().map(usize::to_string).collect();
            write!(f, "[{}]", order.join(","))?;
        }
        Ok(())
    }
}

impl From<Format> for String {
    fn from(format: Format) -> Self {
        format.to_string()
    }
}

impl TryFrom<String> for Format {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Parser { text, at: 0 }.format()
    }
}

/// Dimensions that a text may ask for: far more than any array has, few enough that a typing error costs nothing.
const MAX_NDIM: usize = 64;

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn error(&self, position: usize, reason: impl Into<String>) -> Error {
        FormatError::Parse { text: self.text.to_owned(), position, reason: reason.into() }.into()
    }

    /// The longest run of characters of a class, after white space.
    fn run(&mut self, class: fn(&char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        let end = trimmed.find(|c| !class(&c)).unwrap_or(trimmed.len());
        self.at += rest.len() - trimmed.len() + end;
        &trimmed[..end]
    }

    fn eat(&mut self, token: char) -> bool {
        self.run(|_| false);
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len_utf8();
        }
        found
    }

    fn expect(&mut self, token: char) -> Result<()> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(self.error(self.at, format!("expected {token:?}")))
        }
    }

    /// A number of dimensions or an axis, if one stands here.
    fn number(&mut self) -> Result<Option<usize>> {
        let digits = self.run(char::is_ascii_digit);
        let start = self.at - digits.len();
        match digits.parse() {
            Ok(n) if n <= MAX_NDIM => Ok(Some(n)),
            _ if digits.is_empty() => Ok(None),
            _ => Err(self.error(start, format!("more than {MAX_NDIM} dimensions"))),
        }
    }

    fn format(mut self) -> Result<Format> {
        let format = self.nesting()?;
        let start = self.at;
        let format = if self.eat('[') {
            let mut order = vec![];
            while let Some(axis) = self.number()? {
                order.push(axis);
                if !self.eat(',') {
                    break;
                }
            }
            self.expect(']')?;
            format.with_order(&order).map_err(|e| self.error(start, e.to_string()))?
        } else {
            format
        };
        self.run(|_| false);
        if self.at < self.text.len() {
            return Err(self.error(self.at, "expected the end, or an order of axes such as [1,0]"));
        }
        Ok(format)
    }

    /// Levels and a leaf, or a short name.
    fn nesting(&mut self) -> Result<Format> {
        let mut levels = vec![];
        let leaf = loop {
            let name = self.run(char::is_ascii_alphabetic);
            let start = self.at - name.len();
            let outermost = levels.is_empty();
            match name {
                "element" => break LeafKind::Element,
                "pattern" => break LeafKind::Pattern,
                "iso" => break LeafKind::Iso,
                "csr" if outermost => return Ok(Format::csr()),
                "csc" if outermost => return Ok(Format::csc()),
                "dcsr" if outermost => return Ok(Format::dcsr()),
                "dcsc" if outermost => return Ok(Format::dcsc()),
                "dense" | "sparse" | "bitmap" | "runs" | "coo" | "csf" => {}
                _ => {
                    return Err(self.error(
                        start,
                        "expected a level (dense, sparse, coo2, bitmap, runs), a leaf (element, pattern, iso) \
                         or a short name (csr, csc, dcsr, dcsc, coo(2), csf(3), …)",
                    ));
                }
            }
            let k = if name == "coo" { self.number()? } else { None };
            self.expect('(')?;
            if k.is_none()
                && outermost
                && let Some(n) = self.number()?
            {
                self.expect(')')?;
                return Ok(match name {
                    "coo" => Format::coo(n),
                    "dense" => Format::dense(n),
                    "bitmap" => Format::bitmap(n),
                    "runs" => Format::runs(n),
                    _ => Format::csf(n),
                });
            }
            levels.push(match name {
                "dense" => LevelKind::Dense,
                "sparse" => LevelKind::Sparse,
                "bitmap" => LevelKind::Bitmap,
                "runs" => LevelKind::Runs,
                "coo" if k == Some(0) => {
                    return Err(self.error(start, "a coo level covers at least one dimension"));
                }
                "coo" => LevelKind::Coo(k.unwrap_or(1)),
                _ => return Err(self.error(self.at, "expected a number of dimensions")),
            });
        };
        for _ in &levels {
            self.expect(')')?;
        }
        Ok(Format::of(levels).with_leaf(leaf))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_and_long_ones() {
        for (short, long) in [
            ("csr", "dense(sparse(element))"),
            ("csc", "dense(sparse(element))[1,0]"),
            ("dcsr", "sparse(sparse(element))"),
            ("coo(0)", "element"),
            ("coo(element)", "coo1(element)"),
            (" coo ( 3 ) [ 2, 0 ,1 ] ", "coo3(element)[2,0,1]"),
            ("csf(2)", "sparse(sparse(element))"),
            ("bitmap(2)", "dense(bitmap(element))"),
            ("runs(1)", "runs(element)"),
            ("sparse(coo2(iso))[0,1,2]", "sparse(coo2(iso))"),
        ] {
            let format: Format = short.parse().unwrap();
            assert_eq!(format.to_string(), long);
            assert_eq!(long.parse::<Format>().unwrap(), format);
        }
    }

    #[test]
    fn errors_say_where() {
        for (text, at) in [
            ("", 0),
            ("dense(sparse(elephant))", 13),
            ("dense(sparse(element)", 21),
            ("dense(csr)", 6),
            ("csr x", 4),
            ("csr[0,0]", 3),
            ("csr[0,1", 7),
            ("coo0(element)", 0),
            ("dense(coo(2))", 10),
            ("csf(element)", 4),
            ("dense(99999999999999999999)", 6),
            ("dense(é)", 6),
        ] {
            match text.parse::<Format>() {
                Err(Error::Format(FormatError::Parse { position, .. })) => {
                    assert_eq!(position, at, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
