//! Points in time as text.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_OF_DAY: u64 = 86_400;

/// `2026-11-27T20:49:02Z`.
pub(super) fn utc(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let (year, month, day) = date(seconds / SECONDS_OF_DAY);
    let second = seconds % SECONDS_OF_DAY;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Whether a text has the form of [`utc`].
pub(super) fn is_utc(text: &str) -> bool {
    let form = utc(UNIX_EPOCH);
    let alike = |(a, b): (u8, u8)| {
        if b.is_ascii_digit() {
            a.is_ascii_digit()
        } else {
            a == b
        }
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(alike)
}

/// Year, month and day of a number of days since 1970.
fn date(days: u64) -> (u64, u64, u64) {
    // Counted from March of the year 0, so that the day that some years lack is the last of them.
    const TO_1970: u64 = 719_468;
    const OF_400_YEARS: u64 = 146_097;
    let days = days + TO_1970;
    let (cycle, day) = (days / OF_400_YEARS, days % OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / (OF_400_YEARS - 1)) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let day = of_year - (153 * march + 2) / 5 + 1;
    (400 * cycle + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn known_days() {
        let at = |seconds| utc(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_709_164_800), "2024-02-29T00:00:00Z");
        assert_eq!(at(4_107_542_400), "2100-03-01T00:00:00Z");
        assert!(is_utc(&at(4_107_542_400)));
        assert!(!is_utc("2100-03-01T00:00:00") && !is_utc("2100-03-01 00:00:00Z"));
    }
}
