//! The bytes of an input file or of standard input, decompressed where they are gzip.

use crate::error::{Error, Place, Result};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The first bytes of a gzip stream.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// An input, read whole.
pub struct Source {
    /// The name for messages: the path, or `standard input`.
    pub name: String,
    bytes: Vec<u8>,
}

impl Source {
    /// Reads an alignment file, or standard input for `-`.
    ///
    /// # Errors
    /// If it cannot be read, or is empty.
    pub fn read(path: &Path) -> Result<Self> {
        let expected = "an alignment in FASTA, A2M, A3M or Stockholm format is expected";
        Self::read_expecting(path, expected)
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
        Ok(Self { name, bytes })
    }

    /// An input that is in memory already.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            bytes,
        }
    }

    /// SHA-256 of the bytes as stored (not decompressed), in hexadecimal.
    pub fn sha256(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the bytes are gzip.
    pub fn is_gzip(&self) -> bool {
        self.bytes.starts_with(&GZIP_MAGIC)
    }

    /// The contents, decompressed, without a byte-order mark.
    ///
    /// # Errors
    /// If the start of the contents cannot be read.
    pub fn reader(&self) -> Result<Box<dyn BufRead + '_>> {
        let mut reader: Box<dyn BufRead> = if self.is_gzip() {
            // Several gzip members in a row, as bgzip writes, are one stream.
            Box::new(BufReader::with_capacity(
                1 << 16,
                MultiGzDecoder::new(&self.bytes[..]),
            ))
        } else {
            Box::new(&self.bytes[..])
        };
        let start = reader.fill_buf().map_err(|error| self.broken(error))?;
        if start.starts_with(b"\xef\xbb\xbf") {
            reader.consume(3);
        }
        Ok(reader)
    }

    /// The error for contents that could not be read to their end.
    pub fn broken(&self, error: std::io::Error) -> Error {
        let problem = if self.is_gzip() {
            format!("the gzip data are broken or end too early ({error})")
        } else {
            format!("the contents cannot be read ({error})")
        };
        Error::input(
            Place::file(&self.name),
            problem,
            "the file was probably cut off while it was copied or downloaded: fetch it again",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn contents(bytes: Vec<u8>) -> Result<String> {
        let source = Source::from_bytes("x", bytes);
        let mut text = String::new();
        source
            .reader()?
            .read_to_string(&mut text)
            .map_err(|error| source.broken(error))?;
        Ok(text)
    }

    #[test]
    fn gzip_is_known_by_its_content() {
        assert_eq!(contents(b"abc".to_vec()).unwrap(), "abc");
        assert_eq!(contents(gzip("abc")).unwrap(), "abc");
        let two_members = [gzip("ab"), gzip("c")].concat();
        assert_eq!(contents(two_members).unwrap(), "abc");
        assert_eq!(contents(b"\xef\xbb\xbfabc".to_vec()).unwrap(), "abc");
    }

    #[test]
    fn truncated_gzip_is_bad_input() {
        let mut bytes = gzip(&"abc".repeat(1000));
        bytes.truncate(bytes.len() - 10);
        let error = contents(bytes).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("end too early"), "{error}");
    }

    #[test]
    fn the_digest_is_that_of_sha256sum() {
        let source = Source::from_bytes("x", b"abc".to_vec());
        assert!(source.sha256().starts_with("ba7816bf8f01cfea"));
    }
}
