//! The table of the rooms, ground floor first, as in `src/DESIGN.md`.

/// A room of `src/` and what it may know.
pub(super) struct Room {
    name: &'static str,
    knows: &'static [&'static [&'static str]],
    /// The [guarded](GUARDED) words that it may use.
    may: &'static [&'static str],
}

/// Words that only some rooms may use: `unsafe`, and the crate behind `parallel`.
pub(super) const GUARDED: [&str; 2] = ["unsafe", "rayon"];

/// What every room may know: the ground floor, whose three rooms know each other.
const GROUND: &[&str] = &["buffer", "dtype", "error"];

const PRINT: &[&str] = &["print"];
const PARALLEL: &[&str] = &["parallel"];
const STANDARD: &[&str] = &["standard"];
const KERNELS: &[&str] = &["kernels"];
const TENSOR: &[&str] = &["tensor"];
const DENSE: &[&str] = &["dense"];
const CHUNKED: &[&str] = &["chunked"];

const ROOMS: &[Room] = &[
    Room { name: "dtype", knows: &[GROUND], may: &[] },
    Room { name: "buffer", knows: &[GROUND], may: &["unsafe"] },
    Room { name: "error", knows: &[GROUND], may: &[] },
    Room { name: "print", knows: &[GROUND], may: &[] },
    Room { name: "parallel", knows: &[GROUND], may: &["rayon"] },
    Room { name: "standard", knows: &[GROUND], may: &[] },
    Room { name: "kernels", knows: &[GROUND, PARALLEL, STANDARD], may: &["unsafe"] },
    Room { name: "tensor", knows: &[GROUND, PARALLEL, PRINT, STANDARD, KERNELS], may: &[] },
    Room { name: "engine", knows: &[GROUND, PARALLEL, STANDARD, KERNELS, TENSOR], may: &[] },
    Room { name: "dense", knows: &[GROUND, PARALLEL, PRINT, STANDARD, KERNELS], may: &[] },
    Room { name: "lazy", knows: &[GROUND, PRINT, STANDARD], may: &[] },
    // Never tensor or dense: chunks are of any kind of array.
    Room { name: "chunked", knows: &[GROUND, PARALLEL, PRINT, STANDARD], may: &[] },
    Room { name: "stats", knows: &[GROUND, STANDARD], may: &[] },
    Room {
        name: "io",
        knows: &[GROUND, PARALLEL, STANDARD, KERNELS, TENSOR, DENSE, CHUNKED],
        may: &[],
    },
    Room { name: "doc", knows: &[], may: &[] },
    Room { name: "serve", knows: &[GROUND, CHUNKED], may: &[] },
];

impl Room {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        ROOMS.iter().find(|room| room.name == name)
    }

    pub(super) fn knows(&self, other: &str) -> bool {
        self.knows.iter().any(|rooms| rooms.contains(&other))
    }

    pub(super) fn may(&self, word: &str) -> bool {
        self.may.contains(&word)
    }

    /// What it may know, for a message.
    pub(super) fn known(&self) -> String {
        self.knows.concat().join(", ")
    }
}
