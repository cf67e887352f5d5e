//! `index.html`: the pages of a batch of `potts report`, in a table that sorts.

use super::MANIFEST;
use super::item::Item;
use super::manifest::{self, Event, Status};
use crate::cli::created_by::created_by;
use crate::cli::messages::Messages;
use crate::error::{Error, Result};
use crate::io::files::output::write_file;
use crate::io::tables::columns::FamilyRow;
use crate::report::index::write_index;
use crate::report::summary::read;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Its name, which no family may have.
const INDEX: &str = "index.html";

/// Writes the list of all pages in the folder, whichever run made them, and of what became of the others.
///
/// # Errors
/// If it cannot be written, or a file of that name is something else.
pub fn write(folder: &Path, messages: &Messages) -> Result<()> {
    let path = folder.join(INDEX);
    let mut last: BTreeMap<String, Event> = BTreeMap::new();
    for event in manifest::read(&folder.join(MANIFEST)).unwrap_or_default() {
        last.insert(event.name.clone(), event);
    }
    let families: Vec<FamilyRow> = last
        .values()
        .filter_map(|event| family(folder, event))
        .collect();
    if families.is_empty() {
        return Ok(());
    }
    check_free(folder)?;
    write_file(&path, true, |output| {
        write_index(
            &families,
            (&folder.display().to_string(), &created_by()),
            &path,
            output,
        )
    })?;
    messages.field("written", path.display());
    Ok(())
}

/// Refuses a folder where a file of the list's name is something else, a link to nowhere too.
///
/// # Errors
/// [`Error::Exists`].
pub fn check_free(folder: &Path) -> Result<()> {
    let path = folder.join(INDEX);
    let is_ours = || {
        std::fs::read_to_string(&path).is_ok_and(|page| page.contains("data-table=\"families\""))
    };
    match path.symlink_metadata().is_ok() && !is_ours() {
        true => {
            let problem =
                "it is there, and no list of pages: move it away, or choose another folder";
            Err(Error::io("write", &path)(io::Error::other(problem)))
        }
        false => Ok(()),
    }
}

/// Refuses a family whose page would be the list.
///
/// # Errors
/// [`Error::Usage`], naming it.
pub fn check_names(items: &[Item]) -> Result<()> {
    match items.iter().find(|item| item.output == INDEX) {
        Some(item) => Err(Error::Usage(format!(
            "a family is called {}, and its page would be that of the list: give it another name",
            item.name
        ))),
        None => Ok(()),
    }
}

/// A family, by its page, or by why there is none.
fn family(folder: &Path, event: &Event) -> Option<FamilyRow> {
    let page = read(&folder.join(&event.output));
    match (page, event.status) {
        (Some(found), _) => Some(FamilyRow {
            page: event.output.clone(),
            name: event.name.clone(),
            ..found
        }),
        (None, Status::Failed) => Some(FamilyRow {
            name: event.name.clone(),
            verdict: format!("failed: {}", event.reason),
            ..FamilyRow::default()
        }),
        (None, _) => None,
    }
}
