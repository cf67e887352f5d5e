//! Zip archives, as far as numpy's `.npz` files need them: read with members stored or deflated, written with members stored.
//!
//! A member is a local header and its bytes; a directory at the end lists all of them (APPNOTE.TXT, 4.3). Sizes and offsets of 4 GB
//! and more stand in "zip64" extra fields (4.5.3). Members get no time stamps, so that the same contents give the same bytes.

mod read;
mod write;

pub use read::{Archive, Member};
pub use write::ArchiveWriter;

/// First bytes of a local header, of an entry of the directory, of the end, and of the end and its locator in zip64.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const END64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR64: [u8; 4] = *b"PK\x06\x07";

/// Bytes of these without names and extra fields.
const LOCAL_BYTES: usize = 30;
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;
const END64_BYTES: usize = 56;
const LOCATOR64_BYTES: usize = 20;

/// What stands for a number that is in an extra field instead.
const IN_EXTRA: u32 = u32::MAX;

/// The extra field with numbers of 64 bits.
const EXTRA64: u16 = 1;

/// How a member is kept.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const MEMBERS: [(&str, &[u8]); 3] = [("a.npy", b"abc"), ("empty", b""), ("b", &[7; 300])];

    /// An archive whose numbers go to extra fields from `limit` on.
    fn archive(limit: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = ArchiveWriter::with_limit(&mut bytes, limit);
        for (name, contents) in MEMBERS {
            writer
                .add(name, &mut |out| out.write_all(contents))
                .unwrap();
        }
        writer.finish().unwrap();
        bytes
    }

    fn open(bytes: &[u8]) -> crate::Result<Archive> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Archive::open(file.path())
    }

    fn contents(archive: &mut Archive, name: &str) -> crate::Result<Vec<u8>> {
        let mut member = archive.member(name)?.unwrap();
        let mut bytes = vec![0; member.size() as usize];
        member.fill(&mut bytes)?;
        member.end()?;
        Ok(bytes)
    }

    #[test]
    fn members_come_back_with_numbers_of_32_and_of_64_bits() {
        for limit in [u64::from(u32::MAX), 200, 50, 0] {
            let mut archive = open(&archive(limit)).unwrap();
            for (name, expected) in MEMBERS {
                assert_eq!(contents(&mut archive, name).unwrap(), expected, "{limit}");
            }
            assert!(archive.member("c").unwrap().is_none());
        }
    }

    #[test]
    fn damage_is_found_wherever_it_is() {
        let whole = archive(u64::from(u32::MAX));
        let read = |bytes: &[u8]| -> crate::Result<()> {
            let mut archive = open(bytes)?;
            for (name, expected) in MEMBERS {
                if archive.member(name)?.is_some() {
                    assert_eq!(contents(&mut archive, name)?, expected);
                }
            }
            Ok(())
        };
        for length in 0..whole.len() {
            let error = read(&whole[..length]).unwrap_err();
            assert_eq!(error.exit_code(), 3, "{length}");
        }
        // Names, times and versions may change unseen; contents may not.
        for byte in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[byte] ^= 0x10;
            if let Err(error) = read(&damaged) {
                assert_eq!(error.exit_code(), 3, "{byte}");
            }
        }
    }
}
