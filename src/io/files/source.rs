//! The bytes of an input file or of standard input.

use super::compression::Compression;
use super::input;
use crate::error::{Error, Place, Result, human_bytes};
use crate::io::alignments::foreign::EXPECTED;
use crate::io::alignments::text::Text;
use crate::machine::memory::available_memory;
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// An input, read whole.
pub struct Source {
    /// The name for messages: the path, or `standard input`.
    pub name: String,
    bytes: Arc<Vec<u8>>,
    /// Bytes of memory that may be used for it; `None` for those that are free.
    available: Option<u64>,
    /// Bytes of the contents, once they have been unpacked.
    unpacked: OnceLock<u64>,
}

impl Source {
    /// Reads an alignment file, or standard input for `-`.
    ///
    /// # Errors
    /// If it cannot be read, or is empty.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_expecting(path, EXPECTED, None)
    }

    /// Reads a file, or standard input for `-`; `expected` says what an empty file should have held. Of so many bytes of memory (those that
    /// are free where none are given) half may be taken by the file, and by what it unpacks to: reading takes as much again.
    ///
    /// # Errors
    /// As [`input::read`], and if it is empty.
    pub fn read_expecting(path: &Path, expected: &str, available: Option<u64>) -> Result<Self> {
        let name = input::name_of(path);
        let bytes = input::read(path, available)?;
        if bytes.is_empty() {
            return Err(Error::input(
                Place::file(name),
                "the file is empty",
                expected,
            ));
        }
        Ok(Self {
            available,
            ..Self::from_bytes(name, bytes)
        })
    }

    /// The contents of a file that people write: one of more than `most` bytes, as stored or unpacked, is something else.
    ///
    /// # Errors
    /// As [`Self::read_expecting`], and with `expected` if it is larger.
    pub fn read_small(path: &Path, expected: &str, most: u64) -> Result<(String, Arc<Vec<u8>>)> {
        let too_large = || {
            Error::input(
                Place::file(input::name_of(path)),
                format!("more than {}", human_bytes(most)),
                expected,
            )
        };
        let read = Self::read_expecting(path, expected, Some(2 * most));
        let source = read.map_err(|error| match error {
            Error::Memory { .. } => too_large(),
            other => other,
        })?;
        let contents = source.unpacked_within(most, |_| too_large())?;
        Ok((source.name, contents))
    }

    /// An input that is in memory already.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            bytes: Arc::new(bytes),
            available: None,
            unpacked: OnceLock::new(),
        }
    }

    /// Bytes of memory that must be allowed for it to be read: twice what it has, as stored or as unpacked so far, whichever is more.
    pub fn reading_bytes(&self) -> u64 {
        let unpacked = self.unpacked.get().copied().unwrap_or(0);
        2 * unpacked.max(self.bytes.len() as u64)
    }

    /// SHA-256 of the bytes as stored (not decompressed), in hexadecimal.
    pub fn sha256(&self) -> String {
        hexadecimal(&Sha256::digest(&self.bytes[..]))
    }

    /// The contents, decompressed, as [`Self::text_within`] half of the memory that may be used: reading takes as much again.
    ///
    /// # Errors
    /// As [`Self::text_within`].
    pub fn text(&self) -> Result<Text> {
        self.text_within(self.most_contents())
    }

    /// The contents, decompressed, which may take `limit` bytes of memory.
    ///
    /// # Errors
    /// If the compressed data are damaged, end too early, are followed by something else, or unpack to more than the limit.
    pub fn text_within(&self, limit: u64) -> Result<Text> {
        Ok(Text::new(&self.name, self.contents_within(limit)?))
    }

    /// The contents as they are, decompressed, as [`Self::text`].
    ///
    /// # Errors
    /// As [`Self::text_within`].
    pub fn contents(&self) -> Result<Arc<Vec<u8>>> {
        self.contents_within(self.most_contents())
    }

    fn most_contents(&self) -> u64 {
        input::most_of(self.available.or_else(available_memory))
    }

    fn contents_within(&self, limit: u64) -> Result<Arc<Vec<u8>>> {
        self.unpacked_within(limit, |compression| self.too_large(compression, limit))
    }

    fn unpacked_within(
        &self,
        limit: u64,
        too_large: impl FnOnce(Compression) -> Error,
    ) -> Result<Arc<Vec<u8>>> {
        let Some(compression) = Compression::of(&self.bytes) else {
            return Ok(Arc::clone(&self.bytes));
        };
        let contents = compression.decompress(&self.bytes, limit);
        if let Ok(contents) = &contents {
            self.unpacked.get_or_init(|| contents.len() as u64);
        }
        contents.map(Arc::new).map_err(|error| match error.kind() {
            ErrorKind::FileTooLarge => too_large(compression),
            _ => self.broken(compression, &error),
        })
    }

    fn too_large(&self, compression: Compression, limit: u64) -> Error {
        Error::input(
            Place::file(&self.name),
            format!(
                "{} of {} data unpack to more than {}, which is all that memory has room for",
                human_bytes(self.bytes.len() as u64),
                compression.as_str(),
                human_bytes(limit)
            ),
            "if the file is what it should be, give fewer sequences, or use a machine with more memory (`max_memory` tells how much may be used)",
        )
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

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a file as stored, in hexadecimal, without reading it into memory.
///
/// # Errors
/// [`Error::Io`] if it cannot be read.
pub fn file_sha256(path: &Path) -> Result<String> {
    const PIECE: usize = 1 << 16;
    let mut file = input::open_regular(path, "give the name of a file")?;
    let (mut digest, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece).map_err(Error::io("read", path))? {
            0 => return Ok(hexadecimal(&digest.finalize())),
            read => digest.update(&piece[..read]),
        }
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
        assert!(Arc::ptr_eq(source.text().unwrap().buffer(), &source.bytes));
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let packed =
            b"\x28\xb5\x2f\xfd\x04\x88\x8d\0\0\x58ACDEFGHIKL\n\x01\0\x56\x8a\x17\x9c\xdb\xe4\x39";
        let source = Source::from_bytes("x", packed.to_vec());
        assert_eq!(source.text_within(33).unwrap().bytes().len(), 33);
        assert_eq!(source.reading_bytes(), 66);
        let error = source.text_within(32).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        let message = error.to_string();
        assert!(
            message.contains("x: 30 bytes of zstd data unpack to more than 32 bytes"),
            "{message}"
        );
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
