//! The slow, obvious twin: one site, one sequence after the other, in f64.

/// Value, gradient by fields `[a]` and by couplings `[j][b][a]` of the negative log-pseudolikelihood of site `i` over `alignment`
/// (sequences x `sites`), at `fields` and `couplings` in the same layout.
pub fn conditional_plain(
    alignment: &[u8],
    (sites, states): (usize, usize),
    weights: &[f64],
    i: usize,
    fields: &[f64],
    couplings: &[f64],
) -> (f64, Vec<f64>, Vec<f64>) {
    let q = states;
    let mut value = 0.0;
    let mut by_fields = vec![0.0; q];
    let mut by_couplings = vec![0.0; sites * q * q];
    for (sequence, weight) in alignment.chunks_exact(sites).zip(weights) {
        let observed = usize::from(sequence[i]);
        if observed >= q {
            continue;
        }
        let neighbours: Vec<usize> = (0..sites)
            .filter(|&j| j != i && usize::from(sequence[j]) < q)
            .map(|j| (j * q + usize::from(sequence[j])) * q)
            .collect();
        let logits: Vec<f64> = (0..q)
            .map(|a| fields[a] + neighbours.iter().map(|o| couplings[o + a]).sum::<f64>())
            .collect();
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let z: f64 = logits.iter().map(|x| (x - largest).exp()).sum();
        let log_z = largest + z.ln();
        value += weight * (log_z - logits[observed]);
        for a in 0..q {
            let indicator = if a == observed { 1.0 } else { 0.0 };
            let residual = weight * ((logits[a] - log_z).exp() - indicator);
            by_fields[a] += residual;
            neighbours
                .iter()
                .for_each(|o| by_couplings[o + a] += residual);
        }
    }
    (value, by_fields, by_couplings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        let (sites, q) = (4, 3);
        let mut x = 99u64;
        let mut uniform = || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (x >> 40) as f64 / (1u64 << 24) as f64
        };
        let alignment: Vec<u8> = (0..30 * sites).map(|_| (uniform() * 4.0) as u8).collect();
        let weights: Vec<f64> = (0..30).map(|_| uniform()).collect();
        let mut fields: Vec<f64> = (0..q).map(|_| uniform() - 0.5).collect();
        let mut couplings: Vec<f64> = (0..sites * q * q).map(|_| uniform() - 0.5).collect();
        let value = |fields: &[f64], couplings: &[f64]| {
            conditional_plain(&alignment, (sites, q), &weights, 2, fields, couplings)
        };
        let (_, by_fields, by_couplings) = value(&fields, &couplings);
        let step = 1e-5;
        for k in 0..q + couplings.len() {
            let mut shifted = |delta: f64| {
                match k.checked_sub(q) {
                    None => fields[k] += delta,
                    Some(k) => couplings[k] += delta,
                }
                value(&fields, &couplings).0
            };
            let up = shifted(step);
            let down = shifted(-2.0 * step);
            shifted(step);
            let numeric = (up - down) / (2.0 * step);
            let exact = match k.checked_sub(q) {
                None => by_fields[k],
                Some(k) => by_couplings[k],
            };
            assert!((numeric - exact).abs() < 1e-8, "{k}: {numeric} {exact}");
        }
    }
}
