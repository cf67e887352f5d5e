//! What is left of a table that is refused: the error, and what had been counted until then.

use super::summary::Summary;
use crate::cli::settings::in_flags;
use crate::error::Error;

/// Why nothing is written, and the counts that say more, if there are any.
#[derive(Debug)]
pub(super) struct Refused {
    pub error: Error,
    counts: Option<Box<Summary>>,
}

impl Refused {
    /// For this reason, with these counts.
    pub fn new(error: Error, counts: Summary) -> Self {
        Self {
            error,
            counts: Some(Box::new(counts)),
        }
    }

    /// The counts, which say that they are those of a refusal.
    pub fn summary(&self) -> Option<Summary> {
        let counts = self.counts.as_deref()?.clone();
        Some(Summary {
            refused: Some(in_flags(&self.error.to_string()).into_owned()),
            ..counts
        })
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self {
            error,
            counts: None,
        }
    }
}
