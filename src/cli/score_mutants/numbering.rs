//! The table of `--numbering`: numbers as mutants have them, and the positions of the target that they are.

use crate::error::{Error, Place, Result};
use crate::io::files::source::Source;
use crate::mutants::{Number, Numbering};
use std::path::Path;

const ADVICE: &str = "give two columns, the number as the mutants have it (100, 100a, H:100a) and the position of the target";

/// Bytes of the largest table.
const MOST_BYTES: u64 = 16 << 20;

/// Bytes of the longest first line.
const LONGEST_LINE: usize = 1 << 20;

/// Reads the table.
pub(super) fn read(path: &Path) -> Result<Numbering> {
    let (name, contents) = Source::read_small(path, ADVICE, MOST_BYTES)?;
    parse(&contents, &name)
}

/// The places of the two columns among the cells of a row.
#[derive(Clone, Copy)]
struct Columns {
    reference: usize,
    position: usize,
}

impl Columns {
    /// Those of a first line: by their names in either order, else the first two, with a header or without.
    fn of(cells: &[&str]) -> (Self, bool) {
        let named = |name: &str| {
            cells
                .iter()
                .position(|cell| cell.eq_ignore_ascii_case(name))
        };
        let is_row = pair(cells, Self::FIRST).is_some();
        match (named("reference"), named("position")) {
            (Some(reference), Some(position)) => {
                let columns = Self {
                    reference,
                    position,
                };
                (columns, true)
            }
            _ => (Self::FIRST, !is_row),
        }
    }

    const FIRST: Self = Self {
        reference: 0,
        position: 1,
    };
}

/// What separates the cells of the first line, or what is wrong with it.
fn separator_of(first: &str) -> std::result::Result<char, String> {
    if first.len() > LONGEST_LINE {
        return Err(format!("a first line of {} bytes", first.len()));
    }
    let separator = ['\t', ',', ';'].into_iter().find(|&s| first.contains(s));
    separator.ok_or_else(|| "its first line has one cell".into())
}

fn parse(bytes: &[u8], file: &str) -> Result<Numbering> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = (1u64..).zip(text.split(['\n', '\r']));
    let mut lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let Some(first) = lines.next() else {
        return Err(Error::input(
            Place::file(file),
            "there is nothing in it",
            ADVICE,
        ));
    };
    let separator = separator_of(first.1).map_err(|problem| {
        let place = Place::file(file).line(first.0);
        Error::input(place, problem, ADVICE)
    })?;
    let cells = |line: &'_ str| -> Vec<String> {
        let cells = line.split(separator);
        cells
            .map(|cell| cell.trim().trim_matches('"').trim().to_string())
            .collect()
    };
    let header = cells(first.1);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let (columns, has_header) = Columns::of(&header);
    let mut numbering = Numbering::default();
    let rows = (!has_header).then_some(first).into_iter().chain(lines);
    for (line, text) in rows {
        let cells = cells(text);
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let wrong = |problem: String| Error::input(Place::file(file).line(line), problem, ADVICE);
        // A position without a number, or the other way round, is a residue that one of the two schemes lacks.
        if is_gap(&cells, columns.reference) || is_gap(&cells, columns.position) {
            continue;
        }
        let (number, position) = pair(&cells, columns)
            .ok_or_else(|| wrong(format!("'{}' is no number and its position", text.trim())))?;
        if !numbering.add(number, position) {
            return Err(wrong(format!("the number {number} has two positions")));
        }
    }
    match numbering.is_empty() {
        true => Err(Error::input(
            Place::file(file),
            "there is no number in it",
            ADVICE,
        )),
        false => Ok(numbering),
    }
}

/// Whether a cell is there and says nothing.
fn is_gap(cells: &[&str], column: usize) -> bool {
    cells
        .get(column)
        .is_some_and(|cell| matches!(*cell, "" | "-" | "." | "NA"))
}

/// A number and its position, which has no letter.
fn pair(cells: &[&str], columns: Columns) -> Option<(Number, Number)> {
    let read = |column: usize| Number::parse(cells.get(column)?.as_bytes());
    let position = read(columns.position)?;
    let is_position = position.insertion.is_none() && position.number > 0;
    Some((read(columns.reference)?, position)).filter(|_| is_position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<usize, String> {
        let numbering = parse(text.as_bytes(), "n.tsv");
        numbering.map(|n| n.len()).map_err(|e| e.to_string())
    }

    #[test]
    fn columns_are_found_by_name_or_place() {
        for text in [
            "position\treference\n102\t104\n3\t100a\n",
            "Reference;note;Position\n104;;102\n100A;x;3\n",
            "104,102\r\n100a,3\r\n",
            "\u{feff}kabat\tmine\n# a comment\n104\t102\n\n100a\t3",
            "\"104\",\"102\"\n\"H:100a\",\"3\"\n105,-\n",
        ] {
            assert_eq!(read(text), Ok(2), "{text}");
        }
    }

    #[test]
    fn what_is_no_table_of_numbers_is_refused_with_its_line() {
        for (text, word) in [
            ("", "nothing in it"),
            ("104\n", "one cell"),
            ("104\t102\n104\t103\n", "104 has two positions"),
            ("104\t102\nx\t103\n", "line 2"),
            ("104\t102\n105\t10a\n", "'105\t10a'"),
            ("104\t102\n105\t0\n", "line 2"),
            ("number\tposition\n", "no number"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.contains(word), "{text}: {problem}");
        }
    }
}
