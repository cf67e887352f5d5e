//! Replicates of a fit: the same, to clusters of similar sequences drawn with replacement.
//!
//! Each replicate draws as many clusters as there are, a cluster that comes k times counts k times, and weights are brought to the same Neff, so that
//! data and penalties are to each other as before (Efron, Ann. Statist. 7:1, 1979; by clusters, since sequences of one family are no independent
//! draws). It begins at the optimum of the fit, on its trees and with the scales that it learnt.

use super::inner_options::BootstrapOptions;
use super::optimizer::Settings;
use super::pseudolikelihood::{Sequences, fit_pairs};
use super::start::Point;
use super::watch::{Phase, Progress, Watch};
use crate::alignment::{Alignment, Clusters, SequenceWeights};
use crate::contacts::score::{DEFAULT_APC_FACTOR, apc};
use crate::contacts::{ContactScores, Norm, Selection, first_pairs};
use crate::error::{Error, Result};
use crate::model::couplings::{pair_sites, pairs};
use crate::model::{Bootstrap, Couplings, Model, Optimizer, PottsModel, TargetReplicates};
use crate::mutants::single_scores;
use half::f16;
use ndarray::{Array2, Array3, Axis};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

/// Most iterations of a replicate.
const MOST_ITERATIONS: u64 = 100;

/// The tolerance of a replicate: five evaluations. With that of the fit, and thirteen, standard errors of CN are 1.02 times and of singles .99 times as large
/// (DYR_ECOLI, medians; nine in ten within a tenth), while 20 replicates leave them uncertain by a sixth.
const TOLERANCE: f64 = 1e-2;

/// Sums over replicates.
struct Sums<'m> {
    model: &'m Model,
    target: Vec<Option<usize>>,
    cn: Vec<f64>,
    cn_squares: Vec<f64>,
    found: Vec<u32>,
    interactions: Vec<f64>,
    single_scores: Option<Array3<f16>>,
    done: usize,
}

/// Fits the replicates of a symmetric fit, whose `sequences` these are.
///
/// # Errors
/// As for the fit.
pub fn replicates(
    options: &BootstrapOptions,
    model: &Model,
    (alignment, weights): (&Alignment, &SequenceWeights),
    mut sequences: Sequences,
    watch: &Watch,
) -> Result<Bootstrap> {
    watch.begin(Phase::Replicates);
    let clusters = Clusters::of(alignment, weights);
    let pairwise = model.parameters.needs_pairwise("replicates of a fit")?;
    let couplings = pairwise.all()?;
    let start = Point {
        fields: pairwise.fields,
        couplings: &couplings,
        known: None,
    };
    let quiet = watch.quiet();
    let settings = Settings {
        optimizer: Optimizer::Lbfgs,
        max_iterations: MOST_ITERATIONS,
        tolerance: TOLERANCE,
    };
    let mut sums = Sums::new(model, options.replicates as usize);
    for replicate in 0..options.replicates {
        watch.tell(Progress::Steps {
            unit: "replicates",
            done: replicate as usize,
            all: options.replicates as usize,
        });
        sequences.set_weights(&drawn(options.seed, replicate, &clusters, weights));
        let fit = fit_pairs(&mut sequences, Some(start), &settings, &quiet)
            .map_err(|error| during(error, replicate))?;
        sums.add(fit.fields, fit.couplings, &couplings)?;
    }
    Ok(sums.finish(options, &clusters))
}

/// Fewer clusters than these tell nothing of what other sequences would say.
const FEWEST_CLUSTERS: usize = 5;

/// Refuses replicates that would all be alike.
///
/// # Errors
/// [`Error::Model`] with the number of clusters.
pub fn check(clusters: &Clusters) -> Result<()> {
    match clusters.count() {
        count if count < FEWEST_CLUSTERS => Err(Error::Model(format!(
            "{count} clusters of similar sequences (at {:.0} % identity) are too few to draw from: errors would be far too small\n  \
             leave out `bootstrap`, or fit a deeper alignment",
            100.0 * clusters.identity
        ))),
        _ => Ok(()),
    }
}

/// The weights of a replicate.
fn drawn(seed: u64, replicate: u64, clusters: &Clusters, weights: &SequenceWeights) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(replicate);
    let count = clusters.count();
    let mut times = vec![0u32; count];
    for _ in 0..count {
        // The high part of the product is even to within count / 2^64.
        let any = (u128::from(random.next_u64()) * count as u128) >> 64;
        times[any as usize] += 1;
    }
    let drawn = times.iter().zip(&clusters.weights);
    let total: f64 = drawn
        .map(|(&times, weight)| f64::from(times) * weight)
        .sum();
    let scale = weights.effective_number() / total;
    let sequences = weights.as_slice().iter().zip(&clusters.of_sequence);
    sequences
        .map(|(weight, &cluster)| weight * scale * f64::from(times[cluster as usize]))
        .collect()
}

/// Where a fit was stopped.
fn during(error: Error, replicate: u64) -> Error {
    match error {
        Error::Stopped { .. } => Error::Stopped {
            at: format!("replicate {}", replicate + 1),
        },
        other => other,
    }
}

impl<'m> Sums<'m> {
    fn new(model: &'m Model, replicates: usize) -> Self {
        let pairs = pairs(model.sites());
        let target = target_states(model);
        let shape = (replicates, model.sites(), model.alphabet.residues());
        Self {
            model,
            cn: vec![0.0; pairs],
            cn_squares: vec![0.0; pairs],
            found: vec![0; pairs],
            interactions: vec![0.0; if model.columns.has_target() { pairs } else { 0 }],
            single_scores: model
                .columns
                .has_target()
                .then(|| Array3::from_elem(shape, f16::ZERO)),
            target,
            done: 0,
        }
    }

    /// Adds a replicate, to be compared with the model's couplings.
    fn add(
        &mut self,
        fields: Array2<f32>,
        couplings: Couplings,
        of_model: &Couplings,
    ) -> Result<()> {
        let model = self.model;
        let residues = model.alphabet.residues();
        let scores = ContactScores::of_couplings(&couplings, residues, Norm::default())?;
        for ((sum, squares), cn) in self
            .cn
            .iter_mut()
            .zip(&mut self.cn_squares)
            .zip(scores.cn())
        {
            *sum += cn;
            *squares += cn * cn;
        }
        let ranked = apc(scores.frobenius(), model.sites(), DEFAULT_APC_FACTOR);
        let selection = Selection::default();
        for pair in first_pairs(&ranked, &model.columns, &selection, model.sites()) {
            self.found[pair] += 1;
        }
        if let Some(all) = &mut self.single_scores {
            let (states, target) = (couplings.states(), &self.target);
            let pairs: Vec<(usize, usize)> = pair_sites(model.sites()).collect();
            self.interactions
                .par_iter_mut()
                .zip(pairs)
                .for_each(|(sum, (i, j))| {
                    if let (Some(a), Some(b)) = (target[i], target[j]) {
                        let blocks = (couplings.block(i, j), of_model.block(i, j));
                        *sum += mean_square_change(blocks, (states, residues), (a, b));
                    }
                });
            let replicate = Model::of_parameters(
                PottsModel::new(fields, couplings)?,
                model.alphabet.clone(),
                model.gaps,
                model.columns.clone(),
            );
            let scores = single_scores(&replicate)?;
            let half = scores.mapv(|score| f16::from_f64(score + 0.0));
            all.index_axis_mut(Axis(0), self.done).assign(&half);
        }
        self.done += 1;
        Ok(())
    }

    fn finish(self, options: &BootstrapOptions, clusters: &Clusters) -> Bootstrap {
        let count = self.done as f64;
        let single = |numbers: Vec<f64>| numbers.into_iter().map(|number| number as f32).collect();
        let means: Vec<f64> = self.cn.iter().map(|sum| sum / count).collect();
        let spread = self.cn_squares.iter().zip(&means);
        let spread = spread.map(|(squares, mean)| {
            let variance = (squares - count * mean * mean) / (count - 1.0);
            variance.max(0.0).sqrt()
        });
        let interactions = self.interactions.iter().map(|sum| (sum / count).sqrt());
        let interaction_sd = single(interactions.collect());
        Bootstrap {
            replicates: options.replicates,
            seed: options.seed,
            clusters: clusters.count() as u64,
            identity: clusters.identity,
            cn_sd: single(spread.collect()),
            cn_mean: single(means),
            support: single(self.found.iter().map(|&k| f64::from(k) / count).collect()),
            of_target: self.single_scores.map(|single_scores| TargetReplicates {
                single_scores,
                interaction_sd,
            }),
        }
    }
}

/// The target's residue at each site, where it has one.
fn target_states(model: &Model) -> Vec<Option<usize>> {
    let letters = model.alphabet.letters();
    let state = |site| {
        let own = model.columns.letter(site);
        letters.iter().position(|&letter| letter == own)
    };
    (0..model.sites()).map(state).collect()
}

/// The mean square, over all substitutions of both sites, of what their interaction differs by between two blocks of so many states, of which
/// the first are residues; with the target's residues (a, b).
fn mean_square_change(
    (one, other): (&[f32], &[f32]),
    (states, residues): (usize, usize),
    (a, b): (usize, usize),
) -> f64 {
    let change = |c: usize, d: usize| {
        let place = c * states + d;
        f64::from(one[place]) - f64::from(other[place])
    };
    let own = change(a, b);
    let mut sum = 0.0;
    for c in (0..residues).filter(|&c| c != a) {
        let first = change(c, b);
        for d in (0..residues).filter(|&d| d != b) {
            sum += (change(c, d) - first - change(a, d) + own).powi(2);
        }
    }
    sum / ((residues - 1) * (residues - 1)) as f64
}
