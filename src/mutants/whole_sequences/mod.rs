//! Mutants given as whole sequences: where they differ from the target is the mutant.

mod frame;
mod learning;

use super::notation::{Mutant, NotAMutant, OtherChange};
use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, GAP_LETTER, is_gap};
use crate::position::{Chain, Residue};
use bio::alignment::AlignmentOperation;
use bio::alignment::pairwise::Aligner;
use bio::scores::blosum62;
use frame::{Frame, most_alike, unlike};

/// The target that sequences are compared with.
#[derive(Debug, Clone)]
pub struct WholeSequences {
    residues: Vec<Residue>,
    letters: Vec<u8>,
    /// The letter that stands for each byte: T and U are one.
    canonical: [u8; 256],
    is_protein: bool,
    has_chains: bool,
    frame: Frame,
    /// Columns of an alignment in which most sequences have a gap, and its length.
    gap_columns: (Vec<usize>, usize),
    /// Whether a residue that is not there is a change that may have a score.
    takes_deletions: bool,
}

/// Letters of two sequences that are compared, each with each, at most: beyond, nothing is told but that something is inserted or deleted.
const MOST_CELLS: usize = 4_000_000;

impl WholeSequences {
    /// Compared with the target of `columns`, or with one of its chains; with all of them, one after the other, if there are several and none
    /// is named.
    pub fn new(columns: &ColumnMap, alphabet: &Alphabet, chain: Option<Chain>) -> Self {
        let canonical: [u8; 256] = std::array::from_fn(|byte| alphabet.canonical(byte as u8));
        let has_chains = chain.is_none() && columns.has_chains();
        let columns = columns.columns().iter();
        let columns = columns
            .filter(|c| c.letter != GAP_LETTER && chain.is_none_or(|chain| c.chain == Some(chain)));
        let (residues, letters) = columns
            .map(|column| (column.residue(), canonical[usize::from(column.letter)]))
            .unzip();
        Self {
            residues,
            letters,
            canonical,
            is_protein: alphabet.letters().len() > 4,
            has_chains,
            frame: Frame::default(),
            gap_columns: (Vec::new(), 0),
            takes_deletions: false,
        }
    }

    /// The same, taking deleted residues for changes like others, or not: for models whose gap is a state.
    #[must_use]
    pub fn with_deletions(self, takes_deletions: bool) -> Self {
        Self {
            takes_deletions,
            ..self
        }
    }

    /// The target's letters.
    pub fn letters(&self) -> &[u8] {
        &self.letters
    }

    /// The target's residues.
    pub fn residues(&self) -> &[Residue] {
        &self.residues
    }

    /// Reads a sequence as a mutant: what differs from the target. Blanks, and the signs between chains, are left out.
    ///
    /// # Errors
    /// If it is empty or not a sequence.
    pub fn read(&self, text: &[u8], mutant: &mut Mutant) -> Result<(), NotAMutant> {
        mutant.begin_derived();
        if text.trim_ascii().is_empty() {
            return Err(NotAMutant::Empty);
        }
        let sequence = self
            .cleaned(text)
            .ok_or_else(|| NotAMutant::sequence(text))?;
        let sequence = self.without_gap_columns(sequence);
        let part = self.frame.part(&self.letters);
        match self.core(&self.frame, &sequence) {
            Some(core) if core.contains(&GAP_LETTER) && !self.takes_deletions => {
                mutant.set_other(gapped(core, part));
            }
            Some(core) if !self.is_shifted(core, part) && !self.has_own_ends(core, &sequence) => {
                self.compare(core, self.frame.without[0], mutant);
            }
            None if self.is_without_tags(&sequence) => self.compare(&sequence, 0, mutant),
            _ => {
                let length = sequence.len();
                let mut ungapped = sequence;
                ungapped.retain(|letter| *letter != GAP_LETTER);
                match self.core(&self.frame, &ungapped) {
                    // As long as the target without its gaps, which are there all the same.
                    Some(_) if ungapped.len() < length => mutant.set_other(OtherChange::Indel),
                    _ => self.read_indel(&ungapped, mutant),
                }
            }
        }
        Ok(())
    }

    /// Whether a sequence of which most others have a part only is the target as a whole, with as many residues deleted as the others lack.
    fn has_own_ends(&self, core: &[u8], sequence: &[u8]) -> bool {
        // Two changes next to an end are not much less likely than another end.
        const CHANGES: usize = 2;
        let part = self.frame.part(&self.letters);
        let found = unlike(core, part);
        self.frame.without != [0, 0]
            && found > CHANGES
            && most_alike(sequence, &self.letters) + found > sequence.len() + CHANGES
    }

    /// Whether a sequence is the target with some residues replaced, though most others have more at their ends; and not one of those with
    /// as many residues deleted.
    fn is_without_tags(&self, sequence: &[u8]) -> bool {
        let Frame { before, after, .. } = &self.frame;
        let is_long = sequence.len() == self.letters.len();
        if !is_long || before.len() + after.len() == 0 || sequence.contains(&GAP_LETTER) {
            return false;
        }
        let mut inner = sequence;
        inner = inner.strip_prefix(&before[..]).unwrap_or(inner);
        inner = inner.strip_suffix(&after[..]).unwrap_or(inner);
        let replaced = unlike(sequence, &self.letters);
        let part = self.frame.part(&self.letters);
        let left = inner.len().min(part.len()) - most_alike(inner, part);
        let has_tags = inner.len() < sequence.len();
        2 * replaced < sequence.len() && !(has_tags && left < replaced)
    }

    /// Without the columns of an alignment in which most sequences have a gap, if this one has, too.
    fn without_gap_columns(&self, sequence: Vec<u8>) -> Vec<u8> {
        let (columns, length) = &self.gap_columns;
        let is_aligned = sequence.len() == *length;
        if columns.is_empty() || !is_aligned || columns.iter().any(|&k| sequence[k] != GAP_LETTER) {
            return sequence;
        }
        let kept = (0..sequence.len()).filter(|k| columns.binary_search(k).is_err());
        kept.map(|k| sequence[k]).collect()
    }

    /// Letters in capitals, `-` for gaps, without blanks, signs between chains and a stop at the end; none if it is no sequence.
    fn cleaned(&self, text: &[u8]) -> Option<Vec<u8>> {
        let text = text.trim_ascii();
        let text = text.strip_suffix(b"*").unwrap_or(text);
        let mut letters = Vec::with_capacity(text.len());
        for &byte in text {
            match byte {
                b':' | b'/' | b'|' => {}
                byte if byte.is_ascii_whitespace() => {}
                byte if is_gap(byte) => letters.push(GAP_LETTER),
                b'*' => letters.push(byte),
                byte if byte.is_ascii_alphabetic() => {
                    letters.push(self.canonical[usize::from(byte.to_ascii_uppercase())]);
                }
                _ => return None,
            }
        }
        let is_sequence = letters.iter().any(u8::is_ascii_alphabetic);
        is_sequence.then_some(letters)
    }

    fn core<'s>(&self, frame: &Frame, sequence: &'s [u8]) -> Option<&'s [u8]> {
        frame.core(sequence, self.letters.len())
    }

    /// The differences of a sequence as long as the part of the target from `first` on. Nothing is made behind a stop.
    fn compare(&self, core: &[u8], first: usize, mutant: &mut Mutant) {
        let pairs = core
            .iter()
            .zip(&self.letters[first..])
            .zip(&self.residues[first..]);
        for ((&letter, &wild_type), &residue) in pairs {
            if letter != wild_type {
                mutant.push_derived(residue, wild_type, letter);
            }
            if letter == b'*' {
                return;
            }
        }
    }

    /// Whether two sequences of one length, unlike in most places, are much more alike where one is shifted against the other: then
    /// something is inserted in one place and deleted in another.
    fn is_shifted(&self, core: &[u8], part: &[u8]) -> bool {
        let same = core.iter().zip(part).filter(|(a, b)| a == b).count();
        let length = core.len();
        if 2 * same >= length || core.contains(&GAP_LETTER) {
            return false;
        }
        let aligned = self.aligned(core, part);
        aligned.is_some_and(|found| found.inserted > 0 && found.matches > same + length / 5)
    }

    /// What an alignment says of a sequence that has residues inserted or deleted. Where none is inserted, deletions are taken, and half of the
    /// target is there, it is a mutant like others.
    fn read_indel(&self, sequence: &[u8], mutant: &mut Mutant) {
        match self.aligned(sequence, &self.letters) {
            Some(found)
                if found.inserted == 0
                    && self.takes_deletions
                    && 2 * found.matches >= self.letters.len() =>
            {
                self.compare(&found.row, 0, mutant);
            }
            Some(found) => mutant.set_other(OtherChange::Aligned {
                inserted: number(found.inserted),
                deleted: number(found.deleted),
                replaced: number(found.replaced),
            }),
            None => mutant.set_other(OtherChange::Indel),
        }
    }

    /// Aligns what is between the ends that two sequences share; nothing is done with what is too long, or not made of letters.
    fn aligned(&self, whole: &[u8], target: &[u8]) -> Option<Aligned> {
        let shared =
            |a: &mut dyn Iterator<Item = (&u8, &u8)>| a.take_while(|(a, b)| a == b).count();
        let start = shared(&mut whole.iter().zip(target));
        let (sequence, target) = (&whole[start..], &target[start..]);
        let end = shared(&mut sequence.iter().rev().zip(target.iter().rev()));
        let (sequence, behind) = sequence.split_at(sequence.len() - end);
        let target = &target[..target.len() - end];
        let mut found = Aligned {
            matches: start + end,
            row: whole[..start].to_vec(),
            ..Aligned::default()
        };
        if sequence.is_empty() || target.is_empty() {
            (found.inserted, found.deleted) = (sequence.len(), target.len());
            found.row.resize(start + target.len(), GAP_LETTER);
            found.row.extend_from_slice(behind);
            return Some(found);
        }
        let are_letters = [sequence, target]
            .iter()
            .all(|s| s.iter().all(u8::is_ascii_uppercase));
        if !are_letters || sequence.len().saturating_mul(target.len()) > MOST_CELLS {
            return None;
        }
        let score = |a: u8, b: u8| match self.is_protein {
            true => blosum62(a, b),
            false => 5 - 9 * i32::from(a != b),
        };
        let mut aligner = Aligner::with_capacity(sequence.len(), target.len(), -10, -1, score);
        let mut letters = sequence.iter();
        for operation in aligner.global(sequence, target).operations {
            match operation {
                AlignmentOperation::Match => found.matches += 1,
                AlignmentOperation::Subst => found.replaced += 1,
                AlignmentOperation::Ins => found.inserted += 1,
                AlignmentOperation::Del => found.deleted += 1,
                AlignmentOperation::Xclip(n) => found.inserted += n,
                AlignmentOperation::Yclip(n) => found.deleted += n,
            }
            match operation {
                AlignmentOperation::Match | AlignmentOperation::Subst => {
                    found.row.extend(letters.next());
                }
                AlignmentOperation::Ins => drop(letters.next()),
                AlignmentOperation::Xclip(n) => letters.by_ref().take(n).for_each(drop),
                AlignmentOperation::Del => found.row.push(GAP_LETTER),
                AlignmentOperation::Yclip(n) => found.row.extend(vec![GAP_LETTER; n]),
            }
        }
        found.row.extend_from_slice(behind);
        Some(found)
    }
}

/// What a sequence that is aligned with the target has of it.
fn gapped(core: &[u8], target: &[u8]) -> OtherChange {
    let deleted = core.iter().filter(|letter| **letter == GAP_LETTER).count();
    let different = core.iter().zip(target).filter(|(a, b)| a != b).count();
    OtherChange::Aligned {
        inserted: 0,
        deleted: number(deleted),
        replaced: number(different - deleted),
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What an alignment of two sequences comes to.
#[derive(Debug, Default)]
struct Aligned {
    matches: usize,
    inserted: usize,
    deleted: usize,
    replaced: usize,
    /// What the sequence has at each residue of the target, `-` where it is deleted; what is inserted is left out.
    row: Vec<u8>,
}

#[cfg(test)]
mod tests;
