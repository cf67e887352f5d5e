//! What residues are worth in the effect score, whatever the family.
//!
//! Letters and weights were trained on deep mutational scans of nine proteins, the letters of burial on contact numbers of 37 structures.

/// The residues in the order of the lists below.
const ORDER: &[u8; 20] = b"ACDEFGHIKLMNPQRSTVWY";

/// A number of each residue.
#[derive(Debug, Clone, Copy)]
pub struct Letters([f64; 20]);

impl Letters {
    /// That of a residue; 0 of another letter.
    pub fn of(&self, letter: u8) -> f64 {
        let place = ORDER.iter().position(|&residue| residue == letter);
        place.map_or(0.0, |place| self.0[place])
    }
}

/// How much each residue, by its frequency, says that a site is buried.
pub const BURIED: Letters = Letters([
    0.802, 0.805, -0.989, -0.804, 0.575, -0.752, 0.134, 1.136, -0.937, 0.696, 0.099, -0.680,
    -0.881, 0.084, -0.251, -0.616, -0.007, 1.113, 0.0, 0.476,
]);
/// How much the logarithm of the rate says so.
pub const BURIED_BY_RATE: f64 = -0.403;

/// The same where no sequences are known, with [`BURIED_BY_CONSERVATION`] in place of the rate.
pub const BURIED_BY_FREQUENCIES: Letters = Letters([
    0.986, 0.439, -0.965, -0.662, 0.450, -0.598, 0.074, 0.993, -0.792, 0.888, 0.078, -0.720,
    -0.820, 0.179, -0.089, -0.370, 0.090, 1.140, -0.538, 0.237,
]);
/// How much the conservation of a site says that it is buried: its relative entropy, in nats.
pub const BURIED_BY_CONSERVATION: f64 = 0.5242;

/// How well each residue is borne as a substitution.
pub const BORNE: Letters = Letters([
    0.309, 0.454, -0.425, -0.100, 0.034, 0.243, 0.149, 0.040, -0.200, -0.018, 0.211, 0.018, -1.067,
    -0.030, 0.056, 0.150, 0.023, 0.056, -0.034, 0.133,
]);
/// The same where no sequences are known.
pub const BORNE_BY_FREQUENCIES: Letters = Letters([
    0.232, 0.286, -0.313, -0.068, 0.011, 0.170, 0.058, 0.033, -0.133, -0.016, 0.180, 0.0, -0.728,
    -0.010, 0.023, 0.130, 0.039, 0.040, -0.017, 0.083,
]);

/// Volumes of residues in cubic angstrom (Zamyatnin, Prog. Biophys. Mol. Biol. 24:107, 1972).
pub const VOLUME: Letters = Letters([
    88.6, 108.5, 111.1, 138.4, 189.9, 60.1, 153.2, 166.7, 168.6, 166.7, 162.9, 114.1, 112.7, 143.8,
    173.4, 89.0, 116.1, 140.0, 227.8, 193.6,
]);

/// Frequencies of residues in proteins (Robinson and Robinson, PNAS 88:8880, 1991).
pub const BACKGROUND: Letters = Letters([
    0.07805, 0.01925, 0.05364, 0.06295, 0.03856, 0.07377, 0.02199, 0.05142, 0.05744, 0.09019,
    0.02243, 0.04487, 0.05203, 0.04264, 0.05129, 0.07120, 0.05841, 0.06441, 0.01330, 0.03216,
]);

/// Residues that stand for one another where relatives are counted.
const CLASSES: [&[u8]; 11] = [
    b"C", b"FYW", b"MLIV", b"G", b"P", b"ATS", b"N", b"H", b"QE", b"D", b"RK",
];

/// The class of a residue.
pub fn class_of(letter: u8) -> Option<usize> {
    CLASSES.iter().position(|class| class.contains(&letter))
}

/// Number of classes.
pub const CLASS_COUNT: usize = CLASSES.len();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_residue_has_its_numbers() {
        assert_eq!(VOLUME.of(b'G'), 60.1);
        assert_eq!(VOLUME.of(b'W'), 227.8);
        assert_eq!((BORNE.of(b'P'), BURIED.of(b'K')), (-1.067, -0.937));
        assert_eq!(VOLUME.of(b'X'), 0.0);
        assert!(ORDER.iter().all(|&letter| class_of(letter).is_some()));
        assert_eq!(class_of(b'W'), class_of(b'F'));
    }
}
