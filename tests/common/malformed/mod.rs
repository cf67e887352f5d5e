//! Files that are not what they should be, made of small ones that are. Compiled into the tests of the library and those of the program, which
//! make the models among them each in its own way.

mod archives;
mod headers;
mod numbers;
mod packed;
mod texts;

use super::FAMILY;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// A file that a reader may refuse.
pub struct Malformed {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Bytes of its contents, unpacked.
    pub unpacked: usize,
}

impl Malformed {
    fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let (name, bytes) = (name.into(), bytes.into());
        let unpacked = bytes.len();
        Self {
            name,
            bytes,
            unpacked,
        }
    }
}

const STOCKHOLM: &str = "# STOCKHOLM 1.0\n#=GF ID X\na/1-4 ACD-\nb A-DE\n#=GC RF xxxx\n\na/1-4 FG\nb F-\n#=GC RF xx\n//\n";
const CLUSTAL: &str = "CLUSTAL W (1.83) multiple sequence alignment\n\na ACD- 3\nb A-DE 3\n  * * \n\na FGH 6\nb FG- 5\n  ** \n";
const A3M: &str = "#A3M#\n>a\nAC-D\n>b\nAgtC\nED\n";
const WEIGHTS: &str = "row\tname\tkept\tneighbours\tweight\n1\ta\tyes\t2\t0.5\n2\tb\tyes\t1\t1\n";
const MUTANTS: &str = "mutant,score\nA10G,0.5\n\"A10G,C11D\",1\nwt,0\n";

/// A kind of file and its bytes.
pub type OfKind = (&'static str, Vec<u8>);

/// Every kind of small file, as it should be.
struct Sound(Vec<OfKind>);

impl Sound {
    fn with(models: Vec<OfKind>) -> Self {
        let mut files = vec![
            ("fasta", FAMILY.into()),
            ("a3m", A3M.into()),
            ("stockholm", STOCKHOLM.into()),
            ("clustal", CLUSTAL.into()),
            ("aln", "AC-D\nACED\nACE-\n".into()),
            ("gzip", gzip(FAMILY.as_bytes())),
            ("bgzip", [gzip(FAMILY.as_bytes()), gzip(b"")].concat()),
            ("zstd", zstd(FAMILY.as_bytes())),
            ("weights", WEIGHTS.into()),
            (
                "weights_json",
                br#"[{"row":1,"name":"a","weight":0.5},{"row":2,"name":"b","weight":1}]"#.into(),
            ),
            ("npy", npy("<f8", "(3,)", &[63; 24])),
            ("mutants", MUTANTS.into()),
        ];
        files.extend(models);
        Self(files)
    }

    fn of_kind(&self, kind: &str) -> &[u8] {
        let found = self.0.iter().find(|(known, _)| *known == kind);
        &found.expect("a kind of file").1
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    // One frame in one segment, one raw block, the last: no program's, but by the book (RFC 8878).
    let mut frame = b"\x28\xb5\x2f\xfd\x20".to_vec();
    frame.push(u8::try_from(bytes.len()).unwrap());
    frame.extend(&(1 | (bytes.len() as u32) << 3).to_le_bytes()[..3]);
    frame.extend(bytes);
    frame
}

/// An array of numpy.
fn npy(kind: &str, shape: &str, contents: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\0".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(contents);
    bytes
}

/// More than sixty of them, each small. `models` are of eight sites, one in every format that can be read: "h5", "plmc", "raw", "mrf", "dat",
/// "integers" and "npz".
pub fn malformed(models: Vec<OfKind>) -> Vec<Malformed> {
    let sound = Sound::with(models);
    let mut files = vec![Malformed::new("empty", "")];
    for (kind, bytes) in &sound.0 {
        files.extend(damaged(kind, bytes));
    }
    files.extend(headers::headers(&sound));
    files.extend(archives::archives(&sound));
    files.extend(archives::arrays(&sound));
    files.extend(numbers::numbers(&sound));
    files.extend(numbers::sites());
    files.extend(numbers::long_words());
    files.extend(texts::texts());
    files.extend(texts::long_and_deep());
    files.extend(packed::packed(&sound));
    files
}

/// A sound file, and what may become of it on the way.
fn damaged(kind: &str, bytes: &[u8]) -> Vec<Malformed> {
    let mut files = vec![Malformed::new(kind, bytes)];
    for part in [1, 4, 7] {
        files.push(Malformed::new(
            format!("{kind} cut to {part}/8"),
            &bytes[..bytes.len() * part / 8],
        ));
    }
    files.push(Malformed::new(
        format!("{kind} but its last byte"),
        &bytes[..bytes.len() - 1],
    ));
    files.push(Malformed::new(
        format!("{kind} and more"),
        [bytes, b"\0more"].concat(),
    ));
    for (part, flip) in [(0, 0x80), (1, 0x01), (3, 0xff), (6, 0x20)] {
        let mut flipped = bytes.to_vec();
        flipped[bytes.len() * part / 8] ^= flip;
        files.push(Malformed::new(
            format!("{kind} with a bit of {part}/8 flipped"),
            flipped,
        ));
    }
    files
}

/// A part replaced, once.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from);
    let at = at.expect("the part is there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}
