//! Every format there and back, and every way in which a file does not fit.

use super::matching::Matched;
use super::*;
use crate::alignment::{AlignedRecords, RowFate, RowReport};
use crate::io::tables::rows::{RowWeight, row_weights};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// Five rows, of which the second and the fourth were dropped.
const NAMES: [&str; 5] = ["A/1-3 one", "B", "C, \"the\"\tthird", "D", "E"];
const FATES: [RowFate; 5] = [
    RowFate::Kept,
    RowFate::UnknownLetters,
    RowFate::Kept,
    RowFate::LowCoverage,
    RowFate::Kept,
];
const NEIGHBOURS: [u32; 3] = [2, 3, 1];

fn records() -> AlignedRecords {
    let names = NAMES.map(str::to_owned).to_vec();
    let rows = vec![b"ACD".to_vec(); 5];
    AlignedRecords::new(
        "x.fa".into(),
        "FASTA",
        names,
        rows.into(),
        vec![1, 3, 5, 7, 9],
    )
    .unwrap()
}

fn report(fates: &[RowFate]) -> RowReport {
    RowReport {
        fates: fates.to_vec(),
        ..RowReport::default()
    }
}

fn written(write: impl FnOnce(&[RowWeight], &mut dyn Write) -> io::Result<()>) -> Vec<u8> {
    let records = records();
    let mut bytes = Vec::new();
    write(
        &row_weights(&records, &report(&FATES), &NEIGHBOURS),
        &mut bytes,
    )
    .unwrap();
    bytes
}

fn file(bytes: impl Into<Vec<u8>>) -> Result<WeightsFile> {
    WeightsFile::read(&Source::from_bytes("w", bytes.into()))
}

/// Matched with the rows that were kept of the five.
fn matched(bytes: impl Into<Vec<u8>>) -> Result<Matched> {
    file(bytes)?.match_rows(&records(), &report(&FATES))
}

/// The message of a file that does not fit; it is bad input, with advice.
fn refusal(bytes: impl Into<Vec<u8>>) -> String {
    let error = matched(bytes).unwrap_err();
    assert_eq!(error.exit_code(), 3, "{error}");
    let message = error.to_string();
    assert!(message.contains("\n  "), "no advice: {message}");
    message
}

#[test]
fn what_is_written_is_read() {
    let files = [
        ("table", written(|rows, out| write_rows(rows, b'\t', out))),
        ("table", written(|rows, out| write_rows(rows, b',', out))),
        ("JSON", written(|rows, out| write_objects(rows, out))),
        ("one weight a line", written(write_plain)),
        ("table of cluster members", written(write_evcouplings)),
        ("npy", written(write_npy)),
    ];
    for (format, bytes) in files {
        assert_eq!(file(bytes.clone()).unwrap().format, format);
        let found = matched(bytes).unwrap();
        assert_eq!(found.weights.as_slice(), [0.5, 1.0 / 3.0, 1.0], "{format}");
        assert_eq!(found.unused, 0, "{format}");
    }
}

#[test]
fn tables_say_which_row_and_why() {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let expected = "\
row\tname\tkept\tneighbours\tweight
1\tA/1-3 one\tyes\t2\t0.5
2\tB\tunknown_letters\t\t0
3\t\"C, \"\"the\"\"\tthird\"\tyes\t3\t0.3333333333333333
4\tD\tlow_coverage\t\t0
5\tE\tyes\t1\t1
";
    assert_eq!(
        text(written(|rows, out| write_rows(rows, b'\t', out))),
        expected
    );
    let plain =
        "5.0000000000000000e-01\n0.0\n3.3333333333333331e-01\n0.0\n1.0000000000000000e+00\n";
    assert_eq!(text(written(write_plain)), plain);
    let members = "id,num_cluster_members\nA/1-3 one,2.0\n\"C, \"\"the\"\"\tthird\",3.0\nE,1.0\n";
    assert_eq!(text(written(write_evcouplings)), members);
    let json: serde_json::Value =
        serde_json::from_slice(&written(|rows, out| write_objects(rows, out))).unwrap();
    assert_eq!(json[1]["kept"], "unknown_letters");
    assert_eq!(json[1]["neighbours"], serde_json::Value::Null);
    assert_eq!(json[2]["neighbours"], 3);
}

/// As numpy.save writes it: version 1, a header padded to 64 bytes.
#[test]
fn an_array_is_numpys_own() {
    let bytes = written(write_npy);
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
    let header = String::from_utf8_lossy(&bytes[10..bytes.len() - 24]);
    assert!(
        header.contains("'descr': '<f8'") && header.contains("'shape': (3"),
        "{header}"
    );
    assert_eq!((bytes.len() - 24) % 16, 0);
    assert_eq!(bytes[bytes.len() - 8..], 1f64.to_le_bytes());
}

#[test]
fn files_of_other_programs() {
    let weights = |text: &str| matched(text).unwrap().weights.as_slice().to_vec();
    let expected = [0.5, 0.25, 1.0];
    for text in [
        "0.5\n0.25\n1\n",
        "# by hand\r\n\r\n0.5\r\n  2.5e-1 \r\n1",
        "\u{feff}0.5\n0.25\n1\n",
        "0.5\n0.0\n0.25\n0\n1.0\n",
        "weight\n0.5\n0.25\n1\n",
        "# a comment\nWeight;id\n0.5;A/1-3\n0.25;C, \"the\"\tthird\n1;E\n",
        "id,num_cluster_members\nA/1-3 one,2.0\n\"C, \"\"the\"\"\tthird\",4.0\nE,1.0\n",
        "row,weight\n5,1\n3,0.25\n1,0.5\n",
        "num_cluster_members,weight\n9,0.5\n9,0.25\n9,1\n",
        "[{\"weight\":0.5},{\"weight\":0.25,\"kept\":\"yes\"},{\"weight\":1}]",
    ] {
        assert_eq!(weights(text), expected, "{text}");
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"0.5\n0.25\n1\n").unwrap();
    let found = matched(packed.finish().unwrap()).unwrap();
    assert_eq!(found.weights.as_slice(), expected);
}

/// A weight of a row that is dropped now is no reason to refuse the others.
#[test]
fn weights_of_dropped_rows_are_counted() {
    let found = matched("0.5\n0.5\n0.25\n0\n1\n").unwrap();
    assert_eq!(found.weights.as_slice(), [0.5, 0.25, 1.0]);
    assert_eq!(found.unused, 1);
}

/// Files that do not fit, and what is said of each.
const REFUSED: [(&str, &[&str]); 35] = [
    (
        "0.5\n0.25\n",
        &["w: 2 weights", "x.fa has 5 rows", "3 are kept"],
    ),
    ("1\n1\n1\n1\n", &["4 weights", "5 rows"]),
    ("1\n1\n1\n1\n1\n1\n", &["6 weights", "5 rows"]),
    ("1\nNaN\n1\n", &["w, line 2", "weight 2 is NaN"]),
    ("1\n-0.5\n1\n", &["w, line 2", "weight 2 is -0.5"]),
    ("1\ninf\n1\n", &["w, line 2", "weight 2 is inf"]),
    ("1\n1e300\n1\n", &["weight 2 is 1e300", "1e9"]),
    ("1\n1e-300\n1\n", &["weight 2 is 1e-300", "1e-9"]),
    ("nan\n1\n1\n", &["w, line 1", "weight 1 is NaN"]),
    (
        "1\n0\n1\n",
        &["w, line 2", "row 3", "'C, \"the\"", "is 0", "`unknown`"],
    ),
    ("1\n1\n0\n1\n1\n", &["w, line 3", "row 3 of x.fa", "is 0"]),
    ("1\nfoo\n1\n", &["w, line 2", "'foo' is not a number"]),
    ("1\n1 1\n1\n", &["w, line 2", "'1 1' is not a number"]),
    ("1\n1,1\n1\n", &["w, line 2", "'1,1' is not a number"]),
    (
        "name,x\na,1\n",
        &["w, line 1", "'name', 'x'", "num_cluster_members"],
    ),
    ("weight\n", &["w: there is no weight"]),
    ("# nothing\n\n", &["w: there is no weight"]),
    (
        "id,weight\nA/1-3,1\nX,1\nE,1\n",
        &["w, line 3, record 'X'", "row 3 of x.fa is 'C, \"the\""],
    ),
    (
        "id,weight\nA,1\nC,1\nE\n",
        &["w, line 4", "1 cells", "header has 2"],
    ),
    (
        "id,weight\nA,1\nC,x\nE,1\n",
        &["w, line 3, record 'C'", "'x' is not a number"],
    ),
    (
        "id,weight\nA,1\nC,\nE,1\n",
        &["w, line 3, record 'C'", "'' is not a number"],
    ),
    (
        "row,weight\n1,1\n3,1\n3,1\n",
        &["w, line 4", "row 3 has a weight already"],
    ),
    (
        "row,weight\n1,1\n3,1\n6,1\n",
        &["w, line 4", "row 6", "x.fa has 5 rows"],
    ),
    (
        "row,weight\n1,1\n3,1\n0,1\n",
        &["w, line 4", "row 0", "numbered from 1"],
    ),
    (
        "row,weight\n1,1\n3,1\n-1,1\n",
        &["w, line 4", "'-1' is not the number of a row"],
    ),
    (
        "row,weight\n1,1\n3,1\n",
        &["no weight for row 5 of x.fa ('E')", "weights: 2, rows: 5"],
    ),
    (
        "row,name,weight\n1,B,1\n3,C,1\n5,E,1\n",
        &["w, line 2, record 'B'", "row 1 of x.fa is 'A/1-3 one'"],
    ),
    (
        "id,num_cluster_members\nA/1-3,0\nC,,1\nE,1\n",
        &["w, line 3", "3 cells"],
    ),
    (">a\nACD\n", &["w, line 1", "this is an alignment"]),
    ("\u{89}HDF", &["columns"]),
    ("[1, 2", &["w, line 1", "not an array of objects"]),
    ("{\"weight\": 1}", &["w, line 1", "not an array of objects"]),
    (
        "[{\"weight\": null}]",
        &["w, line 1", "not an array of objects"],
    ),
    (
        "[{\"row\":1,\"weight\":1},{\"weight\":1}]",
        &["weight 2 has no row number"],
    ),
    ("[]", &["w: there is no weight"]),
];

#[test]
fn what_does_not_fit_is_named_with_both_numbers() {
    for (text, words) in REFUSED {
        let message = refusal(text);
        for word in words {
            assert!(
                message.contains(word),
                "{text:?} does not say '{word}': {message}"
            );
        }
    }
    assert!(refusal(&b"\x89HDF\r\n\x1a\n"[..]).contains("HDF5 file"));
    assert!(refusal("id,num_cluster_members\nA/1-3,0\nC,1\nE,1\n").contains("record 'C'"));
}

/// An array with any header.
fn array(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let length = (header.len() as u32).to_le_bytes();
    let length = if version == 1 {
        &length[..2]
    } else {
        &length[..]
    };
    [
        b"\x93NUMPY",
        &[version, 0][..],
        length,
        header.as_bytes(),
        data,
    ]
    .concat()
}

/// Little-endian doubles.
fn doubles(values: [f64; 3]) -> Vec<u8> {
    values.iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// A header of an array.
fn header(kind: &str, shape: &str) -> String {
    format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n")
}

#[test]
fn arrays_of_every_kind() {
    let doubles = doubles([0.5, 0.25, 1.0]);
    let singles: Vec<u8> = [0.5f32, 0.25, 1.0]
        .iter()
        .flat_map(|w| w.to_le_bytes())
        .collect();
    let big: Vec<u8> = [0.5f64, 0.25, 1.0]
        .iter()
        .flat_map(|w| w.to_be_bytes())
        .collect();
    for (version, kind, data) in [
        (1, "<f8", &doubles),
        (2, "<f8", &doubles),
        (1, "<f4", &singles),
        (2, "<f4", &singles),
        (1, ">f8", &big),
    ] {
        let found = matched(array(version, &header(kind, "(3,)"), data)).unwrap();
        assert_eq!(
            found.weights.as_slice(),
            [0.5, 0.25, 1.0],
            "{version} {kind}"
        );
    }
}

#[test]
fn arrays_that_are_broken_or_of_another_kind() {
    let nan = doubles([0.5, f64::NAN, 1.0]);
    let doubles = doubles([0.5, 0.25, 1.0]);
    for (bytes, word) in [
        (array(1, &header("<f8", "(3,)"), &nan), "weight 2 is NaN"),
        (
            array(1, &header("<f8", "(3,)"), &doubles[..20]),
            "broken .npy array",
        ),
        (
            array(1, &header("<f8", "(3000000000000,)"), &doubles),
            "broken .npy array",
        ),
        (
            array(1, &header("<f8", "(99999999999999999999,)"), &doubles),
            ".npy",
        ),
        (array(1, &header("<f8", "(3, 1)"), &doubles), "shape [3, 1]"),
        (array(1, &header("<f8", "()"), &doubles), "shape []"),
        (array(1, &header("<i8", "(3,)"), &doubles), "type '<i8'"),
        (array(1, &header("|O", "(3,)"), &doubles), "type '|O'"),
        (
            array(1, &header("<f8", "(2,)"), &doubles[..16]),
            "2 weights",
        ),
        (array(1, "{'descr': 3}", &doubles), "broken .npy array"),
        (array(1, &"(".repeat(1000), &doubles), "broken .npy array"),
        (
            array(2, &"(".repeat(100_000), &doubles),
            "broken .npy array",
        ),
        (
            array(9, &header("<f8", "(3,)"), &doubles),
            "broken .npy array",
        ),
        (b"\x93NUMPY".to_vec(), "broken .npy array"),
        (b"\x93NUMPY\x01\x00\xff\x00{".to_vec(), "broken .npy array"),
    ] {
        let message = refusal(bytes);
        assert!(message.contains(word), "not '{word}': {message}");
    }
}

#[test]
fn cut_arrays_never_crash() {
    let bytes = written(write_npy);
    for length in 0..bytes.len() {
        if let Ok(found) = matched(&bytes[..length]) {
            panic!("{length} bytes gave {found:?}");
        }
    }
}
