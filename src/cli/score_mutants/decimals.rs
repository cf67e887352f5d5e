//! Numbers as the tables of measurements have them: with a point or a comma, with a typographic minus, or none at all.

/// What cells say that hold nothing, in lower case.
const NOTHING: [&str; 9] = ["", "na", "n/a", "#n/a", "nan", "null", "none", "-", "."];

/// What a cell of a measured column says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    /// A number, without a comma.
    Number(f64),
    /// A number unless its point groups thousands, as that of `1.234` may where commas are those of decimals.
    WithPoint(f64),
    /// A number if its comma is that of decimals. `is_doubtful` where the comma may as well group thousands, as in `1,234`.
    WithComma { value: f64, is_doubtful: bool },
    /// Its commas group thousands, as in `1,234.5` and `1,234,567`.
    Grouped,
    /// Its points do, as in `1.234,5` and `1.234.567`.
    GroupedByPoints,
    /// Nothing: an empty cell, `NA`, `nan` and their like.
    Nothing,
    /// Something else, `>5` say. Infinite numbers are none.
    NoNumber,
}

/// Reads a cell without its quotes.
pub(super) fn read(cell: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(cell) else {
        return Reading::NoNumber;
    };
    let text = text.trim();
    if NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Reading::Nothing;
    }
    if !text.contains([',', '\u{2212}']) {
        return without_comma(text);
    }
    let text = text.replace('\u{2212}', "-");
    if !text.contains(',') {
        return without_comma(&text);
    }
    let digits = text.trim_start_matches(['-', '+']);
    if is_grouped(digits) {
        return Reading::Grouped;
    }
    match number(&text.replacen(',', ".", 1)) {
        Some(value) if !text.contains('.') => Reading::WithComma {
            value,
            is_doubtful: may_be_grouped(digits),
        },
        _ if is_grouped(&mirrored(digits)) => Reading::GroupedByPoints,
        _ => Reading::NoNumber,
    }
}

fn without_comma(text: &str) -> Reading {
    let digits = text.trim_start_matches(['-', '+']);
    match number(text) {
        Some(value) if digits.contains('.') && may_be_grouped(&digits.replace('.', ",")) => {
            Reading::WithPoint(value)
        }
        Some(value) => Reading::Number(value),
        None if is_grouped(&mirrored(digits)) => Reading::GroupedByPoints,
        None => Reading::NoNumber,
    }
}

/// With points for commas and commas for points.
fn mirrored(digits: &str) -> String {
    let mirror = |c| match c {
        '.' => ',',
        ',' => '.',
        other => other,
    };
    digits.chars().map(mirror).collect()
}

/// A finite number in digits; the words that are numbers for computers are none for people.
fn number(text: &str) -> Option<f64> {
    let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    let value = text.parse().ok().filter(|_| text.chars().all(is_of_number));
    value.filter(|value: &f64| value.is_finite())
}

/// Whether commas group thousands for certain: there are several of them, or a point follows.
fn is_grouped(digits: &str) -> bool {
    let (whole, decimals) = match digits.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (digits, None),
    };
    let commas = whole.matches(',').count();
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    are_groups(whole)
        && (commas > 1 || commas == 1 && decimals.is_some())
        && decimals.is_none_or(are_digits)
}

/// Whether a single comma, or a point where commas are those of decimals, may group thousands: three digits follow, and up to three that begin with no zero stand before.
fn may_be_grouped(digits: &str) -> bool {
    are_groups(digits) && !digits.starts_with('0')
}

/// `12,345,678`: up to three digits, then three after each comma.
fn are_groups(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && are_digits(first)
        && groups.all(|group| group.len() == 3 && are_digits(group))
}

/// The commas of a column, which decide together what each of them is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Commas {
    decimal: u64,
    doubtful: u64,
    grouping: u64,
    points_grouping: u64,
}

impl Commas {
    /// Counts a cell.
    pub fn count(&mut self, reading: Reading) {
        match reading {
            Reading::WithComma { is_doubtful, .. } => {
                self.doubtful += u64::from(is_doubtful);
                self.decimal += u64::from(!is_doubtful);
            }
            Reading::Grouped => self.grouping += 1,
            Reading::GroupedByPoints => self.points_grouping += 1,
            Reading::Number(_) | Reading::WithPoint(_) => {}
            Reading::Nothing | Reading::NoNumber => {}
        }
    }

    /// Counts those of other rows.
    pub fn append(&mut self, others: Self) {
        self.decimal += others.decimal;
        self.doubtful += others.doubtful;
        self.grouping += others.grouping;
        self.points_grouping += others.points_grouping;
    }

    /// Whether they are those of decimals. None is where one groups thousands; and where all may do so, only a separator other than the
    /// comma speaks for decimals.
    pub fn are_decimal(self, separator: u8) -> bool {
        let is_sure = self.decimal > 0;
        self.grouping == 0 && (is_sure || self.doubtful > 0 && separator != b',')
    }

    /// Whether points group thousands: then `1.234` may be a thousand as well.
    pub fn points_group(self) -> bool {
        self.points_grouping > 0
    }

    /// Whether nothing but the separator tells what they are.
    pub fn are_doubtful(self) -> bool {
        self.doubtful > 0 && self.decimal == 0 && self.grouping == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comma(value: f64, is_doubtful: bool) -> Reading {
        Reading::WithComma { value, is_doubtful }
    }

    #[test]
    fn cells_are_read_as_people_mean_them() {
        for (cell, expected) in [
            ("1", Reading::Number(1.0)),
            (" -0.5 ", Reading::Number(-0.5)),
            ("+0.3", Reading::Number(0.3)),
            ("1.5e-3", Reading::Number(1.5e-3)),
            ("2E2", Reading::Number(200.0)),
            ("\u{2212}0.5", Reading::Number(-0.5)),
            ("1e\u{2212}2", Reading::Number(0.01)),
            ("0,5", comma(0.5, false)),
            ("\u{2212}0,25", comma(-0.25, false)),
            ("+1,5e-3", comma(1.5e-3, false)),
            ("1,2", comma(1.2, false)),
            ("0,123", comma(0.123, false)),
            ("1234,567", comma(1234.567, false)),
            ("1,234", comma(1.234, true)),
            ("-12,345", comma(-12.345, true)),
            ("1.234", Reading::WithPoint(1.234)),
            ("\u{2212}12.345", Reading::WithPoint(-12.345)),
            ("0.123", Reading::Number(0.123)),
            ("1.2345", Reading::Number(1.2345)),
            ("1,234.5", Reading::Grouped),
            ("1.234,5", Reading::GroupedByPoints),
            ("-1.234.567", Reading::GroupedByPoints),
            ("-1,234,567", Reading::Grouped),
            ("1,234,567.25", Reading::Grouped),
        ] {
            assert_eq!(read(cell.as_bytes()), expected, "{cell}");
        }
        for cell in ["", " ", "NA", "n/a", "NaN", "null", "None", "-", "."] {
            assert_eq!(read(cell.as_bytes()), Reading::Nothing, "{cell}");
        }
        for cell in [
            ">5",
            "n.b",
            "inf",
            "-Infinity",
            "1e999",
            "1,2,3",
            "1,23.4",
            "5%",
            "e",
            "1 2",
        ] {
            assert_eq!(read(cell.as_bytes()), Reading::NoNumber, "{cell}");
        }
        assert_eq!(read(b"\xff"), Reading::NoNumber);
    }

    #[test]
    fn a_column_decides_what_its_commas_are() {
        let decimal = |cells: &[&str], separator: u8| {
            let mut commas = Commas::default();
            for cell in cells {
                commas.count(read(cell.as_bytes()));
            }
            (commas.are_decimal(separator), commas.are_doubtful())
        };
        for separator in [b';', b','] {
            assert_eq!(decimal(&["0,5", "1", "0.9"], separator), (true, false));
            assert_eq!(decimal(&["0,5", "1,234"], separator), (true, false));
            assert_eq!(decimal(&["1,234", "1,234.5"], separator), (false, false));
            assert_eq!(decimal(&["0,5", "1,234,567"], separator), (false, false));
            assert_eq!(decimal(&["0.5", "x"], separator), (false, false));
        }
        assert_eq!(decimal(&["1,234", "2"], b';'), (true, true));
        assert_eq!(decimal(&["1,234", "2"], b','), (false, true));
    }
}
