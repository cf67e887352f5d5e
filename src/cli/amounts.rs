//! Amounts of memory, as users write them.

/// `8GB`, `500M`, `1.5e9`: bytes in decimal units.
pub fn parse_bytes(text: &str) -> std::result::Result<u64, String> {
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.strip_suffix('B').unwrap_or(&upper);
    let (number, unit) = match upper.chars().last() {
        Some('K') => (&upper[..upper.len() - 1], 1e3),
        Some('M') => (&upper[..upper.len() - 1], 1e6),
        Some('G') => (&upper[..upper.len() - 1], 1e9),
        Some('T') => (&upper[..upper.len() - 1], 1e12),
        _ => (upper, 1.0),
    };
    match number.trim().parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok((value * unit) as u64),
        _ => Err(format!("'{text}' is not an amount of memory, such as 8GB")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_memory_have_units() {
        assert_eq!(parse_bytes("8GB"), Ok(8_000_000_000));
        assert_eq!(parse_bytes("1.5k"), Ok(1500));
        assert_eq!(parse_bytes("1e6"), Ok(1_000_000));
        for wrong in ["", "GB", "-1M", "NaN", "8XB"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }
}
