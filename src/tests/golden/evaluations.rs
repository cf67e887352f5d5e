//! Samples of systems that can be enumerated, held against draws of the same and of another law.

use super::json;
use super::samples::{drawn, whole};
use crate::alignment::{Alignment, SequenceWeights};
use crate::evaluation::{EvaluateOptions, Evaluation, Naturals, Search, Set, evaluate};
use crate::model::partition::Estimator;
use crate::model::{Model, Partition};
use crate::sample::{SampleOptions, Sampler};
use crate::state::Unkept;
use ndarray::Array2;

fn draws(model: &Model, temperature: f64, seed: u64) -> Vec<u8> {
    let options = SampleOptions {
        temperature,
        burn_in: Some(200),
        thin: Some(10),
        chains: 4096,
        seed,
        ..SampleOptions::default()
    };
    drawn(model, options, 1)
}

fn naturals(model: &Model, rows: Vec<u8>) -> Naturals {
    let count = rows.len() / model.sites();
    let states = Array2::from_shape_vec((count, model.sites()), rows).unwrap();
    let alignment = Alignment::from_states(model.alphabet.clone(), states).unwrap();
    let weights = SequenceWeights::uniform(count);
    let mut naturals = Naturals::of(model, &alignment, &weights, (false, 1)).unwrap();
    // Among so few sequences that there are, equal ones are no relatives.
    let states = alignment.states();
    let half = |first: usize| {
        let rows = (first..count).step_by(2);
        let rows = rows.flat_map(|row| states.row(row).to_vec());
        Set::uniform(rows.collect(), (model.sites(), model.states()))
    };
    naturals.halves = [half(0), half(1)];
    naturals
}

fn found(model: &Model, temperature: f64) -> Evaluation {
    let naturals = naturals(model, draws(model, 1.0, 3));
    let samples = draws(model, temperature, 4);
    let options = EvaluateOptions::default();
    evaluate(model, &naturals, &samples, &options, &mut |_| Ok(())).unwrap()
}

/// log sum_x exp(-E(x)) of all x.
fn log_z(model: &Model) -> f64 {
    let (sites, states) = (model.sites(), model.states());
    let energies = model.energy_model().unwrap();
    let of = |mut number: usize| {
        let sequence: Vec<u8> = (0..sites)
            .map(|_| {
                let state = number % states;
                number /= states;
                state as u8
            })
            .collect();
        (-energies.energy(&sequence)).exp()
    };
    (0..states.pow(sites as u32)).map(of).sum::<f64>().ln()
}

#[test]
fn draws_of_the_same_law_reach_the_ceiling() {
    for name in ["exact_L5q4", "exact_L6q5"] {
        let mut model = whole(&json(name));
        model.partition = Some(Partition {
            log_z: log_z(&model),
            standard_error: 0.0,
            estimator: Estimator::Enumeration,
            ess: None,
            entropy: None,
        });
        let same = found(&model, 1.0);
        // Three standard errors of the worst, pairs; those of triples, with little signal in twenty of them, are .025.
        let triples = same.triples.unwrap().0;
        for (held, off) in [
            (same.singles, 0.03),
            (same.pairs, 0.03),
            (same.connected, 0.03),
            (triples, 0.075),
        ] {
            let (pearson, ceiling) = (held.samples.pearson.unwrap(), held.ceiling.unwrap());
            assert!((pearson - ceiling).abs() < off, "{name}: {held:?}");
        }
        assert!(
            (same.connected.samples.slope.unwrap() - 1.0).abs() < 0.1,
            "{name}"
        );
        assert!(
            same.energies.samples.distance(&same.energies.naturals) < 0.05,
            "{name}"
        );
        assert!(
            same.words[0].samples.unwrap() > 0.95,
            "{name}: {:?}",
            same.words
        );
        assert!(same.plane.as_ref().unwrap().overlap > 0.8, "{name}");
        // log P of draws is on the mean less than the entropy by what chance makes of it: here by definition.
        let likelihood = same.likelihood.unwrap();
        let expected = -same.energies.naturals.mean() - model.partition.unwrap().log_z;
        assert!((likelihood.model * model.sites() as f64 - expected).abs() < 1e-6);
        assert_eq!((likelihood.sequences, likelihood.profile), (4096, None));

        let hot = found(&model, 3.0);
        assert!(hot.connected.samples.slope.unwrap() < 0.7, "{name}");
        assert!(
            hot.energies.samples.mean() > same.energies.naturals.mean() + 0.3,
            "{name}"
        );
        assert!(hot.verdict()[1].contains("higher"), "{:?}", hot.verdict());
    }
}

#[test]
fn the_temperature_of_natural_sequences_is_found() {
    for (name, temperature) in [
        ("exact_L5q4", 1.6),
        ("exact_L6q5", 0.8),
        ("exact_L4q3", 1.0),
    ] {
        let model = whole(&json(name));
        let naturals = naturals(&model, draws(&model, temperature, 3));
        let options = SampleOptions {
            chains: 2048,
            seed: 9,
            ..SampleOptions::default()
        };
        let mut sampler = Sampler::new(&model, options).unwrap();
        let search = Search::new(&model, &mut sampler, &naturals, 1).unwrap();
        let found = search.run(&mut |_| (), &Unkept).unwrap();
        let by_energy = found.by_energy.unwrap();
        // dE/dT = Var(E) / T^2, and both means have their errors.
        let energies = model.energy_model().unwrap();
        let rows = naturals.set.rows().map(|row| energies.energy(row));
        let rows: Vec<f64> = rows.collect();
        let (_, spread) = crate::statistics::moments(&rows);
        let error = temperature * temperature / spread * (1.0 / 2000.0 + 1.0 / 2048f64).sqrt();
        assert!(
            (by_energy - temperature).abs() < 4.0 * error,
            "{name}: {by_energy} +- {error}"
        );
        assert!(found.in_words().contains("temperature"));
    }
}
