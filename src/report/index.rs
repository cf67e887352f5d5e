//! The page that lists many families.

use super::chapter::{Chapter, Shown};
use super::page::Page;
use crate::error::{Error, Result};
use crate::io::tables::columns::{FAMILIES, FamilyRow, push_table};
use std::io::Write;
use std::path::Path;

/// Writes the page that lists families.
///
/// # Errors
/// [`Error::Io`] if it cannot be written.
pub fn write_index(
    families: &[FamilyRow],
    (folder, created_by): (&str, &str),
    path: &Path,
    output: &mut dyn Write,
) -> Result<()> {
    let with_pages = families
        .iter()
        .filter(|family| !family.page.is_empty())
        .count();
    let mut chapter = Chapter::new("families", "Families");
    let without = match families.len() - with_pages {
        0 => String::new(),
        1 => ", and 1 family without one".into(),
        n => format!(", and {n} families without one"),
    };
    chapter.say(&format!("{with_pages} pages{without}."));
    let rows: Vec<&FamilyRow> = families.iter().collect();
    let mut text = Vec::new();
    push_table(&FAMILIES, &rows, &mut text);
    let shown = Shown {
        caption: "Families",
        example: "good for mutants",
        columns: &[
            "page",
            "target",
            "sites",
            "sequences",
            "neff_per_site",
            "converged",
            "surest",
            "precision",
            "copies",
            "spearman",
            "verdict",
        ],
        rows: 200,
        sorted: "",
        without_positions: false,
    };
    chapter.table("families", shown, text);
    let page = Page {
        title: "Families",
        subtitle: folder.to_owned(),
        created_by,
        summary: None,
        places: None,
        chapters: &[chapter],
    };
    page.write(output).map_err(Error::io("write", path))
}
