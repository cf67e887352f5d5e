use super::*;
use crate::alignment::{Alignment, Frequencies, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::cli::settings::in_flags;
use crate::io::files::output::unless_closed;
use crate::model::couplings::{Couplings, pairs};
use crate::model::{
    FamilyData, FitRecord, Inference, Minimisation, PairInformation, Parameters, PottsModel,
};
use clap::Parser;
use ndarray::Array2;
use std::io::ErrorKind;

/// As the program nests the options.
#[derive(Debug, Parser)]
#[command(name = "potts")]
struct Program {
    #[command(flatten)]
    contacts: ContactsArgs,
}

fn args(line: &str) -> ContactsArgs {
    let words = ["potts", "model.h5"]
        .into_iter()
        .chain(line.split_whitespace());
    Program::try_parse_from(words).unwrap().contacts
}

/// A model of ten sites and two residues whose strongest pair is (2, 9).
fn fitted() -> Model {
    let mut couplings = Couplings::zeros(10, 2);
    for partner in [0, 2, 3, 4, 5, 6, 7, 8, 9] {
        let (i, j) = (partner.min(1), partner.max(1));
        let x = 0.1 + 0.01 * partner as f32;
        couplings.block_mut(i, j).copy_from_slice(&[x, -x, -x, x]);
    }
    couplings
        .block_mut(1, 8)
        .copy_from_slice(&[1.0, -1.0, -1.0, 1.0]);
    of_model(PottsModel::new(Array2::zeros((10, 2)), couplings).unwrap())
}

fn of_model(parameters: impl Into<Parameters>) -> Model {
    let (parameters, alphabet) = (parameters.into(), Alphabet::new("AC").unwrap());
    let states = Array2::zeros((3, parameters.shape().0));
    let alignment = Alignment::from_states(alphabet.clone(), states).unwrap();
    let weights = SequenceWeights::uniform(3);
    let columns = alignment.columns().clone();
    let inference = Inference::Plm(Minimisation::default());
    let mut model = Model::of_parameters(parameters, alphabet, GapTreatment::Missing, columns);
    model.family = Some(FamilyData {
        features: None,
        chain_neff: None,
        frequencies: Frequencies::of(&alignment, &weights),
        weights,
        kept: vec![true; 3],
        pair_frequencies: None,
        sequences: None,
    });
    model.record = Some(FitRecord::closed_form(inference));
    model
}

fn written(fitted: &Model, line: &str) -> String {
    let mut bytes = Vec::new();
    write(fitted, &args(line), &Messages::new(true, 0), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn refused(fitted: &Model, line: &str) -> String {
    let result = write(
        fitted,
        &args(line),
        &Messages::new(true, 0),
        &mut Vec::new(),
    );
    in_flags(&result.unwrap_err().to_string()).into_owned()
}

#[test]
fn the_default_is_a_table_of_twice_the_length() {
    let text = written(&fitted(), "");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("rank\ti\tA_i"));
    assert!(lines[1].starts_with("1\t2\t-\t9\t-\t2.000000\t"), "{text}");
    // Ten pairs of ten sites are at least six apart: fewer than twenty.
    assert_eq!(lines.len(), 11);
    assert_eq!(written(&fitted(), "--min-separation 1").lines().count(), 21);
    assert_eq!(written(&fitted(), "--top 0.3L").lines().count(), 4);
}

#[test]
fn factor_one_ranks_by_cn() {
    let text = written(&fitted(), "--apc 1 --format csv --top all");
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[6], fields[7]);
    }
    let norms = written(&fitted(), "--score fn --format csv --top 1");
    assert!(norms.contains(",2.000000,"), "{norms}");
}

#[test]
fn the_matrix_holds_every_pair() {
    let text = written(&fitted(), "--format ccmpred --top 1 --min-separation 9");
    assert_eq!(text.lines().count(), 10);
    assert!(text.lines().all(|line| line.split('\t').count() == 11));
}

#[test]
fn couplings_files_hold_the_selected_pairs() {
    let line = "--format evcouplings --top all --min-separation 0";
    assert_eq!(written(&fitted(), line).lines().count(), pairs(10));
    assert_eq!(
        written(&fitted(), "--format json --top all")
            .lines()
            .count(),
        12
    );
}

#[test]
fn information_is_ranked_where_the_model_has_it() {
    let message = refused(&fitted(), "--score di");
    assert!(message.contains("--method mean-field"), "{message}");
    let mut fitted = fitted();
    let rising: Vec<f64> = (0..pairs(10)).map(|k| k as f64).collect();
    fitted.information = Some(PairInformation {
        mutual: rising.clone(),
        direct: rising.iter().map(|v| -v).collect(),
    });
    let best = written(
        &fitted,
        "--score mi --top 1 --format csv --min-separation 1",
    );
    assert!(best.contains("\n1,9,-,10,-,"), "{best}");
    assert!(best.contains(",44.000000,"), "{best}");
    let best = written(
        &fitted,
        "--score di --top 1 --format csv --min-separation 1",
    );
    assert!(best.contains("\n1,1,-,2,-,"), "{best}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert!(refused(&fitted(), "--apc -1").contains(">= 0"));
    assert!(refused(&fitted(), "--apc NaN").contains("NaN"));
    assert!(refused(&fitted(), "--apc 1 --score fn").contains("--score apc"));
    assert!(refused(&fitted(), "--format casp-rr").contains("--no-focus"));
    let independent = of_model(Parameters::of(Array2::zeros((10, 2)), None).unwrap());
    assert!(refused(&independent, "").contains("no couplings"));
    assert!(Program::try_parse_from(["potts", "--top", "0"]).is_err());
}

#[test]
fn help_explains_every_column() {
    let help = <Program as clap::CommandFactory>::command().render_long_help();
    let help = help.to_string();
    for column in ["fn ", "cn ", "score ", "z ", "probability "] {
        assert!(help.contains(&format!("\n  {column}")), "{column}: {help}");
    }
}

/// Fails at once with a given kind of error.
struct Closed(ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_no_error_but_a_full_disk_is() {
    let written = |kind| {
        unless_closed(
            write(
                &fitted(),
                &args(""),
                &Messages::new(true, 0),
                &mut Closed(kind),
            )
            .map(drop),
        )
    };
    assert!(written(ErrorKind::BrokenPipe).is_ok());
    let full = written(ErrorKind::StorageFull).unwrap_err().to_string();
    assert!(full.contains("cannot write standard output"));
}
