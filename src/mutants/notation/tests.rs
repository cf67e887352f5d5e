//! How mutants may be written, and how not.

use super::*;
use proptest::prelude::*;

fn written(text: &str) -> Vec<(char, i64, char)> {
    let mutant = Mutant::parse(text).unwrap();
    let letters = |s: &Substitution| (char::from(s.wild_type), s.number, char::from(s.mutant));
    mutant.substitutions().iter().map(letters).collect()
}

#[test]
fn one_substitution_in_all_its_spellings() {
    for text in [
        "A42G",
        "a42g",
        " A42G\t",
        "p.A42G",
        "p.(A42G)",
        "p.Ala42Gly",
        "ALA42GLY",
        "[A42G]",
        "A042G",
        ",A42G;",
    ] {
        assert_eq!(written(text), [('A', 42, 'G')], "{text}");
    }
    assert_eq!(written("p.Ala42="), [('A', 42, 'A')]);
    assert_eq!(written("A42*"), [('A', 42, '*')]);
    assert_eq!(written("p.Ala42Ter"), [('A', 42, '*')]);
    assert_eq!(written("A42del"), [('A', 42, '-')]);
    assert_eq!(written("A42."), [('A', 42, '-')]);
    assert_eq!(written("A-3G"), [('A', -3, 'G')]);
    assert_eq!(written("-3G"), [('-', 3, 'G')]);
    assert_eq!(written("A99999999999999999999G"), [('A', i64::MAX, 'G')]);
}

#[test]
fn every_separator_is_read() {
    let both = [('A', 42, 'G'), ('L', 57, 'V')];
    for text in [
        "A42G:L57V",
        "A42G,L57V",
        "A42G;L57V",
        "A42G/L57V",
        "A42G+L57V",
        "A42G L57V",
        "A42G, L57V",
        "p.[Ala42Gly;Leu57Val]",
        "p.A42G:p.L57V",
    ] {
        assert_eq!(written(text), both, "{text}");
    }
}

#[test]
fn a_chain_holds_until_another_is_named() {
    let written = |text: &str| -> Vec<String> {
        let mutant = Mutant::parse(text).unwrap();
        mutant
            .substitutions()
            .iter()
            .map(Substitution::to_string)
            .collect()
    };
    assert_eq!(written("A:G12D"), ["A:G12D"]);
    assert_eq!(written("b:g12d"), ["B:G12D"]);
    for text in [
        "A:G12D:B:L5V",
        "A:G12D,B:L5V",
        "A:G12D B:L5V",
        "a:p.Gly12Asp;b:p.Leu5Val",
    ] {
        assert_eq!(written(text), ["A:G12D", "B:L5V"], "{text}");
    }
    assert_eq!(written("A:G12D:L5V/A:K6R"), ["A:G12D", "A:L5V", "A:K6R"]);
    assert_eq!(written("G12D,B:L5V"), ["G12D", "B:L5V"]);
    let mut mutant = Mutant::parse("G12D,B:L5V").unwrap();
    mutant.put_in(Chain::new(b'H').unwrap());
    assert_eq!(mutant.substitutions()[0].to_string(), "H:G12D");
    assert_eq!(mutant.substitutions()[1].to_string(), "B:L5V");
    for text in ["A:", "A:G12D:B:", "A:B:", "A:B:Y11K", "A:, B:Y11K"] {
        let problem = Mutant::parse(text).unwrap_err();
        assert!(matches!(problem, NotAMutant::ChainAlone(_)), "{text}");
    }
    for text in ["AB:G12D", "A G12D", "1:G12D", "A,G12D", "A:wt"] {
        assert!(Mutant::parse(text).is_err(), "{text}");
    }
}

#[test]
fn the_wild_type_has_words() {
    for text in [
        "wt",
        "WT",
        "_wt",
        "wild",
        "WildType",
        "wild_type",
        "p.=",
        "=",
    ] {
        assert!(Mutant::parse(text).unwrap().substitutions().is_empty());
    }
}

#[test]
fn changes_that_are_no_substitutions_are_known() {
    use OtherChange as Is;
    for (text, change, places) in [
        ("p.Ala34_Gly36del", Is::Indel, &["A34A", "G36G"][..]),
        ("p.Ala34_Met35insSer", Is::Indel, &["A34A", "M35M"]),
        ("p.Ala34_Met35ins10", Is::Indel, &["A34A", "M35M"]),
        ("p.Ala34dup", Is::Indel, &["A34A"]),
        ("A34_G36dup", Is::Indel, &["A34A", "G36G"]),
        ("p.Ala34delinsValLeu", Is::Indel, &["A34A"]),
        ("p.Ala34[12]", Is::Indel, &["A34A"]),
        ("delA34", Is::Indel, &["A34A"]),
        ("insA34", Is::Indel, &[]),
        ("p.Ala34fs", Is::Frameshift, &["A34A"]),
        ("p.(Ala34fs)", Is::Frameshift, &["A34A"]),
        ("p.Ala34GlyfsTer12", Is::Frameshift, &["A34A"]),
        ("A34Gfs*12", Is::Frameshift, &["A34A"]),
        ("p.Ala34fs*?", Is::Frameshift, &["A34A"]),
        ("p.Ter404Argext*?", Is::Extension, &[]),
        ("p.*404Rext*17", Is::Extension, &[]),
        ("p.Met1ext-5", Is::Extension, &["M1M"]),
        ("p.?", Is::Unknown, &[]),
        ("p.(?)", Is::Unknown, &[]),
        ("p.0", Is::NoProtein, &[]),
        ("p.0?", Is::NoProtein, &[]),
    ] {
        let mutant = Mutant::parse(text).unwrap();
        assert_eq!(mutant.other_change(), Some(change), "{text}");
        let named = mutant.substitutions().iter().map(Substitution::to_string);
        assert_eq!(named.collect::<Vec<_>>(), places, "{text}");
    }
    let double = Mutant::parse("A34fs:G36D").unwrap();
    assert_eq!(double.substitutions().len(), 2);
    for text in [
        "p.Ala34Valu",
        "?",
        "0",
        "p.Ala34_fs",
        "p.Ala34_Gly30del",
        "Ala34ins",
        "A34delins4x",
        "A34fsfoo",
        "fs",
        "del",
        "delA",
    ] {
        assert!(Mutant::parse(text).is_err(), "{text}");
    }
}

/// Texts and the substitutions that are read from them, as they are shown.
const LESS_USUAL: [(&str, &[&str]); 34] = [
    ("NP_000305.3:p.Ala34Val", &["A34V"]),
    ("ENSP00000282441.5:p.(Val171Leu)", &["V171L"]),
    ("YAP1:p.V171L", &["V171L"]),
    ("NP_000305.3:p.[Ala34Val;Gly36Asp]", &["A34V", "G36D"]),
    ("NP_1.3:p.Ala34Val;NP_1.3:p.Gly36Asp", &["A34V", "G36D"]),
    ("A:p.Ala34Val", &["A:A34V"]),
    ("A34V:p.G36D", &["A34V", "G36D"]),
    ("p.Ala34%3D", &["A34A"]),
    ("p.Ala34%3d", &["A34A"]),
    ("Ala34delinsVal", &["A34V"]),
    ("p.Ala34_Met35delinsValLeu", &["A34V", "M35L"]),
    ("A34_M35delinsVL", &["A34V", "M35L"]),
    ("p.Ala34_Gly36delinsValLeuAsp", &["A34V", "35L", "G36D"]),
    ("A34V_G36D", &["A34V", "G36D"]),
    ("A34V-G36D", &["A34V", "G36D"]),
    ("A34V|G36D", &["A34V", "G36D"]),
    ("A34V&G36D", &["A34V", "G36D"]),
    ("A34V and G36D", &["A34V", "G36D"]),
    ("A34V, G36D and K6R", &["A34V", "G36D", "K6R"]),
    ("p.Ala34Val_p.Gly36Asp", &["A34V", "G36D"]),
    ("A-3G-L5V", &["A-3G", "L5V"]),
    ("A42--L5V", &["A42-", "L5V"]),
    ("A42-_L5V", &["A42-", "L5V"]),
    ("34V", &["34V"]),
    ("34Val", &["34V"]),
    ("34=", &["34="]),
    ("34V:36D", &["34V", "36D"]),
    ("VA1L", &["VA1L"]),
    ("VA1L;", &["VA1L"]),
    ("PA2A,QB1A;", &["PA2A", "QB1A"]),
    ("A:A1L", &["A:A1L"]),
    ("SK1R", &["SK1R"]),
    ("A 34 V", &["A34V"]),
    ("A 34 V, G 36 D", &["A34V", "G36D"]),
];

#[test]
fn less_usual_spellings_are_read() {
    for (text, expected) in LESS_USUAL {
        let mutant = Mutant::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let shown = mutant.substitutions().iter().map(Substitution::to_string);
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(mutant.other_change(), None, "{text}");
    }
    assert!(Mutant::parse("NP_1.2:p.=").unwrap().is_wild_type());
    let named = |text: &str| Mutant::parse(text).unwrap().has_reference();
    assert!(named("YAP1:p.V171L") && !named("A:p.Ala34Val") && !named("A34V:p.G36D"));
}

#[test]
fn what_may_mean_anything_else_is_not_guessed() {
    for text in [
        "34V-36D",
        "A42-L5V",
        "A34_G36D",
        "A34-G36D",
        "YAP1_V171L",
        "x_A34V",
        "7.",
        "7-",
        "0.7",
        "34",
        "A 34",
        "A 34 V G",
        "and",
        "A34V and",
        "A34Vand",
        "NP_000305.3:Ala34Val",
        "A34V_wt",
        "A34V-",
        "_A34V",
    ] {
        let read = Mutant::parse(text);
        let is_right = match text {
            "A34V and" => read.is_ok(),
            _ => read.is_err(),
        };
        assert!(is_right, "{text}: {read:?}");
    }
    for text in ["NA", "n/a", "NaN", "-", "None"] {
        let problem = Mutant::parse(text).unwrap_err();
        assert!(matches!(problem, NotAMutant::Missing(_)), "{text}");
    }
}

#[test]
fn letters_behind_numbers_are_read_where_a_table_explains_them() {
    let problem = Mutant::parse("D100aG").unwrap_err().to_string();
    assert!(problem.contains("`numbering`"), "{problem}");
    let mut mutant = Mutant::with_insertion_codes();
    for (text, shown) in [
        ("H:D100aG", "H:D100aG"),
        ("D100AG", "D100aG"),
        ("Asp100aGly", "D100aG"),
        ("LI45aG", "LI45aG"),
        ("D100G", "D100G"),
    ] {
        mutant.read(text.as_bytes()).unwrap();
        assert_eq!(mutant.substitutions()[0].to_string(), shown);
        assert!(mutant.is_open());
    }
}

#[test]
fn other_texts_are_refused_and_shown() {
    for text in [
        "A42", "AG", "42", "A4b2G", "ABC42G", "A42foo", "A42G:wt", "mutant", "G²42A",
    ] {
        assert!(Mutant::parse(text).is_err(), "{text}");
    }
    for text in ["", "  ", ":,", "::"] {
        assert_eq!(Mutant::parse(text), Err(NotAMutant::Empty), "{text:?}");
    }
    let problem = Mutant::parse("A42G:foo").unwrap_err().to_string();
    assert_eq!(problem, "'foo' is not a substitution such as A42G");
    let long = Mutant::parse("x".repeat(90)).unwrap_err().to_string();
    assert!(long.starts_with(&format!("'{}...'", "x".repeat(24))));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(text in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = Mutant::parse(text);
    }

    #[test]
    fn what_is_written_is_read(number in -999i64..99_999, a in "[A-Z]", b in "[A-Z*-]") {
        let text = format!("{a}{number}{b}");
        let (a, b) = (a.chars().next().unwrap(), b.chars().next().unwrap());
        prop_assert_eq!(written(&text), [(a, number, b)]);
    }
}
