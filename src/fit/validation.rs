//! Fits to a part of the sequences, and what they say of the others.
//!
//! Whole clusters of similar sequences are left out: a near relative that stayed in would tell what the one left out looks like. What is held against
//! the sequences left out is the pseudolikelihood of each residue given all others of its sequence; of independent sites it is that of the residue.
//!
//! A penalty on couplings that is chosen so is too weak for mutants: clusters share a history, which couplings learn, and which helps with the sequences left out.

use super::independent;
use super::inner_options::ValidationOptions;
use super::optimizer::Settings;
use super::options::{FitOptions, Method, PlmOptions};
use super::penalties::PenaltyScale;
use super::problem::Problem;
use super::pseudolikelihood::{Sequences, fit_pairs, value_at};
use super::start::Point;
use super::watch::{Phase, Progress, Watch};
use crate::alignment::{Alignment, Clusters, Frequencies, SequenceWeights};
use crate::error::{Error, Result};
use crate::model::{Couplings, Fold, TriedPenalty, Validation};
use ndarray::{Array2, s};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Share of Neff that a single division leaves out.
const LEFT_OUT: f64 = 0.2;

/// Fields and couplings of a fit.
type Parameters = (Array2<f32>, Couplings);

/// A family in which some sequences are left out.
struct Divided<'a> {
    alignment: &'a Alignment,
    weights: &'a SequenceWeights,
    options: &'a FitOptions,
    method: &'a PlmOptions,
    watch: &'a Watch,
    sequences: Sequences,
    /// Where the last fit ended.
    last: Option<Parameters>,
    /// Fits that are done, of all.
    done: usize,
    all: usize,
}

/// Fits without some of the sequences and holds the others against it.
///
/// # Errors
/// As for the fit; [`Error::Model`] where there are too few clusters to leave some out.
pub fn validate(
    asked: &ValidationOptions,
    alignment: &Alignment,
    weights: &SequenceWeights,
    options: &FitOptions,
    watch: &Watch,
) -> Result<Validation> {
    let Method::Plm(method) = &options.method else {
        return Err(Error::Usage("`validate` goes with `method=plm`".into()));
    };
    watch.begin(Phase::Validation);
    let clusters = Clusters::of(alignment, weights);
    let folds = divide(asked, &clusters)?;
    let factors = asked.factors();
    let mut divided = Divided {
        alignment,
        weights,
        options,
        method,
        watch,
        sequences: Problem::new(alignment, weights, options).sequences(),
        last: None,
        done: 0,
        all: factors.len() + folds.len(),
    };
    let mut found = Validation {
        seed: asked.seed,
        clusters: clusters.count() as u64,
        identity: clusters.identity,
        folds: Vec::new(),
        tried: Vec::new(),
    };
    for &factor in factors {
        let fold = divided.leave_out(&folds[0], PenaltyScale::Relative(factor))?;
        let potts = fold.potts;
        found.tried.push(TriedPenalty { factor, potts });
    }
    let chosen = found.chosen().map(PenaltyScale::Relative);
    for fold in &folds {
        let fold = divided.leave_out(fold, chosen.unwrap_or(options.penalties.lambda_j))?;
        found.folds.push(fold);
    }
    Ok(found)
}

/// Of each fold which sequences it leaves out: clusters in a random order, each to the fold that has the least; of a single division as many as make up a
/// fifth of Neff.
fn divide(asked: &ValidationOptions, clusters: &Clusters) -> Result<Vec<Vec<bool>>> {
    let count = clusters.count();
    if count < asked.folds.max(5) as usize {
        return Err(Error::Model(format!(
            "{count} clusters of similar sequences (at {:.0} % identity) are too few to leave some out\n  \
             validate deeper alignments, or take fewer folds",
            100.0 * clusters.identity
        )));
    }
    let mut random = ChaCha8Rng::seed_from_u64(asked.seed);
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        let any = (u128::from(random.next_u64()) * (last as u128 + 1)) >> 64;
        order.swap(last, any as usize);
    }
    let mut fold_of = vec![usize::MAX; count];
    let mut sums = vec![0.0f64; asked.folds as usize];
    let neff: f64 = clusters.weights.iter().sum();
    for cluster in order {
        let weight = clusters.weights[cluster];
        let least = (0..sums.len()).min_by(|&a, &b| sums[a].total_cmp(&sums[b]));
        let fold = least.unwrap_or(0);
        if asked.folds == 1 && sums[0] + weight > LEFT_OUT * neff && sums[0] > 0.0 {
            continue;
        }
        fold_of[cluster] = fold;
        sums[fold] += weight;
    }
    let left_out = |fold: usize| {
        let sequences = clusters.of_sequence.iter();
        sequences
            .map(|&cluster| fold_of[cluster as usize] == fold)
            .collect()
    };
    Ok((0..sums.len()).map(left_out).collect())
}

/// The weights of the sequences that a fold leaves out, or of the others; 0 for the rest.
fn chosen(weights: &SequenceWeights, fold: &[bool], left_out: bool) -> Vec<f64> {
    let pairs = weights.as_slice().iter().zip(fold);
    pairs
        .map(|(&weight, &out)| if out == left_out { weight } else { 0.0 })
        .collect()
}

impl Divided<'_> {
    /// A fit without the sequences of a fold, and what it says of them.
    fn leave_out(&mut self, fold: &[bool], lambda_j: PenaltyScale) -> Result<Fold> {
        self.watch.tell(Progress::Steps {
            unit: "fits without some of the sequences",
            done: self.done,
            all: self.all,
        });
        self.done += 1;
        let [kept, left_out] = [false, true].map(|out| chosen(self.weights, fold, out));
        let fitted = self.fit(&kept, lambda_j)?;
        let (potts, residues) = self.value_at(&fitted, &left_out);
        self.last = Some(fitted);
        Ok(Fold {
            neff: left_out.iter().sum(),
            residues,
            potts: potts / residues,
            independent: self.independent(&kept, &left_out) / residues,
        })
    }

    /// A fit to sequences of these weights, from where the last one ended.
    fn fit(&mut self, weights: &[f64], lambda_j: PenaltyScale) -> Result<Parameters> {
        let (sites, states) = (self.alignment.sites(), self.states());
        self.sequences.set_weights(weights);
        self.sequences.set_lambda_j(lambda_j.resolve(sites, states));
        let start = self.last.as_ref().map(|(fields, couplings)| Point {
            fields,
            couplings,
            known: None,
        });
        let (settings, watch) = (Settings::from(self.method), self.watch.quiet());
        let fit = fit_pairs(&mut self.sequences, start, &settings, &watch)?;
        Ok((fit.fields, fit.couplings))
    }

    fn states(&self) -> usize {
        self.alignment.alphabet().states(self.options.gaps)
    }

    /// -sum_n w_n sum_i log P(x_i | rest) at a fit, and the weight of all residues.
    fn value_at(&mut self, (fields, couplings): &Parameters, weights: &[f64]) -> (f64, f64) {
        self.sequences.set_weights(weights);
        let point = Point {
            fields,
            couplings,
            known: None,
        };
        let value = value_at(&self.sequences, &point);
        let (sites, states) = (self.alignment.sites(), self.states());
        let rows = self.alignment.as_slice().chunks_exact(sites);
        let known = |row: &[u8]| {
            row.iter()
                .filter(|&&state| usize::from(state) < states)
                .count()
        };
        let residues = rows
            .zip(weights)
            .map(|(row, weight)| weight * known(row) as f64);
        (value, residues.sum())
    }

    /// -sum_n w_n sum_i log P(x_i) by independent sites that were fitted to the others.
    fn independent(&self, kept: &[f64], left_out: &[f64]) -> f64 {
        let (states, penalties) = (self.states(), &self.options.penalties);
        let penalties = penalties.resolve(self.alignment.sites(), states);
        let counts = |weights: &[f64]| {
            let weights = SequenceWeights::of_some(weights);
            let frequencies = Frequencies::of(self.alignment, &weights);
            let neff = frequencies.neff();
            let residues = frequencies.sites().slice(s![.., ..states]).to_owned();
            residues * neff
        };
        let fit = independent::fit(&counts(kept), penalties.lambda_h);
        let seen = counts(left_out);
        let terms = seen.iter().zip(&fit.probabilities);
        -terms
            .filter(|(count, _)| **count > 0.0)
            .map(|(count, probability)| count * probability.ln())
            .sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(weights: &[f64]) -> Clusters {
        Clusters {
            identity: 0.8,
            of_sequence: (0..weights.len() as u32).flat_map(|k| [k, k]).collect(),
            weights: weights.to_vec(),
        }
    }

    fn options(folds: u64, seed: u64) -> ValidationOptions {
        ValidationOptions {
            folds,
            seed,
            chooses_penalty: false,
        }
    }

    #[test]
    fn clusters_stay_together_and_each_is_left_out_once() {
        let clusters = clusters(&[1.0, 3.0, 0.5, 2.0, 1.0, 1.0, 0.2, 0.3]);
        for seed in 0..20 {
            let folds = divide(&options(4, seed), &clusters).unwrap();
            for sequence in 0..16 {
                let times = folds.iter().filter(|fold| fold[sequence]).count();
                assert_eq!(times, 1);
                assert!(
                    folds
                        .iter()
                        .all(|fold| fold[sequence] == fold[sequence ^ 1])
                );
            }
            assert!(folds.iter().all(|fold| fold.contains(&true)));
            let single = divide(&options(1, seed), &clusters).unwrap();
            let sum: f64 = (0..8)
                .filter(|k| single[0][2 * k])
                .map(|k| clusters.weights[k])
                .sum();
            // The first cluster is left out however large it is.
            assert!(
                sum > 0.0 && (sum <= 1.8 || sum == 2.0 || sum == 3.0),
                "{sum}"
            );
        }
        assert!(divide(&options(9, 0), &clusters).is_err());
    }
}
