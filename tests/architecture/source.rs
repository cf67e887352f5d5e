//! Rust sources as text: what is code, what stands in strings, where functions and tests begin and end.

use std::fs;
use std::ops::Range;
use std::path::Path;

/// A file: its path below the checkout, and what stands in it.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: String,
    pub lines: usize,
    /// The text with blanks for comments and for what is in strings; lines and places are those of the file.
    pub code: String,
    /// Line, from 1, and contents of each string.
    pub strings: Vec<(usize, String)>,
}

/// A function with a body: its name and its lines, from 1.
#[derive(Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub lines: Range<usize>,
}

/// All sources below a folder of the checkout, by the alphabet.
pub fn read_folder(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source::new(&name.replace('\\', "/"), &text));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let mut source = Self {
            path: path.into(),
            lines: text.lines().count(),
            code: String::with_capacity(text.len()),
            strings: Vec::new(),
        };
        let mut rest = text;
        while !rest.is_empty() {
            let (part, length) = first_part(rest);
            let (taken, left) = rest.split_at(length);
            match part {
                Part::Code => source.code.push_str(taken),
                Part::Comment => source.code.push_str(&blank(taken)),
                Part::Text(contents) => {
                    let line = source.code.matches('\n').count() + 1;
                    source.strings.push((line, taken[contents.clone()].into()));
                    source.code.push_str(&taken[..contents.start]);
                    source.code.push_str(&blank(&taken[contents.clone()]));
                    source.code.push_str(&taken[contents.end..]);
                }
            }
            rest = left;
        }
        source
    }

    /// The path below `src/`.
    pub fn below_src(&self) -> &str {
        self.path.strip_prefix("src/").unwrap_or(&self.path)
    }

    pub fn line_of(&self, place: usize) -> usize {
        self.code[..place].matches('\n').count() + 1
    }

    /// Functions with a body, those within others too.
    pub fn functions(&self) -> Vec<Function> {
        let starts = words(&self.code).filter(|(_, word)| *word == "fn");
        let function = |(start, _): (usize, &str)| {
            let rest = &self.code[start + 2..];
            let name = words(rest).next().filter(|(at, _)| *at == 1)?.1;
            let body = start + 2 + body(rest)?;
            let end = closing(&self.code, body);
            Some(Function {
                name: name.into(),
                lines: self.line_of(start)..self.line_of(end) + 1,
            })
        };
        starts.filter_map(function).collect()
    }

    /// The code without what is compiled for tests only and stands in this file.
    pub fn code_without_tests(&self) -> String {
        const MARK: &str = "#[cfg(test)]";
        let mut code = self.code.clone();
        while let Some(start) = code.find(MARK) {
            let item = start + MARK.len();
            let end = match code[item..].find(['{', ';']) {
                Some(at) if code[item + at..].starts_with('{') => closing(&code, item + at) + 1,
                Some(at) => item + at + 1,
                None => code.len(),
            };
            let blanks = blank(&code[start..end]);
            code.replace_range(start..end, &blanks);
        }
        code
    }

    /// Modules for tests only that are files of their own.
    pub fn test_modules(&self) -> Vec<String> {
        let marked = self.code.split("#[cfg(test)]").skip(1);
        let module = |item: &str| {
            let (head, _) = item.split_once(';')?;
            let name = head.split_once("mod ")?.1.trim();
            let is_name = !head.contains('{') && name.chars().all(is_of_word);
            is_name.then(|| name.to_owned())
        };
        marked.filter_map(module).collect()
    }
}

/// What a text begins with.
enum Part {
    Code,
    Comment,
    /// A string, and where its contents lie.
    Text(Range<usize>),
}

/// The part that `text` begins with, and its length.
fn first_part(text: &str) -> (Part, usize) {
    if text.starts_with("//") {
        return (Part::Comment, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (Part::Comment, block_comment(text));
    }
    if let Some((contents, length)) = string(text) {
        return (Part::Text(contents), length);
    }
    if let Some(length) = character(text) {
        return (Part::Text(1..length - 1), length);
    }
    // A word as a whole, so that the r of `for"` begins no string.
    let word = text.find(|c| !is_of_word(c)).unwrap_or(text.len());
    let first = text.chars().next().map_or(0, char::len_utf8);
    (Part::Code, word.max(first))
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut place) = (0, 0);
    while place < text.len() {
        let rest = &text.as_bytes()[place..];
        match (rest.starts_with(b"/*"), rest.starts_with(b"*/")) {
            (true, _) => depth += 1,
            (_, true) => depth -= 1,
            _ => {
                place += 1;
                continue;
            }
        }
        place += 2;
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

/// Where the contents of a string lie that `text` begins with, and the length of it all.
fn string(text: &str) -> Option<(Range<usize>, usize)> {
    let prefix = text
        .bytes()
        .take(3)
        .position(|c| matches!(c, b'"' | b'#'))?;
    let letters = &text[..prefix];
    if !["", "b", "c", "r", "br", "cr"].contains(&letters) {
        return None;
    }
    let hashes = text[prefix..].find(|c| c != '#')?;
    let start = prefix + hashes + 1;
    if !text[prefix + hashes..].starts_with('"') || (hashes > 0 && !letters.contains('r')) {
        return None;
    }
    if letters.contains('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        let length = text[start..].find(&end)?;
        return Some((start..start + length, start + length + end.len()));
    }
    let mut escaped = false;
    let end = text[start..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some((start..start + end, start + end + 1))
}

/// The length of a character in quotes that `text` begins with, and that is no lifetime.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let length = match inner.strip_prefix('\\') {
        Some(escape) => 2 + escape[1..].find('\'')?,
        None => inner.chars().next()?.len_utf8(),
    };
    inner[length..].starts_with('\'').then_some(length + 2)
}

/// As long, with the same line ends.
fn blank(text: &str) -> String {
    let blank = |byte| if byte == b'\n' { '\n' } else { ' ' };
    text.bytes().map(blank).collect()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of a code and where they begin.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut place = 0;
    std::iter::from_fn(move || {
        let start = place + code[place..].find(is_of_word)?;
        let length = code[start..].find(|c| !is_of_word(c));
        place = length.map_or(code.len(), |length| start + length);
        Some((start, &code[start..place]))
    })
}

/// Where the body of a function begins, after its name; none of a declaration.
fn body(code: &str) -> Option<usize> {
    let mut depth = 0;
    for (place, sign) in code.char_indices() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return Some(place),
            _ => {}
        }
    }
    None
}

/// Where the brace that opens there closes.
pub fn closing(code: &str, opening: usize) -> usize {
    let mut depth = 0;
    for (place, sign) in code[opening..].char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return opening + place;
        }
    }
    code.len()
}

#[test]
fn code_is_told_from_comments_and_strings() {
    let text = "let a = \"x // {\"; // fn no() {\n/* { /* */ } */ let b = '{'; let c: &'static str = r#\"--a\"b\"#;\n";
    let source = Source::new("x.rs", text);
    assert_eq!(source.code.len(), text.len());
    assert!(!source.code.contains(['{', '}']) && !source.code.contains("fn"));
    assert!(source.code.contains("let b") && source.code.contains("'static str"));
    let strings = [(1, "x // {"), (2, "{"), (2, "--a\"b")];
    assert_eq!(
        source.strings,
        strings.map(|(line, text)| (line, text.to_owned()))
    );
    let escaped = Source::new(
        "x.rs",
        r#"let a = "\\"; let b = "\"{"; let c = '\''; let d = '\\'; {}"#,
    );
    assert_eq!(escaped.code.matches('{').count(), 1);
}

#[test]
fn functions_are_found_with_their_ends() {
    let text = "fn a(x: [u8; 3]) -> Vec<u8>\nwhere\n    u8: Copy,\n{\n    fn b() {}\n}\ntrait T {\n    fn c();\n}\ntype F = fn(u8) -> u8;\n";
    let found = Source::new("x.rs", text).functions();
    let function = |name: &str, lines| Function {
        name: name.into(),
        lines,
    };
    assert_eq!(found, [function("a", 1..7), function("b", 5..6)]);
}

#[test]
fn tests_are_left_out() {
    let text = "use a;\n#[cfg(test)]\nmod tests {\n    use b;\n}\n#[cfg(test)]\nmod testing;\n#[cfg(test)]\nuse c;\nuse d;\n";
    let source = Source::new("x.rs", text);
    let code = source.code_without_tests();
    assert!(code.contains("use a") && code.contains("use d"));
    assert!(
        !["use b", "use c", "mod"]
            .iter()
            .any(|word| code.contains(word))
    );
    assert_eq!(source.test_modules(), ["testing"]);
}
