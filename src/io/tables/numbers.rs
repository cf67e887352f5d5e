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

#[cfg(test)]
mod tests {
    use super::*;

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
