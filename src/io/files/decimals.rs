//! Numbers with six decimals, as tables of scores have them.

use std::io::Write;

/// Decimals in all tables.
const SCALE: u64 = 1_000_000;

/// Numbers from here on are left to the standard library.
const LARGE: f64 = (1u64 << 40) as f64;

/// Appends what `format!("{value:.6}")` gives, several times as fast, since a table of mutants has four such numbers a row.
///
/// A number m 2^-s below 2^40 is 10^6 m / 2^s millionths: whole numbers of 128 bits hold this exactly, to be rounded half to even.
pub(crate) fn push(value: f64, line: &mut Vec<u8>) {
    const MANTISSA: u64 = (1 << 52) - 1;
    if value.is_nan() || value.abs() >= LARGE {
        // Writing to memory cannot fail.
        let _ = write!(line, "{value:.6}");
        return;
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as u32;
    let mantissa = (bits & MANTISSA) | (MANTISSA + 1);
    let shift = 1075 - exponent;
    let millionths = u128::from(mantissa) * u128::from(SCALE);
    // Beyond 2^73, which no product reaches, nothing is left of it; so it is for zero and what is too small for a mantissa.
    let rounded = if shift > 74 {
        0
    } else {
        rounded(millionths, shift)
    };
    if value.is_sign_negative() {
        line.push(b'-');
    }
    push_digits(rounded, line);
}

/// number / 2^shift, half to even; `shift` is 1 at least.
fn rounded(number: u128, shift: u32) -> u64 {
    let (whole, rest) = (number >> shift, number & ((1 << shift) - 1));
    let half = 1 << (shift - 1);
    let up = rest > half || (rest == half && whole & 1 == 1);
    whole as u64 + u64::from(up)
}

fn push_digits(millionths: u64, line: &mut Vec<u8>) {
    let mut text = [b'0'; 24];
    let (mut whole, mut decimals) = (millionths / SCALE, (millionths % SCALE) as u32);
    for place in text[18..].iter_mut().rev() {
        *place += (decimals % 10) as u8;
        decimals /= 10;
    }
    text[17] = b'.';
    let mut start = 17;
    loop {
        start -= 1;
        text[start] += (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    line.extend_from_slice(&text[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: f64) -> String {
        let mut line = Vec::new();
        push(value, &mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn what_lies_halfway_goes_to_the_even_side() {
        for (value, text) in [
            (1.0 / 128.0, "0.007812"),
            (3.0 / 128.0, "0.023438"),
            (-0.0, "-0.000000"),
            (0.999_999_5, "1.000000"),
            (f64::MIN_POSITIVE, "0.000000"),
            (-1_234.5, "-1234.500000"),
            (LARGE.next_down(), "1099511627775.999878"),
        ] {
            assert_eq!(written(value), text);
            assert_eq!(format!("{value:.6}"), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn numbers_are_those_of_the_standard_library(
            any in any::<f64>(),
            score in -50.0f64..50.0,
            halves in -(1i64 << 40)..1 << 40,
            places in 0u32..50,
        ) {
            for value in [any, score, score * 1e-6, halves as f64 / (1u64 << places) as f64] {
                prop_assert_eq!(written(value), format!("{value:.6}"));
            }
        }
    }
}
