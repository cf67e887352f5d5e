//! Links between pages: files and headings.

use super::pages::{Kind, Page, root, spans};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// Every link of the pages that leads nowhere.
pub fn broken(pages: &[Page]) -> Vec<String> {
    let mut anchors = HashMap::new();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for page in pages {
        for target in targets(&page.text) {
            checked += 1;
            if !leads_somewhere(page, &target, &mut anchors) {
                wrong.push(format!("{}: {target} leads nowhere", page.name));
            }
        }
    }
    assert!(checked > 60, "only {checked} links were seen");
    wrong
}

/// Targets of all links and pictures of a page, but for those on the web.
pub fn targets(text: &str) -> Vec<String> {
    let page = Page {
        name: String::new(),
        text: text.to_owned(),
    };
    let mut found = Vec::new();
    for (_, kind, line) in page.lines() {
        if kind != Kind::Prose || line.starts_with("    ") {
            continue;
        }
        let line = without_code(line);
        for (start, end) in [("](", ')'), ("src=\"", '"')] {
            let links = line.split(start).skip(1);
            found.extend(
                links
                    .filter_map(|rest| rest.split(end).next())
                    .map(str::to_owned),
            );
        }
    }
    found.retain(|target| !target.contains("://"));
    found
}

fn without_code(line: &str) -> String {
    spans(line).into_iter().fold(line.to_owned(), |line, code| {
        line.replacen(&format!("`{code}`"), "", 1)
    })
}

fn leads_somewhere(
    page: &Page,
    target: &str,
    anchors: &mut HashMap<PathBuf, BTreeSet<String>>,
) -> bool {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = Path::new(&page.name).parent().unwrap();
    let path = match file {
        "" => page.path(),
        file => root().join(folder).join(file),
    };
    if anchor.is_empty() {
        return path.exists();
    }
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let known = anchors
        .entry(path)
        .or_insert_with_key(|path| headings(&fs::read_to_string(path).unwrap_or_default()));
    known.contains(anchor)
}

/// The anchors of a page: its headings in small letters, with dashes for blanks and without punctuation.
fn headings(text: &str) -> BTreeSet<String> {
    let page = Page {
        name: String::new(),
        text: text.to_owned(),
    };
    page.lines()
        .filter(|(_, kind, line)| *kind == Kind::Prose && line.starts_with('#'))
        .map(|(_, _, line)| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn links_and_anchors_are_found() {
    let text =
        "# A b, c\n[x](y.md#z) `[no](no)` <img src=\"p.svg\"> [w](https://w)\n```sh\n[n](n)\n```\n";
    assert_eq!(targets(text), ["y.md#z", "p.svg"]);
    assert!(headings(text).contains("a-b-c"));
    assert_eq!(anchor("6. What `it` costs"), "6-what-it-costs");
    let page = Page::read("docs/README.md");
    let mut anchors = HashMap::new();
    assert!(leads_somewhere(
        &page,
        "#how-to-read-the-examples",
        &mut anchors
    ));
    assert!(!leads_somewhere(&page, "nowhere.md", &mut anchors));
    assert!(!leads_somewhere(&page, "SUMMARY.md#nowhere", &mut anchors));
}
