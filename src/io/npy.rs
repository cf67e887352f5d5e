//! Arrays of numpy (`.npy`), as members of an archive: a header in Python's syntax, padded to 64 bytes, and the numbers.
//!
//! Format: numpy, `numpy.lib.format`, versions 1 to 3. Read are numbers of one kind, little endian, the last index fastest.

use super::zip::{Archive, ArchiveWriter, Member};
use crate::error::{Error, Result};
use std::io::{self, Write};

const MAGIC: &[u8] = b"\x93NUMPY";

/// Headers end at a multiple of this.
const ALIGNMENT: usize = 64;

/// The longest header that is read.
const LONGEST_HEADER: usize = 1 << 16;

/// Advice for arrays of a kind that is not read.
const SAVE_OTHERWISE: &str = "save it with numpy as a plain array in C order, such as numpy.ascontiguousarray(x, dtype='<f4')";

/// An array whose numbers wait to be read.
pub struct Array<'a> {
    member: Member<'a>,
    /// What numpy calls the kind of its numbers: `<f4`, `<U1`, ...
    kind: String,
    shape: Vec<u64>,
    numbers: u64,
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
        let (header, header_bytes) = header(&mut member)?;
        let parsed = Self::parse(&header);
        let Some((kind, shape)) = parsed else {
            let problem = format!("an array described as {}", header.trim());
            return Err(member.wrong(&problem, SAVE_OTHERWISE));
        };
        let numbers = shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d));
        let bytes = numbers.and_then(|n| n.checked_mul(size_of(&kind)? as u64));
        // Empty texts take no bytes, however many there are said to be.
        let empty = bytes == Some(0) && numbers.is_some_and(|numbers| numbers > 1);
        let all = bytes.and_then(|bytes| bytes.checked_add(header_bytes));
        match numbers {
            Some(numbers) if !empty && all == Some(member.size()) => Ok(Some(Self {
                member,
                kind,
                shape,
                numbers,
            })),
            _ => {
                let problem = format!(
                    "{} bytes do not make an array {}",
                    member.size(),
                    header.trim()
                );
                Err(member.wrong(&problem, SAVE_OTHERWISE))
            }
        }
    }

    /// Kind and shape of `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
    fn parse(header: &str) -> Option<(String, Vec<u64>)> {
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
        (in_c_order && size_of(kind).is_some()).then(|| (kind.to_owned(), shape))
    }

    /// Its shape.
    pub fn shape(&self) -> &[u64] {
        &self.shape
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
        self.values(|kind, bytes| match kind.as_bytes() {
            [b'<', b'U', ..] => {
                let letters = bytes
                    .chunks_exact(4)
                    .map(|c| Some(u32::from_le_bytes(c.try_into().ok()?)));
                let letters = letters.map(|code| char::from_u32(code?));
                let text = letters.collect::<Option<String>>()?;
                Some(text.trim_end_matches('\0').to_owned())
            }
            [b'|', b'S', ..] => {
                let text = std::str::from_utf8(bytes).ok()?;
                Some(text.trim_end_matches('\0').to_owned())
            }
            _ => None,
        })
    }

    fn values<T>(mut self, value: impl Fn(&str, &[u8]) -> Option<T>) -> Result<Vec<T>> {
        let size = size_of(&self.kind).unwrap_or(0);
        let numbers = usize::try_from(self.numbers).unwrap_or(0);
        // As many as the file has bytes for.
        let mut values = Vec::with_capacity(numbers);
        let mut bytes = vec![0; size * numbers.min(1024)];
        while values.len() < numbers {
            let count = (numbers - values.len()).min(1024);
            self.member.fill(&mut bytes[..count * size])?;
            for k in 0..count {
                let element = &bytes[k * size..][..size];
                values.push(value(&self.kind, element).ok_or_else(|| {
                    let problem = format!("an array of kind '{}' cannot be this", self.kind);
                    self.member.wrong(&problem, SAVE_OTHERWISE)
                })?);
            }
        }
        self.member.end()?;
        Ok(values)
    }
}

/// The header as text, and how many bytes come before the numbers.
fn header(member: &mut Member) -> Result<(String, u64)> {
    let mut start = [0; 8];
    member.fill(&mut start)?;
    let long = start[6] > 1;
    let mut length = [0; 4];
    let width = if long { 4 } else { 2 };
    member.fill(&mut length[..width])?;
    let length = u32::from_le_bytes(length) as usize;
    if !start.starts_with(MAGIC) || length > LONGEST_HEADER {
        return Err(member.wrong("this is no array of numpy", SAVE_OTHERWISE));
    }
    let mut text = vec![0; length];
    member.fill(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok((text, (start.len() + width + length) as u64))
}

/// Bytes of an element of a kind that is read.
fn size_of(kind: &str) -> Option<usize> {
    match kind {
        "<f8" | "<i8" | "<u8" => Some(8),
        "<f4" | "<i4" | "<u4" => Some(4),
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

/// A number of any kind.
fn number(kind: &str, bytes: &[u8]) -> Option<f64> {
    Some(match kind {
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
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let shape = format!("({}{comma})", sizes.join(", "));
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    let before = MAGIC.len() + 4;
    let end = (before + header.len() + 1).next_multiple_of(ALIGNMENT);
    header.push_str(&" ".repeat(end - before - header.len() - 1));
    header.push('\n');
    archive.add(&format!("{name}.npy"), &mut |out| {
        out.write_all(MAGIC)?;
        out.write_all(&[1, 0])?;
        out.write_all(&(header.len() as u16).to_le_bytes())?;
        out.write_all(header.as_bytes())?;
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

    #[test]
    fn headers_are_python() {
        let parse = Array::parse;
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n";
        assert_eq!(parse(header), Some(("<f4".into(), vec![3, 4])));
        let scalar = "{'descr': '<U21', 'fortran_order': False, 'shape': (), }";
        assert_eq!(parse(scalar), Some(("<U21".into(), vec![])));
        let line = "{'descr': '<i8', 'fortran_order': True, 'shape': (5,), }";
        assert_eq!(parse(line), Some(("<i8".into(), vec![5])));
        for wrong in [
            "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }",
            "{'descr': '>f4', 'fortran_order': False, 'shape': (3, 4), }",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }",
            "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
            "nonsense",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
