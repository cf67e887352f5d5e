//! Asymmetric pseudolikelihood: L independent problems, each with its own estimate of the couplings of its site.
//!
//! For site i, F_i = -sum_n w_n log P(x_i | rest) + lambda_h sum_a h_i(a)^2 + lambda_J sum_{j != i} sum_ab J_ij(a,b)^2. Each
//! estimate is put into its zero-sum gauge, then the two of a pair are averaged. Memory is that of one site's problem a
//! thread and of the packed couplings.

use super::objective::Objective;
use super::optimizer::{Minimum, Settings, minimize};
use super::options::Penalties;
use super::preconditioner::{CentredScaling, transpose};
use super::report::{Observer, Progress, StopReason};
use crate::error::Result;
use crate::kernels::conditional::{Scratch, SequenceRows, Site, site_value_and_gradient};
use crate::model::couplings::Couplings;
use crate::model::gauge::BlockMeans;
use ndarray::Array2;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The result over all sites.
pub struct AsymmetricFit {
    /// Zero-sum fields.
    pub fields: Array2<f32>,
    /// Averaged zero-sum couplings.
    pub couplings: Couplings,
    /// Sum of the sites' objectives.
    pub objective: f64,
    /// The most evaluations that a site took.
    pub evaluations: u64,
    /// The most iterations that a site took.
    pub iterations: u64,
    /// How the sites ended: not converged if one did not.
    pub stop_reason: StopReason,
}

/// Solves all sites; `start` holds the independent-site fields, L q.
pub fn fit(
    rows: &SequenceRows,
    penalties: Penalties,
    scaling: &CentredScaling,
    start: &[f64],
    settings: &Settings,
    observer: Option<&Observer>,
) -> Result<AsymmetricFit> {
    let (sites, states) = (rows.sites(), rows.states());
    let couplings = Mutex::new(Couplings::zeros(sites, states));
    let done = AtomicUsize::new(0);
    let settings = Settings {
        parallel: false,
        ..*settings
    };
    let ends: Vec<(Vec<f64>, Minimum)> = (0..sites)
        .into_par_iter()
        .map(|i| {
            let objective = SiteObjective::new(rows, i, penalties, scaling);
            let y = objective.start(start);
            let (mut minimum, mut objective) = minimize(objective, y, &settings, None)?;
            scaling.site_to_model(i, &minimum.x, split(&mut objective.x, states));
            minimum.x = Vec::new();
            let fields = add_zero_sum(i, &objective.x, states, &couplings);
            if let Some(observer) = observer {
                let done = 1 + done.fetch_add(1, Ordering::Relaxed);
                observer(Progress::Sites { done, all: sites });
            }
            Ok((fields, minimum))
        })
        .collect::<Result<_>>()?;
    let minima = || ends.iter().map(|(_, minimum)| minimum);
    let stopped = minima().map(|m| m.stop_reason).find(|r| !r.converged());
    Ok(AsymmetricFit {
        fields: Array2::from_shape_fn((sites, states), |(i, a)| ends[i].0[a] as f32),
        couplings: couplings
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner),
        objective: minima().map(|m| m.objective).sum(),
        evaluations: minima().map(|m| m.evaluations).max().unwrap_or(0),
        iterations: minima().map(|m| m.iterations).max().unwrap_or(0),
        stop_reason: stopped.unwrap_or(StopReason::ObjectiveTolerance),
    })
}

/// Puts site i's estimate (fields, then `[j][b][a]` couplings) into the zero-sum gauge, adds half of each block to the packed
/// couplings and returns the fields. A block gets two halves, x/2 + y/2 in either order: the same sum.
fn add_zero_sum(i: usize, x: &[f32], states: usize, couplings: &Mutex<Couplings>) -> Vec<f64> {
    let size = states * states;
    let mut fields: Vec<f64> = x[..states].iter().map(|&h| f64::from(h)).collect();
    let mut centred = vec![0.0f32; size];
    let mut transposed = vec![0.0f32; size];
    for (j, block) in x[states..]
        .chunks_exact(size)
        .enumerate()
        .filter(|(j, _)| *j != i)
    {
        let means = BlockMeans::of(block, states);
        for (h, mean) in fields.iter_mut().zip(&means.columns) {
            *h += mean - means.all;
        }
        for (c, value) in centred.iter_mut().zip(means.centred(block)) {
            *c = (value / 2.0) as f32;
        }
        transpose(states, &centred, &mut transposed);
        let (half, first, second) = if j < i {
            (&centred, j, i)
        } else {
            (&transposed, i, j)
        };
        let mut couplings = couplings.lock().unwrap_or_else(PoisonError::into_inner);
        let target = couplings.block_mut(first, second);
        target.iter_mut().zip(half).for_each(|(t, h)| *t += h);
    }
    let mean = fields.iter().sum::<f64>() / states as f64;
    fields.iter_mut().for_each(|h| *h -= mean);
    fields
}

/// Parameters (q fields, then L q q directed couplings) as a [`Site`].
fn split(x: &mut [f32], states: usize) -> Site<&mut [f32], &mut [f32]> {
    let (fields, couplings) = x.split_at_mut(states);
    Site { fields, couplings }
}

/// F_i in scaled variables.
struct SiteObjective<'a> {
    rows: &'a SequenceRows,
    site: usize,
    penalties: Penalties,
    scaling: &'a CentredScaling,
    x: Vec<f32>,
    gradient: Vec<f32>,
    scratch: Scratch,
}

impl<'a> SiteObjective<'a> {
    fn new(
        rows: &'a SequenceRows,
        site: usize,
        penalties: Penalties,
        scaling: &'a CentredScaling,
    ) -> Self {
        let n = rows.states() + rows.sites() * rows.states().pow(2);
        Self {
            rows,
            site,
            penalties,
            scaling,
            x: vec![0.0; n],
            gradient: vec![0.0; n],
            scratch: Scratch::default(),
        }
    }

    /// Scaled variables at the independent-site fields of all sites.
    fn start(&self, fields: &[f64]) -> Vec<f32> {
        let states = self.rows.states();
        let range = self.site * states..(self.site + 1) * states;
        let mut y = vec![0.0; self.dimension()];
        y[..states].copy_from_slice(&self.scaling.start_fields(fields)[range]);
        y
    }

    /// Adds the penalty's gradient; returns its value.
    fn add_penalty(&mut self) -> f64 {
        let states = self.rows.states();
        let mut value = 0.0;
        for (range, lambda) in [
            (0..states, self.penalties.lambda_h),
            (states..self.x.len(), self.penalties.lambda_j),
        ] {
            let x = &self.x[range.clone()];
            let slope = 2.0 * lambda as f32;
            for (g, x) in self.gradient[range].iter_mut().zip(x) {
                *g += slope * x;
            }
            let squares = x
                .chunks(states)
                .map(|row| f64::from(row.iter().map(|v| v * v).sum::<f32>()));
            value += lambda * squares.sum::<f64>();
        }
        value
    }
}

impl Objective for SiteObjective<'_> {
    fn dimension(&self) -> usize {
        self.x.len()
    }

    fn value_and_gradient(&mut self, y: &[f32], gradient: &mut [f32]) -> f64 {
        let states = self.rows.states();
        self.scaling
            .site_to_model(self.site, y, split(&mut self.x, states));
        let (fields, couplings) = self.x.split_at(states);
        let data = site_value_and_gradient(
            self.rows,
            self.site,
            &Site { fields, couplings },
            &mut split(&mut self.gradient, states),
            &mut self.scratch,
        );
        let value = data + self.add_penalty();
        let (fields, couplings) = self.gradient.split_at_mut(states);
        let own = Site {
            fields,
            couplings: &*couplings,
        };
        self.scaling
            .site_to_scaled_gradient(self.site, own, gradient);
        value
    }
}
