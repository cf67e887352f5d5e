//! The words of a CIF file: names, values in their three kinds of quotes, and keywords.

use crate::error::Result;
use crate::io::alignments::text::Text;
use crate::io::structures::unfinished::wrong;

/// What to do about a file that breaks off or is not written as CIF is.
pub const ADVICE: &str = "the file was probably cut off, or changed by an editor: fetch it again";

/// A value, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'t> {
    pub text: &'t [u8],
    is_quoted: bool,
}

impl<'t> Value<'t> {
    /// The value, if there is one: `.` and `?` without quotes stand for none.
    pub fn known(self) -> Option<&'t [u8]> {
        let is_none = !self.is_quoted && matches!(self.text, b"." | b"?");
        (!is_none).then_some(self.text)
    }
}

/// A word of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'t> {
    /// `data_1ABC`: another block begins.
    Block(&'t [u8]),
    /// `loop_`: names and then rows follow.
    Loop,
    /// `_atom_site.id`.
    Name(&'t [u8]),
    /// A value.
    Value(Value<'t>),
    /// `save_`, `stop_` and `global_`, which structures do not have.
    Other,
}

/// Words, one after the other.
pub struct Tokens<'t> {
    text: &'t Text,
    bytes: &'t [u8],
    at: usize,
    /// The line of the next word.
    line: u64,
    /// A word that was looked at, and its line.
    ahead: Option<(Token<'t>, u64)>,
}

impl<'t> Tokens<'t> {
    /// The words of a text.
    pub fn new(text: &'t Text) -> Self {
        Self {
            text,
            bytes: text.bytes(),
            at: 0,
            line: text.first_line(),
            ahead: None,
        }
    }

    /// The next word and its line; `None` at the end.
    ///
    /// # Errors
    /// If a quote has no end.
    pub fn next(&mut self) -> Result<Option<(Token<'t>, u64)>> {
        match self.ahead.take() {
            Some(word) => Ok(Some(word)),
            None => self.word(),
        }
    }

    /// The next word, if it is a value.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn next_value(&mut self) -> Result<Option<Value<'t>>> {
        match self.next()? {
            Some((Token::Value(value), _)) => Ok(Some(value)),
            other => {
                self.ahead = other;
                Ok(None)
            }
        }
    }

    /// The next word, if it is a name.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn next_name(&mut self) -> Result<Option<&'t [u8]>> {
        match self.next()? {
            Some((Token::Name(name), _)) => Ok(Some(name)),
            other => {
                self.ahead = other;
                Ok(None)
            }
        }
    }

    /// Gives a word back that was the last.
    pub fn put_back(&mut self, token: Token<'t>) {
        self.ahead = Some((token, self.line));
    }

    /// The line of the next word.
    pub fn line(&self) -> u64 {
        self.ahead.as_ref().map_or(self.line, |(_, line)| *line)
    }

    fn word(&mut self) -> Result<Option<(Token<'t>, u64)>> {
        self.skip_blanks();
        let line = self.line;
        let Some(&first) = self.bytes.get(self.at) else {
            return Ok(None);
        };
        let starts_line = self.at == 0 || self.bytes[self.at - 1] == b'\n';
        let token = match first {
            b';' if starts_line => self.text_field()?,
            b'\'' | b'"' => self.quoted(first)?,
            _ => self.plain(),
        };
        Ok(Some((token, line)))
    }

    fn skip_blanks(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => self.line += 1,
                b'#' => {
                    let rest = &self.bytes[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    continue;
                }
                byte if byte.is_ascii_whitespace() || byte == 0 => {}
                _ => return,
            }
            self.at += 1;
        }
    }

    /// Lines up to one that begins with `;`.
    fn text_field(&mut self) -> Result<Token<'t>> {
        let start = self.at + 1;
        let Some(length) = memchr::memmem::find(&self.bytes[start..], b"\n;") else {
            return Err(self.without_end("';' at its beginning", "a line that begins with ';'"));
        };
        let text = &self.bytes[start..start + length];
        self.line += memchr::memchr_iter(b'\n', text).count() as u64 + 1;
        self.at = start + length + 2;
        Ok(Token::Value(Value {
            text,
            is_quoted: true,
        }))
    }

    /// Up to the same quote before a blank; within a word it is a letter.
    fn quoted(&mut self, quote: u8) -> Result<Token<'t>> {
        let start = self.at + 1;
        let rest = &self.bytes[start..];
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let is_end = |&at: &usize| line.get(at + 1).is_none_or(u8::is_ascii_whitespace);
        let Some(length) = memchr::memchr_iter(quote, line).find(is_end) else {
            let quote = char::from(quote);
            return Err(self.without_end(&format!("a quote {quote}"), "the same quote in its line"));
        };
        self.at = start + length + 1;
        Ok(Token::Value(Value {
            text: &line[..length],
            is_quoted: true,
        }))
    }

    fn plain(&mut self) -> Token<'t> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(u8::is_ascii_whitespace);
        let word = &rest[..length.unwrap_or(rest.len())];
        self.at += word.len();
        let begins = |keyword: &[u8]| {
            word.len() >= keyword.len() && word[..keyword.len()].eq_ignore_ascii_case(keyword)
        };
        match word {
            [b'_', ..] => Token::Name(word),
            _ if begins(b"data_") => Token::Block(&word[5..]),
            _ if word.eq_ignore_ascii_case(b"loop_") => Token::Loop,
            _ if begins(b"save_") || word.eq_ignore_ascii_case(b"stop_") => Token::Other,
            _ if word.eq_ignore_ascii_case(b"global_") => Token::Other,
            text => Token::Value(Value {
                text,
                is_quoted: false,
            }),
        }
    }

    fn without_end(&self, what: &str, end: &str) -> crate::error::Error {
        let problem = format!("{what} opens a value that has no end: {end} is expected");
        wrong(self.text, self.line, problem, ADVICE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn words(text: &str) -> Result<Vec<(String, u64)>> {
        let text = Text::new("x", Arc::new(text.as_bytes().to_vec()));
        let mut tokens = Tokens::new(&text);
        let mut found = Vec::new();
        while let Some((token, line)) = tokens.next()? {
            let shown = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
            let word = match token {
                Token::Block(name) => format!("block {}", shown(name)),
                Token::Loop => "loop".into(),
                Token::Name(name) => format!("name {}", shown(name)),
                Token::Value(value) => value.known().map_or("none".into(), shown),
                Token::Other => "other".into(),
            };
            found.push((word, line));
        }
        Ok(found)
    }

    #[test]
    fn values_are_quoted_in_three_ways() {
        let text = "data_X # a note\nloop_\n_a.b\n_a.c\nO5' 'O5''\n\"a' b\" '.'\n. ?\n;first\n second;\n;\n'third'\na#b\nsave_\n";
        let found = words(text).unwrap();
        let expected = [
            ("block X", 1),
            ("loop", 2),
            ("name _a.b", 3),
            ("name _a.c", 4),
            ("O5'", 5),
            ("O5'", 5),
            ("a' b", 6),
            (".", 6),
            ("none", 7),
            ("none", 7),
            ("first\n second;", 8),
            ("third", 11),
            ("a#b", 12),
            ("other", 13),
        ];
        let found: Vec<(&str, u64)> = found.iter().map(|(w, l)| (w.as_str(), *l)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_without_an_end_is_named_with_its_line() {
        for (text, line) in [("data_X\n_a.b 'x\n", 2), ("data_X\n_a.b\n;x\n\n", 3)] {
            let message = words(text).unwrap_err().to_string();
            assert!(message.contains(&format!("line {line}")), "{message}");
            assert!(message.contains("no end"), "{message}");
        }
    }
}
