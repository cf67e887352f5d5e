//! Samples against the marginals, energies and mixing of systems that were enumerated.

use super::systems::model;
use super::{json, numbers, states};
use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, GapTreatment};
use crate::kernels::gibbs::{Chains, Pairs, Rule, Tables, sweep};
use crate::model::{EnergyModel, Model};
use crate::sample::{SampleOptions, Sampler, Scheme};
use serde_json::Value;

/// Systems that are not too cold for independent samples to be many.
const SYSTEMS: [&str; 6] = [
    "exact_L2q21",
    "exact_L4q3",
    "exact_L5q3_ferro",
    "exact_L5q4",
    "exact_L6q3_cold",
    "exact_L6q5",
];

/// At half the temperature chains of these hardly ever leave a state: see the exchanges of temperatures.
const COLD: [&str; 2] = ["exact_L5q3_ferro", "exact_L6q3_cold"];

/// Standard errors that the worst of some hundred frequencies may be off by.
const WORST: f64 = 4.5;

pub(super) fn whole(system: &Value) -> Model {
    let model = model(system);
    let letters: String = ('A'..='Z').take(model.states()).collect();
    let columns = ColumnMap::unnumbered(model.sites());
    let alphabet = Alphabet::new(&letters).unwrap();
    Model::of_parameters(model, alphabet, GapTreatment::Missing, columns)
}

/// Shares of states and of pairs of states, in the order of the references.
fn marginals(sequences: &[u8], (sites, states): (usize, usize)) -> (Vec<f64>, Vec<f64>) {
    let count = (sequences.len() / sites) as f64;
    let mut singles = vec![0.0; sites * states];
    let mut pairs = vec![0.0; sites * (sites - 1) / 2 * states * states];
    for sequence in sequences.chunks(sites) {
        let mut pair = 0;
        for (i, &a) in sequence.iter().enumerate() {
            singles[i * states + usize::from(a)] += 1.0 / count;
            for &b in &sequence[i + 1..] {
                pairs[(pair * states + usize::from(a)) * states + usize::from(b)] += 1.0 / count;
                pair += 1;
            }
        }
    }
    (singles, pairs)
}

/// The largest difference in standard errors of a share of so many.
fn worst(found: &[f64], expected: &[f64], count: f64) -> f64 {
    assert_eq!(found.len(), expected.len());
    let off = found.iter().zip(expected).map(|(found, expected)| {
        // A rare state may come once or not at all.
        let variance = expected * (1.0 - expected) / count + 1.0 / (count * count);
        (found - expected).abs() / variance.sqrt()
    });
    off.fold(0.0, f64::max)
}

pub(super) fn drawn(model: &Model, options: SampleOptions, draws: usize) -> Vec<u8> {
    let mut sampler = Sampler::new(model, options).unwrap();
    let draw = |_| sampler.draw(&mut |_| Ok(())).unwrap();
    (0..draws).flat_map(draw).collect()
}

/// Sweeps after which chains of a system have forgotten where they began, at the temperatures that are tried: twenty times those of the slowest mode
/// (`gibbs_kernels`) at temperature 1, or fifty.
fn forgotten_after(name: &str) -> u64 {
    let kernels = json("gibbs_kernels");
    let of_model =
        |entry: &&Value| entry["T"] == 1.0 && name.ends_with(entry["model"].as_str().unwrap());
    let slowest = kernels["mixing"].as_array().unwrap().iter().find(of_model);
    let sweeps = slowest.map_or(0.0, |entry| {
        entry["systematic"]["tau_sweeps"].as_f64().unwrap()
    });
    50 + (20.0 * sweeps) as u64
}

#[test]
fn samples_have_the_marginals_of_each_temperature() {
    for name in SYSTEMS {
        let system = json(name);
        let model = whole(&system);
        let shape = (model.sites(), model.states());
        for at in system["temperatures"].as_array().unwrap() {
            let temperature = at["T"].as_f64().unwrap();
            if temperature < 1.0 && COLD.contains(&name) {
                continue;
            }
            for rule in [Rule::Gibbs, Rule::Metropolis] {
                let options = SampleOptions {
                    temperature,
                    rule,
                    burn_in: Some(forgotten_after(name)),
                    thin: Some(1),
                    chains: 4096,
                    ..SampleOptions::default()
                };
                let sequences = drawn(&model, options, 1);
                let (singles, pairs) = marginals(&sequences, shape);
                let expected = [numbers(&at["marginals"]), numbers(&at["pair_marginals"])];
                let off =
                    worst(&singles, &expected[0], 4096.0).max(worst(&pairs, &expected[1], 4096.0));
                assert!(off < WORST, "{name} at {temperature}, {rule:?}: {off}");
            }
        }
    }
}

#[test]
fn exchanges_of_temperatures_leave_the_law_as_it_is() {
    for name in COLD {
        let system = json(name);
        let model = whole(&system);
        let at = &system["temperatures"][0];
        let options = SampleOptions {
            temperature: at["T"].as_f64().unwrap(),
            scheme: Scheme::Tempering {
                rungs: 4,
                hottest: 4.0,
            },
            chains: 8192,
            burn_in: Some(400),
            thin: Some(40),
            ..SampleOptions::default()
        };
        let sequences = drawn(&model, options, 4);
        let (singles, pairs) = marginals(&sequences, (model.sites(), model.states()));
        let expected = [numbers(&at["marginals"]), numbers(&at["pair_marginals"])];
        let off = worst(&singles, &expected[0], 8192.0).max(worst(&pairs, &expected[1], 8192.0));
        assert!(off < WORST, "{name}: {off}");
    }
}

#[test]
fn sweeps_from_data_have_the_moments_of_contrastive_divergence() {
    const COPIES: usize = 400;
    let kernels = json("gibbs_kernels");
    let model = model(&json("exact_L5q4"));
    let data = json("fit_L5q4");
    let (sequences, weights) = (states(&data["sequences"]), numbers(&data["weights"]));
    let total: f64 = weights.iter().sum();
    let fields: Vec<f32> = model.fields().iter().copied().collect();
    let pairs = Pairs {
        states: 4,
        fields: &fields,
        couplings: model.couplings().as_slice(),
    };
    let tables = Tables::new(pairs, &[0; 5]);
    let mut start: Vec<u8> = sequences
        .iter()
        .flat_map(|row| row.repeat(COPIES))
        .collect();
    start.truncate(start.len() / 40 * 40);
    let mut chains = Chains::new(&tables, start, (3, 0));
    let order = [0, 1, 2, 3, 4];
    let mut done = 0;
    for of_k in kernels["cdk"].as_array().unwrap() {
        let k = of_k["k"].as_u64().unwrap();
        while done < k {
            sweep(&tables, &mut chains, &order, Rule::Gibbs);
            done += 1;
        }
        let mut found = vec![0.0; 20];
        for (chain, sequence) in chains.sequences().chunks(5).enumerate() {
            for (site, &state) in sequence.iter().enumerate() {
                found[site * 4 + usize::from(state)] +=
                    weights[chain / COPIES] / total / COPIES as f64;
            }
        }
        // Chains weigh differently: the effective number is that of the weights.
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let count = COPIES as f64 * total * total / squares;
        let off = worst(&found, &numbers(&of_k["marginals"]), count);
        // At the start they are the data, but for the rows that eight chains at a time leave over.
        assert!(off < WORST, "k {k}: {off}");
    }
}

#[test]
fn chains_are_found_to_mix_when_they_do() {
    let kernels = json("gibbs_kernels");
    for of_model in kernels["mixing"].as_array().unwrap() {
        let name = format!("exact_{}", of_model["model"].as_str().unwrap());
        let model = whole(&json(&name));
        let slow = of_model["systematic"]["tau_sweeps"].as_f64().unwrap();
        let options = SampleOptions {
            temperature: of_model["T"].as_f64().unwrap(),
            most_sweeps: 1 << 14,
            ..SampleOptions::default()
        };
        let mut sampler = Sampler::new(&model, options).unwrap();
        let drawn = sampler.draw(&mut |_| Ok(()));
        if slow > 1e5 {
            assert!(
                drawn.unwrap_err().to_string().contains("do not mix"),
                "{name}"
            );
            continue;
        }
        drawn.unwrap();
        let found = sampler.mixing().unwrap().sweeps as f64;
        // The slowest mode may weigh little, so that it is not seen among the overlaps' errors; and times double.
        assert!(
            found >= 0.5 * slow.min(20.0) && found <= 16.0 * slow.max(1.0),
            "{name}: {found} of {slow}"
        );
    }
}
