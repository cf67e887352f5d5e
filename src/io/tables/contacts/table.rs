//! The list with all its numbers: TSV, CSV, JSON. Positions of a complex are written `A:12`, in JSON as text.

use crate::contacts::Contact;
use std::io::{self, Write};

/// Names of the columns and of the JSON keys.
const COLUMNS: [&str; 10] = [
    "rank",
    "i",
    "A_i",
    "j",
    "A_j",
    "fn",
    "cn",
    "score",
    "z",
    "probability",
];

/// Keys whose values are text in JSON.
const LETTERS: [&str; 2] = ["A_i", "A_j"];

/// Keys whose values are text where they name a chain, and numbers else.
const POSITIONS: [&str; 2] = ["i", "j"];

/// A header and a line a contact, separated by tabs.
///
/// # Errors
/// Those of `output`.
pub fn write_tsv(contacts: &[Contact], output: &mut dyn Write) -> io::Result<()> {
    write_delimited(contacts, "\t", output)
}

/// A header and a line a contact, separated by commas. No field can hold a comma or a quote.
///
/// # Errors
/// Those of `output`.
pub fn write_csv(contacts: &[Contact], output: &mut dyn Write) -> io::Result<()> {
    write_delimited(contacts, ",", output)
}

fn write_delimited(
    contacts: &[Contact],
    delimiter: &str,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(output, "{}", COLUMNS.join(delimiter))?;
    for contact in contacts {
        writeln!(output, "{}", fields(contact).join(delimiter))?;
    }
    Ok(())
}

/// An array of objects, one a line, whose keys are the columns of the tables and whose numbers are rounded as there.
///
/// # Errors
/// Those of `output`.
pub fn write_json(contacts: &[Contact], output: &mut dyn Write) -> io::Result<()> {
    output.write_all(b"[")?;
    for (k, contact) in contacts.iter().enumerate() {
        let separator = if k == 0 { "" } else { "," };
        write!(output, "{separator}\n{}", json_object(contact))?;
    }
    writeln!(output, "\n]")
}

/// Every number of [`fields`] is finite and already written as JSON writes numbers; an empty field is null.
fn json_object(contact: &Contact) -> String {
    let has_chains = contact.residues.0.chain.is_some();
    let member = |(key, value): (&str, String)| {
        if LETTERS.contains(&key) || (has_chains && POSITIONS.contains(&key)) {
            format!("\"{key}\":{}", serde_json::Value::from(value))
        } else {
            let value = if value.is_empty() { "null" } else { &value };
            format!("\"{key}\":{value}")
        }
    };
    let members: Vec<String> = COLUMNS
        .into_iter()
        .zip(fields(contact))
        .map(member)
        .collect();
    format!("{{{}}}", members.join(","))
}

/// The numbers of a contact in the order of [`COLUMNS`].
fn fields(contact: &Contact) -> [String; 10] {
    [
        contact.rank.to_string(),
        contact.residues.0.to_string(),
        char::from(contact.letters.0).to_string(),
        contact.residues.1.to_string(),
        char::from(contact.letters.1).to_string(),
        decimal(contact.frobenius, 6),
        decimal(contact.corrected, 6),
        decimal(contact.score, 6),
        decimal(contact.z, 3),
        contact.probability.map_or(String::new(), |p| decimal(p, 4)),
    ]
}

/// A number with so many decimals; what rounds to zero has no sign.
fn decimal(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| matches!(byte, b'0' | b'.')) => zero.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{contact, contact_of, written};
    use super::*;

    #[test]
    fn tables_have_a_header_and_a_line_a_contact() {
        let contacts = [contact(1, 3, 12), contact(2, 4, 10)];
        let tsv = written(|out| write_tsv(&contacts, out));
        let expected = "rank\ti\tA_i\tj\tA_j\tfn\tcn\tscore\tz\tprobability\n\
            1\t3\tA\t12\tC\t0.500000\t0.250000\t0.333333\t12.346\t0.5000\n\
            2\t4\tA\t10\tC\t0.500000\t0.250000\t0.333333\t12.346\t0.3333\n";
        assert_eq!(tsv, expected);
        let csv = written(|out| write_csv(&contacts, out));
        assert_eq!(csv, expected.replace('\t', ","));
    }

    #[test]
    fn chains_stand_before_the_positions() {
        let mut between = contact_of(1, (b'A', 12), (b'B', 3));
        between.probability = None;
        let tsv = written(|out| write_tsv(&[between], out));
        let row = "1\tA:12\tA\tB:3\tC\t0.500000\t0.250000\t0.333333\t12.346\t";
        assert_eq!(tsv.lines().nth(1), Some(row));
        let text = written(|out| write_json(&[between], out));
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&parsed[0]["i"], &parsed[0]["j"]),
            (&"A:12".into(), &"B:3".into())
        );
        assert!(parsed[0]["probability"].is_null());
    }

    #[test]
    fn json_is_an_array_of_objects_with_numbers() {
        let text = written(|out| write_json(&[contact(1, 3, 12), contact(2, 4, 10)], out));
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed.as_array().unwrap().len(), 2);
        assert_eq!(parsed[0]["A_i"], "A");
        assert_eq!(parsed[0]["j"], 12);
        assert_eq!(parsed[1]["probability"], 0.3333);
        assert_eq!(parsed[1].as_object().unwrap().len(), COLUMNS.len());
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(decimal(-1e-9, 6), "0.000000");
        assert_eq!(decimal(-1e-6, 6), "-0.000001");
        assert_eq!(decimal(2.5, 3), "2.500");
    }

    #[test]
    fn an_empty_list_is_a_header_or_an_empty_array() {
        assert_eq!(written(|out| write_csv(&[], out)).lines().count(), 1);
        let empty: Vec<u8> = serde_json::from_str(&written(|out| write_json(&[], out))).unwrap();
        assert!(empty.is_empty());
    }
}
