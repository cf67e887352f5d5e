//! Everything that a page is made of, worked out once: pairs, positions, mutants, an order list, interactions, natural sequences, an assay.

use super::pairs::Pairs;
use super::singles::{Measure, Singles, interactions};
use super::structures::Structures;
use crate::choices::Choices;
use crate::contacts::{ContactOptions, Selection, Top};
use crate::conventions::Tool;
use crate::design::{DesignRow, OrderOptions, Ranking, WholeSequence, order};
use crate::error::Result;
use crate::evaluation::Evaluation;
use crate::model::{Model, Verdict};
use crate::mutants::{Change, MutantScorer, Score};
use crate::sample::moments::Density;
use crate::sites::{SiteSummary, describe};
use ndarray::Array2;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs that the page holds, as a multiple of the length: what is further down is noise.
const PAIRS: f64 = 10.0;

/// Pairs whose interactions are drawn where none are named.
const INTERACTIONS: usize = 4;

/// Mutants of each kind in the order list.
const ORDERED: usize = 20;

/// Natural sequences that are scored: enough for how scores lie.
const NATURALS: usize = 2000;

/// Sequences with residues at fewer of the positions are left out of the law of scores, to which each missing residue adds nothing.
const NATURAL_COVERAGE: f64 = 0.8;

/// Where the model comes from, and what the page is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The line at the top.
    pub title: String,
    /// The file that was given.
    pub file: String,
    /// SHA-256 of that file, in hexadecimal.
    pub sha256: String,
    /// The command that made the page.
    pub command_line: String,
    /// Program and version.
    pub created_by: String,
    /// Structures that were given, with their digests.
    pub structures: Vec<String>,
    /// The table of measured mutants that was given, with its digest.
    pub mutants: Option<String>,
}

/// Measured mutants.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assay {
    /// The table.
    pub file: String,
    /// The column.
    pub column: String,
    /// The changes of each mutant, by site.
    pub variants: Vec<Vec<Change>>,
    /// What was measured of each; of mutants in several rows the mean.
    pub values: Vec<f64>,
    /// The rank correlation of all rows with effect_score, potts_score and independent_score; nothing where too few match, or no more than by chance.
    pub correlations: [Option<f64>; 3],
    /// What there is to say of the rows and the correlation.
    pub remarks: Vec<String>,
}

/// What is asked of a page beyond the model.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Pairs of sites whose interactions are drawn; the strongest where it is empty.
    pub interactions: Vec<(usize, usize)>,
    /// Positions that nothing is ordered at, such as an active site.
    pub choices: Choices,
    /// Samples held against naturals, where some were drawn.
    pub evaluation: Option<Evaluated>,
    /// The most bytes that ranking may take.
    pub max_memory: Option<u64>,
}

/// Samples held against naturals.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// What was found.
    pub evaluation: Evaluation,
    /// Where correlations of both lie.
    pub density: Density,
}

/// The interactions of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// The sites.
    pub sites: (usize, usize),
    /// Residues of the first by residues of the second, in nats.
    pub table: Array2<f64>,
}

/// Scores of natural sequences: log P less that of the target, in nats, with their weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Naturals {
    /// Score and weight.
    pub scores: Vec<(f64, f64)>,
    /// Share of the weight with a lower score than the target.
    pub below_target: f64,
    /// How many sequences the model holds.
    pub sequences: usize,
}

/// What is known of mutants.
pub struct Mutants {
    /// All singles.
    pub singles: Singles,
    /// Of singles, by their changes, what was measured.
    pub measured: BTreeMap<Change, f64>,
    /// What to order.
    pub order: Vec<DesignRow>,
    /// Interactions of some pairs.
    pub interactions: Vec<Interaction>,
    /// The assay with the model's scores, and how well these follow it.
    pub assay: Option<Followed>,
}

/// An assay and the scores of its mutants.
pub struct Followed {
    /// As it was read.
    pub assay: Assay,
    /// How the mutants are written.
    pub names: Vec<Vec<u8>>,
    /// The scores.
    pub all: Vec<Score>,
    /// The best of them that the model tells.
    pub scores: Vec<f64>,
    /// Their rank correlation.
    pub spearman: Option<f64>,
    /// That of independent sites, where the model tells them.
    pub independent: Option<f64>,
}

/// All of it.
pub struct Facts<'a> {
    /// The model.
    pub model: &'a Model,
    /// Where it comes from.
    pub source: Source,
    /// What its depth promises.
    pub verdict: Option<Verdict>,
    /// Ranked pairs, where it has couplings.
    pub pairs: Option<Pairs>,
    /// What each position is like.
    pub sites: Vec<SiteSummary>,
    /// What is known of mutants, where it has a target.
    pub mutants: Option<Mutants>,
    /// Positions that nothing is ordered at, as they were named.
    pub kept: Option<String>,
    /// Identity to the target of all stored sequences, with weights.
    pub identities: Vec<(f64, f64)>,
    /// How natural sequences score.
    pub naturals: Option<Naturals>,
    /// Samples held against naturals, where some were drawn.
    pub evaluation: Option<Evaluated>,
}

impl<'a> Facts<'a> {
    /// Works it out.
    ///
    /// # Errors
    /// As for ranking contacts, scoring mutants and ordering them.
    pub fn of(
        model: &'a Model,
        source: Source,
        structures: Option<&Structures>,
        (assay, request): (Option<Assay>, &Request),
    ) -> Result<Self> {
        let pairs = match model.pairwise() {
            Some(_) => Some(ranked(model, request, structures)?),
            None => None,
        };
        let mutants = match model.columns.has_target() {
            true => Some(Mutants::of(model, pairs.as_ref(), assay, request)?),
            false => None,
        };
        Ok(Self {
            verdict: Verdict::of(model),
            sites: describe(
                model,
                &ContactOptions {
                    max_memory: request.max_memory,
                    ..Tool::usual_contacts(model)
                },
            )?,
            identities: identities(model),
            naturals: naturals(model)?,
            evaluation: request.evaluation.clone(),
            kept: request.choices.keep.as_ref().map(|positions| {
                let ranges = positions.ranges().iter().map(ToString::to_string);
                ranges.collect::<Vec<_>>().join(", ")
            }),
            model,
            source,
            pairs,
            mutants,
        })
    }
}

fn ranked(model: &Model, request: &Request, structures: Option<&Structures>) -> Result<Pairs> {
    let options = ContactOptions {
        selection: Selection {
            top: Top::PerSite(PAIRS),
            ..Selection::default()
        },
        max_memory: request.max_memory,
        ..Tool::usual_contacts(model)
    };
    Pairs::of(model, &options, structures)
}

impl Mutants {
    fn of(
        model: &Model,
        pairs: Option<&Pairs>,
        assay: Option<Assay>,
        request: &Request,
    ) -> Result<Self> {
        let mut scorer = MutantScorer::new(model)?;
        scorer.fetch_all()?;
        let singles = Singles::of(model, &scorer)?;
        let mut drawn = request.interactions.clone();
        if drawn.is_empty() {
            let has_residues = |sites: &(usize, usize)| {
                [sites.0, sites.1]
                    .iter()
                    .all(|&site| scorer.changes_of(site).next().is_some())
            };
            let strongest = pairs
                .iter()
                .flat_map(|pairs| &pairs.list)
                .map(|contact| contact.sites);
            drawn = strongest.filter(has_residues).take(INTERACTIONS).collect();
        }
        let interaction = |sites| Interaction {
            sites,
            table: interactions(model, &scorer, sites),
        };
        let single = |(changes, value): (&Vec<Change>, &f64)| match changes[..] {
            [change] => Some((change, *value)),
            _ => None,
        };
        let measured = assay
            .iter()
            .flat_map(|assay| assay.variants.iter().zip(&assay.values).filter_map(single));
        Ok(Self {
            measured: measured.collect(),
            order: ordered(model, &scorer, request)?,
            interactions: match model.pairwise() {
                Some(_) => drawn.into_iter().map(interaction).collect(),
                None => Vec::new(),
            },
            assay: assay.map(|assay| Followed::of(assay, &scorer, &singles)),
            singles,
        })
    }
}

/// As `potts design` orders them, by the best score that the model tells.
fn ordered(model: &Model, scorer: &MutantScorer<'_>, request: &Request) -> Result<Vec<DesignRow>> {
    let allowed = request.choices.of(model)?;
    let without = BTreeSet::new();
    let options = OrderOptions {
        singles: ORDERED,
        doubles: ORDERED,
        per_position: 1,
        ranking: match scorer.effect_basis() {
            Some(_) => Ranking::Effect,
            None => Ranking::Potts,
        },
        without: &without,
    };
    let listed = order(scorer, &allowed, &options)?;
    let whole = WholeSequence::of(&model.columns);
    Ok(DesignRow::of_order((scorer, &whole), &listed, None))
}

impl Followed {
    fn of(assay: Assay, scorer: &MutantScorer<'_>, singles: &Singles) -> Self {
        let written = |changes: &Vec<Change>| {
            let mut name = Vec::new();
            for (k, &change) in changes.iter().enumerate() {
                if k > 0 {
                    name.push(b':');
                }
                scorer.push_name(change, &mut name);
            }
            name
        };
        let scores: Vec<_> = assay
            .variants
            .iter()
            .map(|changes| scorer.score(changes))
            .collect();
        let best: Vec<f64> = scores
            .iter()
            .map(|score| singles.measure.of(score).unwrap_or(f64::NAN))
            .collect();
        Self {
            names: assay.variants.iter().map(written).collect(),
            spearman: match singles.measure {
                Measure::Effect => assay.correlations[0],
                _ => assay.correlations[1],
            },
            independent: assay.correlations[2],
            scores: best,
            all: scores,
            assay,
        }
    }
}

/// Sequences of the model with their weights, where it holds them.
fn stored(model: &Model) -> Option<(&Array2<u8>, &[f64])> {
    let family = model.family.as_ref()?;
    Some((family.sequences.as_deref()?, family.weights.as_slice()))
}

/// States of the target; `None` where it has no residue.
fn target_states(model: &Model) -> Vec<Option<u8>> {
    let letters = model.alphabet.letters();
    let state = |site: usize| {
        let place = letters
            .iter()
            .position(|&letter| letter == model.columns.letter(site));
        place.map(|state| state as u8)
    };
    (0..model.sites()).map(state).collect()
}

/// Share of the sites with the target's residue, among those where both have one.
fn identities(model: &Model) -> Vec<(f64, f64)> {
    let Some((sequences, weights)) = stored(model).filter(|_| model.columns.has_target()) else {
        return Vec::new();
    };
    let target = target_states(model);
    let gap = model.alphabet.gap_state();
    let of = |(row, weight): (ndarray::ArrayView1<'_, u8>, &f64)| {
        let both = row
            .iter()
            .zip(&target)
            .filter(|(state, own)| **state < gap && own.is_some());
        let (same, all) = both.fold((0u32, 0u32), |(same, all), (state, own)| {
            (same + u32::from(Some(*state) == *own), all + 1)
        });
        (all > 0).then(|| (f64::from(same) / f64::from(all), *weight))
    };
    sequences
        .rows()
        .into_iter()
        .zip(weights)
        .filter_map(of)
        .collect()
}

/// Every so many of the stored sequences, scored against the target.
fn naturals(model: &Model) -> Result<Option<Naturals>> {
    let target: Option<Vec<u8>> = target_states(model).into_iter().collect();
    let (Some((sequences, weights)), Some(target)) = (stored(model), target) else {
        return Ok(None);
    };
    let energies = model.energy_model()?;
    let own = energies.energy(&target);
    let gap = model.alphabet.gap_state();
    let is_whole = |row: &usize| {
        let residues = sequences
            .row(*row)
            .iter()
            .filter(|&&state| state < gap)
            .count();
        residues as f64 >= NATURAL_COVERAGE * model.sites() as f64
    };
    let whole: Vec<usize> = (0..sequences.nrows()).filter(is_whole).collect();
    let step = whole.len().div_ceil(NATURALS).max(1);
    let scores: Vec<(f64, f64)> = whole
        .iter()
        .step_by(step)
        .map(|&row| {
            (
                own - energies.energy(&sequences.row(row).to_vec()),
                weights[row],
            )
        })
        .collect();
    let total: f64 = scores.iter().map(|(_, weight)| weight).sum();
    let below: f64 = scores
        .iter()
        .filter(|(score, _)| *score < 0.0)
        .map(|(_, weight)| weight)
        .sum();
    Ok((!scores.is_empty()).then(|| Naturals {
        below_target: below / total,
        sequences: sequences.nrows(),
        scores,
    }))
}
