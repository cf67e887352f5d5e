//! What may change, by each wish and by several.

use super::*;
use crate::alignment::Frequencies;
use crate::alphabet::GapTreatment;
use crate::model::FamilyData;
use crate::mutants::testing::{columns, complex, model};
use crate::position::read_ranges;
use ndarray::Array2;

/// A model of ACDE from 11 on, where sequences have A and C at every position, and a gap in `gap` of them.
fn seen_model(gap: [f64; 4]) -> Model {
    let mut model = model(columns(11, "ACDE"), GapTreatment::Missing, true, 3);
    let mut shares = Array2::zeros((4, 21));
    for (site, gap) in gap.into_iter().enumerate() {
        shares[[site, 0]] = 0.9 - gap;
        shares[[site, 1]] = 0.1;
        shares[[site, 20]] = gap;
    }
    model.family = Some(FamilyData {
        weights: crate::alignment::SequenceWeights::uniform(1),
        kept: vec![true],
        frequencies: Frequencies::new(5.0, shares).unwrap(),
        pair_frequencies: None,
        chain_neff: None,
        sequences: None,
        features: None,
    });
    model
}

fn positions(text: &str) -> Option<Positions> {
    Some(text.parse().unwrap())
}

fn listed(range: &str, letters: &str) -> Listed {
    Listed {
        range: read_ranges(range).unwrap()[0],
        letters: letters.into(),
        place: Place::file("list.txt").line(3),
    }
}

fn letters(choices: &Choices, model: &Model) -> Vec<String> {
    let allowed = choices.of(model).unwrap();
    let of_site = |site| {
        let letters = allowed.states(site).iter();
        letters
            .map(|&s| char::from(model.alphabet.letter(s)))
            .collect()
    };
    (0..allowed.sites()).map(of_site).collect()
}

#[test]
fn residues_that_sequences_have_are_allowed() {
    let model = seen_model([0.0, 0.0, 0.6, 0.0]);
    let mut choices = Choices {
        min_coverage: Some(0.0),
        ..Choices::default()
    };
    assert_eq!(letters(&choices, &model), ["C", "A", "AC", "AC"]);
    choices.min_coverage = None;
    assert_eq!(letters(&choices, &model), ["C", "A", "", "AC"]);
    choices.min_coverage = Some(0.5);
    assert_eq!(letters(&choices, &model), ["C", "A", "", "AC"]);
    assert_eq!(choices.of(&model).unwrap().count(Reason::Coverage), 1);
    choices.only_seen = Some(0.2);
    assert_eq!(letters(&choices, &model), ["", "A", "", "A"]);
    choices.only_seen = Some(0.0);
    assert_eq!(letters(&choices, &model)[0].len(), 19);
}

#[test]
fn positions_are_kept_and_named() {
    let model = seen_model([0.0; 4]);
    let mut choices = Choices {
        mutate: positions("11-13"),
        keep: positions("12"),
        ..Choices::default()
    };
    assert_eq!(letters(&choices, &model), ["C", "", "AC", ""]);
    assert_eq!(choices.of(&model).unwrap().free(), 2);
    choices.keep = positions("99");
    assert!(matches!(choices.of(&model), Err(Error::Usage(text)) if text.contains("99")));
}

#[test]
fn a_list_is_asked_no_further_and_keeps_the_rest() {
    let model = seen_model([0.9, 0.0, 0.0, 0.0]);
    let choices = Choices {
        allow: Some(vec![listed("11-12", "wcw"), listed("14", "E")]),
        min_coverage: Some(0.5),
        ..Choices::default()
    };
    assert_eq!(letters(&choices, &model), ["CW", "W", "", ""]);
    let kept = Choices {
        keep: positions("11"),
        ..choices
    };
    assert_eq!(letters(&kept, &model), ["", "W", "", ""]);
}

#[test]
fn rows_that_fit_no_model_are_named_by_their_line() {
    let model = seen_model([0.0; 4]);
    let refused = |rows: Vec<Listed>| {
        let choices = Choices {
            allow: Some(rows),
            ..Choices::default()
        };
        choices.of(&model).unwrap_err().to_string()
    };
    for (rows, words) in [
        (vec![listed("99", "A")], "no site at 99"),
        (vec![listed("B:11", "A")], "no site at B:11"),
        (vec![listed("11", "AX")], "'X'"),
        (vec![listed("11", "A-")], "'-'"),
        (vec![listed("11", "A"), listed("11-12", "C")], "two rows"),
    ] {
        let message = refused(rows);
        assert!(
            message.contains(words) && message.contains("list.txt, line 3"),
            "{message}"
        );
    }
}

#[test]
fn a_model_without_frequencies_allows_all_unless_it_is_asked() {
    let model = model(
        complex(&[(b'A', 1, "AC"), (b'B', 1, "DE")]),
        GapTreatment::State,
        true,
        3,
    );
    let mut choices = Choices {
        mutate: positions("B:1"),
        ..Choices::default()
    };
    let allowed = choices.of(&model).unwrap();
    assert_eq!(allowed.states(2).len(), 19);
    assert_eq!(allowed.changes().count(), 19);
    let change = |site, state| Change { site, state };
    assert!(allowed.allow(&[change(2, 0)]) && !allowed.allow(&[change(0, 1)]));
    assert!(!allowed.allow(&[change(2, 0), change(2, 1)]));
    choices.only_seen = Some(0.01);
    assert!(choices.of(&model).is_err());
}
