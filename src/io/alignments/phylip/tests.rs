//! PHYLIP files as programs write them.

use super::*;
use std::sync::Arc;

fn text(text: &str) -> Text {
    Text::new("x.phy", Arc::new(text.as_bytes().to_vec()))
}

#[test]
fn relaxed_and_strict_names_interleaved_and_sequential() {
    for (file, names) in [
        ("2 6\na ACDEFG\nb A-DEFG\n", ["a", "b"]),
        (" 2 6 I\na ACD\nb A-D\n\nEFG\nEFG\n", ["a", "b"]),
        ("2 6\na ACD\nEFG\nb A-D\nEFG\n", ["a", "b"]),
        ("2 6\na\nACD\nEFG\nb\nA-D\nEFG\n", ["a", "b"]),
        ("2 6\na A C D EFG\nb A-D EFG\n", ["a", "b"]),
        (
            "2 6\r\na\tACD\r\nb\tA-D\r\n\r\na EFG\r\nb EFG\r\n",
            ["a", "b"],
        ),
        (
            "2 6\nHomo sapieACDEFG\nMus musculA-DEFG\n",
            ["Homo sapie", "Mus muscul"],
        ),
        (
            "  2   6\nsp|P12345|ACDEFG\nTurkey    A-DEFG\n",
            ["sp|P12345|", "Turkey"],
        ),
        (
            "2 6\nHomo s.   ACD\n          EFG\nMus m.    A-D\n          EFG\n",
            ["Homo s.", "Mus m."],
        ),
        (
            "2 6\nHomo sapiens  ACDEFG\nMus  A-DEFG\n",
            ["Homo sapiens", "Mus"],
        ),
        ("2 6\na ACDEFG\nb .-....\n", ["a", "b"]),
    ] {
        assert!(looks_like(file.as_bytes()), "{file}");
        let records = read(&text(file)).unwrap_or_else(|error| panic!("{error}\n{file}"));
        assert_eq!(records.names(), names, "{file}");
        assert_eq!(*records.rows(), ["ACDEFG", "A-DEFG"], "{file}");
        assert_eq!(records.format, "PHYLIP");
    }
}

#[test]
fn groups_of_ten_are_joined() {
    let file = " 2 20\na         ACDEFGHIKL MNPQRSTVWY\nb         ACDEFGHIKL MNPQ------\n";
    let records = read(&text(file)).unwrap();
    assert_eq!(
        *records.rows(),
        ["ACDEFGHIKLMNPQRSTVWY", "ACDEFGHIKLMNPQ------"]
    );
}

#[test]
fn periods_are_gaps_where_the_first_row_has_some() {
    let records = read(&text("2 4\na A.CD\nb A..D\n")).unwrap();
    assert_eq!(*records.rows(), ["A.CD", "A..D"]);
    assert!(records.notes().is_empty());
    let records = read(&text("2 4\na AECD\nb ?..D\n")).unwrap();
    assert_eq!(*records.rows(), ["AECD", "-ECD"]);
    assert_eq!(records.notes().len(), 2);
}

#[test]
fn trees_behind_the_alignment_are_left_out() {
    for trees in ["(a,b);\n", "  1\n(a:0.1,\nb:0.2);\n", "(a,b);\n(b,a);\n"] {
        for rows in ["a ACD\nb A-D\n", "a AC\nb A-\n\nD\nD\n"] {
            let records = read(&text(&format!("2 3\n{rows}{trees}"))).unwrap();
            assert_eq!(*records.rows(), ["ACD", "A-D"], "{rows}{trees}");
            let line = 2 + rows.lines().filter(|line| !line.is_empty()).count() as u64;
            let line = line + rows.matches("\n\n").count() as u64;
            assert_eq!(records.notes(), [Note::Trees(line)], "{rows}{trees}");
        }
    }
    // A name may begin so.
    let records = read(&text("2 3\na ACD\n(b) A-D\n")).unwrap();
    assert_eq!(
        (records.names(), records.notes().len()),
        (&["a".into(), "(b)".into()][..], 0)
    );
    let error = read(&text("2 3\na ACD\nb AD\n(a,b);\n")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("line 3, record 'b': this row has 2"),
        "{error}"
    );
}

#[test]
fn several_alignments_are_told_apart() {
    let file = text("2 2\na AC\nb AC\n\n 2 3\na ACD\nb ACD\n");
    let parts: Vec<Text> = parts(&file)
        .into_iter()
        .map(|part| file.part(part))
        .collect();
    assert_eq!(parts.len(), 2);
    assert_eq!(read(&parts[0]).unwrap().width(), 2);
    assert_eq!(read(&parts[1]).unwrap().width(), 3);
}

#[test]
fn other_lines_are_no_header() {
    for line in [
        "2",
        "2 x",
        "a 2",
        "2 3 4",
        "0 5",
        "5 0",
        "-2 5",
        "2 5 something",
        "",
    ] {
        assert!(!looks_like(line.as_bytes()), "{line}");
    }
}

#[test]
fn errors_name_the_line() {
    for (file, words) in [
        ("a AC\nb AC\n", "line 1: two numbers are expected"),
        (
            "2 3\na ACD\nb AC\n",
            "line 3, record 'b': this row has 2 letters, but the first line says 3",
        ),
        (
            "3 3\na ACD\nb ACD\n",
            "says 3 sequences of 3 columns, but there are 2",
        ),
        (
            "2 3\na ACD\nb AC12\n",
            "has 4 letters, but the first line says 3; it holds '1'",
        ),
        (
            "2 3\na ACD\nb A\u{2013}D\n",
            "record 'b': it holds '\u{2013}' (U+2013)",
        ),
        ("2 3\n", "there are 0"),
        ("99999999999 99999999999\na ACD\n", "there are 1"),
    ] {
        let error = read(&text(file)).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains(words), "{error}");
    }
}
