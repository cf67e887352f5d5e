//! Reading and writing together: what a user puts in and gets back.

use super::*;
use crate::io::tables::columns::{RESULTS, chosen};
use crate::mutants::{Mutant, NotAMutant, Outcome};
use proptest::prelude::*;
use std::io::Write;

const ADDED: &str = "potts_score,independent_score,additive_score,epistasis,status,note";

/// The table with every readable mutant as the wild type.
fn through(input: &[u8], column: Option<&str>) -> Vec<u8> {
    let wish = Wish {
        column,
        ..Wish::default()
    };
    let mut table = MutantTable::new(input, "t", &wish).unwrap();
    let columns = RESULTS.into_iter().take(ADDED.split(',').count()).collect();
    let mut writer = TableWriter::new(Some(table.layout()), Results::AsInput, columns);
    writer.header(Some(table.layout()));
    let (mut chunk, mut mutant) = (Chunk::default(), Mutant::default());
    // Two at a time, so that rows are split among chunks.
    while {
        table.read(2, &mut chunk).unwrap();
        !chunk.is_empty()
    } {
        for row in chunk.rows(table.layout(), 0..chunk.len()) {
            let outcome = match row.read(&mut mutant) {
                Ok(_) => Outcome::WildType,
                Err(problem) => Outcome::Unparsable(problem),
            };
            writer.row(&row, &outcome);
        }
    }
    poured(writer)
}

fn poured(mut writer: TableWriter) -> Vec<u8> {
    let mut output = Vec::new();
    writer.pour(&mut output).unwrap();
    output
}

fn lines(input: &str) -> Vec<String> {
    let output = String::from_utf8(through(input.as_bytes(), None)).unwrap();
    let zeros = "0.000000,0.000000,0.000000,0.000000,wild_type";
    let short = output.replace(ADDED, "+").replace(zeros, "0");
    short.lines().map(str::to_string).collect()
}

#[test]
fn the_users_cells_come_back_as_they_were() {
    let table = "id,\"mutant\",score\r\n 1 ,\"A42G,L57V\",\"say \"\"x\"\"\"\r\n2,wt,\r\n";
    let expected = [
        "id,\"mutant\",score,+",
        " 1 ,\"A42G,L57V\",\"say \"\"x\"\"\",0,",
        "2,wt,,0,",
    ];
    assert_eq!(lines(table), expected);
}

#[test]
fn columns_are_replaced_not_doubled() {
    let table = "potts_score,mutant,status,x\n1,A1G,scored,y\n";
    assert_eq!(lines(table), ["mutant,x,+", "A1G,y,0,"]);
}

#[test]
fn a_row_of_another_width_loses_neither_itself_nor_others() {
    let table = "id,mutant,x\n1\n2,A1G\n3,A1G,x,y\n4,A1G,x,,\n5,A1G,L2V,x\n6,A1G,x\n";
    let expected = [
        "id,mutant,x,+",
        "1,,,,,,,unparsable,there is no mutant here / cells in this row: 1 (header: 3)",
        "2,A1G,,0,cells in this row: 2 (header: 3)",
        "3,A1G,\"x,y\",0,cells in this row: 4 (header: 3)",
        "4,A1G,x,0,",
        "5,A1G,\"L2V,x\",,,,,unparsable,the mutant is spread over several cells: put quotes around it / cells in this row: 4 (header: 3)",
        "6,A1G,x,0,",
    ];
    assert_eq!(lines(table), expected);
}

#[test]
fn a_stray_quote_is_closed_on_the_way_out() {
    let table = "mutant,x\nA1G,\"5\nL2V,6\n";
    let expected = ["mutant,x,+", "A1G,\"\"\"5\",0,", "L2V,6,0,"];
    assert_eq!(lines(table), expected);
}

#[test]
fn a_list_becomes_a_table_with_tabs() {
    let output = through(b"#c\nA1G\tL2V\n\nfoo\nA1G,L2V\n", None);
    let output = String::from_utf8(output).unwrap();
    let first: Vec<&str> = output.lines().map(|l| &l[..9]).collect();
    assert_eq!(
        first,
        ["mutant\tpo", "\"A1G\tL2V\"", "foo\t\t\t\t\tu", "A1G,L2V\t0"]
    );
}

#[test]
fn other_encodings_pass() {
    let output = through(b"mutant;x\nA1G;\xe9\xff\n\xff;1\n", None);
    assert!(output.windows(7).any(|w| w == b"A1G;\xe9\xff;"));
    assert!(output.windows(2).any(|w| w == b"\n\xff"));
}

#[test]
fn numbers_have_six_decimals_and_zero_no_sign() {
    let mut writer = TableWriter::new(None, Results::AsInput, chosen(RESULTS, &[]));
    writer.header(None);
    let mut score = Outcome::WildType.score().unwrap();
    score.potts = -1.5;
    score.independent = Some(1e-9);
    score.additive = -1e-9;
    score.epistasis = 12.345_678_9;
    score.effect = Some(-0.25);
    writer.mutant(b"A1G", &Outcome::Scored(score));
    let text = String::from_utf8(poured(writer)).unwrap();
    let row = "A1G\t-1.500000\t0.000000\t0.000000\t12.345679\tscored\t\t\t\t-0.250000\t\t";
    assert_eq!(text.lines().nth(1), Some(row));
}

#[test]
fn results_are_written_in_the_columns_that_were_chosen() {
    let [score, _, _, _, _, note, ..] = RESULTS;
    let mut writer = TableWriter::new(None, Results::Separated(b','), vec![note, score]);
    writer.header(None);
    writer.mutant(b"wt", &Outcome::WildType);
    let problem = NotAMutant::chain(b"1");
    writer.mutant(b"A1G", &Outcome::Unparsable(problem));
    let text = String::from_utf8(poured(writer)).unwrap();
    let expected = [
        "mutant,note,potts_score",
        "wt,,0.000000",
        "A1G,\"'1' is not a chain, a letter from A to Z\",",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn files_are_read_plain_and_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let missing = open(&path).map(|_| ()).unwrap_err();
    assert!(matches!(missing, Error::Io { .. }));
    let read = |path: &Path| {
        let mut text = String::new();
        open(path).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    std::fs::write(&path, "mutant\nA1G\n").unwrap();
    assert_eq!(read(&path), "mutant\nA1G\n");
    let file = std::fs::File::create(&path).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    encoder.write_all(b"mutant\nA2G\n").unwrap();
    encoder.finish().unwrap();
    assert_eq!(read(&path), "mutant\nA2G\n");
}

#[test]
fn empty_files_and_utf_16_are_named_as_such() {
    let problem = |bytes: &[u8]| {
        let table = MutantTable::new(bytes, "t", &Wish::default());
        table.map(|_| ()).unwrap_err().to_string()
    };
    assert!(problem(b"# only\n\n").contains("nothing in it"));
    assert!(problem(b"\xff\xfem\0u\0t\0").contains("UTF-16"));
}

proptest! {
    /// Quotes in one row only: two rows with a quote each can be one row with a line break in a cell.
    #[test]
    fn every_row_comes_back_in_order(
        rows in prop::collection::vec("[A-Z]?[0-9]{0,2}[, a\u{e9}]{0,4}", 1..12),
        quoted in "[,\"a]{0,5}",
        at in 0usize..12,
    ) {
        let mut input = String::from("row,mutant,x\n");
        for (k, row) in rows.iter().enumerate() {
            let row = if k == at { &quoted } else { row };
            input.push_str(&format!("{k},{row}\n"));
        }
        // The column is named: words of two letters everywhere would be asked about.
        let output = through(input.as_bytes(), Some("mutant"));
        let mut reader = csv::Reader::from_reader(output.as_slice());
        prop_assert_eq!(reader.headers().unwrap().len(), 9);
        let found: Vec<csv::StringRecord> = reader.records().map(|r| r.unwrap()).collect();
        prop_assert_eq!(found.len(), rows.len());
        for (k, record) in found.iter().enumerate() {
            prop_assert_eq!(record.len(), 9);
            prop_assert_eq!(&record[0], k.to_string());
        }
    }
}
