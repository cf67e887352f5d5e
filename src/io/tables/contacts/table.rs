//! The list with all its numbers: TSV, CSV, JSON. Positions of a complex are written `A:12`, in JSON as text.

use crate::io::tables::columns::{Column, Contacts, write_delimited, write_objects};
use crate::io::tables::rows::ContactRow;
use std::io::{self, Write};

/// A header and a line a contact, separated by tabs.
///
/// # Errors
/// Those of `output`.
pub fn write_tsv(
    columns: &[Column<Contacts>],
    rows: &[ContactRow<'_>],
    output: &mut dyn Write,
) -> io::Result<()> {
    write_delimited(columns, rows, b'\t', output)
}

/// A header and a line a contact, separated by commas.
///
/// # Errors
/// Those of `output`.
pub fn write_csv(
    columns: &[Column<Contacts>],
    rows: &[ContactRow<'_>],
    output: &mut dyn Write,
) -> io::Result<()> {
    write_delimited(columns, rows, b',', output)
}

/// An array of objects, one a line, whose keys are the columns of the tables and whose numbers are rounded as there.
///
/// # Errors
/// Those of `output`.
pub fn write_json(
    columns: &[Column<Contacts>],
    rows: &[ContactRow<'_>],
    output: &mut dyn Write,
) -> io::Result<()> {
    write_objects(columns, rows, output)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{contact, contact_of, rows, written};
    use super::*;
    use crate::io::tables::columns::{CONTACTS, chosen};

    fn usual() -> Vec<Column<Contacts>> {
        chosen(CONTACTS, &[])
    }

    #[test]
    fn tables_have_a_header_and_a_line_a_contact() {
        let contacts = [contact(1, 3, 12), contact(2, 4, 10)];
        let tsv = written(|out| write_tsv(&usual(), &rows(&contacts), out));
        let expected = "rank\ti\tA_i\tj\tA_j\tfn\tcn\tscore\tz\tprobability\tpattern\n\
            1\t3\tA\t12\tC\t0.500000\t0.250000\t0.333333\t12.346\t0.5000\t-1.5000\n\
            2\t4\tA\t10\tC\t0.500000\t0.250000\t0.333333\t12.346\t0.3333\t-1.5000\n";
        assert_eq!(tsv, expected);
        let csv = written(|out| write_csv(&usual(), &rows(&contacts), out));
        assert_eq!(csv, expected.replace('\t', ","));
    }

    #[test]
    fn chains_stand_before_the_positions() {
        let mut between = contact_of(1, (b'A', 12), (b'B', 3));
        between.probability = None;
        let tsv = written(|out| write_tsv(&usual(), &rows(&[between]), out));
        let row = "1\tA:12\tA\tB:3\tC\t0.500000\t0.250000\t0.333333\t12.346\t\t-1.5000";
        assert_eq!(tsv.lines().nth(1), Some(row));
        let text = written(|out| write_json(&usual(), &rows(&[between]), out));
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&parsed[0]["i"], &parsed[0]["j"]),
            (&"A:12".into(), &"B:3".into())
        );
        assert!(parsed[0]["probability"].is_null());
    }

    #[test]
    fn json_is_an_array_of_objects_with_numbers() {
        let contacts = [contact(1, 3, 12), contact(2, 4, 10)];
        let text = written(|out| write_json(&usual(), &rows(&contacts), out));
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed.as_array().unwrap().len(), 2);
        assert_eq!(parsed[0]["A_i"], "A");
        assert_eq!(parsed[0]["j"], 12);
        assert_eq!(parsed[1]["probability"], 0.3333);
        assert_eq!(parsed[1].as_object().unwrap().len(), usual().len());
    }

    #[test]
    fn an_empty_list_is_a_header_or_an_empty_array() {
        assert_eq!(
            written(|out| write_csv(&usual(), &[], out)).lines().count(),
            1
        );
        let empty: Vec<u8> =
            serde_json::from_str(&written(|out| write_json(&usual(), &[], out))).unwrap();
        assert!(empty.is_empty());
    }
}
