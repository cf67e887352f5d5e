//! A score of mutants' effects that knows more than the model: how fast a site changes, how buried it seems, which relatives have the residue, and
//! what residues are worth anywhere.
//!
//! Of each protein (chain) by itself, over its sites with a residue of the target, z() standing for (value - mean) / standard deviation over these:
//!
//! S(i, a) = P(i, a) / sd(P) + .15 z(ln r_i) - .45 z(b_i) + m_a + .487 G(i, a) - .0096 max(0, V_target - V_a)
//!
//! with the model's score P of the single, the [rate](rate) r, the burial b = sum_a beta_a f_i(a) - .403 ln r_i, the normal quantile G of the rank of the
//! [appearance](appearance), and [letters] m, beta and V. Where no sequences are known, S = P / sd(P) - .3 z(b) + m_a - .0071 max(0, V_target - V_a),
//! with letters and a burial of their own. With the rank u of S among all singles, over their number, the best 1, a single has the effect -(1 - u)^1.4:
//! 0 like the wild type, -1 the worst. A mutant with several substitutions has their sum.
//!
//! Letters and weights were trained on assays: it is no score of the model alone, which stays what it is.

mod appearance;
mod letters;
mod rate;
mod terms;

pub use terms::EffectTerms;

use crate::alignment::{Alignment, ColumnMap, SequenceWeights};
use crate::model::{Model, SiteFeatures};
use crate::mutants::placement::target_states;
use crate::statistics::{average_ranks, moments, standardised};
use letters::Letters;
use ndarray::{Array2, CowArray, Ix2, s};
use statrs::distribution::{ContinuousCDF, Normal};
use std::ops::Range;
use terms::{TERMS, TermTable};

/// Weights of the terms where sequences are known.
const RATE: f64 = 0.15;
const BURIAL: f64 = 0.45;
const APPEARANCE: f64 = 0.487;
const SMALLER: f64 = 0.0096;

/// Where they are not.
const BURIAL_BY_FREQUENCIES: f64 = 0.3;
const SMALLER_BY_FREQUENCIES: f64 = 0.0071;

/// From rank to effect.
const POWER: f64 = 1.4;

/// What an effect rests on besides the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectBasis {
    /// Sequences: rates and appearances.
    Alignment,
    /// The frequencies of residues alone.
    Frequencies,
}

impl EffectBasis {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alignment => "alignment",
            Self::Frequencies => "frequencies",
        }
    }
}

/// The effects of all singles of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// L x residues; 0 for the target's own residue, NaN at sites where it has none.
    singles: Array2<f64>,
    /// What they are made of; none against a background.
    terms: Option<TermTable>,
    basis: EffectBasis,
}

impl Effects {
    /// Of a model of a protein family with a target, whose `scores` of singles (L x residues or more) are given. `None` of other molecules, and
    /// where frequencies are not known.
    pub fn of(model: &Model, scores: &Array2<f64>) -> Option<Self> {
        if !model.alphabet.is_protein() {
            return None;
        }
        let family = model.family.as_ref()?;
        let features = family.features.as_ref();
        let target = target_states(&model.columns, &model.alphabet);
        let residues = model.alphabet.residues();
        let mut singles = Array2::from_elem((model.sites(), residues), f64::NAN);
        let mut table = TermTable::new(model.sites(), residues);
        for sites in proteins(&model.columns, &target, residues) {
            let protein = Protein {
                scores,
                target: &target,
                sites: &sites,
                letters: model.alphabet.letters(),
            };
            let terms = match features {
                Some(features) => protein.by_alignment(features),
                None => protein.by_frequencies(family.frequencies.sites()),
            };
            table.put(protein.singles(), &terms);
            let sums: Vec<f64> = terms.iter().map(|terms| terms.iter().sum()).collect();
            protein.put_effects(&sums, &mut singles);
        }
        Some(Self {
            singles,
            terms: Some(table),
            basis: match features {
                Some(_) => EffectBasis::Alignment,
                None => EffectBasis::Frequencies,
            },
        })
    }

    /// The effect of one substitution; `None` of a deletion, of which nothing is known.
    pub fn of_single(&self, site: usize, state: usize) -> Option<f64> {
        self.singles.get([site, state]).copied()
    }

    /// What the effect of one substitution is made of; `None` of a deletion, and against a background.
    pub fn terms_of(&self, site: usize, state: usize) -> Option<EffectTerms> {
        self.terms.as_ref()?.of(site, state)
    }

    /// The same against a background of these states: of each single the difference of its effect and that of the background's residue.
    #[must_use]
    pub fn against(mut self, background: &[u8]) -> Self {
        for (mut effects, &state) in self.singles.rows_mut().into_iter().zip(background) {
            if let Some(&own) = effects.get(usize::from(state)) {
                effects.mapv_inplace(|effect| effect - own);
            }
        }
        self.terms = None;
        self
    }

    /// What they rest on.
    pub fn basis(&self) -> EffectBasis {
        self.basis
    }
}

/// What the sequences tell of the sites of a protein family with a target; `None` of other molecules, or without a target.
pub fn site_features(
    alignment: &Alignment,
    weights: &SequenceWeights,
    frequencies: &Array2<f64>,
) -> Option<SiteFeatures> {
    let alphabet = alignment.alphabet();
    let residues = alphabet.residues();
    let target = target_states(alignment.columns(), alphabet);
    let proteins = proteins(alignment.columns(), &target, residues);
    if !alphabet.is_protein() || proteins.is_empty() {
        return None;
    }
    let mut features = SiteFeatures {
        rate: vec![1.0; alignment.sites()],
        burial: vec![0.0; alignment.sites()],
        appearance: Array2::zeros((alignment.sites(), residues)),
        single_scores: None,
    };
    for sites in proteins {
        // Sites are nearly always all of a chain; rows that lack it say nothing of it.
        let has_it = |row: &usize| {
            let row = alignment.sequence(*row);
            sites.iter().any(|&site| usize::from(row[site]) < residues)
        };
        let rows: Vec<usize> = (0..alignment.sequences()).filter(has_it).collect();
        let is_whole = (rows.len(), sites.len()) == alignment.states().dim();
        let states: CowArray<'_, u8, Ix2> = match is_whole {
            // As many bytes as the alignment has, of which there may be many.
            true => alignment.states().view().into(),
            false => {
                let state = |(n, k): (usize, usize)| alignment.states()[[rows[n], sites[k]]];
                Array2::from_shape_fn((rows.len(), sites.len()), state).into()
            }
        };
        let own: Vec<u8> = sites.iter().map(|&site| target[site]).collect();
        let weights: Vec<f64> = rows.iter().map(|&row| weights.as_slice()[row]).collect();
        let rates = rate::rates(states.view(), &weights, residues as u8);
        let appearances = appearance::appearances(states.view(), &own, &rates, alphabet.letters());
        for (k, &site) in sites.iter().enumerate() {
            let shares = shares(frequencies, site, residues);
            let by_letters = weighted(&shares, alphabet.letters(), letters::BURIED);
            features.rate[site] = rates[k] as f32;
            features.burial[site] = (by_letters + letters::BURIED_BY_RATE * rates[k].ln()) as f32;
            let row = appearances.row(k).mapv(|g| g as f32);
            features.appearance.row_mut(site).assign(&row);
        }
    }
    Some(features)
}

/// Sites of one protein with a residue of the target.
struct Protein<'a> {
    scores: &'a Array2<f64>,
    target: &'a [u8],
    sites: &'a [usize],
    letters: &'a [u8],
}

impl Protein<'_> {
    /// All singles, as site and state, in order.
    fn singles(&self) -> impl Iterator<Item = (usize, usize)> {
        let of_site = |&site: &usize| {
            let own = usize::from(self.target[site]);
            let states = (0..self.letters.len()).filter(move |&state| state != own);
            states.map(move |state| (site, state))
        };
        self.sites.iter().flat_map(of_site)
    }

    /// The terms of S of all singles.
    fn by_alignment(&self, features: &SiteFeatures) -> Vec<[f64; TERMS]> {
        let of_sites = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
            standardised(
                &self
                    .sites
                    .iter()
                    .map(|&site| value(site))
                    .collect::<Vec<_>>(),
            )
        };
        let rate = of_sites(&|site| f64::from(features.rate[site]).ln());
        let burial = of_sites(&|site| f64::from(features.burial[site]));
        let appearance: Vec<f64> = self
            .singles()
            .map(|place| f64::from(features.appearance[place]))
            .collect();
        let count = appearance.len() as f64;
        let quantiles = average_ranks(&appearance);
        let normal = Normal::standard();
        let quantiles = quantiles
            .iter()
            .map(|rank| normal.inverse_cdf((rank - 0.5) / count));
        let changes = self.letters.len() - 1;
        let sums = self.scaled_scores().zip(quantiles).enumerate();
        sums.map(|(k, (((site, state), score), appearance))| {
            let place = k / changes;
            [
                score,
                RATE * rate[place],
                -BURIAL * burial[place],
                letters::BORNE.of(self.letters[state]),
                APPEARANCE * appearance,
                -SMALLER * self.loss(site, state),
            ]
        })
        .collect()
    }

    fn by_frequencies(&self, frequencies: &Array2<f64>) -> Vec<[f64; TERMS]> {
        let burial = self.sites.iter().map(|&site| {
            let shares = shares(frequencies, site, self.letters.len());
            weighted(&shares, self.letters, letters::BURIED_BY_FREQUENCIES)
                + letters::BURIED_BY_CONSERVATION * relative_entropy(&shares, self.letters)
        });
        let burial = standardised(&burial.collect::<Vec<_>>());
        let changes = self.letters.len() - 1;
        let scores = self.scaled_scores().enumerate();
        scores
            .map(|(k, ((site, state), score))| {
                [
                    score,
                    0.0,
                    -BURIAL_BY_FREQUENCIES * burial[k / changes],
                    letters::BORNE_BY_FREQUENCIES.of(self.letters[state]),
                    0.0,
                    -SMALLER_BY_FREQUENCIES * self.loss(site, state),
                ]
            })
            .collect()
    }

    /// The singles with the model's score over its standard deviation.
    fn scaled_scores(&self) -> impl Iterator<Item = ((usize, usize), f64)> {
        let scores: Vec<f64> = self.singles().map(|place| self.scores[place]).collect();
        let (_, deviation) = moments(&scores);
        let scale = if deviation > 0.0 { deviation } else { 1.0 };
        self.singles()
            .map(move |place| (place, self.scores[place] / scale))
    }

    /// The volume that a substitution takes away.
    fn loss(&self, site: usize, state: usize) -> f64 {
        let volume = |state: usize| letters::VOLUME.of(self.letters[state]);
        (volume(usize::from(self.target[site])) - volume(state)).max(0.0)
    }

    /// From S to the effect.
    fn put_effects(&self, sums: &[f64], effects: &mut Array2<f64>) {
        let count = sums.len() as f64;
        let ranks = average_ranks(sums);
        for (place, rank) in self.singles().zip(ranks) {
            // Not -0, which would be the best single's.
            effects[place] = 0.0 - (1.0 - rank / count).powf(POWER);
        }
        for &site in self.sites {
            effects[[site, usize::from(self.target[site])]] = 0.0;
        }
    }
}

/// The sites of each chain at which the target has a residue; no chain that has none.
fn proteins(columns: &ColumnMap, target: &[u8], residues: usize) -> Vec<Vec<usize>> {
    let spans = columns.spans().iter().map(|span| span.sites.clone());
    let known = |sites: Range<usize>| -> Vec<usize> {
        sites
            .filter(|&site| usize::from(target[site]) < residues)
            .collect()
    };
    spans.map(known).filter(|sites| !sites.is_empty()).collect()
}

/// The shares of residues among residues; zeros where there are none.
fn shares(frequencies: &Array2<f64>, site: usize, residues: usize) -> Vec<f64> {
    let of_residues = frequencies.slice(s![site, ..residues]);
    let sum = of_residues.sum();
    let scale = if sum > 0.0 { 1.0 / sum } else { 0.0 };
    of_residues.iter().map(|share| share * scale).collect()
}

fn weighted(shares: &[f64], residues: &[u8], letters: Letters) -> f64 {
    let terms = shares.iter().zip(residues);
    terms
        .map(|(share, &letter)| share * letters.of(letter))
        .sum()
}

/// sum_a f(a) ln(f(a) / background), in nats, of shares of the residues of proteins: how far a site is from any.
pub fn relative_entropy(shares: &[f64], residues: &[u8]) -> f64 {
    let terms = shares
        .iter()
        .zip(residues)
        .filter(|(share, _)| **share > 0.0);
    terms
        .map(|(share, &letter)| share * (share / letters::BACKGROUND.of(letter)).ln())
        .sum()
}
