//! Eigenvectors of the sites' covariances, and how much of each variance a model leaves unexplained.

use super::Sequences;
use crate::kernels::conditionals::Curvature;
use crate::kernels::f32x8::LANES;
use crate::kernels::pair_blocks::SiteBasis;
use crate::kernels::symmetric_eigen::symmetric_eigen;
use rayon::prelude::*;

/// Shares are kept in this range: an estimate near 0 or far above 1 is noise.
const SHARES: std::ops::RangeInclusive<f64> = 0.02..=1.5;

/// Neff d(k) below which there is too little of an eigenvector to estimate its share.
const LEAST_VARIANCE: f64 = 1.0;

/// Bases of all sites of `profile`, L q: S = diag(f) - f f^T = U diag(d) U^T, all shares 1.
pub fn of_profile(profile: &[f64], states: usize) -> Vec<SiteBasis> {
    profile.par_chunks_exact(states).map(of_site).collect()
}

fn of_site(profile: &[f64]) -> SiteBasis {
    let q = profile.len();
    let element = |a: usize, b: usize| {
        let diagonal = if a == b { profile[a] } else { 0.0 };
        diagonal - profile[a] * profile[b]
    };
    let mut covariance: Vec<f64> = (0..q * q).map(|k| element(k / q, k % q)).collect();
    let (mut variances, mut vectors) = (vec![0.0; q], vec![0.0; q * q]);
    symmetric_eigen(&mut covariance, &mut variances, &mut vectors);
    SiteBasis::new(
        profile.iter().map(|&f| f as f32).collect(),
        vectors.iter().map(|&u| u as f32).collect(),
        variances.iter().map(|&d| d.max(0.0) as f32).collect(),
    )
}

/// The sites of a group.
pub fn of_group(bases: &[SiteBasis], group: usize) -> &[SiteBasis] {
    let last = bases.len().min((group + 1) * LANES);
    &bases[group * LANES..last]
}

/// R = U diag(Neff d / (Neff d + 2 lambda_h)) U^T of a site, `[a][b]`: how far fields h that lower a pull on their site's logits to where data
/// and penalty agree follow it, -R pull. Without a penalty, all the way.
pub fn response(basis: &SiteBasis, neff: f64, lambda_h: f64) -> Vec<f64> {
    let q = basis.profile.len();
    let vector = |a: usize, k: usize| f64::from(basis.vectors[a * q + k]);
    let shares = basis.variances.iter().map(|&d| {
        let (data, penalty) = (neff * f64::from(d), 2.0 * lambda_h);
        if penalty == 0.0 {
            1.0
        } else {
            data / (data + penalty)
        }
    });
    let shares: Vec<f64> = shares.collect();
    let element = |a: usize, b: usize| {
        let modes = shares.iter().enumerate();
        modes
            .map(|(k, share)| vector(a, k) * share * vector(b, k))
            .sum()
    };
    (0..q * q).map(|n| element(n / q, n % q)).collect()
}

/// The shares of a site by the curvature H of its conditional: u_k^T H u_k / (Neff d(k)).
pub fn update_shares(basis: &mut SiteBasis, curvature: &[f64], neff: f64) {
    let q = basis.profile.len();
    for k in 0..q {
        let expected = neff * f64::from(basis.variances[k]);
        let vector = |a: usize| f64::from(basis.vectors[a * q + k]);
        let product = |a: usize| -> f64 {
            let row = &curvature[a * q..][..q];
            row.iter().enumerate().map(|(b, h)| h * vector(b)).sum()
        };
        basis.shares[k] = if expected > LEAST_VARIANCE {
            let left: f64 = (0..q).map(|a| vector(a) * product(a)).sum();
            (left / expected).clamp(*SHARES.start(), *SHARES.end()) as f32
        } else {
            1.0
        };
    }
}

/// What a model's curvature says of the sites of a group, given and returned in order: changes their bases, returns the curvature of
/// their fields, q a site.
pub fn update_group(
    sequences: &Sequences,
    bases: &mut [SiteBasis],
    curvature: &Curvature,
) -> Vec<f64> {
    let q = sequences.states();
    let penalty = 2.0 * sequences.penalties.lambda_h;
    let mut of_fields = Vec::with_capacity(bases.len() * q);
    for (lane, basis) in bases.iter_mut().enumerate() {
        let h = curvature.of_lane(lane, q);
        update_shares(basis, &h, sequences.neff);
        of_fields.extend((0..q).map(|a| penalty + h[a * q + a].max(0.0)));
    }
    of_fields
}
