//! What residues are like, whatever the family: six numbers of each, standardised over the twenty.

/// The residues in the order of the lists below.
const ORDER: &[u8; 20] = b"ACDEFGHIKLMNPQRSTVWY";

/// How many numbers a residue has.
pub const PROPERTIES: usize = 6;

/// Hydropathy (Kyte and Doolittle, J. Mol. Biol. 157:105, 1982).
const HYDROPATHY: [f64; 20] = [
    1.8, 2.5, -3.5, -3.5, 2.8, -0.4, -3.2, 4.5, -3.9, 3.8, 1.9, -3.5, -1.6, -3.5, -4.5, -0.8, -0.7,
    4.2, -0.9, -1.3,
];
/// Volumes in cubic angstrom (Zamyatnin, Prog. Biophys. Mol. Biol. 24:107, 1972).
const VOLUME: [f64; 20] = [
    88.6, 108.5, 111.1, 138.4, 189.9, 60.1, 153.2, 166.7, 168.6, 166.7, 162.9, 114.1, 112.7, 143.8,
    173.4, 89.0, 116.1, 140.0, 227.8, 193.6,
];
/// Charge; histidine has a part of one.
const CHARGE: [f64; 20] = [
    0.0, 0.0, -1.0, -1.0, 0.0, 0.0, 0.3, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0,
    0.0, 0.0,
];
/// Whether it is aromatic.
const AROMATIC: [f64; 20] = [
    0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0,
    1.0,
];
/// What it costs in a helix, in kcal/mol (Pace and Scholtz, Biophys. J. 75:422, 1998); proline like glycine and a little more.
const HELIX: [f64; 20] = [
    0.0, 0.68, 0.69, 0.40, 0.54, 1.0, 0.61, 0.41, 0.26, 0.21, 0.24, 0.65, 1.2, 0.39, 0.21, 0.5,
    0.66, 0.61, 0.49, 0.53,
];
/// Whether it branches at the C-beta atom.
const BRANCHED: [f64; 20] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0,
    0.0,
];

/// The numbers of all residues.
pub struct Properties([[f64; PROPERTIES]; 20]);

impl Properties {
    /// Standardised: mean 0 and standard deviation 1 over the residues.
    pub fn new() -> Self {
        let lists = [HYDROPATHY, VOLUME, CHARGE, AROMATIC, HELIX, BRANCHED];
        let mut all = [[0.0; PROPERTIES]; 20];
        for (k, list) in lists.iter().enumerate() {
            let values = crate::statistics::standardised(list);
            for (numbers, value) in all.iter_mut().zip(values) {
                numbers[k] = value;
            }
        }
        Self(all)
    }

    /// Those of a residue; zeros of another letter.
    pub fn of(&self, letter: u8) -> [f64; PROPERTIES] {
        let place = ORDER.iter().position(|&residue| residue == letter);
        place.map_or([0.0; PROPERTIES], |place| self.0[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residues_are_where_they_belong() {
        let all = Properties::new();
        let (k, w, g) = (all.of(b'K'), all.of(b'W'), all.of(b'G'));
        assert!(k[2] > 1.0 && k[0] < -0.2, "{k:?}");
        assert!(w[1] > 2.0 && w[3] > 1.0, "{w:?}");
        assert!(g[1] < -1.5 && all.of(b'P')[4] > g[4], "{g:?}");
        assert!(all.of(b'V')[5] > 1.0 && all.of(b'V')[0] > 1.0);
        assert_eq!(all.of(b'X'), [0.0; PROPERTIES]);
    }
}
