//! Between which atoms the distance of two residues is measured.

use super::residue::Residue;

/// Between which atoms the distance of two residues is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DistanceKind {
    /// CB; CA for glycine and where CB is missing; C1' of nucleic acids. The field's habit, with 8 angstrom.
    #[default]
    Cb,
    /// The two atoms, of all but hydrogens, that are closest.
    Heavy,
    /// CA; C1' of nucleic acids.
    Ca,
}

impl DistanceKind {
    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cb => "cb",
            Self::Heavy => "heavy",
            Self::Ca => "ca",
        }
    }

    /// Adds the places of a residue from which it is measured; one at least.
    pub fn push_points(self, residue: &Residue, points: &mut Vec<[f64; 3]>) {
        match self {
            Self::Cb => points.extend(residue.side_chain()),
            Self::Ca => points.extend(residue.backbone()),
            Self::Heavy => points.extend(residue.atoms.iter().map(|atom| atom.position)),
        }
    }
}

impl std::str::FromStr for DistanceKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Cb, Self::Heavy, Self::Ca];
        let found = all
            .into_iter()
            .find(|kind| kind.as_str() == text.to_ascii_lowercase());
        found.ok_or_else(|| format!("'{text}' is not one of cb, heavy, ca"))
    }
}

impl std::fmt::Display for DistanceKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
