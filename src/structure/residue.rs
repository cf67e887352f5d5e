//! Residues and their atoms.

/// An atom that is no hydrogen.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// Its name in the residue: `CA`, `CB`, `C1'`.
    pub name: String,
    /// x, y and z, in angstrom.
    pub position: [f64; 3],
}

/// A residue of a protein or a nucleic acid of which there are coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct Residue {
    /// Its name in the file: `ALA`, `MSE`, `DG`.
    pub name: String,
    /// Its letter, for a modified residue that of the parent; `X` where it is not known.
    pub letter: u8,
    /// Its number as authors give it: any, also below 1, and with jumps.
    pub number: i64,
    /// The letter that tells residues of one number apart.
    pub insertion: Option<char>,
    /// The atoms but hydrogens: of alternative places the one that is occupied most.
    pub atoms: Vec<Atom>,
    /// The B factor of the atom that stands for the residue (CA, C1').
    pub b_factor: Option<f64>,
    /// The confidence of a predicted model in this residue (pLDDT), from 0 to 100.
    pub confidence: Option<f64>,
}

impl Residue {
    /// Where an atom of this name is.
    pub fn place(&self, name: &str) -> Option<[f64; 3]> {
        let atom = self.atoms.iter().find(|atom| atom.name == name);
        atom.map(|atom| atom.position)
    }

    /// Where the backbone is: CA of a protein, C1' of a nucleic acid. Each residue has one of them.
    pub fn backbone(&self) -> Option<[f64; 3]> {
        self.place("CA").or_else(|| self.place("C1'"))
    }

    /// Where the side chain is: CB; the backbone in its place for glycine, where CB is missing, and for nucleic acids.
    pub fn side_chain(&self) -> Option<[f64; 3]> {
        let beta = (self.name != "GLY").then(|| self.place("CB")).flatten();
        beta.or_else(|| self.backbone())
    }
}

/// The number as it is written: `184A`.
impl std::fmt::Display for Residue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.number)?;
        match self.insertion {
            Some(letter) => write!(f, "{letter}"),
            None => Ok(()),
        }
    }
}

/// The distance of two places.
pub fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [x, y, z] = [0, 1, 2].map(|k| a[k] - b[k]);
    (x * x + y * y + z * z).sqrt()
}
