//! Effects against an independent implementation in double precision, on the planted family with scores made up.

use crate::alignment::FocusOptions;
use crate::fit::FitOptions;
use crate::model::{MethodName, Model};
use crate::mutants::{EffectBasis, Effects};
use ndarray::Array2;

/// A model of the planted family, of sites alone, which is quick.
fn model() -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/planted.a2m");
    let alignment = crate::read_alignment(path, &FocusOptions::default()).unwrap();
    let options = FitOptions::with_method(MethodName::Independent);
    crate::fit(&alignment, &options, &Default::default()).unwrap()
}

fn scores(model: &Model) -> Array2<f64> {
    Array2::from_shape_fn((model.sites(), 20), |(i, a)| {
        -(((7 * i + 3 * a) % 11) as f64) / 2.0
    })
}

#[test]
fn rates_and_effects_are_those_of_another_implementation() {
    let model = model();
    let features = model.family.as_ref().unwrap().features.as_ref().unwrap();
    for (site, rate) in [
        (0, 1.926719),
        (10, 1.161233),
        (37, 1.493473),
        (75, 0.289103),
    ] {
        assert!((features.rate[site] - rate).abs() < 2e-6, "{site}");
    }
    let effects = Effects::of(&model, &scores(&model)).unwrap();
    assert_eq!(effects.basis(), EffectBasis::Alignment);
    let expected = [
        (0, 1, -0.023802),
        (0, 12, -0.182829),
        (5, 3, -0.076388),
        (17, 19, -0.534427),
        (33, 7, -0.69804),
        (40, 0, -0.364316),
        (58, 15, -0.156556),
        (75, 18, -0.910067),
    ];
    for (site, state, effect) in expected {
        let found = effects.of_single(site, state).unwrap();
        assert!((found - effect).abs() < 2e-6, "{site} {state}: {found}");
    }
}

#[test]
fn the_best_single_is_like_the_wild_type_and_the_worst_is_minus_one() {
    let mut model = model();
    let scores = scores(&model);
    for basis in [EffectBasis::Alignment, EffectBasis::Frequencies] {
        let effects = Effects::of(&model, &scores).unwrap();
        assert_eq!(effects.basis(), basis);
        let all = |a| (0..model.sites()).map(move |site| (site, a));
        let all = (0..20).flat_map(all);
        let all: Vec<f64> = all
            .map(|(site, a)| effects.of_single(site, a).unwrap())
            .collect();
        let least = all.iter().copied().fold(0.0, f64::min);
        assert!(all.iter().all(|effect| (-1.0..=0.0).contains(effect)));
        assert!((-1.0..-0.998).contains(&least), "{least}");
        model.family.as_mut().unwrap().features = None;
    }
}

/// What is known of the sequences, and of nothing else.
#[test]
fn a_family_of_other_molecules_has_none() {
    let mut model = model();
    assert!(Effects::of(&model, &scores(&model)).is_some());
    model.alphabet = crate::alphabet::Alphabet::new("ABCDEFGHIJKLMNOPQRST").unwrap();
    assert_eq!(Effects::of(&model, &scores(&model)), None);
    model.family = None;
    assert_eq!(Effects::of(&model, &scores(&model)), None);
}
