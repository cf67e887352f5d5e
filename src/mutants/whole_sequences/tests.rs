//! Sequences as tables have them, and what differs from the target.

use super::*;
use crate::mutants::testing::{columns, complex};

/// A target with residues 5 to 14.
fn sequences() -> WholeSequences {
    WholeSequences::new(&columns(5, "MKTaYIAKQR"), &Alphabet::protein(), None)
}

fn read(sequences: &WholeSequences, text: &str) -> Result<String, NotAMutant> {
    let mut mutant = Mutant::default();
    sequences.read(text.as_bytes(), &mut mutant)?;
    let substitutions = mutant.substitutions().iter();
    let words: Vec<String> = substitutions.map(ToString::to_string).collect();
    let other = mutant
        .other_change()
        .map(|change| change.in_words().into_owned());
    Ok(other.unwrap_or_else(|| words.join(":")))
}

#[test]
fn differences_are_the_mutant() {
    let sequences = sequences();
    for (text, expected) in [
        ("MKTAYIAKQR", ""),
        ("mktayiakqr*", ""),
        ("MKT AYI AKQ R", ""),
        ("MKTAYIWKQA", "A11W:R14A"),
        ("MKTAYIW-KQR", "residues are inserted or deleted"),
        ("MKTAY*AKQR", "I10*"),
        ("MKTXYIAKQR", "A8X"),
    ] {
        assert_eq!(read(&sequences, text).as_deref(), Ok(expected), "{text}");
    }
    assert_eq!(read(&sequences, " "), Err(NotAMutant::Empty));
    assert!(matches!(
        read(&sequences, "MKT1"),
        Err(NotAMutant::Sequence(_))
    ));
}

#[test]
fn what_is_inserted_and_deleted_is_counted() {
    let sequences = sequences();
    for (text, counts) in [
        ("MKTAYI-KQR", [0, 1, 0]),
        ("MK--YIWKQR", [0, 2, 1]),
        ("MKTYIAKQR", [0, 1, 0]),
        ("MKTAYIAKQRW", [1, 0, 0]),
        ("MKTAWWYIAKQR", [2, 0, 0]),
        ("MKTYIAWQR", [0, 1, 1]),
        ("KTAYIAKQRR", [1, 1, 0]),
    ] {
        let [inserted, deleted, replaced] = counts;
        let change = OtherChange::Aligned {
            inserted,
            deleted,
            replaced,
        };
        let expected = change.in_words().into_owned();
        assert_eq!(read(&sequences, text), Ok(expected), "{text}");
    }
}

#[test]
fn ends_that_most_sequences_share_are_no_part_of_the_mutant() {
    let learn = |rows: &[&str]| {
        let mut sequences = sequences();
        let words = sequences.learn(rows.iter().map(|row| row.as_bytes()));
        (sequences, words)
    };
    let rows = [
        "GSMKTAYIAKQRHH",
        "GSMKTAYIAKQAHH",
        "GSMKTAYIAKWRHH",
        "GAMKTAYIAKWRHH",
    ];
    let (longer, words) = learn(&rows);
    assert!(words.unwrap().contains("2 residues before the target"));
    assert_eq!(read(&longer, rows[1]).as_deref(), Ok("R14A"));
    assert!(read(&longer, rows[3]).unwrap().contains("inserted"));

    let (shorter, words) = learn(&["TAYIAKQ", "TAYIAKW", "TWYIAKQ"]);
    assert!(words.unwrap().contains("residues 7 to 13 only"));
    assert_eq!(read(&shorter, "TWYIAKQ").as_deref(), Ok("A8W"));
    assert!(read(&shorter, "MKTAYIAKQR").unwrap().contains("inserted"));

    assert_eq!(learn(&["MKTAYIAKQ", "MKTAYIAKQR"]).1, None);
    assert_eq!(learn(&["GSMKTAYIAKQR", "MKTAYIAKWR"]).1, None);
    assert!(learn(&["GSMKTAYIAKQR"]).1.is_some());
    // Columns of an alignment where the target has gaps.
    let (aligned, words) = learn(&["MK--TAYIAKQR", "MK--TAYIAKQA", "MK-WTAYIAKWR"]);
    assert_eq!(words, None);
    assert_eq!(read(&aligned, "MK--TAYIAKQA").as_deref(), Ok("R14A"));
    assert!(read(&aligned, "MK-WTAYIAKWR").unwrap().contains("inserted"));
    for rows in [
        ["MKTYIAKQR", "MKTAIAKQR", "MKTAYAKQR"],
        ["MKTAGYIAKQR", "MKTAYGIAKQR", "MKTAYIGAKQR"],
    ] {
        let (sequences, words) = learn(&rows);
        assert_eq!(words, None, "{rows:?}");
        assert!(read(&sequences, rows[0]).unwrap().contains("replaced"));
    }
    assert_eq!(learn(&["GSMKTAYIAKWR", "MKTAYIAKWR"]).1, None);
    assert_eq!(learn(&["WWWW", "", "1"]).1, None);
}

#[test]
fn chains_stand_one_after_the_other_or_alone() {
    let columns = complex(&[(b'A', 1, "MKT"), (b'B', 1, "AYIA")]);
    let both = WholeSequences::new(&columns, &Alphabet::protein(), None);
    assert_eq!(read(&both, "MKW:AYIA").as_deref(), Ok("A:T3W"));
    assert_eq!(read(&both, "MKTAYIW").as_deref(), Ok("B:A4W"));
    let one = WholeSequences::new(&columns, &Alphabet::protein(), Chain::new(b'B'));
    assert_eq!(read(&one, "WYIA").as_deref(), Ok("B:A1W"));
}
