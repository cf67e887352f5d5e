//! The asymmetric fit: every site by itself, eight at a time.
//!
//! For site i, F_i = -sum_n w_n log P(x_i | rest) + lambda_h sum_a h_i(a)^2 + lambda_J sum_{j != i} sum_ab J_ij(a,b)^2. Each
//! estimate is put into its zero-sum gauge, then the two of a pair are averaged. Memory is that of eight sites' problem a
//! thread and of the packed couplings.

use super::Sequences;
use super::tiles::Layout;
use super::variables::PairProblem;
use crate::error::Result;
use crate::fit::optimizer::{Minimum, Settings, minimize};
use crate::fit::report::{Observer, Phase, Progress, StopReason, begin};
use crate::kernels::eight::{Eight, LANES};
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

/// Fits all sites.
///
/// # Errors
/// If the objective is not a number.
pub fn fit_sites(
    sequences: &Sequences,
    settings: &Settings,
    observer: Option<&Observer>,
) -> Result<AsymmetricFit> {
    let (sites, states) = (sequences.sites(), sequences.states());
    begin(observer, Phase::Minimisation);
    let couplings = Mutex::new(Couplings::zeros(sites, states));
    let done = AtomicUsize::new(0);
    let ends: Vec<(Vec<Vec<f64>>, Minimum)> = (0..sequences.tree.groups())
        .into_par_iter()
        .with_max_len(1)
        .map(|group| {
            let problem = PairProblem::new(sequences, Layout::Group(group));
            let (minimum, problem) = minimize(problem, settings, None)?;
            let (fields, blocks) = problem.into_point();
            let last = sites.min((group + 1) * LANES);
            let own = (group * LANES..last)
                .map(|site| add_zero_sum(site, states, &fields, &blocks, &couplings))
                .collect();
            if let Some(observer) = observer {
                let count = last - group * LANES;
                let done = count + done.fetch_add(count, Ordering::Relaxed);
                observer(Progress::Sites { done, all: sites });
            }
            Ok((own, minimum))
        })
        .collect::<Result<_>>()?;
    let minima = || ends.iter().map(|(_, minimum)| minimum);
    let stopped = minima().map(|m| m.stop_reason).find(|r| !r.converged());
    let fields: Vec<&Vec<f64>> = ends.iter().flat_map(|(fields, _)| fields).collect();
    Ok(AsymmetricFit {
        fields: Array2::from_shape_fn((sites, states), |(i, a)| fields[i][a] as f32),
        couplings: couplings
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner),
        objective: minima().map(|m| m.objective).sum(),
        evaluations: minima().map(|m| m.evaluations).max().unwrap_or(0),
        iterations: minima().map(|m| m.iterations).max().unwrap_or(0),
        stop_reason: stopped.unwrap_or(StopReason::ObjectiveTolerance),
    })
}

/// Puts site i's estimate (its lane of fields `[a]` and couplings `[j][b][a]`) into the zero-sum gauge, adds half of each block to the
/// packed couplings and returns the fields. A block gets two halves, x/2 + y/2 in either order: the same sum.
fn add_zero_sum(
    i: usize,
    states: usize,
    fields: &[Eight],
    couplings: &[Eight],
    sum: &Mutex<Couplings>,
) -> Vec<f64> {
    let (lane, size) = (i % LANES, states * states);
    let mut fields: Vec<f64> = fields.iter().map(|h| f64::from(h.0[lane])).collect();
    let mut half = vec![0.0f32; size];
    let sites = sum.lock().unwrap_or_else(PoisonError::into_inner).sites();
    let columns = couplings.chunks_exact(size).enumerate().take(sites);
    for (j, block) in columns.filter(|(j, _)| *j != i) {
        let block: Vec<f32> = block.iter().map(|lanes| lanes.0[lane]).collect();
        let means = BlockMeans::of(&block, states);
        for (h, mean) in fields.iter_mut().zip(&means.columns) {
            *h += mean - means.all;
        }
        for (k, value) in means.centred(&block).enumerate() {
            let (b, a) = (k / states, k % states);
            let place = if j < i { k } else { a * states + b };
            half[place] = (value / 2.0) as f32;
        }
        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
        let target = sum.block_mut(i.min(j), i.max(j));
        target.iter_mut().zip(&half).for_each(|(t, h)| *t += h);
    }
    let mean = fields.iter().sum::<f64>() / states as f64;
    fields.iter_mut().for_each(|h| *h -= mean);
    fields
}
