//! The chapter of the book that tells what is measured here.

use super::Outcome;
use super::asked::GROUPS;
use super::made::KINDS;
use crate::support::checkout;
use std::fmt::Write;
use std::fs;

/// All below this line of the chapter is made here.
const MARK: &str = "<!-- Below: what the tests found. TRYCMD=overwrite cargo test --release --test program kinds -->\n";

/// The chapter must be what was found; `TRYCMD=overwrite` makes it so.
pub fn check(tables: &[Vec<Vec<Outcome>>]) {
    let chapter = checkout("docs/kinds.md");
    let text = fs::read_to_string(&chapter).unwrap();
    let (head, told) = text.split_once(MARK).expect("the mark is in the chapter");
    let made = tables_of(tables);
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        fs::write(&chapter, format!("{head}{MARK}{made}")).unwrap();
        return;
    }
    for (line, made) in told.lines().zip(made.lines()) {
        assert_eq!(
            line, made,
            "docs/kinds.md is not what happens: TRYCMD=overwrite"
        );
    }
    assert_eq!(told.lines().count(), made.lines().count());
}

/// A table a group, and below all of them the words of the refusals.
fn tables_of(tables: &[Vec<Vec<Outcome>>]) -> String {
    let mut refusals: Vec<&str> = Vec::new();
    let mut text = String::new();
    for ((title, group), rows) in GROUPS.iter().zip(tables) {
        let headings: Vec<&str> = group.iter().map(|asked| asked.heading).collect();
        writeln!(text, "\n## {}\n\n| | {} |", title, headings.join(" | ")).unwrap();
        writeln!(text, "|---|{}", "---|".repeat(group.len())).unwrap();
        for (kind, row) in KINDS.iter().zip(rows) {
            let cells: Vec<String> = row.iter().map(|one| cell(one, &mut refusals)).collect();
            writeln!(text, "| {} | {} |", kind.title, cells.join(" | ")).unwrap();
        }
    }
    writeln!(text, "\n## What the refusals say\n").unwrap();
    for (k, words) in refusals.iter().enumerate() {
        // As code, so that the book leaves hyphens as they are.
        let words = words.replace('`', "").replace('\n', "`\\\n   `");
        writeln!(text, "{}. `{words}`", k + 1).unwrap();
    }
    text
}

/// `yes`, or the number of a refusal.
fn cell<'o>(outcome: &'o Outcome, refusals: &mut Vec<&'o str>) -> String {
    let Outcome::Refused(words) = outcome else {
        return "yes".into();
    };
    let known = refusals.iter().position(|other| other == words);
    let number = known.unwrap_or_else(|| {
        refusals.push(words);
        refusals.len() - 1
    });
    format!("no ({})", number + 1)
}
