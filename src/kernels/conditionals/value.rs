//! The value alone, in f64: for judging models, not for fitting them.

/// Negative log-pseudolikelihood of site `i`, in nats, over `alignment` (sequences x `sites`): the sum over sequences whose state there
/// is below q of -w_n log P(x_i | rest), at `fields` `[a]` and `couplings` `[j][b][a]`. What is added is rounded to f64 only.
pub fn conditional_value(
    alignment: &[u8],
    (sites, states): (usize, usize),
    weights: &[f64],
    i: usize,
    fields: &[f32],
    couplings: &[f32],
) -> f64 {
    let q = states;
    let fields: Vec<f64> = fields.iter().map(|&h| f64::from(h)).collect();
    let mut logits = vec![0.0; q];
    let mut value = 0.0;
    for (sequence, weight) in alignment.chunks_exact(sites).zip(weights) {
        let observed = usize::from(sequence[i]);
        if observed >= q {
            continue;
        }
        logits.copy_from_slice(&fields);
        for (table, &state) in couplings.chunks_exact(q * q).zip(sequence) {
            // A missing residue has no row; the block of site i with itself is zero.
            if let Some(row) = table.chunks_exact(q).nth(usize::from(state)) {
                for (logit, &coupling) in logits.iter_mut().zip(row) {
                    *logit += f64::from(coupling);
                }
            }
        }
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let z: f64 = logits.iter().map(|x| (x - largest).exp()).sum();
        value += weight * (largest + z.ln() - logits[observed]);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::super::conditional_plain;
    use super::conditional_value;
    use crate::kernels::testing::{Noise, family};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_value_of_the_twin(
            sites in 1usize..9, states in 2usize..22, sequences in 1usize..20, seed in any::<u64>(),
        ) {
            let mut noise = Noise::new(seed);
            let alignment = family((sequences, sites), states, 3, &mut noise);
            let weights: Vec<f64> = (0..sequences).map(|_| noise.uniform()).collect();
            let mut numbers = |count: usize| (0..count).map(|_| noise.number()).collect::<Vec<f32>>();
            let fields = numbers(states);
            let couplings = numbers(sites * states * states);
            for i in 0..sites {
                let mut couplings = couplings.clone();
                couplings[i * states * states..][..states * states].fill(0.0);
                let value = conditional_value(&alignment, (sites, states), &weights, i, &fields, &couplings);
                let wide = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
                let (twin, _, _) = conditional_plain(
                    &alignment, (sites, states), &weights, i, &wide(&fields), &wide(&couplings),
                );
                prop_assert!((value - twin).abs() <= 1e-12 * (1.0 + twin.abs()), "{value} {twin}");
            }
        }
    }
}
