//! The scores as a whole.

use super::*;
use crate::alignment::{Alignment, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::kernels::testing::Noise;
use crate::model::{FamilyData, PottsModel};
use ndarray::Array2;

/// A model of proteins with random couplings and frequencies.
fn model(sites: usize, strength: f32, seed: u64) -> Model {
    let mut noise = Noise::new(seed);
    let alphabet = Alphabet::protein();
    let mut couplings = Couplings::zeros(sites, 20);
    for value in couplings.as_mut_slice() {
        *value = strength * noise.number();
    }
    let states = Array2::from_shape_fn((50, sites), |_| noise.below(21) as u8);
    let alignment = Alignment::from_states(alphabet.clone(), states).unwrap();
    let weights = SequenceWeights::uniform(50);
    let columns = alignment.columns().clone();
    let parameters = PottsModel::new(Array2::zeros((sites, 20)), couplings).unwrap();
    let mut model = Model::of_parameters(parameters, alphabet, GapTreatment::Missing, columns);
    model.family = Some(FamilyData {
        features: None,
        chain_neff: None,
        frequencies: Frequencies::of(&alignment, &weights),
        weights,
        kept: vec![true; 50],
        pair_frequencies: None,
        sequences: None,
    });
    model
}

#[test]
fn far_pairs_have_scores_and_probabilities_and_near_ones_none() {
    for sites in [1, 2, 6, 7, 12, 40] {
        let scores = PatternScores::of(&model(sites, 0.1, 5), None).unwrap();
        for (pair, (i, j)) in crate::model::couplings::pair_sites(sites).enumerate() {
            let far = j - i >= 6;
            assert_eq!(scores.score(pair).is_some(), far);
            assert_eq!(scores.probability(pair).is_some(), far);
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let model = model(60, 0.2, 9);
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap()
            .install(|| PatternScores::of(&model, None).unwrap())
    };
    let (one, five) = (with_threads(1), with_threads(5));
    let bits = |scores: &PatternScores| {
        scores
            .scores
            .iter()
            .map(|s| s.to_bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(bits(&one), bits(&five));
}

#[test]
fn couplings_that_say_nothing_give_the_base_rate() {
    let scores = PatternScores::of(&model(30, 0.0, 1), None).unwrap();
    let weights = Weights::shipped().unwrap();
    let base = calibration::base_rate(&weights, 30);
    let known: Vec<f64> = (0..pairs(30))
        .filter_map(|pair| scores.probability(pair))
        .collect();
    assert_eq!(known.len(), 24 * 25 / 2);
    assert!(known.iter().all(|&probability| probability == base));
}

#[test]
fn too_little_memory_is_refused_before_it_is_taken() {
    let refused = PatternScores::of(&model(30, 0.1, 1), Some(1000)).unwrap_err();
    assert!(matches!(refused, Error::Memory { .. }), "{refused}");
}

#[test]
fn models_without_a_family_or_of_other_letters_have_none() {
    let mut without = model(10, 0.1, 1);
    without.family = None;
    assert_eq!(absence(&without), Some(Absence::Family));
    assert!(PatternScores::of(&without, None).is_err());
    let columns = ColumnMap::unnumbered(3);
    let rna = Model::of_parameters(
        PottsModel::new(Array2::zeros((3, 4)), Couplings::zeros(3, 4)).unwrap(),
        Alphabet::rna(),
        GapTreatment::Missing,
        columns,
    );
    assert_eq!(absence(&rna), Some(Absence::Alphabet));
}
