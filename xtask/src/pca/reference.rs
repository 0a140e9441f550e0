//! [`Reference`]: what the example must print, and the comparison with what it printed.

use serde_json::Value;

use crate::Result;

/// The reference values of every selection of genes.
pub(crate) struct Reference(Vec<Case>);

/// The reference values of one selection of genes.
pub(crate) struct Case {
    genes: u64,
    /// Of the file, before the selection, as are the stored values.
    shape: [u64; 2],
    stored: u64,
    singular_values: Vec<f64>,
    explained_variance_ratio: Vec<f64>,
}

impl Reference {
    /// Reads `reference.json`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let document = json(text)?;
        let cases = document["cases"].as_array().ok_or("no list `cases`")?;
        Ok(Self(cases.iter().map(Case::read).collect::<Result<_>>()?))
    }

    /// The case that keeps so many genes; without a number, all of them.
    pub(crate) fn case(&self, genes: Option<u64>) -> Result<&Case> {
        let case = self.0.iter().find(|case| case.genes == genes.unwrap_or(case.shape[1]));
        case.ok_or_else(|| format!("the reference has no case of {genes:?} genes"))
    }
}

impl Case {
    fn read(value: &Value) -> Result<Self> {
        let singular_values = numbers(value, "singular_values")?;
        let explained_variance_ratio = numbers(value, "explained_variance_ratio")?;
        if singular_values.is_empty() || singular_values.len() != explained_variance_ratio.len() {
            return Err(
                "singular_values and explained_variance_ratio must be of one length, not 0".into(),
            );
        }
        let genes = count(value, "genes")?;
        let stored = count(value, "stored")?;
        Ok(Self { genes, shape: shape(value)?, stored, singular_values, explained_variance_ratio })
    }

    /// How many components there are to compare.
    pub(crate) fn components(&self) -> usize {
        self.singular_values.len()
    }

    /// The share of the variance that each component explains.
    #[cfg(test)]
    pub(crate) fn explained_variance_ratio(&self) -> &[f64] {
        &self.explained_variance_ratio
    }

    /// Compares what the example printed; a line to print if no number is off by more than the tolerance, relatively.
    pub(crate) fn compare(&self, printed: &str, tolerance: f64) -> Result<String> {
        let printed = json(printed)?;
        let got = shape(&printed)?;
        if got != self.shape {
            return Err(format!("shape is {got:?}, but {:?} is right", self.shape));
        }
        let stored = count(&printed, "stored")?;
        if stored != self.stored {
            return Err(format!("stored is {stored}, but {} is right", self.stored));
        }
        let compare =
            |name, expected| closest(name, &numbers(&printed, name)?, expected, tolerance);
        let difference = compare("singular_values", &self.singular_values)?
            .max(compare("explained_variance_ratio", &self.explained_variance_ratio)?);
        let seconds = positive(&printed["seconds"]["total"], "seconds.total")?;
        let peak = peak(&printed["peak_rss_bytes"])?;
        Ok(format!(
            "largest relative difference {difference:.1e}; {stored} stored, {seconds:.2} s, peak {peak}"
        ))
    }
}

/// The largest relative difference of numbers to those expected, if each is within the tolerance.
fn closest(name: &str, got: &[f64], expected: &[f64], tolerance: f64) -> Result<f64> {
    if got.len() != expected.len() {
        return Err(format!("{name} has {} numbers, but {} are right", got.len(), expected.len()));
    }
    let mut largest: f64 = 0.0;
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let difference = (got - expected).abs() / expected.abs();
        if difference.is_nan() || difference > tolerance {
            return Err(format!(
                "{name}[{i}] is {got}, but {expected} is right: {difference:.1e} apart, relatively"
            ));
        }
        largest = largest.max(difference);
    }
    Ok(largest)
}

fn json(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| format!("not one JSON value: {error}"))
}

fn shape(value: &Value) -> Result<[u64; 2]> {
    let shape: Option<Vec<u64>> =
        value["shape"].as_array().and_then(|list| list.iter().map(Value::as_u64).collect());
    shape
        .and_then(|shape| shape.try_into().ok())
        .ok_or_else(|| "`shape` is not a pair of counts".into())
}

fn count(value: &Value, name: &str) -> Result<u64> {
    value[name].as_u64().ok_or_else(|| format!("`{name}` is not a count"))
}

fn numbers(value: &Value, name: &str) -> Result<Vec<f64>> {
    let numbers = value[name].as_array().and_then(|list| list.iter().map(Value::as_f64).collect());
    numbers.ok_or_else(|| format!("`{name}` is not a list of numbers"))
}

/// The peak of the memory, which is known on Linux alone.
fn peak(bytes: &Value) -> Result<String> {
    if bytes.is_null() && !cfg!(target_os = "linux") {
        return Ok("unknown".into());
    }
    Ok(format!("{:.0} MiB", positive(bytes, "peak_rss_bytes")? / f64::from(1 << 20)))
}

fn positive(value: &Value, name: &str) -> Result<f64> {
    value
        .as_f64()
        .filter(|number| *number > 0.0)
        .ok_or_else(|| format!("`{name}` is not a positive number"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reference() -> Reference {
        let text = json!({"cases": [
            {"genes": 9, "shape": [4, 9], "stored": 7, "singular_values": [5.0, 2.0], "explained_variance_ratio": [0.5, 0.08]},
            {"genes": 3, "shape": [4, 9], "stored": 7, "singular_values": [3.0, 1.0], "explained_variance_ratio": [0.9, 0.1]},
        ]});
        Reference::parse(&text.to_string()).unwrap()
    }

    fn printed() -> Value {
        json!({
            "shape": [4, 9], "stored": 7, "singular_values": [3.0, 1.0], "explained_variance_ratio": [0.9, 0.1],
            "seconds": {"read": 0.5, "total": 1.5}, "peak_rss_bytes": 3 << 20,
        })
    }

    fn compare(change: impl FnOnce(&mut Value)) -> Result<String> {
        let mut printed = printed();
        change(&mut printed);
        reference().case(Some(3)).unwrap().compare(&printed.to_string(), 1e-9)
    }

    #[test]
    fn no_number_means_all_genes() {
        assert_eq!(reference().case(None).unwrap().genes, 9);
        assert_eq!(reference().case(Some(3)).unwrap().genes, 3);
        assert!(reference().case(Some(4)).is_err());
    }

    #[test]
    fn right_numbers_pass_and_rounding_is_no_difference() {
        assert_eq!(
            compare(|_| ()).unwrap(),
            "largest relative difference 0.0e0; 7 stored, 1.50 s, peak 3 MiB"
        );
        compare(|printed| printed["singular_values"][1] = json!(1.0 + 1e-12)).unwrap();
    }

    #[test]
    fn wrong_output_is_refused_with_its_place() {
        let message = |change: fn(&mut Value)| compare(change).unwrap_err();
        assert!(
            message(|p| p["singular_values"][1] = json!(1.0 + 1e-8))
                .starts_with("singular_values[1] is 1.00000001")
        );
        assert!(message(|p| p["singular_values"] = json!([3.0])).contains("1 numbers, but 2"));
        assert!(
            message(|p| p["explained_variance_ratio"][0] = json!(0.8))
                .starts_with("explained_variance_ratio[0]")
        );
        assert!(
            message(|p| p["singular_values"][0] = Value::Null).contains("not a list of numbers")
        );
        assert!(message(|p| p["shape"] = json!([4, 3])).starts_with("shape is [4, 3]"));
        assert!(message(|p| p["seconds"] = json!({"read": 1.0})).contains("seconds.total"));
        assert!(message(|p| p["peak_rss_bytes"] = json!(0)).contains("peak_rss_bytes"));
        assert!(message(|p| p["stored"] = json!("7")).contains("`stored` is not a count"));
        assert!(message(|p| p["stored"] = json!(36)).contains("stored is 36, but 7 is right"));
        let case = reference();
        assert!(
            case.case(None)
                .unwrap()
                .compare("{} and more", 1e-9)
                .unwrap_err()
                .starts_with("not one JSON value")
        );
    }
}
