//! The direction of imports: each room of `src/` knows only those to its left. And inside a room, files that know each other form no circle.

use super::paths::{Module, Modules, Path, module_of};
use super::source::{Source, read_folder};
use std::collections::{BTreeMap, BTreeSet};

/// Rooms from left to right; rooms of one line do not know each other.
const ROOMS: [&[&str]; 19] = [
    &["error"],
    &["alphabet", "machine", "position", "random", "statistics"],
    &["kernels"],
    &["state"],
    &["alignment"],
    &["model"],
    &["contacts", "mutants", "structure"],
    &["choices", "sites"],
    &["sample"],
    &["partition"],
    &["energies", "evaluation"],
    &["calibration"],
    &["design"],
    &["fit"],
    &["conventions"],
    &["io"],
    &["report"],
    &["cli"],
    &["tests"],
];

/// The front hands on what is its own.
const FRONT: [&str; 2] = ["lib.rs", "main.rs"];

fn room(module: &[String]) -> &str {
    module.first().map_or("", String::as_str)
}

fn level(rooms: &[&[&str]], room: &str) -> Option<usize> {
    rooms.iter().position(|line| line.contains(&room))
}

/// Files that are in no room.
fn homeless(sources: &[Source], rooms: &[&[&str]]) -> Vec<String> {
    let is_known = |source: &&Source| {
        let own = module_of(source.below_src());
        FRONT.contains(&source.below_src()) || level(rooms, room(&own)).is_some()
    };
    let others = sources.iter().filter(|source| !is_known(source));
    others.map(|source| source.path.clone()).collect()
}

/// Imports from the right, or from a room of the same line; and how many imports were looked at.
fn wrong_imports(modules: &Modules, rooms: &[&[&str]]) -> (Vec<String>, usize) {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (module, file) in modules.iter() {
        let own = room(module);
        let Some(own_level) = level(rooms, own) else {
            continue;
        };
        for named in &file.named {
            // What the front hands on belongs to a room, too.
            let home = modules.home(&named.path).unwrap_or(&named.path);
            let other = room(home);
            if other == own || other.is_empty() {
                continue;
            }
            seen += 1;
            if level(rooms, other).is_none_or(|level| level >= own_level) {
                wrong.push(format!(
                    "{}:{} imports {}",
                    file.source.path,
                    named.line,
                    named.path.join("::")
                ));
            }
        }
    }
    (wrong, seen)
}

/// For each file of each room those of the same room that it knows. A module knows those inside it as a matter of course: that they know it,
/// too, is no circle.
fn graph(modules: &Modules) -> BTreeMap<Path, BTreeSet<Path>> {
    let of_file = |(module, file): (&Path, &Module)| {
        let homes = file
            .named
            .iter()
            .filter_map(|named| modules.home(&named.path));
        let others = homes.filter(|home| room(home) == room(module) && !home.starts_with(module));
        (module.clone(), others.map(<[String]>::to_vec).collect())
    };
    modules.iter().map(of_file).collect()
}

/// Groups of files each of which knows, by way of others, all of its group.
fn circles(graph: &BTreeMap<Path, BTreeSet<Path>>) -> Vec<Vec<String>> {
    let reached: BTreeMap<&Path, BTreeSet<&Path>> = graph
        .keys()
        .map(|start| (start, reachable(graph, start)))
        .collect();
    let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
    for (start, there) in &reached {
        let back = there
            .iter()
            .filter(|other| reached[**other].contains(start));
        let group: Vec<String> = back.map(|other| other.join("/")).collect();
        if !group.is_empty() {
            found.insert(group);
        }
    }
    found.into_iter().collect()
}

/// Which of these files names which, and where.
fn within(modules: &Modules, files: &[String]) -> String {
    let is_one = |module: &[String]| files.contains(&module.join("/"));
    let mut lines = BTreeSet::new();
    for (module, file) in modules.iter().filter(|(module, _)| is_one(module)) {
        for named in &file.named {
            let home = modules.home(&named.path).unwrap_or_default();
            if is_one(home) && !home.starts_with(module) {
                let path = named.path.join("::");
                lines.insert(format!("{}:{} names {path}", file.source.path, named.line));
            }
        }
    }
    lines.into_iter().collect::<Vec<_>>().join("\n  ")
}

fn reachable<'g>(graph: &'g BTreeMap<Path, BTreeSet<Path>>, start: &Path) -> BTreeSet<&'g Path> {
    let (mut found, mut next): (BTreeSet<&Path>, Vec<&Path>) = Default::default();
    next.extend(graph.get(start).into_iter().flatten());
    while let Some(file) = next.pop() {
        if found.insert(file) {
            next.extend(graph.get(file).into_iter().flatten());
        }
    }
    found
}

#[test]
fn every_file_is_in_a_room() {
    let homeless = homeless(&read_folder("src"), &ROOMS);
    assert!(
        homeless.is_empty(),
        "in no room: {homeless:?}; add it to ROOMS, in its place"
    );
}

#[test]
fn rooms_import_only_from_their_left() {
    let sources = read_folder("src");
    let (wrong, seen) = wrong_imports(&Modules::of(&sources), &ROOMS);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 300, "only {seen} imports were seen");
}

#[test]
fn no_files_of_a_room_form_a_circle() {
    let sources = read_folder("src");
    let modules = Modules::of(&sources);
    let graph = graph(&modules);
    let edges: usize = graph.values().map(BTreeSet::len).sum();
    assert!(edges > 200, "only {edges} imports within rooms were seen");
    let circles = circles(&graph);
    let told: Vec<String> = circles
        .iter()
        .map(|files| format!("{}\n  {}", files.join(" <-> "), within(&modules, files)))
        .collect();
    assert!(circles.is_empty(), "{}", told.join("\n"));
}

#[test]
fn the_checks_of_rooms_can_fail() {
    let rooms: [&[&str]; 3] = [&["a"], &["b", "c"], &["d"]];
    let sources = [
        Source::new("src/lib.rs", "pub use d::Thing;\n"),
        Source::new("src/a/mod.rs", "use crate::b::x;\n"),
        Source::new("src/b.rs", "use crate::c;\nuse crate::a::y;\n"),
        Source::new("src/c.rs", "fn f() -> crate::Thing {}\n"),
        Source::new("src/d.rs", "use crate::{a, b::z};\n"),
        Source::new("src/e.rs", ""),
    ];
    assert_eq!(homeless(&sources, &rooms), ["src/e.rs"]);
    let (wrong, seen) = wrong_imports(&Modules::of(&sources), &rooms);
    assert_eq!(
        wrong,
        [
            "src/a/mod.rs:1 imports b::x",
            "src/b.rs:1 imports c",
            "src/c.rs:1 imports Thing"
        ]
    );
    assert_eq!(seen, 6);
}

#[test]
fn the_check_of_circles_can_fail() {
    let found = |texts: [&str; 3]| {
        let sources = [
            Source::new(
                "src/a/mod.rs",
                "mod x;\nmod y;\nmod z;\npub use x::X;\npub use y::Y;\n",
            ),
            Source::new("src/a/x.rs", texts[0]),
            Source::new("src/a/y.rs", texts[1]),
            Source::new("src/a/z.rs", texts[2]),
        ];
        circles(&graph(&Modules::of(&sources)))
    };
    assert!(found(["use super::Y;", "use super::z;", ""]).is_empty());
    let all = ["a/x", "a/y", "a/z"].map(str::to_owned).to_vec();
    assert_eq!(
        found(["use super::Y;", "use super::z;", "use crate::a::X;"]),
        [all]
    );
    let two = ["a/x", "a/y"].map(str::to_owned).to_vec();
    assert_eq!(
        found(["use super::y;", "fn f() { super::x::g() }", "use super::x;"]),
        [two]
    );
}
