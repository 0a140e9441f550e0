//! `cargo xtask features`: the crate and its documentation build without features and with each one alone.

use serde_json::Value;

use crate::Result;
use crate::cargo::{self, cargo};
use crate::steps::Steps;

/// Checks the library with no feature, then with each of those the manifest declares.
pub(crate) fn run(steps: &mut Steps) -> Result {
    let metadata = cargo::output(&mut cargo(&["metadata", "--no-deps", "--format-version=1"]))?;
    let features = declared(&metadata)?;
    let sets = [String::new()].into_iter().chain(features);
    for set in sets {
        let name =
            if set.is_empty() { "without features".to_owned() } else { format!("only {set}") };
        let features = format!("--features={set}");
        // Clippy rather than check: it denies warnings without flags that would compile the dependencies anew.
        let what = [
            "clippy",
            "--package=redpoll",
            "--lib",
            "--no-default-features",
            &features,
            "--",
            "--deny=warnings",
        ];
        steps.run(&name, || cargo::run(&mut cargo(&what)))?;
        let docs =
            ["doc", "--package=redpoll", "--lib", "--no-deps", "--no-default-features", &features];
        steps.run(&format!("{name}: docs"), || {
            cargo::run(cargo(&docs).env("RUSTDOCFLAGS", "-D warnings"))
        })?;
    }
    Ok(())
}

/// The features of redpoll in the output of `cargo metadata`, `default` aside.
fn declared(metadata: &str) -> Result<Vec<String>> {
    let metadata: Value =
        serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata: no packages")?;
    let redpoll = packages.iter().find(|package| package["name"] == "redpoll");
    let features = redpoll.and_then(|package| package["features"].as_object());
    let features = features.ok_or("cargo metadata: no features of redpoll")?;
    Ok(features.keys().filter(|name| *name != "default").cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_those_of_redpoll() {
        let metadata = r#"{"packages": [
            {"name": "xtask", "features": {"wrong": []}},
            {"name": "redpoll", "features": {"default": ["a"], "a": [], "b": ["dep:b"]}}]}"#;
        assert_eq!(declared(metadata), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert!(declared(r#"{"packages": []}"#).is_err());
        assert!(declared("{").is_err());
    }
}
