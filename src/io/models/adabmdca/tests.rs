use super::*;
use crate::model::Couplings;
use ndarray::Array2;
use std::io::Write;

fn numbers(fitted: &Model) -> (Option<&Array2<f32>>, Option<&Couplings>) {
    (fitted.fields(), fitted.couplings())
}

fn parse(text: &str, alphabet: Option<&str>) -> Result<Model> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let alphabet = alphabet.map(|letters| Alphabet::new(letters).unwrap());
    read(file.path(), alphabet.as_ref())
}

fn written(write: impl Fn(&Model, &mut dyn Write) -> Result<()>, fitted: &Model) -> String {
    let mut bytes = Vec::new();
    write(fitted, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

const RNA: &str = "\
J 0 1 A C 0.25
J 0 1 - U -4.9e-05
h 0 - 0.5
h 0 A 1.0
h 0 C 0.0
h 0 G 0.0
h 0 U 0.0
h 1 - 0.0
h 1 A 0.0
h 1 C 0.0
h 1 G 0.0
h 1 U 2.5
";

#[test]
fn letters_tell_the_alphabet_and_missing_couplings_are_zero() {
    let fitted = parse(RNA, None).unwrap();
    assert_eq!(fitted.alphabet.letters(), b"ACGU");
    assert_eq!(fitted.gaps, GapTreatment::State);
    let couplings = fitted.couplings().unwrap();
    assert_eq!(couplings.get(0, 0, 1, 1), 0.25);
    assert_eq!(couplings.get(0, 4, 1, 3), -4.9e-5);
    assert_eq!(
        couplings.as_slice().iter().filter(|&&j| j != 0.0).count(),
        2
    );
    assert_eq!(fitted.fields().unwrap()[[0, 4]], 0.5);
    // Couplings come back sorted, the gap first.
    let sorted = RNA.replacen(
        "J 0 1 A C 0.25\nJ 0 1 - U -4.9e-05",
        "J 0 1 - U -4.9e-05\nJ 0 1 A C 0.25",
        1,
    );
    assert_eq!(written(write_letters, &fitted), sorted);
}

#[test]
fn both_dialects_hold_the_same() {
    let letters = parse(RNA, None).unwrap();
    let integers = written(write_integers, &letters);
    assert!(integers.contains("J 0 1 1 2 0.25\n"), "{integers}");
    assert!(integers.contains("h 0 0 0.5\n"));
    assert_eq!(integers.lines().count(), 25 + 10);
    let back = parse(&integers, None).unwrap();
    assert_eq!(numbers(&back), numbers(&letters));
    assert_eq!(back.alphabet, letters.alphabet);
    assert_eq!(
        parse(&integers, Some("ACGT")).unwrap().alphabet.letters(),
        b"ACGT"
    );
}

#[test]
fn the_other_triangle_may_be_there_if_it_agrees() {
    let both = format!("{RNA}J 1 0 C A 0.25\n");
    let (both, one) = (parse(&both, None).unwrap(), parse(RNA, None).unwrap());
    assert_eq!(numbers(&both), numbers(&one));
    let conflict = format!("{RNA}J 1 0 C A 0.5\n");
    assert!(parse(&conflict, None).is_err());
}

#[test]
fn other_alphabets_are_listed_or_named() {
    let text = "h 0 X 1\nh 0 B 2\nh 1 X 0\nh 1 B 0\n# a comment\n\n";
    let fitted = parse(text, None).unwrap();
    assert_eq!(fitted.alphabet.letters(), b"XB");
    assert_eq!(fitted.gaps, GapTreatment::Missing);
    assert!(fitted.couplings().is_none());
    let fitted = parse(text, Some("BX")).unwrap();
    assert_eq!(fitted.fields().unwrap()[[0, 1]], 1.0);
    let incomplete = "h 0 X 1\nh 0 B 2\nh 1 X 0\n";
    assert!(parse(incomplete, None).is_err());
    assert!(parse(incomplete, Some("BX")).is_err());
    let first = "h 0 X 1\nh 1 X 0\nh 1 B 0\n";
    assert!(parse(first, None).is_err());
    assert!(parse(first, Some("BX")).is_ok());
    assert!(parse("h 0 0 1\nh 0 1 2\nh 0 2 3\n", None).is_err());
    assert!(parse("h 0 0 1\nh 0 1 2\nh 0 2 3\n", Some("AB")).is_ok());
}

#[test]
fn a_gap_without_parameters_is_missing_data() {
    let text = "J 0 1 A B 0.5\nh 0 A 1.0\nh 0 B 2.0\nh 0 - 0.0\nh 1 A 0.0\nh 1 B 0.0\nh 1 - 0.0\n";
    let fitted = parse(text, None).unwrap();
    assert_eq!(fitted.gaps, GapTreatment::Missing);
    assert_eq!(fitted.fields().unwrap().ncols(), 2);
    let back = written(write_letters, &fitted);
    assert!(
        back.starts_with("J 0 1 A B 0.5\nh 0 - 0.0\nh 0 A 1.0\n"),
        "{back}"
    );
}

#[test]
fn errors_name_the_line() {
    for (wrong, words) in [
        ("J 0 1 A C", "line 13: a line with too few"),
        ("J 0 1 A C 1 1", "line 13: a line with too few or too many"),
        ("J 0 1 A C 1", "line 13: this number was given before"),
        ("h 1 U 1", "line 13: this number was given before"),
        ("J 0 0 A C 1", "line 13: a coupling of a site with itself"),
        ("J 0 2 A C 1", "site 2 has no field"),
        ("h 3 U 1", "site 2 has no field"),
        ("J 0 1 G X 1", "line 13: 'X' is no state"),
        ("J 0 1 G 3 1", "line 13: '3' is no state"),
        ("h 1 3 1", "neither letters nor numbers"),
        ("J 0 1 G G nan", "line 13: 'nan' is not a finite number"),
        ("J -1 1 G G 1", "line 13: '-1' is not a site"),
        (
            "h 999999999999 A 1",
            "line 13: '999999999999' is not a site",
        ),
        ("k 0 A 1", "line 13: a line that starts with 'k'"),
    ] {
        let error = parse(&format!("{RNA}{wrong}\n"), None).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains(words), "{wrong}: {error}");
    }
}

/// In the last number, at the end of the last line, and wherever the last site lacks fields.
#[test]
fn a_file_that_ends_too_early_is_refused() {
    for cut in 1..RNA.len() {
        let error = parse(&RNA[..cut], None).unwrap_err();
        assert_eq!(error.exit_code(), 3, "{cut}: {error}");
    }
    let error = parse(&RNA[..RNA.len() - 1], None).unwrap_err();
    let words = "line 12: the file ends within this line";
    assert!(error.to_string().contains(words), "{error}");
    let error = parse(RNA.trim_end_matches("h 1 U 2.5\n"), None).unwrap_err();
    let words = "site 1 lacks some of its fields";
    assert!(error.to_string().contains(words), "{error}");
    assert!(parse(&format!("{RNA}# no end"), None).is_ok());
}

#[test]
fn a_claim_out_of_proportion_is_refused() {
    let mut text = String::from("J 0 1 A C 1\n");
    for site in 0..20_000 {
        text.push_str(&format!("h {site} A 0\nh {site} C 0\n"));
    }
    let error = parse(&text, Some("ACDEFGHIKLMNPQRSTVWY")).unwrap_err();
    assert!(error.to_string().contains("320 GB"), "{error}");
}

#[test]
fn the_first_line_tells() {
    assert!(looks_like(b"J 0 1 A C 0.5\nJ"));
    assert!(looks_like(b"# comment\nh 0 A 0.5\n"));
    assert!(!looks_like(b"J 0 1\n"));
    assert!(!looks_like(b"hello world\n"));
    assert!(!looks_like(b""));
}
