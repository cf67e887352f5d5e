//! A name before every mutant of a column: `YAP1_HUMAN_V171L`.

use crate::mutants::{Mutant, may_be_of_mutant};

/// Signs behind which a mutant may begin.
const BORDERS: [u8; 6] = *b"_:-. |";

/// The longest name, signs included, that all of these cells begin with, where mutants follow it. A part of it that may itself be a mutant,
/// or half of one, is no name: in `A34_G36D` something is missing.
pub(super) fn of<'c>(cells: impl Iterator<Item = &'c [u8]> + Clone) -> Option<Vec<u8>> {
    before_mutants(cells, is_name)
}

/// The same, whatever it may be itself.
pub(super) fn of_any<'c>(cells: impl Iterator<Item = &'c [u8]> + Clone) -> Option<Vec<u8>> {
    before_mutants(cells, |_| true)
}

fn before_mutants<'c>(
    cells: impl Iterator<Item = &'c [u8]> + Clone,
    may_be: impl Fn(&[u8]) -> bool,
) -> Option<Vec<u8>> {
    let mut filled = cells.filter(|cell| !is_empty_word(cell));
    let first = filled.next()?;
    let shared = filled.clone().fold(first.len(), |shared, cell| {
        let pairs = first[..shared].iter().zip(cell);
        pairs.take_while(|(a, b)| a == b).count()
    });
    let mut ends = (1..=shared)
        .rev()
        .filter(|&k| BORDERS.contains(&first[k - 1]));
    let end = ends.find(|&end| {
        let rests = std::iter::once(&first[end..]).chain(filled.clone().map(|cell| &cell[end..]));
        let (mutants, all) = rests.fold((0, 0), |(mutants, all), rest| {
            let is_mutant =
                Mutant::parse(rest).is_ok_and(|m| !m.is_wild_type() && !m.lacks_wild_type());
            (mutants + usize::from(is_mutant), all + 1)
        });
        2 * mutants >= all && may_be(&first[..end])
    });
    end.map(|end| first[..end].to_vec())
}

fn is_empty_word(cell: &[u8]) -> bool {
    let is_nothing = |m: Mutant| m.is_wild_type();
    cell.is_empty() || Mutant::parse(cell).is_ok_and(is_nothing)
}

/// Whether no part of a name may be half of a mutant, as `A34` and `34` are.
fn is_name(text: &[u8]) -> bool {
    let parts = text.split(|byte| !byte.is_ascii_alphanumeric());
    let mut parts = parts.filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(|part| !may_be_of_mutant(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(cells: &[&str]) -> Option<String> {
        let found = of(cells.iter().map(|cell| cell.as_bytes()));
        found.map(|prefix| String::from_utf8(prefix).unwrap())
    }

    #[test]
    fn a_name_that_all_have_is_found() {
        for (cells, expected) in [
            (&["YAP1_HUMAN_V0L", "YAP1_HUMAN_P1A"][..], "YAP1_HUMAN_"),
            (
                &["YAP1_HUMAN_V0L", "", "wt", "YAP1_HUMAN_V1A"],
                "YAP1_HUMAN_",
            ),
            (&["TP53:R175H"], "TP53:"),
            (&["Rv0678 V1L:A2G", "Rv0678 A2G"], "Rv0678 "),
            (&["P46937_V1L", "P46937_A2G"], "P46937_"),
            (&["gb1-V1L", "gb1-typo", "gb1-V2A"], "gb1-"),
        ] {
            assert_eq!(prefix(cells).as_deref(), Some(expected), "{cells:?}");
        }
    }

    #[test]
    fn half_a_mutant_is_no_name() {
        for cells in [
            &["A34_G36D", "A34_K6R"][..],
            &["34_G36D", "34_K6R"],
            &["A34V_x", "A34V_y"],
            &["A34VV_G36D", "A34VV_K6R"],
            &["WT_G36D", "WT_K6R"],
            &["one_V1L", "two_V1L"],
            &["YAP1_", "YAP1_"],
            &["Ala_G36D"],
            &["pGB1(T2Q)-K4A", "pGB1(T2Q)-Y3A"],
            &["\u{394}Q2_Y3A", "\u{394}Q2_K4A"],
            &[],
        ] {
            assert_eq!(prefix(cells), None, "{cells:?}");
        }
    }
}
