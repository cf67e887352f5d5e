//! Which sequences may be drawn: all, or those near a target.

use crate::alphabet::Symbol;
use crate::choices::{Allowed, Choices};
use crate::error::{Error, Result};
use crate::kernels::gibbs::{Limit, Tables};
use crate::model::Model;

/// Sequences that may be drawn.
#[derive(Debug, Clone)]
pub struct Space {
    /// For each site the states that it may have, ascending.
    states: Vec<Vec<u8>>,
    /// The target's states, where sequences are made of it.
    target: Option<Vec<u8>>,
    /// Sites at which they may differ from it.
    most: Option<usize>,
    /// What came of the choices.
    allowed: Option<Allowed>,
}

impl Space {
    /// All sequences of a model; or those that choices leave of its target, which differ from it at `most` sites.
    ///
    /// # Errors
    /// As [`Choices::of`]; [`Error::Usage`] if the target has no state at a site, or nothing may change.
    pub fn of(model: &Model, choices: Option<&Choices>, most: Option<usize>) -> Result<Self> {
        let every: Vec<u8> = (0..model.states() as u8).collect();
        let choices = match (choices, most) {
            (None, None) => {
                return Ok(Self {
                    states: vec![every; model.sites()],
                    target: None,
                    most: None,
                    allowed: None,
                });
            }
            (choices, _) => choices.cloned().unwrap_or_default(),
        };
        let target = target(model)?;
        let allowed = choices.of(model)?;
        allowed.check_any()?;
        let with_own = |(site, &own): (usize, &u8)| {
            let mut states = allowed.states(site).to_vec();
            states.push(own);
            states.sort_unstable();
            states
        };
        Ok(Self {
            states: target.iter().enumerate().map(with_own).collect(),
            target: Some(target),
            most,
            allowed: Some(allowed),
        })
    }

    /// What choices came to; `None` where all sequences may be drawn.
    pub fn allowed(&self) -> Option<&Allowed> {
        self.allowed.as_ref()
    }

    /// The target's states, where sequences are made of it.
    pub fn target(&self) -> Option<&[u8]> {
        self.target.as_deref()
    }

    /// Sites that have a choice.
    pub fn free(&self) -> Vec<usize> {
        let sites = self.states.iter().enumerate();
        let free = sites.filter(|(_, states)| states.len() > 1);
        free.map(|(site, _)| site).collect()
    }

    /// How far sequences may be from the target, where that is limited.
    pub fn limit(&self) -> Option<Limit> {
        let target = self.target.clone()?;
        self.most.map(|most| Limit {
            target,
            most,
            cost: 0.0,
        })
    }

    /// The states that a site may have.
    pub fn states(&self, site: usize) -> &[u8] {
        &self.states[site]
    }

    /// Forbids all other states.
    pub fn forbid(&self, tables: &mut Tables) {
        for (site, states) in self.states.iter().enumerate() {
            for state in (0..tables.states() as u8).filter(|state| !states.contains(state)) {
                tables.forbid(site, state);
            }
        }
    }
}

/// The target's states.
///
/// # Errors
/// [`Error::Usage`] if there is no target, or it has no state at a site.
pub fn target(model: &Model) -> Result<Vec<u8>> {
    if !model.columns.has_target() {
        return Err(Error::Usage(
            "the model has no target that sequences could be made of\n  leave out what says which positions change, or fit the alignment with a target (`focus` of potts fit)".into(),
        ));
    }
    let states = model.states();
    let of_site = |site: usize| {
        let state = match model.alphabet.symbol(model.columns.letter(site)) {
            Symbol::Residue(state) => state,
            Symbol::Gap | Symbol::Unknown => model.alphabet.gap_state(),
        };
        match usize::from(state) < states {
            true => Ok(state),
            false => Err(Error::Usage(format!(
                "the target has no residue at position {}, which the model has no state for\n  leave out what says which positions change, or fit with the gap as a state (`gaps` of potts fit)",
                model.columns.residue(site)
            ))),
        }
    };
    (0..model.sites()).map(of_site).collect()
}
