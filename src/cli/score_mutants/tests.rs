//! The command from arguments to table, summary and messages.

use super::*;
use crate::alignment::{Alignment, Frequencies, RowFate, RowReport, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::model::{FamilyData, Model};
use crate::mutants::testing::{columns, model};
use clap::Parser;
use ndarray::Array2;

#[derive(Debug, Parser)]
struct Program {
    #[command(flatten)]
    args: ScoreMutantsArgs,
}

pub(super) fn arguments(line: &[&str]) -> std::result::Result<ScoreMutantsArgs, clap::Error> {
    let words = ["potts", "m.h5"].iter().chain(line);
    Program::try_parse_from(words).map(|program| program.args)
}

/// A model of A11 C12 D13 c14 E15, of which c14 is not modelled.
pub(super) fn fitted() -> Model {
    let columns = columns(11, "ACDcE");
    let target = Some("T".to_string());
    let states = Array2::from_shape_vec((1, 4), vec![0, 1, 2, 3]).unwrap();
    let rows = RowReport {
        fates: vec![RowFate::Kept],
        ..RowReport::default()
    };
    let alphabet = Alphabet::protein();
    let alignment = Alignment::new(alphabet, states, columns.clone(), target.clone(), rows);
    let (alignment, weights) = (alignment.unwrap(), SequenceWeights::uniform(1));
    let mut model = model(columns, GapTreatment::Missing, true, 3);
    model.target = target;
    model.family = Some(FamilyData {
        features: None,
        chain_neff: None,
        frequencies: Frequencies::of(&alignment, &weights),
        weights,
        kept: vec![true],
        pair_frequencies: None,
        sequences: None,
    });
    model
}

pub(super) struct Scored {
    pub table: Vec<String>,
    pub messages: String,
    pub summary: Result<Summary>,
}

pub(super) fn scored(line: &[&str], input: &str) -> Scored {
    let (mut output, mut messages) = (Vec::new(), Vec::new());
    let args = arguments(line).unwrap();
    let summary = score(
        &fitted(),
        &args,
        &mut input.as_bytes(),
        &mut output,
        &mut messages,
    );
    let text = String::from_utf8(output).unwrap();
    Scored {
        table: text.lines().map(str::to_string).collect(),
        messages: String::from_utf8(messages).unwrap(),
        summary,
    }
}

/// The number in a cell.
fn column(row: &str, index: usize) -> f64 {
    row.split('\t').nth(index).unwrap().parse().unwrap()
}

#[test]
fn mutants_of_the_command_line_make_a_table() {
    let result = scored(&["A11G", "A11G:C12D", "A12G", "x"], "");
    assert!(result.table[0].starts_with("mutant\tpotts_score\tindependent_score\t"));
    let words: Vec<&str> = result.table[1..]
        .iter()
        .map(|row| row.split('\t').nth(5).unwrap())
        .collect();
    assert_eq!(words, ["scored", "scored", "wt_mismatch", "unparsable"]);
    let double = &result.table[2];
    assert!((column(double, 1) - column(double, 3) - column(double, 4)).abs() < 3e-6);
    assert_eq!(column(&result.table[1], 4), 0.0);
    assert!(result.table[3].contains("\tthe target has C at 12 and not A\t"));
    assert!(
        result
            .messages
            .contains("target T: positions 11 to 15, 4 of 5 residues modelled")
    );
    assert!(
        result
            .messages
            .contains("2 of 4 mutants have a score; without: 1 unparsable, 1 wt_mismatch")
    );
}

#[test]
fn a_proteingym_table_works_as_it_comes() {
    let table = "mutant,mutated_sequence,DMS_score,DMS_score_bin\n\
                 A11G,GCDCE,1.5,1\nA11C:C12D,CDDCE,-2,0\nC14A,ACDAE,0.1,1\nD13W,ACWCE,nan,0\nD13V,ACVCE,,0\nE15W,ACDCW,0.25,1\n";
    let result = scored(&["--file", "t.csv", "--against", "DMS_score"], table);
    assert!(result.table[1].starts_with("A11G,GCDCE,1.5,1,"));
    assert!(result.table[3].contains(",0.1,1,,,,,position_not_modelled,"));
    let against = result.summary.unwrap().against.unwrap();
    assert_eq!((against.used, against.without_number), (3, 2));
    assert_eq!(against.not_scored.get("position_not_modelled"), Some(&1));
    let score = |k: usize| -> f64 { result.table[k].split(',').nth(4).unwrap().parse().unwrap() };
    let expected = crate::statistics::spearman(&[1.5, -2.0, 0.25], &[score(1), score(2), score(6)]);
    assert_eq!(against.potts_score, expected);
    assert!(
        result
            .messages
            .contains("; not used: 1 position_not_modelled, 2 without a number")
    );
}

#[test]
fn the_offset_that_fits_the_table_is_proposed_and_works() {
    let table = "# numbered from 1\nid;Variant\na;A1G\nb;C2G\nc;D3G:E5A\nd;wt\ne;A11W\nf;C4A\n";
    let result = scored(&["--file", "t.csv"], table);
    let fitting = result.summary.unwrap().fitting_offset.unwrap();
    assert_eq!(
        (
            fitting.offset.of(0),
            fitting.matching,
            fitting.matching_now,
            fitting.mutants
        ),
        (10, 4, 1, 5)
    );
    for words in [
        "with --offset 10, 4 of 5 mutants would match",
        "potts convert m.h5 OUT.h5 --offset -10",
        "comment lines (#) left out: 1",
    ] {
        assert!(result.messages.contains(words), "{}", result.messages);
    }

    let shifted = scored(&["--file", "t.csv", "--offset", "10"], table)
        .summary
        .unwrap();
    assert_eq!(
        (
            shifted.of(crate::mutants::Status::Scored),
            shifted.fitting_offset
        ),
        (3, None)
    );
    assert!(arguments(&["--file", "t.csv", "--offset", "-3"]).is_ok());
}

#[test]
fn earlier_results_are_replaced_with_a_note() {
    let result = scored(
        &["--file", "t"],
        "mutant\tpotts_score\tscore\nA11G\t99\t1\n",
    );
    assert!(result.table[0].starts_with("mutant\tscore\tpotts_score\t"));
    assert!(result.messages.contains("column 'potts_score' is replaced"));
}

#[test]
fn all_singles_agree_as_table_and_matrix() {
    let table = scored(&["--all-single"], "").table;
    assert_eq!(table.len(), 1 + 4 * 19);
    assert!(table[1].starts_with("A11C\t") && table[76].starts_with("E15Y\t"));
    let matrix = scored(&["--all-single", "--format", "matrix"], "").table;
    assert_eq!(matrix.len(), 1 + 4);
    assert_eq!(
        matrix[0],
        "position\tletter\tA\tC\tD\tE\tF\tG\tH\tI\tK\tL\tM\tN\tP\tQ\tR\tS\tT\tV\tW\tY"
    );
    assert!(matrix[2].starts_with("12\tC\t") && matrix[4].starts_with("15\tE\t"));
    assert_eq!(column(&matrix[2], 3), 0.0);
    assert_eq!(column(&matrix[1], 3), column(&table[1], 1));
    assert_eq!(column(&matrix[4], 21), column(&table[76], 1));
}

#[test]
fn all_doubles_are_those_that_a_user_would_write() {
    let table = scored(&["--all-double"], "").table;
    assert_eq!(table.len(), 1 + 6 * 361);
    assert!(table[1].starts_with("A11C:C12A\t"));
    let last = &table[6 * 361];
    assert!(last.starts_with("D13Y:E15Y\t"));
    assert_eq!(&scored(&["D13Y:E15Y"], "").table[1], last);
}

#[test]
fn an_input_without_any_mutant_or_any_score_is_an_error() {
    let code = |line: &[&str], input: &str| scored(line, input).summary.map_err(|e| e.exit_code());
    assert_eq!(code(&["x", "y"], "").err(), Some(3));
    assert_eq!(code(&["--file", "t"], "mutant,score\n").err(), Some(3));
    assert_eq!(
        code(&["--file", "t"], "mutant,score\nx,1\n,2\n").err(),
        Some(3)
    );
    assert_eq!(code(&["--file", "t"], "id,score\nA1G,1\n").err(), Some(3));
    assert_eq!(
        code(&["--file", "t", "--against", "y"], "mutant,x\nA11G,1\n").err(),
        Some(3)
    );
    assert_eq!(code(&["A99G"], "").err(), Some(3));
    assert_eq!(code(&["A99G", "wt"], "").err(), Some(3));
    assert!(code(&["A99G", "A11G"], "").is_ok());
    assert!(code(&["A11A"], "").is_ok());
    assert!(code(&["wt"], "").is_ok());
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let code = |line: &[&str]| match arguments(line) {
        Ok(args) => Request::of(&args)
            .map(|_| ())
            .map_err(|e| i32::from(e.exit_code())),
        Err(e) => Err(e.exit_code()),
    };
    for line in [
        &[][..],
        &["A1G", "--all-single"],
        &["--file", "t", "--all-double"],
        &["A1G", "--against", "x"],
        &["A1G", "--column", "x"],
        &["A1G", "--format", "matrix"],
        &["--all-single", "--offset", "3"],
    ] {
        assert_eq!(code(line), Err(2), "{line:?}");
    }
}

#[test]
fn a_file_in_place_of_a_mutant_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, "mutant,x\nA11G,1\n").unwrap();
    let output = folder.path().join("o.csv");
    let line = [path.to_str().unwrap(), "-o", output.to_str().unwrap()];
    let args = arguments(&line).unwrap();
    run_with(&fitted(), &args, &mut std::io::sink()).unwrap();
    let written = std::fs::read_to_string(&output).unwrap();
    assert!(written.starts_with("mutant,x,potts_score,") && written.contains("\nA11G,1,"));
    let again = run_with(&fitted(), &args, &mut std::io::sink());
    assert!(matches!(again, Err(Error::Exists(_))));
}

#[test]
fn a_name_in_gz_is_compressed_and_a_failure_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("o.tsv.gz");
    let run = |mutant: &str| {
        let args = arguments(&[mutant, "-o", path.to_str().unwrap()]).unwrap();
        run_with(&fitted(), &args, &mut std::io::sink())
    };
    assert!(run("x").is_err() && !path.exists());
    run("A11G").unwrap();
    let mut text = String::new();
    mutant_tables::open(&path)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn a_model_without_a_target_says_what_to_do() {
    let mut fitted = fitted();
    fitted.columns = crate::alignment::ColumnMap::unnumbered(4);
    let args = arguments(&["A11G"]).unwrap();
    let sink = || std::io::sink();
    let result = score(
        &fitted,
        &args,
        &mut std::io::empty(),
        &mut sink(),
        &mut sink(),
    );
    assert!(
        result
            .unwrap_err()
            .to_string()
            .contains("`no_focus` `target=NAME`")
    );
}

#[test]
fn all_singles_as_evcouplings_lists_them() {
    let result = scored(&["--all-single", "--format", "evcouplings"], "");
    assert_eq!(
        result.table[0],
        "segment,mutant,pos,wt,subs,frequency,column_conservation,prediction_epistatic,prediction_independent"
    );
    assert_eq!(result.table.len(), 1 + 4 * 19);
    let plain = scored(&["--all-single"], "");
    for (line, plain) in result.table.iter().zip(&plain.table).skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let expected: Vec<&str> = plain.split('\t').collect();
        assert_eq!((cells[0], cells[1]), ("", expected[0]));
        assert_eq!((cells[7], cells[8]), (expected[1], expected[2]));
        // The one sequence of the alignment is the target, so nothing else was ever seen.
        assert_eq!((cells[5], cells[6]), ("0.000000", "1.000000"));
    }
    let refused = scored(&["A11G", "--format", "evcouplings"], "");
    assert!(refused.summary.is_err());
}

/// Cells that a column of mutants may hold, good and bad.
const CELLS: [&str; 12] = [
    "A11G",
    "A11G:C12D",
    "wt",
    "foo",
    "A11=",
    "",
    "12D",
    "C12del",
    "A11G;E15W",
    "X99A",
    "_sy",
    "A11*",
];

proptest::proptest! {
    /// Each row has what its mutant has, wherever it stands, and none is lost.
    #[test]
    fn the_order_of_rows_changes_nothing_but_their_order(
        cells in proptest::collection::vec(proptest::sample::select(&CELLS[..]), 1..30),
        seed in proptest::prelude::any::<u64>(),
    ) {
        let rows: Vec<String> = cells.iter().enumerate().map(|(k, cell)| format!("{k},{cell}\n")).collect();
        let mut moved = rows.clone();
        moved.sort_by_key(|row| {
            let number: u64 = row.split(',').next().unwrap().parse().unwrap();
            (number + 1).wrapping_mul(seed | 1)
        });
        let through = |rows: &[String]| {
            let result = scored(&["--file", "t.csv"], &format!("id,mutant\n{}", rows.concat()));
            let ended = result.summary.map(|s| (s.rows, s.statuses)).map_err(|e| e.exit_code());
            let mut table = result.table;
            table.sort();
            (table, ended)
        };
        let (table, ended) = through(&rows);
        proptest::prop_assert_eq!(&through(&moved), &(table.clone(), ended.clone()));
        if let Ok((count, _)) = ended {
            proptest::prop_assert_eq!((count as usize, table.len()), (rows.len(), rows.len() + 1));
        }
    }
}
