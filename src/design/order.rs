//! Which singles and doubles to order: the best, but not all at one position, and none that rests on nothing.

use super::hits::Hits;
use super::ranks::{Ranking, Ranks, by_site};
use crate::choices::Allowed;
use crate::error::{Error, Result};
use crate::mutants::{Change, MutantScorer};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Residues of proteins.
const RESIDUES: usize = 20;

/// Doubles are made of so many of the best singles, and of the best at every other position.
const POOL: usize = 600;

/// What is ordered.
#[derive(Debug, Clone, Copy)]
pub struct OrderOptions<'a> {
    /// Number of singles.
    pub singles: usize,
    /// Number of doubles.
    pub doubles: usize,
    /// At most so many singles at a position, and twice as many doubles.
    pub per_position: usize,
    /// By which score.
    pub ranking: Ranking<'a>,
    /// Mutants that are left out, each by site.
    pub without: &'a BTreeSet<Vec<Change>>,
}

/// A mutant of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered {
    /// One or two changes, by site.
    pub changes: Vec<Change>,
    /// The share of all singles, or of all doubles, that score less.
    pub percentile: Option<f64>,
    /// How likely it is a hit.
    pub hit: Option<f64>,
}

/// The list: singles, then doubles, each by falling score.
///
/// # Errors
/// [`Error::Usage`] if the score is the effect and the model tells none.
pub fn order(
    scorer: &MutantScorer,
    allowed: &Allowed,
    options: &OrderOptions<'_>,
) -> Result<Vec<Ordered>> {
    let ranking = options.ranking;
    let no_effects = || {
        Error::Usage("the model tells no effects, which take a protein family with its frequencies\n  choose `score=potts`".into())
    };
    let mut singles = Vec::new();
    for change in allowed.changes() {
        let score = ranking.of(scorer, &[change]).ok_or_else(no_effects)?;
        singles.push((score, change));
    }
    // By falling score; of equal ones the first position.
    singles.sort_by(|a, b| b.0.total_cmp(&a.0));
    let ranks = Ranks::of(scorer, ranking);
    // What was learnt was learnt of proteins.
    let hits = (scorer.letters().len() == RESIDUES)
        .then(|| Hits::of(ranking))
        .flatten();
    let mut listed = Vec::new();
    let mut spread = Spread::new(options.per_position);
    for &(score, change) in &singles {
        if listed.len() == options.singles {
            break;
        }
        if !options.without.contains(&vec![change]) && spread.take(&[change]) {
            let percentile = ranks.single(score);
            listed.push(Ordered {
                changes: vec![change],
                percentile,
                hit: percentile.zip(hits).map(|(share, hits)| hits.single(share)),
            });
        }
    }
    if options.doubles > 0 {
        let pool = pool(&singles);
        doubles(scorer, &pool, options, (&ranks, hits), &mut listed);
    }
    Ok(listed)
}

/// The singles that doubles are made of, by falling score.
fn pool(singles: &[(f64, Change)]) -> Vec<(f64, Change)> {
    let (best, rest) = singles.split_at(singles.len().min(POOL));
    let mut pool = best.to_vec();
    let mut sites: HashSet<usize> = best.iter().map(|(_, change)| change.site).collect();
    pool.extend(rest.iter().filter(|(_, change)| sites.insert(change.site)));
    pool
}

/// Appends doubles.
fn doubles(
    scorer: &MutantScorer,
    pool: &[(f64, Change)],
    options: &OrderOptions<'_>,
    (ranks, hits): (&Ranks<'_>, Option<Hits>),
    listed: &mut Vec<Ordered>,
) {
    let mut pairs: Vec<(f64, u32, u32)> = Vec::new();
    for (k, (_, one)) in pool.iter().enumerate() {
        for (n, (_, other)) in pool[..k].iter().enumerate() {
            let changes = by_site(*one, *other);
            if one.site == other.site || options.without.contains(&changes[..]) {
                continue;
            }
            if let Some(rank) = ranks.of_double(scorer, &changes) {
                pairs.push((rank, n as u32, k as u32));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut spread = Spread::new(2 * options.per_position);
    let wanted = listed.len() + options.doubles;
    for (rank, n, k) in pairs {
        if listed.len() == wanted {
            return;
        }
        let [one, other] = [n, k].map(|k| pool[k as usize]);
        let changes = by_site(one.1, other.1);
        if !spread.take(&changes) {
            continue;
        }
        let shares = (ranks.single(one.0), ranks.single(other.0));
        listed.push(Ordered {
            changes: changes.to_vec(),
            percentile: ranks.double(rank),
            hit: shares
                .0
                .zip(shares.1)
                .zip(hits)
                .map(|((a, b), hits)| hits.double(a, b)),
        });
    }
}

/// How many mutants have been taken at each position.
struct Spread {
    most: usize,
    taken: HashMap<usize, usize>,
}

impl Spread {
    fn new(most: usize) -> Self {
        Self {
            most,
            taken: HashMap::new(),
        }
    }

    /// Counts a mutant in, unless one of its positions has as many as it may.
    fn take(&mut self, changes: &[Change]) -> bool {
        let count = |change: &Change| self.taken.get(&change.site).copied().unwrap_or(0);
        if changes.iter().any(|change| count(change) >= self.most) {
            return false;
        }
        for change in changes {
            *self.taken.entry(change.site).or_insert(0) += 1;
        }
        true
    }
}
