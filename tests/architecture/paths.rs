//! Which module a file is, and to which files the paths in it lead.

use super::source::{Source, closing, words};
use std::collections::{BTreeMap, BTreeSet};

/// Names from the root of the crate on.
pub type Path = Vec<String>;

/// A path that a file names, and the line.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub path: Path,
    pub line: usize,
}

/// Files of the crate by what they are called in paths, without their tests.
pub struct Modules<'s> {
    files: BTreeMap<Path, Module<'s>>,
}

pub struct Module<'s> {
    pub source: &'s Source,
    /// Paths that its own code names.
    pub named: Vec<Named>,
    /// What it hands on under a name of its own, and from where.
    handed_on: BTreeMap<String, Path>,
}

/// The module that a file below `src/` is: `fit/mod.rs` is `fit`.
pub fn module_of(path: &str) -> Path {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut names: Path = path.split('/').map(str::to_owned).collect();
    if names
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        names.pop();
    }
    names
}

/// Modules that are compiled for tests only.
fn tests(sources: &[Source]) -> BTreeSet<Path> {
    let of_file = |source: &Source| {
        let module = module_of(source.below_src());
        let names = source.test_modules().into_iter();
        names
            .map(move |name| joined(&module, &[name]))
            .collect::<Vec<_>>()
    };
    sources.iter().flat_map(of_file).collect()
}

fn joined(start: &[String], rest: &[String]) -> Path {
    [start, rest].concat()
}

impl<'s> Modules<'s> {
    pub fn of(sources: &'s [Source]) -> Self {
        let tests = tests(sources);
        let is_test = |module: &Path| (1..=module.len()).any(|k| tests.contains(&module[..k]));
        let own = sources
            .iter()
            .filter(|source| source.path.starts_with("src/"));
        let all: BTreeMap<Path, &Source> = own
            .map(|source| (module_of(source.below_src()), source))
            .filter(|(module, source)| !is_test(module) && source.below_src() != "main.rs")
            .collect();
        let known: BTreeSet<Path> = all.keys().cloned().collect();
        let module = |(module, source): (Path, &'s Source)| {
            let (named, handed_on) = paths_of(source, &module, &known);
            let found = Module {
                source,
                named,
                handed_on,
            };
            (module, found)
        };
        Self {
            files: all.into_iter().map(module).collect(),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Module<'s>)> {
        self.files.iter()
    }

    /// The file where what a path names is written, as a module.
    pub fn home<'p>(&'p self, path: &'p [String]) -> Option<&'p [String]> {
        let longest = (1..=path.len())
            .rev()
            .find(|&k| self.files.contains_key(&path[..k]))?;
        let (module, rest) = path.split_at(longest);
        let handed_on = rest
            .first()
            .and_then(|name| self.files[module].handed_on.get(name));
        match handed_on {
            // A name may be handed on twice, from room to room.
            Some(from) if from.as_slice() != path => self.home(from),
            _ => Some(module),
        }
    }
}

/// All paths of the crate that a file names outside its tests, and what it hands on.
fn paths_of(
    source: &Source,
    module: &[String],
    known: &BTreeSet<Path>,
) -> (Vec<Named>, BTreeMap<String, Path>) {
    let code = source.code_without_tests();
    let (mut named, mut handed_on) = (Vec::new(), BTreeMap::new());
    let mut rest_of_code = code.clone();
    for (start, _) in words(&code).filter(|(_, word)| *word == "use") {
        let end = start + code[start..].find(';').unwrap_or(code.len() - start);
        let inside = inner_module(&code, start, module);
        let is_public = code[..start].trim_end().ends_with(['b', ')'])
            && words(&code[..start])
                .last()
                .is_some_and(|(_, word)| ["pub", "crate", "super"].contains(&word));
        for (path, name) in leaves(code[start + 3..end].trim()) {
            let Some(path) = absolute(&path, &inside, known) else {
                continue;
            };
            if is_public && path.starts_with(module) {
                handed_on.insert(name, path);
            } else {
                let line = source.line_of(start);
                named.push(Named { path, line });
            }
        }
        let blanks = " ".repeat(end - start);
        rest_of_code.replace_range(start..end, &blanks);
    }
    for (place, path) in inline_paths(&rest_of_code) {
        let inside = inner_module(&code, place, module);
        if let Some(path) = absolute(&path, &inside, known) {
            let line = source.line_of(place);
            named.push(Named { path, line });
        }
    }
    (named, handed_on)
}

/// The module that a place belongs to: that of the file, or one written inside it.
fn inner_module(code: &str, place: usize, module: &[String]) -> Path {
    let mut found = module.to_vec();
    for (start, _) in words(&code[..place]).filter(|(_, word)| *word == "mod") {
        let Some((_, name)) = words(&code[start + 3..]).next() else {
            continue;
        };
        let opening = start + code[start..].find(['{', ';']).unwrap_or(0);
        if code[opening..].starts_with('{') && closing(code, opening) > place {
            found.push(name.to_owned());
        }
    }
    found
}

/// The paths of a `use`, each with the name that it gets here.
pub fn leaves(tree: &str) -> Vec<(Path, String)> {
    let split = |text: &str| -> Path {
        let names = text
            .split("::")
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    let Some((head, group)) = tree.split_once('{') else {
        let (path, alias) = tree
            .split_once(" as ")
            .map_or((tree, None), |(p, a)| (p, Some(a)));
        let mut path = split(path);
        if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
            path.pop();
        }
        let name = alias.map(|alias| alias.trim().to_owned());
        let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
        return vec![(path, name)];
    };
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (place, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[start..]);
    let head = split(head);
    let below = parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty());
    below
        .flat_map(leaves)
        .map(|(path, name)| {
            let path = joined(&head, &path);
            match path.last().is_some_and(|last| last == "self") {
                true => (
                    path[..path.len() - 1].to_vec(),
                    head.last().cloned().unwrap_or_default(),
                ),
                false => (path, name),
            }
        })
        .collect()
}

/// Paths of two names or more in code, and where they begin.
fn inline_paths(code: &str) -> Vec<(usize, Path)> {
    let mut found: Vec<(usize, Path)> = Vec::new();
    let mut end = 0;
    for (start, word) in words(code) {
        let follows = end > 0 && code[end..start].trim() == "::";
        match found.last_mut() {
            Some((_, path)) if follows => path.push(word.to_owned()),
            _ => found.push((start, vec![word.to_owned()])),
        }
        end = start + word.len();
    }
    found.retain(|(start, path)| path.len() > 1 && !code[..*start].trim_end().ends_with('.'));
    found
}

/// A path from the root, if it is one of the crate.
fn absolute(path: &[String], module: &[String], known: &BTreeSet<Path>) -> Option<Path> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some(joined(module, rest)),
        "super" => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            let above = module.len().checked_sub(ups)?;
            Some(joined(&module[..above], &path[ups..]))
        }
        _ => {
            let child = joined(module, std::slice::from_ref(first));
            known.contains(&child).then(|| joined(module, path))
        }
    }
}

#[cfg(test)]
fn path(text: &str) -> Path {
    text.split("::").map(str::to_owned).collect()
}

#[test]
fn uses_are_taken_apart() {
    let found = leaves("crate::{a::{self, B, c::D as E}, f::*}");
    let expected = [
        ("crate::a", "a"),
        ("crate::a::B", "B"),
        ("crate::a::c::D", "E"),
        ("crate::f::*", "*"),
    ];
    let expected = expected.map(|(text, name)| (path(text), name.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn paths_lead_to_the_file_where_a_thing_is_written() {
    let sources = [
        Source::new("src/lib.rs", "pub mod a;\npub use a::Thing;\n"),
        Source::new(
            "src/a/mod.rs",
            "mod thing;\nmod user;\npub use thing::Thing;\npub struct Own;\n",
        ),
        Source::new("src/a/thing.rs", "pub struct Thing;\n"),
        Source::new(
            "src/a/user.rs",
            "use super::{Own, Thing};\nfn f() { super::thing::g(); x.y::<u8>(); }\n#[cfg(test)]\nuse super::other;\n",
        ),
    ];
    let modules = Modules::of(&sources);
    let user = &modules.files[&path("a::user")];
    let homes: Vec<String> = user
        .named
        .iter()
        .map(|named| modules.home(&named.path).unwrap().join("::"))
        .collect();
    assert_eq!(homes, ["a", "a::thing", "a::thing"]);
    assert_eq!(user.named[2].line, 2);
}
