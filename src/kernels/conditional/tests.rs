//! The kernel against its twin, and the twin against finite differences.

use super::*;
use proptest::prelude::*;

/// A random problem: alignment with missing states, weights, parameters.
#[derive(Debug)]
struct Problem {
    sites: usize,
    states: usize,
    alignment: Vec<u8>,
    weights: Vec<f64>,
    fields: Vec<f32>,
    couplings: Vec<f32>,
}

fn problem(sites: usize, states: usize, sequences: usize, seed: u64) -> Problem {
    let mut x = seed | 1;
    let mut uniform = move || {
        x = x
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (x >> 40) as f64 / (1u64 << 24) as f64
    };
    // Squaring favours low states, so that a consensus exists.
    let alignment = (0..sites * sequences)
        .map(|_| (uniform().powi(2) * (states + 1) as f64) as u8)
        .collect();
    let weights = (0..sequences).map(|_| uniform().max(0.01)).collect();
    let fields = (0..states).map(|_| uniform() as f32 - 0.5).collect();
    let couplings = (0..sites * states * states)
        .map(|_| uniform() as f32 - 0.5)
        .collect();
    Problem {
        sites,
        states,
        alignment,
        weights,
        fields,
        couplings,
    }
}

fn fast(p: &Problem, i: usize) -> (f64, Vec<f32>, Vec<f32>) {
    let sequences = SequenceRows::new(&p.alignment, p.sites, p.states, &p.weights);
    let mut fields = vec![9.0; p.states];
    let mut couplings = vec![9.0; p.couplings.len()];
    let value = site_value_and_gradient(
        &sequences,
        i,
        &Site {
            fields: &p.fields[..],
            couplings: &p.couplings[..],
        },
        &mut Site {
            fields: &mut fields[..],
            couplings: &mut couplings[..],
        },
        &mut Scratch::default(),
    );
    (value, fields, couplings)
}

fn plain(p: &Problem, i: usize) -> (f64, Vec<f64>, Vec<f64>) {
    let double = |x: &[f32]| x.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
    let (fields, couplings) = (double(&p.fields), double(&p.couplings));
    let parameters = Site {
        fields: &fields[..],
        couplings: &couplings[..],
    };
    site_value_and_gradient_plain(&p.alignment, p.sites, p.states, &p.weights, i, &parameters)
}

fn largest_difference(fast: &[f32], plain: &[f64]) -> f64 {
    fast.iter()
        .zip(plain)
        .map(|(&f, p)| (f64::from(f) - p).abs())
        .fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn value_and_gradient_are_those_of_the_twin(
        sites in 2usize..12,
        states in 2usize..=32,
        sequences in 1usize..80,
        site in 0usize..12,
        seed in any::<u64>(),
    ) {
        let p = problem(sites, states, sequences, seed);
        let i = site % sites;
        let (value, fields, couplings) = fast(&p, i);
        let (exact, exact_fields, exact_couplings) = plain(&p, i);
        let weight: f64 = p.weights.iter().sum();
        prop_assert!((value - exact).abs() <= 2e-6 * weight * (1.0 + exact / weight));
        prop_assert!(largest_difference(&fields, &exact_fields) <= 3e-6 * weight);
        prop_assert!(largest_difference(&couplings, &exact_couplings) <= 3e-6 * weight);
    }
}

#[test]
fn many_sequences_are_summed_in_blocks() {
    let p = problem(3, 4, 2 * GRADIENT_BLOCK + 100, 7);
    let (value, fields, couplings) = fast(&p, 1);
    let (exact, exact_fields, exact_couplings) = plain(&p, 1);
    let weight: f64 = p.weights.iter().sum();
    assert!((value - exact).abs() <= 1e-6 * exact);
    assert!(largest_difference(&fields, &exact_fields) <= 1e-6 * weight);
    assert!(largest_difference(&couplings, &exact_couplings) <= 1e-6 * weight);
}

#[test]
fn the_twins_gradient_is_that_of_finite_differences() {
    let p = problem(4, 3, 30, 99);
    let value = |fields: &[f64], couplings: &[f64]| {
        let parameters = Site { fields, couplings };
        site_value_and_gradient_plain(&p.alignment, p.sites, p.states, &p.weights, 2, &parameters)
    };
    let double = |x: &[f32]| x.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
    let (mut fields, mut couplings) = (double(&p.fields), double(&p.couplings));
    let (_, by_field, by_coupling) = value(&fields, &couplings);
    let step = 1e-5;
    for k in 0..fields.len() + couplings.len() {
        let mut shifted = |delta: f64| {
            match k.checked_sub(p.states) {
                None => fields[k] += delta,
                Some(k) => couplings[k] += delta,
            }
            value(&fields, &couplings).0
        };
        let up = shifted(step);
        let down = shifted(-2.0 * step);
        shifted(step);
        let numeric = (up - down) / (2.0 * step);
        let exact = match k.checked_sub(p.states) {
            None => by_field[k],
            Some(k) => by_coupling[k],
        };
        assert!((numeric - exact).abs() < 1e-8, "{k}: {numeric} {exact}");
    }
}
