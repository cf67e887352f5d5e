//! Residues that are allowed at positions: `24 AVIL`, `A:30-34 DE`.

use crate::choices::Listed;
use crate::error::{Error, Place, Result};
use crate::io::files::source::Source;
use crate::position::read_ranges;
use std::path::Path;

const ADVICE: &str = "give each position, or range, a row with the letters that are allowed there: 24 AVIL, A:30-34 DE; positions without a row stay as they are";

/// Bytes of the largest list.
const MOST_BYTES: u64 = 16 << 20;

/// What a first cell says that is a heading.
const HEADINGS: [&str; 4] = ["position", "positions", "pos", "site"];

/// Reads a list: in each row a position or a range, and letters in a cell or several, between tabs, commas, semicolons or blanks.
///
/// # Errors
/// If it cannot be read, a row is none, or there is no row.
pub fn read(path: &Path) -> Result<Vec<Listed>> {
    let (name, contents) = Source::read_small(path, ADVICE, MOST_BYTES)?;
    parse(&contents, &name)
}

fn parse(bytes: &[u8], file: &str) -> Result<Vec<Listed>> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = (1u64..).zip(text.split(['\n', '\r']));
    let mut lines = lines
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .peekable();
    let is_heading = |(_, line): &(u64, &str)| {
        let first = cells(line).next().unwrap_or_default();
        HEADINGS.contains(&&*first.to_ascii_lowercase())
    };
    lines.next_if(is_heading);
    let rows = lines.map(|(line, text)| {
        let place = Place::file(file).line(line);
        row(text).map_or_else(
            |problem| Err(Error::input(place.clone(), problem, ADVICE)),
            |(range, letters)| {
                Ok(Listed {
                    range,
                    letters,
                    place: place.clone(),
                })
            },
        )
    });
    let rows: Vec<Listed> = rows.collect::<Result<_>>()?;
    match rows.is_empty() {
        true => Err(Error::input(
            Place::file(file),
            "there is no position in it",
            ADVICE,
        )),
        false => Ok(rows),
    }
}

/// The cells that are not empty.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    let cells = line.split(['\t', ',', ';', ' ', '"']);
    cells.map(str::trim).filter(|cell| !cell.is_empty())
}

fn row(text: &str) -> std::result::Result<(crate::position::PositionRange, Vec<u8>), String> {
    let mut cells = cells(text);
    let first = cells.next().unwrap_or_default();
    let ranges = read_ranges(first)?;
    let &[range] = &ranges[..] else {
        return Err(format!("'{first}' is not one position, or one range"));
    };
    let letters: String = cells.collect();
    if letters.is_empty() {
        return Err(format!("no residue is allowed at {range}"));
    }
    match letters.chars().find(|letter| !letter.is_ascii_alphabetic()) {
        Some(letter) => Err(format!(
            "'{}' is no letter of a residue",
            letter.escape_default()
        )),
        None => Ok((range, letters.into_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_have_letters_in_a_cell_or_several() {
        let text = "\u{feff}Position\tresidues\r\n# core\r\n24\tAVIL\r\n\r\nA:30-34,D,e\r\n40 K R\r\n\"41\";\"ST\"\r\n";
        let rows = parse(text.as_bytes(), "list").unwrap();
        let words: Vec<String> = rows
            .iter()
            .map(|row| format!("{} {}", row.range, String::from_utf8_lossy(&row.letters)))
            .collect();
        assert_eq!(words, ["24 AVIL", "A:30-34 De", "40 KR", "41 ST"]);
        assert_eq!(rows[1].place.line, Some(5));
    }

    #[test]
    fn what_is_no_row_is_refused_by_its_line() {
        for (text, problem) in [
            ("24 AV\nx AV\n", "'x'"),
            ("24 AV\n25\n", "at 25"),
            ("24 AV\n25 A4\n", "'4'"),
            ("24 AV\n9-3 A\n", "'9-3'"),
            ("24 AV\nAB:3 A\n", "'AB'"),
        ] {
            let message = parse(text.as_bytes(), "list").unwrap_err().to_string();
            assert!(message.contains(problem), "{message}");
            assert!(message.contains("list, line 2"), "{message}");
        }
        for text in ["", "# nothing\n", "position residues\n"] {
            assert!(parse(text.as_bytes(), "list").is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_list_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            let _ = parse(&bytes, "list");
        }
    }
}
