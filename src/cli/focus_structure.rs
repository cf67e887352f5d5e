//! The structure that chooses the target of an alignment.

use super::messages::Messages;
use crate::alignment::AlignedRecords;
use crate::error::{Result, shortened};
use crate::io::structures;
use crate::structure::nearest_sequence;
use std::path::{Path, PathBuf};

/// `--focus-structure FILE[:CHAIN]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FocusStructure {
    file: PathBuf,
    chain: Option<String>,
}

impl std::str::FromStr for FocusStructure {
    type Err = std::convert::Infallible;

    /// What stands behind the last colon is a chain, unless a file is called so with it.
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let parts = text.rsplit_once(':');
        Ok(match parts.filter(|_| !Path::new(text).exists()) {
            Some((file, chain)) if !file.is_empty() && !chain.contains('/') => Self {
                file: file.into(),
                chain: Some(chain.into()),
            },
            _ => Self {
                file: text.into(),
                chain: None,
            },
        })
    }
}

impl FocusStructure {
    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The row whose sequence the structure is of.
    ///
    /// # Errors
    /// If the file cannot be read, or no sequence is alike enough.
    pub fn row_of(
        &self,
        records: &AlignedRecords,
        available: Option<u64>,
        messages: &Messages,
    ) -> Result<usize> {
        let structure = structures::read(&self.file, available)?;
        let rows = records.rows();
        let letters = |row| rows.get(row).unwrap_or_default();
        let chain = self.chain.as_deref();
        let found = nearest_sequence(&structure, chain, records.len(), letters)?;
        messages.say(format_args!(
            "target: {}, sequence {}, {:.0} % identical to chain {} of {} over {:.0} % of its residues",
            shortened(&records.names()[found.row]),
            found.row + 1,
            100.0 * found.identity,
            found.chain,
            self.file.display(),
            100.0 * found.coverage
        ));
        if !found.is_sure() {
            messages.warn("the structure may be of a relative of this sequence: is it the target that is meant?");
        }
        Ok(found.row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, Option<String>) {
        let structure: FocusStructure = text.parse().unwrap();
        (structure.file.display().to_string(), structure.chain)
    }

    #[test]
    fn a_chain_stands_behind_the_last_colon() {
        assert_eq!(parsed("a.pdb"), ("a.pdb".into(), None));
        assert_eq!(
            parsed("a.cif.gz:AB"),
            ("a.cif.gz".into(), Some("AB".into()))
        );
        assert_eq!(parsed("x:y/a.pdb"), ("x:y/a.pdb".into(), None));
        assert_eq!(parsed(":A"), (":A".into(), None));
    }
}
