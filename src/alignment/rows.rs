//! The letters of many rows in one buffer.

use std::ops::{Index, Range};
use std::sync::Arc;

/// Rows of letters. They all lie in one buffer, which may be the text of the file itself: then reading a large alignment copies
/// nothing.
#[derive(Clone, Default)]
pub struct Rows {
    text: Arc<Vec<u8>>,
    places: Vec<Range<usize>>,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The row with this index, counted from 0.
    pub fn get(&self, n: usize) -> Option<&[u8]> {
        self.text.get(self.places.get(n)?.clone())
    }

    /// Leaves out the rows that are not to be kept, by their index.
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        let mut n = 0;
        self.places.retain(|_| {
            n += 1;
            keep(n - 1)
        });
    }

    /// Takes letters off the end of a row, so that at most `length` are left.
    pub fn shorten(&mut self, n: usize, length: usize) {
        let place = &mut self.places[n];
        place.end = place.end.min(place.start + length);
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> + DoubleEndedIterator + Clone {
        self.places.iter().map(|place| &self.text[place.clone()])
    }
}

impl Index<usize> for Rows {
    type Output = [u8];

    fn index(&self, n: usize) -> &[u8] {
        &self.text[self.places[n].clone()]
    }
}

impl<R: AsRef<[u8]>> FromIterator<R> for Rows {
    fn from_iter<I: IntoIterator<Item = R>>(rows: I) -> Self {
        let (mut text, mut places) = (Vec::new(), Vec::new());
        for row in rows {
            let start = text.len();
            text.extend_from_slice(row.as_ref());
            places.push(start..text.len());
        }
        Self {
            text: Arc::new(text),
            places,
        }
    }
}

impl From<Vec<Vec<u8>>> for Rows {
    fn from(rows: Vec<Vec<u8>>) -> Self {
        rows.into_iter().collect()
    }
}

impl<R: AsRef<[u8]>, const N: usize> PartialEq<[R; N]> for Rows {
    fn eq(&self, other: &[R; N]) -> bool {
        self.iter().eq(other.iter().map(AsRef::as_ref))
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = self.iter().map(String::from_utf8_lossy);
        f.debug_list().entries(rows).finish()
    }
}

/// Rows on the way from a text, line by line. As long as every row is one line without inner blanks, they stay where they are.
#[derive(Debug)]
pub struct RowBuilder {
    text: Arc<Vec<u8>>,
    places: Vec<Range<usize>>,
    /// Copies of all rows, once one of them does not lie in the text as it should.
    joined: Option<Vec<u8>>,
}

impl RowBuilder {
    /// No rows yet.
    pub fn new(text: Arc<Vec<u8>>) -> Self {
        Self {
            text,
            places: Vec::new(),
            joined: None,
        }
    }

    /// Begins a row, without letters so far.
    pub fn begin(&mut self) {
        let end = self.joined.as_ref().map_or(0, Vec::len);
        self.places.push(end..end);
    }

    /// Adds a line of the text to the last row, without its blanks.
    ///
    /// # Panics
    /// If no row was begun, or the place is outside the text.
    pub fn extend(&mut self, line: Range<usize>) {
        let line = trimmed(&self.text, line);
        let letters = &self.text[line.clone()];
        let last = self.places.len() - 1;
        if letters.is_empty() {
            return;
        }
        let blank = has_blank(letters);
        if self.joined.is_none() && self.places[last].is_empty() && !blank {
            self.places[last] = line;
            return;
        }
        let joined = self
            .joined
            .get_or_insert_with(|| join(&self.text, &mut self.places));
        match blank {
            false => joined.extend_from_slice(letters),
            true => joined.extend(letters.iter().filter(|b| !b.is_ascii_whitespace())),
        }
        self.places[last].end = joined.len();
    }

    /// The rows.
    pub fn finish(self) -> Rows {
        Rows {
            text: self.joined.map_or(self.text, Arc::new),
            places: self.places,
        }
    }
}

/// Copies all rows to a new buffer and sets their places in it.
fn join(text: &[u8], places: &mut [Range<usize>]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(text.len());
    for place in places {
        let start = joined.len();
        joined.extend_from_slice(&text[place.clone()]);
        *place = start..joined.len();
    }
    joined
}

/// The place without the blanks around it.
fn trimmed(text: &[u8], place: Range<usize>) -> Range<usize> {
    let bytes = &text[place.clone()];
    let start = place.start + (bytes.len() - bytes.trim_ascii_start().len());
    start..start + bytes.trim_ascii().len()
}

/// Whether there is a blank. Without a way out early, many letters are looked at in one step.
fn has_blank(letters: &[u8]) -> bool {
    letters
        .iter()
        .fold(false, |any, b| any | b.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &str, rows: &[&[&str]]) -> (Rows, bool) {
        let shared = Arc::new(text.as_bytes().to_vec());
        let mut builder = RowBuilder::new(Arc::clone(&shared));
        for lines in rows {
            builder.begin();
            for line in *lines {
                let start = text.find(line).unwrap();
                builder.extend(start..start + line.len());
            }
        }
        let rows = builder.finish();
        let in_place = Arc::ptr_eq(&rows.text, &shared);
        (rows, in_place)
    }

    #[test]
    fn whole_lines_stay_where_they_are() {
        let (rows, in_place) = built(">a\n AC-D\t\r\n>b\nEF-G", &[&[" AC-D\t\r"], &["EF-G"]]);
        assert_eq!(rows, ["AC-D", "EF-G"]);
        assert!(in_place);
    }

    #[test]
    fn wrapped_and_spaced_lines_are_copied() {
        let (rows, in_place) = built("AC-D EFGH\nIK  LM\nNP", &[&["AC-D"], &["EFGH", "NP"], &[]]);
        assert_eq!(rows, ["AC-D", "EFGHNP", ""]);
        assert!(!in_place);
        let (rows, _) = built("AC-D\nI\tK  LM\nNP", &[&["AC-D"], &["I\tK  LM"], &["NP"]]);
        assert_eq!(rows, ["AC-D", "IKLM", "NP"]);
    }

    #[test]
    fn rows_are_found_by_index() {
        let rows: Rows = ["AC", "D"].into_iter().collect();
        assert_eq!((rows.len(), &rows[1]), (2, &b"D"[..]));
        assert_eq!(rows.get(2), None);
        let mut fewer: Rows = ["AC", "D", "EF"].into_iter().collect();
        fewer.retain(|n| n != 1);
        fewer.shorten(0, 1);
        fewer.shorten(1, 5);
        assert_eq!(fewer, ["A", "EF"]);
        assert_eq!(format!("{rows:?}"), r#"["AC", "D"]"#);
    }
}
