//! Points in time as text.

use jiff::Timestamp;
use std::time::SystemTime;

/// How a point in time is written: `2026-11-27T20:49:02Z`.
const FORM: &str = "%Y-%m-%dT%H:%M:%SZ";

/// A point in time, to the second.
pub(super) fn utc(time: SystemTime) -> String {
    let time = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime(FORM).to_string()
}

/// Whether a text is a point in time as [`utc`] writes it.
pub(super) fn is_utc(text: &str) -> bool {
    let time = text.parse::<Timestamp>();
    time.is_ok_and(|time| time.strftime(FORM).to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn times_are_written_and_known_again() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
        ] {
            assert_eq!(utc(UNIX_EPOCH + Duration::from_secs(seconds)), text);
            assert!(is_utc(text));
        }
        for wrong in [
            "",
            "2026-11-27",
            "2026-11-27T20:49:02",
            "2026-13-27T20:49:02Z",
            "x",
        ] {
            assert!(!is_utc(wrong), "{wrong}");
        }
    }
}
