//! Substitutions and positions that options name.

use super::Job;
use crate::error::{Error, Result};
use crate::mutants::{Change, Mutant, Outcome};
use crate::position::{Chain, Offsets, PositionRange, read_ranges};

impl Job<'_, '_> {
    /// The one substitution that an option names, in a chain that was named before it.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is none, or not one of the target.
    pub(super) fn change(&self, option: &str, text: &str, chain: Option<Chain>) -> Result<Change> {
        let wrong =
            |problem: &dyn std::fmt::Display| Error::Usage(format!("--{option} {text}: {problem}"));
        let mut mutant = Mutant::parse(text).map_err(|problem| wrong(&problem))?;
        if let Some(chain) = chain {
            mutant.put_in(chain);
        }
        let mut changes = Vec::new();
        match self.changes(&mut mutant, &mut changes) {
            Some(Outcome::WildType | Outcome::Synonymous) => {
                Err(wrong(&"it is the wild type: give a substitution"))
            }
            Some(outcome) => Err(wrong(&outcome)),
            None => match changes[..] {
                [change] => Ok(change),
                _ => Err(wrong(&format!(
                    "it is {} substitutions: give one; others may be the `background`",
                    changes.len()
                ))),
            },
        }
    }

    /// The changes of a mutant, or what becomes of it otherwise.
    pub(super) fn changes(
        &self,
        mutant: &mut Mutant,
        changes: &mut Vec<Change>,
    ) -> Option<Outcome> {
        if let Some(chain) = self.args.chain {
            mutant.put_in(chain);
        }
        let offsets = Offsets::default();
        match self.scorer.settle(mutant, &offsets, None) {
            Ok(()) => self.scorer.translate(mutant, &offsets, changes),
            Err(outcome) => Some(outcome),
        }
    }

    /// Sites at some positions that substitutions can be made at.
    ///
    /// # Errors
    /// [`Error::Usage`] if a range has none.
    pub(super) fn sites(&self, option: &str, ranges: &[PositionRange]) -> Result<Vec<usize>> {
        let columns = self.scorer.columns();
        let has_residue = |site: &usize| self.scorer.changes_of(*site).next().is_some();
        let mut sites = Vec::new();
        for &range in ranges {
            let range = PositionRange {
                chain: range.chain.or(self.args.chain),
                ..range
            };
            let found = (0..columns.sites()).filter(|&site| range.holds(columns.residue(site)));
            let found: Vec<usize> = found.filter(has_residue).collect();
            if found.is_empty() {
                return Err(Error::Usage(format!(
                    "--{option}: the model has no site with a residue at {range}: it is of {}, of which {} are modelled",
                    columns.numbering(),
                    columns.sites()
                )));
            }
            sites.extend(found);
        }
        sites.sort_unstable();
        sites.dedup();
        Ok(sites)
    }

    /// The substitutions of a list such as `A24V,A24L,57-60`, in which a position stands for all substitutions there and a chain holds for what
    /// follows.
    ///
    /// # Errors
    /// [`Error::Usage`] if something in it is neither, or not of the target.
    pub(super) fn choices(&self, option: &str, list: &str) -> Result<Vec<Change>> {
        let mut chain = self.args.chain;
        let mut choices = Vec::new();
        for part in list.split(',').map(str::trim) {
            if let Some((name, _)) = part.split_once(':')
                && let Some(named) = Chain::named(name.as_bytes())
            {
                chain = Some(named);
            }
            match read_ranges(part) {
                Ok(ranges) => {
                    let in_chain = |range: PositionRange| PositionRange {
                        chain: range.chain.or(chain),
                        ..range
                    };
                    let ranges: Vec<PositionRange> = ranges.into_iter().map(in_chain).collect();
                    let sites = self.sites(option, &ranges)?;
                    choices.extend(sites.into_iter().flat_map(|s| self.scorer.changes_of(s)));
                }
                Err(_) => choices.push(self.change(option, part, chain)?),
            }
        }
        Ok(choices)
    }
}
