//! log Z of systems that were enumerated, in every way, and of chains fitted to alignments, which is exact there.

use super::samples::whole;
use super::systems::SYSTEMS;
use super::{double, json};
use crate::alignment::{Alignment, Focus, FocusOptions};
use crate::alphabet::GapTreatment;
use crate::fit::FitOptions;
use crate::io::files::source::Source;
use crate::model::{Couplings, Estimator, MethodName, Model, PottsModel};
use crate::partition::{
    AnnealingOptions, Estimate, IntegrationOptions, PartitionOptions, Standing, estimate,
};
use crate::state::Journal;
use crate::tests::support::{fitted, focused, shared};
use ndarray::Array2;

/// Standard errors within which the worst of some dozens of estimates has to be.
const WITHIN: f64 = 3.5;

fn options(estimator: Estimator, temperatures: Vec<f64>) -> PartitionOptions {
    PartitionOptions {
        estimators: vec![estimator],
        temperatures,
        annealing: AnnealingOptions {
            steps: 300,
            chains: 512,
            ..AnnealingOptions::default()
        },
        integration: IntegrationOptions {
            steps: 32,
            sweeps: 32,
            chains: 256,
            seed: 2,
        },
        max_memory: None,
    }
}

fn found(model: &Model, estimator: Estimator, temperatures: &[f64]) -> Vec<Estimate> {
    let options = options(estimator, temperatures.to_vec());
    estimate(model, &options, (&Journal::unkept(), &mut |_, _| Ok(()))).unwrap()
}

/// What a reference says at a temperature: log Z, mean and variance of energies, entropy.
fn references(system: &serde_json::Value) -> Vec<(f64, [f64; 4])> {
    let at = |t: &serde_json::Value| {
        let number = |name: &str| t[name].as_f64().unwrap();
        let names = ["logZ", "mean_energy", "var_energy", "entropy_nats"];
        (number("T"), names.map(number))
    };
    system["temperatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(at)
        .collect()
}

#[test]
fn exact_ways_give_the_references() {
    for name in SYSTEMS {
        let system = json(name);
        let model = whole(&system);
        for (t, expected) in references(&system) {
            for estimator in [Estimator::Enumeration, Estimator::Elimination] {
                let found = found(&model, estimator, &[t])[0];
                let numbers = [
                    found.log_z,
                    found.energy.unwrap(),
                    found.variance.unwrap(),
                    found.entropy.unwrap().0,
                ];
                for (found, expected) in numbers.into_iter().zip(expected) {
                    // Parameters are kept in single precision.
                    let off = (found - expected).abs();
                    assert!(
                        off < 3e-5 * (1.0 + 1.0 / (t * t)),
                        "{name} {t}: {found} {expected}"
                    );
                }
                assert_eq!(
                    (found.standing, found.standard_error),
                    (Standing::Exact, Some(0.0))
                );
            }
        }
    }
}

#[test]
fn estimates_are_within_their_errors_and_bounds_on_their_sides() {
    for name in SYSTEMS {
        let system = json(name);
        let model = whole(&system);
        for (t, [exact, energy, ..]) in references(&system) {
            for estimator in [
                Estimator::Annealing,
                Estimator::Integration,
                Estimator::Laplace,
            ] {
                let found = found(&model, estimator, &[t])[0];
                let error = found.standard_error.unwrap();
                let off = (found.log_z - exact) / error;
                println!(
                    "{name} T {t} {estimator:?}: {:.4} +- {error:.4}, off {off:.2}, {:?} chains",
                    found.log_z, found.ess
                );
                assert!(off.abs() < WITHIN && error < 3.0);
                if let Some(own) = found.energy {
                    assert!((own - energy).abs() < 0.5, "{own} {energy}");
                }
            }
            let lower = found(&model, Estimator::MeanField, &[t])[0];
            let upper = found(&model, Estimator::Trees, &[t])[0];
            println!(
                "{name} T {t}: {:.4} < {exact:.4} < {:.4}",
                lower.log_z, upper.log_z
            );
            assert!(lower.log_z <= exact + 1e-6 && upper.log_z >= exact - 1e-6);
            assert_eq!((lower.kept(), upper.kept()), (None, None));
        }
    }
}

#[test]
fn a_curve_goes_through_all_temperatures() {
    for name in ["exact_L5q4", "exact_L6q5"] {
        let system = json(name);
        let model = whole(&system);
        let all = references(&system);
        let temperatures: Vec<f64> = all.iter().map(|(t, _)| *t).collect();
        let found = found(&model, Estimator::Annealing, &temperatures);
        for (found, (t, [exact, energy, _, entropy])) in found.iter().zip(all) {
            assert_eq!(found.temperature, t);
            assert!((found.log_z - exact).abs() < WITHIN * found.standard_error.unwrap());
            let (own, error) = found.entropy.unwrap();
            assert!(
                (own - entropy).abs() < WITHIN * error,
                "{name} {t}: {own} +- {error}, {entropy}"
            );
            assert!((found.energy.unwrap() - energy).abs() < 0.5);
        }
    }
}

/// P(x) = f(x_0) prod f(x_i, x_i+1) / f(x_i), of neighbours alone: log Z is 0.
fn chain(alignment: &Alignment) -> Model {
    let (sites, states) = (alignment.sites(), 21);
    let mut singles = Array2::from_elem((sites, states), 1.0 / states as f64);
    let mut pairs = vec![Array2::from_elem((states, states), (states as f64).powi(-2)); sites - 1];
    let count = alignment.sequences() as f64;
    for row in 0..alignment.sequences() {
        let sequence = alignment.sequence(row).to_vec();
        let state = |site: usize| usize::from(sequence[site].min(20));
        for site in 0..sites {
            singles[[site, state(site)]] += 1.0;
            if site + 1 < sites {
                pairs[site][[state(site), state(site + 1)]] += 1.0;
            }
        }
    }
    singles /= count + 1.0;
    let fields = singles.mapv(|f: f64| f.ln() as f32);
    let mut couplings = Couplings::zeros(sites, states);
    for (site, pair) in pairs.iter_mut().enumerate() {
        *pair /= count + 1.0;
        for ((a, b), f) in pair.indexed_iter() {
            let independent = singles[[site, a]] * singles[[site + 1, b]];
            couplings.block_mut(site, site + 1)[a * states + b] = (f / independent).ln() as f32;
        }
    }
    let options = FitOptions {
        gaps: GapTreatment::State,
        ..FitOptions::with_method(MethodName::Independent)
    };
    Model {
        parameters: PottsModel::new(fields, couplings).unwrap().into(),
        ..fitted(alignment, &options)
    }
}

fn check_chain(name: &str, focus: &FocusOptions) {
    let Some(path) = shared(&format!("data/alignments/{name}")) else {
        return;
    };
    let alignment = focused(&Source::read(&path).unwrap(), focus);
    let model = chain(&alignment);
    let exact = found(&model, Estimator::Elimination, &[1.0])[0];
    // Fields and couplings in single precision: some 1e-7 of each of the sums.
    assert!(
        exact.log_z.abs() < 2e-5 * alignment.sites() as f64,
        "{}",
        exact.log_z
    );
    // As the program does it: with fewer steps chains seldom come to the long gaps that fragments have, and the rest weigh alike without them.
    let usual = PartitionOptions {
        annealing: AnnealingOptions::default(),
        ..options(Estimator::Annealing, vec![1.0])
    };
    let found = estimate(&model, &usual, (&Journal::unkept(), &mut |_, _| Ok(()))).unwrap()[0];
    let off = (found.log_z - exact.log_z) / found.standard_error.unwrap();
    println!("{name}, L {}: {found:?}, off {off:.2}", alignment.sites());
    assert!(off.abs() < WITHIN && found.is_trusted());
}

#[test]
fn annealing_finds_log_z_of_chains_fitted_to_alignments() {
    check_chain(
        "PF00014.fa.gz",
        &FocusOptions {
            focus: Focus::None { target: None },
            ..FocusOptions::default()
        },
    );
    check_chain("DHFR.a2m.gz", &FocusOptions::default());
}

#[test]
fn independent_sites_are_exact() {
    let fields = Array2::from_shape_fn((40, 20), |(i, a)| ((i * 7 + a * 3) % 11) as f32 / 5.0);
    let expected: f64 = fields
        .outer_iter()
        .map(|row| {
            double(row.as_slice().unwrap())
                .iter()
                .map(|h| h.exp())
                .sum::<f64>()
                .ln()
        })
        .sum();
    let potts = PottsModel::new(fields.clone(), Couplings::zeros(40, 20)).unwrap();
    let columns = crate::alignment::ColumnMap::unnumbered(40);
    let alphabet = crate::alphabet::Alphabet::protein();
    let potts = Model::of_parameters(
        potts,
        alphabet.clone(),
        GapTreatment::Missing,
        columns.clone(),
    );
    let independent = crate::model::IndependentModel::new(fields).unwrap();
    let independent = Model::of_parameters(independent, alphabet, GapTreatment::Missing, columns);
    for model in [potts, independent] {
        let exact = found(&model, Estimator::Elimination, &[1.0])[0];
        assert!((exact.log_z - expected).abs() < 1e-9);
    }
}
