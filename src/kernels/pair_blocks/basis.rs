//! What is known of single sites: eigenvectors of their covariances and the curvature along them.

use crate::kernels::f32x8::{F32x8, LANES};

/// Eigenvectors and expected curvature of one site, q states.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteBasis {
    /// f(a).
    pub profile: Vec<f32>,
    /// U(a, k), `[a][k]`.
    pub vectors: Vec<f32>,
    /// The same as `[k][a]`.
    pub(super) transposed: Vec<f32>,
    /// d(k).
    pub variances: Vec<f32>,
    /// rho(k).
    pub shares: Vec<f32>,
}

impl SiteBasis {
    /// Of a site's profile, the eigenvectors U(a, k) of its covariance as `[a][k]`, and their variances; all shares are 1.
    pub fn new(profile: Vec<f32>, vectors: Vec<f32>, variances: Vec<f32>) -> Self {
        let q = profile.len();
        assert_eq!((vectors.len(), variances.len()), (q * q, q));
        Self {
            transposed: (0..q * q).map(|k| vectors[k % q * q + k / q]).collect(),
            shares: vec![1.0; q],
            profile,
            vectors,
            variances,
        }
    }
}

/// Those of eight sites, one a lane; lanes without a site are zero.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneBasis {
    pub(super) states: usize,
    pub(super) profile: Vec<F32x8>,
    /// U(a, k), `[a][k]`, and `[k][a]`.
    pub(super) vectors: Vec<F32x8>,
    pub(super) transposed: Vec<F32x8>,
    pub(super) variances: Vec<F32x8>,
    /// rho(k).
    pub shares: Vec<F32x8>,
}

impl LaneBasis {
    /// Puts sites into lanes.
    pub fn new(sites: &[SiteBasis]) -> Self {
        assert!((1..=LANES).contains(&sites.len()));
        let q = sites[0].profile.len();
        let lanes = |numbers: fn(&SiteBasis) -> &[f32]| {
            let count = numbers(&sites[0]).len();
            let lanes8 = |k: usize| {
                let number = |lane: usize| sites.get(lane).map_or(0.0, |s| numbers(s)[k]);
                F32x8(std::array::from_fn(number))
            };
            (0..count).map(lanes8).collect::<Vec<_>>()
        };
        Self {
            states: q,
            profile: lanes(|s| &s.profile),
            vectors: lanes(|s| &s.vectors),
            transposed: lanes(|s| &s.transposed),
            variances: lanes(|s| &s.variances),
            shares: lanes(|s| &s.shares),
        }
    }
}
