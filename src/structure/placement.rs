//! Placing the chains of a model on those of a structure.

use super::chain::{Chain, ChainKind};
use super::entry::{Structure, some_of};
use super::sequence_match::{SequenceMatch, is_same};
use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, GAP_LETTER};
use crate::error::{Error, Place, Result, in_a_line, shortened};
use crate::position;
use std::ops::Range;

/// The least identity, and coverage, with which a chain is taken for the model's protein.
const LEAST_IDENTITY: f64 = 0.3;
const LEAST_COVERAGE: f64 = 0.5;

/// Below this identity the chain may be of a relative.
const SURE_IDENTITY: f64 = 0.9;

/// Chains that agree to this share with the placed one are copies of it.
const COPY_IDENTITY: f64 = 0.9;

/// How good another chain must be, for two chains of a model not to be placed on the same one.
const AS_GOOD: f64 = 0.9;

/// The residues of a chain at the sites of a model's chain.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedChain {
    /// Index of the chain in the structure.
    pub chain: usize,
    /// For each site of the model's chain the residue, as an index; `None` where the structure lacks it.
    pub residues: Vec<Option<usize>>,
}

/// A chain of the model, placed on a chain of the structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The model's chain; none where the model is of one protein.
    pub model_chain: Option<position::Chain>,
    /// The sites of that chain.
    pub sites: Range<usize>,
    /// The chain that it is placed on, and where.
    pub placed: PlacedChain,
    /// The name of that chain.
    pub chain_name: String,
    /// The share of identical residues among those aligned, with letters that are known.
    pub identity: f64,
    /// The share of the sites that have a residue in the structure.
    pub coverage: f64,
    /// All chains of the same sequence, that one among them, in the order of the file.
    pub copies: Vec<PlacedChain>,
}

impl Placement {
    /// A sentence about an identity that leaves room for doubt.
    pub fn warning(&self) -> Option<String> {
        (self.identity < SURE_IDENTITY).then(|| {
            format!(
                "{} is {} identical to the target: if it is a relative's, distances are those of the relative",
                self.in_words(),
                percent(self.identity)
            )
        })
    }

    /// The chain of the structure: `chain A`, `the chain without a name`.
    pub fn in_words(&self) -> String {
        match self.chain_name.is_empty() {
            true => "the chain without a name".into(),
            false => format!("chain {}", in_a_line(&shortened(&self.chain_name))),
        }
    }
}

/// A chain of the structure beside one of the model.
struct Candidate {
    chain: usize,
    found: SequenceMatch,
    /// Residues at the sites.
    residues: Vec<Option<usize>>,
    coverage: f64,
}

impl Candidate {
    fn score(&self) -> f64 {
        self.found.identity() * self.coverage
    }

    fn is_enough(&self) -> bool {
        self.found.identity() >= LEAST_IDENTITY && self.coverage >= LEAST_COVERAGE
    }
}

/// Places every chain of a model (the columns `columns`, the letters `alphabet`) on a chain of a structure. `wanted` names the chains of the
/// structure, in the order of the model's; where it ends or has `None`, the chain of the highest identity times coverage is taken, and for two
/// chains of the model not the same one if there is another as good.
///
/// # Errors
/// [`Error::Model`] if the model has no target; [`Error::Usage`] if there is no chain of a wanted name; [`Error::Input`] if no chain is alike
/// enough; [`Error::Memory`] if sequences are too long to be aligned.
pub fn place(
    structure: &Structure,
    columns: &ColumnMap,
    alphabet: &Alphabet,
    wanted: &[Option<String>],
) -> Result<Vec<Placement>> {
    if !columns.has_target() {
        return Err(Error::Model(
            "the model has no target sequence, by which its sites could be found in a structure\n  fit it with a focus sequence".into(),
        ));
    }
    let kind = match alphabet.is_nucleic() {
        true => ChainKind::Nucleic,
        false => ChainKind::Protein,
    };
    let spans = 0..columns.spans().len();
    let candidates = spans.map(|span| {
        let name = wanted.get(span).and_then(Option::as_deref);
        candidates(structure, columns, span, kind, name)
    });
    let candidates: Vec<Vec<Candidate>> = candidates.collect::<Result<_>>()?;
    let chosen = choose(&candidates, wanted);
    let each = candidates.into_iter().zip(chosen).enumerate();
    each.map(|(span, (candidates, chosen))| {
        placement(structure, columns, span, kind, candidates, chosen)
    })
    .collect()
}

/// The chains of the structure that one of the model may be placed on, the best first.
fn candidates(
    structure: &Structure,
    columns: &ColumnMap,
    span: usize,
    kind: ChainKind,
    wanted: Option<&str>,
) -> Result<Vec<Candidate>> {
    if let Some(name) = wanted
        && !structure.chains.iter().any(|chain| chain.name == name)
    {
        return Err(no_such_chain(structure, "structure_chain", name));
    }
    let chain = columns.spans()[span].chain;
    let of_span = columns.columns().iter().filter(|c| c.chain == chain);
    let of_span: Vec<_> = of_span.filter(|c| c.letter != GAP_LETTER).collect();
    let target: Vec<u8> = of_span
        .iter()
        .map(|c| c.letter.to_ascii_uppercase())
        .collect();
    let mut candidates = Vec::new();
    for (index, chain) in structure.chains.iter().enumerate() {
        if chain.kind != kind {
            continue;
        }
        let found = SequenceMatch::of(chain, &target)?;
        let of_site = of_span.iter().zip(&found.residues);
        let residues = of_site.filter(|(c, _)| c.modelled).map(|(_, &r)| r);
        let residues: Vec<Option<usize>> = residues.collect();
        let seen = residues.iter().flatten().count();
        candidates.push(Candidate {
            chain: index,
            coverage: seen as f64 / residues.len().max(1) as f64,
            residues,
            found,
        });
    }
    // Stable: of those as good the first in the file, and those of the wanted name before all.
    candidates.sort_by(|a, b| b.score().total_cmp(&a.score()));
    candidates.sort_by_key(|c| wanted.is_some_and(|name| structure.chains[c.chain].name != name));
    if let Some(name) = wanted {
        let is_wanted = |c: &Candidate| structure.chains[c.chain].name == name;
        if !candidates.first().is_some_and(is_wanted) {
            return Err(of_other_kind(structure, name, kind));
        }
    }
    Ok(candidates)
}

/// Which candidate each chain of the model gets, as an index into its candidates: the first where a chain is wanted; of the others the chain
/// of the model that fits best chooses first.
fn choose(candidates: &[Vec<Candidate>], wanted: &[Option<String>]) -> Vec<usize> {
    let best = |span: usize| candidates[span].first().map_or(0.0, Candidate::score);
    let is_wanted = |span: usize| wanted.get(span).is_some_and(Option::is_some);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| best(b).total_cmp(&best(a)));
    order.sort_by_key(|&span| !is_wanted(span));
    let mut chosen = vec![0; candidates.len()];
    let mut taken: Vec<usize> = Vec::new();
    for span in order {
        let least = AS_GOOD * best(span);
        let is_free = |c: &Candidate| !taken.contains(&c.chain) && c.score() >= least;
        if !is_wanted(span) {
            chosen[span] = candidates[span].iter().position(is_free).unwrap_or(0);
        }
        taken.extend(candidates[span].get(chosen[span]).map(|c| c.chain));
    }
    chosen
}

fn placement(
    structure: &Structure,
    columns: &ColumnMap,
    span: usize,
    kind: ChainKind,
    candidates: Vec<Candidate>,
    chosen: usize,
) -> Result<Placement> {
    let span = &columns.spans()[span];
    let Some(best) = candidates.get(chosen).filter(|best| best.is_enough()) else {
        return Err(unlike(structure, span.chain, kind, &candidates, chosen));
    };
    let chain = &structure.chains[best.chain];
    let placed = PlacedChain {
        chain: best.chain,
        residues: best.residues.clone(),
    };
    let copies = candidates
        .iter()
        .filter(|other| other.chain == best.chain || are_copies(structure, &placed, other));
    let mut copies: Vec<PlacedChain> = copies
        .map(|other| PlacedChain {
            chain: other.chain,
            residues: other.residues.clone(),
        })
        .collect();
    copies.sort_by_key(|copy| copy.chain);
    Ok(Placement {
        model_chain: span.chain,
        sites: span.sites.clone(),
        chain_name: chain.name.clone(),
        identity: best.found.identity(),
        coverage: best.coverage,
        placed,
        copies,
    })
}

/// Whether another chain has the sequence of the placed one: at the sites that both have, which must be some.
fn are_copies(structure: &Structure, placed: &PlacedChain, other: &Candidate) -> bool {
    let (one, two) = (
        &structure.chains[placed.chain],
        &structure.chains[other.chain],
    );
    let both = placed.residues.iter().zip(&other.residues);
    let both: Vec<(u8, u8)> = both
        .filter_map(|(a, b)| Some((one.residues[(*a)?].letter, two.residues[(*b)?].letter)))
        .collect();
    let same = both
        .iter()
        .filter(|(a, b)| is_same(one.kind, *a, *b))
        .count();
    let known = placed.residues.iter().flatten().count();
    let enough = both.len() * 3 >= known;
    enough && same as f64 >= COPY_IDENTITY * both.len() as f64 && same > 0
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// The chains with their lengths.
fn lengths(chains: &[Chain]) -> String {
    let one = |chain: &Chain| {
        format!(
            "{} ({}, {} residues)",
            chain.in_words(),
            chain.kind.as_str(),
            chain.residues.len()
        )
    };
    some_of(&chains.iter().map(one).collect::<Vec<_>>())
}

pub(super) fn no_such_chain(structure: &Structure, setting: &str, name: &str) -> Error {
    Error::Usage(format!(
        "`{setting}={}`: {} has no such chain; it has {}",
        in_a_line(&shortened(name)),
        in_a_line(&structure.file),
        lengths(&structure.chains)
    ))
}

fn of_other_kind(structure: &Structure, name: &str, kind: ChainKind) -> Error {
    Error::Usage(format!(
        "`structure_chain={}`: this chain of {} is no {}, as the model is; there is {}",
        in_a_line(&shortened(name)),
        in_a_line(&structure.file),
        kind.as_str(),
        lengths(&structure.chains)
    ))
}

/// No chain is alike enough.
fn unlike(
    structure: &Structure,
    chain: Option<position::Chain>,
    kind: ChainKind,
    candidates: &[Candidate],
    chosen: usize,
) -> Error {
    let of = chain.map_or_else(String::new, |chain| format!(" (chain {chain})"));
    let place = Place::file(&structure.file);
    let Some(best) = candidates.get(chosen) else {
        let problem = format!(
            "the model is of {}{of}, and no chain is; there is {}",
            kind.as_str(),
            lengths(&structure.chains)
        );
        return Error::input(place, problem, "give a structure of the modelled molecule");
    };
    let told = |c: &Candidate| {
        let chain = &structure.chains[c.chain];
        let (identity, coverage) = (percent(c.found.identity()), percent(c.coverage));
        format!(
            "{}: {} residues, identity {identity}, coverage {coverage}",
            chain.in_words(),
            chain.residues.len()
        )
    };
    let all: Vec<String> = candidates.iter().map(told).collect();
    let problem = format!(
        "the target{of} does not fit {}: {} of the aligned residues are identical (at least {} are needed), and {} of the model's sites have a residue (at least {})",
        structure.chains[best.chain].in_words(),
        percent(best.found.identity()),
        percent(LEAST_IDENTITY),
        percent(best.coverage),
        percent(LEAST_COVERAGE),
    );
    let advice = format!(
        "give a structure of the modelled protein, or name another of its chains with `structure_chain`; there is {}",
        some_of(&all)
    );
    Error::input(place, problem, advice)
}
