//! Cells of one record of a delimited table (RFC 4180, any separator).
//!
//! A record is kept as the bytes it had, so that a user's cells come out exactly as they came in: quotes, encoding and all.

use std::borrow::Cow;
use std::ops::Range;

/// How the quotes of a record close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// As they should.
    Closed,
    /// Something follows a closing quote, as in `"a"b`.
    Ragged,
    /// A quote is never closed. It then counts as an ordinary letter.
    Open,
}

/// The separator of cells between runs of blanks.
pub(super) const BLANKS: u8 = b' ';

/// Whether a record has nothing but empty cells.
pub(super) fn are_empty(record: &[u8], separator: u8) -> bool {
    let nothing = |&byte: &u8| byte == separator || byte.is_ascii_whitespace();
    record.iter().all(nothing)
}

/// Splits `record` into the ranges of its cells, quotes included.
pub(super) fn split(record: &[u8], separator: u8, cells: &mut Vec<Range<usize>>) -> Quotes {
    cells.clear();
    if separator == BLANKS {
        return split_at_blanks(record, cells);
    }
    let mut quotes = Quotes::Closed;
    let mut start = 0;
    loop {
        let from = match quoted_end(&record[start..]) {
            Some(Some(length)) => start + length,
            Some(None) => {
                quotes = Quotes::Open;
                start
            }
            None => start,
        };
        let next = record[from..].iter().position(|&byte| byte == separator);
        let end = next.map_or(record.len(), |k| from + k);
        let rest = record[from..end].trim_ascii();
        if from > start && !rest.is_empty() && quotes == Quotes::Closed {
            quotes = Quotes::Ragged;
        }
        cells.push(start..end);
        if next.is_none() {
            return quotes;
        }
        start = end + 1;
    }
}

/// The same for cells between blanks, any number of them.
fn split_at_blanks(record: &[u8], cells: &mut Vec<Range<usize>>) -> Quotes {
    let mut quotes = Quotes::Closed;
    let mut start = 0;
    while let Some(blanks) = record[start..]
        .iter()
        .position(|b| !b.is_ascii_whitespace())
    {
        start += blanks;
        let quoted = match quoted_end(&record[start..]) {
            Some(Some(length)) => start + length,
            Some(None) => {
                quotes = Quotes::Open;
                start
            }
            None => start,
        };
        let rest = record[quoted..].iter();
        let end = quoted + rest.take_while(|b| !b.is_ascii_whitespace()).count();
        if quoted > start && end > quoted && quotes == Quotes::Closed {
            quotes = Quotes::Ragged;
        }
        cells.push(start..end);
        start = end;
    }
    if cells.is_empty() {
        cells.push(0..record.len());
    }
    quotes
}

/// For a cell that starts with a quote (blanks before it do not count): the length up to its closing quote, if there is one.
fn quoted_end(text: &[u8]) -> Option<Option<usize>> {
    let open = text.iter().position(|&byte| byte != b' ')?;
    if text[open] != b'"' {
        return None;
    }
    let mut at = open + 1;
    while let Some(k) = text[at..].iter().position(|&byte| byte == b'"') {
        at += k + 1;
        if text.get(at) != Some(&b'"') {
            return Some(Some(at));
        }
        at += 1;
    }
    Some(None)
}

/// What a cell says: without blanks around it and without its quotes.
pub(super) fn text(cell: &[u8]) -> Cow<'_, [u8]> {
    let cell = cell.trim_ascii();
    let inner = match cell {
        [b'"', inner @ .., b'"'] => inner,
        _ => return Cow::Borrowed(cell),
    };
    if !inner.contains(&b'"') {
        return Cow::Borrowed(inner);
    }
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        plain.push(byte);
        if byte == b'"' {
            bytes.next_if_eq(&b'"');
        }
    }
    Cow::Owned(plain)
}

/// Whether a cell that says `text` needs quotes.
fn needs_quotes(text: &[u8], separator: u8) -> bool {
    let special = |&byte: &u8| byte == separator || matches!(byte, b'"' | b'\n' | b'\r');
    text.iter().any(special)
}

/// Puts what `line` holds from `start` on in quotes, if it needs them.
pub(super) fn quote(line: &mut Vec<u8>, start: usize, separator: u8) {
    if needs_quotes(&line[start..], separator) {
        let text = line.split_off(start);
        push(&text, separator, line);
    }
}

/// Appends a cell that says `text`, in quotes only if it needs them.
pub(super) fn push(text: &[u8], separator: u8, line: &mut Vec<u8>) {
    if !needs_quotes(text, separator) {
        line.extend_from_slice(text);
        return;
    }
    line.push(b'"');
    for &byte in text {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(record: &str, separator: u8) -> (Vec<String>, Quotes) {
        let mut ranges = Vec::new();
        let quotes = split(record.as_bytes(), separator, &mut ranges);
        let texts = ranges
            .into_iter()
            .map(|range| String::from_utf8(text(&record.as_bytes()[range]).into_owned()).unwrap());
        (texts.collect(), quotes)
    }

    #[test]
    fn quotes_hide_separators() {
        let (texts, quotes) = cells(r#"A42G,"x, ""y""", "z" ,"#, b',');
        assert_eq!(texts, ["A42G", "x, \"y\"", "z", ""]);
        assert_eq!(quotes, Quotes::Closed);
    }

    #[test]
    fn a_stray_quote_spoils_its_own_cell_only() {
        assert_eq!(
            cells(r#"A42G,"x,3"#, b','),
            (vec!["A42G".into(), "\"x".into(), "3".into()], Quotes::Open)
        );
        assert_eq!(
            cells(r#"5",b"#, b','),
            (vec!["5\"".into(), "b".into()], Quotes::Closed)
        );
        assert_eq!(cells(r#""a"b,c"#, b',').1, Quotes::Ragged);
    }

    #[test]
    fn blanks_separate_in_any_number() {
        let (texts, quotes) = cells("  A42G \t 0.5  \"a b\" ", BLANKS);
        assert_eq!(
            (texts, quotes),
            (
                vec!["A42G".into(), "0.5".into(), "a b".into()],
                Quotes::Closed
            )
        );
        assert_eq!(
            cells("a \"b c", BLANKS),
            (vec!["a".into(), "\"b".into(), "c".into()], Quotes::Open)
        );
        assert_eq!(cells("  ", BLANKS).0, [""]);
    }

    proptest! {
        #[test]
        fn well_formed_records_are_split_as_the_csv_crate_splits_them(
            texts in prop::collection::vec("[a-c\",;\t]{0,6}", 1..6),
            separator in prop::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut record = Vec::new();
            for (k, text) in texts.iter().enumerate() {
                if k > 0 {
                    record.push(separator);
                }
                let start = record.len();
                push(text.as_bytes(), separator, &mut record);
                let pushed = record.split_off(start);
                record.extend_from_slice(text.as_bytes());
                quote(&mut record, start, separator);
                prop_assert_eq!(&record[start..], &pushed[..]);
            }
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(separator)
                .from_reader(record.as_slice());
            let expected: Vec<String> = reader
                .byte_records()
                .next()
                .map(|r| r.unwrap().iter().map(|c| String::from_utf8_lossy(c).trim().to_string()).collect())
                .unwrap_or_else(|| vec![String::new()]);
            let (found, quotes) = cells(std::str::from_utf8(&record).unwrap(), separator);
            let found: Vec<String> = found.iter().map(|t| t.trim().to_string()).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(quotes, Quotes::Closed);
        }

        #[test]
        fn cells_cover_the_record(record in prop::collection::vec(prop::sample::select(b"a,\" \n\xff".to_vec()), 0..20)) {
            let mut ranges = Vec::new();
            split(&record, b',', &mut ranges);
            let joined: Vec<&[u8]> = ranges.iter().map(|r| &record[r.clone()]).collect();
            prop_assert_eq!(joined.join(&b','), record);
        }
    }
}
