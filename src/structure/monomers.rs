//! Names of residues in structure files, and their letters.

/// The twenty amino acids, and the two that some ribosomes know besides.
const AMINO_ACIDS: [(&str, u8); 22] = [
    ("ALA", b'A'),
    ("CYS", b'C'),
    ("ASP", b'D'),
    ("GLU", b'E'),
    ("PHE", b'F'),
    ("GLY", b'G'),
    ("HIS", b'H'),
    ("ILE", b'I'),
    ("LYS", b'K'),
    ("LEU", b'L'),
    ("MET", b'M'),
    ("ASN", b'N'),
    ("PRO", b'P'),
    ("GLN", b'Q'),
    ("ARG", b'R'),
    ("SER", b'S'),
    ("THR", b'T'),
    ("VAL", b'V'),
    ("TRP", b'W'),
    ("TYR", b'Y'),
    ("SEC", b'C'),
    ("PYL", b'K'),
];

/// Modified amino acids that are common in structures, and those of force fields, by their parents. `CRO` and its like are three residues in
/// one, of which none is the parent.
const MODIFIED: [(&str, u8); 62] = [
    ("MSE", b'M'),
    ("SME", b'M'),
    ("MHO", b'M'),
    ("FME", b'M'),
    ("CXM", b'M'),
    ("SEP", b'S'),
    ("OSE", b'S'),
    ("SAC", b'S'),
    ("TPO", b'T'),
    ("PTR", b'Y'),
    ("TYS", b'Y'),
    ("TPQ", b'Y'),
    ("IYR", b'Y'),
    ("CSO", b'C'),
    ("CSD", b'C'),
    ("CSX", b'C'),
    ("CSS", b'C'),
    ("CME", b'C'),
    ("OCS", b'C'),
    ("CAS", b'C'),
    ("CSW", b'C'),
    ("CCS", b'C'),
    ("SCY", b'C'),
    ("YCM", b'C'),
    ("SMC", b'C'),
    ("SNC", b'C'),
    ("CYX", b'C'),
    ("CYM", b'C'),
    ("CYG", b'C'),
    ("DCY", b'C'),
    ("MLY", b'K'),
    ("M3L", b'K'),
    ("MLZ", b'K'),
    ("ALY", b'K'),
    ("KCX", b'K'),
    ("LLP", b'K'),
    ("LYZ", b'K'),
    ("LYN", b'K'),
    ("KPI", b'K'),
    ("HYP", b'P'),
    ("DPR", b'P'),
    ("PCA", b'Q'),
    ("MEQ", b'Q'),
    ("CGU", b'E'),
    ("GLH", b'E'),
    ("PHD", b'D'),
    ("BFD", b'D'),
    ("ASH", b'D'),
    ("IAS", b'D'),
    ("MEN", b'N'),
    ("HIC", b'H'),
    ("NEP", b'H'),
    ("HID", b'H'),
    ("HIE", b'H'),
    ("HIP", b'H'),
    ("HSD", b'H'),
    ("HSE", b'H'),
    ("HSP", b'H'),
    ("AGM", b'R'),
    ("TRQ", b'W'),
    ("AIB", b'A'),
    ("DAL", b'A'),
];

/// Nucleotides, and the modified ones that are common in RNA, by their parents.
const NUCLEOTIDES: [(&str, u8); 33] = [
    ("A", b'A'),
    ("C", b'C'),
    ("G", b'G'),
    ("U", b'U'),
    ("T", b'T'),
    ("DA", b'A'),
    ("DC", b'C'),
    ("DG", b'G'),
    ("DT", b'T'),
    ("DU", b'U'),
    ("RA", b'A'),
    ("RC", b'C'),
    ("RG", b'G'),
    ("RU", b'U'),
    ("ADE", b'A'),
    ("CYT", b'C'),
    ("GUA", b'G'),
    ("URA", b'U'),
    ("URI", b'U'),
    ("THY", b'T'),
    ("PSU", b'U'),
    ("5MU", b'U'),
    ("H2U", b'U'),
    ("4SU", b'U'),
    ("OMU", b'U'),
    ("5MC", b'C'),
    ("OMC", b'C'),
    ("2MG", b'G'),
    ("M2G", b'G'),
    ("7MG", b'G'),
    ("OMG", b'G'),
    ("YYG", b'G'),
    ("1MA", b'A'),
];

/// The letter of a residue whose parent is not known.
pub const UNKNOWN: u8 = b'X';

/// What a name says of a residue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monomer {
    /// An amino acid that needs no remark, with its letter.
    AminoAcid(u8),
    /// An amino acid that is known as modified, with the letter of its parent.
    ModifiedAminoAcid(u8),
    /// A nucleotide, modified or not, with the letter of its parent.
    Nucleotide(u8),
    /// Anything else: another modified residue, a ligand, water, an ion.
    Other,
}

impl Monomer {
    /// Of a residue name, in capitals.
    pub fn named(name: &str) -> Self {
        let letter = |table: &[(&str, u8)]| {
            let found = table.iter().find(|(known, _)| *known == name);
            found.map(|(_, letter)| *letter)
        };
        None.or_else(|| letter(&AMINO_ACIDS).map(Self::AminoAcid))
            .or_else(|| letter(&MODIFIED).map(Self::ModifiedAminoAcid))
            .or_else(|| letter(&NUCLEOTIDES).map(Self::Nucleotide))
            .unwrap_or(Self::Other)
    }

    /// The letter, where it is known.
    pub fn letter(self) -> Option<u8> {
        match self {
            Self::AminoAcid(letter)
            | Self::ModifiedAminoAcid(letter)
            | Self::Nucleotide(letter) => Some(letter),
            Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        assert_eq!(Monomer::named("TRP"), Monomer::AminoAcid(b'W'));
        assert_eq!(Monomer::named("MSE"), Monomer::ModifiedAminoAcid(b'M'));
        assert_eq!(Monomer::named("DG"), Monomer::Nucleotide(b'G'));
        assert_eq!(Monomer::named("HOH"), Monomer::Other);
        assert_eq!(Monomer::named("CA"), Monomer::Other);
        assert_eq!(Monomer::named("CRO").letter(), None);
    }

    #[test]
    fn no_name_stands_in_two_tables() {
        let tables = [&AMINO_ACIDS[..], &MODIFIED, &NUCLEOTIDES];
        let mut names: Vec<&str> = tables.iter().flat_map(|t| t.iter().map(|r| r.0)).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
