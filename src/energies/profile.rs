//! The weighted profile of a family, and where a sequence stands along it.
//!
//! s_i(a) = log f_i(a) / f(a), with f_i the family's weighted frequencies among residues at site i and f those of all sites together, both with
//! pseudocounts; a site's deletion costs -log of the share of gaps there. What hangs over at the ends, of the profile or the sequence, is free.

use crate::alphabet::Alphabet;
use crate::error::{Error, Result};
use crate::kernels::profile_alignment::{Costs, align};
use crate::model::Model;
use ndarray::Array2;

/// Sequences that the composition of all sites counts for at each.
const PSEUDOCOUNT: f64 = 5.0;

/// What the first letter of an insertion costs, and each further one, in nats: HMMER's usual probabilities of a gap, .01 and .4.
const INSERTION: (f32, f32) = (4.6, 0.9);

/// The share of gaps that a site has at least, and what a deletion that goes on costs at a site without any.
const FEWEST_GAPS: f64 = 0.01;
const GOES_ON: f64 = 0.4;

/// Sites times letters of what is aligned, at most: a byte each.
const MOST_CELLS: usize = 1 << 26;

/// A profile.
#[derive(Debug, Clone)]
pub struct Profile {
    /// s_i(a), the last state that of what is no residue: 0.
    scores: Vec<f32>,
    states: usize,
    deletions: Vec<(f32, f32)>,
    /// The most frequent residue of each site.
    consensus: Vec<u8>,
}

/// Where a sequence stands along the profile.
#[derive(Debug, Clone, PartialEq)]
pub struct AlongProfile {
    /// Its states at the sites; the gap where it has none.
    pub states: Vec<u8>,
    /// Share of its residues there that are the most frequent of their site.
    pub identity: f64,
    /// Residues between two sites, which are left out.
    pub inserted: usize,
    /// Residues before the first site and behind the last one that it has.
    pub outside: usize,
}

impl Profile {
    /// That of the model's family.
    ///
    /// # Errors
    /// [`Error::Model`] where the model's file tells no frequencies, or it is of several proteins.
    pub fn of(model: &Model) -> Result<Self> {
        if model.columns.has_chains() {
            return Err(Error::Model(
                "the model is of several proteins: sequences must be aligned to its columns, chain after chain".into(),
            ));
        }
        let family = model.family.as_ref().ok_or_else(|| {
            Error::Model(
                "the model's file tells no frequencies of its family, so that sequences cannot be aligned to it: give them aligned to its sites"
                    .into(),
            )
        })?;
        let frequencies = &family.frequencies;
        Ok(Self::of_frequencies(
            &model.alphabet,
            frequencies.neff(),
            frequencies.sites(),
        ))
    }

    /// That of frequencies, L x (residues + 1), of so many sequences.
    pub fn of_frequencies(alphabet: &Alphabet, neff: f64, sites: &Array2<f64>) -> Self {
        let residues = alphabet.residues();
        let shares = |weights: &[f64], prior: &[f64], known: f64| -> Vec<f64> {
            let total: f64 = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            let pairs = weights.iter().zip(prior);
            pairs
                .map(|(w, p)| (known * w / total + PSEUDOCOUNT * p) / (known + PSEUDOCOUNT))
                .collect()
        };
        let even = vec![1.0 / residues as f64; residues];
        let sums: Vec<f64> = (0..residues).map(|a| sites.column(a).sum()).collect();
        let all = shares(&sums, &even, neff * sites.nrows() as f64);
        let mut profile = Self {
            scores: Vec::with_capacity(sites.nrows() * (residues + 1)),
            states: residues + 1,
            deletions: Vec::new(),
            consensus: Vec::new(),
        };
        for row in sites.rows() {
            let own: Vec<f64> = row.iter().take(residues).copied().collect();
            let gaps = row[residues].clamp(0.0, 1.0);
            let shares = shares(&own, &all, neff * (1.0 - gaps));
            let scores = shares
                .iter()
                .zip(&all)
                .map(|(f, all)| (f / all).ln() as f32);
            profile.scores.extend(scores.chain([0.0]));
            let costs = (gaps.max(FEWEST_GAPS), GOES_ON + (1.0 - GOES_ON) * gaps);
            profile
                .deletions
                .push((-costs.0.ln() as f32, -costs.1.ln() as f32));
            let most = (0..residues)
                .rev()
                .max_by(|&a, &b| own[a].total_cmp(&own[b]));
            profile.consensus.push(most.unwrap_or(0) as u8);
        }
        profile
    }

    /// Whether a sequence of so many letters can be aligned.
    pub fn can_align(&self, letters: usize) -> bool {
        letters.saturating_mul(self.consensus.len()) <= MOST_CELLS
    }

    /// Share of the residues among these states that are the most frequent of their site; 0 where there is none.
    pub fn identity(&self, states: &[u8]) -> f64 {
        let residue = |state: u8| usize::from(state) + 1 < self.states;
        let pairs = || {
            states
                .iter()
                .zip(&self.consensus)
                .filter(|(s, _)| residue(**s))
        };
        let alike = pairs().filter(|(state, own)| state == own).count();
        alike as f64 / pairs().count().max(1) as f64
    }

    /// Where the residues of a sequence stand, any other state one of no residue.
    pub fn place(&self, residues: &[u8]) -> AlongProfile {
        let other = (self.states - 1) as u8;
        let letters: Vec<u8> = residues.iter().map(|&state| state.min(other)).collect();
        let costs = Costs {
            scores: &self.scores,
            states: self.states,
            deletions: &self.deletions,
            insertion: INSERTION,
        };
        let (path, _) = align(&costs, &letters);
        let state = |at: &Option<u32>| at.map_or(other, |k| residues[k as usize]);
        let states: Vec<u8> = path.iter().map(state).collect();
        let mut found = path.iter().flatten().copied();
        let first = found.next();
        let last = found.next_back().or(first);
        let within = match (first, last) {
            (Some(first), Some(last)) => (last - first + 1) as usize,
            _ => 0,
        };
        let matched = path.iter().flatten().count();
        AlongProfile {
            identity: self.identity(&states),
            states,
            inserted: within - matched,
            outside: residues.len() - within,
        }
    }
}
