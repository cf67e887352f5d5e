//! Options that say which positions may change, and to what: one group for every command that makes sequences.

use crate::choices::Choices;
use crate::contacts::Positions;
use crate::error::Result;
use crate::io::tables::allowed;
use std::path::{Path, PathBuf};

/// Which positions may change, and to what.
#[derive(Debug, Clone, clap::Args)]
pub struct ChoiceArgs {
    /// Positions that stay as they are
    ///
    /// Numbers and ranges with commas between, of a complex with chains; they win over --mutate and --allow.
    #[arg(long, value_name = "24-30,A:40")]
    pub keep: Option<Positions>,

    /// The positions that alone may change [default: all that are modelled]
    #[arg(long, value_name = "40-60,B:7")]
    pub mutate: Option<Positions>,

    /// Table of positions and the residues allowed there; others stay as they are
    ///
    /// In each row a position or a range, and letters: 24 AVIL, A:30-34 DE. What stands there is allowed, seen or not; --keep and --mutate
    /// still hold.
    #[arg(long, value_name = "FILE")]
    pub allow: Option<PathBuf>,

    /// Only residues that this share of the sequences has there [default: one has it]
    ///
    /// A weighted share from 0 to 1; with 0 also residues that no sequence has.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub only_seen: Option<f64>,

    /// Only positions where this share of the sequences has a residue [default: 0.5]
    ///
    /// Where fewer have one, scores say little. Positions of --allow are not asked.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub min_coverage: Option<f64>,
}

/// A number from 0 to 1.
fn share(text: &str) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1".into()),
    }
}

impl ChoiceArgs {
    /// Whether nothing was asked for.
    pub fn is_default(&self) -> bool {
        let positions = [&self.keep, &self.mutate];
        let shares = [self.only_seen, self.min_coverage];
        positions.iter().all(|positions| positions.is_none())
            && shares.iter().all(Option::is_none)
            && self.allow.is_none()
    }

    /// The files that are read.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.allow.as_deref().into_iter()
    }

    /// The typed settings.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn choices(&self) -> Result<Choices> {
        let allow = self.allow.as_deref().map(allowed::read).transpose()?;
        Ok(Choices {
            keep: self.keep.clone(),
            mutate: self.mutate.clone(),
            allow,
            only_seen: self.only_seen,
            min_coverage: self.min_coverage,
        })
    }
}
