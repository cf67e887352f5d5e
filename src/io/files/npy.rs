//! Arrays of numpy (`.npy`), alone or as members of an archive: a header in Python's syntax, padded to 64 bytes, and the numbers.
//!
//! Format: numpy, `numpy.lib.format`, versions 1 to 3. Read are numbers and texts of one kind, the last index fastest.
//!
//! Not by the crate `npyz` 0.9: it takes the length of a header on trust, 2 GB for a file of 20 bytes, and needs twice as long for each
//! bracket inside brackets of its header, 2 s for twenty.

use super::archive::{Archive, ArchiveWriter, Member};
use crate::error::{Error, Result};
use std::io::{self, Read, Write};

/// How an array begins.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// Headers end at a multiple of this.
const ALIGNMENT: usize = 64;

/// The longest header that is read; those of plain arrays have some hundred bytes.
const LONGEST_HEADER: usize = 1 << 12;

/// Advice for arrays of a kind that is not read.
const SAVE_OTHERWISE: &str = "save it with numpy as a plain array in C order, such as numpy.ascontiguousarray(x, dtype='<f4')";

/// What an array says about itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Header {
    /// What numpy calls the kind of its elements: `<f4`, `<U1`, ...
    pub kind: String,
    /// Its shape.
    pub shape: Vec<u64>,
    /// Bytes before the elements.
    pub bytes: u64,
}

impl Header {
    /// Reads the header of an array.
    ///
    /// # Errors
    /// Those of `reader`; [`io::ErrorKind::InvalidData`] if it is not one, or the last index is not the fastest.
    pub fn read(reader: &mut dyn Read) -> io::Result<Self> {
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let mut start = [0; 8];
        reader.read_exact(&mut start)?;
        let width = match start[6] {
            1 => 2,
            2 | 3 => 4,
            _ => 0,
        };
        if !start.starts_with(MAGIC) || width == 0 {
            return Err(wrong("this is no array of numpy"));
        }
        let mut length = [0; 4];
        reader.read_exact(&mut length[..width])?;
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST_HEADER {
            return Err(wrong("its header is too long"));
        }
        let mut text = vec![0; length];
        reader.read_exact(&mut text)?;
        let text = String::from_utf8_lossy(&text);
        let bytes = (start.len() + width + length) as u64;
        Self::parse(&text, bytes)
            .ok_or_else(|| wrong(&format!("it is described as {}", text.trim())))
    }

    /// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`
    fn parse(header: &str, bytes: u64) -> Option<Self> {
        let after = |key: &str| Some(header.split_once(key)?.1.trim_start());
        let kind = after("'descr':")?.strip_prefix('\'')?.split_once('\'')?.0;
        let shape = after("'shape':")?.strip_prefix('(')?.split_once(')')?.0;
        let sizes = shape
            .split(',')
            .map(str::trim)
            .filter(|size| !size.is_empty());
        let shape = sizes
            .map(|size| size.parse().ok())
            .collect::<Option<Vec<u64>>>()?;
        let in_c_order = after("'fortran_order':")?.starts_with("False") || shape.len() < 2;
        in_c_order.then(|| Self {
            kind: kind.to_owned(),
            shape,
            bytes,
        })
    }

    /// Number of elements, and bytes of each, of a kind that is read; none if together they are beyond any file.
    fn elements(&self) -> Option<(usize, usize)> {
        let size = size_of(&self.kind)?;
        let numbers = self.shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d))?;
        // Empty texts take no bytes, however many there are said to be.
        let possible = size > 0 || numbers <= 1;
        let fits = numbers.checked_mul(size as u64)?.checked_add(self.bytes)? < u64::MAX;
        (possible && fits).then_some((usize::try_from(numbers).ok()?, size))
    }
}

/// An array of an archive, whose elements wait to be read.
pub struct Array<'a> {
    member: Member<'a>,
    header: Header,
    elements: (usize, usize),
}

impl<'a> Array<'a> {
    /// An array of an archive; `None` if there is none of this name.
    ///
    /// # Errors
    /// [`Error::Input`] if it is no array, of an unknown kind, or shorter than its shape says.
    pub fn open(archive: &'a mut Archive, name: &str) -> Result<Option<Self>> {
        let Some(mut member) = archive.member(&format!("{name}.npy"))? else {
            return Ok(None);
        };
        let header = Header::read(&mut member)
            .map_err(|error| member.wrong(&error.to_string(), SAVE_OTHERWISE))?;
        match header.elements() {
            Some((numbers, size)) if header.bytes + (numbers * size) as u64 == member.size() => {
                Ok(Some(Self {
                    member,
                    header,
                    elements: (numbers, size),
                }))
            }
            _ => {
                let problem = format!(
                    "{} bytes are no array of kind '{}' and shape {:?}",
                    member.size(),
                    header.kind,
                    header.shape
                );
                Err(member.wrong(&problem, SAVE_OTHERWISE))
            }
        }
    }

    /// Its shape.
    pub fn shape(&self) -> &[u64] {
        &self.header.shape
    }

    /// An error about this array.
    pub fn wrong(&self, problem: &str, advice: &str) -> Error {
        self.member.wrong(problem, advice)
    }

    /// Its numbers in single precision.
    ///
    /// # Errors
    /// [`Error::Input`] if they are text, or cannot be read.
    pub fn singles(self) -> Result<Vec<f32>> {
        self.values(|kind, bytes| match kind {
            "<f4" => Some(f32::from_le_bytes(bytes.try_into().ok()?)),
            _ => number(kind, bytes).map(|value| value as f32),
        })
    }

    /// Its numbers in double precision.
    ///
    /// # Errors
    /// As [`Self::singles`].
    pub fn doubles(self) -> Result<Vec<f64>> {
        self.values(number)
    }

    /// Its texts.
    ///
    /// # Errors
    /// [`Error::Input`] if they are numbers, or cannot be read.
    pub fn texts(self) -> Result<Vec<String>> {
        self.values(text)
    }

    fn values<T>(mut self, value: impl Fn(&str, &[u8]) -> Option<T>) -> Result<Vec<T>> {
        let (numbers, size) = self.elements;
        // As many as the file has bytes for.
        let mut values = Vec::with_capacity(numbers);
        let mut bytes = vec![0; size * numbers.min(1024)];
        while values.len() < numbers {
            let count = (numbers - values.len()).min(1024);
            self.member.fill(&mut bytes[..count * size])?;
            for k in 0..count {
                let element = &bytes[k * size..][..size];
                values.push(value(&self.header.kind, element).ok_or_else(|| {
                    let problem = format!("an array of kind '{}' cannot be this", self.header.kind);
                    self.member.wrong(&problem, SAVE_OTHERWISE)
                })?);
            }
        }
        self.member.end()?;
        Ok(values)
    }
}

/// Bytes of an element of a kind that is read.
fn size_of(kind: &str) -> Option<usize> {
    match kind {
        "<f8" | ">f8" | "<i8" | "<u8" => Some(8),
        "<f4" | ">f4" | "<i4" | "<u4" => Some(4),
        "<i2" | "<u2" => Some(2),
        "|b1" | "|i1" | "|u1" => Some(1),
        _ => {
            let (width, length) = match (kind.strip_prefix("<U"), kind.strip_prefix("|S")) {
                (Some(length), _) => (4, length),
                (_, Some(length)) => (1, length),
                _ => return None,
            };
            length
                .parse::<u16>()
                .ok()
                .map(|length| width * usize::from(length))
        }
    }
}

/// A text of any length, without the zeros that fill it up.
fn text(kind: &str, bytes: &[u8]) -> Option<String> {
    let text = match kind.as_bytes() {
        [b'<', b'U', ..] => {
            let code = |c: &[u8]| Some(u32::from_le_bytes(c.try_into().ok()?));
            let letters = bytes.chunks_exact(4).map(|c| char::from_u32(code(c)?));
            letters.collect::<Option<String>>()?
        }
        [b'|', b'S', ..] => std::str::from_utf8(bytes).ok()?.to_owned(),
        _ => return None,
    };
    Some(text.trim_end_matches('\0').to_owned())
}

/// A number of any kind.
pub fn number(kind: &str, bytes: &[u8]) -> Option<f64> {
    Some(match kind {
        ">f8" => f64::from_be_bytes(bytes.try_into().ok()?),
        ">f4" => f32::from_be_bytes(bytes.try_into().ok()?).into(),
        "<f8" => f64::from_le_bytes(bytes.try_into().ok()?),
        "<f4" => f32::from_le_bytes(bytes.try_into().ok()?).into(),
        "<i8" => i64::from_le_bytes(bytes.try_into().ok()?) as f64,
        "<u8" => u64::from_le_bytes(bytes.try_into().ok()?) as f64,
        "<i4" => i32::from_le_bytes(bytes.try_into().ok()?).into(),
        "<u4" => u32::from_le_bytes(bytes.try_into().ok()?).into(),
        "<i2" => i16::from_le_bytes(bytes.try_into().ok()?).into(),
        "<u2" => u16::from_le_bytes(bytes.try_into().ok()?).into(),
        "|i1" => i8::from_le_bytes(bytes.try_into().ok()?).into(),
        "|b1" | "|u1" => (*bytes.first()?).into(),
        _ => return None,
    })
}

/// Writes the header of an array.
///
/// # Errors
/// Those of `output`.
pub fn write_header(output: &mut dyn Write, kind: &str, shape: &[usize]) -> io::Result<()> {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let shape = format!("({}{comma})", sizes.join(", "));
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    let before = MAGIC.len() + 4;
    let end = (before + header.len() + 1).next_multiple_of(ALIGNMENT);
    let length = end - before;
    output.write_all(MAGIC)?;
    output.write_all(&[1, 0])?;
    output.write_all(&(length as u16).to_le_bytes())?;
    writeln!(output, "{header:width$}", width = length - 1)
}

/// Adds an array to an archive; `numbers` writes its elements.
///
/// # Errors
/// Those of the archive.
pub fn add(
    archive: &mut ArchiveWriter,
    name: &str,
    kind: &str,
    shape: &[usize],
    numbers: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    archive.add(&format!("{name}.npy"), &mut |out| {
        write_header(out, kind, shape)?;
        numbers(out)
    })
}

/// Adds an array of texts, or for the empty shape a single text.
///
/// # Errors
/// Those of the archive.
pub fn add_texts(
    archive: &mut ArchiveWriter,
    name: &str,
    shape: &[usize],
    texts: &[&str],
) -> io::Result<()> {
    let longest = texts.iter().map(|text| text.chars().count()).max();
    let length = longest.unwrap_or(0).max(1);
    add(archive, name, &format!("<U{length}"), shape, &mut |out| {
        for text in texts {
            let padding = std::iter::repeat('\0');
            for letter in text.chars().chain(padding).take(length) {
                out.write_all(&u32::from(letter).to_le_bytes())?;
            }
        }
        Ok(())
    })
}

/// Adds an array in double precision.
///
/// # Errors
/// Those of the archive.
pub fn add_doubles(
    archive: &mut ArchiveWriter,
    name: &str,
    shape: &[usize],
    values: &[f64],
) -> io::Result<()> {
    add(archive, name, "<f8", shape, &mut |out| {
        values
            .iter()
            .try_for_each(|value| out.write_all(&value.to_le_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: &str) -> Option<(String, Vec<u64>)> {
        Header::parse(header, 0).map(|header| (header.kind, header.shape))
    }

    #[test]
    fn headers_are_python() {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n";
        assert_eq!(parse(header), Some(("<f4".into(), vec![3, 4])));
        let scalar = "{'descr': '<U21', 'fortran_order': False, 'shape': (), }";
        assert_eq!(parse(scalar), Some(("<U21".into(), vec![])));
        let line = "{'descr': '<i8', 'fortran_order': True, 'shape': (5,), }";
        assert_eq!(parse(line), Some(("<i8".into(), vec![5])));
        for wrong in [
            "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }",
            "nonsense",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_header_that_is_written_is_read() {
        for shape in [&[][..], &[7], &[1, 2, 3]] {
            let mut bytes = Vec::new();
            write_header(&mut bytes, "<f4", shape).unwrap();
            assert_eq!(bytes.len() % ALIGNMENT, 0);
            let header = Header::read(&mut &bytes[..]).unwrap();
            assert_eq!(header.kind, "<f4");
            assert_eq!(header.bytes, bytes.len() as u64);
            assert!(header.shape.iter().zip(shape).all(|(&a, &b)| a == b as u64));
            for length in 0..bytes.len() {
                assert!(Header::read(&mut &bytes[..length]).is_err());
            }
        }
    }

    #[test]
    fn elements_are_counted_without_overflow() {
        let elements = |kind: &str, shape: &[u64]| {
            let header = Header {
                kind: kind.into(),
                shape: shape.to_vec(),
                bytes: 128,
            };
            header.elements()
        };
        assert_eq!(elements("<f4", &[2, 3]), Some((6, 4)));
        assert_eq!(elements("<U5", &[]), Some((1, 20)));
        assert_eq!(elements("<U0", &[]), Some((1, 0)));
        assert_eq!(elements("<U0", &[1 << 40]), None);
        assert_eq!(elements("<f4", &[1 << 40, 1 << 40]), None);
        assert_eq!(elements("<f8", &[u64::MAX / 8]), None);
        assert_eq!(elements("|O", &[2]), None);
    }
}
