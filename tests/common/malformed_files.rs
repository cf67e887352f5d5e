//! Files that are not what they should be, made of small ones that are.

use crate::common::bench::FAMILY;
use flate2::Compression;
use flate2::write::GzEncoder;
use potts::alignment::focus::focus;
use potts::alphabet::Alphabet;
use potts::fit::{FitOptions, Method, fit, sequence_weights};
use potts::io::alignments;
use potts::io::files::source::Source;
use potts::io::models::TargetFormat;
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

/// Every kind of small file, as it should be.
pub fn sound() -> Vec<(&'static str, Vec<u8>)> {
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
    files.extend(models());
    files
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    // One frame, one raw block, the last: no program's, but by the book (RFC 8878).
    let mut frame = b"\x28\xb5\x2f\xfd\x60".to_vec();
    frame.extend((bytes.len() as u16 - 256).to_le_bytes());
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

/// A model of eight sites in every format that can be read.
fn models() -> Vec<(&'static str, Vec<u8>)> {
    let records = alignments::read(&Source::from_bytes("x", FAMILY.into())).unwrap();
    let family = focus(&records, &Alphabet::protein(), &Default::default()).unwrap();
    let options = FitOptions {
        method: Method::MeanField,
        ..Default::default()
    };
    let fitted = fit(
        &family,
        &sequence_weights(&family, &options),
        &options,
        &potts::fit::Watch::default(),
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |format: TargetFormat| {
        let path = folder.path().join("model");
        format.write(&fitted, &path, true).unwrap();
        std::fs::read(path).unwrap()
    };
    vec![
        ("h5", file(TargetFormat::Hdf5)),
        ("plmc", file(TargetFormat::Plmc)),
        ("raw", file(TargetFormat::CcmpredRaw)),
        ("mrf", file(TargetFormat::Gremlin)),
        ("dat", file(TargetFormat::AdabmDca)),
        ("integers", file(TargetFormat::AdabmDcaIntegers)),
        ("npz", file(TargetFormat::Npz)),
    ]
}

/// More than sixty of them, each small.
pub fn malformed() -> Vec<Malformed> {
    let mut files = vec![Malformed::new("empty", "")];
    for (kind, bytes) in sound() {
        files.push(Malformed::new(kind, bytes.clone()));
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
            [&bytes[..], b"\0more"].concat(),
        ));
        for (part, flip) in [(0, 0x80), (1, 0x01), (3, 0xff), (6, 0x20)] {
            let mut flipped = bytes.clone();
            flipped[bytes.len() * part / 8] ^= flip;
            files.push(Malformed::new(
                format!("{kind} with a bit of {part}/8 flipped"),
                flipped,
            ));
        }
    }
    files.extend(headers());
    files.extend(archives());
    files.extend(arrays());
    files.extend(numbers());
    files.extend(texts());
    files.extend(packed());
    files
}

fn of_kind(kind: &str) -> Vec<u8> {
    let found = sound().into_iter().find(|(known, _)| *known == kind);
    found.expect("a kind of file").1
}

/// A part replaced, once.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from);
    let at = at.expect("the part is there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

/// Counts in the header of plmc's file that cannot be.
fn headers() -> Vec<Malformed> {
    let sound = of_kind("plmc");
    let mut files = Vec::new();
    for (word, name) in ["sites", "states", "used", "dropped", "iterations"]
        .into_iter()
        .enumerate()
    {
        for value in [0, -1, 1, 21, 1 << 20, i32::MAX, i32::MIN] {
            let mut bytes = sound.clone();
            bytes[4 * word..][..4].copy_from_slice(&value.to_le_bytes());
            files.push(Malformed::new(format!("plmc of {value} {name}"), bytes));
        }
    }
    for (word, name) in [(5, "theta"), (6, "lambda_h"), (9, "Neff")] {
        for value in [f32::NAN, f32::INFINITY, -1.0, 1e-44, 3e38] {
            let mut bytes = sound.clone();
            bytes[4 * word..][..4].copy_from_slice(&value.to_le_bytes());
            files.push(Malformed::new(format!("plmc with {name} {value}"), bytes));
        }
    }
    for (name, value) in [("infinite", f32::INFINITY), ("largest", f32::MAX)] {
        let mut bytes = sound.clone();
        let end = bytes.len();
        bytes[end - 400..].copy_from_slice(&value.to_le_bytes().repeat(100));
        files.push(Malformed::new(format!("plmc with {name} couplings"), bytes));
    }
    // 100 bytes that claim 2 GB, plain and packed.
    let mut claim = sound[..100].to_vec();
    claim[..4].copy_from_slice(&1100i32.to_le_bytes());
    files.push(Malformed::new(
        "100 bytes of plmc that claim 2 GB",
        claim.clone(),
    ));
    files.push(Malformed::new("the same, packed", gzip(&claim)));
    files
}

/// Zip archives whose directory lies.
fn archives() -> Vec<Malformed> {
    let sound = of_kind("npz");
    let entry = sound.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let end = sound.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    let with = |at: usize, value: &[u8]| {
        let mut bytes = sound.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        bytes
    };
    let huge = 0xffff_fff0u32.to_le_bytes();
    vec![
        Malformed::new("npz with a wrong checksum", with(entry + 16, &[1, 2, 3, 4])),
        Malformed::new("npz with a huge size", with(entry + 24, &huge)),
        Malformed::new(
            "npz with huge sizes",
            with(entry + 20, &[huge, huge].concat()),
        ),
        Malformed::new(
            "npz with sizes in an extra field",
            with(entry + 20, &[0xff; 8]),
        ),
        Malformed::new("npz with a huge offset", with(entry + 42, &huge)),
        Malformed::new("npz that claims to be deflated", with(entry + 10, &[8, 0])),
        Malformed::new("npz of an unknown method", with(entry + 10, &[99, 0])),
        Malformed::new("npz with a long name", with(entry + 28, &[0xff, 0xff])),
        Malformed::new("npz that is encrypted", with(entry + 8, &[1, 0])),
        Malformed::new("npz with a huge directory", with(end + 12, &huge)),
        Malformed::new(
            "npz with its directory beyond the end",
            with(end + 16, &huge),
        ),
        Malformed::new(
            "npz with a 64-bit end that is not there",
            with(end + 12, &[0xff; 8]),
        ),
        Malformed::new(
            "npz with a path that leads up",
            replaced(&sound, b"h.npy", b"/../h"),
        ),
        Malformed::new("npz twice", [&sound[..], &sound[..]].concat()),
        Malformed::new(
            "npz with the same name twice",
            replaced(&sound, b"gauge.npy", b"\0\0\0\0h.npy"),
        ),
    ]
}

/// Arrays of numpy whose headers lie.
fn arrays() -> Vec<Malformed> {
    let mut files: Vec<Malformed> = [
        ("<f8", "(0,)"),
        ("<f8", "(-3,)"),
        ("<f8", "(4,)"),
        ("<f8", "(268435456,)"),
        ("<f8", "(18446744073709551615,)"),
        ("<f8", "(99999999999999999999999,)"),
        ("<f8", "(4294967296, 4294967296, 4294967296)"),
        ("<f8", "()"),
        ("<f8", "((((((((((3,"),
        ("|O", "(3,)"),
        ("<U0", "(1000000000,)"),
        ("<U99999999999", "(3,)"),
        ("|V0", "(1000000000,)"),
        (">f8", "(3,)"),
        ("<f16", "(3,)"),
        ("'", "(3,)"),
    ]
    .into_iter()
    .map(|(kind, shape)| {
        Malformed::new(format!("npy of {kind} {shape}"), npy(kind, shape, &[0; 24]))
    })
    .collect();
    let brackets = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': {}",
        "(".repeat(60_000)
    );
    let mut deep = b"\x93NUMPY\x01\0".to_vec();
    deep.extend((brackets.len() as u16).to_le_bytes());
    deep.extend(brackets.as_bytes());
    files.push(Malformed::new("npy of many brackets", deep));
    files.push(Malformed::new(
        "npy with a huge header",
        &b"\x93NUMPY\x02\0\xff\xff\xff\x7f{'descr'"[..],
    ));
    files.push(Malformed::new(
        "npz with a huge array",
        replaced(&of_kind("npz"), b"(8, 20)", b"(8,9e9)"),
    ));
    files.push(Malformed::new(
        "npz with a long array",
        replaced(&of_kind("npz"), b"(8, 20)", b"(99,20)"),
    ));
    files
}

/// Numbers in text that are none, or too large.
fn numbers() -> Vec<Malformed> {
    let mut files = Vec::new();
    for number in [
        "nan", "inf", "-inf", "1e999", "1e-999", "", "-", "0x10", "1,5", "\u{ff11}",
    ] {
        let number = number.as_bytes();
        let mrf = [b"V[0] ", number, b" 0 0 0 0\n"].concat();
        files.push(Malformed::new(
            format!("mrf with {}", number.escape_ascii()),
            mrf,
        ));
        let list = [b"0.5\n", number, b"\n1\n"].concat();
        files.push(Malformed::new(
            format!("weights with {}", number.escape_ascii()),
            list,
        ));
        let dat = [&of_kind("dat")[..], b"h 1 A ", number, b"\n"].concat();
        files.push(Malformed::new(
            format!("dat with {}", number.escape_ascii()),
            dat,
        ));
    }
    for site in ["-1", "4294967296", "18446744073709551616", "1048575", "x"] {
        let dat = format!("J 0 {site} A C 0.5\nh 0 A 1\nh 0 C 1\nh {site} A 1\nh {site} C 1\n");
        files.push(Malformed::new(format!("dat of site {site}"), dat));
        let states = "0 ".repeat(21);
        let mrf = format!(
            "V[0] {states}\nV[{site}] {states}\nW[0][{site}] {}\n",
            "0 ".repeat(441)
        );
        files.push(Malformed::new(format!("mrf of site {site}"), mrf));
    }
    files.push(Malformed::new(
        "dat of many states",
        (0..99).map(|k| format!("h 0 {k} 1\n")).collect::<String>(),
    ));
    files.push(Malformed::new(
        "dat of state 2^64",
        "h 0 0 1\nh 0 18446744073709551615 1\n",
    ));
    files.push(Malformed::new(
        "dat of a long state",
        format!("h 0 {} 1\nh 0 A 1\n", "A".repeat(100_000)),
    ));
    files.push(Malformed::new(
        "mrf of a long word",
        format!("V[0] {}\n", "x".repeat(100_000)),
    ));
    files.push(Malformed::new(
        "mrf of a million brackets",
        "V[".repeat(500_000),
    ));
    let fields = (0..400)
        .map(|site| format!("V[{site}] 0 0 0 0 0\n"))
        .collect::<String>();
    files.push(Malformed::new(
        "mrf of many sites and one pair",
        format!("{fields}W[0][1] {}\n", "0 ".repeat(25)),
    ));
    files.push(Malformed::new(
        "raw of many sites",
        format!("{}\n", "0\t".repeat(20)).repeat(3000) + "# 0 1\n",
    ));
    files
}

/// Text that is odd.
fn texts() -> Vec<Malformed> {
    let utf16 = |bytes: &[u8], mark: [u8; 2]| -> Vec<u8> {
        let units = bytes.iter().flat_map(|&byte| {
            if mark[0] == 0xff {
                [byte, 0]
            } else {
                [0, byte]
            }
        });
        mark.into_iter().chain(units).collect()
    };
    let mut files = Vec::new();
    for (kind, text) in [
        ("fasta", FAMILY),
        ("stockholm", STOCKHOLM),
        ("clustal", CLUSTAL),
        ("weights", WEIGHTS),
        ("mutants", MUTANTS),
    ] {
        let add = |what: &str, bytes: Vec<u8>| Malformed::new(format!("{kind} {what}"), bytes);
        let letters = text.replace('A', "\0");
        files.extend([
            add("in UTF-16", utf16(text.as_bytes(), [0xff, 0xfe])),
            add(
                "in UTF-16, the other way",
                utf16(text.as_bytes(), [0xfe, 0xff]),
            ),
            add("with old line ends", text.replace('\n', "\r").into()),
            add(
                "with mixed line ends",
                text.replacen('\n', "\r", 2)
                    .replacen('\n', "\r\n", 1)
                    .into(),
            ),
            add("with NULs", letters.into()),
            add(
                "with a lone surrogate",
                replaced(text.as_bytes(), b"a", b"\xed\xa0\x80"),
            ),
            add(
                "with escape sequences",
                replaced(text.as_bytes(), b"a", b"\x1b[2J\x9b"),
            ),
            add("twice", text.repeat(2).into()),
            add("after a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
            add("without line ends", text.replace('\n', "").into()),
        ]);
    }
    files.extend([
        Malformed::new("NULs", vec![0; 5000]),
        Malformed::new("no UTF-8", vec![0xff; 5000]),
        Malformed::new("line ends", "\n".repeat(100_000)),
        Malformed::new("header signs", ">\n".repeat(50_000)),
        Malformed::new("names alone", ">a\n".repeat(50_000)),
        Malformed::new("rows of one letter", "A\n".repeat(200_000)),
        Malformed::new(
            "the same name in one block",
            format!("# STOCKHOLM 1.0\n{}//\n", "a A\n".repeat(200_000)),
        ),
        Malformed::new(
            "as many blocks",
            format!("CLUSTAL\n{}", "\na A\nb A\n".repeat(50_000)),
        ),
        Malformed::new(
            "a long name",
            format!(">{}\nACD\n>b\nAC\n", "n".repeat(1 << 20)),
        ),
        Malformed::new(
            "a long row",
            format!(">a\n{0}\n>b\n{0}\n", "A".repeat(1 << 21)),
        ),
        Malformed::new("a line of two megabytes", "x".repeat(1 << 21)),
        Malformed::new(
            "quotes",
            "mutant,\"a\n".to_owned() + &"\"A10G\n".repeat(20_000),
        ),
        Malformed::new("separators", "mutant".to_owned() + &",".repeat(200_000)),
        Malformed::new("many substitutions", "A1G:".repeat(100_000)),
        Malformed::new("a long number", format!("A{}G\n", "9".repeat(100_000))),
        Malformed::new("deep JSON", "[".repeat(100_000)),
        Malformed::new(
            "deep JSON inside",
            format!("[{{\"x\":{}", "[".repeat(100_000)),
        ),
        Malformed::new("JSON of a huge number", "[{\"weight\":1e99999,\"row\":-1}]"),
        Malformed::new(
            "a long JSON key",
            format!("[{{\"weight\":\"{}\"}}]", "x".repeat(100_000)),
        ),
        Malformed::new(
            "a table of one long header",
            format!("{}\n1\n", "weights,".repeat(50_000)),
        ),
    ]);
    files
}

/// Packed data that lie.
fn packed() -> Vec<Malformed> {
    let whole = gzip(FAMILY.as_bytes());
    let (mut sum, mut size) = (whole.clone(), whole.clone());
    let end = whole.len();
    sum[end - 8] ^= 1;
    size[end - 4] ^= 1;
    vec![
        Malformed::new("gzip with a wrong checksum", sum),
        Malformed::new("gzip with a wrong size", size),
        Malformed::new("gzip in gzip", gzip(&whole)),
        Malformed::new("gzip of nothing", gzip(b"")),
        Malformed::new("gzip of a model", gzip(&of_kind("h5"))),
        Malformed::new("gzip header alone", &whole[..10]),
        Malformed::new(
            "gzip with a name without end",
            [&b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"[..], &[b'n'; 5000]].concat(),
        ),
        Malformed::new(
            "zstd with a huge window",
            &b"\x28\xb5\x2f\xfd\0\xff\x01\0\0"[..],
        ),
        Malformed::new(
            "zstd that claims 2^63 bytes",
            &b"\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x80\x01\0\0"[..],
        ),
        Malformed::new(
            "zstd with a dictionary",
            &b"\x28\xb5\x2f\xfd\x03\x58\x01\0\0\0\x01\0\0"[..],
        ),
        Malformed::new(
            "zstd with a long frame to skip",
            &b"\x50\x2a\x4d\x18\xff\xff\xff\xffxx"[..],
        ),
        Malformed::new(
            "zstd of reserved blocks",
            &b"\x28\xb5\x2f\xfd\0\x58\x07\0\0"[..],
        ),
    ]
}

/// Small files that unpack to a hundred megabytes.
pub fn bombs() -> Vec<Malformed> {
    const UNPACKED: usize = 100 << 20;
    let repeated = |name: &str, start: &str, line: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(start.as_bytes()).unwrap();
        let lines = line.repeat((1 << 20) / line.len());
        for _ in 0..UNPACKED / lines.len() {
            encoder.write_all(lines.as_bytes()).unwrap();
        }
        Malformed {
            name: name.into(),
            bytes: encoder.finish().unwrap(),
            unpacked: UNPACKED,
        }
    };
    let row = "ACDEFGHIKLMNPQRSTVWY".repeat(5);
    // A frame of blocks that repeat one byte: 4 bytes each for 128 kB.
    let mut zeros = b"\x28\xb5\x2f\xfd\0\x58".to_vec();
    zeros.extend(b"\x02\0\x10A".repeat(UNPACKED >> 17));
    vec![
        repeated("a bomb of rows", "", &format!(">a\n{row}\n")),
        repeated("a bomb without a line end", "A1G", "A"),
        repeated("a bomb of fields", "", "V[0] 0 0 0 0 0\n"),
        Malformed {
            name: "a bomb in zstd".into(),
            bytes: zeros,
            unpacked: UNPACKED,
        },
    ]
}
