//! The sequence of an alignment that a structure is of.

use super::chain::{Chain, ChainKind};
use super::entry::Structure;
use super::placement::no_such_chain;
use super::sequence_match::SequenceMatch;
use crate::error::{Error, Place, Result};
use std::collections::HashSet;

/// Words of so many letters are compared first, since aligning every sequence would take long.
const WORD: usize = 4;

/// So many sequences with most words of the chain are aligned to it.
const ALIGNED: usize = 30;

/// The least share of identical residues, and of a sequence's residues that lie along the chain.
const LEAST_IDENTITY: f64 = 0.3;
const LEAST_COVERAGE: f64 = 0.5;

/// So many residues must be identical, and where the identity is below [`CLEAR_IDENTITY`], more: the best of ten thousand short sequences reaches 20 of
/// 49 beside an unrelated chain.
const LEAST_IDENTICAL: usize = 10;
const CLEAR_IDENTITY: f64 = 0.7;
const LEAST_IDENTICAL_OF_FAR: usize = 40;

/// Below this identity the chain may be of a relative.
const SURE_IDENTITY: f64 = 0.9;

/// The sequence that is most like a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestSequence {
    /// Its row, counted from 0.
    pub row: usize,
    /// The chain's name.
    pub chain: String,
    /// Share of identical residues among those aligned.
    pub identity: f64,
    /// Share of the sequence's residues that are aligned to one of the chain.
    pub coverage: f64,
    identical: usize,
}

/// Of `rows` sequences, which `letters` gives aligned or not, the one with the most residues in common with a chain of the structure: with the
/// named one, or with any. Of sequences as good it is the first.
///
/// # Errors
/// [`Error::Usage`] if there is no chain of that name; [`Error::Input`] if no sequence is alike enough; [`Error::Memory`] if sequences are too
/// long to be aligned.
pub fn nearest_sequence<'a>(
    structure: &Structure,
    wanted: Option<&str>,
    rows: usize,
    letters: impl Fn(usize) -> &'a [u8],
) -> Result<NearestSequence> {
    let is_wanted = |chain: &&Chain| wanted.is_none_or(|name| chain.name == name);
    let chains: Vec<&Chain> = structure.chains.iter().filter(is_wanted).collect();
    if let (Some(name), true) = (wanted, chains.is_empty()) {
        return Err(no_such_chain(structure, "focus_structure", name));
    }
    let mut best: Option<NearestSequence> = None;
    let mut seen = HashSet::new();
    for chain in chains {
        // Copies of a chain are near the same sequence.
        if seen.insert(chain.letters()) {
            let found = nearest_to(chain, rows, &letters)?;
            let identical = best.as_ref().map_or(0, |best| best.identical);
            best = found.filter(|found| found.identical > identical).or(best);
        }
    }
    match best {
        Some(best) if best.is_alike() => Ok(best),
        best => Err(none_alike(structure, best)),
    }
}

impl NearestSequence {
    /// Whether it is hardly alike by chance.
    fn is_alike(&self) -> bool {
        let least = match self.identity >= CLEAR_IDENTITY {
            true => LEAST_IDENTICAL,
            false => LEAST_IDENTICAL_OF_FAR,
        };
        self.identity >= LEAST_IDENTITY
            && self.coverage >= LEAST_COVERAGE
            && self.identical >= least
    }

    /// Whether the chain is that of the sequence, and not of a relative.
    pub fn is_sure(&self) -> bool {
        self.identity >= SURE_IDENTITY
    }
}

fn nearest_to<'a>(
    chain: &Chain,
    rows: usize,
    letters: impl Fn(usize) -> &'a [u8],
) -> Result<Option<NearestSequence>> {
    let of_chain = chain.letters();
    let words: HashSet<&[u8]> = of_chain.windows(WORD).collect();
    let mut ranked: Vec<(usize, usize)> = (0..rows)
        .map(|row| {
            let sequence = residues(chain.kind, letters(row));
            let common = sequence.windows(WORD).filter(|word| words.contains(word));
            (common.count(), row)
        })
        .collect();
    ranked.sort_by_key(|&(common, row)| (std::cmp::Reverse(common), row));
    let mut best: Option<NearestSequence> = None;
    for (_, row) in ranked.into_iter().take(ALIGNED) {
        let sequence = residues(chain.kind, letters(row));
        if sequence.is_empty() {
            continue;
        }
        let found = SequenceMatch::of(chain, &sequence)?;
        let aligned = found.residues.iter().flatten().count();
        let nearest = NearestSequence {
            row,
            chain: chain.name.clone(),
            identity: found.identity(),
            coverage: aligned as f64 / sequence.len() as f64,
            identical: found.identical,
        };
        let is_better = |best: &NearestSequence| {
            (best.identical, std::cmp::Reverse(best.row))
                < (nearest.identical, std::cmp::Reverse(nearest.row))
        };
        if best.as_ref().is_none_or(is_better) {
            best = Some(nearest);
        }
    }
    Ok(best)
}

/// The residues of a row, capitals; of nucleic acids as RNA has them, which the chain's letters are.
fn residues(kind: ChainKind, row: &[u8]) -> Vec<u8> {
    let letters = row.iter().filter(|byte| byte.is_ascii_alphabetic());
    let capitals = letters.map(u8::to_ascii_uppercase);
    match kind {
        ChainKind::Protein => capitals.collect(),
        ChainKind::Nucleic => capitals.map(|b| if b == b'T' { b'U' } else { b }).collect(),
    }
}

fn none_alike(structure: &Structure, best: Option<NearestSequence>) -> Error {
    let nearest = best.map_or("none has any residues".into(), |best| {
        format!(
            "the nearest is sequence {}, {:.0} % identical ({} residues) to chain {} over {:.0} % of its residues",
            best.row + 1,
            100.0 * best.identity,
            best.identical,
            best.chain,
            100.0 * best.coverage
        )
    });
    Error::input(
        Place::file(&structure.file),
        format!(
            "no sequence of the alignment is of a chain of this structure: {nearest}, where {:.0} % are needed over {:.0} %, and {LEAST_IDENTICAL} residues, below {:.0} % identity {LEAST_IDENTICAL_OF_FAR}",
            100.0 * LEAST_IDENTITY,
            100.0 * LEAST_COVERAGE,
            100.0 * CLEAR_IDENTITY
        ),
        "give a structure of one of the sequences, or name the target",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::residue::Residue;

    fn chain(name: &str, letters: &str) -> Chain {
        let residue = |letter| Residue {
            name: String::new(),
            letter,
            number: 1,
            insertion: None,
            atoms: Vec::new(),
            b_factor: None,
            confidence: None,
        };
        Chain {
            name: name.into(),
            kind: ChainKind::Protein,
            residues: letters.bytes().map(residue).collect(),
        }
    }

    fn structure() -> Structure {
        Structure {
            file: "x.pdb".into(),
            name: String::new(),
            title: String::new(),
            chains: vec![
                chain("A", "MKTAYIAKQRQISFVKSHFSRQ"),
                chain("BB", "GDTQDNLSGAEKAVQVKVKALPDAQ"),
            ],
            assemblies: Vec::new(),
            predicted: None,
        }
    }

    fn found(wanted: Option<&str>, rows: &[&'static str]) -> Result<(usize, String)> {
        let found = nearest_sequence(&structure(), wanted, rows.len(), |n| rows[n].as_bytes());
        found.map(|found| (found.row, found.chain))
    }

    #[test]
    fn the_first_of_the_sequences_with_most_residues_in_common_is_it() {
        let rows = [
            "..AYIAKQWQISFVKSHWS..",
            "..ayIAKQRQ..ISFVKSHFS-",
            "MKTAYIAKQRQISFVKSHFS",
            "MKTAYIAKQRQISFVKSHFS",
            "GDTQDNLSGAEKAVQWKVKALPDAQ",
        ];
        assert_eq!(found(Some("A"), &rows).unwrap(), (2, "A".into()));
        assert_eq!(found(None, &rows).unwrap(), (4, "BB".into()));
        assert_eq!(found(None, &rows[..2]).unwrap(), (1, "A".into()));
    }

    #[test]
    fn a_few_residues_may_be_alike_by_chance() {
        let is_alike = |identity: f64, identical| {
            NearestSequence {
                row: 0,
                chain: "A".into(),
                identity,
                coverage: 0.8,
                identical,
            }
            .is_alike()
        };
        assert!(!is_alike(1.0, 3) && is_alike(1.0, 10));
        assert!(!is_alike(0.5, 20) && is_alike(0.5, 40));
        assert!(!is_alike(0.25, 60));
    }

    #[test]
    fn what_is_not_alike_is_refused_with_the_numbers() {
        let message = found(None, &["WWWWHHHHPPPPGGGG", "...."]).unwrap_err();
        assert!(
            message
                .to_string()
                .contains("no sequence of the alignment is of a chain"),
            "{message}"
        );
        assert!(found(Some("C"), &["MKTAYIAKQ"]).is_err());
        assert!(found(None, &[]).is_err());
    }
}
