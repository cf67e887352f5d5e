//! Crates, keywords and words that one place only may know.

use super::source::{Source, read_folder, words};

/// Outside crates, and where they may be used.
const CRATES: [(&str, &[&str]); 5] = [
    ("argmin", &["fit/optimizer/"]),
    ("hdf5", &["io/models/hdf5/", "tests/"]),
    ("clap", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("ndarray_linalg", &["kernels/"]),
];

/// Where code may be `unsafe`; the program alone can have something done before its libraries begin, which takes an attribute of this name.
const UNSAFE: [&str; 3] = ["kernels/", "machine/", "main.rs"];

/// Where texts may speak of `--options`: the library speaks of settings. The harness that runs tests has options of its own.
const OPTIONS: [&str; 2] = ["cli/", "tests/support.rs"];

/// Macros that end the program where what they write to is full or closed, and arguments that do where one is no text.
const MACROS: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

fn may(source: &Source, places: &[&str]) -> bool {
    places
        .iter()
        .any(|place| source.below_src().starts_with(place))
}

/// Lines that name the crate: `use hdf5::File`, or `hdf5::File` where nothing else is called `hdf5`.
fn uses_of_crate(source: &Source, name: &str) -> Vec<usize> {
    let code = &source.code;
    let is_here = |start: usize, word: &str| {
        let before = code[..start].trim_end();
        let after = code[start + word.len()..].trim_start();
        // Not `crate::io::hdf5::X`, and not a field or a lifetime.
        let leads = !before.ends_with("::") || is_rooted(before);
        let is_use = words(before).last().is_some_and(|(_, word)| word == "use");
        leads && !before.ends_with(['.', '\'']) && (after.starts_with("::") || is_use)
    };
    let mut lines: Vec<usize> = words(code)
        .filter(|(start, word)| *word == name && is_here(*start, word))
        .filter(|(start, _)| {
            !is_module(source, name)
                || is_rooted(code[..*start].trim_end())
                || follows_use(code, *start)
        })
        .map(|(start, _)| source.line_of(start))
        .collect();
    lines.dedup();
    lines
}

/// Whether a path begins with `::`.
fn is_rooted(before: &str) -> bool {
    let Some(start) = before.strip_suffix("::") else {
        return false;
    };
    !start.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>')
}

fn follows_use(code: &str, start: usize) -> bool {
    words(&code[..start])
        .last()
        .is_some_and(|(at, word)| word == "use" && code[at + 3..start].trim().is_empty())
}

/// Whether something of the crate is called `name` in this file: a module, or an import.
fn is_module(source: &Source, name: &str) -> bool {
    let code = &source.code;
    let of_name = words(code).filter(|(_, word)| *word == name);
    of_name.into_iter().any(|(start, word)| {
        let before = code[..start].trim_end();
        let after = code[start + word.len()..].trim_start();
        let declared = words(before).last().is_some_and(|(_, word)| word == "mod");
        let imported = (before.ends_with("::") || before.ends_with(['{', ',']))
            && after.starts_with([';', ',', '}']);
        declared || imported
    })
}

/// Lines with this keyword.
fn uses_of_keyword(source: &Source, keyword: &str) -> Vec<usize> {
    let found = words(&source.code).filter(|(_, word)| *word == keyword);
    found.map(|(start, _)| source.line_of(start)).collect()
}

/// Lines of strings with an option such as `--lambda-j`.
fn options_in_strings(source: &Source) -> Vec<usize> {
    let names_option = |text: &str| {
        let mut parts = text.split("--");
        let mut before = parts.next().unwrap_or_default();
        parts.any(|part| {
            let begins = !before.ends_with(|c: char| c.is_alphanumeric() || c == '-');
            before = part;
            begins && part.starts_with(|c: char| c.is_ascii_lowercase())
        })
    };
    let strings = source.strings.iter();
    let found = strings.filter(|(_, text)| names_option(text));
    found.map(|(line, _)| *line).collect()
}

/// Uses outside of their places, and how many there are at all.
fn outside(
    sources: &[Source],
    what: &str,
    places: &[&str],
    uses: impl Fn(&Source) -> Vec<usize>,
) -> (Vec<String>, usize) {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for source in sources {
        let lines = uses(source);
        seen += lines.len();
        if !may(source, places) {
            let places = places.join(", ");
            let told = |line| {
                format!(
                    "{}:{line} has {what}, allowed in {places} only",
                    source.path
                )
            };
            wrong.extend(lines.into_iter().map(told));
        }
    }
    (wrong, seen)
}

#[test]
fn crates_stay_in_their_places() {
    let sources = read_folder("src");
    let mut all = Vec::new();
    for (name, places) in CRATES {
        let (wrong, seen) = outside(&sources, name, places, |source| uses_of_crate(source, name));
        assert!(
            seen > 0,
            "{name} is banned from nowhere: there is no use of it"
        );
        all.extend(wrong);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn unsafe_code_is_in_the_kernels_and_about_the_machine() {
    let sources = read_folder("src");
    let uses = |source: &Source| uses_of_keyword(source, "unsafe");
    let (wrong, seen) = outside(&sources, "unsafe", &UNSAFE, uses);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 0);
}

#[test]
fn the_library_speaks_of_settings() {
    let sources = read_folder("src");
    let (wrong, seen) = outside(
        &sources,
        "an option in a text",
        &OPTIONS,
        options_in_strings,
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 20, "only {seen} options were seen");
}

#[test]
fn the_bans_can_fail() {
    let lines = |text: &str, name| uses_of_crate(&Source::new("src/a.rs", text), name);
    assert_eq!(lines("use argmin::core::Executor;", "argmin"), [1]);
    assert_eq!(lines("\nlet e: argmin::core::Error;", "argmin"), [2]);
    assert_eq!(lines("let e: ::hdf5::Error;", "hdf5"), [1]);
    assert_eq!(lines("use hdf5;", "hdf5"), [1]);
    assert!(lines("use crate::io::hdf5;\nhdf5::read();", "hdf5").is_empty());
    assert!(lines("use crate::io::{self, hdf5};\nhdf5::read();", "hdf5").is_empty());
    assert!(lines("pub mod hdf5;\nuse hdf5_of::x;\nhdf5::read();", "hdf5").is_empty());
    assert!(
        lines(
            "// argmin::x\nlet a = \"argmin::x\"; let argmin = b.argmin;",
            "argmin"
        )
        .is_empty()
    );
    let source = Source::new(
        "src/a.rs",
        "unsafe { f() }\nlet a = \"raise --lambda-j\"; // --x\nlet b = \"a--b -- c\";",
    );
    assert_eq!(uses_of_keyword(&source, "unsafe"), [1]);
    assert_eq!(options_in_strings(&source), [2]);
    let (wrong, seen) = outside(&[source], "unsafe", &UNSAFE, |source| {
        uses_of_keyword(source, "unsafe")
    });
    assert_eq!((wrong.len(), seen), (1, 1));
}

/// Lines of code with `name!`, tests left out.
fn uses_of_macro(source: &Source, name: &str) -> Vec<usize> {
    let code = source.code_without_tests();
    let found = words(&code)
        .filter(|(start, word)| *word == name && code[start + word.len()..].starts_with('!'));
    found.map(|(start, _)| source.line_of(start)).collect()
}

/// Lines with `env::args`, and not `args_os`.
fn uses_of_arguments(source: &Source) -> Vec<usize> {
    let places = source
        .code
        .match_indices("env::args")
        .map(|(start, _)| start);
    places
        .filter(|start| !source.code[start + 9..].starts_with("_os"))
        .map(|start| source.line_of(start))
        .collect()
}

#[test]
fn a_closed_stream_or_an_odd_path_ends_nothing() {
    let sources = read_folder("src");
    let program: Vec<Source> = sources
        .into_iter()
        .filter(|source| !source.below_src().starts_with("tests/"))
        .collect();
    for name in MACROS {
        let (wrong, _) = outside(&program, &format!("{name}!"), &[], |source| {
            uses_of_macro(source, name)
        });
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    let (wrong, _) = outside(&program, "env::args", &[], uses_of_arguments);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_check_of_streams_can_fail() {
    let source = Source::new(
        "src/a.rs",
        "fn f() {\n    println!(\"x\");\n    // eprintln!\n    std::env::args();\n    std::env::args_os();\n}\n",
    );
    assert_eq!(uses_of_macro(&source, "println"), [2]);
    assert!(uses_of_macro(&source, "eprintln").is_empty());
    assert_eq!(uses_of_arguments(&source), [4]);
}
