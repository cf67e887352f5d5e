//! What chains are at.

use super::options::Scheme;
use crate::state::{Persistent, Transfer};
use std::io;

/// What chains are at.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// So many sweeps of those in which it is found what passing through costs.
    Finding(u64),
    /// Forgetting where they began.
    Settling {
        /// Done.
        sweeps: u64,
        /// At which `before` was.
        half: u64,
        /// The sequences then.
        before: Vec<u8>,
    },
    /// So many sweeps of those before the next draw.
    Drawing {
        /// Done.
        done: u64,
        /// Of so many.
        of: u64,
    },
    /// So many sweeps on the way from one temperature to the other.
    Cooling(u64),
}

impl Stage {
    /// Where chains begin.
    pub fn first(scheme: Scheme) -> Self {
        match scheme {
            Scheme::Anneal { .. } => Self::Cooling(0),
            Scheme::Plain | Scheme::Tempering { .. } => Self::Finding(0),
        }
    }
}

impl Persistent for Stage {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let (mut kind, mut first, mut second, mut before) = match self {
            Self::Finding(done) => (0u64, *done, 0, Vec::new()),
            Self::Settling {
                sweeps,
                half,
                before,
            } => (1, *sweeps, *half, std::mem::take(before)),
            Self::Drawing { done, of } => (2, *done, *of, Vec::new()),
            Self::Cooling(done) => (3, *done, 0, Vec::new()),
        };
        state.number(&mut kind)?;
        state.number(&mut first)?;
        state.number(&mut second)?;
        state.list(&mut before)?;
        *self = match kind {
            0 => Self::Finding(first),
            1 => Self::Settling {
                sweeps: first,
                half: second,
                before,
            },
            2 => Self::Drawing {
                done: first,
                of: second,
            },
            _ => Self::Cooling(first),
        };
        Ok(())
    }
}
