//! Text for people and programs, in which no character that a terminal obeys is left.

use crate::error::{Error, Result, is_obeyed};
use std::io::{self, Write};
use std::path::Path;

/// Passes text on to a writer. Control characters but tabs and line ends, and those that turn the direction of writing, become `\u001b` and the
/// like, which JSON reads as what they were; bytes that are no UTF-8 pass as they are.
pub struct Harmless<W: Write> {
    inner: W,
    /// The beginning of a character whose end is still to come.
    held: Vec<u8>,
}

impl<W: Write> Harmless<W> {
    /// In front of `inner`.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            held: Vec::new(),
        }
    }

    /// Passes on what was held back; nothing comes after it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<()> {
        self.inner.write_all(&self.held)
    }
}

/// Writes a text to `output` as [`Harmless`] does.
///
/// # Errors
/// Those of `contents`, and [`Error::Io`].
pub fn harmless<T>(
    output: &mut dyn Write,
    contents: impl FnOnce(&mut dyn Write) -> Result<T>,
) -> Result<T> {
    let mut text = Harmless::new(output);
    let made = contents(&mut text)?;
    let finished = text.finish();
    finished.map_err(Error::io("write", Path::new("the output")))?;
    Ok(made)
}

/// Whether a byte is, or begins, a character that may have to be replaced.
fn is_suspect(byte: u8) -> bool {
    (byte < b' ' && byte != b'\n' && byte != b'\t') || matches!(byte, 0x7f | 0xc2 | 0xe2)
}

/// How many bytes at the end begin a suspect character.
fn unfinished(bytes: &[u8]) -> usize {
    match bytes {
        [.., 0xe2, 0x80 | 0x81] => 2,
        [.., 0xc2 | 0xe2] => 1,
        _ => 0,
    }
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // All of them looked at, which is done for many in one step.
        let any = bytes
            .iter()
            .fold(false, |any, &byte| any | is_suspect(byte));
        if !any && self.held.is_empty() {
            self.inner.write_all(bytes)?;
            return Ok(bytes.len());
        }
        let mut text = std::mem::take(&mut self.held);
        text.extend_from_slice(bytes);
        self.held = text.split_off(text.len() - unfinished(&text));
        self.inner.write_all(&escaped(&text))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn escaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len() + 16);
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match is_obeyed(character) {
                true => plain.extend(format!("\\u{:04x}", u32::from(character)).bytes()),
                false => plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        plain.extend_from_slice(chunk.invalid());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(pieces: &[&[u8]]) -> Vec<u8> {
        let mut output = Vec::new();
        let mut text = Harmless::new(&mut output);
        for piece in pieces {
            text.write_all(piece).unwrap();
        }
        text.finish().unwrap();
        output
    }

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        for (text, expected) in [
            (
                "a\tb\n\u{e9} \u{2013} \u{20ac}",
                "a\tb\n\u{e9} \u{2013} \u{20ac}",
            ),
            ("\u{1b}[31m\r\0\u{7f}", "\\u001b[31m\\u000d\\u0000\\u007f"),
            ("\u{9b}31m \u{202e}x\u{2066}", "\\u009b31m \\u202ex\\u2066"),
        ] {
            assert_eq!(written(&[text.as_bytes()]), expected.as_bytes(), "{text:?}");
        }
        assert_eq!(written(&[b"caf\xe9\xff \xc2"]), b"caf\xe9\xff \xc2");
    }

    #[test]
    fn json_stays_what_it_was() {
        let name = "a\"\u{1b}\u{7f}\u{9b}\u{202e}\n\tb";
        let json = serde_json::to_string(name).unwrap();
        let text = String::from_utf8(written(&[json.as_bytes()])).unwrap();
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), name);
    }

    proptest! {
        #[test]
        fn no_text_has_any_left_however_it_is_cut(
            text in prop::collection::vec(prop::sample::select(b"ab\t\n\r\x1b\x7f\xc2\x9b\xe2\x80\xae\x81\xa6\xff".to_vec()), 0..40),
            cut in 0usize..40,
        ) {
            let (one, two) = text.split_at(cut.min(text.len()));
            let found = written(&[one, two]);
            prop_assert_eq!(&found, &written(&[&text]));
            for chunk in found.utf8_chunks() {
                prop_assert!(!chunk.valid().contains(is_obeyed));
            }
            let is_control = |byte: &u8| *byte < b' ' && !b"\n\t".contains(byte) || *byte == 0x7f;
            prop_assert!(!found.iter().any(is_control));
        }
    }
}
