//! Fits to planted assays.

use super::*;
use crate::alphabet::GapTreatment;
use crate::choices::Choices;
use crate::mutants::testing::{columns, model};

const TARGET: &str = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRV";

fn planted_model() -> Model {
    model(columns(1, TARGET), GapTreatment::State, true, 7)
}

/// All singles.
fn all_of(model: &Model) -> Allowed {
    let choices = Choices {
        only_seen: Some(0.0),
        ..Choices::default()
    };
    choices.of(model).unwrap()
}

/// Numbers that look normal: the sum of twelve even ones.
fn noise(seed: u64) -> f64 {
    let even = (0..12).map(|k| mixed(12 * seed + k) as f64 / u64::MAX as f64);
    even.sum::<f64>() - 6.0
}

/// An assay of all singles: the score of the model, which has a part in it, and what positions and hydropathy have of their own.
fn planted(scorer: &MutantScorer<'_>, share_of_score: f64) -> Measurements {
    let properties = letters::Properties::new();
    let mut assay = Measurements::default();
    for change in (0..TARGET.len()).flat_map(|site| scorer.changes_of(site)) {
        let own = noise(1000 + change.site as u64);
        let hydropathy = properties.of(scorer.letters()[usize::from(change.state)])[0];
        let here = noise(2000 + change.site as u64) * hydropathy;
        let place = (20 * change.site) as u64 + u64::from(change.state);
        let score = scorer.score(&[change]).potts;
        let value = share_of_score * score + own + 0.7 * here + 0.5 * noise(3000 + place);
        assay.variants.push(vec![change]);
        assay.values.push(10.0 + 2.0 * value);
    }
    assay
}

fn some(assay: &Measurements, which: impl Fn(usize) -> bool) -> Measurements {
    let kept: Vec<usize> = (0..assay.values.len()).filter(|&k| which(k)).collect();
    Measurements {
        variants: kept.iter().map(|&k| assay.variants[k].clone()).collect(),
        values: kept.iter().map(|&k| assay.values[k]).collect(),
        ..Measurements::default()
    }
}

#[test]
fn values_that_were_left_out_are_told_better_than_by_the_score_and_lie_within_their_intervals() {
    let model = planted_model();
    let scorer = MutantScorer::new(&model).unwrap();
    let all = planted(&scorer, 0.3);
    let is_seen = |k: usize| mixed(k as u64).is_multiple_of(4);
    let seen = some(&all, is_seen);
    let found = calibrate(&model, &scorer, &seen, (0, &all_of(&model)), None).unwrap();
    let left_out = some(&all, |k| !is_seen(k));
    let predictions: Vec<Prediction> = left_out
        .variants
        .iter()
        .map(|changes| found.calibration.predict_changes(&scorer, changes))
        .collect();
    let scores = left_out.variants.iter().map(|v| scorer.score(v).potts);
    let raw = spearman(&scores.collect::<Vec<_>>(), &left_out.values).unwrap();
    let values: Vec<f64> = predictions.iter().map(|p| p.value).collect();
    let calibrated = spearman(&values, &left_out.values).unwrap();
    assert!(calibrated > raw + 0.2, "{calibrated} {raw}");
    let is_within = |(p, value): &(&Prediction, &f64)| (p.low..=p.high).contains(value);
    let within = predictions.iter().zip(&left_out.values).filter(is_within);
    let covered = within.count() as f64 / predictions.len() as f64;
    assert!((covered - COVERED).abs() < 0.06, "{covered}");
    let report = &found.report;
    assert_eq!(report.used, seen.values.len());
    let random = report.random.calibrated.unwrap();
    assert!((random - calibrated).abs() < 0.1, "{random} {calibrated}");
    let by_position = report.by_position.as_ref().unwrap();
    assert!(by_position.calibrated.unwrap() < random);
    let shares: f64 = report.strengths.iter().map(|(_, share)| share).sum();
    assert!((shares - 1.0).abs() < 1e-12);
}

#[test]
fn where_the_line_is_all_there_is_nothing_is_added_to_it() {
    let model = planted_model();
    let scorer = MutantScorer::new(&model).unwrap();
    let mut all = planted(&scorer, 0.0);
    for (k, (value, changes)) in all.values.iter_mut().zip(&all.variants).enumerate() {
        *value = scorer.score(changes).potts + 2.5 * noise(k as u64);
    }
    let seen = some(&all, |k| mixed(k as u64).is_multiple_of(16));
    let found = calibrate(&model, &scorer, &seen, (0, &all_of(&model)), None).unwrap();
    let left_out = some(&all, |k| !mixed(k as u64).is_multiple_of(16));
    let predict = |changes: &Vec<Change>| found.calibration.predict_changes(&scorer, changes).value;
    let predicted: Vec<f64> = left_out.variants.iter().map(predict).collect();
    let scores = left_out.variants.iter().map(|v| scorer.score(v).potts);
    let raw = spearman(&scores.collect::<Vec<_>>(), &left_out.values).unwrap();
    let calibrated = spearman(&predicted, &left_out.values).unwrap();
    assert!(calibrated > raw - 0.03, "{calibrated} {raw}");
}

#[test]
fn low_values_may_be_the_good_ones() {
    let model = planted_model();
    let scorer = MutantScorer::new(&model).unwrap();
    let mut all = planted(&scorer, 2.0);
    all.values.iter_mut().for_each(|value| *value = -*value);
    let found = calibrate(&model, &scorer, &all, (5, &all_of(&model)), None).unwrap();
    assert!(found.report.low_is_good && found.calibration.slope < 0.0);
    assert!(found.suggestions.is_empty(), "all singles were measured");
}

#[test]
fn suggestions_are_new_and_not_all_at_one_position() {
    let model = planted_model();
    let scorer = MutantScorer::new(&model).unwrap();
    let all = planted(&scorer, 1.0);
    let seen = some(&all, |k| mixed(k as u64).is_multiple_of(8));
    let found = calibrate(&model, &scorer, &seen, (24, &all_of(&model)), None).unwrap();
    assert_eq!(found.suggestions.len(), 24);
    let mut at_site = vec![0; TARGET.len()];
    for suggestion in &found.suggestions {
        at_site[suggestion.change.site] += 1;
        assert!(!seen.variants.contains(&vec![suggestion.change]));
    }
    assert!(at_site.iter().all(|&count| count <= 3));
    let value = |k: usize| found.suggestions[k].prediction.value;
    let mean = (0..24).map(value).sum::<f64>() / 24.0;
    let predict = |changes: &Vec<Change>| found.calibration.predict_changes(&scorer, changes).value;
    let (of_all, _) = moments(&all.variants.iter().map(predict).collect::<Vec<_>>());
    assert!(mean > of_all, "{mean} {of_all}");
}

#[test]
fn columns_of_users_have_a_part() {
    let model = planted_model();
    let scorer = MutantScorer::new(&model).unwrap();
    let mut assay = planted(&scorer, 0.3);
    assay.columns = vec!["other".into()];
    let hint = |(k, value): (usize, &f64)| vec![value + noise(9000 + k as u64)];
    assay.extras = assay.values.iter().enumerate().map(hint).collect();
    let found = calibrate(&model, &scorer, &assay, (0, &all_of(&model)), None).unwrap();
    let [column] = &found.calibration.columns[..] else {
        panic!("{:?}", found.calibration.columns)
    };
    assert!(column.name == "other" && column.slope > 0.3, "{column:?}");
    assert!(found.report.random.calibrated > Some(0.9));
}

#[test]
fn several_substitutions_add_up_and_few_mutants_are_refused() {
    let model = planted_model();
    let scorer = MutantScorer::new(&model).unwrap();
    let all = planted(&scorer, 1.0);
    let found = calibrate(&model, &scorer, &all, (0, &all_of(&model)), None)
        .unwrap()
        .calibration;
    let (one, other) = (all.variants[3][0], all.variants[200][0]);
    let of = |changes: &[Change]| found.predict(changes, &Score::default(), &[]).value;
    let sum = of(&[one]) + of(&[other]) - of(&[]);
    assert!((of(&[one, other]) - sum).abs() < 1e-9);
    let few = some(&all, |k| k < FEWEST - 1);
    let error = calibrate(&model, &scorer, &few, (0, &all_of(&model)), None).unwrap_err();
    assert!(
        error.to_string().contains("11 different mutants"),
        "{error}"
    );
    let mut alike = some(&all, |k| k < 40);
    alike.values.fill(3.0);
    assert!(calibrate(&model, &scorer, &alike, (0, &all_of(&model)), None).is_err());
    let bytes = calibrate(&model, &scorer, &all, (0, &all_of(&model)), Some(1000)).unwrap_err();
    assert!(matches!(bytes, Error::Memory { .. }), "{bytes}");
}

/// Whatever the number of threads, every bit of the fit is the same.
#[test]
fn threads_change_nothing() {
    let model = planted_model();
    let scorer = MutantScorer::new(&model).unwrap();
    let assay = some(&planted(&scorer, 0.5), |k| k % 5 == 0);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let found = pool
            .unwrap()
            .install(|| calibrate(&model, &scorer, &assay, (8, &all_of(&model)), None));
        let found = found.unwrap();
        (found.calibration, found.suggestions)
    };
    assert_eq!(on(1), on(3));
}
