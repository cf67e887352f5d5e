//! Scores fitted to measured values of one protein: predictions in the unit of the assay, with intervals, and what to measure next.
//!
//! The fit begins with a line through the [effects](crate::mutants) and adds what the measured values say beyond it, as a ridge regression whose
//! features are kept small by prior variances ([features]): a few numbers of every substitution, and weights of each position, of each position's
//! surroundings, of the residues' properties at each position, of residues and of substitutions. Two variants that share a position, a
//! substitution, or have coupled positions share weights: that is the graph on which a residual that was measured spreads. How much all of it may do
//! is one strength, over several values of which the fit is averaged by their errors in [validation], 0 among them, which leaves the line alone.

mod dense;
mod features;
mod letters;
mod report;
mod rows;
mod suggestion;
mod validation;

#[cfg(test)]
mod tests;

pub use report::{Agreement, Report};
pub use suggestion::Suggestion;

use crate::choices::Allowed;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::mutants::{Change, MutantScorer, Score};
use crate::statistics::{moments, spearman};
use features::Features;
use ndarray::Array2;
use rows::Rows;
use validation::{Errors, coverage, groups, quantile};

/// How much features may do beside the line, over the share of noise.
pub(crate) const STRENGTHS: [f64; 6] = [0.0, 0.03, 0.1, 0.3, 1.0, 3.0];

/// What speaks for each of them before anything is measured: with few values a weak fit, which is hardly ever worse than the line alone.
const BEFOREHAND: [f64; 6] = [1.0, 1.0, 1.0, 0.5, 0.2, 0.05];

/// Share of the variance of the measured values that is taken for noise.
const NOISE: f64 = 0.3;

/// Slope of the line before anything is measured, in standard deviations, and how far the values may move it; so far the columns of users go as well.
const SLOPE: f64 = 0.4;
const OF_SLOPE: f64 = 0.09;
const OF_COLUMN: f64 = 0.09;
const OF_CONSTANT: f64 = 1.0;

/// The least standard deviation of effects that the slope is measured by.
const LEAST_SPREAD: f64 = 0.05;

/// Share of the values that an interval covers.
pub const COVERED: f64 = 0.8;

/// Fewer different mutants than these are refused.
pub const FEWEST: usize = 12;

/// Strengths and intervals are found on as many values at most, drawn evenly.
const MOST_VALIDATED: usize = 1000;

/// Measured values of mutants.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measurements {
    /// The changes of each mutant, in the order of the sites; at least one, no mutant twice.
    pub variants: Vec<Vec<Change>>,
    /// The value of each.
    pub values: Vec<f64>,
    /// Names of further columns.
    pub columns: Vec<String>,
    /// Of each mutant a value in each of these.
    pub extras: Vec<Vec<f64>>,
}

/// A further column that predictions take.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtraColumn {
    /// Its name in tables.
    pub name: String,
    /// The change of the prediction by one unit of it.
    pub slope: f64,
    /// Its mean over the measured mutants.
    pub mean: f64,
}

/// A fit to measured values. Values are in the unit of the assay.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// SHA-256 of the model's file, in hexadecimal.
    pub model_sha256: String,
    /// The prediction for the wild type, all further columns at their means.
    pub wild_type: f64,
    /// The change of the prediction by one unit of the effect; of the sum of [`Self::bases`].
    pub slope: f64,
    /// 1, or -1 where low values of the assay are the good ones: its correlation with effects is negative beyond chance.
    pub direction: f64,
    /// What each substitution begins with, L x residues.
    pub bases: Array2<f64>,
    /// What each substitution adds beside the line, L x residues.
    pub additions: Array2<f64>,
    /// The change of the prediction by a nat of epistasis.
    pub epistasis: f64,
    /// Further columns.
    pub columns: Vec<ExtraColumn>,
    /// Variance before any substitution, and what each adds, L x residues; in units of the interval's.
    pub variance: f64,
    /// What each substitution adds to the variance.
    pub variances: Array2<f64>,
    /// Which sites have measured mutants.
    pub measured: Vec<bool>,
    /// Half the width of an interval for a variance of 1: of mutants all of whose positions were measured.
    pub width: f64,
    /// The same of other mutants.
    pub width_elsewhere: f64,
}

/// What is predicted of a mutant, in the unit of the assay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The value.
    pub value: f64,
    /// Where the interval of 80 % begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

impl Calibration {
    /// Sites and residues that it is for.
    pub fn shape(&self) -> (usize, usize) {
        self.bases.dim()
    }

    /// What is predicted of a mutant with these changes and this score; `extras` has a value for each further column. Of no changes, the wild type.
    pub fn predict(&self, changes: &[Change], score: &Score, extras: &[f64]) -> Prediction {
        let sum = |table: &Array2<f64>| -> f64 {
            let places = changes.iter().map(|c| [c.site, usize::from(c.state)]);
            places.map(|place| table[place]).sum()
        };
        let columns = self.columns.iter().zip(extras);
        let columns = columns.map(|(column, value)| column.slope * (value - column.mean));
        let value = self.wild_type
            + self.slope * sum(&self.bases)
            + sum(&self.additions)
            + self.epistasis * score.epistasis
            + columns.sum::<f64>();
        let half = self.half_width(changes, self.variance + sum(&self.variances));
        Prediction {
            value,
            low: value - half,
            high: value + half,
        }
    }

    /// Whether all changes are to residues: of deletions nothing is predicted.
    pub fn covers(&self, changes: &[Change]) -> bool {
        let residues = self.bases.ncols();
        changes.iter().all(|c| usize::from(c.state) < residues)
    }

    /// [`Self::predict`] of changes that a scorer is ready for; of a calibration without further columns.
    pub fn predict_changes(&self, scorer: &MutantScorer<'_>, changes: &[Change]) -> Prediction {
        self.predict(changes, &scorer.score(changes), &[])
    }

    fn half_width(&self, changes: &[Change], variance: f64) -> f64 {
        let is_known = changes.iter().all(|change| self.measured[change.site]);
        let width = match is_known {
            true => self.width,
            false => self.width_elsewhere,
        };
        width * variance.sqrt()
    }
}

/// A calibration, how good it is, and what to measure next.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// The fit.
    pub calibration: Calibration,
    /// How well it tells values that it has not seen.
    pub report: Report,
    /// Mutants to measure next, as many as were asked for.
    pub suggestions: Vec<Suggestion>,
}

/// Fits a calibration to measured values and proposes so many of the single mutants that are allowed to measure next. The scorer must be ready for all of the
/// mutants and all singles; ranking contacts may take `max_memory` bytes.
///
/// # Errors
/// [`Error::Model`] with fewer than [`FEWEST`] mutants or values that are all the same; as for listing contacts; [`Error::Memory`] if the
/// features of so many mutants need more than there is.
pub fn calibrate(
    model: &Model,
    scorer: &MutantScorer<'_>,
    measured: &Measurements,
    suggested: (usize, &Allowed),
    max_memory: Option<u64>,
) -> Result<Calibrated> {
    let count = measured.variants.len();
    if let Some(value) = beyond_reckoning(&measured.values) {
        return Err(Error::Model(format!(
            "{value:e} is too large, or too small, to be reckoned with"
        )));
    }
    let (mean, spread) = moments(&measured.values);
    if count < FEWEST || spread <= 0.0 {
        return Err(Error::Model(match count < FEWEST {
            true => {
                format!("{count} different mutants with a value, and {FEWEST} at least are needed")
            }
            false => format!("all {count} values are {mean}"),
        }));
    }
    check_memory(measured, max_memory)?;
    let features = Features::of(model, scorer, max_memory)?;
    let scores: Vec<Score> = measured.variants.iter().map(|v| scorer.score(v)).collect();
    let fit = Fit::of(&features, measured, &scores, (mean, spread))?;
    let report = fit.report(measured, &scores);
    let calibration = fit.calibration(scorer);
    let suggestions = suggestion::suggest(scorer, &calibration, &fit, measured, suggested);
    Ok(Calibrated {
        calibration,
        report,
        suggestions,
    })
}

/// Sizes between which sums of squares are numbers.
const SIZES: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

/// A value whose square is no number, if there is one.
pub fn beyond_reckoning(values: &[f64]) -> Option<f64> {
    let is_within = |value: f64| value == 0.0 || SIZES.contains(&value.abs());
    values.iter().copied().find(|&value| !is_within(value))
}

/// Bytes of a substitution's features.
const BYTES: u64 = 16 * 60;

fn check_memory(measured: &Measurements, max_memory: Option<u64>) -> Result<()> {
    let changes: usize = measured.variants.iter().map(Vec::len).sum();
    let needed = BYTES * changes as u64 + 32 * (MOST_VALIDATED * MOST_VALIDATED) as u64;
    match max_memory {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: "calibrate with a part of the rows".into(),
        }),
        _ => Ok(()),
    }
}

/// A fit, in standard deviations of the values.
pub(crate) struct Fit<'a> {
    features: &'a Features,
    /// Mean and standard deviation of the values.
    scale: (f64, f64),
    /// 1, or -1 where low values are the good ones.
    pub sign: f64,
    /// Mean and standard deviation of the bases of the mutants.
    base: (f64, f64),
    /// Mean and standard deviation of each further column.
    columns: Vec<(String, f64, f64)>,
    /// Weights: a constant, the slope, the further columns, the features.
    weights: Vec<f64>,
    /// Variances of the weights before anything was measured, strengths mixed.
    priors: Vec<f64>,
    /// What the validated values tell of each weight, over the noise.
    known: Vec<f64>,
    /// The values that strengths and intervals were found on.
    validated: Vec<usize>,
    shares: Vec<f64>,
    errors: (Vec<f64>, Vec<Option<f64>>),
    /// Their sizes in units of their standard deviations, as far as there are any.
    sizes: (Vec<f64>, Vec<f64>),
    measured: Vec<bool>,
}

/// Some of `count` values, evenly over them, in an order of their own.
fn drawn(count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    if count > MOST_VALIDATED {
        order.sort_by_key(|&k| (mixed(k as u64), k));
        order.truncate(MOST_VALIDATED);
        order.sort_unstable();
    }
    order
}

/// A number that looks like chance (splitmix64).
fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// -1 where the correlation with bases is negative beyond chance: below -0.1 and by two standard errors.
fn direction(bases: &[f64], values: &[f64]) -> f64 {
    let correlation = spearman(bases, values).unwrap_or(0.0);
    let bound = (-0.1f64).min(-2.0 / (values.len() as f64).sqrt());
    if correlation < bound { -1.0 } else { 1.0 }
}

impl<'a> Fit<'a> {
    fn of(
        features: &'a Features,
        measured: &Measurements,
        scores: &[Score],
        scale: (f64, f64),
    ) -> Result<Self> {
        let bases: Vec<f64> = measured.variants.iter().map(|v| features.base(v)).collect();
        let (mean, spread) = moments(&bases);
        let column = |(k, name): (usize, &String)| {
            let values: Vec<f64> = measured.extras.iter().map(|extras| extras[k]).collect();
            let (mean, spread) = moments(&values);
            let spread = if spread > 0.0 { spread } else { 1.0 };
            (name.clone(), mean, spread)
        };
        let mut fit = Self {
            features,
            scale,
            sign: direction(&bases, &measured.values),
            base: (mean, spread.max(LEAST_SPREAD)),
            columns: measured.columns.iter().enumerate().map(column).collect(),
            weights: Vec::new(),
            priors: Vec::new(),
            known: Vec::new(),
            validated: drawn(measured.variants.len()),
            shares: Vec::new(),
            errors: Default::default(),
            sizes: Default::default(),
            measured: vec![false; features.shape().0],
        };
        for change in measured.variants.iter().flatten() {
            fit.measured[change.site] = true;
        }
        fit.solve(measured, scores)?;
        Ok(fit)
    }

    /// The row of a mutant: the constant, its base, further columns, features.
    fn row(&self, changes: &[Change], epistasis: f64, extras: &[f64]) -> Vec<(u32, f64)> {
        let mut row = vec![(0, 1.0), (1, self.standard_base(changes))];
        let columns = self.columns.iter().zip(extras).enumerate();
        row.extend(
            columns.map(|(k, ((_, mean, spread), value))| (2 + k as u32, (value - mean) / spread)),
        );
        let first = 2 + self.columns.len() as u32;
        let features = self.features.row(changes, epistasis);
        row.extend(
            features
                .into_iter()
                .map(|(place, value)| (first + place, value)),
        );
        row
    }

    fn standard_base(&self, changes: &[Change]) -> f64 {
        (self.features.base(changes) - self.base.0) / self.base.1
    }

    fn variances(&self, strength: f64) -> Vec<f64> {
        let mut all = vec![OF_CONSTANT, OF_SLOPE];
        all.extend(self.columns.iter().map(|_| OF_COLUMN));
        let features = self.features.variances();
        all.extend(features.iter().map(|variance| strength * variance));
        all
    }

    fn solve(&mut self, measured: &Measurements, scores: &[Score]) -> Result<()> {
        let mut rows = Rows::default();
        for (k, changes) in measured.variants.iter().enumerate() {
            let extras = measured.extras.get(k).map_or(&[][..], Vec::as_slice);
            rows.push(&self.row(changes, scores[k].epistasis, extras));
        }
        let (mean, spread) = self.scale;
        let line = |changes: &[Change]| self.sign * SLOPE * self.standard_base(changes);
        let targets = measured.variants.iter().zip(&measured.values);
        let targets: Vec<f64> = targets
            .map(|(changes, value)| (value - mean) / spread - line(changes))
            .collect();
        let variances: Vec<Vec<f64>> = STRENGTHS.iter().map(|&s| self.variances(s)).collect();
        let some = rows.some(&self.validated);
        let seen: Vec<f64> = self.validated.iter().map(|&k| targets[k]).collect();
        let variants = self.validated.iter().map(|&k| &measured.variants[k][..]);
        let groups = groups(&variants.collect::<Vec<_>>());
        let errors = Errors::of(&some, &seen, &variances, NOISE, groups)
            .ok_or_else(|| Error::Numerical("the kernel of the mutants has no inverse".into()))?;
        self.shares = errors.shares(|_| true);
        self.errors = errors.mixed();
        self.weights = vec![0.0; variances[0].len()];
        self.priors = vec![0.0; variances[0].len()];
        for (share, variances) in self.shares.clone().into_iter().zip(&variances) {
            for (prior, variance) in self.priors.iter_mut().zip(variances) {
                *prior += share * variance;
            }
            // A share so small changes no digit that is shown.
            if share > 1e-6 {
                let weights = rows.ridge(&targets, variances, NOISE);
                let sums = self.weights.iter_mut().zip(weights);
                sums.for_each(|(sum, weight)| *sum += share * weight);
            }
        }
        self.weigh_errors(&some, &errors.groups);
        Ok(())
    }

    /// The sizes of errors in units of the standard deviations that go without the values that were left out.
    fn weigh_errors(&mut self, rows: &Rows, groups: &[Vec<usize>]) {
        self.known = vec![0.0; self.priors.len()];
        for k in 0..rows.len() {
            add_known(&mut self.known, rows.row(k), 1.0);
        }
        let mut known = self.known.clone();
        for (k, group) in groups.iter().enumerate() {
            let row = rows.row(k);
            add_known(&mut known, row, -1.0);
            let deviation = self.variance_of(row, &known).sqrt();
            self.sizes.0.push(self.errors.0[k].abs() / deviation);
            add_known(&mut known, row, 1.0);
            if let Some(error) = self.errors.1[k] {
                let left_out = |known: &mut Vec<f64>, sign: f64| {
                    group
                        .iter()
                        .for_each(|&n| add_known(known, rows.row(n), sign));
                };
                left_out(&mut known, -1.0);
                let deviation = self.variance_of(row, &known).sqrt();
                self.sizes.1.push(error.abs() / deviation);
                left_out(&mut known, 1.0);
            }
        }
    }

    /// The variance of a row, each weight by itself.
    fn variance_of(&self, row: &[(u32, f64)], known: &[f64]) -> f64 {
        let terms = row.iter().map(|&(place, value)| {
            let place = place as usize;
            value * value * left(self.priors[place], known[place])
        });
        NOISE + terms.sum::<f64>()
    }

    fn calibration(&self, scorer: &MutantScorer<'_>) -> Calibration {
        let (sites, residues) = self.features.shape();
        let (mean, spread) = self.scale;
        let first = 2 + self.columns.len();
        let mut tables = [const { None }; 3].map(|_: Option<()>| Array2::zeros((sites, residues)));
        for change in (0..sites).flat_map(|site| scorer.changes_of(site)) {
            let place = [change.site, usize::from(change.state)];
            let row = self.features.row(&[change], 0.0);
            tables[0][place] = self.features.base(&[change]);
            tables[1][place] = spread * Rows::dot(&row, &self.weights[first..]);
            let terms = row.iter().map(|&(place, value)| {
                let place = first + place as usize;
                value * value * left(self.priors[place], self.known[place])
            });
            tables[2][place] = terms.sum();
        }
        let [bases, additions, variances] = tables;
        let slope = self.sign * SLOPE + self.weights[1];
        let of_constant = left(self.priors[0], self.known[0]) + left(self.priors[1], self.known[1]);
        let width = quantile(self.sizes.0.clone(), COVERED).unwrap_or(1.0);
        let elsewhere = quantile(self.sizes.1.clone(), COVERED).unwrap_or(width);
        let column = |(k, (name, mean, deviation)): (usize, &(String, f64, f64))| ExtraColumn {
            name: name.clone(),
            slope: spread * self.weights[2 + k] / deviation,
            mean: *mean,
        };
        Calibration {
            model_sha256: String::new(),
            wild_type: mean + spread * (self.weights[0] - slope * self.base.0 / self.base.1),
            slope: spread * slope / self.base.1,
            direction: self.sign,
            bases,
            additions,
            epistasis: spread * Features::of_a_nat(&self.weights[first..]),
            columns: self.columns.iter().enumerate().map(column).collect(),
            variance: NOISE + of_constant,
            variances,
            measured: self.measured.clone(),
            width: spread * width,
            width_elsewhere: spread * elsewhere,
        }
    }
}

/// What is left of a prior variance when so much is known.
fn left(prior: f64, known: f64) -> f64 {
    prior / (1.0 + prior * known)
}

fn add_known(known: &mut [f64], row: &[(u32, f64)], sign: f64) {
    for &(place, value) in row {
        known[place as usize] += sign * value * value / NOISE;
    }
}
