//! The pages, and what they are made of.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A page in Markdown.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its path from the root, with slashes.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// What a line of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'p> {
    /// Of the text.
    Prose,
    /// The fence before or after a block.
    Fence,
    /// In a block marked with this language, which may be empty.
    Code(&'p str),
}

impl Page {
    /// A page by its path from the root.
    pub fn read(name: &str) -> Self {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self {
            name: name.to_owned(),
            text,
        }
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        root().join(&self.name)
    }

    /// The lines, each with its number from 1 and what it is.
    pub fn lines(&self) -> impl Iterator<Item = (usize, Kind<'_>, &str)> {
        let mut language = None;
        self.text.lines().enumerate().map(move |(index, line)| {
            let kind = match (line.strip_prefix("```"), language) {
                (Some(after), None) => {
                    language = Some(after.trim());
                    Kind::Fence
                }
                (Some(_), Some(_)) => {
                    language = None;
                    Kind::Fence
                }
                (None, Some(language)) => Kind::Code(language),
                (None, None) => Kind::Prose,
            };
            (index + 1, kind, line)
        })
    }

    /// Commands of the blocks that are run, without the `$`.
    pub fn commands(&self) -> Vec<&str> {
        self.lines()
            .filter(|(_, kind, _)| *kind == Kind::Code("console"))
            .filter_map(|(_, _, line)| line.strip_prefix("$ "))
            .collect()
    }
}

/// README and all files of the book, in the order of their names.
pub fn chapters() -> Vec<Page> {
    let mut names = vec!["README.md".to_owned()];
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    assert!(names.len() > 15, "the book was not found");
    names.iter().map(|name| Page::read(name)).collect()
}

/// What stands between backticks in a line.
pub fn spans(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

#[test]
fn lines_know_where_they_are() {
    let page = Page {
        name: "x.md".to_owned(),
        text: "a\n```console\n$ potts x\nout\n```\nb `c` d `e`\n".to_owned(),
    };
    let kinds: Vec<Kind> = page.lines().map(|(_, kind, _)| kind).collect();
    let code = Kind::Code("console");
    assert_eq!(
        kinds,
        [
            Kind::Prose,
            Kind::Fence,
            code,
            code,
            Kind::Fence,
            Kind::Prose
        ]
    );
    assert_eq!(page.commands(), ["potts x"]);
    assert_eq!(spans("b `c` d `e`"), ["c", "e"]);
}
