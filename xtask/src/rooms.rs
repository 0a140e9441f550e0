//! The order of the rooms: a room of `src/` uses only the rooms below it (see `src/DESIGN.md`).
//!
//! Every path through the crate root in a room's files, `crate::X` or `super::…::X`, must lead to a room that
//! [`table`] allows. A name re-exported by `lib.rs` leads to the room it comes from. `unsafe` and `rayon` are likewise
//! only in the rooms that the table allows them. Documentation and code under `#[cfg(test)]` are exempt.

mod paths;
mod table;
mod tokens;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::Result;
use table::Room;
use tokens::Token;

/// Checks the files under `src`; a line for each use that is not allowed.
pub(crate) fn check(src: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    collect(src, &mut files)?;
    let files = files.iter().map(|path| Source::read(src, path)).collect::<Result<Vec<_>>>()?;
    Ok(findings(&files))
}

/// A file of `src/` without comments, literals and tests.
struct Source {
    /// The path below `src/`.
    path: PathBuf,
    tokens: Vec<Token>,
    /// The modules that only tests see, which this file declares.
    tests: Vec<PathBuf>,
}

impl Source {
    fn read(src: &Path, path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self::parse(path.strip_prefix(src).unwrap_or(path), &text))
    }

    fn parse(path: &Path, text: &str) -> Self {
        let (tokens, tests) = tokens::without_tests(tokens::tokens(text));
        let directory =
            path.parent().unwrap_or(Path::new("")).join(path.file_stem().unwrap_or_default());
        Self {
            path: path.to_owned(),
            tokens,
            tests: tests.iter().map(|name| directory.join(name)).collect(),
        }
    }

    /// The room, or `None` of `lib.rs`.
    fn room(&self) -> Option<String> {
        let first = self.path.iter().next()?.to_str()?;
        let room = first.strip_suffix(".rs").unwrap_or(first);
        (room != "lib").then(|| room.to_owned())
    }

    /// How many modules deep the file is: `src/chunked.rs` 1, `src/chunked/grid.rs` 2.
    fn depth(&self) -> usize {
        self.path.iter().count()
    }
}

fn findings(files: &[Source]) -> Vec<String> {
    let only_tests: BTreeSet<PathBuf> = files.iter().flat_map(|file| file.tests.clone()).collect();
    let is_test = |file: &Source| {
        only_tests.iter().any(|module| file.path.with_extension("").starts_with(module))
    };
    let rooms: BTreeSet<String> = files.iter().filter_map(Source::room).collect();
    let lib = files.iter().find(|file| file.room().is_none());
    let exports = lib.map(|lib| paths::exports(&lib.tokens)).unwrap_or_default();
    let checked = files.iter().filter(|file| !is_test(file));
    checked.flat_map(|file| check_file(file, &rooms, &exports)).collect()
}

fn check_file(
    file: &Source,
    rooms: &BTreeSet<String>,
    exports: &HashMap<String, String>,
) -> Vec<String> {
    let Some(name) = file.room() else { return Vec::new() };
    let place = |line: usize| format!("src/{}:{line}", file.path.display());
    let Some(room) = Room::named(&name) else {
        return vec![format!("{}: room {name} is not in the table", place(1))];
    };
    let mut found = Vec::new();
    for used in paths::through_root(&file.tokens, file.depth()) {
        let target = exports.get(&used.name).unwrap_or(&used.name);
        if rooms.contains(target) && *target != name && !room.knows(target) {
            let via =
                if *target == used.name { String::new() } else { format!(" ({})", used.name) };
            found.push(format!(
                "{}: {name} must not know {target}{via}, only {}",
                place(used.line),
                room.known()
            ));
        }
    }
    found.dedup();
    let guarded =
        |token: &&Token| table::GUARDED.contains(&token.text.as_str()) && !room.may(&token.text);
    let words = file.tokens.iter().filter(guarded);
    found.extend(words.map(|token| format!("{}: {} in {name}", place(token.line), token.text)));
    found
}

/// The Rust files under a directory, in order.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result {
    let failed = |error| format!("{}: {error}", directory.display());
    let entries = std::fs::read_dir(directory).map_err(failed)?;
    let mut paths =
        entries.map(|entry| Ok(entry.map_err(failed)?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a file of a crate with a dtype, a tensor, a chunked and a buffer room.
    fn found(path: &str, text: &str) -> Vec<String> {
        let lib = "pub mod dtype; pub mod tensor; pub mod chunked; pub use tensor::{Format, Tensor}; \
                   pub use error::Result;";
        let rooms = [
            ("lib.rs", lib),
            ("dtype.rs", ""),
            ("tensor.rs", ""),
            ("chunked.rs", ""),
            ("buffer.rs", ""),
        ];
        let rooms = rooms.iter().filter(|(name, _)| *name != path);
        let files = rooms.copied().chain([(path, text)]);
        findings(
            &files.map(|(path, text)| Source::parse(Path::new(path), text)).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn paths_to_rooms_below_are_allowed() {
        let text = "use crate::dtype::DType; use crate::{Result, buffer::Values}; use super::grid::Grid; \
                    fn f() -> crate::Result<()> { crate::chunked::g() }";
        assert_eq!(found("chunked/run.rs", text), Vec::<String>::new());
    }

    #[test]
    fn a_room_above_is_found_however_it_is_named() {
        let one = |path, text| {
            let found = found(path, text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            found[0].clone()
        };
        let message = one("chunked/run.rs", "\nuse crate::tensor::Tensor;");
        assert!(
            message.starts_with("src/chunked/run.rs:2: chunked must not know tensor, only buffer"),
            "{message}"
        );
        one("chunked/run.rs", "use crate::{dtype::DType, tensor::{Format, Level}};");
        one("chunked/run.rs", "fn f(x: &crate::tensor::Tensor) {}");
        one("chunked/run.rs", "use super::super::tensor::Tensor;");
        one("chunked.rs", "use super::tensor::Tensor;");
        assert!(one("chunked.rs", "use crate::Format as F;").contains("tensor (Format)"));
        assert!(one("chunked.rs", "use crate::{Result, Tensor};").contains("tensor (Tensor)"));
        assert!(one("attic.rs", "").contains("not in the table"));
    }

    #[test]
    fn tests_and_documentation_may_name_any_room() {
        let text = "//! [`Tensor`](crate::tensor::Tensor) \n /* crate::tensor */ const S: &str = \"crate::tensor\"; \
                    #[cfg(test)] mod tests { use crate::tensor::Tensor; fn f() {} } \
                    #[cfg(all(test, feature = \"testing\"))] use crate::tensor::Format; \
                    #[cfg(test)] mod oracle;";
        assert_eq!(found("chunked.rs", text), Vec::<String>::new());
        let after = format!("{text} use crate::tensor::Tensor;");
        assert_eq!(found("chunked.rs", &after).len(), 1);
        assert_eq!(found("chunked.rs", "#[cfg(not(test))] use crate::tensor::Tensor;").len(), 1);
    }

    #[test]
    fn a_file_that_only_tests_see_is_exempt() {
        let parent = Source::parse(Path::new("chunked.rs"), "#[cfg(test)] mod oracle;");
        let tensor = Source::parse(Path::new("tensor.rs"), "");
        let child = |path| Source::parse(Path::new(path), "use crate::tensor::Tensor;");
        let found =
            findings(&[parent, tensor, child("chunked/oracle.rs"), child("chunked/grid.rs")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("src/chunked/grid.rs"));
    }

    #[test]
    fn unsafe_and_rayon_stay_in_their_rooms() {
        assert_eq!(found("tensor/build.rs", "fn f() { unsafe { g() } }").len(), 1);
        assert_eq!(found("buffer/values.rs", "fn f() { unsafe { g() } }").len(), 0);
        assert_eq!(
            found("tensor/build.rs", "use rayon::prelude::*;"),
            ["src/tensor/build.rs:1: rayon in tensor"]
        );
        assert_eq!(found("parallel/pool.rs", "use rayon::prelude::*;").len(), 0);
        assert_eq!(
            found("tensor/build.rs", "#[doc = \"unsafe\"] fn f() { /* unsafe */ }").len(),
            0
        );
    }
}
