//! Numbers in text, with just enough digits to read back the same number in single precision, laid out as other languages do.

use std::io::Write;

/// Digits and decimal exponent of a finite number: 0.05 is `5` and -2.
struct Decimal {
    negative: bool,
    digits: [u8; 16],
    length: usize,
    exponent: i32,
}

impl Decimal {
    /// The shortest that single precision rounds to `value`.
    fn shortest(value: f32) -> Self {
        let mut text = [0; 32];
        let mut rest = &mut text[..];
        // 32 bytes hold any number in single precision.
        let _ = write!(rest, "{value:e}");
        let left = rest.len();
        let text = &text[..32 - left];
        let mut decimal = Self {
            negative: false,
            digits: [b'0'; 16],
            length: 0,
            exponent: 0,
        };
        let end = text.iter().position(|&b| b == b'e').unwrap_or(text.len());
        for &byte in &text[..end] {
            match byte {
                b'-' => decimal.negative = true,
                b'.' => {}
                digit if decimal.length < 16 => {
                    decimal.digits[decimal.length] = digit;
                    decimal.length += 1;
                }
                _ => {}
            }
        }
        let exponent = std::str::from_utf8(text.get(end + 1..).unwrap_or_default());
        decimal.exponent = exponent.ok().and_then(|e| e.parse().ok()).unwrap_or(0);
        decimal
    }

    fn digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    fn push_sign(&self, line: &mut Vec<u8>) {
        if self.negative {
            line.push(b'-');
        }
    }

    /// `1.5e-07`: one digit before the point, two or more in the exponent.
    fn push_scientific(&self, line: &mut Vec<u8>) {
        let (first, rest) = self.digits().split_at(1);
        line.extend(first);
        if !rest.is_empty() {
            line.push(b'.');
            line.extend(rest);
        }
        push_exponent(self.exponent, line);
    }

    /// `0.0015`, `12.5`, `1500`; whole numbers end in `whole`.
    fn push_positional(&self, whole: &[u8], line: &mut Vec<u8>) {
        let digits = self.digits();
        if self.exponent < 0 {
            line.extend(b"0.");
            line.extend((1..-self.exponent).map(|_| b'0'));
            line.extend(digits);
            return;
        }
        let before = self.exponent as usize + 1;
        if digits.len() <= before {
            line.extend(digits);
            line.extend((digits.len()..before).map(|_| b'0'));
            line.extend(whole);
        } else {
            line.extend(&digits[..before]);
            line.push(b'.');
            line.extend(&digits[before..]);
        }
    }
}

fn push_exponent(exponent: i32, line: &mut Vec<u8>) {
    let sign = if exponent < 0 { '-' } else { '+' };
    // A vector takes whatever is written to it.
    let _ = write!(line, "e{sign}{:02}", exponent.unsigned_abs());
}

/// As Python prints a number of single precision: `0.5`, `1.0`, `-4.9e-05`.
pub fn push_python(value: f32, line: &mut Vec<u8>) {
    let decimal = Decimal::shortest(value);
    decimal.push_sign(line);
    match decimal.exponent {
        -4..16 => decimal.push_positional(b".0", line),
        _ => decimal.push_scientific(line),
    }
}

/// As C's `%g` and C++ print a number, but with as many digits as it takes: `0.5`, `1`, `-4.9e-05`.
pub fn push_c_general(value: f32, line: &mut Vec<u8>) {
    let decimal = Decimal::shortest(value);
    decimal.push_sign(line);
    let precision = decimal.length.max(6) as i32;
    match (-4..precision).contains(&decimal.exponent) {
        true => decimal.push_positional(b"", line),
        false => decimal.push_scientific(line),
    }
}

/// As C's `%.20e` prints a number: `5.00000000000000000000e-01`.
pub fn push_c_exponential(value: f64, line: &mut Vec<u8>) {
    let start = line.len();
    let _ = write!(line, "{value:.20e}");
    // Rust writes the same digits, but e-1 for e-01.
    let Some(place) = line[start..].iter().position(|&b| b == b'e') else {
        return; // not a number, or infinite
    };
    let exponent = std::str::from_utf8(&line[start + place + 1..]);
    let exponent = exponent.ok().and_then(|e| e.parse().ok()).unwrap_or(0);
    line.truncate(start + place);
    push_exponent(exponent, line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(push: impl Fn(&mut Vec<u8>)) -> String {
        let mut line = Vec::new();
        push(&mut line);
        String::from_utf8(line).unwrap()
    }

    fn python(value: f32) -> String {
        text(|line| push_python(value, line))
    }

    fn general(value: f32) -> String {
        text(|line| push_c_general(value, line))
    }

    #[test]
    fn numbers_look_as_python_prints_them() {
        // str(numpy.float32(x))
        for (value, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-0.010299423, "-0.010299423"),
            (-4.942216e-05, "-4.942216e-05"),
            (0.0001, "0.0001"),
            (12345678.0, "12345678.0"),
            (1e16, "1e+16"),
            (1.5e-12, "1.5e-12"),
        ] {
            assert_eq!(python(value), expected);
        }
    }

    #[test]
    fn numbers_look_as_c_prints_them() {
        // printf("%g"), where six digits suffice.
        for (value, expected) in [
            (0.0, "0"),
            (-1.6144, "-1.6144"),
            (-0.000178009, "-0.000178009"),
            (0.0000430517, "4.30517e-05"),
            (100000.0, "100000"),
            (1000000.0, "1e+06"),
            (12.5, "12.5"),
        ] {
            assert_eq!(general(value), expected);
        }
        assert_eq!(general(0.123_456_79), "0.12345679");
    }

    #[test]
    fn exponents_look_as_c_prints_them() {
        // printf("%.20e") of the same numbers.
        let exponential = |value| text(|line| push_c_exponential(value, line));
        assert_eq!(exponential(0.1), "1.00000000000000005551e-01");
        assert_eq!(exponential(0.0), "0.00000000000000000000e+00");
        assert_eq!(exponential(-123.5), "-1.23500000000000000000e+02");
        assert_eq!(exponential(1e-300), "1.00000000000000002506e-300");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(bits in any::<u32>()) {
            let value = f32::from_bits(bits);
            if value.is_finite() {
                let exponential = text(|line| push_c_exponential(f64::from(value), line));
                for text in [python(value), general(value), exponential] {
                    prop_assert_eq!(text.parse::<f32>().unwrap().to_bits(), bits, "{}", text);
                }
            }
        }
    }
}
