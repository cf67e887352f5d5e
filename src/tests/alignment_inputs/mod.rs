//! One family in every format, every way of ending lines and every packing: always the same alignment. And input that is none.

mod any_bytes;
mod refused;
mod texts;

use crate::Result;
use crate::alignment::{
    AlignedRecords, Alignment, ColumnRule, Focus, FocusOptions, UnknownLetters, focus,
};
use crate::alphabet::Alphabet;
use crate::io::alignments::fasta::Dialect;
use crate::io::alignments::table::KNOWN;
use crate::io::alignments::{self, InputFormat, Reading};
use crate::io::files::source::Source;
use crate::tests::support::checkout;
use texts::{NAMES, fasta, packings, rows, spellings, texts};

fn read(bytes: &[u8]) -> Result<AlignedRecords> {
    alignments::read(&Source::from_bytes("x", bytes.to_vec()))
}

fn read_as(bytes: &[u8], format: InputFormat) -> Result<AlignedRecords> {
    let reading = Reading {
        format: Some(format),
        query: None,
    };
    alignments::read_with(&Source::from_bytes("x", bytes.to_vec()), reading)
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

const FORMATS: [InputFormat; 11] = [
    InputFormat::Fasta(None),
    InputFormat::Fasta(Some(Dialect::Fasta)),
    InputFormat::Fasta(Some(Dialect::A2m)),
    InputFormat::Fasta(Some(Dialect::A3m)),
    InputFormat::Stockholm,
    InputFormat::Clustal,
    InputFormat::OneALine,
    InputFormat::Pir,
    InputFormat::Msf,
    InputFormat::Phylip,
    InputFormat::Nexus,
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
    assert_eq!(compared, (1 + 3 * 15) * 7 * 6);
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
    let records = read(b">a\nACDE\n>b\nUOBZ\n>c\nX*J1\n>d\nAC\xe9D\n").unwrap();
    let report = focused(&records).rows().clone();
    let letters: Vec<char> = report
        .unknown_letters
        .iter()
        .map(|(letter, _)| *letter)
        .collect();
    assert_eq!(letters, ['*', '1', 'B', 'J', 'O', 'U', 'X', 'Z', '\u{e9}']);
}

#[test]
fn the_book_has_this_table() {
    let chapter = std::fs::read_to_string(checkout("docs/alignments.md")).unwrap();
    for known in &KNOWN {
        let row = format!(
            "| {} | {} | `{}` | {} |",
            known.name, known.known_by, known.words[0], known.left_out
        );
        assert!(chapter.contains(&row), "the book lacks:\n{row}");
    }
    let rows = chapter
        .lines()
        .filter(|line| line.starts_with("| "))
        .count();
    assert_eq!(rows, KNOWN.len() + 1, "rows of other formats");
}
