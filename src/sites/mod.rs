//! What a model and its family say of each site by itself: how it varies, how deep it lies, what it bears, and what it is coupled to.

use crate::alphabet::GAP_LETTER;
use crate::contacts::{self, Contact, ContactOptions, ContactScores};
use crate::error::Result;
use crate::model::couplings::pair_sites;
use crate::model::{Model, SiteFeatures};
use crate::mutants::{MutantScorer, relative_entropy};
use crate::position::Residue;
use crate::statistics::standardised;

/// Residues are borne whose effect is among those of the best third of all singles: -(1/3)^1.4.
const BORNE_FROM: f64 = -0.215;

/// Partners that are named.
const PARTNERS: usize = 5;

/// One site. Numbers are `None` where the model's file does not tell what they take.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteSummary {
    /// Chain and position in the target's numbering.
    pub residue: Residue,
    /// The target's residue.
    pub letter: u8,
    /// Weighted share of the sequences with a residue here.
    pub coverage: Option<f64>,
    /// Entropy of the residues, in nats: 0 where all are the same.
    pub entropy: Option<f64>,
    /// Relative entropy of the residues, in nats: of proteins against the residues of all proteins, else against equal shares.
    pub conservation: Option<f64>,
    /// How fast the site changes between near relatives, 1 on average.
    pub rate: Option<f64>,
    /// How buried the site seems, in standard deviations from the mean of all sites.
    pub burial: Option<f64>,
    /// Mean effect of the 19 substitutions: near 0 where anything is borne.
    pub mean_effect: Option<f64>,
    /// Mean score of the substitutions, in nats.
    pub mean_score: Option<f64>,
    /// Residues that are borne, the best first.
    pub borne: String,
    /// Sum of the positive corrected norms of its couplings.
    pub coupling: Option<f64>,
    /// The other sites of the pairs that it is in among the first 2 L of the list of contacts, the strongest first.
    pub partners: Vec<Residue>,
}

/// All sites of a model, in order; its contacts are ranked as `options` say.
///
/// # Errors
/// As for listing contacts and scoring mutants, where the model has what these take.
pub fn describe(model: &Model, options: &ContactOptions) -> Result<Vec<SiteSummary>> {
    let (coupling, partners) = match model.pairwise() {
        Some(_) => {
            let scores = contacts::scores(model, options)?;
            let list = contacts::list_of(model, &scores, options)?;
            (
                Some(coupling_strengths(&scores)),
                partners(model.sites(), &list),
            )
        }
        None => (None, vec![Vec::new(); model.sites()]),
    };
    let scorer = match model.columns.has_target() {
        true => Some(MutantScorer::new(model)?),
        false => None,
    };
    let family = model.family.as_ref();
    let frequencies = family.map(|family| &family.frequencies);
    let features = family.and_then(|family| family.features.as_ref());
    let burial = burials(model, features);
    let residues = model.alphabet.residues();
    let sites = partners.into_iter().enumerate();
    let describe = |(site, partners): (usize, Vec<Residue>)| {
        let shares = frequencies.map(|frequencies| frequencies.shares(site, residues));
        let letters = model.alphabet.letters();
        let entropy = shares.as_deref().map(entropy);
        let conservation = shares.as_deref().zip(entropy).map(|(shares, entropy)| {
            match model.alphabet.is_protein() {
                true => relative_entropy(shares, letters),
                false => (residues as f64).ln() - entropy,
            }
        });
        let borne = scorer.as_ref().map(|scorer| Borne::of(scorer, site));
        let gap = frequencies.map(|frequencies| frequencies.sites()[[site, residues]]);
        SiteSummary {
            residue: model.columns.residue(site),
            letter: model.columns.letter(site),
            coverage: gap.map(|gap| (1.0 - gap).clamp(0.0, 1.0)),
            entropy,
            conservation,
            rate: features
                .filter(|_| model.columns.letter(site) != GAP_LETTER)
                .map(|features| f64::from(features.rate[site])),
            burial: burial[site],
            mean_effect: borne.as_ref().and_then(|borne| borne.mean_effect),
            mean_score: borne.as_ref().and_then(|borne| borne.mean_score),
            borne: borne.map_or(String::new(), |borne| borne.letters),
            coupling: coupling.as_ref().map(|coupling| coupling[site]),
            partners,
        }
    };
    Ok(sites.map(describe).collect())
}

/// Burial in standard deviations from the mean, of the sites where the target has a residue.
fn burials(model: &Model, features: Option<&SiteFeatures>) -> Vec<Option<f64>> {
    let mut burials = vec![None; model.sites()];
    if let Some(features) = features {
        let has_residue = |site: &usize| model.columns.letter(*site) != GAP_LETTER;
        let known: Vec<usize> = (0..model.sites()).filter(has_residue).collect();
        let values = known.iter().map(|&site| f64::from(features.burial[site]));
        let values = standardised(&values.collect::<Vec<_>>());
        for (site, value) in known.into_iter().zip(values) {
            burials[site] = Some(value);
        }
    }
    burials
}

/// In nats.
fn entropy(shares: &[f64]) -> f64 {
    let terms = shares.iter().filter(|share| **share > 0.0);
    // Not -0.
    0.0 - terms.map(|share| share * share.ln()).sum::<f64>()
}

/// The substitutions of a site.
struct Borne {
    mean_effect: Option<f64>,
    mean_score: Option<f64>,
    letters: String,
}

impl Borne {
    fn of(scorer: &MutantScorer<'_>, site: usize) -> Self {
        let changes: Vec<_> = scorer.changes_of(site).collect();
        let scores = changes.iter().map(|&change| scorer.score(&[change]));
        let scores: Vec<_> = scores.collect();
        let mean = |values: &[f64]| {
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let effects: Option<Vec<f64>> = scores.iter().map(|score| score.effect).collect();
        let effects = effects.unwrap_or_default();
        let mut borne: Vec<(f64, u8)> = effects
            .iter()
            .zip(&changes)
            .filter(|(effect, _)| **effect >= BORNE_FROM)
            .map(|(effect, change)| (*effect, scorer.letters()[usize::from(change.state)]))
            .collect();
        // Stable: of equal ones in the order of the alphabet.
        borne.sort_by(|a, b| b.0.total_cmp(&a.0));
        let potts: Vec<f64> = scores.iter().map(|score| score.potts).collect();
        Self {
            mean_effect: mean(&effects),
            mean_score: mean(&potts),
            letters: borne
                .iter()
                .map(|(_, letter)| char::from(*letter))
                .collect(),
        }
    }
}

/// Of each site the sum of the positive CN of its pairs.
fn coupling_strengths(scores: &ContactScores) -> Vec<f64> {
    let mut sums = vec![0.0; scores.sites()];
    for ((i, j), corrected) in pair_sites(scores.sites()).zip(scores.cn()) {
        sums[i] += corrected.max(0.0);
        sums[j] += corrected.max(0.0);
    }
    sums
}

/// The partners of each site in a list of contacts.
fn partners(sites: usize, list: &[Contact]) -> Vec<Vec<Residue>> {
    let mut partners = vec![Vec::new(); sites];
    for contact in list {
        let ((i, j), (one, other)) = (contact.sites, contact.residues);
        for (site, partner) in [(i, other), (j, one)] {
            if partners[site].len() < PARTNERS {
                partners[site].push(partner);
            }
        }
    }
    partners
}
