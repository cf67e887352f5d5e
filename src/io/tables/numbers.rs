//! Numbers in tables: rounded, and without the sign of what rounds to zero.

use crate::io::files::decimals;
use std::io::Write;

/// Appends a value as it is printed.
pub(super) fn put(line: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to memory cannot fail.
    let _ = write!(line, "{value}");
}

/// A number with so many decimals; what rounds to zero has no sign.
pub(super) fn push_decimal(line: &mut Vec<u8>, value: f64, places: usize) {
    let start = line.len();
    put(line, format_args!("{value:.places$}"));
    let is_zero = |digits: &[u8]| digits.iter().all(|byte| matches!(byte, b'0' | b'.'));
    if line[start] == b'-' && is_zero(&line[start + 1..]) {
        line.remove(start);
    }
}

/// Appends a score with six decimals, and zero for what they show as zero: no `-0.000000`.
pub fn push_score(score: f64, line: &mut Vec<u8>) {
    let plain = if score.abs() < 5e-7 { 0.0 } else { score };
    decimals::push(plain, line);
}

/// Appends a number in the unit of an assay, which may be any: with six decimals, or six digits and an exponent where these would say little.
pub fn push_measured(value: f64, line: &mut Vec<u8>) {
    const PLAIN: std::ops::Range<f64> = 1e-4..1e15;
    match value == 0.0 || PLAIN.contains(&value.abs()) {
        true => push_score(value, line),
        false => put(line, format_args!("{value:.6e}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_numbers_keep_their_digits_in_any_unit() {
        for (value, text) in [
            (0.0, "0.000000"),
            (-1.5, "-1.500000"),
            (1e-4, "0.000100"),
            (4.18e-10, "4.180000e-10"),
            (-2e-5, "-2.000000e-5"),
            (1e15, "1.000000e15"),
            (123_456.789, "123456.789000"),
        ] {
            let mut line = Vec::new();
            push_measured(value, &mut line);
            assert_eq!(line, text.as_bytes());
            let parsed: f64 = serde_json::from_slice(&line).unwrap();
            assert!((parsed - value).abs() <= 1e-6 * value.abs());
        }
    }

    #[test]
    fn zero_has_no_sign() {
        for (value, places, text) in [
            (-1e-9, 6, "0.000000"),
            (-1e-6, 6, "-0.000001"),
            (2.5, 3, "2.500"),
        ] {
            let mut line = b"x\t".to_vec();
            push_decimal(&mut line, value, places);
            assert_eq!(line, format!("x\t{text}").as_bytes());
        }
    }
}
