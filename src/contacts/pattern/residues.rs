//! What residues are like, in the order of [`RESIDUES`](crate::alphabet::RESIDUES).

use crate::alphabet::RESIDUES;

/// Number of residues.
pub const COUNT: usize = 20;

/// Hydropathy: Kyte and Doolittle, J. Mol. Biol. 157:105 (1982).
#[rustfmt::skip]
pub const HYDROPATHY: [f64; COUNT] = [
    1.8, 2.5, -3.5, -3.5, 2.8, -0.4, -3.2, 4.5, -3.9, 3.8, 1.9, -3.5, -1.6, -3.5, -4.5, -0.8, -0.7, 4.2, -0.9, -1.3,
];

/// Volume in cubic Angstrom: Zamyatnin, Prog. Biophys. Mol. Biol. 24:107 (1972).
#[rustfmt::skip]
pub const VOLUME: [f64; COUNT] = [
    88.6, 108.5, 111.1, 138.4, 189.9, 60.1, 153.2, 166.7, 168.6, 166.7, 162.9, 114.1, 112.7, 143.8, 173.4, 89.0, 116.1, 140.0, 227.8, 193.6,
];

/// 1 for the residues of `letters`, 0 for others.
pub fn among(letters: &str) -> [f64; COUNT] {
    let mut flags = [0.0; COUNT];
    for (flag, letter) in flags.iter_mut().zip(RESIDUES.chars()) {
        *flag = f64::from(u8::from(letters.contains(letter)));
    }
    flags
}

/// 1 for Lys and Arg, -1 for Asp and Glu.
pub fn charge() -> [f64; COUNT] {
    let (positive, negative) = (among("KR"), among("DE"));
    std::array::from_fn(|k| positive[k] - negative[k])
}

/// Less its mean, and of length 1.
pub fn centred(values: [f64; COUNT]) -> [f64; COUNT] {
    let mean = values.iter().sum::<f64>() / COUNT as f64;
    let shifted = values.map(|value| value - mean);
    let length = shifted
        .iter()
        .map(|value| value * value)
        .sum::<f64>()
        .sqrt();
    shifted.map(|value| value / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_stand_at_their_residues() {
        let of = |letter: char| RESIDUES.find(letter).unwrap();
        assert_eq!(
            (
                HYDROPATHY[of('I')],
                HYDROPATHY[of('R')],
                HYDROPATHY[of('W')]
            ),
            (4.5, -4.5, -0.9)
        );
        assert_eq!(
            (VOLUME[of('G')], VOLUME[of('W')], VOLUME[of('V')]),
            (60.1, 227.8, 140.0)
        );
        assert_eq!(
            (charge()[of('K')], charge()[of('D')], charge()[of('H')]),
            (1.0, -1.0, 0.0)
        );
        let unit = centred(VOLUME);
        assert!(unit.iter().sum::<f64>().abs() < 1e-12);
        assert!((unit.iter().map(|v| v * v).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
