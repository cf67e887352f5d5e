//! `--temperature`: a number, or that at which samples are like natural sequences.

use super::messages::Messages;
use super::pulse::Pulse;
use crate::error::{Error, Result};
use crate::evaluation::{Fitting, Naturals, Search};
use crate::model::Model;
use crate::sample::Sampler;
use crate::state::Keeper;
use std::fmt;
use std::str::FromStr;

/// A temperature of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Temperature {
    /// As it is given.
    Given(f64),
    /// Where samples are like natural sequences.
    Auto,
}

impl Temperature {
    /// The number; 1 where it has to be found.
    pub fn or_one(self) -> f64 {
        match self {
            Self::Given(temperature) => temperature,
            Self::Auto => 1.0,
        }
    }
}

impl Default for Temperature {
    fn default() -> Self {
        Self::Given(1.0)
    }
}

impl FromStr for Temperature {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => text
                .parse()
                .map(Self::Given)
                .map_err(|_| "a temperature is a number from 0.001 to 1000, or auto".into()),
        }
    }
}

impl fmt::Display for Temperature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(temperature) => write!(f, "{temperature}"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

/// Looks for the temperature at which samples are like naturals.
///
/// # Errors
/// If couplings cannot be read; [`Error::Stopped`] once the state is kept.
pub fn find<'m>(
    model: &'m Model,
    sampler: &mut Sampler<'m>,
    (naturals, seed): (&Naturals, u64),
    keeper: &dyn Keeper,
    messages: &Messages,
) -> Result<Fitting> {
    let mut pulse = Pulse::new(messages, 0);
    let search = Search::new(model, sampler, naturals, seed)?;
    search.run(&mut |progress| pulse.tell(progress, 0), keeper)
}

/// The temperature that was found.
///
/// # Errors
/// [`Error::Numerical`] if there is none, with what was found.
pub fn found(fitting: Option<&Fitting>) -> Result<f64> {
    let found = fitting.and_then(|fitting| fitting.by_energy);
    // Finer than what is known of it, and short in headers.
    let found = found.map(|temperature| (1e4 * temperature).round() / 1e4);
    found.ok_or_else(|| {
        let words = fitting.map_or(String::new(), Fitting::in_words);
        Error::Numerical(format!("{words}\n  give a number with --temperature"))
    })
}
