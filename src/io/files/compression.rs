//! Compressed inputs, known by their first bytes.

use flate2::bufread::GzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use std::io::{self, BufRead, ErrorKind, Read};

/// The first bytes of a gzip member.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The first bytes of a Zstandard frame.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Alignments shrink by less than this factor: what claims more gets no room ahead, whether or not it is true.
const MOST_EXPECTED: usize = 64;

/// How an input is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// gzip; several members in a row, as `bgzip` writes them, are one stream.
    Gzip,
    /// Zstandard; several frames in a row, as `pzstd` writes them, are one stream.
    Zstd,
}

impl Compression {
    /// The compression of an input that starts like this.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            s if s.starts_with(&GZIP_MAGIC) => Some(Self::Gzip),
            s if s.starts_with(&ZSTD_MAGIC) || is_skippable_frame(s) => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The contents, at most `limit` bytes: a small file may unpack to more than there is memory.
    ///
    /// # Errors
    /// If the data are damaged, end too early, or are followed by something else; [`ErrorKind::FileTooLarge`] if they unpack to more.
    pub fn decompress(self, data: &[u8], limit: u64) -> io::Result<Vec<u8>> {
        let mut contents = Contents {
            bytes: Vec::new(),
            limit,
        };
        match self {
            Self::Gzip => {
                contents.expect(gzip_size(data));
                contents.append(&mut Gunzip::new(data))?;
                Ok(contents.bytes)
            }
            Self::Zstd => unzstd(data, contents),
        }
    }
}

/// A frame that holds no data but, say, an index; `pzstd` begins with one.
fn is_skippable_frame(start: &[u8]) -> bool {
    matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// What has been unpacked.
struct Contents {
    bytes: Vec<u8>,
    limit: u64,
}

impl Contents {
    /// Takes the room that so many bytes need, if they are allowed: a buffer that grows is in the end larger than what it holds, and
    /// all of it is written to.
    fn expect(&mut self, size: usize) {
        if size as u64 <= self.limit {
            // Without the room, the buffer grows, or fails, as it fills.
            let _ = self.bytes.try_reserve_exact(size);
        }
    }

    /// Adds all that `reader` gives, unless it is too much.
    fn append(&mut self, reader: impl Read) -> io::Result<()> {
        let room = self.limit.saturating_sub(self.bytes.len() as u64);
        // One more, so that the end of data that just fit is reached, and their checksum seen.
        let most = room.saturating_add(1);
        reader.take(most).read_to_end(&mut self.bytes)?;
        match self.bytes.len() as u64 > self.limit {
            true => Err(ErrorKind::FileTooLarge.into()),
            false => Ok(()),
        }
    }
}

/// What the last four bytes of gzip data say that they unpack to: the size of the last member. 0 where that is not to be believed;
/// where there are several members, or the data are damaged, it is wrong all the same.
fn gzip_size(data: &[u8]) -> usize {
    let said = data
        .last_chunk()
        .map_or(0, |size| u32::from_le_bytes(*size));
    match usize::try_from(said) {
        Ok(size) if size <= data.len().saturating_mul(MOST_EXPECTED) => size,
        _ => 0,
    }
}

/// Gzip data, unpacked as they are read: one member after the other.
pub struct Gunzip<R: BufRead> {
    /// The member that is being read; `None` after the last.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gunzip<R> {
    /// Of data that begin with a member.
    pub fn new(packed: R) -> Self {
        Self {
            member: Some(GzDecoder::new(packed)),
        }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut member) = self.member.take() {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                self.member = Some(member);
                return Ok(read);
            }
            let mut rest = member.into_inner();
            let is_padded = skip_zeros(&mut rest)?;
            match rest.fill_buf()? {
                [] => {}
                [first, ..] if *first == GZIP_MAGIC[0] && !is_padded => {
                    self.member = Some(GzDecoder::new(rest));
                }
                _ => return Err(trailing()),
            }
        }
        Ok(0)
    }
}

/// Zeros pad files that come from tapes; gzip itself takes no notice of them. Whether there were any.
fn skip_zeros(rest: &mut impl BufRead) -> io::Result<bool> {
    let mut any = false;
    loop {
        let bytes = rest.fill_buf()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        if zeros == 0 {
            return Ok(any);
        }
        any = true;
        rest.consume(zeros);
    }
}

fn unzstd(mut rest: &[u8], mut contents: Contents) -> io::Result<Vec<u8>> {
    let mut decoder = FrameDecoder::new();
    while !rest.is_empty() {
        if !rest.starts_with(&ZSTD_MAGIC) && !is_skippable_frame(rest) {
            return Err(trailing());
        }
        match StreamingDecoder::new_with_decoder(&mut rest, &mut decoder) {
            Ok(mut frame) => {
                contents.append(&mut frame)?;
                check_digest(&decoder)?;
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                rest = rest
                    .get(length as usize..)
                    .ok_or(ErrorKind::UnexpectedEof)?
            }
            Err(error) => return Err(io::Error::new(ErrorKind::InvalidData, error)),
        }
    }
    Ok(contents.bytes)
}

fn check_digest(decoder: &FrameDecoder) -> io::Result<()> {
    match decoder.get_checksum_from_data() {
        Some(sum) if Some(sum) != decoder.get_calculated_checksum() => {
            let problem = "the checksum of a frame does not agree with its contents";
            Err(io::Error::new(ErrorKind::InvalidData, problem))
        }
        _ => Ok(()),
    }
}

fn trailing() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "something else follows them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    use std::io::Write;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    /// Letters that do not shrink much.
    fn letters(count: u32) -> String {
        let letter = |n: u32| char::from(b"ACDEFGHIKLMNPQRSTVWY"[(n * n % 389 % 20) as usize]);
        (0..count).map(letter).collect()
    }

    /// The empty member with which bgzip ends a file.
    const BGZIP_END: &[u8] =
        b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0";

    /// Written by `zstd --ultra -22 --check`: "ACDEFGHIKL\n" three times.
    const ZSTD_CLI: &[u8] =
        b"\x28\xb5\x2f\xfd\x04\x88\x8d\0\0\x58ACDEFGHIKL\n\x01\0\x56\x8a\x17\x9c\xdb\xe4\x39";

    fn contents(data: &[u8]) -> io::Result<String> {
        let compression = Compression::of(data).expect("compressed");
        Ok(String::from_utf8(compression.decompress(data, 1 << 20)?).unwrap())
    }

    #[test]
    fn no_more_is_unpacked_than_allowed() {
        for (data, size) in [
            (gzip(&"A".repeat(1000)), 1000),
            ([gzip("abc"), gzip("de")].concat(), 5),
            (zstd(&"A".repeat(1000)), 1000),
            ([zstd("abc"), zstd("de")].concat(), 5),
        ] {
            let compression = Compression::of(&data).unwrap();
            assert!(compression.decompress(&data, size).is_ok());
            for limit in [0, 1, size - 1] {
                let error = compression.decompress(&data, limit).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::FileTooLarge);
            }
        }
    }

    #[test]
    fn room_is_taken_for_what_gzip_data_say() {
        let packed = gzip(&letters(10_000));
        assert_eq!(gzip_size(&packed), 10_000);
        let contents = Compression::Gzip.decompress(&packed, 10_000).unwrap();
        assert_eq!((contents.len(), contents.capacity()), (10_000, 10_000));
        for doubtful in [
            gzip(&"A".repeat(100_000)),
            [&packed[..], BGZIP_END].concat(),
            [&GZIP_MAGIC[..], &[0xff; 4]].concat(),
        ] {
            assert_eq!(gzip_size(&doubtful), 0);
        }
        assert_eq!(gzip_size(&GZIP_MAGIC), 0);
        let mut nothing = Contents {
            bytes: Vec::new(),
            limit: 9,
        };
        nothing.expect(10);
        assert_eq!(nothing.bytes.capacity(), 0);
    }

    #[test]
    fn members_and_frames_in_a_row_are_one_stream() {
        for data in [
            gzip("abc"),
            [gzip("ab"), gzip("c")].concat(),
            [gzip("ab"), gzip(""), gzip("c"), BGZIP_END.to_vec()].concat(),
            [gzip("abc"), vec![0; 512]].concat(),
            [gzip("ab"), gzip("c"), vec![0; 1 << 17]].concat(),
            zstd("abc"),
            [zstd("ab"), zstd("c")].concat(),
            [b"\x50\x2a\x4d\x18\x02\0\0\0xy", &zstd("abc")[..]].concat(),
            [&zstd("abc")[..], b"\x5f\x2a\x4d\x18\0\0\0\0"].concat(),
        ] {
            assert_eq!(contents(&data).unwrap(), "abc");
        }
        assert_eq!(Compression::of(b">a"), None);
        assert_eq!(Compression::of(b""), None);
    }

    #[test]
    fn gzip_data_are_unpacked_piece_by_piece_as_at_once() {
        let varied = letters(3000);
        let whole = [gzip(&varied), gzip("c"), BGZIP_END.to_vec()].concat();
        let ends = [
            (vec![], true),
            (vec![0; 300], true),
            (b"more".to_vec(), false),
            ([&[0; 9][..], &gzip("d")].concat(), false),
        ];
        for (end, is_fine) in ends {
            let data = [&whole[..], &end].concat();
            for size in [1, 7, 1 << 16] {
                let pieces = io::BufReader::with_capacity(size, &data[..]);
                let mut text = String::new();
                let read = Gunzip::new(pieces).read_to_string(&mut text);
                assert_eq!(read.is_ok(), is_fine);
                assert_eq!(contents(&data).is_ok(), is_fine);
                assert!(!is_fine || text == format!("{varied}c"));
            }
        }
    }

    #[test]
    fn files_of_the_zstd_program_are_read() {
        assert_eq!(contents(ZSTD_CLI).unwrap(), "ACDEFGHIKL\n".repeat(3));
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic() {
        let varied = letters(3000);
        for whole in [gzip(&varied), zstd(&varied), ZSTD_CLI.to_vec()] {
            for end in 4..whole.len() {
                assert!(contents(&whole[..end]).is_err(), "cut at {end}");
            }
            for place in 4..whole.len() {
                for damage in [1, 0x55, 0x80, 0xff] {
                    let mut damaged = whole.clone();
                    damaged[place] ^= damage;
                    // Some bytes, such as the time in a gzip header, do not matter.
                    let read = contents(&damaged);
                    assert!(read.is_err() || read.is_ok_and(|text| text.len() <= 3000));
                }
            }
            let mut damaged = whole.clone();
            *damaged.last_mut().unwrap() ^= 1;
            assert!(contents(&damaged).is_err());
            let error = contents(&[&whole[..], b"more"].concat()).unwrap_err();
            assert!(
                error.to_string().contains("something else follows"),
                "{error}"
            );
        }
    }
}
