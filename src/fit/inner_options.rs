//! Options of fits within the fit.

use crate::error::{Error, Result};
use crate::model::MethodName;

/// The most replicates: more change no digit of an error that anybody reads.
const MOST_REPLICATES: u64 = 1000;

/// The most folds.
const MOST_FOLDS: u64 = 20;

/// What replicates are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootstrapOptions {
    /// How many, at least 2.
    pub replicates: u64,
    /// What the draws begin with.
    pub seed: u64,
}

/// How sequences are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidationOptions {
    /// How many folds, each left out once; 1 for a single division that leaves out a fifth of Neff.
    pub folds: u64,
    /// What the division begins with.
    pub seed: u64,
    /// Whether the penalty on couplings is chosen by the first division.
    pub chooses_penalty: bool,
}

impl BootstrapOptions {
    /// Checks what the type of an option cannot say.
    ///
    /// # Errors
    /// For fewer than two replicates, too many, and a method that has none.
    pub fn check(&self, method: MethodName) -> Result<()> {
        if !(2..=MOST_REPLICATES).contains(&self.replicates) {
            return Err(Error::Usage(format!(
                "`bootstrap={}`, but an error takes 2 to {MOST_REPLICATES} replicates; 20 are usual",
                self.replicates
            )));
        }
        match method {
            MethodName::Plm => Ok(()),
            other => Err(Error::Usage(format!(
                "`bootstrap` goes with `method=plm`, whose replicates begin at the fit's optimum, and not with `method={}`",
                other.as_str()
            ))),
        }
    }
}

/// Multiples of (L-1)(q-1) among which a penalty is chosen, the strongest first.
const FACTORS: [f64; 8] = [0.06, 0.03, 0.015, 0.01, 0.005, 0.0025, 0.001, 0.0005];

impl ValidationOptions {
    /// The penalties that are tried, where one is to be chosen.
    pub fn factors(&self) -> &'static [f64] {
        match self.chooses_penalty {
            true => &FACTORS,
            false => &[],
        }
    }

    /// How many fits it takes.
    pub fn fits(&self) -> u64 {
        self.folds + self.factors().len() as u64
    }

    /// Checks what the type of an option cannot say.
    ///
    /// # Errors
    /// For too many folds, and a method that is not validated.
    pub fn check(&self, method: MethodName) -> Result<()> {
        if !(1..=MOST_FOLDS).contains(&self.folds) {
            return Err(Error::Usage(format!(
                "`folds={}`, but there are 1 to {MOST_FOLDS}; 5 are usual",
                self.folds
            )));
        }
        match method {
            MethodName::Plm => Ok(()),
            other => Err(Error::Usage(format!(
                "`validate` and `lambda_j=auto` go with `method=plm`, not with `method={}`",
                other.as_str()
            ))),
        }
    }
}
