//! Paths in token lists: which names of the crate root a file uses, and which `lib.rs` re-exports.

use std::collections::HashMap;

use super::tokens::Token;

/// A name of the crate root, used.
#[derive(Debug, PartialEq)]
pub(super) struct Used {
    pub(super) name: String,
    pub(super) line: usize,
}

/// The names that follow `crate::`, or as many `super::` as lead out of a file `depth` modules deep.
pub(super) fn through_root(tokens: &[Token], depth: usize) -> Vec<Used> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let supers = tokens[at..].chunks(2).take_while(|pair| is(pair, &["super", "::"])).count();
        let start = if supers > 0 { at + 2 * supers } else { at + 2 };
        let from_root = is(&tokens[at..], &["crate", "::"]) || supers >= depth.max(1);
        if from_root {
            branches(&tokens[start..]).into_iter().for_each(|path| {
                found.extend(
                    path.first().map(|first| Used { name: first.text.clone(), line: first.line }),
                );
            });
        }
        at = if from_root || supers > 0 { start } else { at + 1 };
    }
    found
}

/// The names that `lib.rs` re-exports, each with the first name of the path it comes from.
pub(super) fn exports(lib: &[Token]) -> HashMap<String, String> {
    let starts = (0..lib.len()).filter(|&at| is(&lib[at..], &["pub", "use"]));
    let paths = starts.flat_map(|at| {
        let path = &lib[at + 2..];
        branches(if is(path, &["crate", "::"]) { &path[2..] } else { path })
    });
    let pairs = paths.filter_map(|path| {
        let (first, last) = (path.first()?, path.last()?);
        (first.text != last.text).then(|| (last.text.clone(), first.text.clone()))
    });
    pairs.collect()
}

/// The paths of a use tree: `a::{b, c::d as e}` has `a b` and `a c d e`.
fn branches(tokens: &[Token]) -> Vec<Vec<&Token>> {
    let mut paths = Vec::new();
    tree(tokens, 0, Vec::new(), &mut paths);
    paths
}

/// Adds the paths of the use tree at `at`, each with what `path` holds before it; returns where the tree ends.
fn tree<'a>(
    tokens: &'a [Token],
    mut at: usize,
    mut path: Vec<&'a Token>,
    paths: &mut Vec<Vec<&'a Token>>,
) -> usize {
    while let Some(token) = tokens.get(at) {
        if token.text == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|token| token.text != "}") {
                at = tree(tokens, at, path.clone(), paths);
                if !is(&tokens[at.min(tokens.len())..], &[","]) {
                    break;
                }
                at += 1;
            }
            return at + 1;
        }
        if !token.is_word() && token.text != "*" {
            break;
        }
        path.push(token);
        at += 1;
        if !tokens.get(at).is_some_and(|token| token.text == "::" || token.text == "as") {
            break;
        }
        at += 1;
    }
    paths.push(path);
    at
}

/// Whether the tokens begin with these.
fn is(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn a_use_tree_has_a_path_for_each_leaf() {
        let tokens = tokens("a::{b, c::{d as e, f,}, g}; h");
        let paths = branches(&tokens);
        let paths: Vec<String> = paths
            .iter()
            .map(|path| path.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(paths, ["a b", "a c d e", "a c f", "a g"]);
    }

    #[test]
    fn the_first_name_after_the_root_is_used() {
        let names = |text: &str, depth| {
            through_root(&tokens(text), depth).into_iter().map(|used| used.name).collect::<Vec<_>>()
        };
        assert_eq!(
            names("use crate::{a::{b, c}, d}; crate::e::f::<G>(crate::H { i })", 1),
            ["a", "a", "d", "e", "H"]
        );
        assert_eq!(names("super::a; super::super::b; super::super::super::c", 2), ["b", "c"]);
        assert_eq!(names("crate::{", 1), Vec::<String>::new());
        assert_eq!(names("crate::", 1), Vec::<String>::new());
    }

    #[test]
    fn exports_lead_to_where_they_come_from() {
        let lib = tokens(
            "pub mod tensor; pub use tensor::{Format, build::New as Fresh}; pub use crate::error::Error;",
        );
        let exports = exports(&lib);
        assert_eq!(exports["Format"], "tensor");
        assert_eq!(exports["Fresh"], "tensor");
        assert_eq!(exports["Error"], "error");
        assert_eq!(exports.len(), 3);
    }
}
