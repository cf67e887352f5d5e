//! Where sequences stand along the target, and what they have at their ends.

use crate::position::Residue;

/// Which part of the target the sequences of a table have, and what stands around it in all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frame {
    pub before: Vec<u8>,
    pub after: Vec<u8>,
    /// Residues of the target that are not in the sequences, at its ends.
    pub without: [usize; 2],
}

impl Frame {
    /// That of a sequence whose first letter stands at `place` of a target of this length.
    pub fn at(place: isize, sequence: &[u8], length: usize) -> Self {
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
    pub fn part<'t>(&self, target: &'t [u8]) -> &'t [u8] {
        &target[self.without[0]..target.len() - self.without[1]]
    }

    /// What a sequence has of it, if all around it is as it should be and its length is right.
    pub fn core<'s>(&self, sequence: &'s [u8], length: usize) -> Option<&'s [u8]> {
        let core = sequence
            .strip_prefix(&self.before[..])?
            .strip_suffix(&self.after[..])?;
        (core.len() + self.without[0] + self.without[1] == length).then_some(core)
    }

    pub fn in_words(&self, residues: &[Residue]) -> String {
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

/// How many letters of two sequences of one length differ.
pub(super) fn unlike(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).filter(|(a, b)| a != b).count()
}

/// How many letters two sequences share at most if something is inserted or deleted in one place of the longer one.
pub(super) fn most_alike(one: &[u8], other: &[u8]) -> usize {
    let (shorter, longer) = match one.len() < other.len() {
        true => (one, other),
        false => (other, one),
    };
    let shift = longer.len() - shorter.len();
    // From all at the end to all at the start, a letter at a time.
    let mut same = (0..shorter.len())
        .filter(|&k| shorter[k] == longer[k + shift])
        .count();
    let mut most = same;
    for k in 0..shorter.len() {
        same += usize::from(shorter[k] == longer[k]);
        same -= usize::from(shorter[k] == longer[k + shift]);
        most = most.max(same);
    }
    most
}
