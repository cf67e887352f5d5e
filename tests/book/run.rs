//! Runs the blocks marked `console` by trycmd, each page in a folder of its own.

use super::pages::{Kind, Page, root};
use super::vary::mask;
use std::collections::{HashMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program.
pub const POTTS: &str = env!("CARGO_BIN_EXE_potts");

/// Lines of the alignment that make a small family for batches.
const SMALL_FAMILY: usize = 900;

/// Runs all pages that have something to run, and writes them anew where `TRYCMD=overwrite` asks for it.
pub fn run(pages: &[Page]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let model = fitted_once(&folder);
    let pages: Vec<&Page> = pages
        .iter()
        .filter(|page| !page.commands().is_empty())
        .collect();
    assert!(
        pages.len() > 5,
        "only {} pages have anything to run",
        pages.len()
    );
    for page in &pages {
        check_blocks(page);
        lay_out(page, &folder, &model);
    }
    let cases = trycmd::TestCases::new();
    cases.register_bin("potts", Path::new(POTTS));
    cases.register_bin("head", on_path("head").as_path());
    cases.case(folder.join("*.md")).run();
    for page in &pages {
        let printed = fs::read_to_string(case(page, &folder)).unwrap();
        if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
            fs::write(page.path(), merged(page, &printed)).unwrap();
        }
    }
}

/// The model that chapters start from.
fn fitted_once(folder: &Path) -> PathBuf {
    let model = folder.join("family.h5");
    let alignment = root().join("data/planted.a2m");
    let done = Command::new(POTTS)
        .arg("fit")
        .arg(alignment)
        .arg("--quiet")
        .arg("--output")
        .arg(&model)
        .status()
        .unwrap();
    assert!(done.success());
    model
}

/// trycmd takes a block without a language for one to run, and skips commands that it does not know.
fn check_blocks(page: &Page) {
    for (number, kind, _) in page.lines() {
        assert_ne!(
            kind,
            Kind::Code(""),
            "{}:{number}: a block without a language",
            page.name
        );
    }
    for command in page.commands() {
        let known = command.starts_with("potts ") || command.starts_with("head ");
        assert!(known, "{}: '{command}' would not be run", page.name);
    }
}

/// The copy of a page that is run.
fn case(page: &Page, folder: &Path) -> PathBuf {
    folder.join(page.name.replace('/', "-"))
}

/// The page without what varies, and beside it the folder that its commands run in.
fn lay_out(page: &Page, folder: &Path, model: &Path) {
    let case = case(page, folder);
    fs::write(&case, masked(page)).unwrap();
    let inside = case.with_extension("in");
    let families = inside.join("families");
    fs::create_dir_all(&families).unwrap();
    let data = root().join("data");
    fs::copy(data.join("planted.a2m"), inside.join("family.a2m")).unwrap();
    fs::copy(data.join("planted.cif"), inside.join("fold.cif")).unwrap();
    fs::copy(data.join("planted_mutants.csv"), inside.join("assay.csv")).unwrap();
    for file in fs::read_dir(data.join("by_hand")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), inside.join(file.file_name())).unwrap();
    }
    fs::write(
        inside.join("assay_eu.csv"),
        "mutant;score\nA24C;-2,9094\nA24D;-3,1746\n",
    )
    .unwrap();
    let assay = fs::read_to_string(inside.join("assay.csv")).unwrap();
    fs::write(inside.join("shifted.csv"), counted_from_one(&assay)).unwrap();
    fs::write(
        inside.join("numbers.tsv"),
        "reference\tposition\n100\t24\n100a\t25\n101\t26\n",
    )
    .unwrap();
    let alignment = fs::read_to_string(inside.join("family.a2m")).unwrap();
    let small: Vec<&str> = alignment.lines().take(SMALL_FAMILY).collect();
    for name in ["first", "second"] {
        fs::write(families.join(name).with_extension("a2m"), small.join("\n")).unwrap();
    }
    fs::write(
        inside.join("list.txt"),
        "families/first.a2m\nfamilies/second.a2m\n",
    )
    .unwrap();
    fs::write(
        inside.join("models.txt"),
        "models/first.h5\nmodels/second.h5\n",
    )
    .unwrap();
    if !page.commands().into_iter().any(fits_the_family) {
        fs::copy(model, inside.join("family.h5")).unwrap();
    }
}

/// A table of mutants of the family, whose target begins at 24, with its first residue as number 1.
fn counted_from_one(assay: &str) -> String {
    let moved = |part: &str| {
        let number: u64 = part[1..part.len() - 1].parse().unwrap();
        format!("{}{}{}", &part[..1], number - 23, &part[part.len() - 1..])
    };
    let mut lines = assay.lines();
    let mut table = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let (mutant, rest) = line.split_once(',').unwrap();
        let parts: Vec<String> = mutant.split(':').map(moved).collect();
        table += &format!("{},{rest}\n", parts.join(":"));
    }
    table
}

/// Whether a command writes `family.h5`.
fn fits_the_family(command: &str) -> bool {
    command.starts_with("potts fit family.a2m")
        && (!command.contains(" -o ") || command.contains(" -o family.h5"))
}

/// The page with another output of each command, line by line; all else stays.
fn with_output(page: &Page, mut change: impl FnMut(Vec<&str>) -> Vec<String>) -> String {
    let mut text = String::new();
    let mut output = Vec::new();
    for (_, kind, line) in page.lines() {
        if kind == Kind::Code("console") && !line.starts_with("$ ") {
            output.push(line);
            continue;
        }
        for changed in change(std::mem::take(&mut output)) {
            text += &changed;
            text.push('\n');
        }
        text += line;
        text.push('\n');
    }
    text
}

/// The page as it is run: without what varies, and with the end of the last line, which trycmd wants to see as an empty one.
fn masked(page: &Page) -> String {
    with_output(page, |output| {
        let open = output.last().is_some_and(|line| *line != "...");
        let mut lines: Vec<String> = output.into_iter().map(mask).collect();
        if open {
            lines.push(String::new());
        }
        lines
    })
}

/// What was printed, with the numbers of the page where nothing but what varies has changed.
fn merged(page: &Page, printed: &str) -> String {
    let mut before: HashMap<String, VecDeque<String>> = HashMap::new();
    with_output(page, |output| {
        for line in output {
            let lines = before.entry(mask(line)).or_default();
            lines.push_back(line.to_owned());
        }
        Vec::new()
    });
    let printed = Page {
        name: page.name.clone(),
        text: printed.to_owned(),
    };
    with_output(&printed, |mut output| {
        if output.last() == Some(&"") {
            output.pop();
        }
        let mut line_of_page = |line: &str| {
            let same = before.get_mut(&mask(line)).and_then(VecDeque::pop_front);
            same.unwrap_or_else(|| line.to_owned())
        };
        output.into_iter().map(&mut line_of_page).collect()
    })
}

/// A program of the system.
fn on_path(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("there is no '{name}' on PATH"))
}

#[test]
fn numbers_that_vary_stay_and_words_change() {
    let page = |text: &str| Page {
        name: "x.md".to_owned(),
        text: format!("1.5 s\n```console\n$ potts x 1.5 s\n{text}\n```\n"),
    };
    let before = page("took 1.5 s\nold 1.5 s");
    assert!(masked(&before).contains("\ntook [..] s\nold [..] s\n\n```"));
    assert!(masked(&page("first\n...")).contains("\nfirst\n...\n```"));
    let after = page("took [..] s\nnew 2.5 s\n").text;
    assert_eq!(merged(&before, &after), page("took 1.5 s\nnew 2.5 s").text);
    assert!(fits_the_family("potts fit family.a2m -q"));
    assert!(!fits_the_family("potts fit family.a2m -q -o other.h5"));
}
