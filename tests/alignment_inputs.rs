//! One family in every format, every way of ending lines and every packing: always the same alignment. And input that is none.

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use potts::alignment::{
    AlignedRecords, Alignment, ColumnRule, Focus, FocusOptions, UnknownLetters, focus,
};
use potts::alphabet::Alphabet;
use potts::io::alignments::fasta::Dialect;
use potts::io::alignments::{self, InputFormat};
use potts::io::files::source::Source;
use potts::{Error, Result};
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::Write;

/// A name twice, a row twice, insertions in columns 4 and 9, unknown letters, a stop.
const NAMES: [&str; 6] = ["sp|P1|T/11-20", "b", "c/1-9", "b", "d", "e"];
const ROWS: [&str; 6] = [
    "ACD-EFGH-IKL",
    "ACDgEFGH-IKL",
    "-CD-EYGHw-KL",
    "ACDgEFGH-IKL",
    "ACU-EFGH-IO*",
    "ACD-E-GH-IKV",
];

/// The rows with another letter for the gap.
fn rows(gap: &str) -> Vec<String> {
    ROWS.iter().map(|row| row.replace('-', gap)).collect()
}

fn fasta(rows: &[String], width: usize) -> String {
    let mut text = String::new();
    for (name, row) in NAMES.iter().zip(rows) {
        text += &format!(">{name}\n");
        for line in row.as_bytes().chunks(width) {
            text += &format!("{}\n", String::from_utf8_lossy(line));
        }
    }
    text
}

fn a3m() -> String {
    let insertion = |row: &str| row[3..4].replace('-', "") + "|" + &row[8..9].replace('-', "");
    let mut text = "#A3M#\n".to_owned();
    for (name, row) in NAMES.iter().zip(ROWS) {
        let insertion = insertion(row);
        let (first, second) = insertion.split_once('|').unwrap();
        text += &format!(
            ">{name}\n{}{first}{}{second}{}\n",
            &row[..3],
            &row[4..8],
            &row[9..]
        );
    }
    text
}

fn blocks(
    rows: &[String],
    cuts: &[usize],
    line: impl Fn(&str, &str) -> String,
    end: &str,
) -> String {
    let mut text = String::new();
    for cut in cuts.windows(2) {
        for (name, row) in NAMES.iter().zip(rows) {
            text += &line(name, &row[cut[0]..cut[1]]);
        }
        text += end;
    }
    text
}

fn stockholm(rows: &[String], cuts: &[usize]) -> String {
    let line = |name: &str, row: &str| {
        format!(
            "#=GS {name} AC x\n{name:20} {row}\n#=GR {name} PP {}\n",
            row.replace(|c| c != '-', "9")
        )
    };
    let mut text = "# STOCKHOLM 1.0\n#=GF ID family\n#=GF CC //\n\n".to_owned();
    text += &blocks(rows, cuts, line, "#=GC SS_cons HHHH\n\n");
    text + "//\n"
}

fn clustal(rows: &[String], cuts: &[usize], counts: bool) -> String {
    let line = |name: &str, row: &str| match counts {
        true => format!("{name:20} {row} {}\n", row.len()),
        false => format!("{name:20}\t{row}\n"),
    };
    let mut text = "CLUSTAL W (1.83) multiple sequence alignment\n\n\n".to_owned();
    text += &blocks(rows, cuts, line, "                     **. : \n\n");
    text
}

/// Every format in several shapes, with the format's name.
fn texts() -> Vec<(&'static str, String)> {
    let mut texts = vec![("A3M", a3m())];
    for gap in ["-", ".", "~"] {
        let rows = rows(gap);
        texts.extend([
            ("A2M", fasta(&rows, 100)),
            ("A2M", fasta(&rows, 5)),
            ("Stockholm", stockholm(&rows, &[0, 12])),
            ("Stockholm", stockholm(&rows, &[0, 5, 10, 12])),
            ("Clustal", clustal(&rows, &[0, 12], false)),
            ("Clustal", clustal(&rows, &[0, 5, 10, 12], true)),
            ("one sequence a line", rows.join("\n") + "\n"),
        ]);
    }
    texts
}

/// Ways to write the same lines.
fn spellings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let with = |end: &str| text.replace('\n', end).into_bytes();
    vec![
        ("lf", with("\n")),
        ("crlf", with("\r\n")),
        ("cr", with("\r")),
        (
            "byte-order mark",
            with("\n")
                .into_iter()
                .fold(b"\xef\xbb\xbf".to_vec(), |mut all, b| {
                    all.push(b);
                    all
                }),
        ),
        ("trailing blanks", with(" \t\n")),
        (
            "blank lines around",
            format!("\n \n\t\r\n{text}\n\n  \n").into_bytes(),
        ),
        ("no last line end", text.trim_end().into()),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A block of bgzip: a gzip member that says how long it is.
fn bgzip_block(bytes: &[u8]) -> Vec<u8> {
    let of_size = |size: u16| {
        let extra = [b"BC\x02\0", &size.to_le_bytes()[..]].concat();
        let mut encoder = GzBuilder::new()
            .extra(extra)
            .write(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let size = of_size(0).len() - 1;
    of_size(size as u16)
}

/// The packings of some bytes.
fn packings(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let zstd = |bytes: &[u8]| compress_to_vec(bytes, CompressionLevel::Fastest);
    let (first, second) = bytes.split_at(bytes.len() / 3);
    vec![
        ("plain", bytes.to_vec()),
        ("gzip", gzip(bytes)),
        ("two gzip members", [gzip(first), gzip(second)].concat()),
        (
            "bgzip",
            [bgzip_block(first), bgzip_block(second), bgzip_block(b"")].concat(),
        ),
        ("zstd", zstd(bytes)),
        ("two zstd frames", [zstd(first), zstd(second)].concat()),
    ]
}

fn read(bytes: &[u8]) -> Result<AlignedRecords> {
    alignments::read(&Source::from_bytes("x", bytes.to_vec()))
}

fn read_as(bytes: &[u8], format: InputFormat) -> Result<AlignedRecords> {
    alignments::read_as(&Source::from_bytes("x", bytes.to_vec()), Some(format))
}

fn focused(records: &AlignedRecords) -> Alignment {
    let options = FocusOptions {
        unknown: UnknownLetters::Gap,
        ..FocusOptions::default()
    };
    focus::focus(records, &Alphabet::protein(), &options).unwrap()
}

/// Position, letter and whether it is modelled, of every residue of the target.
fn residues(alignment: &Alignment) -> Vec<(u64, u8, bool)> {
    let columns = alignment.columns().columns().iter();
    columns
        .map(|c| (c.position.get(), c.letter, c.modelled))
        .collect()
}

const FORMATS: [InputFormat; 7] = [
    InputFormat::Fasta(None),
    InputFormat::Fasta(Some(Dialect::Fasta)),
    InputFormat::Fasta(Some(Dialect::A2m)),
    InputFormat::Fasta(Some(Dialect::A3m)),
    InputFormat::Stockholm,
    InputFormat::Clustal,
    InputFormat::OneALine,
];

#[test]
fn every_way_to_write_a_family_gives_the_same_alignment() {
    let expected = focused(&read(fasta(&rows("-"), 100).as_bytes()).unwrap());
    assert_eq!((expected.sequences(), expected.sites()), (6, 10));
    assert_eq!(expected.columns().position(0).get(), 11);
    let mut compared = 0;
    for (format, text) in texts() {
        for (spelling, bytes) in spellings(&text) {
            for (packing, packed) in packings(&bytes) {
                let what = format!("{format}, {spelling}, {packing}:\n{text}");
                let records = read(&packed).unwrap_or_else(|error| panic!("{error}\n{what}"));
                assert_eq!(records.format, format, "{what}");
                let alignment = focused(&records);
                assert_eq!(alignment.states(), expected.states(), "{what}");
                assert_eq!(
                    alignment.rows().unknown_letters,
                    expected.rows().unknown_letters,
                    "{what}"
                );
                let names: Vec<&str> = records.names().iter().map(String::as_str).collect();
                if format == "one sequence a line" {
                    assert_eq!(names, ["1", "2", "3", "4", "5", "6"]);
                    assert_eq!(alignment.columns().position(9).get(), 10);
                } else {
                    assert_eq!(names, NAMES, "{what}");
                    assert_eq!(residues(&alignment), residues(&expected), "{what}");
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 22 * 7 * 6);
}

#[test]
fn a_format_by_name_is_the_one_by_content() {
    for (format, text) in texts() {
        let by_name = FORMATS.iter().find(|f| f.as_str() == format).unwrap();
        let records = read_as(text.as_bytes(), *by_name).unwrap();
        assert_eq!(
            focused(&records).states(),
            focused(&read(text.as_bytes()).unwrap()).states()
        );
    }
}

#[test]
fn a3m_by_name_drops_insertions_of_equally_long_rows() {
    let text = b">a\nACdE\n>b\nA.CE\n>c\nACE.\n";
    let as_a3m = read_as(text, InputFormat::Fasta(Some(Dialect::A3m))).unwrap();
    assert_eq!((as_a3m.width(), as_a3m.letters(0)), (3, &b"ACdE"[..]));
    assert_eq!(read(text).unwrap().width(), 4);
    let map = residues(&focused(&as_a3m));
    assert_eq!(
        map,
        [
            (1, b'A', true),
            (2, b'C', true),
            (3, b'D', false),
            (4, b'E', true)
        ]
    );
}

#[test]
fn the_reference_line_is_joined_over_blocks_and_decides_if_asked() {
    let text = "# STOCKHOLM 1.0\nT/5-9 ACd\nb     AC.\n#=GC RF x.x\n\nT/5-9 -EF\nb     GEF\n#=GC RF xx.\n//\n";
    for (spelling, bytes) in spellings(text) {
        let records = read(&bytes).unwrap();
        assert_eq!(records.reference(), Some(&b"x.xxx."[..]), "{spelling}");
        let of = |columns, on: Focus| {
            let options = FocusOptions {
                columns,
                focus: on,
                ..FocusOptions::default()
            };
            residues(&focus::focus(&records, &Alphabet::protein(), &options).unwrap())
        };
        let modelled = |map: &[(u64, u8, bool)]| -> Vec<u64> {
            map.iter().filter(|r| r.2).map(|r| r.0).collect()
        };
        assert_eq!(
            modelled(&of(ColumnRule::Target, Focus::First)),
            [5, 6, 8, 9]
        );
        assert_eq!(
            modelled(&of(ColumnRule::Reference, Focus::First)),
            [5, 7, 8]
        );
        let none = || Focus::None { target: None };
        assert_eq!(
            modelled(&of(ColumnRule::Target, none())),
            [1, 2, 3, 4, 5, 6]
        );
        assert_eq!(modelled(&of(ColumnRule::Reference, none())), [1, 2, 3, 4]);
    }
}

#[test]
fn long_rows_and_long_names_are_read() {
    let row = "ACDEFGHIKL-MNPQRSTVWY".repeat(5_000);
    let name = "n".repeat(1_000_000);
    for text in [
        format!(">{name}\n{row}\n>b\n{row}\n"),
        format!("# STOCKHOLM 1.0\n{name} {row}\nb {row}\n//\n"),
        format!("CLUSTAL\n\n{name} {row}\nb {row}\n"),
    ] {
        for (packing, bytes) in packings(text.as_bytes()) {
            let records = read(&bytes).unwrap();
            assert_eq!(
                (records.width(), records.names()[0].len()),
                (105_000, 1_000_000),
                "{packing}"
            );
        }
        let error = read(text.replacen("ACD", "AC", 1).as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.len() < 1000, "a message of {} bytes", error.len());
    }
    assert_eq!(
        read(format!("{row}\n{row}\n").as_bytes()).unwrap().width(),
        105_000
    );
}

#[test]
fn odd_names_are_kept_apart_and_shown_escaped() {
    let records =
        read(b">caf\xe9\nAC\n>caf\xe8\nAC\n>a\0b\x1b[31m\nAC\n>\nAC\n>\xe2\x82\xac\nAC\n").unwrap();
    assert_eq!(
        records.names(),
        [r"caf\xe9", r"caf\xe8", r"a\x00b\x1b[31m", "", "\u{20ac}"]
    );
    let error = read(b"# STOCKHOLM 1.0\n\xff\xfe\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains(r"record '\xff\xfe'"), "{error}");
}

#[test]
fn letters_that_are_no_residue_are_counted() {
    let records = read(b">a\nACDE\n>b\nUOBZ\n>c\nXJ*1\n>d\nAC\xe9D\n").unwrap();
    let report = focused(&records).rows().clone();
    let letters: Vec<char> = report
        .unknown_letters
        .iter()
        .map(|(letter, _)| *letter)
        .collect();
    assert_eq!(letters, ['*', '1', 'B', 'J', 'O', 'U', 'X', 'Z', '\u{e9}']);
}

/// UTF-16, as Windows editors write it.
fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units
        .flat_map(|u| {
            if big {
                u.to_be_bytes()
            } else {
                u.to_le_bytes()
            }
        })
        .collect()
}

#[test]
fn input_that_is_no_alignment_says_what_it_is() {
    let family = fasta(&rows("-"), 100);
    let mut tar = vec![0; 1024];
    tar[..6].copy_from_slice(b"a.fasta"[..6].as_ref());
    tar[257..262].copy_from_slice(b"ustar");
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (utf16(&family, true, false), "UTF-16"),
        (utf16(&family, true, true), "UTF-16"),
        (utf16(&family, false, false), "UTF-16"),
        (utf16(&family, false, true), "UTF-16"),
        (gzip(&gzip(family.as_bytes())), "compressed twice"),
        (gzip(&tar), "tar archive"),
        (
            [&gzip(family.as_bytes())[..], b"<html>"].concat(),
            "6 bytes of something else follow",
        ),
        (gzip(family.as_bytes())[..60].to_vec(), "end too early"),
        (gzip(b""), "only blanks"),
        (b"\n \t\n".to_vec(), "only blanks"),
        (b"PK\x03\x04\x14\0".to_vec(), "zip archive"),
        (b"\x89HDF\r\n\x1a\n".to_vec(), "HDF5"),
        (b"<!DOCTYPE html>\n<html>".to_vec(), "web page"),
        (b" 6 12\nT         ACD-EFGH-IKL\n".to_vec(), "PHYLIP"),
        (b"#NEXUS\nbegin data;\n".to_vec(), "NEXUS"),
        (b"LOCUS       AB000001     120 aa\n".to_vec(), "GenBank"),
        (b"HEADER    OXIDOREDUCTASE\n".to_vec(), "PDB"),
        (b"data_1RX2\n#\n".to_vec(), "mmCIF"),
        (b"@r1\nACGT\n+\nFFFF\n".to_vec(), "FASTQ"),
        (b"ACD-EFGH\nACDEF\n".to_vec(), "starts with 'ACD-EFGH'"),
    ];
    for (bytes, words) in cases {
        let error = read(&bytes).unwrap_err();
        assert!(
            matches!(error, Error::Input { .. }) && error.exit_code() == 3,
            "{error}"
        );
        let message = error.to_string();
        assert!(message.contains(words), "'{words}' is missing: {message}");
        assert!(message.contains("\n  "), "no advice: {message}");
    }
}

/// Pieces of which files are made, good and bad.
const PIECES: [&[u8]; 24] = [
    b">",
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"\t",
    b"ACDE",
    b"-",
    b".",
    b"ac",
    b"# STOCKHOLM 1.0\n",
    b"#=GC RF ",
    b"#",
    b"//",
    b"CLUSTAL\n",
    b"12",
    b"*",
    b"name",
    b"\xff",
    b"\0",
    b"\xef\xbb\xbf",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\x50\x2a\x4d\x18",
];

fn patchwork() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40);
    pieces.prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop_oneof![patchwork(), prop::collection::vec(any::<u8>(), 0..200)]) {
        let results = FORMATS.iter().map(|format| read_as(&bytes, *format)).chain([read(&bytes)]);
        for records in results.flatten() {
            for columns in [ColumnRule::Target, ColumnRule::Reference] {
                let options = FocusOptions { columns, ..FocusOptions::default() };
                let _ = focus::focus(&records, &Alphabet::protein(), &options);
            }
        }
    }

    /// noodles reads the same names and rows.
    #[test]
    fn fasta_is_read_as_noodles_reads_it(
        records in prop::collection::vec(("[a-z|/0-9]{1,9}( [a-z>]{1,5})?", prop::collection::vec("[A-Z-]{10}", 3)), 2..6),
        end in prop_oneof![Just("\n"), Just("\r\n")],
        width in 1usize..40,
    ) {
        let mut text = String::new();
        for (name, row) in &records {
            text += &format!(">{name}{end}");
            for line in row.concat().as_bytes().chunks(width) {
                text += &format!("{}{end}", String::from_utf8_lossy(line));
            }
        }
        let ours = read(text.as_bytes()).unwrap();
        let mut reader = noodles_fasta::io::Reader::new(text.as_bytes());
        let theirs: Vec<_> = reader.records().map(std::result::Result::unwrap).collect();
        prop_assert_eq!(ours.len(), theirs.len());
        for (n, record) in theirs.iter().enumerate() {
            let name: &[u8] = record.name();
            prop_assert!(ours.names()[n].as_bytes().starts_with(name));
            prop_assert_eq!(&ours.rows()[n], record.sequence().as_ref());
        }
    }
}
