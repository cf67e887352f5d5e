//! What is known of single sites: eigenvectors of their covariances and the curvature along them.

use crate::kernels::eight::{Eight, LANES};

/// Eigenvectors and expected curvature of one site, q states.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteBasis {
    /// f(a).
    pub profile: Vec<f32>,
    /// U(a, k), `[a][k]`.
    pub vectors: Vec<f32>,
    /// d(k).
    pub variances: Vec<f32>,
    /// rho(k).
    pub shares: Vec<f32>,
}

/// Those of eight sites, one a lane; lanes without a site are zero.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneBasis {
    pub(super) states: usize,
    pub(super) profile: Vec<Eight>,
    /// U(a, k), `[a][k]`, and `[k][a]`.
    pub(super) vectors: Vec<Eight>,
    pub(super) transposed: Vec<Eight>,
    pub(super) variances: Vec<Eight>,
    pub(super) shares: Vec<Eight>,
}

impl LaneBasis {
    /// Puts sites into lanes.
    pub fn new(sites: &[SiteBasis]) -> Self {
        assert!((1..=LANES).contains(&sites.len()));
        let q = sites[0].profile.len();
        let lanes = |numbers: fn(&SiteBasis) -> &[f32], order: &dyn Fn(usize) -> usize| {
            let count = numbers(&sites[0]).len();
            let eight = |k: usize| {
                let number = |lane: usize| sites.get(lane).map_or(0.0, |s| numbers(s)[order(k)]);
                Eight(std::array::from_fn(number))
            };
            (0..count).map(eight).collect::<Vec<_>>()
        };
        let same = |k: usize| k;
        Self {
            states: q,
            profile: lanes(|s| &s.profile, &same),
            vectors: lanes(|s| &s.vectors, &same),
            transposed: lanes(|s| &s.vectors, &|k| k % q * q + k / q),
            variances: lanes(|s| &s.variances, &same),
            shares: lanes(|s| &s.shares, &same),
        }
    }
}
