//! The scorer against energies, and every status.

use super::*;
use crate::alignment::Column;
use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment};
use crate::model::dense::DenseEnergy;
use crate::model::{EnergyModel, IndependentModel, Parameters};
use crate::mutants::testing::{columns, complex, model};
use crate::mutants::{Number, Numbering, Status};
use proptest::prelude::*;

const TARGET: &str = "ACDcEF-GW";

/// Runs a check with a scorer of [`TARGET`], numbered from 11: A11 C12 D13 c14 E15 F16, a hole at 17, G18 W19.
fn with_scorer(check: impl Fn(&MutantScorer)) {
    let model = model(columns(11, TARGET), GapTreatment::Missing, true, 7);
    check(&MutantScorer::new(&model).unwrap());
}

fn status(scorer: &MutantScorer, text: &str) -> Status {
    scorer.evaluate(&Mutant::parse(text).unwrap(), 0).status()
}

#[test]
fn every_status_has_its_cause() {
    with_scorer(|scorer| {
        for (text, expected) in [
            ("A11G", Status::Scored),
            ("A11A:C12D", Status::Scored),
            ("a11g w19y", Status::Scored),
            ("A11A", Status::Synonymous),
            ("A11A:C12C", Status::Synonymous),
            ("C14C", Status::Synonymous),
            ("wt", Status::WildType),
            ("A11G:A11C", Status::DuplicatePosition),
            ("A11A:A11C", Status::DuplicatePosition),
            ("A11*", Status::Stop),
            ("p.Ala11Ter", Status::Stop),
            ("_sy", Status::Synonymous),
            ("p.Ala11=", Status::Synonymous),
            ("D11*", Status::WtMismatch),
            ("A10*", Status::OutOfRange),
            ("A11?", Status::UnknownResidue),
            ("M1?", Status::NoSubstitution),
            ("A11X", Status::UnknownResidue),
            ("X11A", Status::UnknownResidue),
            ("B:A11G", Status::UnknownChain),
            ("C11G", Status::WtMismatch),
            ("D14G", Status::WtMismatch),
            ("-11G", Status::WtMismatch),
            ("A10G", Status::OutOfRange),
            ("A0G", Status::OutOfRange),
            ("A-4G", Status::OutOfRange),
            ("A20A", Status::OutOfRange),
            ("A99999999999999999999G", Status::OutOfRange),
            ("C14G", Status::PositionNotModelled),
            ("A17G", Status::PositionNotModelled),
            ("A11-", Status::Indel),
            ("C14-", Status::Indel),
            ("p.Ala11_Cys12del", Status::Indel),
            ("p.Ala11_Asp12del", Status::WtMismatch),
            ("p.Ala11fs", Status::NoSubstitution),
            ("p.Asp11fs", Status::WtMismatch),
            ("p.?", Status::NoSubstitution),
            ("A11del:C12G", Status::Indel),
            ("A11G:C12del:D13*", Status::Stop),
        ] {
            assert_eq!(status(scorer, text), expected, "{text}");
        }
    });
}

#[test]
fn of_several_problems_the_one_that_tells_most_counts() {
    with_scorer(|scorer| {
        assert_eq!(status(scorer, "C14G:D11G:A99G"), Status::WtMismatch);
        assert_eq!(status(scorer, "D11G:A99X"), Status::UnknownResidue);
        assert_eq!(status(scorer, "D11G:D11X"), Status::DuplicatePosition);
        assert_eq!(status(scorer, "C12G:C14G"), Status::PositionNotModelled);
    });
}

#[test]
fn an_offset_is_applied() {
    with_scorer(|scorer| {
        let mutant = Mutant::parse("A1G:C2W").unwrap();
        assert_eq!(scorer.evaluate(&mutant, 10).status(), Status::Scored);
        let note = scorer.evaluate(&mutant, 0).to_string();
        assert_eq!(note, "1 is outside the target's 11 to 19");
        let unplaced = scorer.evaluate(&Mutant::parse("M11G").unwrap(), 0);
        assert_eq!(unplaced.to_string(), "the target has A at 11 and not M");
        assert_eq!(
            scorer.evaluate(&mutant, i64::MAX).status(),
            Status::OutOfRange
        );
    });
}

/// Mutants of a complex of the chains H and L, and what becomes of them.
const IN_A_COMPLEX: [(&str, Status, &str); 13] = [
    ("H:A5G", Status::Scored, ""),
    ("H:A5G:L:A5G", Status::Scored, ""),
    ("H:A5G:L:A5A", Status::Scored, ""),
    ("L:Y8A,H:E8A", Status::Scored, ""),
    ("wt", Status::WildType, ""),
    (
        "H:A5G:A5C",
        Status::DuplicatePosition,
        "position H:5 occurs twice: alternatives go into rows of their own",
    ),
    (
        "A5G",
        Status::UnknownChain,
        "in which chain? write H:A5G, or name it with `chain` (there are H, L)",
    ),
    (
        "A:A5G",
        Status::UnknownChain,
        "the model has no chain A, only H, L",
    ),
    (
        "H:C5G",
        Status::WtMismatch,
        "the target has A at H:5 and not C",
    ),
    (
        "L:W9G",
        Status::OutOfRange,
        "L:9 is outside the target's L:5 to L:8",
    ),
    (
        "L:W9G:H:A5G",
        Status::OutOfRange,
        "L:9 is outside the target's L:5 to L:8",
    ),
    (
        "L:G7A",
        Status::PositionNotModelled,
        "position L:7 is not a site of the model",
    ),
    (
        "L:A5-",
        Status::Indel,
        "valid, but no substitution: L:5 is deleted",
    ),
];

#[test]
fn a_complex_wants_every_chain_named() {
    let map = complex(&[(b'H', 5, "ACDE"), (b'L', 5, "AWgY")]);
    let model = model(map, GapTreatment::Missing, true, 7);
    let scorer = MutantScorer::new(&model).unwrap();
    for (text, expected, note) in IN_A_COMPLEX {
        let outcome = scorer.evaluate(&Mutant::parse(text).unwrap(), 0);
        assert_eq!(
            (outcome.status(), outcome.to_string().as_str()),
            (expected, note),
            "{text}"
        );
    }
    let shifted = Mutant::parse("H:A1G:L:W1Y").unwrap();
    let offsets: Offsets = "4,5".parse().unwrap();
    assert_eq!(scorer.evaluate(&shifted, offsets).status(), Status::Scored);
    let double = scorer.evaluate(&Mutant::parse("H:A5G:L:A5C").unwrap(), 0);
    let sites = [Change { site: 0, state: 5 }, Change { site: 4, state: 1 }];
    assert_eq!(double, Outcome::Scored(scorer.score(&sites)));
}

#[test]
fn mutants_that_are_not_written_in_full_are_decided_by_the_target() {
    with_scorer(|scorer| {
        let outcome = |text: &str| scorer.evaluate(&Mutant::parse(text).unwrap(), 0);
        for (text, same, note) in [
            ("11G", "A11G", "read as A11G: the wild type is the target's"),
            (
                "11G:C12D",
                "A11G:C12D",
                "read as A11G:C12D: the wild type is the target's",
            ),
            ("SA11G", "A11G", "read as A11G"),
            (
                "p.Ala11_Asp13delinsGlyLeuVal",
                "A11G:C12L:D13V",
                "read as A11G:C12L:D13V: the wild type is the target's",
            ),
            ("A:p.Ala11Gly", "A11G", ""),
        ] {
            assert_eq!(outcome(text).score(), outcome(same).score(), "{text}");
            assert_eq!(
                (outcome(text).status(), outcome(text).to_string().as_str()),
                (Status::Scored, note)
            );
        }
        assert_eq!(outcome("11=").status(), Status::Synonymous);
        assert_eq!(outcome("11*").status(), Status::Stop);
        assert_eq!(outcome("20A").status(), Status::OutOfRange);
        for (text, note) in [
            (
                "VA11L",
                "'VA11L' is not a substitution such as A42G: A is no chain of the model; without a chain it is V11L",
            ),
            ("SK11R", "'SK11R' may be K:S11R or K11R: write it so"),
        ] {
            assert_eq!(outcome(text).status(), Status::Unparsable, "{text}");
            assert_eq!(outcome(text).to_string(), note);
        }
    });
}

#[test]
fn a_chain_may_stand_inside_a_substitution() {
    let map = complex(&[(b'A', 5, "ACSE"), (b'K', 5, "SWgY")]);
    let model = model(map, GapTreatment::Missing, true, 7);
    let scorer = MutantScorer::new(&model).unwrap();
    let outcome = |text: &str| scorer.evaluate(&Mutant::parse(text).unwrap(), 0);
    for (text, same) in [
        ("AA5G", "A:A5G"),
        ("AA5G,SK5R;", "A:A5G,K:S5R"),
        ("SK5R", "K:S5R"),
        ("A:SA7R", "A:S7R"),
        ("A:SC6R", "A:C6R"),
        ("A:p.Ala5Gly", "A:A5G"),
    ] {
        assert_eq!(outcome(text).score(), outcome(same).score(), "{text}");
        assert_eq!(
            outcome(text).status(),
            Status::Scored,
            "{text}: {}",
            outcome(text)
        );
    }
    assert_eq!(outcome("CA5G").status(), Status::WtMismatch);
    assert_eq!(outcome("AB5G").status(), Status::Unparsable);
    assert_eq!(outcome("5G").status(), Status::UnknownChain);
}

#[test]
fn numbers_of_a_table_are_put_in_their_places() {
    let numbers = |rows: &[(&str, &str)]| {
        let mut numbering = Numbering::default();
        for (number, position) in rows {
            let [number, position] =
                [number, position].map(|text| Number::parse(text.as_bytes()).unwrap());
            assert!(numbering.add(number, position));
        }
        numbering
    };
    let numbering = numbers(&[("100", "11"), ("100a", "12"), ("H:100b", "13"), ("7", "15")]);
    with_scorer(|scorer| {
        let settled = |text: &str| {
            let mut mutant = Mutant::with_insertion_codes();
            mutant.read(text.as_bytes()).unwrap();
            let offsets = Offsets::default();
            match scorer.settle(&mut mutant, &offsets, Some(&numbering)) {
                Ok(()) => scorer.evaluate(&mutant, 0),
                Err(problem) => problem,
            }
        };
        let plain = |text: &str| scorer.evaluate(&Mutant::parse(text).unwrap(), 0);
        assert_eq!(settled("A100G"), plain("A11G"));
        assert_eq!(settled("A100G:C100aD"), plain("A11G:C12D"));
        assert_eq!(settled("H:D100bV"), plain("D13V"));
        assert_eq!(settled("C100G").status(), Status::WtMismatch);
        assert_eq!(settled("7G").status(), Status::Scored);
        let absent = settled("A11G");
        assert_eq!(absent.status(), Status::OutOfRange);
        assert_eq!(
            absent.to_string(),
            "the number of A11G is not in the table of numbers"
        );
    });
}

#[test]
fn many_substitutions_are_checked_for_repeats() {
    with_scorer(|scorer| {
        let text: Vec<String> = (1..40).chain([3]).map(|n| format!("A{n}G")).collect();
        assert_eq!(status(scorer, &text.join(":")), Status::DuplicatePosition);
    });
}

#[test]
fn a_target_without_letters_or_of_another_shape_is_refused() {
    let new = |columns: ColumnMap| {
        let mut model = model(ColumnMap::unnumbered(3), GapTreatment::Missing, false, 1);
        model.columns = columns;
        MutantScorer::new(&model).map(|_| ())
    };
    let unnamed = new(ColumnMap::unnumbered(3)).unwrap_err().to_string();
    assert!(unnamed.contains("`no_focus` `target=NAME`"), "{unnamed}");
    assert!(new(columns(1, "ACDE")).is_err());
    assert!(new(columns(1, "ACD")).is_ok());
}

/// Distinct sites and any residue there, the target's own among them.
fn changes(sites: usize) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::btree_map(0..sites, 0u8..20, 0..=sites).prop_map(|map| {
        map.into_iter()
            .map(|(site, state)| Change { site, state })
            .collect()
    })
}

fn gaps(is_state: bool) -> GapTreatment {
    match is_state {
        true => GapTreatment::State,
        false => GapTreatment::Missing,
    }
}

/// A kind of model that says nothing of itself but its energy is scored like any other.
#[test]
fn a_model_that_knows_its_energies_alone_is_scored() {
    let column = |(k, letter): (u64, u8)| Column {
        alignment_column: k + 1,
        chain: None,
        position: crate::position::Position::new(k + 1).unwrap(),
        letter,
        modelled: true,
    };
    let columns = ColumnMap::new((0..).zip(*b"ACDA").map(column).collect()).unwrap();
    let dense = DenseEnergy::random(4, 3, 11);
    let alphabet = Alphabet::new("ACD").unwrap();
    let parameters = Parameters::Dense(dense.clone());
    let model = Model::of_parameters(parameters, alphabet, GapTreatment::Missing, columns);
    let scorer = MutantScorer::new(&model).unwrap();
    let score = |text: &str| {
        let outcome = scorer.evaluate(&Mutant::parse(text).unwrap(), 0);
        outcome.score().unwrap()
    };
    let energy = |sequence: [u8; 4]| dense.energy(&sequence);
    let wild_type = energy([0, 1, 2, 0]);
    assert!((score("A1C").potts - (wild_type - energy([1, 1, 2, 0]))).abs() < 1e-12);
    assert_eq!(score("A1C").epistasis, 0.0);
    let triple = score("A1D:C2A:A4C");
    assert!((triple.potts - (wild_type - energy([2, 0, 2, 1]))).abs() < 1e-12);
    let singles = ["A1D", "C2A", "A4C"].map(|text| score(text).potts);
    assert!((triple.additive - singles.iter().sum::<f64>()).abs() < 1e-12);
    assert!((triple.potts - triple.additive - triple.epistasis).abs() < 1e-12);
    assert_eq!(triple.independent, None);
}

proptest! {
    #[test]
    fn scores_are_differences_of_energies(
        seed in any::<u64>(),
        coupled in any::<bool>(),
        gap_is_state in any::<bool>(),
        target in "[ACDEFGHIKLMNPQRSTVWY]{6}",
        changes in changes(6),
    ) {
        let model = model(columns(1, &target), gaps(gap_is_state), coupled, seed);
        let baseline = IndependentModel::new(model.independent_fields.clone().unwrap()).unwrap();
        let scorer = MutantScorer::new(&model).unwrap();
        let wild_type = scorer.placement.target();
        let difference = |model: &dyn EnergyModel, changes: &[Change]| {
            let mut sequence = wild_type.to_vec();
            changes.iter().for_each(|c| sequence[c.site] = c.state);
            model.energy(wild_type) - model.energy(&sequence)
        };
        let model = model.energy_model().unwrap();
        let score = scorer.score(&changes);
        let singles: f64 = changes.iter().map(|&c| difference(model, &[c])).sum();
        prop_assert!((score.potts - difference(model, &changes)).abs() < 1e-9);
        prop_assert!((score.independent.unwrap() - difference(&baseline, &changes)).abs() < 1e-9);
        prop_assert!((score.additive - singles).abs() < 1e-9);
        prop_assert!((score.epistasis - (score.potts - score.additive)).abs() < 1e-9);
        prop_assert!(changes.len() > 1 || score.epistasis == 0.0);
    }

    #[test]
    fn what_is_written_scores_as_its_changes(seed in any::<u64>(), target in "[ACDEFGHIKLMNPQRSTVWY]{5}") {
        let model = model(columns(4, &target), GapTreatment::Missing, true, seed);
        let scorer = MutantScorer::new(&model).unwrap();
        for site in 0..5 {
            prop_assert_eq!(scorer.changes_of(site).count(), 19);
            for change in scorer.changes_of(site) {
                let (a, b) = (target.as_bytes()[site], model.alphabet.letter(change.state));
                let text = format!("{}{}{}", char::from(a), site + 4, char::from(b));
                let outcome = scorer.evaluate(&Mutant::parse(text).unwrap(), 0);
                prop_assert_eq!(outcome, Outcome::Scored(scorer.score(&[change])));
            }
        }
    }

    #[test]
    fn a_gap_of_the_target_counts_in_the_energies_of_the_others(seed in any::<u64>(), gap_is_state in any::<bool>()) {
        let mut listed = columns(1, "ACDE").columns().to_vec();
        listed[1].letter = GAP_LETTER;
        let map = ColumnMap::new(listed).unwrap();
        let model = model(map, gaps(gap_is_state), true, seed);
        let scorer = MutantScorer::new(&model).unwrap();
        let change = Change { site: 2, state: 9 };
        let energies = model.energy_model().unwrap();
        let difference = energies.energy(&[0, 20, 2, 3]) - energies.energy(&[0, 20, 9, 3]);
        prop_assert!((scorer.score(&[change]).potts - difference).abs() < 1e-9);
        prop_assert_eq!(scorer.changes_of(1).count(), 0);
        prop_assert_eq!(status(&scorer, "C2G"), Status::PositionNotModelled);
    }
}
