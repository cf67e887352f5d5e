//! Boltzmann learning against the exact maxima of the likelihood that an independent program found.

use super::fits::fitted_data;
use crate::fit::options::FieldOrigin;
use crate::fit::{
    self, Begin, BoltzmannOptions, FitOptions, Method, PenaltyOptions, PenaltyScale, Stop, Watch,
};

/// The objective at what is learnt, by the exact log Z, is at most so much above the least one: the pseudocount adds 0.0005 of it, by exact expectations.
const ABOVE: f64 = 0.005;

#[test]
fn learning_comes_near_the_maximum_of_the_likelihood() {
    let (system, alignment, weights) = fitted_data();
    for reference in system["ml"].as_array().unwrap() {
        let number = |name: &str| reference[name].as_f64().unwrap();
        let penalties = PenaltyOptions {
            lambda_h: PenaltyScale::Absolute(number("lambda_h")),
            lambda_j: PenaltyScale::Absolute(number("lambda_J")),
            origin: FieldOrigin::Zero,
        };
        let learning = BoltzmannOptions {
            stop: Stop::Updates(40),
            begin: Begin::Profile,
            chains: 20_000,
            ..BoltzmannOptions::default()
        };
        // Of the four states the last stands for the gap, so that all are states.
        let alignment = with_gap(&alignment);
        let options = FitOptions {
            penalties,
            ..FitOptions::with_method(Method::Boltzmann(learning))
        };
        let fitted = fit::fit(&alignment, &weights, &options, &Watch::default()).unwrap();
        let pairwise = fitted.pairwise().unwrap();
        let couplings = pairwise.all().unwrap();
        let square = |x: f32| f64::from(x).powi(2);
        let penalty = number("lambda_h") * pairwise.fields.iter().map(|&h| square(h)).sum::<f64>()
            + number("lambda_J") * couplings.as_slice().iter().map(|&j| square(j)).sum::<f64>();
        let energies = fitted.energy_model().unwrap();
        let all = (0..1024u32).map(|k| [256, 64, 16, 4, 1].map(|unit| (k / unit % 4) as u8));
        let log_z = all.map(|x| (-energies.energy(&x)).exp()).sum::<f64>().ln();
        let rows = alignment.as_slice().chunks_exact(5).zip(weights.as_slice());
        let likelihood: f64 = rows.map(|(x, w)| w * (-energies.energy(x) - log_z)).sum();
        let (found, best) = (penalty - likelihood, number("objective"));
        let estimate = fitted.partition.unwrap();
        eprintln!("objective {found:.4}, least {best:.4}; log Z {log_z:.4}, {estimate:?}");
        assert!(found > best - 1e-6 * best && found < best * (1.0 + ABOVE));
        assert!((estimate.log_z - log_z).abs() < 5.0 * estimate.standard_error + 1e-3);
    }
}

/// The same states with an alphabet of one letter less.
fn with_gap(alignment: &crate::alignment::Alignment) -> crate::alignment::Alignment {
    let alphabet = crate::alphabet::Alphabet::new("ACD").unwrap();
    let states = alignment.states().clone();
    crate::alignment::Alignment::from_states(alphabet, states).unwrap()
}
