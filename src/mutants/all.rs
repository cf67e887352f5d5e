//! Every single and double substitution of the modelled positions.

use super::change::Change;
use super::outcome::Score;
use super::scorer::MutantScorer;
use crate::alphabet::GAP_LETTER;
use std::io::Write;

impl MutantScorer<'_> {
    /// Appends how a change is written: `A42G`, or `B:A42G` in a chain.
    pub fn push_name(&self, change: Change, name: &mut Vec<u8>) {
        let column = self.columns().column(change.site);
        if let Some(chain) = column.chain {
            name.extend_from_slice(&[chain.letter(), b':']);
        }
        name.push(column.letter);
        // Writing to memory cannot fail.
        let _ = write!(name, "{}", column.position);
        let letter = self.letters().get(usize::from(change.state));
        name.push(letter.copied().unwrap_or(GAP_LETTER));
    }

    /// All single changes of a site and how they are written, in the order of the alphabet.
    pub fn named_changes(&self, site: usize) -> impl Iterator<Item = (Change, Vec<u8>)> {
        self.changes_of(site).map(|change| {
            let mut name = Vec::new();
            self.push_name(change, &mut name);
            (change, name)
        })
    }

    /// All single mutants of a site with their names and scores.
    pub fn singles(&self, site: usize) -> impl Iterator<Item = (Vec<u8>, Score)> {
        let changes = self.named_changes(site);
        changes.map(|(change, name)| (name, self.score(&[change])))
    }

    /// All pairs of changes at two sites, how they are written and their scores, in the order of the singles.
    pub fn doubles(&self, i: usize, j: usize, mut each: impl FnMut(&[u8], [Change; 2], Score)) {
        let others: Vec<_> = self.named_changes(j).collect();
        let mut both = Vec::new();
        for (one, name) in self.named_changes(i) {
            for (other, other_name) in &others {
                both.clear();
                both.extend_from_slice(&name);
                both.push(b':');
                both.extend_from_slice(other_name);
                each(&both, [one, *other], self.score(&[one, *other]));
            }
        }
    }

    /// The Potts scores of all states of a site, 0 for the target's own; `None` where the target has no residue.
    pub fn row(&self, site: usize) -> Option<Vec<f64>> {
        let mut changes = self.changes_of(site).peekable();
        changes.peek()?;
        let mut scores = vec![0.0; self.letters().len()];
        for change in changes {
            scores[usize::from(change.state)] = self.score(&[change]).potts;
        }
        Some(scores)
    }
}
