//! Numbers in structure files.

/// A coordinate of a CIF file, in angstrom, where an uncertainty may follow: `1.234(5)`.
///
/// # Errors
/// As [`coordinate`].
pub fn measured_coordinate(what: &str, text: &[u8]) -> Result<f64, String> {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let start = text.iter().position(|&byte| byte == b'(');
    let parts = start.map(|at| (&text[..at], text[at + 1..].strip_suffix(b")")));
    match parts {
        Some((value, Some(error))) if digits(error) => coordinate(what, value),
        _ => coordinate(what, text),
    }
}

/// A coordinate, in angstrom.
///
/// # Errors
/// In words, if it is no number or not a finite one.
pub fn coordinate(what: &str, text: &[u8]) -> Result<f64, String> {
    real(text).ok_or_else(|| {
        format!(
            "a number is expected for {what} not '{}'",
            String::from_utf8_lossy(text)
        )
    })
}

/// How much of an atom is at a place; all of it where nothing is said.
///
/// # Errors
/// In words, if it is no number.
pub fn occupancy(text: &[u8]) -> Result<f64, String> {
    match text {
        b"" => Ok(1.0),
        text => real(text).ok_or_else(|| {
            format!(
                "a number is expected for the occupancy, not '{}'",
                String::from_utf8_lossy(text)
            )
        }),
    }
}

/// A number that may be missing, or be stars where it was too large.
pub fn optional(text: &[u8]) -> Option<f64> {
    real(text)
}

/// A whole number.
pub fn whole(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A finite number, of a size that a place in space can have.
pub fn real(text: &[u8]) -> Option<f64> {
    const MOST: f64 = 1e9;
    let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number.abs() < MOST).then_some(number)
}
