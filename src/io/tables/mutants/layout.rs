//! What a table of mutants looks like, told from its first line.

use super::records::Record;
use crate::error::{Error, Place, Result};
use crate::io::tables::cells;
use crate::io::tables::columns::{self, Column, Results};
use crate::mutants::Mutant;

/// Columns that hold mutants, the likeliest first; case does not matter. MaveDB's is `hgvs_pro`.
const MUTANT_COLUMNS: [&str; 11] = [
    "mutant",
    "mutants",
    "mutation",
    "mutations",
    "variant",
    "variants",
    "mut",
    "hgvs_pro",
    "hgvs_p",
    "hgvs",
    "aa_mutations",
];

/// The separator of plain lists, and of tables with a single column.
pub const TAB: u8 = b'\t';

/// Columns and separator of a table.
#[derive(Debug, Clone)]
pub struct Layout {
    pub(super) separator: u8,
    /// The header; `None` for a plain list of mutants.
    pub(super) header: Option<Record>,
    pub(super) names: Vec<String>,
    pub(super) mutant: usize,
}

impl Layout {
    /// The layout of a file that starts with `first`, with the mutants in `column` if one is named.
    pub(super) fn of(mut first: Record, file: &str, column: Option<&str>) -> Result<Self> {
        if column.is_none() && Mutant::parse(cells::text(&first.bytes)).is_ok() {
            return Ok(Self::list());
        }
        for separator in [TAB, b',', b';'] {
            first.split(separator);
            let names = names(&first);
            if let Some(mutant) = find(&names, column) {
                return Ok(Self::table(separator, first, names, mutant));
            }
        }
        first.split(likely_separator(&mut first.clone()));
        Err(no_column(&names(&first), file, column))
    }

    /// One mutant a line and nothing else.
    fn list() -> Self {
        Self {
            separator: TAB,
            header: None,
            names: vec!["mutant".into()],
            mutant: 0,
        }
    }

    fn table(separator: u8, header: Record, names: Vec<String>, mutant: usize) -> Self {
        Self {
            separator,
            header: Some(header),
            names,
            mutant,
        }
    }

    /// The separator that input and output have in common.
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// Columns of the input that give way to those of the same name that are added.
    pub fn replaced(&self, added: &[Column<Results>]) -> Vec<&str> {
        let columns = self.names.iter().zip(self.kept(added));
        let replaced = columns.filter(|(_, keep)| !keep);
        replaced.map(|(name, _)| name.as_str()).collect()
    }

    /// Whether each column is passed on when these are added.
    pub(super) fn kept(&self, added: &[Column<Results>]) -> Vec<bool> {
        let is_added = |name: &String| columns::names(added).any(|other| other == name);
        let names = self.names.iter().enumerate();
        names
            .map(|(k, name)| k == self.mutant || !is_added(name))
            .collect()
    }

    /// Name of the column that holds the mutants; `None` for a plain list.
    pub fn mutant_column(&self) -> Option<&str> {
        self.header.as_ref()?;
        Some(&self.names[self.mutant])
    }

    /// The column with this name.
    ///
    /// # Errors
    /// If there is none, in `file` as the user named it.
    pub(super) fn column(&self, name: &str, file: &str) -> Result<usize> {
        find_named(&self.names, name).ok_or_else(|| no_column(&self.names, file, Some(name)))
    }
}

fn names(header: &Record) -> Vec<String> {
    let cells = header.cells.iter();
    cells
        .map(|range| {
            String::from_utf8_lossy(&cells::text(&header.bytes[range.clone()])).into_owned()
        })
        .collect()
}

/// The separator that splits a line into the most cells.
fn likely_separator(line: &mut Record) -> u8 {
    let mut best = (1, TAB);
    for separator in [TAB, b',', b';'] {
        line.split(separator);
        if line.cells.len() > best.0 {
            best = (line.cells.len(), separator);
        }
    }
    best.1
}

fn find(names: &[String], column: Option<&str>) -> Option<usize> {
    match column {
        Some(name) => find_named(names, name),
        None => MUTANT_COLUMNS
            .iter()
            .find_map(|name| find_named(names, name)),
    }
}

/// A column by its name; one that differs in case only will do.
fn find_named(names: &[String], name: &str) -> Option<usize> {
    let exact = names.iter().position(|n| n == name);
    exact.or_else(|| names.iter().position(|n| n.eq_ignore_ascii_case(name)))
}

fn no_column(names: &[String], file: &str, column: Option<&str>) -> Error {
    const SHOWN: usize = 30;
    let place = Place::file(file);
    if column.is_none() && names.iter().any(|name| Mutant::parse(name).is_ok()) {
        return Error::input(
            place,
            "the first line holds a mutant among other cells, so the table has no header",
            "put the names of its columns in a first line, such as mutant,score",
        );
    }
    let mut found: Vec<String> = names.iter().take(SHOWN).map(|n| format!("'{n}'")).collect();
    if names.len() > SHOWN {
        found.push(format!("and {} more", names.len() - SHOWN));
    }
    let wanted = column.map_or_else(
        || "no column with mutants was found by its name".to_string(),
        |name| format!("there is no column '{name}'"),
    );
    let advice = match column {
        Some(_) => "check the name; columns are separated by tabs, commas or semicolons",
        None => "name the column that holds the mutants with `column=NAME`",
    };
    let problem = format!("{wanted}; the columns are {}", found.join(", "));
    Error::input(place, problem, advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::tables::columns::RESULTS;

    fn layout(line: &str, column: Option<&str>) -> Result<Layout> {
        let record = Record {
            bytes: line.into(),
            ..Record::default()
        };
        Layout::of(record, "t.csv", column)
    }

    #[test]
    fn separator_and_column_are_found_together() {
        for (line, separator, mutant) in [
            ("mutant,score", b',', 0),
            ("id\tMutation", b'\t', 1),
            ("a;\"b,c,d\";Variants", b';', 2),
            ("mutant\tscore (a, b, c)", b'\t', 0),
            ("mutations,mutant", b',', 1),
            ("accession,hgvs_nt,hgvs_splice,hgvs_pro,score", b',', 3),
            ("mutant", TAB, 0),
        ] {
            let found = layout(line, None).unwrap();
            assert_eq!(
                (found.separator, found.mutant),
                (separator, mutant),
                "{line}"
            );
        }
        assert_eq!(layout("a,b,c", Some("B")).unwrap().mutant, 1);
    }

    #[test]
    fn a_first_line_that_is_a_mutant_starts_a_list() {
        for line in ["A42G", "A42G,L57V", "p.Ala42Gly", "wt"] {
            assert_eq!(layout(line, None).unwrap().mutant_column(), None, "{line}");
        }
    }

    #[test]
    fn columns_that_are_added_are_replaced() {
        let found = layout("mutant,potts_score,score,note", None).unwrap();
        assert_eq!(found.replaced(&RESULTS), ["potts_score", "note"]);
        assert_eq!(found.replaced(&RESULTS[..1]), ["potts_score"]);
        let found = layout("status,a", Some("status")).unwrap();
        assert!(found.replaced(&RESULTS).is_empty());
    }

    #[test]
    fn a_table_without_mutants_is_refused_with_its_columns() {
        let message = |line, column| layout(line, column).unwrap_err().to_string();
        let unknown = message("id,score", None);
        assert!(
            unknown.contains("the columns are 'id', 'score'") && unknown.contains("`column=NAME`")
        );
        assert!(message("A42G,0.5", None).contains("no header"));
        assert!(
            message("mutant;score", Some("x"))
                .contains("no column 'x'; the columns are 'mutant', 'score'")
        );
    }
}
