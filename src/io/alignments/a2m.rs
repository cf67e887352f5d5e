//! Writing what was modelled, as A2M.

use crate::alignment::name_ranges::{Claim, identifier, without_ranges};
use crate::alignment::{Alignment, ColumnMap, Span};
use crate::alphabet::GAP_LETTER;
use noodles_fasta::Record;
use noodles_fasta::io::writer;
use noodles_fasta::record::{Definition, Sequence};
use std::borrow::Cow;
use std::io::{self, Write};
use std::num::NonZero;

/// Writes the kept sequences of `alignment` over its modelled columns; `names` are those of all rows of the input.
///
/// A residue of the target that is not modelled stands as a lower-case letter, under which the other sequences have `.`, so that
/// the numbering is that of the model. For the same reason the target's name ends in `/first-last`, unless it says so already or
/// the chain breaks. Without a target that numbers the model (`every_column`, a gap in a column, a target that was dropped), columns
/// that are not modelled are left out. Letters that counted as gaps are gaps, but for those of the target that are not modelled.
/// Fitted again without filters (`--min-sequence-coverage 0 --unknown gap`), the file gives the same model.
///
/// # Errors
/// Those of `output`.
pub fn write(
    alignment: &Alignment,
    names: &[String],
    every_column: bool,
    output: &mut dyn Write,
) -> io::Result<()> {
    let columns = alignment.columns();
    let rows = alignment.rows();
    let target_numbers = !every_column && rows.target_kept() == Some(true) && !has_gap(columns);
    // One line a sequence, however long.
    let mut writer = writer::Builder::default()
        .set_line_base_count(NonZero::<usize>::MAX)
        .build_from_writer(output);
    for (sequence, row) in alignment.states().rows().into_iter().zip(rows.kept_rows()) {
        let is_target = rows.target_row == Some(row);
        let name = match is_target && target_numbers {
            true => numbered_name(&names[row], columns),
            false => Cow::Borrowed(names[row].as_str()),
        };
        let mut states = sequence.iter();
        let letters: Vec<u8> = columns
            .columns()
            .iter()
            .filter(|column| column.modelled || target_numbers)
            .map(|column| match (column.modelled, is_target) {
                (true, _) => {
                    let state = states.next().copied();
                    state.map_or(GAP_LETTER, |state| alignment.alphabet().letter(state))
                }
                (false, true) => column.letter.to_ascii_lowercase(),
                (false, false) => b'.',
            })
            .collect();
        let definition = Definition::new(name.as_bytes(), None);
        writer.write_record(&Record::new(definition, Sequence::from(letters)))?;
    }
    Ok(())
}

/// Whether a column lacks a residue of the target, as when every column is modelled.
fn has_gap(columns: &ColumnMap) -> bool {
    columns.columns().iter().any(|c| c.letter == GAP_LETTER)
}

/// `NAME/first-last` where positions count on without a hole and the name does not say where they start; with chains
/// `NAME/first-last_B/first-last`, a range for each.
fn numbered_name<'a>(name: &'a str, columns: &ColumnMap) -> Cow<'a, str> {
    let spans = columns.spans();
    let ends = |span: &Span| (span.first.get(), span.last.get());
    let lengths: Vec<u64> = spans.iter().map(|span| span.len() as u64).collect();
    let said = Claim::of(name, columns.has_chains()).positions(&lengths);
    let said = said.map(|chains| chains.concat());
    let numbers = || columns.columns().iter().map(|column| column.position.get());
    let is_said = match said {
        Some(said) => numbers().eq(said),
        None => spans.iter().all(|span| ends(span).0 == 1),
    };
    let has_hole = |span: &Span| ends(span).1 - ends(span).0 + 1 != span.len() as u64;
    if is_said || spans.iter().any(has_hole) {
        return Cow::Borrowed(name);
    }
    let id = identifier(name);
    let bare = match columns.has_chains() {
        // A range that stays would be taken for that of a chain.
        true => id.split('/').next().unwrap_or(id),
        false => without_ranges(name),
    };
    let bare = if bare.is_empty() { "target" } else { bare };
    let range = |span: &Span| format!("/{}-{}", ends(span).0, ends(span).1);
    let others = spans.iter().skip(1).zip(columns.chains().skip(1));
    let others: String = others
        .map(|(span, chain)| format!("_{chain}{}", range(span)))
        .collect();
    Cow::Owned(format!("{bare}{}{others}", range(&spans[0])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::{AlignedRecords, Focus, FocusOptions, UnknownLetters, focus};
    use crate::alphabet::Alphabet;
    use crate::position::Residue;

    fn written(rows: &[(&str, &str)], options: &FocusOptions) -> (Alignment, String) {
        let names: Vec<String> = rows.iter().map(|row| row.0.to_string()).collect();
        let letters = rows.iter().map(|row| row.1.as_bytes().to_vec()).collect();
        let lines = (1..=rows.len() as u64).collect();
        let records =
            AlignedRecords::new("x".into(), "A2M", names.clone(), letters, lines).unwrap();
        let alignment = focus::focus(&records, &Alphabet::protein(), options).unwrap();
        let mut bytes = Vec::new();
        let every_column = matches!(options.focus, Focus::None { .. });
        write(&alignment, &names, every_column, &mut bytes).unwrap();
        (alignment, String::from_utf8(bytes).unwrap())
    }

    const ROWS: [(&str, &str); 4] = [
        ("T/10-14 text", "A.cD-EF"),
        ("b", "AgcD-E-"),
        ("c", "-----E-"),
        ("d", "C..DxEF"),
    ];

    #[test]
    fn only_what_was_modelled_is_there() {
        let (_, text) = written(&ROWS, &FocusOptions::default());
        assert_eq!(text, ">T/10-14 text\nAcDEF\n>b\nA.DE-\n");
    }

    #[test]
    fn without_a_target_that_numbers_only_modelled_columns_are_there() {
        let every_column = |target: Option<&str>| FocusOptions {
            focus: Focus::None {
                target: target.map(str::to_owned),
            },
            max_column_gap: 0.5,
            ..FocusOptions::default()
        };
        let (_, text) = written(&ROWS, &every_column(None));
        assert_eq!(text, ">T/10-14 text\nA-CDEF\n>b\nAGCDE-\n");
        let whole = [("T/3-6", "ACDE"), ("b", "A-DE"), ("c", "A-DF")];
        let (_, text) = written(&whole, &every_column(Some("T")));
        assert_eq!(text, ">T/3-6\nADE\n>b\nADE\n>c\nADF\n");
        let dropped = [("T/3-6", "AcDX"), ("b", "A-DE"), ("c", "A-DF")];
        let (_, text) = written(&dropped, &FocusOptions::default());
        assert_eq!(text, ">b\nAD\n>c\nAD\n");
    }

    #[test]
    fn letters_of_the_target_that_are_no_residues_keep_their_place() {
        let options = FocusOptions {
            unknown: UnknownLetters::Gap,
            ..FocusOptions::default()
        };
        let rows = [("T/3-6", "AXDE"), ("b", "ACDX"), ("c", "A-DF")];
        let (first, text) = written(&rows, &options);
        assert_eq!(text, ">T/3-6\nAxDE\n>b\nA.D-\n>c\nA.DF\n");
        let again = [("T/3-6", "AxDE"), ("b", "A.D-"), ("c", "A.DF")];
        let (second, _) = written(&again, &options);
        assert_eq!(first.states(), second.states());
    }

    #[test]
    fn an_offset_goes_into_the_name() {
        let options = FocusOptions {
            offsets: Some(100.into()),
            ..FocusOptions::default()
        };
        let (_, text) = written(&ROWS, &options);
        assert!(text.starts_with(">T/101-105\n"), "{text}");
        let options = FocusOptions {
            offsets: "100,0".parse().ok(),
            chains: "H=3,L=2".parse().ok(),
            ..FocusOptions::default()
        };
        let (_, text) = written(&ROWS, &options);
        assert!(text.starts_with(">T/101-103_L/1-2\n"), "{text}");
    }

    #[test]
    fn the_file_gives_the_same_alignment_again() {
        for (offsets, chains) in [
            (None, None),
            (Some("41"), None),
            (None, Some("3,2")),
            (Some("41,0"), Some("3,2")),
        ] {
            let options = FocusOptions {
                offsets: offsets.map(|text| text.parse().unwrap()),
                chains: chains.map(|text| text.parse().unwrap()),
                min_sequence_coverage: 0.0,
                max_column_gap: 0.5,
                ..FocusOptions::default()
            };
            let (first, text) = written(&ROWS, &options);
            let lines: Vec<&str> = text.lines().collect();
            let again: Vec<(&str, &str)> = lines
                .chunks(2)
                .map(|pair| (&pair[0][1..], pair[1]))
                .collect();
            let (second, _) = written(
                &again,
                &FocusOptions {
                    offsets: None,
                    ..options
                },
            );
            assert_eq!(first.states(), second.states());
            let residues = |a: &Alignment| -> Vec<Residue> {
                (0..a.sites()).map(|s| a.columns().residue(s)).collect()
            };
            assert_eq!(residues(&first), residues(&second));
        }
    }
}
