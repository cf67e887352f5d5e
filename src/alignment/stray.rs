//! The first character of a file's sequences that no sequence has.

/// A character that is no letter of a sequence, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// What it is.
    pub character: char,
    /// Whether it is a byte that is no text, whose value the character has.
    pub is_byte: bool,
    /// The name of its row.
    pub record: String,
    /// Its line, counted from 1.
    pub line: u64,
    /// The character of that line, counted from 1, where it could be found.
    pub column: Option<usize>,
}

/// Whether a byte is neither a letter, a gap nor the `*` of a stop.
pub fn is_odd(byte: u8) -> bool {
    !(byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'.' | b'~' | b'*'))
}

/// Whether a row has such a byte. Without a way out early, many letters are looked at in one step.
pub fn has_odd(letters: &[u8]) -> bool {
    letters.iter().fold(false, |any, &byte| any | is_odd(byte))
}

/// What to do about `?` and `_`, with which some programs write gaps.
const MAYBE_A_GAP: [&str; 2] = [
    "if it stands for a gap, write '-' (in a FASTA file: sed '/^>/! s/?/-/g' FILE > plain.fa); for a residue that nobody knows, write X",
    "if it stands for a gap, write '-' (in a FASTA file: sed '/^>/! s/_/-/g' FILE > plain.fa); for a residue that nobody knows, write X",
];

/// The letters of a row as a reader counts them: characters, of which some take several bytes.
pub fn characters(letters: &[u8]) -> usize {
    letters.utf8_chunks().fold(0, |count, chunk| {
        count + chunk.valid().chars().count() + chunk.invalid().len()
    })
}

impl Stray {
    /// What is wrong, for an error that names line and record: `character 7 of this line is '#', which no sequence has`.
    pub fn problem(&self) -> String {
        let what = self.what();
        match self.column {
            Some(column) => {
                format!("character {column} of this line is {what}, which no sequence has")
            }
            None => format!("this row holds {what}, which no sequence has"),
        }
    }

    /// What it is, without its place.
    pub fn what(&self) -> String {
        let code = u32::from(self.character);
        match self.character {
            '\0' => "a NUL byte".into(),
            _ if self.is_byte => format!("a byte that is no text, 0x{code:02x}"),
            c if is_dash(c) => format!("'{c}' (U+{code:04X}), a dash of another alphabet"),
            c if c.is_control() => format!("a control character, 0x{code:02x}"),
            c if c.is_ascii() => format!("'{c}'"),
            c => format!("'{}' (U+{code:04X})", c.escape_debug()),
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self.character {
            '\0' => "take it out: tr -d '\\000' < FILE > plain.fa",
            _ if self.is_byte => {
                "sequences are plain letters: fetch or save the file again, as plain text"
            }
            c if is_dash(c) => {
                "gaps are written '-': replace it, in an editor or with sed, and save as plain text"
            }
            c if is_invisible(c) => {
                "take it out: it cannot be seen, or looks like another; headers begin with a plain '>'"
            }
            '>' => "a header stands on a line of its own: put a line break before the '>'",
            '#' | ';' | '%' | '!' => {
                "comments stand on lines of their own, which begin with '#' or ';': take it out of the sequence"
            }
            ':' | '/' | '|' => {
                "chains are joined without a sign between them, and `chains` takes their lengths; headers begin with '>'"
            }
            '?' => MAYBE_A_GAP[0],
            '_' => MAYBE_A_GAP[1],
            c if c.is_ascii_digit() => {
                "sequences are letters and gaps: take numbers out of them, and rows that are no sequences out of the file"
            }
            _ => {
                "sequences are letters, '-', '.' or '~' for gaps, and '*' for a stop: take it out, or write X"
            }
        }
    }
}

/// Whether a character is a blank that is none for programs, or looks like `>`.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}' | '\u{feff}' | '\u{ff1e}' | '\u{203a}')
}

/// Whether a character looks like `-` and is another.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_belong_is_named() {
        for (character, is_byte, what, advice) in [
            ('\u{2013}', false, "U+2013", "gaps are written '-'"),
            ('\0', false, "NUL", "tr -d"),
            ('\u{96}', true, "0x96", "plain text"),
            ('>', false, "'>'", "line break"),
            (';', false, "';'", "comments"),
            (':', false, "':'", "`chains`"),
            ('7', false, "'7'", "numbers"),
            ('\u{e9}', false, "U+00E9", "write X"),
            ('\u{200b}', false, "U+200B", "cannot be seen"),
            ('\u{ff1e}', false, "U+FF1E", "looks like another"),
            ('?', false, "'?'", "s/?/-/g"),
            ('_', false, "'_'", "s/_/-/g"),
            ('=', false, "'='", "write X"),
            ('\u{1b}', false, "control character, 0x1b", "write X"),
        ] {
            let stray = Stray {
                character,
                is_byte,
                record: "s1".into(),
                line: 3,
                column: Some(7),
            };
            let text = stray.problem();
            assert!(text.starts_with("character 7 of this line is "), "{text}");
            assert!(text.contains(what), "{text}");
            assert!(stray.advice().contains(advice), "{}", stray.advice());
        }
    }

    #[test]
    fn characters_are_counted_whatever_bytes_they_take() {
        assert_eq!(characters("AC\u{2013}D".as_bytes()), 4);
        assert_eq!(characters(b"A\x96C"), 3);
        assert_eq!(characters(b""), 0);
    }

    #[test]
    fn letters_gaps_and_stops_belong() {
        assert!(!has_odd(b"ACxX-.~*"));
        for odd in [&b"AC?"[..], b"A_C", b"A\0", b"A1", b"A\xe2\x80\x93C"] {
            assert!(has_odd(odd));
        }
    }
}
