//! Files that are no alignment, or none that is read, named for what they are.

use crate::io::files::compression::Compression;

/// What a file is, and what to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// As in "this is ...".
    pub what: &'static str,
    /// What to do next.
    pub advice: &'static str,
}

/// What a file that is no alignment should have been.
pub const EXPECTED: &str = "an alignment is expected, in FASTA, A2M, A3M, Stockholm or Clustal format, or with one sequence a line";

/// What to do with the others.
const CONVERT: &str =
    "convert it to FASTA or Stockholm first, with 'esl-reformat', 'seqmagick' or Biopython, say";
const UNPACK: &str = "unpack it first; plain files, gzip and zstd are read as they are";
const TO_UTF8: &str =
    "save it as plain text, or convert it: iconv -f UTF-16 -t UTF-8 FILE > plain.fa";
const NO_ALIGNMENT_YET: &str =
    "align its sequences first, or take the alignment that belongs to it";

/// Beginnings of packed and other files that are no plain text.
const BINARY: [(&[u8], &str, &str); 10] = [
    (b"\x89HDF", "an HDF5 file, perhaps a model", EXPECTED),
    (b"PK\x03\x04", "a zip archive or an office document", UNPACK),
    (b"\xfd7zXZ\0", "an xz file", UNPACK),
    (b"BZh", "a bzip2 file", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"\x04\x22\x4d\x18", "an lz4 file", UNPACK),
    (b"\x1f\x9d", "a file packed by 'compress'", UNPACK),
    (b"\x93NUMPY", "a NumPy array", EXPECTED),
    (b"%PDF", "a PDF document", EXPECTED),
    (b"\xff\xfe\0\0", "text in UTF-32", TO_UTF8),
];

/// Beginnings of other text files, in capitals.
const TEXT: [(&str, &str, &str); 22] = [
    ("#NEXUS", "a NEXUS file", CONVERT),
    ("!!AA_MULTIPLE", "an MSF file", CONVERT),
    ("PILEUP", "an MSF file", CONVERT),
    ("LOCUS ", "a GenBank file", NO_ALIGNMENT_YET),
    ("ID  ", "an EMBL or UniProt file", NO_ALIGNMENT_YET),
    ("@", "a FASTQ or SAM file", NO_ALIGNMENT_YET),
    ("HEADER ", "a PDB file, a structure", EXPECTED),
    ("ATOM ", "a PDB file, a structure", EXPECTED),
    ("REMARK ", "a PDB file, a structure", EXPECTED),
    ("CRYST1 ", "a PDB file, a structure", EXPECTED),
    ("MODEL ", "a PDB file, a structure", EXPECTED),
    ("DATA_", "an mmCIF file, a structure", EXPECTED),
    ("HMMER", "an HMMER profile", EXPECTED),
    ("INFERNAL", "an Infernal model", EXPECTED),
    ("HHSEARCH", "an HH-suite profile", EXPECTED),
    (
        "<!DOCTYPE",
        "a web page, perhaps an error message of a server",
        EXPECTED,
    ),
    (
        "<HTML",
        "a web page, perhaps an error message of a server",
        EXPECTED,
    ),
    ("<?XML", "an XML file", EXPECTED),
    (
        "{\\RTF",
        "a document of a word processor",
        "save it as plain text",
    ),
    ("{", "a JSON file", EXPECTED),
    ("(", "a tree in Newick format", EXPECTED),
    ("BLAST", "a report of BLAST", EXPECTED),
];

/// A file that is no plain text, whatever it is said to be.
pub fn binary(start: &[u8]) -> Option<Foreign> {
    let known = BINARY.iter().find(|(magic, ..)| start.starts_with(magic));
    let (what, advice) = match known {
        Some((_, what, advice)) => (*what, *advice),
        None if Compression::of(start).is_some() => ("compressed twice", "unpack it once"),
        None if is_utf16(start) => ("text in UTF-16", TO_UTF8),
        None if start.get(257..262) == Some(b"ustar") => ("a tar archive", UNPACK),
        None => return None,
    };
    Some(Foreign { what, advice })
}

/// Text of another kind.
pub fn text(start: &[u8]) -> Option<Foreign> {
    let upper = start[..start.len().min(20)].to_ascii_uppercase();
    let known = TEXT.iter().find(|(s, ..)| upper.starts_with(s.as_bytes()));
    let (what, advice) = match known {
        Some((_, what, advice)) => (*what, *advice),
        None if is_phylip(start) => ("a PHYLIP file", CONVERT),
        None => return None,
    };
    Some(Foreign { what, advice })
}

/// A byte-order mark, or a zero beside each letter.
fn is_utf16(start: &[u8]) -> bool {
    let zeros = |from: usize| start.len() >= 4 && start[from..4].iter().step_by(2).all(|b| *b == 0);
    start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || zeros(0) != zeros(1)
}

/// A first line of two numbers, of sequences and of columns.
fn is_phylip(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let words = line
        .split(u8::is_ascii_whitespace)
        .filter(|w| !w.is_empty());
    let numbers: Vec<bool> = words.map(|w| w.iter().all(u8::is_ascii_digit)).collect();
    numbers == [true, true]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_for_what_they_are() {
        for (start, word) in [
            (&b" 5 300\na ACD"[..], "PHYLIP"),
            (b"#nexus\nbegin data;", "NEXUS"),
            (b"<!doctype html>", "web page"),
            (b"ATOM      1  N", "PDB"),
            (b"data_1ABC\n", "mmCIF"),
            (b"LOCUS       X", "GenBank"),
            (b"@read1\nACGT\n+\n", "FASTQ"),
            (b"{\\rtf1", "word processor"),
            (b"{\"a\"", "JSON"),
        ] {
            let foreign = text(start).expect(word);
            assert!(foreign.what.contains(word), "{}", foreign.what);
            assert_eq!(binary(start), None);
        }
        let mut tar = vec![b'x'; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (start, word) in [
            (&b"PK\x03\x04"[..], "zip"),
            (b"\x89HDF\r\n", "HDF5"),
            (b"\xff\xfe>\0a\0", "UTF-16"),
            (b"\xfe\xff\0>\0a", "UTF-16"),
            (b">\0a\0\n\0", "UTF-16"),
            (b"\0>\0a", "UTF-16"),
            (b"\xff\xfe\0\0", "UTF-32"),
            (b"\x1f\x8b\x08", "twice"),
            (&tar, "tar"),
        ] {
            let foreign = binary(start).expect(word);
            assert!(foreign.what.contains(word), "{}", foreign.what);
        }
    }

    #[test]
    fn alignments_are_not_foreign() {
        for start in [
            &b">a\nAC"[..],
            b"# STOCKHOLM 1.0",
            b"CLUSTAL",
            b"ATOMACD\n",
            b"a 3\n",
            b"\0\0\0\0",
            b"",
            b"a",
        ] {
            assert_eq!((binary(start), text(start)), (None, None));
        }
    }
}
