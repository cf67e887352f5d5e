//! Holds README and book against the program: what they print is what happens, what they name is there.
//!
//! `TRYCMD=overwrite cargo test --release --test book` writes anew what the program prints, and the tables of its options.

/// The parts of the check.
mod book {
    pub mod links;
    pub mod mentions;
    pub mod options;
    pub mod pages;
    pub mod run;
    pub mod vary;
}

use book::pages::{Page, chapters, root};
use std::collections::BTreeSet;

#[test]
fn what_is_printed_is_what_happens() {
    book::run::run(&chapters());
}

#[test]
fn options_are_those_of_the_help() {
    book::options::check(&root().join("docs/options.md"));
}

#[test]
fn commands_that_are_not_run_have_options_that_exist() {
    let wrong = book::mentions::unknown_options(&chapters(), &book::options::Program::ask());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The book, and the pages that it leads to.
fn linked_pages() -> Vec<Page> {
    let mut pages = chapters();
    for name in [
        "data/README.md",
        "data/other_programs/README.md",
        "packaging/README.md",
        "workflows/README.md",
    ] {
        pages.push(Page::read(name));
    }
    pages
}

#[test]
fn links_lead_somewhere() {
    let wrong = book::links::broken(&linked_pages());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_that_are_named_are_there() {
    let wrong = book::mentions::missing_files(&linked_pages());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_chapter_is_in_the_summary_once() {
    let summary = Page::read("docs/SUMMARY.md");
    let listed: Vec<String> = book::links::targets(&summary.text);
    let names: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(names.len(), listed.len(), "a chapter is listed twice");
    let there: BTreeSet<String> = chapters()
        .into_iter()
        .filter_map(|page| page.name.strip_prefix("docs/").map(str::to_owned))
        .filter(|name| name != "SUMMARY.md")
        .collect();
    assert_eq!(names, there);
}

#[test]
fn pages_have_a_size_that_is_read() {
    let readme = Page::read("README.md");
    assert!(
        readme.text.len() <= 9000,
        "README.md has {} bytes",
        readme.text.len()
    );
    // The list of all options is looked up in, and as long as there are options.
    let read = |page: &Page| page.name != "docs/options.md";
    for page in chapters().into_iter().filter(read) {
        let lines = page.text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", page.name);
    }
}

#[test]
fn every_room_of_the_sources_has_its_place_in_the_architecture() {
    let text = Page::read("docs/architecture.md").text;
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let entry = entry.unwrap();
        let room = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let told =
                text.contains(&format!("\n## {room}\n")) || text.contains(&format!("`{room}/`"));
            assert!(told, "docs/architecture.md says nothing of src/{room}/");
        }
    }
}
