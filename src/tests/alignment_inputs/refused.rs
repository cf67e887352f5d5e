//! Input that is no alignment.

use super::read;
use super::texts::{fasta, gzip, rows};
use crate::Error;

/// UTF-16, as Windows editors write it.
fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units
        .flat_map(|u| {
            if big {
                u.to_be_bytes()
            } else {
                u.to_le_bytes()
            }
        })
        .collect()
}

#[test]
fn input_that_is_no_alignment_says_what_it_is() {
    let family = fasta(&rows("-"), 100);
    let mut tar = vec![0; 1024];
    tar[..6].copy_from_slice(b"a.fasta"[..6].as_ref());
    tar[257..262].copy_from_slice(b"ustar");
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (utf16(&family, true, false), "UTF-16"),
        (utf16(&family, true, true), "UTF-16"),
        (utf16(&family, false, false), "UTF-16"),
        (utf16(&family, false, true), "UTF-16"),
        (gzip(&gzip(family.as_bytes())), "compressed twice"),
        (gzip(&tar), "tar archive"),
        (
            [&gzip(family.as_bytes())[..], b"<html>"].concat(),
            "something else follows them",
        ),
        (gzip(family.as_bytes())[..60].to_vec(), "end too early"),
        (gzip(b""), "only blanks"),
        (b"\n \t\n".to_vec(), "only blanks"),
        (b"PK\x03\x04\x14\0".to_vec(), "zip archive"),
        (b"\x89HDF\r\n\x1a\n".to_vec(), "HDF5"),
        (b"<!DOCTYPE html>\n<html>".to_vec(), "web page"),
        (b" 6 12\nT         ACD-EFGH-IKL\n".to_vec(), "PHYLIP"),
        (b"#NEXUS\nbegin data;\n".to_vec(), "NEXUS"),
        (b"LOCUS       AB000001     120 aa\n".to_vec(), "GenBank"),
        (b"HEADER    OXIDOREDUCTASE\n".to_vec(), "PDB"),
        (b"data_1RX2\n#\n".to_vec(), "mmCIF"),
        (b"@r1\nACGT\n+\nFFFF\n".to_vec(), "FASTQ"),
        (b"ACD-EFGH\nACDEF\n".to_vec(), "starts with 'ACD-EFGH'"),
    ];
    for (bytes, words) in cases {
        let error = read(&bytes).unwrap_err();
        assert!(
            matches!(error, Error::Input { .. }) && error.exit_code() == 3,
            "{error}"
        );
        let message = error.to_string();
        assert!(message.contains(words), "'{words}' is missing: {message}");
        assert!(message.contains("\n  "), "no advice: {message}");
    }
}
