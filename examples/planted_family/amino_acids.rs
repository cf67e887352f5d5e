//! What is known of the 20 amino acids.

/// The 20 amino acids, in the order used by every table below.
pub(super) const LETTERS: &[u8; 20] = b"ACDEFGHIKLMNPQRSTVWY";
/// Number of amino acids.
pub(super) const Q: usize = 20;

/// Natural logarithms of the amino-acid frequencies in known proteins (UniProt averages).
pub(super) const LOG_BACKGROUND: [f64; Q] = [
    -2.49, -4.28, -2.91, -2.70, -3.25, -2.65, -3.78, -2.82, -2.84, -2.34, //
    -3.72, -3.20, -3.05, -3.24, -2.89, -2.72, -2.93, -2.68, -4.53, -3.53,
];
/// Kyte-Doolittle hydropathy divided by 4.5: from -1 (Arg) to 1 (Ile).
pub(super) const HYDROPATHY: [f64; Q] = [
    0.40, 0.56, -0.78, -0.78, 0.62, -0.09, -0.71, 1.00, -0.87, 0.84, //
    0.42, -0.78, -0.36, -0.78, -1.00, -0.18, -0.16, 0.93, -0.20, -0.29,
];
/// Charge at neutral pH.
pub(super) const CHARGE: [f64; Q] = [
    0.0, 0.0, -1.0, -1.0, 0.0, 0.0, 0.3, 0.0, 1.0, 0.0, //
    0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0,
];
/// Side-chain volume, centred and scaled: from -1.3 (Gly) to 1.5 (Trp).
pub(super) const VOLUME: [f64; Q] = [
    -0.89, -0.56, -0.49, -0.03, 0.85, -1.30, 0.24, 0.45, 0.51, 0.45, //
    0.38, -0.42, -0.47, 0.07, 0.63, -0.88, -0.43, 0.00, 1.50, 0.95,
];
/// Preference for helices (after Chou and Fasman: propensity minus one).
pub(super) const HELIX: [f64; Q] = [
    0.42, -0.30, 0.01, 0.51, 0.13, -0.43, 0.00, 0.08, 0.16, 0.21, //
    0.45, -0.33, -0.60, 0.11, -0.02, -0.23, -0.17, 0.06, 0.08, -0.31,
];
/// Preference for strands (likewise).
pub(super) const STRAND: [f64; Q] = [
    -0.17, 0.19, -0.46, -0.63, 0.38, -0.25, -0.13, 0.60, -0.26, 0.30, //
    0.05, -0.11, -0.45, 0.10, -0.07, -0.25, 0.19, 0.70, 0.37, 0.47,
];
/// Preference for turns and loops (likewise): Gly, Pro, Asn, Asp and Ser lead.
pub(super) const LOOP: [f64; Q] = [
    -0.34, 0.19, 0.46, -0.26, -0.40, 0.56, -0.05, -0.53, 0.01, -0.41, //
    -0.40, 0.56, 0.52, -0.02, -0.05, 0.43, -0.04, -0.50, -0.04, 0.14,
];
