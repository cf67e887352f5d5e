//! What must be the same for two runs to belong together.

use std::collections::{BTreeMap, BTreeSet};

type Values = BTreeMap<String, String>;

/// The program, its input and its options: what decides the numbers of a fit, or of other work.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Fingerprint {
    /// Program, version and commit.
    pub program: String,
    /// SHA-256 of the alignment file.
    pub alignment: String,
    /// SHA-256 of the file with the weights, if there is one.
    pub weights: Option<String>,
    /// SHA-256 of the model that the fit starts from, if there is one.
    #[serde(default)]
    pub start: Option<String>,
    /// SHA-256 of other files that are read, by what they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
    /// Values of the options by their long names, those not given as well.
    pub options: BTreeMap<String, String>,
}

/// Something that two runs do not share.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What: "`lambda_j`".
    pub what: String,
    /// As the first has it.
    pub first: String,
    /// As the second has it.
    pub second: String,
}

impl Fingerprint {
    /// What is not the same in `self`, the first, and `second`.
    pub fn differences(&self, second: &Self) -> Vec<Difference> {
        let digest = |digest: &Option<String>| digest.clone().unwrap_or_else(|| "none".into());
        let compared = [
            ("program", self.program.clone(), second.program.clone()),
            (
                "alignment",
                self.alignment.clone(),
                second.alignment.clone(),
            ),
            ("weights", digest(&self.weights), digest(&second.weights)),
            ("start", digest(&self.start), digest(&second.start)),
        ];
        let mut differences: Vec<Difference> = compared
            .into_iter()
            .filter(|(_, first, second)| first != second)
            .map(|(what, first, second)| Difference {
                what: what.into(),
                first,
                second,
            })
            .collect();
        let mut compare = |one: &Values, other: &Values, named: fn(&str) -> String| {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            let value = |values: &Values, name: &String| {
                let value = values.get(name).cloned();
                value.unwrap_or_else(|| "not given".into())
            };
            differences.extend(names.into_iter().filter_map(|name| {
                let (first, second) = (value(one, name), value(other, name));
                (first != second).then(|| Difference {
                    what: named(name),
                    first,
                    second,
                })
            }));
        };
        compare(&self.inputs, &second.inputs, str::to_owned);
        compare(&self.options, &second.options, |name| {
            format!("`{}`", name.replace('-', "_"))
        });
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let of = |alignment: &str, options: &[(&str, &str)]| Fingerprint {
            alignment: alignment.into(),
            options: options
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            ..Fingerprint::default()
        };
        let first = of("ab", &[("preset", "balanced"), ("lambda-j", "2")]);
        assert!(first.differences(&first.clone()).is_empty());
        let second = of("cd", &[("preset", "balanced"), ("chains", "3,4")]);
        let differences = first.differences(&second);
        let named: Vec<&str> = differences.iter().map(|d| d.what.as_str()).collect();
        assert_eq!(named, ["alignment", "`chains`", "`lambda_j`"]);
        assert_eq!(differences[1].first, "not given");
        assert_eq!(differences[2].first, "2");
    }
}
