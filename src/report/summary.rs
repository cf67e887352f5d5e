//! What a family comes to in a line, which its page says of itself.

use super::drawing::canvas::safe_json;
use super::facts::Facts;
use crate::contacts::precision::SeparationClass;
use crate::io::tables::columns::FamilyRow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

/// How the element of a page begins that holds its summary.
const ELEMENT: &str = "<script type=\"application/json\" id=\"summary\">";

/// Bytes at the beginning of a page among which its summary is.
const HEAD: u64 = 1 << 16;

/// Of a page.
pub fn of(facts: &Facts<'_>) -> FamilyRow {
    let model = facts.model;
    let list = facts.pairs.as_ref().map(|pairs| &pairs.list);
    let structure = facts
        .pairs
        .as_ref()
        .and_then(|pairs| pairs.structure.as_ref()?.summaries.first());
    let all = structure.and_then(|s| {
        s.precision
            .iter()
            .find(|class| class.class == SeparationClass::All)
    });
    let assay = facts
        .mutants
        .as_ref()
        .and_then(|mutants| mutants.assay.as_ref());
    FamilyRow {
        page: String::new(),
        name: String::new(),
        target: model.target.clone().unwrap_or_default(),
        sites: Some(model.sites()),
        sequences: model
            .family
            .as_ref()
            .map(|family| family.weights.as_slice().len()),
        neff: model.neff(),
        neff_per_site: model.neff_per_site(),
        converged: model
            .record
            .as_ref()
            .and_then(|record| record.known_to_converge()),
        surest: list.and_then(|list| list.first()?.probability),
        precision: all.and_then(|class| {
            class
                .top
                .iter()
                .find(|top| top.list == "L")
                .map(|top| top.precision)
        }),
        copies: structure.and_then(|structure| structure.oligomer.as_ref()?.copies),
        spearman: assay.and_then(|assay| assay.spearman),
        verdict: without_details(
            facts
                .verdict
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ),
    }
}

/// What stands in parentheses is for the page itself.
fn without_details(mut words: String) -> String {
    while let (Some(start), Some(end)) = (words.find(" ("), words.find(')')) {
        if end < start {
            break;
        }
        words.replace_range(start..=end, "");
    }
    words
}

/// Writes it as an element of a page.
///
/// # Errors
/// Those of `output`.
pub fn write(family: &FamilyRow, output: &mut dyn Write) -> io::Result<()> {
    output.write_all(ELEMENT.as_bytes())?;
    let json = serde_json::to_vec(family).map_err(io::Error::other)?;
    safe_json(&json, output)?;
    output.write_all(b"</script>\n")
}

/// Of a page that was written; `None` of any other file.
pub fn read(path: &Path) -> Option<FamilyRow> {
    let file = BufReader::new(File::open(path).ok()?).take(HEAD);
    let line = file
        .lines()
        .map_while(io::Result::ok)
        .find(|line| line.starts_with(ELEMENT))?;
    let json = line.strip_prefix(ELEMENT)?.strip_suffix("</script>")?;
    serde_json::from_str(json).ok()
}
