//! Taking couplings away, those first that matter least.
//!
//! Without J_ij(a, b) the model P becomes P', and with the frequency p of both states together in P, KL(P || P') = log(1 - p + p exp(-J)) + p J: exact, by
//! frequencies alone (Barrat-Charlaix et al. 2021). In each round some of those that are left go, and what is left learns anew.

use super::features::Features;

/// Rounds in which couplings are taken away, each by the same factor.
pub const ROUNDS: u64 = 8;

/// Updates after each round, and after the last.
pub const UPDATES: (u64, u64) = (4, 10);

/// How many couplings are left after a round, from 1 to [`ROUNDS`], of which `all` were there and `wanted` stay in the end.
pub fn left_after(round: u64, (all, wanted): (usize, usize)) -> usize {
    if round >= ROUNDS {
        return wanted;
    }
    let share = (wanted as f64 / all as f64).powf(round as f64 / ROUNDS as f64);
    (all as f64 * share).round() as usize
}

/// What taking a coupling away moves the model by, in nats.
fn effect(coupling: f32, frequency: f32) -> f64 {
    let (j, p) = (f64::from(coupling), f64::from(frequency).clamp(0.0, 1.0));
    // Of couplings far below 0 the exponential is too large for a number; then it alone counts.
    match j < -500.0 && p > 0.0 {
        true => p.ln() - j + p * j,
        false => (p * (-j).exp_m1()).ln_1p() + p * j,
    }
}

/// Marks the couplings that stay, those with the largest effects, and sets the others to 0; `kept` is empty where all were there.
pub fn decimate(parameters: &mut Features, model: &Features, kept: &mut Vec<u8>, left: usize) {
    let all = parameters.pairs.len();
    kept.resize(all, if kept.is_empty() { 1 } else { 0 });
    let effects = parameters.pairs.iter().zip(&model.pairs);
    let effects: Vec<f64> = effects.map(|(&j, &p)| effect(j, p)).collect();
    let mut order: Vec<u32> = (0..all as u32).filter(|&k| kept[k as usize] == 1).collect();
    // The first of equals stays.
    order.sort_by(|&one, &other| {
        let by_effect = effects[other as usize].total_cmp(&effects[one as usize]);
        by_effect.then(one.cmp(&other))
    });
    for &place in order.iter().skip(left) {
        kept[place as usize] = 0;
        parameters.pairs[place as usize] = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_divergences() {
        // Two states of one pair as a whole model: P ~ exp(J [x = (a, b)]), uniform without.
        let (j, states) = (1.3f64, 9.0);
        let z = states - 1.0 + j.exp();
        let p = j.exp() / z;
        let expected = p * (p * states).ln() + (1.0 - p) * (states / z).ln();
        assert!((effect(j as f32, p as f32) - expected).abs() < 1e-6);
        assert_eq!(effect(0.0, 0.5), 0.0);
        assert!(effect(-700.0, 0.25).is_finite());
        let near = [-499.9, -500.1].map(|j| effect(j, 0.25));
        assert!((near[0] - near[1]).abs() < 1.0, "{near:?}");
    }

    #[test]
    fn those_that_matter_least_go_first() {
        let mut parameters = Features::zeros(2, 2);
        parameters.pairs.copy_from_slice(&[1.0, -2.0, 0.1, 3.0]);
        let mut model = Features::zeros(2, 2);
        model.pairs.copy_from_slice(&[0.25, 0.25, 0.25, 0.0001]);
        let mut kept = Vec::new();
        decimate(&mut parameters, &model, &mut kept, 2);
        assert_eq!(kept, [1, 1, 0, 0]);
        assert_eq!(parameters.pairs, [1.0, -2.0, 0.0, 0.0]);
        decimate(&mut parameters, &model, &mut kept, 1);
        assert_eq!(kept, [0, 1, 0, 0]);
        let left: Vec<usize> = (1..=ROUNDS)
            .map(|round| left_after(round, (10_000, 100)))
            .collect();
        assert_eq!(left.last(), Some(&100));
        assert!(left.is_sorted_by(|one, other| one > other) && left[0] < 6000);
    }
}
