//! Commands, options and files that pages name without running them.

use super::options::Program;
use super::pages::{Kind, Page, root, spans};

/// Folders of the project: what begins with one is a path from its root.
const FOLDERS: [&str; 10] = [
    ".ci/",
    "benches/",
    "data/",
    "docs/",
    "examples/",
    "packaging/",
    "python/",
    "src/",
    "tests/",
    "workflows/",
];

/// What a line names: all of it in a block, what stands between backticks elsewhere.
fn code<'l>(kind: Kind, line: &'l str) -> Vec<&'l str> {
    match kind {
        Kind::Code(_) => vec![line],
        Kind::Prose => spans(line),
        Kind::Fence => Vec::new(),
    }
}

/// Every option that a page gives to a command which does not have it.
pub fn unknown_options(pages: &[Page], program: &Program) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for page in pages {
        for (number, kind, line) in page.lines() {
            for code in code(kind, line) {
                for (command, option) in options_of(code, program) {
                    checked += 1;
                    let known = match command {
                        Some(command) => program.has(command, option),
                        None => program.has_anywhere(option),
                    };
                    if !known {
                        let of = command.unwrap_or("any command");
                        wrong.push(format!(
                            "{}:{number}: {option} is no option of {of}",
                            page.name
                        ));
                    }
                }
            }
        }
    }
    assert!(checked > 100, "only {checked} options were seen");
    wrong
}

/// The options in a piece of code, each with its command; without one where the code begins with the option.
fn options_of<'c>(code: &'c str, program: &Program) -> Vec<(Option<&'c str>, &'c str)> {
    let mut found = Vec::new();
    if code.starts_with("--") {
        let words = code.split([' ', '=']).filter(|word| is_option(word));
        found.extend(words.map(|word| (None, word)));
    }
    for piece in code.split(['|', ';', '&', '(', ')']) {
        let mut words = piece.split_whitespace().filter(|word| *word != "$");
        if words.next() != Some("potts") {
            continue;
        }
        let Some(command) = words.next().filter(|word| program.has_command(word)) else {
            continue;
        };
        let options = words.map(|word| word.split('=').next().unwrap());
        found.extend(
            options
                .filter(|word| is_option(word))
                .map(|word| (Some(command), word)),
        );
    }
    found
}

/// `--top` and `-o`, but neither `-` nor `-3`.
fn is_option(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            || (rest.len() > 1 && rest.starts_with('-'))
    })
}

/// Every file of the project that is named and is not there.
pub fn missing_files(pages: &[Page]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for page in pages {
        for (number, kind, line) in page.lines() {
            for path in code(kind, line).into_iter().flat_map(paths_of) {
                checked += 1;
                if !root().join(path).exists() {
                    wrong.push(format!("{}:{number}: there is no {path}", page.name));
                }
            }
        }
    }
    assert!(checked > 20, "only {checked} files were seen");
    wrong
}

/// Words that are paths from the root of the project.
fn paths_of(code: &str) -> impl Iterator<Item = &str> {
    let is_of_a_path = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    code.split(move |c| !is_of_a_path(c))
        .map(|word| word.trim_end_matches(['.', '-']))
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
}

#[test]
fn mentions_are_found() {
    assert!(is_option("--top") && is_option("-o"));
    assert!(!is_option("-") && !is_option("-3") && !is_option("--"));
    let paths: Vec<&str> = paths_of("python3 examples/a.py data/b.tsv, x/src/c.").collect();
    assert_eq!(paths, ["examples/a.py", "data/b.tsv"]);
    let program = Program::ask();
    let found = options_of(
        "gzip -c x | potts fit - -o x.h5 --lambda-j=3 --offset -3",
        &program,
    );
    let fit = Some("fit");
    assert_eq!(found, [(fit, "-o"), (fit, "--lambda-j"), (fit, "--offset")]);
    assert_eq!(options_of("--top 2L", &program), [(None, "--top")]);
    assert!(options_of("jackhmmer --incE 1", &program).is_empty());
    assert!(!program.has("info", "--lambda-j"));
}
