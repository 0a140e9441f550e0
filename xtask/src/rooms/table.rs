//! The table of the rooms, ground floor first, as in `src/DESIGN.md`.

/// A room of `src/` and what it may know.
pub(super) struct Room {
    name: &'static str,
    knows: &'static [&'static [&'static str]],
    /// Whether it may hold `unsafe` code.
    pub(super) may_be_unsafe: bool,
}

/// What every room may know: the ground floor, whose three rooms know each other.
const GROUND: &[&str] = &["buffer", "dtype", "error"];

const STANDARD: &[&str] = &["standard"];
const KERNELS: &[&str] = &["kernels"];
const TENSOR: &[&str] = &["tensor"];
const DENSE: &[&str] = &["dense"];
const CHUNKED: &[&str] = &["chunked"];

const ROOMS: &[Room] = &[
    Room { name: "dtype", knows: &[GROUND], may_be_unsafe: false },
    Room { name: "buffer", knows: &[GROUND], may_be_unsafe: true },
    Room { name: "error", knows: &[GROUND], may_be_unsafe: false },
    Room { name: "standard", knows: &[GROUND], may_be_unsafe: false },
    Room { name: "kernels", knows: &[GROUND, STANDARD], may_be_unsafe: true },
    Room { name: "tensor", knows: &[GROUND, STANDARD, KERNELS], may_be_unsafe: false },
    Room { name: "engine", knows: &[GROUND, STANDARD, KERNELS, TENSOR], may_be_unsafe: false },
    Room { name: "dense", knows: &[GROUND, STANDARD, KERNELS], may_be_unsafe: false },
    Room { name: "lazy", knows: &[GROUND, STANDARD], may_be_unsafe: false },
    // Never tensor or dense: chunks are of any kind of array.
    Room { name: "chunked", knows: &[GROUND, STANDARD], may_be_unsafe: false },
    Room { name: "stats", knows: &[GROUND, STANDARD], may_be_unsafe: false },
    Room { name: "io", knows: &[GROUND, STANDARD, TENSOR, DENSE, CHUNKED], may_be_unsafe: false },
    Room { name: "serve", knows: &[GROUND, CHUNKED], may_be_unsafe: false },
];

impl Room {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        ROOMS.iter().find(|room| room.name == name)
    }

    pub(super) fn knows(&self, other: &str) -> bool {
        self.knows.iter().any(|rooms| rooms.contains(&other))
    }

    /// What it may know, for a message.
    pub(super) fn known(&self) -> String {
        self.knows.concat().join(", ")
    }
}
