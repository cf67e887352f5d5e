//! The bytes of an input file or of standard input.

use super::compression::Compression;
use super::text::Text;
use crate::error::{Error, Place, Result};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// An input, read whole.
pub struct Source {
    /// The name for messages: the path, or `standard input`.
    pub name: String,
    bytes: Arc<Vec<u8>>,
}

impl Source {
    /// Reads an alignment file, or standard input for `-`.
    ///
    /// # Errors
    /// If it cannot be read, or is empty.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_expecting(
            path,
            "an alignment is expected, in FASTA, A2M, A3M, Stockholm or Clustal format, or with one sequence a line",
        )
    }

    /// Reads a file, or standard input for `-`; `expected` says what an empty file should have held.
    ///
    /// # Errors
    /// If it cannot be read, or is empty.
    pub fn read_expecting(path: &Path, expected: &str) -> Result<Self> {
        let mut bytes = Vec::new();
        let name = if path == Path::new("-") {
            std::io::stdin()
                .read_to_end(&mut bytes)
                .map_err(Error::io("read", Path::new("standard input")))?;
            "standard input".to_owned()
        } else {
            bytes = std::fs::read(path).map_err(Error::io("read", path))?;
            path.display().to_string()
        };
        if bytes.is_empty() {
            return Err(Error::input(
                Place::file(name),
                "the file is empty",
                expected,
            ));
        }
        Ok(Self::from_bytes(name, bytes))
    }

    /// An input that is in memory already.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            bytes: Arc::new(bytes),
        }
    }

    /// SHA-256 of the bytes as stored (not decompressed), in hexadecimal.
    pub fn sha256(&self) -> String {
        let digest = Sha256::digest(&self.bytes[..]);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The contents, decompressed.
    ///
    /// # Errors
    /// If the compressed data are damaged, end too early, or are followed by something else.
    pub fn text(&self) -> Result<Text> {
        let contents = match Compression::of(&self.bytes) {
            Some(compression) => compression
                .decompress(&self.bytes)
                .map(Arc::new)
                .map_err(|error| self.broken(compression, &error))?,
            None => Arc::clone(&self.bytes),
        };
        Ok(Text::new(&self.name, contents))
    }

    fn broken(&self, compression: Compression, error: &std::io::Error) -> Error {
        let advice = format!(
            "the file was probably cut off or damaged while it was copied or downloaded: fetch it again, and see what '{} -t' says",
            compression.as_str()
        );
        Error::input(
            Place::file(&self.name),
            format!(
                "the {} data are broken or end too early ({error})",
                compression.as_str()
            ),
            advice,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_sha256sum() {
        let source = Source::from_bytes("x", b"abc".to_vec());
        assert!(source.sha256().starts_with("ba7816bf8f01cfea"));
    }

    #[test]
    fn plain_bytes_are_the_text() {
        let source = Source::from_bytes("x", b"abc".to_vec());
        assert!(Arc::ptr_eq(source.text().unwrap().bytes(), &source.bytes));
    }

    #[test]
    fn damaged_data_are_bad_input() {
        for (magic, word) in [
            (&b"\x1f\x8b\x08\0"[..], "gzip"),
            (b"\x28\xb5\x2f\xfd", "zstd"),
        ] {
            let error = Source::from_bytes("x", magic.to_vec()).text().unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(
                error
                    .to_string()
                    .contains(&format!("the {word} data are broken")),
                "{error}"
            );
        }
    }
}
