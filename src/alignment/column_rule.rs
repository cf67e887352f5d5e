//! Which columns are modelled: those of the target, or those that a reference line marks.

use super::{AlignedRecords, Column};
use crate::alphabet::is_gap;
use crate::error::{Error, Place, Result};
use crate::position::Position;

/// Which columns are modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColumnRule {
    /// Those of the target's upper-case residues; without a target, all.
    #[default]
    Target,
    /// The match columns of the reference line (Stockholm's `#=GC RF`); with a target, those where it has a residue, upper or lower case.
    /// Without a target they are numbered from 1, as the match states of the profile are.
    Reference,
}

impl ColumnRule {
    /// The word used on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Reference => "reference",
        }
    }

    /// The match columns, if they decide.
    pub(super) fn matches(self, records: &AlignedRecords) -> Result<Option<Vec<bool>>> {
        match self {
            Self::Target => Ok(None),
            Self::Reference => match_columns(records).map(Some),
        }
    }

    /// The error for a target that leaves no column to model.
    pub(super) fn nothing_modelled(self, place: Place) -> Error {
        let residue = match self {
            Self::Target => "upper-case residue",
            Self::Reference => "residue in a match column",
        };
        Error::input(
            place,
            format!("the target has no {residue}, so there is no column to model"),
            "choose another target with `focus=NAME`, or model every column with `no_focus`",
        )
    }
}

/// Whether the reference line marks each column as a match column: with any character but a gap.
fn match_columns(records: &AlignedRecords) -> Result<Vec<bool>> {
    let missing = |problem: &str| {
        Error::input(
            Place::file(&records.file),
            problem,
            "`columns=reference` needs the '#=GC RF' line that HMMER, Infernal and Pfam write to Stockholm files; without the \
             option, the target decides which columns are modelled",
        )
    };
    let reference = records.reference().ok_or_else(|| {
        missing("there is no reference line (#=GC RF) that would mark the match columns")
    })?;
    let matches: Vec<bool> = reference.iter().map(|&mark| is_match(mark)).collect();
    match matches.contains(&true) {
        true => Ok(matches),
        false => Err(missing(
            "the reference line (#=GC RF) marks no match column",
        )),
    }
}

fn is_match(mark: u8) -> bool {
    !is_gap(mark) && mark != b'_'
}

/// Of all columns the match columns, numbered from 1.
pub(super) fn only_matches(columns: &[Column], matches: &[bool]) -> Vec<Column> {
    let kept = columns
        .iter()
        .filter(|column| matches[column.alignment_column as usize - 1]);
    let numbered = (1..).zip(kept).filter_map(|(number, column)| {
        Some(Column {
            position: Position::new(number)?,
            ..*column
        })
    });
    numbered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::{Alignment, Focus, FocusOptions, focus};
    use crate::alphabet::Alphabet;

    /// Insertions in columns 3 and 6, as Pfam writes them.
    const ROWS: [(&str, &str); 4] = [
        ("T/10-15", "AC.dEf-G"),
        ("B/1-6", "-Ca-E.FG"),
        ("C/1-6", "AC.DEiFG"),
        ("D", "acgde..g"),
    ];

    fn focused(reference: Option<&str>, focus_on: Focus) -> Result<Alignment> {
        let records = AlignedRecords::new(
            "x.sto".into(),
            "Stockholm",
            ROWS.iter().map(|row| row.0.to_owned()).collect(),
            ROWS.iter().map(|row| row.1).collect(),
            vec![1, 2, 3, 4],
        )?;
        let records = match reference {
            Some(line) => records.with_reference(line.into(), 5)?,
            None => records,
        };
        let options = FocusOptions {
            focus: focus_on,
            columns: ColumnRule::Reference,
            ..FocusOptions::default()
        };
        focus::focus(&records, &Alphabet::protein(), &options)
    }

    /// Alignment column, position, letter, modelled.
    fn map(alignment: &Alignment) -> Vec<(u64, u64, char, bool)> {
        let columns = alignment.columns().columns().iter();
        columns
            .map(|c| {
                (
                    c.alignment_column,
                    c.position.get(),
                    char::from(c.letter),
                    c.modelled,
                )
            })
            .collect()
    }

    #[test]
    fn the_reference_decides_where_the_target_has_a_residue() {
        let alignment = focused(Some("xx.xxyx."), Focus::First).unwrap();
        let expected = [
            (1, 10, 'A', true),
            (2, 11, 'C', true),
            (4, 12, 'D', true),
            (5, 13, 'E', true),
            (6, 14, 'F', true),
            (8, 15, 'G', false),
        ];
        assert_eq!(map(&alignment), expected);
        assert_eq!(alignment.sites(), 5);
        let lower_case = focused(Some("xx.xx.xx"), Focus::Named("D".into())).unwrap();
        assert_eq!(lower_case.sites(), 5);
        assert_eq!(lower_case.columns().letter(0), b'A');
    }

    #[test]
    fn without_a_target_all_match_columns_are_numbered() {
        let target = Some("T".to_owned());
        let alignment = focused(Some("Ac.~x-_x"), Focus::None { target }).unwrap();
        let expected = [
            (1, 1, 'A', true),
            (2, 2, 'C', true),
            (5, 3, 'E', true),
            (8, 4, 'G', true),
        ];
        assert_eq!(map(&alignment), expected);
        let alignment = focused(Some("..xxx..."), Focus::None { target: None }).unwrap();
        assert_eq!(
            map(&alignment),
            [(3, 1, '-', true), (4, 2, '-', true), (5, 3, '-', true)]
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        for (reference, focus_on, words) in [
            (None, Focus::First, "no reference line"),
            (Some("..--~~__"), Focus::First, "marks no match column"),
            (
                Some("..x....."),
                Focus::First,
                "no residue in a match column",
            ),
        ] {
            let error = focused(reference, focus_on).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
