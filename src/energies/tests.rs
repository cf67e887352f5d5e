//! Energies over parts of the sites, places of sequences, and log probabilities.

use super::terms::Terms;
use super::*;
use crate::alignment::{Alignment, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::model::partition::Estimator;
use crate::model::{Couplings, FamilyData, IndependentModel, Model, Partition, PottsModel};
use crate::mutants::testing::columns;
use ndarray::Array2;
use proptest::prelude::*;
use std::sync::Arc;

const SITES: usize = 6;

/// A model of six sites with sequences of its family, some with gaps.
fn model(gaps: GapTreatment, rows: &[&str]) -> Model {
    let alphabet = Alphabet::new("ACDE").unwrap();
    let states = alphabet.states(gaps);
    let number = |k: usize| ((k * 2654435761) >> 7) % 1000;
    let fields = Array2::from_shape_fn((SITES, states), |(i, a)| {
        number(i * 7 + a * 3) as f32 * 2e-3 - 1.0
    });
    let mut couplings = Couplings::zeros(SITES, states);
    for (k, value) in couplings.as_mut_slice().iter_mut().enumerate() {
        *value = number(k + 99) as f32 * 1e-3 - 0.5;
    }
    let potts = PottsModel::new(fields.clone(), couplings).unwrap();
    let map = columns(5, "ACDEAC");
    let mut model = Model::of_parameters(potts, alphabet.clone(), gaps, map);
    model.independent_fields = Some(fields * 0.5);
    let state = |byte: u8| match byte {
        b'-' => alphabet.gap_state(),
        _ => alphabet.letters().iter().position(|l| *l == byte).unwrap() as u8,
    };
    let letters = rows.iter().flat_map(|row| row.bytes().map(state)).collect();
    let states = Array2::from_shape_vec((rows.len(), SITES), letters).unwrap();
    let alignment = Alignment::from_states(alphabet, states).unwrap();
    let weights = SequenceWeights::uniform(rows.len());
    model.family = Some(FamilyData {
        kept: vec![true; rows.len()],
        frequencies: crate::alignment::Frequencies::of(&alignment, &weights),
        weights,
        pair_frequencies: None,
        chain_neff: None,
        sequences: Some(alignment.shared_states()),
        features: None,
    });
    model
}

const ROWS: [&str; 6] = ["ACDEAC", "ACDEAE", "AC-EAC", "ACDDA-", "CCDEAC", "--DEAC"];

fn sequence(letters: &str) -> Sequence {
    Sequence::new("file", "name".into(), letters.into(), 7)
}

fn row_with(model: &Model, letters: &str, options: EnergyOptions) -> EnergyRow {
    let energies = Energies::new(model, options).unwrap();
    energies.rows(&[sequence(letters)]).unwrap().remove(0)
}

fn row(model: &Model, letters: &str) -> EnergyRow {
    row_with(model, letters, EnergyOptions::default())
}

proptest! {
    /// What is left of an energy is that of the sequence without these sites.
    #[test]
    fn sites_can_be_left_out(
        states in prop::collection::vec(0u8..6, SITES),
        out in prop::collection::vec(any::<bool>(), SITES),
        is_state in any::<bool>(),
    ) {
        let gaps = if is_state { GapTreatment::State } else { GapTreatment::Missing };
        let model = model(gaps, &ROWS);
        let terms = Terms::of(&model).unwrap();
        let sited = terms.sited(states.clone());
        let gone: Vec<usize> = (0..SITES).filter(|&i| out[i]).collect();
        let mut rest = states;
        gone.iter().for_each(|&i| rest[i] = u8::MAX);
        let (energy, independent) = terms.without(&sited, &gone);
        prop_assert!((energy - terms.model().energy(&rest)).abs() < 1e-9);
        prop_assert!((independent - terms.independent(&rest)).abs() < 1e-9);
    }
}

#[test]
fn a_sequence_is_compared_over_the_sites_that_both_have() {
    let model = model(GapTreatment::Missing, &ROWS);
    let energies = model.energy_model().unwrap();
    let of = |letters: &str, common: &dyn Fn(usize) -> bool| {
        let states: Vec<u8> = letters
            .bytes()
            .enumerate()
            .map(|(i, byte)| match common(i) {
                true => b"ACDE".iter().position(|l| *l == byte).unwrap() as u8,
                false => u8::MAX,
            })
            .collect();
        energies.energy(&states)
    };
    for letters in ["ACDEAC", "-CDEAC", "E-CDA-", "AAAAAA", "--DEAC"] {
        let mut above = 0.0;
        for natural in ROWS {
            let has = |i: usize| letters.as_bytes()[i] != b'-' && natural.as_bytes()[i] != b'-';
            let [own, other] = [letters, natural].map(|row| of(row, &has));
            above += if (own - other).abs() < 1e-9 {
                0.5
            } else {
                f64::from(own < other)
            };
        }
        let found = row(&model, letters).share_above.unwrap();
        assert!(
            (found - above / 6.0).abs() < 1e-9,
            "{letters} {found} {above}"
        );
    }
}

#[test]
fn shares_by_order_are_those_of_pairs() {
    let whole: Vec<&str> = ROWS
        .iter()
        .copied()
        .filter(|row| !row.contains('-'))
        .collect();
    let by_order = model(GapTreatment::Missing, &whole);
    // A row that has one site only changes nothing but that pairs are compared one by one.
    let by_pairs = model(GapTreatment::State, &whole);
    for letters in ["ACDEAC", "EEEEEE", "CCDEAC"] {
        let own = row(&by_order, letters);
        let energies: Vec<f64> = whole.iter().map(|w| row(&by_order, w).energy).collect();
        let above = energies.iter().filter(|e| **e > own.energy + 1e-9).count() as f64;
        let equal = energies
            .iter()
            .filter(|e| (**e - own.energy).abs() < 1e-9)
            .count() as f64;
        let expected = (above + equal / 2.0) / whole.len() as f64;
        assert!((own.share_above.unwrap() - expected).abs() < 1e-12);
        assert!(row(&by_pairs, letters).share_above.is_some());
    }
}

#[test]
fn gaps_are_left_out_or_a_state() {
    let missing = model(GapTreatment::Missing, &ROWS);
    let found = row(&missing, "AC-EAC");
    assert!((found.coverage - 5.0 / 6.0).abs() < 1e-12);
    assert!(!found.is_whole);
    let state = model(GapTreatment::State, &ROWS);
    let found = row(&state, "AC-EAC");
    assert!(found.is_whole && (found.coverage - 5.0 / 6.0).abs() < 1e-12);
    assert_ne!(found.energy, row(&missing, "AC-EAC").energy);
    // What is no residue is missing whatever gaps are.
    let found = row(&state, "ACXEAC");
    assert_eq!((found.is_whole, found.placed.unknown), (false, 1));
}

#[test]
fn log_probabilities_are_of_whole_sequences_at_temperature_one() {
    let mut model = model(GapTreatment::Missing, &ROWS);
    assert_eq!(row(&model, "ACDEAC").log_probability, None);
    model.partition = Some(Partition {
        log_z: 12.5,
        standard_error: 0.1,
        estimator: Estimator::Annealing,
        ess: None,
        entropy: None,
    });
    let found = row(&model, "ACDEAC");
    let log_p = found.log_probability.unwrap();
    assert!((log_p + found.energy + 12.5).abs() < 1e-12);
    assert!((found.perplexity().unwrap() - (-log_p / 6.0).exp()).abs() < 1e-12);
    assert_eq!(row(&model, "ACD-AC").log_probability, None);
    let cold = EnergyOptions {
        temperature: 0.5,
        ..EnergyOptions::default()
    };
    let colder = row_with(&model, "ACDEAC", cold);
    assert_eq!(colder.log_probability, None);
    assert!((colder.energy - 2.0 * found.energy).abs() < 1e-9);
    assert!((colder.difference().unwrap() - 2.0 * found.difference().unwrap()).abs() < 1e-9);
    assert_eq!(colder.share_above, found.share_above);
    for temperature in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let options = EnergyOptions {
            temperature,
            ..cold
        };
        assert_eq!(Energies::new(&model, options).err().unwrap().exit_code(), 2);
    }
}

#[test]
fn independent_sites_have_probabilities_at_any_temperature() {
    let mut model = model(GapTreatment::Missing, &ROWS);
    let fields = model.fields().unwrap().clone();
    model.parameters = IndependentModel::new(fields).unwrap().into();
    for temperature in [1.0, 0.3, 5.0] {
        let options = EnergyOptions {
            temperature,
            ..EnergyOptions::default()
        };
        let energies = Energies::new(&model, options).unwrap();
        let all = (0..4usize.pow(6)).map(|k| {
            let letters: Vec<u8> = (0..6).map(|i| b"ACDE"[k >> (2 * i) & 3]).collect();
            sequence(std::str::from_utf8(&letters).unwrap())
        });
        let rows = energies.rows(&all.collect::<Vec<_>>()).unwrap();
        let sum: f64 = rows
            .iter()
            .map(|row| row.log_probability.unwrap().exp())
            .sum();
        assert!((sum - 1.0).abs() < 1e-9, "{temperature} {sum}");
    }
}

#[test]
fn records_are_aligned_by_their_width_or_by_the_profile() {
    let rows = ["ACDEAC"; 9];
    let model = model(GapTreatment::Missing, &rows);
    let states = |letters: &str, alignedness| {
        let options = EnergyOptions {
            alignedness,
            ..EnergyOptions::default()
        };
        let energies = Energies::new(&model, options).unwrap();
        let rows = energies.rows(&[sequence(letters)]);
        rows.map(|rows| (rows[0].placed.states.clone(), rows[0].placed.fitted))
    };
    let whole = vec![0, 1, 2, 3, 0, 1];
    let by_profile = |inserted, outside| Fitted::ToProfile { inserted, outside };
    let by_width = |letters| states(letters, Alignedness::ByWidth).unwrap();
    assert_eq!(by_width("acdeac"), (whole.clone(), Fitted::AsGiven));
    assert_eq!(
        by_width("AC-EAC"),
        (vec![0, 1, 4, 3, 0, 1], Fitted::AsGiven)
    );
    assert_eq!(by_width("ACcc.DEAC*"), (whole.clone(), Fitted::AsGiven));
    assert_eq!(by_width("EEACDEACE"), (whole.clone(), by_profile(0, 3)));
    assert_eq!(by_width("DEAC"), (vec![4, 4, 2, 3, 0, 1], by_profile(0, 0)));
    assert_eq!(
        states("--ACDEAC--", Alignedness::None).unwrap(),
        (whole, by_profile(0, 0))
    );
    let error = states("ACDEA", Alignedness::All).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let text = error.to_string();
    assert!(
        text.contains("file, line 7, record 'name'") && text.contains("5 columns"),
        "{text}"
    );
    for (letters, words) in [
        ("", "empty"),
        ("*", "empty"),
        ("------", "no residue"),
        ("ACDE1C", "'1'"),
        ("ACDE\nC", "\\n"),
    ] {
        let error = states(letters, Alignedness::ByWidth)
            .unwrap_err()
            .to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_model_without_a_family_has_energies_all_the_same() {
    let mut model = model(GapTreatment::Missing, &ROWS);
    model.family = None;
    let found = row(&model, "ACDEAC");
    assert_eq!((found.share_above, found.identity), (None, None));
    let energies = Energies::new(&model, EnergyOptions::default()).unwrap();
    assert!(energies.rows(&[sequence("ACDEACC")]).is_err());
    let unaligned = EnergyOptions {
        alignedness: Alignedness::None,
        ..EnergyOptions::default()
    };
    assert!(Energies::new(&model, unaligned).is_err());
    // Nor does one without its sequences lose more than what takes these.
    let mut model = self::model(GapTreatment::Missing, &ROWS);
    model.family.as_mut().unwrap().sequences = None::<Arc<Array2<u8>>>;
    let found = row(&model, "GGACDEAC");
    assert!(found.is_fitted() && found.share_above.is_none());
}
