//! From the rows of a file to an alignment: the target, its numbering, and which columns and rows are kept.

use super::focus_options::FocusOptions;
use super::numbering::numbered_columns;
use super::selection::{KeptRows, close_gappy_columns};
use super::target::target_row;
use super::{AlignedRecords, Alignment, ColumnMap};
use crate::alphabet::Alphabet;
use crate::error::Result;

/// Reduces `records` to the modelled columns and the rows that pass the filters.
///
/// # Errors
/// If the target is not there or has no residue, the chains are of another length, or nothing is left to model.
pub fn focus(
    records: &AlignedRecords,
    alphabet: &Alphabet,
    options: &FocusOptions,
) -> Result<Alignment> {
    let options = options.clone().with_declared(records);
    let (target, columns) = target_columns(records, alphabet, &options)?;
    rows_over(records, alphabet, &options, target, columns)
}

/// The target's row, if there is one, and the columns that it has a residue in, numbered; all columns without focus.
///
/// # Errors
/// If the target is not there or has no residue, or the chains are of another length.
pub fn target_columns(
    records: &AlignedRecords,
    alphabet: &Alphabet,
    options: &FocusOptions,
) -> Result<(Option<usize>, ColumnMap)> {
    let target = target_row(records, options)?;
    let columns = numbered_columns(records, target, alphabet, options)?;
    Ok((target, columns))
}

/// The rows that pass the filters, over the modelled ones of given columns.
///
/// # Errors
/// If nothing is left to model.
pub fn rows_over(
    records: &AlignedRecords,
    alphabet: &Alphabet,
    options: &FocusOptions,
    target: Option<usize>,
    columns: ColumnMap,
) -> Result<Alignment> {
    let mut rows = KeptRows::select(records, alphabet, options, &columns)?;
    let columns = close_gappy_columns(records, &rows, columns, options)?;
    let states = rows.states(records, &columns, options.copies);
    let mut report = rows.report;
    report.target_row = target;
    report.chain_rows = options.chain_rows;
    Alignment::new(
        alphabet.clone(),
        states,
        columns,
        target.map(|n| records.names()[n].clone()),
        report,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::{DeclaredChains, Focus, UnknownLetters};
    use crate::error::Error;
    use crate::position::{Position, Residue};

    fn records(rows: &[(&str, &str)]) -> AlignedRecords {
        AlignedRecords::new(
            "x.a2m".into(),
            "A2M",
            rows.iter().map(|r| r.0.to_string()).collect(),
            rows.iter().map(|r| r.1.as_bytes().to_vec()).collect(),
            (1..=rows.len() as u64).collect(),
        )
        .unwrap()
    }

    fn focused(rows: &[(&str, &str)], options: &FocusOptions) -> Result<Alignment> {
        focus(&records(rows), &Alphabet::protein(), options)
    }

    const FAMILY: [(&str, &str); 4] = [
        ("T/10-15", "AC.dEF-G"),
        ("B/1-6", "AC.dE-.G"),
        ("C", "------.G"),
        ("D", "ACaxEF-G"),
    ];

    #[test]
    fn every_residue_of_the_target_counts_and_upper_case_is_modelled() {
        let alignment = focused(&FAMILY, &FocusOptions::default()).unwrap();
        let map = alignment.columns();
        let positions: Vec<u64> = (0..map.sites()).map(|s| map.position(s).get()).collect();
        assert_eq!(positions, [10, 11, 13, 14, 15]);
        assert_eq!(map.letter(2), b'E');
        assert_eq!(map.columns()[2].letter, b'D');
        assert!(!map.columns()[2].modelled);
        assert_eq!(map.columns()[5].alignment_column, 8);
        assert_eq!(alignment.rows().kept(), [true, true, false, false]);
        assert_eq!(alignment.rows().dropped_unknown, 1);
        assert_eq!(alignment.rows().dropped_coverage, 1);
        assert_eq!(alignment.sequence(1).to_vec(), [0, 1, 3, 20, 5]);
    }

    #[test]
    fn a3m_gives_the_positions_and_states_of_its_a2m() {
        let raw = ["ACdEF-G", "ACdE--G", "-----G", "ACaxEF-G"]
            .iter()
            .map(|row| row.as_bytes().to_vec())
            .collect();
        let names = FAMILY.iter().map(|r| r.0.to_string()).collect();
        let records =
            AlignedRecords::from_a3m("x.a3m".into(), names, raw, vec![1, 3, 5, 7]).unwrap();
        let options = FocusOptions::default();
        let a3m = focus(&records, &Alphabet::protein(), &options).unwrap();
        let a2m = focused(&FAMILY, &options).unwrap();
        assert_eq!(a3m.states(), a2m.states());
        assert_eq!(a3m.rows().fates, a2m.rows().fates);
        let positions = |a: &Alignment| -> Vec<(u64, u8, bool)> {
            let columns = a.columns().columns().iter();
            columns
                .map(|c| (c.position.get(), c.letter, c.modelled))
                .collect()
        };
        assert_eq!(positions(&a3m), positions(&a2m));
    }

    #[test]
    fn chains_that_a_file_declares_are_taken() {
        let rows = FAMILY[..2].iter().map(|row| row.1.replace('.', "A"));
        let declared = |line: &[u8]| {
            let names = vec!["T".into(), "B".into()];
            let rows = rows.clone().map(String::into_bytes).collect();
            let records = AlignedRecords::new("x".into(), "A2M", names, rows, vec![1, 3]).unwrap();
            records.with_declared_chains(DeclaredChains::from_line(line))
        };
        let ranges = |line, options: &FocusOptions| {
            let alignment = focus(&declared(line), &Alphabet::protein(), options).unwrap();
            alignment.columns().ranges()
        };
        let plain = FocusOptions::default();
        assert_eq!(ranges(b"#5,3\t1,2", &plain), "A 1 to 5, B 1 to 2");
        assert_eq!(ranges(b"#5,4\t1,2", &plain), "1 to 7");
        assert_eq!(ranges(b"#8\t2", &plain), "1 to 7");
        let chosen = FocusOptions {
            chains: "2,6".parse().ok(),
            ..plain.clone()
        };
        assert_eq!(ranges(b"#5,3\t1,2", &chosen), "A 1 to 2, B 1 to 5");
        let none = FocusOptions {
            declared_chains: false,
            ..plain
        };
        assert_eq!(ranges(b"#5,3\t1,2", &none), "1 to 7");
    }

    #[test]
    fn unknown_letters_may_count_as_gaps() {
        let options = FocusOptions {
            unknown: UnknownLetters::Gap,
            min_sequence_coverage: 0.0,
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY, &options).unwrap();
        assert_eq!(alignment.sequences(), 4);
        assert_eq!(alignment.rows().unknown_letters, [('X', 1)]);
    }

    #[test]
    fn offset_overrides_the_name() {
        let options = FocusOptions {
            offsets: Some(99.into()),
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY, &options).unwrap();
        assert_eq!(alignment.columns().position(0).get(), 100);
        let too_low = FocusOptions {
            offsets: Some((-5).into()),
            ..FocusOptions::default()
        };
        assert!(matches!(focused(&FAMILY, &too_low), Err(Error::Usage(_))));
    }

    #[test]
    fn without_focus_columns_are_numbered() {
        let options = FocusOptions {
            focus: Focus::None {
                target: Some("B".into()),
            },
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY, &options).unwrap();
        assert_eq!(alignment.sites(), 8);
        assert_eq!(alignment.columns().position(7).get(), 8);
        assert_eq!(alignment.columns().letter(3), b'D');
        assert_eq!(alignment.columns().letter(2), b'-');
    }

    #[test]
    fn gappy_columns_stay_in_the_map() {
        let options = FocusOptions {
            max_column_gap: 0.4,
            min_sequence_coverage: 0.0,
            ..FocusOptions::default()
        };
        let alignment = focused(&FAMILY[..3], &options).unwrap();
        assert_eq!(alignment.sites(), 4);
        let f = alignment.columns().at(Residue {
            chain: None,
            position: Position::new(14).unwrap(),
        });
        assert_eq!(f, crate::alignment::columns::Occupant::NotModelled(b'F'));
    }
}
