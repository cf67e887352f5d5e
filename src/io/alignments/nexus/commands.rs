//! Blocks and commands of NEXUS files.

use std::ops::Range;

/// The text with blanks for its comments, which stand in `[]`; line ends stay, and every byte keeps its place.
pub fn uncommented(text: &[u8]) -> Vec<u8> {
    let mut plain = text.to_vec();
    let mut depth = 0usize;
    let mut quotes = Quotes::default();
    for byte in &mut plain {
        match (depth, *byte) {
            (0, b'[') if !quotes.within() => depth = 1,
            (0, _) => {
                quotes.pass(*byte);
                continue;
            }
            (_, b'[') => depth += 1,
            (_, b']') => depth -= 1,
            _ => {}
        }
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    plain
}

/// Whether one is within quotes. They begin at the start of a word, so that an apostrophe in a word is none, and end with the line.
#[derive(Default)]
struct Quotes {
    open: Option<u8>,
    in_word: bool,
}

impl Quotes {
    fn within(&self) -> bool {
        self.open.is_some()
    }

    fn pass(&mut self, byte: u8) {
        match self.open {
            Some(quote) if byte == quote || byte == b'\n' => self.open = None,
            Some(_) => {}
            None if matches!(byte, b'\'' | b'"') && !self.in_word => self.open = Some(byte),
            None => {}
        }
        self.in_word = !(byte.is_ascii_whitespace() || b"=,;()'\"".contains(&byte));
    }
}

/// A command, up to its `;`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its first word, in lower case.
    pub name: String,
    /// Where the rest lies.
    pub range: Range<usize>,
}

impl Command {
    /// Whether it is a matrix.
    pub fn is_matrix(&self) -> bool {
        self.name == "matrix"
    }

    /// The words of the rest; `=` is one of its own, and what stands in quotes is one.
    pub fn words(&self, text: &[u8]) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quotes = Quotes::default();
        for byte in String::from_utf8_lossy(&text[self.range.clone()]).chars() {
            let ascii = u8::try_from(byte).unwrap_or(b'x');
            let last = words.len() - 1;
            match byte {
                '=' if !quotes.within() => words.extend(["=".to_owned(), String::new()]),
                c if c.is_whitespace() && !quotes.within() => words.push(String::new()),
                '"' | '\'' => {}
                c => words[last].push(c),
            }
            quotes.pass(ascii);
        }
        words.retain(|word| !word.is_empty());
        words
    }
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    name: String,
    /// Where it lies, from `begin` to its end.
    pub range: Range<usize>,
    /// What stands in it.
    pub commands: Vec<Command>,
}

impl Block {
    /// Whether it holds an alignment.
    pub fn is_data(&self) -> bool {
        let known = self.name == "data" || self.name == "characters";
        known && self.commands.iter().any(Command::is_matrix)
    }
}

/// All blocks of a text without comments. What stands outside of them is left out.
pub fn blocks(text: &[u8]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (start, command) in commands(text) {
        let end = command.range.end;
        match command.name.as_str() {
            "begin" => {
                let name = command
                    .words(text)
                    .first()
                    .map(|word| word.to_ascii_lowercase());
                blocks.push(Block {
                    name: name.unwrap_or_default(),
                    range: start..end,
                    commands: Vec::new(),
                });
                open = true;
            }
            "end" | "endblock" => open = false,
            _ => {
                if let Some(block) = blocks.last_mut().filter(|_| open) {
                    block.range.end = (end + 1).min(text.len());
                    block.commands.push(command);
                }
            }
        }
    }
    blocks
}

/// All commands that end with `;`, each with where it begins.
fn commands(text: &[u8]) -> Vec<(usize, Command)> {
    let mut commands = Vec::new();
    let mut quotes = Quotes::default();
    let mut start = match text.trim_ascii_start() {
        // The first line is no command.
        rest if super::looks_like(rest) => text.len() - rest.len() + 6,
        _ => 0,
    };
    for (at, &byte) in text.iter().enumerate().skip(start) {
        if byte == b';' && !quotes.within() {
            let blanks = text[start..at]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace());
            let begin = start + blanks.count();
            let word = text[begin..at]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric());
            let behind = begin + word.count();
            let name = String::from_utf8_lossy(&text[begin..behind]).to_ascii_lowercase();
            let range = behind..at;
            commands.push((begin, Command { name, range }));
            start = at + 1;
        }
        quotes.pass(byte);
    }
    commands
}
