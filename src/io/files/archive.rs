//! Zip archives for numpy's `.npz` files, by the crate `zip`: members stored or deflated are read, members stored are written.
//!
//! What is checked here and not there: a directory has an end, and a member is no larger than its bytes in the file can make it. Members
//! are written as numpy writes them, sizes in 64 bits, but without the time, so that the same contents give the same bytes.

use crate::error::{Error, Place, Result};
use crate::io::files::input::open_regular;
use crate::io::files::output::OutputFile;
use crate::io::files::stream::FETCH_AGAIN;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::rc::Rc;
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime, System, ZipArchive};

/// Bytes in which the directory must be found and read: a model has a dozen members.
const LONGEST_DIRECTORY: u64 = 1 << 20;

/// Deflate cannot shrink data by more than this factor.
const MOST_COMPRESSION: u64 = 1032;

/// An open archive.
pub struct Archive {
    name: String,
    length: u64,
    members: ZipArchive<Metered>,
}

/// A member that is being read.
pub struct Member<'a> {
    place: String,
    size: u64,
    reader: ZipFile<'a, Metered>,
}

impl Archive {
    /// Opens an archive and reads its directory.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be opened; [`Error::Input`] if it is no archive, or damaged.
    pub fn open(path: &Path) -> Result<Self> {
        let file = open_regular(
            path,
            "an archive is read from a file on the disk: give its name",
        )?;
        let length = file.metadata().map_err(Error::io("read", path))?.len();
        let name = path.display().to_string();
        let left = Rc::new(Cell::new(LONGEST_DIRECTORY));
        let file = BufReader::with_capacity(1 << 16, file);
        let metered = Metered {
            file,
            left: Rc::clone(&left),
        };
        let mut members =
            ZipArchive::new(metered).map_err(|error| damaged(&name, &cause(error)))?;
        left.set(u64::MAX);
        let mut again = File::open(path).map_err(Error::io("read", path))?;
        check_directory(&mut members, &mut again).map_err(|error| damaged(&name, &cause(error)))?;
        Ok(Self {
            name,
            length,
            members,
        })
    }

    /// The file, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A member by its name; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Input`] if it is not where the directory says, or kept in a way that is not known.
    pub fn member(&mut self, name: &str) -> Result<Option<Member<'_>>> {
        let Some(index) = self.members.index_for_name(name) else {
            return Ok(None);
        };
        let place = format!("{}, {name}", self.name);
        let reader = self.members.by_index(index);
        let reader = reader.map_err(|error| damaged(&place, &cause(error)))?;
        let (stored, size) = (reader.compressed_size(), reader.size());
        let end = reader.data_start().and_then(|at| at.checked_add(stored));
        let possible = match reader.compression() {
            CompressionMethod::Stored => size == stored,
            _ => size <= stored.saturating_mul(MOST_COMPRESSION),
        };
        if !possible || end.is_none_or(|end| end > self.length) {
            return Err(damaged(&place, &"the member is cut off"));
        }
        Ok(Some(Member {
            place,
            size,
            reader,
        }))
    }
}

/// Compares the directory, which has no checksum, with what lies in front of each member: the same names, and nothing between the members.
/// Otherwise one that need not be there would be missing without a word.
fn check_directory(
    members: &mut ZipArchive<Metered>,
    file: &mut File,
) -> std::result::Result<(), ZipError> {
    const FRONT: u64 = 30;
    // What may follow a member whose size was not known when it began.
    const DESCRIPTOR: u64 = 24;
    const DIFFER: ZipError = ZipError::InvalidArchive(std::borrow::Cow::Borrowed(
        "its list of members is not that of the members",
    ));
    let mut places = Vec::new();
    for k in 0..members.len() {
        let member = members.by_index_raw(k)?;
        let (start, name) = (member.header_start(), member.name_raw());
        let mut front = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        (&*file)
            .take(FRONT + name.len() as u64)
            .read_to_end(&mut front)?;
        let has_length = front.get(26..28) == Some(&(name.len() as u16).to_le_bytes()[..]);
        if !has_length || front.get(FRONT as usize..) != Some(name) {
            return Err(DIFFER);
        }
        let end = member.data_start().unwrap_or(start);
        places.push((start, end.saturating_add(member.compressed_size())));
    }
    places.sort_unstable();
    places.push((members.central_directory_start(), 0));
    let mut end = members.offset();
    for (start, next) in places {
        if start < end || start - end > DESCRIPTOR {
            return Err(DIFFER);
        }
        end = next;
    }
    Ok(())
}

fn damaged(place: &str, problem: &dyn std::fmt::Display) -> Error {
    let problem = format!("a damaged archive: {problem}");
    Error::input(Place::file(place), problem, FETCH_AGAIN)
}

impl Read for Member<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.reader.read(bytes)
    }
}

impl Member<'_> {
    /// Bytes of the contents, as the directory claims and the size of the file allows.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`Error::Input`] if the contents end before, or are broken.
    pub fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        let read = self.reader.read_exact(bytes);
        read.map_err(|error| self.wrong(&error.to_string(), FETCH_AGAIN))
    }

    /// Checks that everything has been read, and read well: the checksum is compared at the end.
    ///
    /// # Errors
    /// [`Error::Input`] if something is left, or the checksum is another.
    pub fn end(mut self) -> Result<()> {
        match self.reader.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(self.wrong("it is longer than its array", FETCH_AGAIN)),
            Err(error) => Err(self.wrong(&error.to_string(), FETCH_AGAIN)),
        }
    }

    /// An error about this member.
    pub fn wrong(&self, problem: &str, advice: &str) -> Error {
        Error::input(Place::file(&self.place), problem, advice)
    }
}

/// A file of which only so many bytes may be read, so that no directory can take more time or memory.
struct Metered {
    file: BufReader<File>,
    left: Rc<Cell<u64>>,
}

impl Read for Metered {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        let left = self.left.get().checked_sub(read as u64);
        let left = left.ok_or_else(|| io::Error::other("its list of members is too long"))?;
        self.left.set(left);
        Ok(read)
    }
}

impl Seek for Metered {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// An archive in the making.
pub struct ArchiveWriter<'a>(ZipWriter<&'a mut BufWriter<OutputFile>>);

impl ArchiveWriter<'_> {
    /// Adds a member, which `contents` writes.
    ///
    /// # Errors
    /// Those of the file.
    pub fn add(
        &mut self,
        name: &str,
        contents: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        // Everything said that could depend on the day or the system.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .system(System::Unix)
            .large_file(true);
        self.0.start_file(name, options).map_err(cause)?;
        contents(&mut self.0)
    }
}

/// Writes the file `path` whole or not at all, with the members that `contents` adds.
///
/// # Errors
/// As [`OutputFile`]; [`Error::Io`] if writing fails.
pub fn write_file(
    path: &Path,
    force: bool,
    contents: impl FnOnce(&mut ArchiveWriter) -> io::Result<()>,
) -> Result<()> {
    let mut file = BufWriter::new(OutputFile::create(path, force)?);
    let written = put(&mut file, contents);
    let file = written.and_then(|()| file.into_inner().map_err(|error| error.into_error()));
    file.map_err(Error::io("write", path))?.commit()
}

fn put(
    file: &mut BufWriter<OutputFile>,
    contents: impl FnOnce(&mut ArchiveWriter) -> io::Result<()>,
) -> io::Result<()> {
    let mut archive = ArchiveWriter(ZipWriter::new(file));
    if let Err(error) = contents(&mut archive) {
        // Dropped, it would write a directory all the same, and complain by itself. What leaks is its list of members.
        std::mem::forget(archive);
        return Err(error);
    }
    archive.0.finish().map(drop).map_err(cause)
}

/// The failure of the file, where that was it.
fn cause(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const MEMBERS: [(&str, &[u8]); 3] = [("a.npy", b"abc"), ("empty", b""), ("b", &[7; 300])];

    /// An archive of ours.
    fn archive() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npz");
        let put = |archive: &mut ArchiveWriter| {
            let add = |&(name, contents): &(&str, &[u8])| {
                archive.add(name, &mut |out| out.write_all(contents))
            };
            MEMBERS.iter().try_for_each(add)
        };
        write_file(&path, false, put).unwrap();
        std::fs::read(path).unwrap()
    }

    /// An archive as other programs write it.
    fn foreign(method: CompressionMethod, large: bool) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(method);
        for (name, contents) in MEMBERS {
            writer.start_file(name, options.large_file(large)).unwrap();
            writer.write_all(contents).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn open(bytes: &[u8]) -> Result<Archive> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Archive::open(file.path())
    }

    fn contents(archive: &mut Archive, name: &str) -> Result<Vec<u8>> {
        let mut member = archive.member(name)?.unwrap();
        let mut bytes = vec![0; member.size() as usize];
        member.fill(&mut bytes)?;
        member.end()?;
        Ok(bytes)
    }

    /// The contents, where an archive has no other.
    fn read(bytes: &[u8]) -> Result<()> {
        let mut archive = open(bytes)?;
        for (name, expected) in MEMBERS {
            if archive.member(name)?.is_some() {
                assert_eq!(contents(&mut archive, name)?, expected);
            }
        }
        Ok(())
    }

    #[test]
    fn members_come_back_however_they_are_kept() {
        let (stored, deflated) = (CompressionMethod::Stored, CompressionMethod::Deflated);
        let mut all = vec![archive()];
        for large in [false, true] {
            all.extend([stored, deflated].map(|method| foreign(method, large)));
        }
        for bytes in all {
            let mut archive = open(&bytes).unwrap();
            for (name, expected) in MEMBERS {
                assert_eq!(contents(&mut archive, name).unwrap(), expected);
            }
            assert!(archive.member("c").unwrap().is_none());
        }
    }

    #[test]
    fn the_same_members_give_the_same_bytes() {
        let bytes = archive();
        assert_eq!(bytes, archive());
        // Stored, midnight of 1 January 1980, and a checksum before the contents.
        assert_eq!(bytes[8..14], [0, 0, 0, 0, 33, 0]);
        assert_ne!(bytes[14..18], [0; 4]);
    }

    #[test]
    fn damage_is_found_wherever_it_is() {
        for whole in [archive(), foreign(CompressionMethod::Deflated, false)] {
            for length in 0..whole.len() {
                let error = read(&whole[..length]).unwrap_err();
                assert_eq!(error.exit_code(), 3, "{length}");
            }
            // Names, times and versions may change unseen; contents may not.
            for byte in 0..whole.len() {
                for bit in 0..8 {
                    let mut damaged = whole.clone();
                    damaged[byte] ^= 1 << bit;
                    if let Err(error) = read(&damaged) {
                        assert_eq!(error.exit_code(), 3, "{byte}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_directory_without_end_is_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..20_000 {
            let name = format!("{number:050}");
            writer
                .start_file(name, SimpleFileOptions::default())
                .unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let error = open(&bytes).err().unwrap();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("too long"), "{error}");
    }
}
