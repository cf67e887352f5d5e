//! Sets of sequences that are held against each other: natural ones with their weights, and drawn ones.

use crate::alignment::{Alignment, Clusters, RowFate, RowReport, SequenceWeights};
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::random::Random;
use crate::sample::moments::Sequences;
use std::ops::Range;
use std::sync::Arc;

/// Sequences of a model's sites, with weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// Rows of states, one after the other. What is missing has the state q.
    pub rows: Vec<u8>,
    /// Number of sites L.
    pub sites: usize,
    /// Number of states q of the model.
    pub states: usize,
    /// One a row.
    pub weights: Vec<f64>,
}

/// What tells these random numbers from others of the same seed.
const STREAM: u64 = 0xe7a1_0000;

impl Set {
    /// Sequences that all count 1.
    pub fn uniform(rows: Vec<u8>, (sites, states): (usize, usize)) -> Self {
        Self {
            weights: vec![1.0; rows.len() / sites],
            rows,
            sites,
            states,
        }
    }

    /// Number of sequences.
    pub fn count(&self) -> usize {
        self.weights.len()
    }

    /// Row by row.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.rows.chunks_exact(self.sites)
    }

    /// A row.
    pub fn row(&self, row: usize) -> &[u8] {
        &self.rows[row * self.sites..][..self.sites]
    }

    /// As frequencies are counted of.
    pub fn view(&self) -> Sequences<'_> {
        Sequences {
            rows: &self.rows,
            sites: self.sites,
            states: self.states,
            weights: &self.weights,
        }
    }

    /// Some of the rows, with their weights.
    pub fn of_rows(&self, which: impl Iterator<Item = usize> + Clone) -> Self {
        Self {
            rows: which
                .clone()
                .flat_map(|row| self.row(row))
                .copied()
                .collect(),
            weights: which.map(|row| self.weights[row]).collect(),
            ..*self
        }
    }

    /// So many rows by their weights, each of which then counts 1; all as they are, where there are no more.
    pub fn drawn(&self, most: usize, seed: u64) -> Self {
        if self.count() <= most {
            return self.clone();
        }
        let mut random = Random::of(seed, STREAM, 1);
        let draw = Draw::of(&self.weights);
        let which: Vec<usize> = (0..most).map(|_| draw.next(&mut random)).collect();
        let mut drawn = self.of_rows(which.into_iter());
        drawn.weights.fill(1.0);
        drawn
    }

    /// The same sequences with what is missing in sequences of another set, drawn by their weights: so that both lack as much. The same where
    /// nothing is missing there.
    pub fn lacking_as(&self, other: &Self, seed: u64) -> Self {
        let mut rows = self.rows.clone();
        let draw = Draw::of(&other.weights);
        let mut random = Random::of(seed, STREAM, 2);
        for row in rows.chunks_exact_mut(self.sites) {
            let lacking = other.row(draw.next(&mut random));
            for (own, &state) in row.iter_mut().zip(lacking) {
                if usize::from(state) >= self.states {
                    *own = state;
                }
            }
        }
        Self {
            rows,
            weights: self.weights.clone(),
            ..*self
        }
    }
}

/// Places drawn by their weights.
pub struct Draw {
    sums: Vec<f64>,
}

impl Draw {
    /// Of weights, of which there is one at least.
    pub fn of(weights: &[f64]) -> Self {
        let sums = weights.iter().scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// A place.
    pub fn next(&self, random: &mut Random) -> usize {
        let total = self.sums.last().copied().unwrap_or(0.0);
        let at = random.share() * total;
        let place = self.sums.partition_point(|&sum| sum <= at);
        place.min(self.sums.len().saturating_sub(1))
    }
}

/// Natural sequences.
#[derive(Debug, Clone)]
pub struct Naturals {
    /// All of them.
    pub set: Set,
    /// The relatives of each, itself among them: rows beside each other.
    pub relatives: Vec<Range<usize>>,
    /// Two halves by weight, relatives together.
    pub halves: [Set; 2],
    /// Whether the model was fitted to them.
    pub are_own: bool,
    /// Whether gaps are missing data, and there are some.
    pub lack: bool,
}

impl Naturals {
    /// Those that the model holds.
    ///
    /// # Errors
    /// [`Error::Usage`] if it holds none.
    pub fn of_model(model: &Model, seed: u64) -> Result<Self> {
        let family = model.family.as_ref();
        let held = family.and_then(|f| Some((f.sequences.as_ref()?, &f.weights)));
        let Some((sequences, weights)) = held else {
            return Err(Error::Usage(
                "the model holds no natural sequences to compare with\n  give some (`natural`), aligned as the model's are, or fit again without leaving sequences out".into(),
            ));
        };
        let rows = RowReport {
            fates: vec![RowFate::Kept; sequences.nrows()],
            ..RowReport::default()
        };
        let alignment = Alignment::new(
            model.alphabet.clone(),
            Arc::unwrap_or_clone(Arc::clone(sequences)),
            model.columns.clone(),
            None,
            rows,
        )?;
        Self::of(model, &alignment, weights, (true, seed))
    }

    /// Those of an alignment of the model's sites, with their weights, and whether the model was fitted to them.
    ///
    /// # Errors
    /// [`Error::Usage`] if there are fewer than four, or they are all relatives.
    pub fn of(
        model: &Model,
        alignment: &Alignment,
        weights: &SequenceWeights,
        (are_own, seed): (bool, u64),
    ) -> Result<Self> {
        if alignment.sequences() < FEWEST {
            return Err(Error::Usage(format!(
                "{} natural sequences are too few to compare with: {FEWEST} at least",
                alignment.sequences()
            )));
        }
        let clusters = Clusters::of(alignment, weights);
        let mut order: Vec<usize> = (0..alignment.sequences()).collect();
        order.sort_by_key(|&row| clusters.of_sequence[row]);
        let rows = order.iter().flat_map(|&row| alignment.sequence(row));
        let set = Set {
            rows: rows.copied().collect(),
            sites: alignment.sites(),
            states: model.states(),
            weights: order.iter().map(|&row| weights.as_slice()[row]).collect(),
        };
        let of_row: Vec<u32> = order.iter().map(|&row| clusters.of_sequence[row]).collect();
        Ok(Self {
            halves: halves(&set, (&of_row, &clusters), seed)?,
            relatives: relatives(&of_row),
            lack: model.gaps == GapTreatment::Missing
                && set
                    .rows
                    .iter()
                    .any(|&state| usize::from(state) >= set.states),
            set,
            are_own,
        })
    }
}

/// Natural sequences that say anything.
const FEWEST: usize = 4;

/// For each row those of its cluster, which stand together.
fn relatives(cluster_of: &[u32]) -> Vec<Range<usize>> {
    let mut first = 0;
    let clusters = cluster_of.chunk_by(|one, next| one == next);
    let ranges = clusters.flat_map(|cluster| {
        let range = first..first + cluster.len();
        first = range.end;
        vec![range; cluster.len()]
    });
    ranges.collect()
}

/// Clusters in an order that is drawn, each to the lighter half.
fn halves(set: &Set, (cluster_of, clusters): (&[u32], &Clusters), seed: u64) -> Result<[Set; 2]> {
    let half_of = clusters.parts(2, &mut Random::of(seed, STREAM, 3));
    let has_weight = |half| {
        half_of
            .iter()
            .zip(&clusters.weights)
            .any(|(&own, &weight)| own == half && weight > 0.0)
    };
    if ![0, 1].into_iter().all(has_weight) {
        return Err(Error::Usage(
            "the natural sequences are one cluster of relatives: nothing can be said of how far chance alone goes".into(),
        ));
    }
    Ok([0, 1].map(|half| {
        let rows = 0..set.count();
        set.of_rows(rows.filter(|&row| half_of[cluster_of[row] as usize] == half))
    }))
}
