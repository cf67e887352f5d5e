//! Fits to a part of the sequences, and what they say of the others.
//!
//! Whole clusters of similar sequences are left out: a near relative that stayed in would tell what the one left out looks like. What is held against
//! the sequences left out is the pseudolikelihood of each residue given all others of its sequence; of independent sites it is that of the residue.
//!
//! A penalty on couplings that is chosen so is too weak for mutants: clusters share a history, which couplings learn, and which helps with the sequences left out.

use super::independent;
use super::optimizer::Settings;
use super::options::{FitOptions, Method, PlmOptions};
use super::penalties::PenaltyScale;
use super::problem::Problem;
use super::pseudolikelihood::{Sequences, fit_pairs};
use super::start::Point;
use super::watch::{Phase, Progress, Watch};
use crate::alignment::{Alignment, Clusters, Frequencies, SequenceWeights};
use crate::error::{Error, Result};
use crate::model::{Couplings, Fold, MethodName, TriedPenalty, Validation};
use ndarray::{Array2, s};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Share of Neff that a single division leaves out.
const LEFT_OUT: f64 = 0.2;

/// The most folds.
const MOST_FOLDS: u64 = 20;

/// Multiples of (L-1)(q-1) among which a penalty is chosen, the strongest first.
const FACTORS: [f64; 8] = [0.06, 0.03, 0.015, 0.01, 0.005, 0.0025, 0.001, 0.0005];

/// How sequences are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidationOptions {
    /// How many folds, each left out once; 1 for a single division that leaves out a fifth of Neff.
    pub folds: u64,
    /// What the division begins with.
    pub seed: u64,
    /// Whether the penalty on couplings is chosen by the first division.
    pub chooses_penalty: bool,
}

/// Fields and couplings of a fit.
type Parameters = (Array2<f32>, Couplings);

/// A family in which some sequences are left out.
struct Divided<'a> {
    alignment: &'a Alignment,
    options: &'a FitOptions,
    method: &'a PlmOptions,
    watch: Watch,
    sequences: Sequences,
}

impl ValidationOptions {
    /// Checks what the type of an option cannot say.
    ///
    /// # Errors
    /// For too many folds, and a method that is not validated.
    pub fn check(&self, method: MethodName) -> Result<()> {
        if !(1..=MOST_FOLDS).contains(&self.folds) {
            return Err(Error::Usage(format!(
                "`folds={}`, but there are 1 to {MOST_FOLDS}; 5 are usual",
                self.folds
            )));
        }
        match method {
            MethodName::Plm => Ok(()),
            other => Err(Error::Usage(format!(
                "`validate` and `lambda_j=auto` go with `method=plm`, not with `method={}`",
                other.as_str()
            ))),
        }
    }

    /// Fits without some of the sequences and holds the others against it.
    ///
    /// # Errors
    /// As for the fit; [`Error::Model`] where there are too few clusters to leave some out.
    pub fn run(
        &self,
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
        let folds = self.divide(&clusters)?;
        let problem = Problem::new(alignment, weights, options);
        let mut divided = Divided {
            alignment,
            options,
            method,
            watch: watch.quiet(),
            sequences: problem.sequences(),
        };
        let all = folds.len()
            + if self.chooses_penalty {
                FACTORS.len()
            } else {
                0
            };
        let step = |done: usize| {
            watch.tell(Progress::Steps {
                unit: "fits without some of the sequences",
                done,
                all,
            });
        };
        let parts = |fold: &[bool]| (chosen(weights, fold, false), chosen(weights, fold, true));
        let (mut tried, mut lambda_j) = (Vec::new(), options.penalties.lambda_j);
        let mut last: Option<Parameters> = None;
        if self.chooses_penalty {
            let (kept, left_out) = parts(&folds[0]);
            for (k, &factor) in FACTORS.iter().enumerate() {
                step(k);
                let lambda = PenaltyScale::Relative(factor);
                let fitted = divided.fit(&kept, lambda, last.as_ref())?;
                let (potts, residues) = divided.left_out(&fitted, &left_out);
                let potts = potts / residues;
                tried.push(TriedPenalty { factor, potts });
                last = Some(fitted);
            }
            let least = tried.iter().min_by(|a, b| a.potts.total_cmp(&b.potts));
            lambda_j = least.map_or(lambda_j, |best| PenaltyScale::Relative(best.factor));
            last = None;
        }
        let mut found = Vec::new();
        for (k, fold) in folds.iter().enumerate() {
            step(tried.len() + k);
            let (kept, left_out) = parts(fold);
            let fitted = divided.fit(&kept, lambda_j, last.as_ref())?;
            let (potts, residues) = divided.left_out(&fitted, &left_out);
            found.push(Fold {
                neff: left_out.iter().sum(),
                residues,
                potts: potts / residues,
                independent: divided.independent(&kept, &left_out) / residues,
            });
            last = Some(fitted);
        }
        Ok(Validation {
            seed: self.seed,
            clusters: clusters.count() as u64,
            identity: clusters.identity,
            folds: found,
            tried,
        })
    }

    /// Of each fold which sequences it leaves out: clusters in a random order, each to the fold that has the least; of a single division as many as make up a
    /// fifth of Neff.
    fn divide(&self, clusters: &Clusters) -> Result<Vec<Vec<bool>>> {
        let count = clusters.count();
        if count < self.folds.max(5) as usize {
            return Err(Error::Model(format!(
                "{count} clusters of similar sequences (at {:.0} % identity) are too few to leave some out\n  \
                 validate deeper alignments, or take fewer folds",
                100.0 * clusters.identity
            )));
        }
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            let any = (u128::from(random.next_u64()) * (last as u128 + 1)) >> 64;
            order.swap(last, any as usize);
        }
        let mut fold_of = vec![usize::MAX; count];
        let mut sums = vec![0.0f64; self.folds as usize];
        let neff: f64 = clusters.weights.iter().sum();
        for cluster in order {
            let weight = clusters.weights[cluster];
            let least = (0..sums.len()).min_by(|&a, &b| sums[a].total_cmp(&sums[b]));
            let fold = least.unwrap_or(0);
            if self.folds == 1 && sums[0] + weight > LEFT_OUT * neff && sums[0] > 0.0 {
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
}

/// The weights of the sequences that a fold leaves out, or of the others; 0 for the rest.
fn chosen(weights: &SequenceWeights, fold: &[bool], left_out: bool) -> Vec<f64> {
    let pairs = weights.as_slice().iter().zip(fold);
    pairs
        .map(|(&weight, &out)| if out == left_out { weight } else { 0.0 })
        .collect()
}

impl Divided<'_> {
    /// A fit to sequences of these weights.
    fn fit(
        &mut self,
        weights: &[f64],
        lambda_j: PenaltyScale,
        from: Option<&Parameters>,
    ) -> Result<Parameters> {
        let (sites, states) = (self.alignment.sites(), self.states());
        self.sequences.set_weights(weights);
        self.sequences.set_lambda_j(lambda_j.resolve(sites, states));
        let start = from.map(|(fields, couplings)| Point {
            fields,
            couplings,
            known: None,
        });
        let settings = Settings::from(self.method);
        let fit = fit_pairs(&mut self.sequences, start, &settings, &self.watch)?;
        Ok((fit.fields, fit.couplings))
    }

    fn states(&self) -> usize {
        self.alignment.alphabet().states(self.options.gaps)
    }

    /// -sum_n w_n sum_i log P(x_i | rest) at a fit, and the weight of all residues.
    fn left_out(&mut self, (fields, couplings): &Parameters, weights: &[f64]) -> (f64, f64) {
        self.sequences.set_weights(weights);
        let value = self.sequences.value_at(&Point {
            fields,
            couplings,
            known: None,
        });
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
            let folds = options(4, seed).divide(&clusters).unwrap();
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
            let single = options(1, seed).divide(&clusters).unwrap();
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
        assert!(options(9, 0).divide(&clusters).is_err());
    }
}
