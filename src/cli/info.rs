//! `potts info`: everything that a model file says about itself.

use super::calibration_facts::{calibration_groups, calibration_json};
use super::groups::print_groups;
use super::within_fit::{bootstrap_json, validation_json};
use crate::alignment::ColumnMap;
use crate::calibration::Calibration;
use crate::error::{Error, Result};
use crate::io::files::output::unless_closed;
use crate::io::models;
use crate::io::models::hdf5::{CalibrationOrigin, described_calibration};
use crate::model::Model;
use crate::model::Verdict;
use crate::report::words::{Group, groups};
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Arguments of `potts info`.
#[derive(Debug, clap::Args)]
pub struct InfoArgs {
    /// Model of `potts fit` or another program, or a calibration
    pub model: PathBuf,
    /// Print the column map as a table
    ///
    /// Which alignment column is which position of the target, and whether it is modelled.
    #[arg(long)]
    pub map: bool,
    /// Print one JSON object; with --map, the column map is in it
    #[arg(long)]
    pub json: bool,
}

/// Reads the model and prints what was asked for.
///
/// # Errors
/// As for reading a model; [`Error::Io`] if `output` cannot be written. A reader that has seen enough is no error.
pub fn run(args: &InfoArgs, output: &mut dyn Write) -> Result<()> {
    if let Some((calibration, origin)) = described_calibration(&args.model)? {
        return of_calibration(args, &calibration, &origin, output);
    }
    let fitted = models::read(&args.model)?;
    let printed = match (args.json, args.map) {
        (true, map) => print_json(&fitted, map, output),
        (false, true) => print_map(&fitted, output),
        (false, false) => print_groups(&lines(&fitted), output),
    };
    let printed = printed.and_then(|()| output.flush());
    unless_closed(printed.map_err(Error::io("write", Path::new("standard output"))))
}

/// Prints what a calibration says of itself.
fn of_calibration(
    args: &InfoArgs,
    calibration: &Calibration,
    origin: &CalibrationOrigin,
    output: &mut dyn Write,
) -> Result<()> {
    if args.map {
        return Err(Error::Usage(
            "--map is of models, and this is a calibration of one".into(),
        ));
    }
    let printed = match args.json {
        true => {
            let facts = calibration_json(calibration, origin);
            writeln!(output, "{facts:#}")
        }
        false => print_groups(&calibration_groups(calibration, origin), output),
    };
    let printed = printed.and_then(|()| output.flush());
    unless_closed(printed.map_err(Error::io("write", Path::new("standard output"))))
}

/// What the model says of itself, and how to see the rest.
fn lines(fitted: &Model) -> [Group; 5] {
    let mut groups = groups(fitted);
    let lines = groups.iter_mut().flat_map(|(_, lines)| lines);
    for (_, value) in lines.filter(|(name, _)| *name == "modelled") {
        value.push_str(" (--map lists them)");
    }
    groups
}

fn print_map(fitted: &Model, output: &mut dyn Write) -> io::Result<()> {
    let chain = match fitted.columns.has_chains() {
        true => "chain\t",
        false => "",
    };
    writeln!(
        output,
        "alignment_column\t{chain}position\tletter\tmodelled"
    )?;
    for column in fitted.columns.columns() {
        let letter = char::from(column.letter);
        let modelled = u8::from(column.modelled);
        write!(output, "{}\t", column.alignment_column)?;
        if let Some(chain) = column.chain {
            write!(output, "{chain}\t")?;
        }
        writeln!(output, "{}\t{letter}\t{modelled}", column.position)?;
    }
    Ok(())
}

fn print_json(fitted: &Model, map: bool, output: &mut dyn Write) -> io::Result<()> {
    let mut object = json_of(fitted);
    if fitted.columns.has_chains() {
        object.insert("chains".into(), chains_json(&fitted.columns));
    }
    if map {
        object.insert("columns".into(), map_json(fitted));
    }
    serde_json::to_writer_pretty(&mut *output, &object)?;
    writeln!(output)
}

/// The names of the model file, so that one learns them once.
fn json_of(fitted: &Model) -> Map<String, Value> {
    let (sites, states) = fitted.parameters.shape();
    // First and last mean nothing where every chain has its own.
    let whole = match fitted.columns.spans() {
        [whole] => Some(whole),
        _ => None,
    };
    let family = fitted.family.as_ref();
    let fit = fitted.record.as_ref().map(|report| {
        let mut fit = json!(report);
        fit["converged"] = json!(report.known_to_converge());
        fit
    });
    let fields = [
        ("model_kind", json!(fitted.parameters.name())),
        (
            "alphabet",
            json!(fitted.alphabet.model_letters(fitted.gaps)),
        ),
        ("gaps", json!(fitted.gaps)),
        ("gauge", json!(fitted.gauge)),
        ("sign", json!(fitted.parameters.sign())),
        ("sites", json!(sites)),
        ("states", json!(states)),
        ("target", json!(fitted.target)),
        ("first_position", json!(whole.map(|span| span.first.get()))),
        ("last_position", json!(whole.map(|span| span.last.get()))),
        ("columns_known", json!(fitted.columns.columns().len())),
        ("sequences_read", json!(family.map(|f| f.kept.len()))),
        (
            "sequences",
            json!(family.map(|f| f.weights.as_slice().len())),
        ),
        (
            "sequences_stored",
            json!(family.is_some_and(|f| f.sequences.is_some())),
        ),
        ("neff", json!(fitted.neff())),
        ("neff_per_site", json!(fitted.neff_per_site())),
        ("chain_neff", chain_neff_json(fitted)),
        ("verdict", json!(Verdict::of(fitted))),
        (
            "bootstrap",
            json!(fitted.bootstrap.as_ref().map(bootstrap_json)),
        ),
        (
            "validation",
            json!(fitted.validation.as_ref().map(validation_json)),
        ),
        ("partition", json!(fitted.partition)),
        ("pair_information", json!(fitted.information.is_some())),
        ("fit", json!(fit)),
        ("provenance", json!(fitted.provenance)),
    ];
    let details = fitted.parameters.details().into_iter();
    let details = details.map(|detail| (detail.name, detail.value));
    let all = fields.into_iter().chain(details);
    all.map(|(name, value)| (name.to_string(), value)).collect()
}

/// The effective number of sequences with each chain of a complex, and with both of two.
fn chain_neff_json(fitted: &Model) -> Value {
    let chains: Vec<String> = fitted.columns.chains().map(|c| c.to_string()).collect();
    let neff = fitted.family.as_ref().and_then(|f| f.chain_neff.as_ref());
    let entry = |((a, b), &neff): ((usize, usize), &f64)| {
        let of = match a == b {
            true => vec![&chains[a]],
            false => vec![&chains[a], &chains[b]],
        };
        (a <= b).then(|| json!({ "chains": of, "neff": neff }))
    };
    let entries = neff.map(|neff| neff.indexed_iter().filter_map(entry).collect::<Vec<_>>());
    json!(entries)
}

/// The chains of a complex, with their own numbering.
pub fn chains_json(columns: &ColumnMap) -> Value {
    let spans = columns.spans().iter();
    spans
        .map(|span| {
            json!({
                "chain": span.chain.map(|chain| chain.to_string()),
                "first_position": span.first.get(),
                "last_position": span.last.get(),
                "sites": span.sites.len(),
            })
        })
        .collect()
}

fn map_json(fitted: &Model) -> Value {
    let columns = fitted.columns.columns().iter();
    columns
        .map(|column| {
            let mut object = json!({
                "alignment_column": column.alignment_column,
                "position": column.position.get(),
                "letter": char::from(column.letter).to_string(),
                "modelled": column.modelled,
            });
            if let Some(chain) = column.chain {
                object["chain"] = json!(chain.to_string());
            }
            object
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::GapTreatment;

    /// A kind of model that says nothing of itself but its energy is described like any other.
    #[test]
    fn a_model_of_an_unknown_kind_is_described() {
        let dense = crate::model::dense::DenseEnergy::random(4, 3, 5);
        let alphabet = crate::alphabet::Alphabet::new("ACD").unwrap();
        let parameters = crate::model::Parameters::Dense(dense);
        let columns = ColumnMap::unnumbered(4);
        let model = Model::of_parameters(parameters, alphabet, GapTreatment::Missing, columns);
        let mut printed = Vec::new();
        print_groups(&lines(&model), &mut printed).unwrap();
        let printed = String::from_utf8(printed).unwrap();
        assert!(
            printed.contains("dense") && !printed.contains("couplings"),
            "{printed}"
        );
        // Its own words.
        for line in ["energies in the table: 81", "E as in a table; score ="] {
            assert!(printed.contains(line), "{line}\n{printed}");
        }
        let json = json_of(&model);
        assert_eq!(
            (&json["model_kind"], &json["sites"]),
            (&json!("dense"), &json!(4))
        );
        assert_eq!(json["energies"], json!(81));
        assert!(!json.contains_key("coupling_bytes"));
    }

    #[test]
    fn values_are_aligned() {
        let groups = [
            (
                "One",
                vec![("a", "1".to_string()), ("long", "2".to_string())],
            ),
            ("Two", vec![("b", "3".to_string())]),
        ];
        let mut printed = Vec::new();
        print_groups(&groups, &mut printed).unwrap();
        let expected = "One\n  a:    1\n  long: 2\n\nTwo\n  b:    3\n";
        assert_eq!(String::from_utf8(printed).unwrap(), expected);
    }
}
