//! Which residue of a chain is which letter of a target sequence: by alignment, so that the numbers in the file do not matter.

use super::chain::{Chain, ChainKind};
use super::monomers::UNKNOWN;
use crate::error::{Error, Result};
use bio::alignment::AlignmentOperation;
use bio::alignment::pairwise::{Aligner, Scoring};
use bio::scores::blosum62;

/// Bytes that an alignment may take: two a pair of letters, so that two sequences of 8000 letters have room.
const MOST_BYTES: u64 = 128 << 20;

/// What it costs to leave off an end of the chain: more than a letter that differs there, less than the letters of a tag.
const CLIP: i32 = -5;

/// Gaps cost as in BLAST: 11 to be there, and 1 a letter.
const GAP_OPEN: i32 = -12;
const GAP_EXTEND: i32 = -1;

/// A chain laid along a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceMatch {
    /// For each letter of the target the residue of the chain, as an index.
    pub residues: Vec<Option<usize>>,
    /// Pairs of known letters.
    pub compared: usize,
    /// Those that are the same.
    pub identical: usize,
}

impl SequenceMatch {
    /// Aligns a chain to the letters of a target, capitals.
    ///
    /// # Errors
    /// [`Error::Memory`] where both are too long.
    pub fn of(chain: &Chain, target: &[u8]) -> Result<Self> {
        let letters = chain.letters();
        check_size(&letters, target)?;
        let mut residues = match chain.kind {
            ChainKind::Protein => aligned(&letters, target, amino_acid_score),
            ChainKind::Nucleic => aligned(&letters, target, nucleotide_score),
        };
        move_gaps_to_breaks(chain, &letters, target, &mut residues);
        let pairs = target.iter().zip(&residues);
        let pairs = pairs.filter_map(|(&letter, residue)| Some((letter, letters[(*residue)?])));
        let known = |&(a, b): &(u8, u8)| a != UNKNOWN && b != UNKNOWN;
        let (mut compared, mut identical) = (0, 0);
        for (a, b) in pairs.filter(known) {
            compared += 1;
            identical += usize::from(is_same(chain.kind, a, b));
        }
        Ok(Self {
            residues,
            compared,
            identical,
        })
    }

    /// The share of identical letters among those compared.
    pub fn identity(&self) -> f64 {
        self.identical as f64 / self.compared.max(1) as f64
    }
}

/// Whether two letters stand for one residue.
pub fn is_same(kind: ChainKind, a: u8, b: u8) -> bool {
    match kind {
        ChainKind::Protein => a == b,
        ChainKind::Nucleic => of_rna(a) == of_rna(b),
    }
}

fn of_rna(letter: u8) -> u8 {
    if letter == b'T' { b'U' } else { letter }
}

fn amino_acid_score(a: u8, b: u8) -> i32 {
    match a.is_ascii_uppercase() && b.is_ascii_uppercase() {
        true => blosum62(a, b),
        false => -4,
    }
}

fn nucleotide_score(a: u8, b: u8) -> i32 {
    match is_same(ChainKind::Nucleic, a, b) {
        true => 5,
        false => -4,
    }
}

fn check_size(letters: &[u8], target: &[u8]) -> Result<()> {
    let cells = (letters.len() as u64 + 1).saturating_mul(target.len() as u64 + 1);
    let needed = cells.saturating_mul(size_of::<u16>() as u64);
    if needed <= MOST_BYTES {
        return Ok(());
    }
    Err(Error::Memory {
        needed,
        available: MOST_BYTES,
        remedy: format!(
            "so much does it take to align a chain of {} residues to a target of {}: give a structure of the modelled part alone",
            letters.len(),
            target.len()
        ),
    })
}

/// The residue of each letter of the target. Ends of the target are free.
fn aligned(letters: &[u8], target: &[u8], score: fn(u8, u8) -> i32) -> Vec<Option<usize>> {
    let mut residues = vec![None; target.len()];
    let scoring = Scoring::new(GAP_OPEN, GAP_EXTEND, score);
    let mut aligner = Aligner::with_scoring(scoring.xclip(CLIP).yclip(0));
    let (mut residue, mut column) = (0, 0);
    for operation in aligner.custom(letters, target).operations {
        match operation {
            AlignmentOperation::Match | AlignmentOperation::Subst => {
                residues[column] = Some(residue);
                (residue, column) = (residue + 1, column + 1);
            }
            AlignmentOperation::Ins => residue += 1,
            AlignmentOperation::Del => column += 1,
            AlignmentOperation::Xclip(length) => residue += length,
            AlignmentOperation::Yclip(length) => column += length,
        }
    }
    residues
}

/// Where residues are missing, letters alone often leave it open whether the last one before or the first one behind the hole has a certain
/// letter. There the chain knows: its residues on both sides of the hole are not bonded.
fn move_gaps_to_breaks(
    chain: &Chain,
    letters: &[u8],
    target: &[u8],
    residues: &mut [Option<usize>],
) {
    let mut start = 0;
    while start < residues.len() {
        let length = residues[start..]
            .iter()
            .take_while(|one| one.is_none())
            .count();
        let end = start + length;
        if length > 0 && start > 0 && end < residues.len() {
            move_gap(chain, letters, target, residues, start, end);
        }
        start = end + 1;
    }
}

/// The same for the gap in the columns from `start` to `end`, if no residue lies between its sides.
fn move_gap(
    chain: &Chain,
    letters: &[u8],
    target: &[u8],
    residues: &mut [Option<usize>],
    start: usize,
    end: usize,
) {
    let (Some(last), Some(next)) = (residues[start - 1], residues[end]) else {
        return;
    };
    if next != last + 1 || chain.is_broken_behind(last) {
        return;
    }
    let fits =
        |column: usize, residue: usize| is_same(chain.kind, target[column], letters[residue]);
    // How far residues of the left side can move to the right end of the gap, and the other way round.
    let left = (0..start)
        .take_while(|&k| {
            last >= k && residues[start - 1 - k] == Some(last - k) && fits(end - 1 - k, last - k)
        })
        .count();
    let right = (0..residues.len() - end)
        .take_while(|&k| residues[end + k] == Some(next + k) && fits(start + k, next + k))
        .count();
    for by in 1..=left.max(right) {
        if by <= left && last >= by && chain.is_broken_behind(last - by) {
            for k in 0..by {
                residues[start - 1 - k] = None;
                residues[end - 1 - k] = Some(last - k);
            }
            return;
        }
        if by <= right && chain.is_broken_behind(last + by) {
            for k in 0..by {
                residues[end + k] = None;
                residues[start + k] = Some(next + k);
            }
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::residue::{Atom, Residue};

    /// A straight chain of these letters, with a hole in space behind some of its residues.
    fn chain(letters: &str, broken_behind: &[usize]) -> Chain {
        let mut x = 0.0;
        let residue = |(k, letter): (usize, char)| {
            x += if k > 0 && broken_behind.contains(&(k - 1)) {
                12.0
            } else {
                3.8
            };
            Residue {
                name: String::new(),
                letter: letter as u8,
                number: -(k as i64),
                insertion: None,
                atoms: vec![Atom {
                    name: "CA".into(),
                    position: [x, 0.0, 0.0],
                }],
                b_factor: None,
                confidence: None,
            }
        };
        Chain {
            name: "A".into(),
            kind: ChainKind::Protein,
            residues: letters.chars().enumerate().map(residue).collect(),
        }
    }

    /// The letters of the chain above those of the target.
    fn shown(letters: &str, broken: &[usize], target: &str) -> String {
        let chain = chain(letters, broken);
        let found = SequenceMatch::of(&chain, target.as_bytes()).unwrap();
        let letter = |r: &Option<usize>| r.map_or('-', |r| chain.residues[r].letter as char);
        found.residues.iter().map(letter).collect()
    }

    const TARGET: &str = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQ";

    #[test]
    fn tags_are_left_off_and_changed_ends_kept() {
        let tagged = format!("GSSHHHHHHWWW{}", &TARGET[4..40]);
        let expected = format!("----{}{}", &TARGET[4..40], "-".repeat(26));
        assert_eq!(shown(&tagged, &[], TARGET), expected);
        let changed = format!("G{}W", &TARGET[1..65]);
        assert_eq!(shown(&changed, &[], TARGET), changed);
    }

    #[test]
    fn a_hole_lies_where_the_chain_is_broken() {
        // The letters alone allow any of three places for the hole: before GD, within it and behind it.
        let (start, end) = ("MKTAYIAKQRQISFVKSHFS", "WLEERLGLIEVQAPILS");
        let target = format!("{start}GDPPPPGD{end}");
        let letters = format!("{start}GD{end}");
        for (broken, hole) in [(19, "------GD"), (20, "G------D"), (21, "GD------")] {
            let expected = format!("{start}{hole}{end}");
            assert_eq!(shown(&letters, &[broken], &target), expected, "{broken}");
        }
    }

    #[test]
    fn unknown_letters_are_not_compared() {
        let letters = TARGET.replace('S', "X").replace('D', "E");
        let found = SequenceMatch::of(&chain(&letters, &[]), TARGET.as_bytes()).unwrap();
        let count = |letter| TARGET.matches(letter).count();
        assert_eq!(found.compared, TARGET.len() - count('S'));
        assert_eq!(found.identical, found.compared - count('D'));
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let error = check_size(&[b'A'; 20_000], &[b'A'; 20_000]).unwrap_err();
        assert!(error.to_string().contains("800 MB"), "{error}");
        assert!(check_size(&[b'A'; 8_000], &[b'A'; 8_000]).is_ok());
    }
}
