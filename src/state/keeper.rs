//! Who keeps states.

use super::Persistent;
use crate::error::{Error, Result};

/// Keeps the states of long work. Asked from any thread, where a state is whole: between two iterations of a fit, two sweeps of chains.
pub trait Keeper: Send + Sync {
    /// Whether the work is to keep its state and stop.
    fn must_stop(&self) -> bool;

    /// Whether the state is to be kept now; of several threads that ask, one is told so. Never, unless said otherwise.
    fn is_due(&self) -> bool {
        false
    }

    /// Whether the state is to be kept at the end as well, since other work follows that may be stopped. Not, unless said otherwise.
    fn keeps_end(&self) -> bool {
        false
    }

    /// Keeps a state, which was reached `at`: "iteration 7". Lets it go, unless said otherwise.
    ///
    /// # Errors
    /// If that fails and the work cannot go on without it.
    fn keep(&self, at: &str, state: &mut dyn Persistent) -> Result<()> {
        let _ = (at, state);
        Ok(())
    }

    /// Sets `state` to the one that an earlier run kept; returns whether there is one. There is none, unless said otherwise.
    ///
    /// # Errors
    /// If there is one that cannot be read.
    fn recall(&self, state: &mut dyn Persistent) -> Result<bool> {
        let _ = state;
        Ok(false)
    }

    /// Between two steps: keeps `state` where that is due or the work must stop.
    ///
    /// # Errors
    /// [`Error::Stopped`], with where it was, once the state of work that must stop is kept; as [`Self::keep`].
    fn look(&self, at: &dyn Fn() -> String, state: &mut dyn Persistent) -> Result<()> {
        match self.must_stop() || self.is_due() {
            true => self.pause(&at(), state),
            false => Ok(()),
        }
    }

    /// Keeps `state`, and ends work that must stop.
    ///
    /// # Errors
    /// As [`Self::look`].
    fn pause(&self, at: &str, state: &mut dyn Persistent) -> Result<()> {
        let must_stop = self.must_stop();
        self.keep(at, state)?;
        match must_stop {
            true => Err(Error::Stopped { at: at.into() }),
            false => Ok(()),
        }
    }
}

/// Keeps nothing, and never stops.
pub struct Unkept;

impl Keeper for Unkept {
    fn must_stop(&self) -> bool {
        false
    }
}
