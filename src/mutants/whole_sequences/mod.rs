//! Mutants given as whole sequences: where they differ from the target is the mutant.

use super::notation::{Mutant, NotAMutant, OtherChange};
use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, GAP_LETTER, is_gap};
use crate::position::{Chain, Residue};
use bio::alignment::AlignmentOperation;
use bio::alignment::pairwise::Aligner;
use bio::scores::blosum62;
use std::collections::BTreeMap;

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
}

/// Which part of the target the sequences of a table have, and what stands around it in all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Frame {
    before: Vec<u8>,
    after: Vec<u8>,
    /// Residues of the target that are not in the sequences, at its ends.
    without: [usize; 2],
}

/// Sequences of one length whose place along the target is looked for, and lengths of which some are.
const TRIED: usize = 3;
const LENGTHS: usize = 100;

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

    /// Learns from the first sequences of a table whether they have more than the target, or less, at their ends: what most of them share, and
    /// at least three, is what was measured; of what is too much one is enough, if the rest is the target.
    ///
    /// In words, what was found, if sequences and target do not have the same ends.
    pub fn learn<'s>(&mut self, sequences: impl Iterator<Item = &'s [u8]>) -> Option<String> {
        let sequences: Vec<Vec<u8>> = sequences
            .filter_map(|sequence| self.without_gap_columns(sequence))
            .collect();
        // What is as long as the target is the target's own frame, whatever others have.
        if sequences.iter().any(|s| s.len() == self.letters.len()) {
            return None;
        }
        let mut places: BTreeMap<usize, Vec<isize>> = BTreeMap::new();
        for sequence in &sequences {
            if places.len() == LENGTHS && !places.contains_key(&sequence.len()) {
                continue;
            }
            let tried = places.entry(sequence.len()).or_default();
            if tried.len() < TRIED {
                tried.extend(self.place(sequence));
            }
        }
        let mut counts: BTreeMap<Frame, (usize, bool)> = BTreeMap::new();
        for sequence in &sequences {
            let Some(&place) = places.get(&sequence.len()).and_then(|tried| tried.first()) else {
                continue;
            };
            let frame = Frame::at(place, sequence, self.letters.len());
            if self.is_gapped(&frame, sequence) {
                continue;
            }
            let is_target = self.core(&frame, sequence) == Some(frame.part(&self.letters));
            let (count, has_target) = counts.entry(frame).or_default();
            *count += 1;
            *has_target |= is_target;
        }
        let (frame, (count, has_target)) =
            counts.into_iter().max_by_key(|(_, (count, _))| *count)?;
        let is_whole = frame.without == [0, 0];
        let enough = count >= 3 || (has_target && is_whole);
        let is_allowed = is_whole || !self.has_chains;
        (enough && is_allowed && 2 * count > sequences.len()).then(|| {
            let words = frame.in_words(&self.residues);
            self.frame = frame;
            words
        })
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
        let part = self.frame.part(&self.letters);
        if let Some(core) = self.core(&self.frame, &sequence)
            && !self.is_shifted(core, part)
        {
            match core.contains(&GAP_LETTER) {
                true => mutant.set_other(gapped(core, part)),
                false => self.compare(core, mutant),
            }
            return Ok(());
        }
        let ungapped: Vec<u8> = sequence
            .iter()
            .copied()
            .filter(|b| *b != GAP_LETTER)
            .collect();
        match self.core(&self.frame, &ungapped) {
            Some(core) if ungapped.len() < sequence.len() => self.compare(core, mutant),
            _ => mutant.set_other(self.indel(&ungapped)),
        }
        Ok(())
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

    /// The differences of a sequence as long as the part of the target that the frame has. Nothing is made behind a stop.
    fn compare(&self, core: &[u8], mutant: &mut Mutant) {
        let first = self.frame.without[0];
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

    /// What an alignment says of a sequence that has residues inserted or deleted.
    fn indel(&self, sequence: &[u8]) -> OtherChange {
        match self.aligned(sequence, &self.letters) {
            Some(found) => OtherChange::Aligned {
                inserted: number(found.inserted),
                deleted: number(found.deleted),
                replaced: number(found.replaced),
            },
            None => OtherChange::Indel,
        }
    }

    /// Aligns what is between the ends that two sequences share; nothing is done with what is too long, or not made of letters.
    fn aligned(&self, sequence: &[u8], target: &[u8]) -> Option<Aligned> {
        let shared =
            |a: &mut dyn Iterator<Item = (&u8, &u8)>| a.take_while(|(a, b)| a == b).count();
        let start = shared(&mut sequence.iter().zip(target));
        let (sequence, target) = (&sequence[start..], &target[start..]);
        let end = shared(&mut sequence.iter().rev().zip(target.iter().rev()));
        let sequence = &sequence[..sequence.len() - end];
        let target = &target[..target.len() - end];
        let mut found = Aligned {
            matches: start + end,
            ..Aligned::default()
        };
        if sequence.is_empty() || target.is_empty() {
            (found.inserted, found.deleted) = (sequence.len(), target.len());
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
        for operation in aligner.global(sequence, target).operations {
            match operation {
                AlignmentOperation::Match => found.matches += 1,
                AlignmentOperation::Subst => found.replaced += 1,
                AlignmentOperation::Ins => found.inserted += 1,
                AlignmentOperation::Del => found.deleted += 1,
                AlignmentOperation::Xclip(n) => found.inserted += n,
                AlignmentOperation::Yclip(n) => found.deleted += n,
            }
        }
        Some(found)
    }

    /// Without gaps, unless these make it as long as the target.
    fn without_gap_columns(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut sequence = self.cleaned(text)?;
        if sequence.len() != self.letters.len() {
            sequence.retain(|byte| *byte != GAP_LETTER);
        }
        Some(sequence)
    }

    /// Whether a sequence has more in common with the target if it begins and ends where that does, with something inserted or deleted between:
    /// then its ends are no others than the target's.
    fn is_gapped(&self, frame: &Frame, sequence: &[u8]) -> bool {
        let target = &self.letters;
        let (shorter, longer) = match sequence.len() < target.len() {
            true => (sequence, &target[..]),
            false => (&target[..], sequence),
        };
        let shift = longer.len() - shorter.len();
        // From all at the end to all at the start, a letter at a time.
        let mut same = (0..shorter.len())
            .filter(|&k| shorter[k] == longer[k + shift])
            .count();
        let mut most = 0;
        for k in 0..shorter.len().saturating_sub(1) {
            same += usize::from(shorter[k] == longer[k]);
            same -= usize::from(shorter[k] == longer[k + shift]);
            most = most.max(same);
        }
        let core = self.core(frame, sequence).unwrap_or_default();
        let pairs = core.iter().zip(frame.part(target));
        most > pairs.filter(|(a, b)| a == b).count()
    }

    /// Where along the target a sequence of another length begins, if half of what they share is the same there.
    fn place(&self, sequence: &[u8]) -> Option<isize> {
        if self.letters.len().saturating_mul(sequence.len()) > MOST_CELLS {
            return None;
        }
        let (ours, theirs) = (self.letters.len() as isize, sequence.len() as isize);
        let same = |place: isize| {
            let (from, start) = (place.max(0) as usize, (-place).max(0) as usize);
            let pairs = self.letters[from..].iter().zip(&sequence[start..]);
            pairs.filter(|(a, b)| a == b).count()
        };
        let shortest = self.letters.len().min(sequence.len());
        let best = (1 - theirs..ours)
            .map(|place| (same(place), -place))
            .max()?;
        (2 * best.0 >= shortest && shortest > 0).then_some(-best.1)
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
}

impl Frame {
    /// That of a sequence whose first letter stands at `place` of a target of this length.
    fn at(place: isize, sequence: &[u8], length: usize) -> Self {
        let end = place + sequence.len() as isize;
        let before = (-place).max(0) as usize;
        let after = (end - length as isize).max(0) as usize;
        Self {
            before: sequence[..before].to_vec(),
            after: sequence[sequence.len() - after..].to_vec(),
            without: [
                place.max(0) as usize,
                (length as isize - end).max(0) as usize,
            ],
        }
    }

    /// The part of the target that sequences have.
    fn part<'t>(&self, target: &'t [u8]) -> &'t [u8] {
        &target[self.without[0]..target.len() - self.without[1]]
    }

    /// What a sequence has of it, if all around it is as it should be and its length is right.
    fn core<'s>(&self, sequence: &'s [u8], length: usize) -> Option<&'s [u8]> {
        let core = sequence
            .strip_prefix(&self.before[..])?
            .strip_suffix(&self.after[..])?;
        (core.len() + self.without[0] + self.without[1] == length).then_some(core)
    }

    fn in_words(&self, residues: &[Residue]) -> String {
        let mut parts = Vec::new();
        let [first, last] = self.without;
        if first + last > 0 {
            let ends = (residues[first], residues[residues.len() - last - 1]);
            parts.push(format!(
                "the sequences have the target's residues {} to {} only",
                ends.0, ends.1
            ));
        }
        for (letters, place) in [(&self.before, "before"), (&self.after, "behind")] {
            if !letters.is_empty() {
                parts.push(format!(
                    "{} residues {place} the target, the same in most sequences, are not looked at",
                    letters.len()
                ));
            }
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests;
