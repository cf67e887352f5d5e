//! How long files and functions may be, and how modules are laid out.

use super::paths::leaves;
use super::source::{Source, read_folder, words};
use std::collections::BTreeSet;

/// The longest a file may be.
const MOST_LINES: usize = 500;

/// The longest a function may be, from `fn` to its brace.
const MOST_LINES_OF_FUNCTION: usize = 60;

/// The most names that the front of the library may have.
const MOST_NAMES: usize = 30;

/// All Rust of the project.
fn all() -> Vec<Source> {
    let folders = ["src", "tests", "benches", "examples"];
    let sources: Vec<Source> = folders.into_iter().flat_map(read_folder).collect();
    for folder in folders {
        assert!(
            sources.iter().any(|source| source.path.starts_with(folder)),
            "{folder}"
        );
    }
    sources
}

fn long_files(sources: &[Source]) -> Vec<String> {
    let long = sources.iter().filter(|source| source.lines > MOST_LINES);
    long.map(|source| format!("{} has {} lines", source.path, source.lines))
        .collect()
}

fn long_functions(sources: &[Source]) -> (Vec<String>, usize) {
    let (mut long, mut seen) = (Vec::new(), 0);
    for source in sources {
        for function in source.functions() {
            seen += 1;
            let lines = function.lines.len();
            if lines > MOST_LINES_OF_FUNCTION {
                let (name, start) = (&function.name, function.lines.start);
                long.push(format!("{}:{start} {name} has {lines} lines", source.path));
            }
        }
    }
    (long, seen)
}

/// Files with a folder of the same name beside them: a module is `x.rs`, or `x/mod.rs` with others.
fn files_beside_their_folder(sources: &[Source]) -> Vec<String> {
    let own = sources
        .iter()
        .filter(|source| source.path.starts_with("src/"));
    let own: Vec<&str> = own.map(|source| source.path.as_str()).collect();
    let folders: BTreeSet<&str> = own
        .iter()
        .flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]))
        .collect();
    let beside = own
        .iter()
        .filter(|path| folders.contains(path.trim_end_matches(".rs")));
    beside.map(|path| (*path).to_owned()).collect()
}

/// What the library promises: names that `lib.rs` hands on, and its own functions.
fn names_of_front(source: &Source) -> Vec<String> {
    let mut names = Vec::new();
    for line in source.code.lines() {
        if let Some(tree) = line.strip_prefix("pub use ") {
            let leaves = leaves(tree.trim_end_matches(';'));
            names.extend(leaves.into_iter().map(|(_, name)| name));
        } else if let Some(function) = line.strip_prefix("pub fn ") {
            names.extend(words(function).next().map(|(_, name)| name.to_owned()));
        }
    }
    names
}

#[test]
fn the_front_is_small() {
    let sources = read_folder("src");
    let front = sources.iter().find(|source| source.path == "src/lib.rs");
    let names = names_of_front(front.unwrap());
    assert!((20..=MOST_NAMES).contains(&names.len()), "{names:?}");
}

#[test]
fn no_file_is_longer_than_a_concern() {
    let long = long_files(&all());
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_function_is_longer_than_a_thought() {
    let (long, seen) = long_functions(&all());
    assert!(long.is_empty(), "{}", long.join("\n"));
    assert!(seen > 1500, "only {seen} functions were seen");
}

#[test]
fn modules_are_laid_out_in_one_way() {
    let beside = files_beside_their_folder(&all());
    assert!(
        beside.is_empty(),
        "beside a folder of the same name: {beside:?}"
    );
}

#[test]
fn the_checks_of_sizes_can_fail() {
    let of_lines = |lines: usize| Source::new("src/a.rs", &"x\n".repeat(lines));
    assert!(long_files(&[of_lines(500)]).is_empty());
    assert_eq!(long_files(&[of_lines(501)]), ["src/a.rs has 501 lines"]);
    let function = |lines: usize| {
        Source::new(
            "src/a.rs",
            &format!("fn f() {{\n{}}}\n", "x;\n".repeat(lines - 2)),
        )
    };
    assert_eq!(long_functions(&[function(60)]), (vec![], 1));
    let (long, _) = long_functions(&[function(61)]);
    assert_eq!(long, ["src/a.rs:1 f has 61 lines"]);
    let front = "pub use a::{B, c as d};\nmod e;\npub fn f() {}\n    pub fn g() {}\n";
    let names = names_of_front(&Source::new("src/lib.rs", front));
    assert_eq!(names, ["B", "d", "f"]);
    let at = |path: &str| Source::new(path, "");
    let sources = [
        at("src/a.rs"),
        at("src/a/b.rs"),
        at("src/c/mod.rs"),
        at("src/c/d.rs"),
    ];
    assert_eq!(files_beside_their_folder(&sources), ["src/a.rs"]);
}
