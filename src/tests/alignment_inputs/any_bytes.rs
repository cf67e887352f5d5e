//! Whatever comes in, nothing panics; and FASTA is read as another reader does.

use super::{FORMATS, read, read_as};
use crate::alignment::{ColumnRule, FocusOptions, focus};
use crate::alphabet::Alphabet;
use proptest::prelude::*;

/// Pieces of which files are made, good and bad.
const PIECES: [&[u8]; 36] = [
    b">",
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"\t",
    b"ACDE",
    b"-",
    b".",
    b"ac",
    b"# STOCKHOLM 1.0\n",
    b"#=GC RF ",
    b"#",
    b"//",
    b"CLUSTAL\n",
    b"12",
    b"*",
    b"name",
    b"\xff",
    b"\0",
    b"\xef\xbb\xbf",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\x50\x2a\x4d\x18",
    b"2 4\n",
    b">P1;a\n",
    b"MSF: 4 Check: 1 ..\n",
    b"Name: a\n",
    b"#NEXUS\n",
    b"begin data;",
    b"format interleave matchchar=.;",
    b"matrix ",
    b";",
    b"'",
    b"[",
    b">ss_pred\n",
];

fn patchwork() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40);
    pieces.prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop_oneof![patchwork(), prop::collection::vec(any::<u8>(), 0..200)]) {
        let results = FORMATS.iter().map(|format| read_as(&bytes, *format)).chain([read(&bytes)]);
        for records in results.flatten() {
            for columns in [ColumnRule::Target, ColumnRule::Reference] {
                let options = FocusOptions { columns, ..FocusOptions::default() };
                let _ = focus::focus(&records, &Alphabet::protein(), &options);
            }
        }
    }

    /// Rows of annotation, stops at the ends and filling behind the end change nothing.
    #[test]
    fn what_is_left_out_leaves_the_same(
        rows in prop::collection::vec("[A-Z-]{12}", 2..6),
        at in 0usize..6,
        stopped in prop::collection::vec(any::<bool>(), 6),
        filling in "[\n\0 ]{0,4}",
    ) {
        let fasta = |n: usize, row: &str| format!(">s{n}\n{row}\n");
        let plain: String = rows.iter().enumerate().map(|(n, row)| fasta(n, row)).collect();
        let mut other: Vec<String> = rows
            .iter()
            .zip(&stopped)
            .enumerate()
            .map(|(n, (row, stop))| fasta(n, &format!("{row}{}", if *stop { "*" } else { "" })))
            .collect();
        other.insert(at.min(rows.len()), ">ss_pred\nCCHHHHEEECC\n>Consensus x\nACDE\n".into());
        let other = other.concat() + &filling;
        let (plain, other) = (read(plain.as_bytes()).unwrap(), read(other.as_bytes()).unwrap());
        prop_assert_eq!(plain.names(), other.names());
        prop_assert!(plain.rows().iter().eq(other.rows().iter()));
    }

    /// noodles reads the same names and rows.
    #[test]
    fn fasta_is_read_as_noodles_reads_it(
        records in prop::collection::vec(("[a-z|/0-9]{1,9}( [a-z>]{1,5})?", prop::collection::vec("[A-Z-]{10}", 3)), 2..6),
        end in prop_oneof![Just("\n"), Just("\r\n")],
        width in 1usize..40,
    ) {
        let mut text = String::new();
        for (name, row) in &records {
            text += &format!(">{name}{end}");
            for line in row.concat().as_bytes().chunks(width) {
                text += &format!("{}{end}", String::from_utf8_lossy(line));
            }
        }
        let ours = read(text.as_bytes()).unwrap();
        let mut reader = noodles_fasta::io::Reader::new(text.as_bytes());
        let theirs: Vec<_> = reader.records().map(std::result::Result::unwrap).collect();
        prop_assert_eq!(ours.len(), theirs.len());
        for (n, record) in theirs.iter().enumerate() {
            let name: &[u8] = record.name();
            prop_assert!(ours.names()[n].as_bytes().starts_with(name));
            prop_assert_eq!(&ours.rows()[n], record.sequence().as_ref());
        }
    }
}
