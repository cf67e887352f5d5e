//! Keeps the direction of imports: each room of `src/` knows only those to its left.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from left to right; rooms of one line do not know each other.
const ROOMS: [&[&str]; 11] = [
    &["error"],
    &["machine", "position", "statistics"],
    &["kernels"],
    &["alphabet", "state"],
    &["alignment"],
    &["model"],
    &["contacts", "mutants"],
    &["fit"],
    &["conventions"],
    &["io"],
    &["cli"],
];

/// Outside crates that some places only may know, and the word `unsafe`.
const BANS: [(&str, &[&str]); 6] = [
    ("argmin", &["fit/optimizer/"]),
    ("hdf5", &["io/models/hdf5/"]),
    ("clap", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("ndarray_linalg", &["kernels/"]),
    ("unsafe", &["kernels/", "machine/"]),
];

/// The longest a file and a function may be.
const MOST_LINES: usize = 500;
const MOST_LINES_OF_A_FUNCTION: usize = 60;
const MOST_LINES_OF_A_TEST: usize = 100;

/// The most names that the front of the library may have.
const MOST_NAMES: usize = 30;

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file: its path below `src/` and its lines without comments.
fn files() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut folders = vec![source_folder()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(source_folder()).unwrap();
                let text = fs::read_to_string(&path).unwrap();
                let lines = text.lines().map(without_comment).collect();
                found.push((name.to_str().unwrap().replace('\\', "/"), lines));
            }
        }
    }
    found.sort();
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn without_comment(line: &str) -> String {
    line.split("//").next().unwrap_or_default().to_owned()
}

/// The room of a file, or of a path after `crate::`.
fn room(path: &str) -> &str {
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    &path[..end.unwrap_or(path.len())]
}

fn level(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

/// Rooms named after `crate::` in a line; `crate::{a, b::c}` names several.
fn imports(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in line.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            Some(group) => {
                let group = group.split('}').next().unwrap_or_default();
                names.extend(group.split(',').map(|name| room(name.trim()).to_owned()));
            }
            None => names.push(room(part).to_owned()),
        }
    }
    names
}

#[test]
fn every_room_is_known() {
    for (file, _) in files() {
        let apart = ["lib.rs", "main.rs"].contains(&file.as_str()) || file.starts_with("tests/");
        let known = level(room(&file)).is_some() || apart;
        assert!(
            known,
            "src/{file} is in no room: add it to ROOMS, in its place"
        );
    }
}

#[test]
fn rooms_import_only_from_their_left() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (file, lines) in files() {
        let own = room(&file).to_owned();
        let Some(own_level) = level(&own) else {
            continue;
        };
        for (number, line) in lines.iter().enumerate() {
            for import in imports(line) {
                // The crate's own Result and Error may be named at its root.
                if import == own || import == "Result" || import == "Error" {
                    continue;
                }
                checked += 1;
                match level(&import) {
                    Some(level) if level < own_level => {}
                    _ => wrong.push(format!("src/{file}:{} imports {import}", number + 1)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 50, "only {checked} imports were seen");
}

/// Whether a line names an outside crate (or the keyword) `word`.
fn names_crate(line: &str, word: &str) -> bool {
    if word == "unsafe" {
        return line
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|w| w == word);
    }
    let line = line.trim_start();
    [format!("use {word}"), format!("pub use {word}")]
        .iter()
        .any(|start| {
            line.strip_prefix(start.as_str())
                .is_some_and(|rest| rest.starts_with("::") || rest.starts_with(';'))
        })
        || line.contains(&format!(" ::{word}::"))
        || (word != "hdf5"
            && line
                .split(word)
                .skip(1)
                .zip(line.split(word))
                .any(|(after, before)| {
                    after.starts_with("::")
                        && !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                }))
}

#[test]
fn bans_are_kept() {
    let mut wrong = Vec::new();
    let mut seen = [false; BANS.len()];
    for (file, lines) in files() {
        for (number, line) in lines.iter().enumerate() {
            for (k, (word, places)) in BANS.iter().enumerate() {
                if names_crate(line, word) {
                    seen[k] = true;
                    if !places.iter().any(|place| file.starts_with(place)) {
                        wrong.push(format!(
                            "src/{file}:{} uses {word}, allowed in {} only",
                            number + 1,
                            places.join(", ")
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen, [true; BANS.len()], "a ban that nothing could break");
}

#[test]
fn no_file_is_longer_than_a_concern() {
    for (file, lines) in files() {
        assert!(
            lines.len() <= MOST_LINES,
            "src/{file} has {} lines",
            lines.len()
        );
    }
}

/// Functions, each with the number of its first line and how many lines it has, as rustfmt lays them out.
fn functions(lines: &[String]) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let mut words = code.split_whitespace();
        let mut before = words.by_ref().take_while(|word| *word != "fn");
        let is_function =
            before.all(|word| word.starts_with("pub") || ["const", "unsafe"].contains(&word));
        let (true, Some(name)) = (is_function, words.next()) else {
            continue;
        };
        if line.ends_with(['}', ';']) {
            continue;
        }
        let end = format!("{indent}}}");
        let rest = lines[first + 1..].iter();
        let length = rest.take_while(|line| **line != end).count() + 2;
        found.push((name.to_owned(), first + 1, length));
    }
    found
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let (mut long, mut seen) = (Vec::new(), 0);
    for (file, lines) in files() {
        for (name, first, length) in functions(&lines) {
            seen += 1;
            let most = match file.ends_with("tests.rs") || file.starts_with("tests/") {
                true => MOST_LINES_OF_A_TEST,
                false => MOST_LINES_OF_A_FUNCTION,
            };
            if length > most {
                long.push(format!("src/{file}:{first} {name} has {length} lines"));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
    assert!(seen > 1000, "only {seen} functions were seen");
}

/// The library says what a setting is called, `lambda_j`; how it is written on a command line is for the program.
#[test]
fn the_library_names_no_flags() {
    let is_flag = |text: &str| {
        let mut letters = text.split("--").skip(1).map(|rest| rest.chars().next());
        letters.any(|letter| letter.is_some_and(|letter| letter.is_ascii_lowercase()))
    };
    assert!(is_flag("use --lambda-j") && !is_flag("a -- b"));
    for (file, lines) in files() {
        if file.starts_with("cli/") || file.starts_with("tests/") || file == "lib.rs" {
            continue;
        }
        // Tests, at the end of files, may run the program.
        let tests = lines.iter().position(|line| line == "#[cfg(test)]");
        for (number, line) in lines[..tests.unwrap_or(lines.len())].iter().enumerate() {
            assert!(!is_flag(line), "src/{file}:{}: {line}", number + 1);
        }
    }
}

#[test]
fn the_front_is_small() {
    let text = fs::read_to_string(source_folder().join("lib.rs")).unwrap();
    let mut names = 0;
    for line in text.lines() {
        if let Some(list) = line.strip_prefix("pub use ") {
            names += list.split(',').count();
        } else if line.starts_with("pub fn ") {
            names += 1;
        }
    }
    assert!((20..=MOST_NAMES).contains(&names), "{names} names");
}

#[test]
fn the_checks_can_fail() {
    assert_eq!(imports("use crate::{fit, io::hdf5};"), ["fit", "io"]);
    assert_eq!(imports("let x = crate::cli::main();"), ["cli"]);
    assert!(names_crate("use argmin::core::Executor;", "argmin"));
    assert!(names_crate("    let e: argmin::core::Error;", "argmin"));
    assert!(!names_crate("use crate::io::hdf5;", "hdf5"));
    assert!(names_crate("use hdf5::File;", "hdf5"));
    assert!(names_crate("unsafe { f() }", "unsafe"));
    let lines = [
        "    pub fn f(",
        "        x: u8,",
        "    ) -> u8 {",
        "        x",
        "    }",
    ];
    let lines = lines.map(String::from);
    assert_eq!(functions(&lines), [("f(".to_owned(), 1, 5)]);
}
