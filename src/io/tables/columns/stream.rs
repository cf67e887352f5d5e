//! A table that is written row by row, however long it becomes.

use super::{Column, Table, names, push_members};
use crate::io::tables::Style;
use std::io::{self, Write};

/// A table in the making.
pub struct Stream<'w, T: Table> {
    columns: Vec<Column<T>>,
    style: Style,
    output: &'w mut dyn Write,
    line: Vec<u8>,
    rows: u64,
}

impl<'w, T: Table> Stream<'w, T> {
    /// Writes what stands before the rows.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn begin(
        columns: Vec<Column<T>>,
        style: Style,
        output: &'w mut dyn Write,
    ) -> io::Result<Self> {
        match separator(style) {
            Some(separator) => {
                let names: Vec<&str> = names(&columns).collect();
                writeln!(output, "{}", names.join(&char::from(separator).to_string()))?;
            }
            None => output.write_all(b"[")?,
        }
        Ok(Self {
            columns,
            style,
            output,
            line: Vec::new(),
            rows: 0,
        })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Those of the output.
    pub fn row(&mut self, row: &T::Row<'_>) -> io::Result<()> {
        self.line.clear();
        match separator(self.style) {
            Some(separator) => {
                for (k, column) in self.columns.iter().enumerate() {
                    if k > 0 {
                        self.line.push(separator);
                    }
                    column.push_cell(row, separator, &mut self.line);
                }
                self.line.push(b'\n');
            }
            None => {
                let before: &[u8] = if self.rows == 0 { b"\n{" } else { b",\n{" };
                self.line.extend_from_slice(before);
                push_members(&self.columns, row, &mut self.line);
                self.line.push(b'}');
            }
        }
        self.rows += 1;
        self.output.write_all(&self.line)
    }

    /// Writes what stands behind the rows; returns how many there are.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> io::Result<u64> {
        if self.style == Style::Json {
            self.output.write_all(b"\n]\n")?;
        }
        Ok(self.rows)
    }
}

/// What separates cells; nothing in JSON.
fn separator(style: Style) -> Option<u8> {
    match style {
        Style::Tsv => Some(b'\t'),
        Style::Csv => Some(b','),
        Style::Json => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{POSITIONS, write_delimited, write_objects};
    use super::*;

    #[test]
    fn a_stream_is_what_is_written_at_once() {
        let row = crate::sites::SiteSummary {
            residue: crate::Residue {
                chain: None,
                position: crate::position::Position::new(7).unwrap(),
            },
            letter: b'A',
            coverage: Some(0.5),
            entropy: None,
            conservation: None,
            rate: None,
            burial: None,
            mean_effect: None,
            mean_score: Some(-1.0),
            borne: "CD".into(),
            coupling: None,
            partners: Vec::new(),
        };
        let rows = [&row, &row];
        for (style, count) in [
            (Style::Tsv, 2),
            (Style::Csv, 2),
            (Style::Json, 2),
            (Style::Json, 0),
        ] {
            let (mut streamed, mut at_once) = (Vec::new(), Vec::new());
            let mut stream = Stream::begin(Vec::from(POSITIONS), style, &mut streamed).unwrap();
            rows[..count]
                .iter()
                .for_each(|row| stream.row(row).unwrap());
            assert_eq!(stream.finish().unwrap(), count as u64);
            match separator(style) {
                Some(separator) => {
                    write_delimited(&POSITIONS, &rows[..count], separator, &mut at_once).unwrap();
                }
                None => write_objects(&POSITIONS, &rows[..count], &mut at_once).unwrap(),
            }
            assert_eq!(streamed, at_once);
        }
    }
}
