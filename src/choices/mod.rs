//! Which positions of a target may change, and to which residues.
//!
//! Whoever makes sequences asks here: [`Choices`] is what a user wished, [`Allowed`] what comes of it with a model. A position may change where it
//! is modelled and the target has a residue; where it is not kept; and where many sequences have a residue at all. It may change to residues
//! that sequences have there, or to those that a list names, which is asked no further.

use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, Symbol};
use crate::contacts::Positions;
use crate::error::{Error, Place, Result};
use crate::model::{Model, StopReason};
use crate::mutants::Change;
use crate::position::{PositionRange, Residue};

/// What a user wished.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choices {
    /// Positions that stay as they are, whatever else is said of them.
    pub keep: Option<Positions>,
    /// The positions that alone may change; all, where none are named.
    pub mutate: Option<Positions>,
    /// Residues that are allowed at positions; other positions then stay as they are.
    pub allow: Option<Vec<Listed>>,
    /// The weighted share of the sequences that must have a residue at its position; of 0 any residue will do. Where nothing is said, one
    /// sequence must have it.
    pub only_seen: Option<f64>,
    /// The weighted share of the sequences that must have any residue at a position that changes. Where nothing is said, half of them, as far as
    /// that is known.
    pub min_coverage: Option<f64>,
}

/// A row of a list of residues that are allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The positions.
    pub range: PositionRange,
    /// The letters.
    pub letters: Vec<u8>,
    /// Where it was read.
    pub place: Place,
}

/// The share of the sequences that have a residue at a position, where nothing else is said.
const USUAL_COVERAGE: f64 = 0.5;

/// What to do about a row that fits no model.
const ADVICE: &str = "each row has a position of the target, or a range, and the letters that are allowed there: 24 AVIL, A:30-34 DE";

/// The residues that each site may change to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Of each site the states, by the alphabet's order; never the target's own.
    states: Vec<Vec<u8>>,
    /// What was left out, site by site.
    reasons: Vec<Reason>,
}

/// Why a site does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It may change.
    Free,
    /// It was kept, not named, or not listed.
    Kept,
    /// The target has a gap there.
    TargetGap,
    /// Few sequences have a residue there.
    Coverage,
    /// No residue but the target's is seen, or allowed.
    NoResidue,
}

impl Choices {
    /// Which residues each site of a model may change to, in its target.
    ///
    /// # Errors
    /// [`Error::Usage`] for positions that the model does not have, and for shares of sequences that it does not know; [`Error::Input`] for rows of
    /// a list with other positions or letters than the model has.
    pub fn of(&self, model: &Model) -> Result<Allowed> {
        self.in_protein(model, &model.columns)
    }

    /// The same in another protein of the model's columns, a background.
    ///
    /// # Errors
    /// As for [`Self::of`].
    pub fn in_protein(&self, model: &Model, protein: &ColumnMap) -> Result<Allowed> {
        // What is not modelled stays anyway.
        if let Some(keep) = &self.keep {
            keep.check_residues(protein)?;
        }
        if let Some(mutate) = &self.mutate {
            mutate.check(protein)?;
        }
        let seen = Seen::of(model);
        self.check_seen(seen.as_ref())?;
        let listed = match &self.allow {
            Some(rows) => Some(listed_states(rows, model)?),
            None => None,
        };
        let (mut states, mut reasons) = (Vec::new(), Vec::new());
        for site in 0..model.sites() {
            let found = self.of_site(site, (model, protein), seen.as_ref(), listed.as_deref());
            reasons.push(found.as_ref().err().copied().unwrap_or(Reason::Free));
            states.push(found.unwrap_or_default());
        }
        Ok(Allowed { states, reasons })
    }

    fn check_seen(&self, seen: Option<&Seen>) -> Result<()> {
        let unknown = |what: &str, share: f64, option: &str| {
            Err(Error::Usage(format!(
                "the model does not hold {what}, so none is known to be that of a share of {share} of the sequences\n  leave `{option}` out, or fit the model with this program"
            )))
        };
        match (self.only_seen, self.min_coverage) {
            (Some(share), _) if share > 0.0 && seen.is_none() => {
                unknown("frequencies of residues", share, "only_seen")
            }
            (_, Some(share)) if share > 0.0 && !seen.is_some_and(|seen| seen.knows_gaps) => {
                unknown("frequencies of gaps", share, "min_coverage")
            }
            _ => Ok(()),
        }
    }

    fn of_site(
        &self,
        site: usize,
        (model, protein): (&Model, &ColumnMap),
        seen: Option<&Seen>,
        listed: Option<&[Option<Vec<u8>>]>,
    ) -> std::result::Result<Vec<u8>, Reason> {
        let residue = protein.residue(site);
        let Symbol::Residue(own) = model.alphabet.symbol(protein.letter(site)) else {
            return Err(Reason::TargetGap);
        };
        let holds = |positions: &Positions| positions.hold(residue);
        let is_kept = self.keep.as_ref().is_some_and(holds);
        if is_kept || !self.mutate.as_ref().is_none_or(holds) {
            return Err(Reason::Kept);
        }
        if let Some(listed) = listed {
            let states = listed[site].as_ref().ok_or(Reason::Kept)?;
            let states: Vec<u8> = states.iter().copied().filter(|&s| s != own).collect();
            return match states.is_empty() {
                true => Err(Reason::Kept),
                false => Ok(states),
            };
        }
        if seen
            .is_some_and(|seen| seen.coverage(site) < self.min_coverage.unwrap_or(USUAL_COVERAGE))
        {
            return Err(Reason::Coverage);
        }
        let is_enough = |state: u8| match (self.only_seen, seen) {
            (Some(least), Some(seen)) => seen.share(site, state) >= least,
            (None, Some(seen)) => seen.share(site, state) > 0.0,
            (_, None) => true,
        };
        let residues = 0..model.alphabet.gap_state();
        let states: Vec<u8> = residues.filter(|&s| s != own && is_enough(s)).collect();
        match states.is_empty() {
            true => Err(Reason::NoResidue),
            false => Ok(states),
        }
    }
}

impl Allowed {
    /// Number of sites of the model.
    pub fn sites(&self) -> usize {
        self.states.len()
    }

    /// The states that a site may change to, without the target's own.
    pub fn states(&self, site: usize) -> &[u8] {
        &self.states[site]
    }

    /// All substitutions that are allowed, site by site.
    pub fn changes(&self) -> impl Iterator<Item = Change> {
        let of_site = |(site, states): (usize, &'_ Vec<u8>)| {
            let states = states.clone().into_iter();
            states.map(move |state| Change { site, state })
        };
        self.states.iter().enumerate().flat_map(of_site)
    }

    /// Refuses that nothing may change.
    ///
    /// # Errors
    /// [`Error::Usage`], saying what to change.
    pub fn check_any(&self) -> Result<()> {
        match self.free() {
            0 => Err(Error::Usage(
                "no position may change: let some, by `keep`, `mutate`, `allow`, `only_seen` or `min_coverage`".into(),
            )),
            _ => Ok(()),
        }
    }

    /// Number of sites that may change.
    pub fn free(&self) -> usize {
        self.count(Reason::Free)
    }

    /// Number of sites for which this holds.
    pub fn count(&self, reason: Reason) -> usize {
        self.reasons.iter().filter(|&&own| own == reason).count()
    }

    /// Whether all changes are allowed, at distinct sites.
    pub fn allow(&self, changes: &[Change]) -> bool {
        let distinct = changes.iter().enumerate().all(|(k, change)| {
            let before = &changes[..k];
            before.iter().all(|other| other.site != change.site)
        });
        distinct
            && changes
                .iter()
                .all(|change| self.states[change.site].contains(&change.state))
    }
}

/// Shares of residues at the sites of a model that knows them.
struct Seen<'m> {
    model: &'m Model,
    frequencies: &'m ndarray::Array2<f64>,
    knows_gaps: bool,
}

impl<'m> Seen<'m> {
    fn of(model: &'m Model) -> Option<Self> {
        let frequencies = model.family.as_ref()?.frequencies.sites();
        let gap = frequencies.ncols().checked_sub(1)?;
        let own = model
            .record
            .as_ref()
            .is_some_and(|record| record.stop_reason != StopReason::NotRecorded);
        Some(Self {
            model,
            // As for the coverage of mutants: some files leave the gaps out.
            knows_gaps: own || frequencies.column(gap).iter().any(|&share| share > 0.0),
            frequencies,
        })
    }

    fn share(&self, site: usize, state: u8) -> f64 {
        self.frequencies[[site, usize::from(state)]]
    }

    fn coverage(&self, site: usize) -> f64 {
        match self.knows_gaps {
            true => 1.0 - self.frequencies[[site, usize::from(self.model.alphabet.gap_state())]],
            false => 1.0,
        }
    }
}

/// The states of each site that is listed.
fn listed_states(rows: &[Listed], model: &Model) -> Result<Vec<Option<Vec<u8>>>> {
    let mut listed: Vec<Option<Vec<u8>>> = vec![None; model.sites()];
    for row in rows {
        let wrong = |problem: String| Error::input(row.place.clone(), problem, ADVICE);
        let states = states_of(&row.letters, &model.alphabet).map_err(wrong)?;
        let residues = (0..model.sites()).map(|site| model.columns.residue(site));
        let sites = residues.enumerate().filter(|(_, r)| row.range.holds(*r));
        let sites: Vec<(usize, Residue)> = sites.collect();
        if sites.is_empty() {
            return Err(wrong(format!(
                "the model has no site at {}: it is of {}, of which {} are modelled",
                row.range,
                model.columns.numbering(),
                model.columns.sites()
            )));
        }
        for (site, residue) in sites {
            if listed[site].replace(states.clone()).is_some() {
                return Err(wrong(format!("position {residue} stands in two rows")));
            }
        }
    }
    Ok(listed)
}

fn states_of(letters: &[u8], alphabet: &Alphabet) -> std::result::Result<Vec<u8>, String> {
    let mut states = Vec::new();
    for &letter in letters {
        let Symbol::Residue(state) = alphabet.symbol(letter) else {
            return Err(format!(
                "'{}' is no residue of the model, whose letters are {}",
                char::from(letter).escape_default(),
                String::from_utf8_lossy(alphabet.letters())
            ));
        };
        states.push(state);
    }
    states.sort_unstable();
    states.dedup();
    Ok(states)
}

#[cfg(test)]
mod tests;
