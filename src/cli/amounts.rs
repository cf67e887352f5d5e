//! Amounts of memory and time, as users write and read them.

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

/// `0.4 s`, `12 s`, `3.5 min`, `2.1 h`, `4.0 days`.
pub fn human_time(seconds: f64) -> String {
    match seconds {
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 5970.0 => format!("{:.1} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} days", s / 86_400.0),
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

    #[test]
    fn times_are_read_at_a_glance() {
        let times = [0.04, 12.3, 240.0, 7200.0, 432_000.0].map(human_time);
        assert_eq!(times, ["0.0 s", "12 s", "4.0 min", "2.0 h", "5.0 days"]);
    }
}
