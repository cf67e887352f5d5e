//! What the sequences of a table have at their ends, learned from the first of them.

use super::frame::{Frame, unlike};
use super::{MOST_CELLS, WholeSequences};
use crate::alphabet::GAP_LETTER;
use crate::mutants::notation::{Mutant, Substitution};
use std::collections::BTreeMap;

/// Sequences of one length whose place along the target is looked for, and lengths of which some are.
const TRIED: usize = 3;
const LENGTHS: usize = 100;

/// Sequences that have to agree before what all of them share is something of the table, and no mutant.
const ENOUGH: usize = 3;

/// Sequences from which on one residue that all share at an end is something of the table.
const MANY: usize = 8;

/// The share of them that has a letter of a tag.
const SHARE: f64 = 0.9;

impl WholeSequences {
    /// Learns from the first sequences of a table whether they have more than the target, or less, at their ends: what most of them share, and
    /// at least three, is what was measured; of what is too much one is enough, if the rest is the target. What all share at an end in place of
    /// the target's residues is no part of the mutants, either.
    ///
    /// In words, what was found, if sequences and target do not have the same ends, or all sequences differ from it in some places.
    pub fn learn<'s>(&mut self, sequences: impl Iterator<Item = &'s [u8]>) -> Option<String> {
        let sequences = sequences.filter_map(|sequence| self.cleaned(sequence));
        let sequences: Vec<Vec<u8>> = sequences.collect();
        self.gap_columns = gap_columns(&sequences, self.letters.len());
        let sequences = sequences.into_iter();
        let sequences = sequences.map(|sequence| self.without_gap_columns(sequence));
        let sequences: Vec<Vec<u8>> = sequences.collect();
        let frame = self.likeliest_frame(&sequences).unwrap_or_default();
        let cores: Vec<&[u8]> = sequences
            .iter()
            .filter_map(|sequence| self.core(&frame, sequence))
            .collect();
        self.frame = match self.has_chains {
            true => frame,
            false => with_replaced_ends(frame, &cores, &self.letters),
        };
        let cores: Vec<&[u8]> = sequences
            .iter()
            .filter_map(|sequence| self.core(&self.frame, sequence))
            .collect();
        let mut words = Vec::new();
        if self.frame != Frame::default() {
            words.push(self.frame.in_words(&self.residues));
        }
        words.extend(self.shared_changes(&cores));
        (!words.is_empty()).then(|| words.join("; "))
    }

    /// What most sequences have at their ends.
    fn likeliest_frame(&self, sequences: &[Vec<u8>]) -> Option<Frame> {
        let mut places: BTreeMap<usize, Vec<isize>> = BTreeMap::new();
        for sequence in sequences {
            if places.len() == LENGTHS && !places.contains_key(&sequence.len()) {
                continue;
            }
            let tried = places.entry(sequence.len()).or_default();
            if tried.len() < TRIED {
                tried.extend(self.place(sequence));
            }
        }
        let mut counts: BTreeMap<Frame, (usize, bool)> = BTreeMap::new();
        for sequence in sequences {
            let Some(&place) = places.get(&sequence.len()).and_then(|tried| tried.first()) else {
                continue;
            };
            let frame = Frame::at(place, sequence, self.letters.len());
            if frame != Frame::default() && self.is_gapped(&frame, sequence) {
                continue;
            }
            let is_target = self.core(&frame, sequence) == Some(frame.part(&self.letters));
            let (count, has_target) = counts.entry(frame).or_default();
            *count += 1;
            *has_target |= is_target;
        }
        let own = counts.get(&Frame::default()).map_or(0, |(count, _)| *count);
        let (frame, (count, has_target)) =
            counts.into_iter().max_by_key(|(_, (count, _))| *count)?;
        let is_whole = frame.without == [0, 0];
        let enough = count >= ENOUGH || (has_target && is_whole);
        let is_allowed = is_whole || !self.has_chains;
        let is_most = count > own && 2 * count > sequences.len();
        (enough && is_allowed && is_most).then_some(frame)
    }

    /// In words, where all of these parts of sequences differ from the target.
    fn shared_changes(&self, cores: &[&[u8]]) -> Option<String> {
        const SHOWN: usize = 8;
        let part = self.frame.part(&self.letters);
        let first = self.frame.without[0];
        let shared = (0..part.len()).filter_map(|k| {
            let letter = shared_letter(cores, k, SHARE).filter(|letter| *letter != part[k])?;
            let mut mutant = Mutant::default();
            mutant.push_derived(self.residues[first + k], part[k], letter);
            mutant.substitutions().first().map(Substitution::to_string)
        });
        let mut shared: Vec<String> = shared.collect();
        let more = if shared.len() > SHOWN { ", ..." } else { "" };
        shared.truncate(SHOWN);
        let are_enough = cores.len() >= ENOUGH && !shared.is_empty();
        are_enough.then(|| {
            format!(
                "all sequences, or nearly all, differ from the target in {}{more}",
                shared.join(", ")
            )
        })
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
        let part = frame.part(target);
        most > core.len() - unlike(core, part)
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

/// The columns of an alignment in which most sequences have a gap though they are longer than the target, and its length.
fn gap_columns(sequences: &[Vec<u8>], target: usize) -> (Vec<usize>, usize) {
    let length = sequences.first().map_or(0, Vec::len);
    let are_aligned = length > target && sequences.iter().all(|s| s.len() == length);
    if sequences.len() < 2 || !are_aligned {
        return (Vec::new(), 0);
    }
    let gaps = |k: usize| sequences.iter().filter(|s| s[k] == GAP_LETTER).count();
    let columns = (0..length).filter(|&k| 2 * gaps(k) > sequences.len());
    (columns.collect(), length)
}

/// The letter that this share of sequences has at a place.
fn shared_letter(cores: &[&[u8]], place: usize, share: f64) -> Option<u8> {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for core in cores {
        *counts.entry(core[place]).or_default() += 1;
    }
    let (letter, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count as f64 >= share * cores.len() as f64).then_some(letter)
}

/// The frame with what nearly all sequences share at an end and is not like the target's residues there: a tag in their place.
fn with_replaced_ends(frame: Frame, cores: &[&[u8]], target: &[u8]) -> Frame {
    let part = frame.part(target);
    if cores.len() < ENOUGH {
        return frame;
    }
    let length = part.len();
    let shared = |k: usize| shared_letter(cores, k, SHARE).map(|letter| (letter, part[k]));
    let start: Vec<(u8, u8)> = (0..length).map_while(shared).collect();
    let end: Vec<(u8, u8)> = (0..length).rev().map_while(shared).collect();
    // A construct that ends elsewhere than the target, or many sequences, may have a single residue in place of the target's.
    let is_construct = frame != Frame::default() || cores.len() >= MANY;
    let fewest = if is_construct { 1 } else { 4 };
    let first = replaced(&start, fewest);
    let last = replaced(&end, fewest);
    if first + last >= length / 2 {
        return frame;
    }
    let mut extended = frame;
    extended.without[0] += first;
    extended.without[1] += last;
    extended
        .before
        .extend(start[..first].iter().map(|(a, _)| a));
    let last_letters = end[..last].iter().rev().map(|(a, _)| *a);
    extended.after = last_letters.chain(extended.after).collect();
    extended
}

/// How many letters from an end on are not the target's, but for some that are so by chance; so many at the fewest, or none.
fn replaced(pairs: &[(u8, u8)], fewest: i64) -> usize {
    let (mut score, mut best, mut different) = (0i64, (0i64, 0), 0);
    for (k, (letter, target)) in pairs.iter().enumerate() {
        different += i64::from(letter != target);
        score += if letter == target { -2 } else { 1 };
        if score > best.0 && different >= fewest {
            best = (score, k + 1);
        }
    }
    best.1
}
