//! Writing an archive from front to back.

use super::{
    END, END64, END64_BYTES, ENTRY, EXTRA64, IN_EXTRA, LOCAL, LOCAL_BYTES, LOCATOR64, STORED,
};
use flate2::CrcWriter;
use std::io::{self, Write};

/// Version 4.5 of the format: numbers of 64 bits.
const VERSION: u16 = 45;

/// The day from which the format counts, 1 January 1980.
const DATE: u16 = 33;

/// An archive in the making.
pub struct ArchiveWriter<'a> {
    output: &'a mut dyn Write,
    offset: u64,
    directory: Vec<u8>,
    members: u64,
    /// Numbers from here on go to extra fields.
    limit: u64,
}

impl<'a> ArchiveWriter<'a> {
    /// An archive that is written to `output`.
    pub fn new(output: &'a mut dyn Write) -> Self {
        Self::with_limit(output, IN_EXTRA.into())
    }

    /// The same with another limit, for tests.
    pub(super) fn with_limit(output: &'a mut dyn Write, limit: u64) -> Self {
        Self {
            output,
            offset: 0,
            directory: Vec::new(),
            members: 0,
            limit,
        }
    }

    /// Adds a member. `contents` writes the same bytes twice: first they are only counted and summed up.
    ///
    /// # Errors
    /// Those of the output.
    pub fn add(
        &mut self,
        name: &str,
        contents: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut sum = CrcWriter::new(Count(0));
        contents(&mut sum)?;
        let (crc, size) = (sum.crc().sum(), sum.get_ref().0);
        let sizes = match size >= self.limit {
            true => vec![size, size],
            false => Vec::new(),
        };
        let mut header = LOCAL.to_vec();
        let size32 = if sizes.is_empty() {
            size as u32
        } else {
            IN_EXTRA
        };
        put_common(name, crc, size32, extra_bytes(&sizes), &mut header);
        header.extend(name.as_bytes());
        put_extra(&sizes, &mut header);
        self.output.write_all(&header)?;
        contents(self.output)?;
        self.list(name, crc, size32, sizes);
        self.offset += header.len() as u64 + size;
        debug_assert!(header.len() >= LOCAL_BYTES);
        Ok(())
    }

    /// Adds the member that starts at the current offset to the directory.
    fn list(&mut self, name: &str, crc: u32, size32: u32, mut extra: Vec<u64>) {
        let mut offset32 = self.offset as u32;
        if self.offset >= self.limit {
            offset32 = IN_EXTRA;
            extra.push(self.offset);
        }
        let entry = &mut self.directory;
        entry.extend(ENTRY);
        entry.extend(VERSION.to_le_bytes());
        put_common(name, crc, size32, extra_bytes(&extra), entry);
        // No comment, the first disk, no attributes.
        entry.extend([0; 10]);
        entry.extend(offset32.to_le_bytes());
        entry.extend(name.as_bytes());
        put_extra(&extra, entry);
        self.members += 1;
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> io::Result<()> {
        let size = self.directory.len() as u64;
        let mut end = self.directory;
        let is_long = self.offset >= self.limit;
        if is_long {
            let place = self.offset + size;
            end.extend(END64);
            end.extend((END64_BYTES as u64 - 12).to_le_bytes());
            end.extend([VERSION.to_le_bytes(), VERSION.to_le_bytes()].concat());
            end.extend([0; 8]);
            for number in [self.members, self.members, size, self.offset] {
                end.extend(number.to_le_bytes());
            }
            end.extend(LOCATOR64);
            end.extend([0; 4]);
            end.extend(place.to_le_bytes());
            end.extend(1u32.to_le_bytes());
        }
        end.extend(END);
        end.extend([0; 4]);
        let members = self.members as u16;
        end.extend([members.to_le_bytes(), members.to_le_bytes()].concat());
        end.extend((size as u32).to_le_bytes());
        let offset = if is_long {
            IN_EXTRA
        } else {
            self.offset as u32
        };
        end.extend(offset.to_le_bytes());
        end.extend([0; 2]);
        self.output.write_all(&end)
    }
}

/// What a local header and an entry of the directory share, from the version needed to the length of the extra field.
fn put_common(name: &str, crc: u32, size: u32, extra: u16, header: &mut Vec<u8>) {
    for short in [VERSION, 0, STORED, 0, DATE] {
        header.extend(short.to_le_bytes());
    }
    for word in [crc, size, size] {
        header.extend(word.to_le_bytes());
    }
    header.extend((name.len() as u16).to_le_bytes());
    header.extend(extra.to_le_bytes());
}

fn extra_bytes(numbers: &[u64]) -> u16 {
    match numbers.len() as u16 {
        0 => 0,
        count => 4 + 8 * count,
    }
}

fn put_extra(numbers: &[u64], header: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    header.extend(EXTRA64.to_le_bytes());
    header.extend((8 * numbers.len() as u16).to_le_bytes());
    for number in numbers {
        header.extend(number.to_le_bytes());
    }
}

/// Counts bytes.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
