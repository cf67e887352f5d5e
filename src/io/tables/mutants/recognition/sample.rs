//! The first lines of a file of mutants, and what is known of it before it is read.

use super::cell_contents::Target;
use crate::io::tables::cells::{self, Quotes};
use crate::io::tables::mutants::layout::{Kind, TAB};
use std::borrow::Cow;

/// What is known of a table before it is read.
#[derive(Debug, Clone, Default)]
pub struct Wish<'a> {
    /// The column that says what the mutants are; of three columns their names with commas between.
    pub column: Option<&'a str>,
    /// How rows say it.
    pub kind: Option<Kind>,
    /// The number of positions at which residues are given; 0 if there are none.
    pub positions: usize,
    /// The target.
    pub target: Target,
}

/// Lines with something in them, and where they stand in the file, from 0.
pub(super) type Line<'l> = (usize, &'l [u8]);

/// The first lines of a file.
pub(super) struct Sample<'l> {
    /// Neither comments nor empty.
    pub lines: Vec<Line<'l>>,
    /// The last comment before these.
    pub comment: Option<Line<'l>>,
    /// The separator that the file itself names.
    pub separator: Option<u8>,
}

impl<'l> Sample<'l> {
    /// Of the lines as they are.
    pub fn of(all: &[&'l [u8]]) -> Self {
        let filled = |line: &[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace());
        let numbered = all
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, line)| filled(line));
        let is_comment = |(_, line): &Line| line.starts_with(b"#");
        let comments = numbered.clone().take_while(is_comment);
        let mut lines: Vec<Line> = numbered.clone().filter(|line| !is_comment(line)).collect();
        let separator = lines.first().and_then(|(_, line)| named_separator(line));
        if separator.is_some() {
            lines.remove(0);
        }
        Self {
            lines,
            comment: comments.last(),
            separator,
        }
    }
}

/// The separator that a line such as `sep=;` names to a spreadsheet.
fn named_separator(line: &[u8]) -> Option<u8> {
    match line.trim_ascii().to_ascii_lowercase()[..] {
        [b's', b'e', b'p', b'=', separator] => Some(separator),
        _ => None,
    }
}

/// Lines as they are, but for a header whose quoted cells go on over several: it then stands in the last of these, and the others are empty.
pub(super) fn with_whole_header<'l>(all: &[&'l [u8]]) -> Vec<Cow<'l, [u8]>> {
    const FIRST: usize = 3;
    const MOST: usize = 8;
    let mut lines: Vec<Cow<[u8]>> = all.iter().map(|line| Cow::Borrowed(*line)).collect();
    let filled = (0..all.len()).filter(|&k| !all[k].trim_ascii().is_empty());
    for first in filled.take(FIRST) {
        for last in first + 1..all.len().min(first + MOST) {
            if let Some(header) = joined(&all[first..=last]) {
                lines[first..last].fill(Cow::Borrowed(b""));
                lines[last] = Cow::Owned(header);
                return lines;
            }
        }
    }
    lines
}

/// Several lines as one record, if a quoted cell of the first goes on in them and closes in the last.
fn joined(lines: &[&[u8]]) -> Option<Vec<u8>> {
    let mut ranges = Vec::new();
    [TAB, b',', b';'].into_iter().find_map(|separator| {
        let is_open = cells::split(lines[0], separator, &mut ranges) == Quotes::Open;
        let whole = is_open.then(|| lines.join(&b'\n'))?;
        (cells::split(&whole, separator, &mut ranges) == Quotes::Closed).then_some(whole)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_whole_where_its_cells_have_several_lines() {
        let whole = |text: &str| {
            let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
            let lines = with_whole_header(&lines);
            let lines = lines
                .iter()
                .map(|l| String::from_utf8_lossy(l).into_owned());
            lines.collect::<Vec<String>>()
        };
        assert_eq!(
            whole("\"Mutant\nname\",y\nA34V,1\n"),
            ["", "\"Mutant\nname\",y", "A34V,1"]
        );
        assert_eq!(whole("mutant,y\nA34V,\"5\n"), ["mutant,y", "A34V,\"5"]);
    }
}
