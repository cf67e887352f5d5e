//! Direct information of pairs of sites: the information that their coupling alone gives (Morcos et al. 2011).

use super::f32x8::widest;

/// Rows and columns are scaled in turn until no marginal is off by more than this share.
const TOLERANCE: f64 = 1e-6;

/// At most so many times.
const MAX_ROUNDS: usize = 500;

/// Numbers added up at once.
const LANES: usize = 8;

/// Tables of one pair of sites, used again for the next.
#[derive(Debug, Clone)]
pub struct TwoSites {
    states: usize,
    /// Length of the rows of both tables: the states, and zeros up to a multiple of [`LANES`].
    stride: usize,
    /// exp J(a, b), the state of the first site slow.
    weights: Vec<f64>,
    /// The same, the state of the second site slow.
    turned: Vec<f64>,
    /// exp u(a) and exp v(b).
    scales: [Vec<f64>; 2],
    sums: Vec<f64>,
}

impl TwoSites {
    /// Tables for sites of `states` states.
    pub fn new(states: usize) -> Self {
        let stride = states.next_multiple_of(LANES);
        Self {
            states,
            stride,
            weights: vec![0.0; states * stride],
            turned: vec![0.0; states * stride],
            scales: [vec![1.0; states], vec![1.0; states]],
            sums: vec![0.0; stride],
        }
    }

    /// Direct information in nats: sum P log(P / (f_i f_j)) of the model P(a, b) ~ exp(J(a, b) + u(a) + v(b)) whose marginals are the
    /// frequencies f_i and f_j. `couplings` has the state of i slow, and neither rows nor columns of the last state, whose couplings
    /// are zero.
    ///
    /// Panics if sizes differ from that.
    pub fn direct_information(&mut self, couplings: &[f32], f_i: &[f64], f_j: &[f64]) -> f64 {
        let coupled = self.states - 1;
        assert_eq!(couplings.len(), coupled * coupled);
        assert!(f_i.len() == self.states && f_j.len() == self.states);
        self.weigh(couplings);
        information(self, couplings, f_i, f_j)
    }

    fn weigh(&mut self, couplings: &[f32]) {
        let (last, stride) = (self.states - 1, self.stride);
        for a in 0..last {
            let row = &mut self.weights[a * stride..][..last];
            for (weight, &coupling) in row.iter_mut().zip(&couplings[a * last..]) {
                *weight = f64::from(coupling).exp();
            }
        }
        for k in 0..=last {
            self.weights[k * stride + last] = 1.0;
            self.weights[last * stride + k] = 1.0;
        }
        for b in 0..=last {
            for a in 0..=last {
                self.turned[b * stride + a] = self.weights[a * stride + b];
            }
        }
    }
}

widest! {
    fn information(sites: &mut TwoSites, couplings: &[f32], f_i: &[f64], f_j: &[f64]) -> f64 {
        fit_marginals::<FUSED>(sites, f_i, f_j);
        let TwoSites { states, stride, weights, turned, scales: [u, v], sums } = sites;
        let last = *states - 1;
        // log(P / (f_i f_j)) = J + log(u / f_i) + log(v / f_j): no logarithm for each cell.
        let mut coupled = 0.0;
        for (a, row) in couplings.chunks_exact(last.max(1)).enumerate() {
            coupled += u[a] * weighted_product::<FUSED>(row, &v[..last], &weights[a * *stride..][..last]);
        }
        coupled
            + scaled::<FUSED>(turned, v, (u, f_i), sums)
            + scaled::<FUSED>(weights, u, (v, f_j), sums)
    }
}

/// What the scales of one site add: sum P(a) log(scale(a) / f(a)).
#[inline(always)]
fn scaled<const FUSED: bool>(
    table: &[f64],
    other: &[f64],
    (scales, f): (&[f64], &[f64]),
    sums: &mut [f64],
) -> f64 {
    weighted_sums::<FUSED>(table, other, sums);
    let terms = scales.iter().zip(f).zip(&*sums);
    terms
        .map(|((scale, f), sum)| scale * sum * (scale / f).ln())
        .sum()
}

/// Iterative proportional fitting: rows and columns in turn are scaled to their marginals.
#[inline(always)]
fn fit_marginals<const FUSED: bool>(sites: &mut TwoSites, f_i: &[f64], f_j: &[f64]) {
    let [u, v] = &mut sites.scales;
    u.fill(1.0);
    v.fill(1.0);
    for _ in 0..MAX_ROUNDS {
        let mut change: f64 = 0.0;
        weighted_sums::<FUSED>(&sites.turned, v, &mut sites.sums);
        for ((u, f), row) in u.iter_mut().zip(f_i).zip(&sites.sums) {
            let scale = f / row;
            change = change.max((*u / scale - 1.0).abs());
            *u = scale;
        }
        weighted_sums::<FUSED>(&sites.weights, u, &mut sites.sums);
        for ((v, f), column) in v.iter_mut().zip(f_j).zip(&sites.sums) {
            *v = f / column;
        }
        if change < TOLERANCE {
            break;
        }
    }
}

/// The sum of the rows of a table, each times its scale.
#[inline(always)]
fn weighted_sums<const FUSED: bool>(table: &[f64], scales: &[f64], sums: &mut [f64]) {
    let stride = sums.len();
    for (k, sums) in sums.chunks_exact_mut(LANES).enumerate() {
        let mut lanes = [0.0; LANES];
        for (row, &scale) in table.chunks_exact(stride).zip(scales) {
            let row = &row[k * LANES..][..LANES];
            for (sum, &x) in lanes.iter_mut().zip(row) {
                *sum = multiply_add::<FUSED>(scale, x, *sum);
            }
        }
        sums.copy_from_slice(&lanes);
    }
}

/// sum x y z.
#[inline(always)]
fn weighted_product<const FUSED: bool>(x: &[f32], y: &[f64], z: &[f64]) -> f64 {
    const WIDTH: usize = 4;
    let mut lanes = [0.0; WIDTH];
    let chunks = x.chunks_exact(WIDTH).zip(y.chunks_exact(WIDTH));
    for ((x, y), z) in chunks.zip(z.chunks_exact(WIDTH)) {
        for k in 0..WIDTH {
            lanes[k] = multiply_add::<FUSED>(f64::from(x[k]) * y[k], z[k], lanes[k]);
        }
    }
    let whole = x.len() / WIDTH * WIDTH;
    let rest = x[whole..].iter().zip(&y[whole..]).zip(&z[whole..]);
    let rest: f64 = rest.map(|((x, y), z)| f64::from(*x) * y * z).sum();
    lanes.iter().sum::<f64>() + rest
}

#[inline(always)]
fn multiply_add<const FUSED: bool>(x: f64, y: f64, z: f64) -> f64 {
    if FUSED { x.mul_add(y, z) } else { x * y + z }
}

/// The slow, obvious twin of [`TwoSites::direct_information`].
#[cfg(any(test, feature = "internals"))]
pub fn direct_information_plain(couplings: &[f32], f_i: &[f64], f_j: &[f64]) -> f64 {
    let all = f_i.len();
    let coupled = all - 1;
    let weights: Vec<f64> = (0..all * all)
        .map(|k| match (k / all, k % all) {
            (a, b) if a < coupled && b < coupled => f64::from(couplings[a * coupled + b]).exp(),
            _ => 1.0,
        })
        .collect();
    let (mut u, mut v) = (vec![1.0; all], vec![1.0; all]);
    for _ in 0..MAX_ROUNDS {
        let mut change: f64 = 0.0;
        for a in 0..all {
            let row: f64 = (0..all).map(|b| weights[a * all + b] * v[b]).sum();
            change = change.max((u[a] * row / f_i[a] - 1.0).abs());
            u[a] = f_i[a] / row;
        }
        for b in 0..all {
            let column: f64 = (0..all).map(|a| weights[a * all + b] * u[a]).sum();
            v[b] = f_j[b] / column;
        }
        if change < TOLERANCE {
            break;
        }
    }
    (0..all * all)
        .map(|k| {
            let (a, b) = (k / all, k % all);
            let p = weights[k] * u[a] * v[b];
            p * (p / (f_i[a] * f_j[b])).ln()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::Noise;
    use proptest::prelude::*;

    fn some_frequencies(states: usize, noise: &mut Noise) -> Vec<f64> {
        let shares: Vec<f64> = (0..states).map(|_| noise.uniform() + 1e-3).collect();
        let sum: f64 = shares.iter().sum();
        shares.iter().map(|share| share / sum).collect()
    }

    proptest! {
        #[test]
        fn information_is_that_of_the_twin(
            states in 1usize..40,
            size in 0.0f32..4.0,
            seed in any::<u64>(),
        ) {
            let mut noise = Noise::new(seed);
            let mut sites = TwoSites::new(states);
            // The second pair finds the tables of the first.
            for _ in 0..2 {
                let (f_i, f_j) = (some_frequencies(states, &mut noise), some_frequencies(states, &mut noise));
                let couplings: Vec<f32> = (0..(states - 1).pow(2)).map(|_| size * noise.number()).collect();
                let found = sites.direct_information(&couplings, &f_i, &f_j);
                let expected = direct_information_plain(&couplings, &f_i, &f_j);
                prop_assert!((found - expected).abs() < 1e-12, "{} {}", found, expected);
            }
        }
    }

    #[test]
    fn sites_without_coupling_tell_nothing_of_each_other() {
        let information =
            TwoSites::new(3).direct_information(&[0.0; 4], &[0.2, 0.3, 0.5], &[0.1, 0.6, 0.3]);
        assert!(information.abs() < 1e-15);
    }
}
