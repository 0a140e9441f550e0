//! The `pca` example against NumPy: the same numbers from every kind of array.
//!
//! The reference, `examples/data/reference.json`, is made by `spec-tests/reference/pca.py`.

mod reference;

use reference::{Case, Reference};

use crate::cargo::{self, cargo};
use crate::steps::Steps;
use crate::{Result, root};

/// The command of the README, for a program to read.
const EXAMPLE: [&str; 7] = ["run", "--release", "--quiet", "--example", "pca", "--", "--json"];

/// One run of the example: a kind of array, the type it computes in, and how many genes to keep, all when `None`.
struct Run {
    kind: &'static str,
    dtype: DType,
    genes: Option<u64>,
}

#[derive(Clone, Copy)]
enum DType {
    Float32,
    Float64,
}

impl DType {
    const fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Float64 => "float64",
        }
    }

    /// The relative difference that is still the same number.
    const fn tolerance(self) -> f64 {
        match self {
            Self::Float32 => 1e-5,
            Self::Float64 => 1e-9,
        }
    }
}

/// Every kind of array on a selection of genes, and on all genes those that need not hold them densely.
const RUNS: [Run; 8] = [
    Run { kind: "sparse", dtype: DType::Float64, genes: Some(2000) },
    Run { kind: "dense", dtype: DType::Float64, genes: Some(2000) },
    Run { kind: "chunked", dtype: DType::Float64, genes: Some(2000) },
    Run { kind: "chunked-dense", dtype: DType::Float64, genes: Some(2000) },
    Run { kind: "sparse", dtype: DType::Float64, genes: None },
    Run { kind: "chunked", dtype: DType::Float64, genes: None },
    Run { kind: "sparse", dtype: DType::Float32, genes: Some(2000) },
    Run { kind: "sparse", dtype: DType::Float32, genes: None },
];

/// Runs the example, built as a user builds it, and compares each run with the reference.
pub(crate) fn run(steps: &mut Steps) -> Result {
    let path = root().join("examples/data/reference.json");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let reference =
        Reference::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    RUNS.iter().try_for_each(|run| {
        let case = reference.case(run.genes)?;
        steps.run(&run.name(), || {
            let printed = cargo::output(cargo(&EXAMPLE).args(run.arguments(case)))?;
            let summary = case
                .compare(&printed, run.dtype.tolerance())
                .map_err(|error| format!("{error}; it printed\n{printed}"))?;
            println!("{summary}");
            Ok(())
        })
    })
}

impl Run {
    fn name(&self) -> String {
        let genes = self.genes.map_or_else(|| "all".to_owned(), |genes| genes.to_string());
        format!("pca: {}, {genes} genes, {}", self.kind, self.dtype.name())
    }

    fn arguments(&self, case: &Case) -> Vec<String> {
        let components = Some(("--components", case.components().to_string()));
        let genes = self.genes.map(|genes| ("--genes", genes.to_string()));
        // 2638 cells: three whole chunks of rows and one that is not.
        let chunks = self.kind.starts_with("chunked").then(|| ("--chunk-rows", "700".to_owned()));
        let kind = Some(("--as", self.kind.to_owned()));
        let dtype = Some(("--dtype", self.dtype.name().to_owned()));
        let options = [kind, dtype, components, genes, chunks].into_iter().flatten();
        options.flat_map(|(name, value)| [name.to_owned(), value]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_of_the_repository_covers_every_run() {
        let reference =
            Reference::parse(include_str!("../../examples/data/reference.json")).unwrap();
        for run in RUNS {
            let case = reference.case(run.genes).unwrap();
            assert_eq!(case.components(), 5);
        }
    }

    #[test]
    fn all_genes_are_those_of_the_data_set_publication() {
        // Computed by others with another version of NumPy.
        let known = [
            485.9500861846865,
            287.1843910497688,
            239.44350699052288,
            222.35623874148447,
            150.24912282005434,
        ];
        let reference =
            Reference::parse(include_str!("../../examples/data/reference.json")).unwrap();
        let printed = serde_json::json!({
            "shape": [2638, 13714],
            "singular_values": known,
            "explained_variance_ratio": reference.case(None).unwrap().explained_variance_ratio(),
            "stored": 2_238_732,
            "seconds": {"read": 0.5, "total": 1.0},
            "peak_rss_bytes": 1,
        });
        reference.case(None).unwrap().compare(&printed.to_string(), 1e-9).unwrap();
    }
}
