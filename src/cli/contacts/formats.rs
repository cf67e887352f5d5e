//! What a list of contacts is written as.

use crate::io::tables::Style;
use clap::ValueEnum;
use std::path::Path;

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FormatChoice {
    /// Table with tabs (.tsv)
    #[default]
    Tsv,
    /// Table with commas (.csv)
    Csv,
    /// Array of objects (.json)
    Json,
    /// Couplings file of plmc and EVcouplings: cn of the selected pairs, in the order of (i, j)
    Evcouplings,
    /// CASP contact file (.rr): pairs 6 or more apart, numbered from 1 along the residues of the target, which it prints
    CaspRr,
    /// CCMpred's L x L matrix of the score (.mat); all pairs, whatever --top and --min-separation say
    Ccmpred,
    /// Script of PyMOL (.pml): a bar a pair, coloured by probability; dashed where --structure has it between chains only, or apart
    Pymol,
    /// Script of ChimeraX (.cxc): the same, as pseudobonds
    Chimerax,
    /// Attributes for ChimeraX (.defattr): number and summed probability of the pairs of each residue
    ChimeraxAttributes,
    /// Constraints of Rosetta (.cst), weighed by probability
    Rosetta,
    /// Distance restraints of CNS and Xplor-NIH (.tbl), 3.5 to 8 angstrom
    Cns,
    /// Ambiguous restraints of HADDOCK: pairs between chains; of one protein with --structure, pairs that do not touch within it
    Haddock,
    /// Input of Boltz-2 (.yaml): the target's sequences and a contact a pair
    Boltz,
    /// Restraints of Chai-1 (CSV): the pairs that haddock has
    Chai,
}

impl FormatChoice {
    /// The usual ending of a file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Tsv => "tsv",
            Self::Csv | Self::Chai => "csv",
            Self::Json => "json",
            Self::Evcouplings => "txt",
            Self::CaspRr => "rr",
            Self::Ccmpred => "mat",
            Self::Pymol => "pml",
            Self::Chimerax => "cxc",
            Self::ChimeraxAttributes => "defattr",
            Self::Rosetta => "cst",
            Self::Cns | Self::Haddock => "tbl",
            Self::Boltz => "yaml",
        }
    }

    /// What the ending of a name asks for, before any `.gz`; `None` if it does not say. Of two with one ending it is the first.
    pub fn of_name(path: &Path) -> Option<Self> {
        match Style::of_name(path) {
            Some(Style::Tsv) => return Some(Self::Tsv),
            Some(Style::Csv) => return Some(Self::Csv),
            Some(Style::Json) => return Some(Self::Json),
            None => {}
        }
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let ending = name.rsplit_once('.')?.1;
        let named = Self::value_variants().iter().copied();
        // What an ending of plain text is of, nobody knows.
        named
            .filter(|format| *format != Self::Evcouplings)
            .find(|format| format.ending() == ending)
    }

    /// Whether it knows pairs between chains only.
    pub fn is_of_docking(self) -> bool {
        matches!(self, Self::Haddock | Self::Chai)
    }

    /// Whether it hands pairs on to a program that draws or folds.
    pub fn is_handed_on(self) -> bool {
        !matches!(
            self,
            Self::Tsv | Self::Csv | Self::Json | Self::Evcouplings | Self::CaspRr | Self::Ccmpred
        )
    }

    /// Whether its residues are those of a structure, where one is given.
    pub fn is_on_a_structure(self) -> bool {
        matches!(
            self,
            Self::Pymol | Self::Chimerax | Self::ChimeraxAttributes | Self::Cns | Self::Haddock
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format() {
        for (name, format) in [
            ("a/b.tsv", Some(FormatChoice::Tsv)),
            ("b.csv.gz", Some(FormatChoice::Csv)),
            ("b.RR", Some(FormatChoice::CaspRr)),
            ("b.mat.gz", Some(FormatChoice::Ccmpred)),
            ("b.pml", Some(FormatChoice::Pymol)),
            ("b.cxc", Some(FormatChoice::Chimerax)),
            ("b.defattr", Some(FormatChoice::ChimeraxAttributes)),
            ("b.cst", Some(FormatChoice::Rosetta)),
            ("b.tbl", Some(FormatChoice::Cns)),
            ("b.yaml", Some(FormatChoice::Boltz)),
            ("b.txt", None),
            ("pml", None),
        ] {
            assert_eq!(FormatChoice::of_name(Path::new(name)), format, "{name}");
        }
    }
}
