//! The columns of an atom.

use super::columns;
use crate::io::structures::draft::AtomRow;
use crate::io::structures::number;
use crate::structure::Monomer;

/// A line of an atom.
pub struct Columns<'t>(pub &'t [u8]);

/// The names in it.
pub struct Names {
    chain: String,
    residue: String,
    atom: String,
    element: String,
}

impl Columns<'_> {
    /// Its names. What is no UTF-8 is replaced: no name that counts has any.
    pub fn names(&self) -> Names {
        let text = |range| String::from_utf8_lossy(columns(self.0, range)).into_owned();
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
        // Old files have the number of the line there.
        let element = columns(self.0, (77, 78));
        let element = if element.iter().all(is_letter) {
            element
        } else {
            b""
        };
        Names {
            // Two letters, where one was not enough.
            chain: text((21, 22)),
            residue: text((18, 20)).to_ascii_uppercase(),
            // C1* of old files.
            atom: text((13, 16)).to_ascii_uppercase().replace('*', "'"),
            element: String::from_utf8_lossy(element).to_ascii_uppercase(),
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read<'n>(&self, names: &'n Names) -> Result<AtomRow<'n>, String> {
        let line = self.0;
        if line.len() < 54 {
            return Err(format!(
                "an atom with its coordinates in columns 31 to 54 is expected, and the line has {}",
                line.len()
            ));
        }
        let (number, insertion) = self.number()?;
        let coordinate = |what, range| number::coordinate(what, columns(line, range));
        let position = [
            coordinate("x, in columns 31 to 38,", (31, 38))?,
            coordinate("y, in columns 39 to 46,", (39, 46))?,
            coordinate("z, in columns 47 to 54,", (47, 54))?,
        ];
        // Calcium is written one column further to the left.
        let is_indented = line[12] == b' ';
        let is_amino_acid = matches!(Monomer::named(&names.residue), Monomer::AminoAcid(_));
        Ok(AtomRow {
            chain: &names.chain,
            residue: &names.residue,
            number,
            insertion,
            atom: &names.atom,
            element: &names.element,
            may_be_carbon: match names.element.as_str() {
                "" => is_indented || is_amino_acid,
                element => element == "C",
            },
            alternative: line[16],
            occupancy: number::occupancy(columns(line, (55, 60)))?,
            b_factor: number::optional(columns(line, (61, 66))),
            position,
            is_hetero: line.starts_with(b"HETATM"),
            label: None,
        })
    }

    /// The number of the residue, and the letter behind it.
    fn number(&self) -> Result<(i64, Option<char>), String> {
        let last = self.0[26];
        let (digits, insertion) = match last.is_ascii_digit() {
            // A number of five digits that has no room for a letter.
            true => (columns(self.0, (23, 27)), None),
            false => {
                let letter = (last != b' ').then(|| char::from(last));
                (
                    columns(self.0, (23, 26)),
                    letter.filter(char::is_ascii_graphic),
                )
            }
        };
        let number = number::whole(digits).or_else(|| hybrid_36(digits));
        let number = number.ok_or_else(|| {
            format!(
                "the number of a residue is expected in columns 23 to 26, not '{}'",
                String::from_utf8_lossy(digits)
            )
        })?;
        Ok((number, insertion))
    }
}

/// Numbers above 9999 in four columns: A000 follows 9999, and a000 follows ZZZZ.
fn hybrid_36(text: &[u8]) -> Option<i64> {
    let first = *text.first().filter(|_| text.len() == 4)?;
    let is_upper = first.is_ascii_uppercase();
    let of_case = |byte: &u8| {
        byte.is_ascii_digit() || byte.is_ascii_alphabetic() && byte.is_ascii_uppercase() == is_upper
    };
    if !first.is_ascii_alphabetic() || !text.iter().all(of_case) {
        return None;
    }
    let value = i64::from_str_radix(std::str::from_utf8(text).ok()?, 36).ok()?;
    let letters = 26 * 36_i64.pow(3);
    let start = 10_000 - 10 * 36_i64.pow(3);
    Some(value + start + if is_upper { 0 } else { letters })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_in_letters() {
        for (text, number) in [
            ("A000", Some(10_000)),
            ("A00Z", Some(10_035)),
            ("ZZZZ", Some(1_223_055)),
            ("a000", Some(1_223_056)),
            ("aA00", None),
            ("1000", None),
            ("A00", None),
        ] {
            assert_eq!(hybrid_36(text.as_bytes()), number, "{text}");
        }
    }

    fn row(line: &str) -> Result<(String, i64, Option<char>, bool), String> {
        let columns = Columns(line.as_bytes());
        let names = columns.names();
        let row = columns.read(&names)?;
        Ok((
            row.chain.into(),
            row.number,
            row.insertion,
            row.may_be_carbon,
        ))
    }

    #[test]
    fn columns_count_and_not_blanks() {
        let fused = "ATOM    100  CA AARG A-100A   -100.123-200.456-300.789  0.50  9.00";
        assert_eq!(row(fused), Ok(("A".into(), -100, Some('A'), true)));
        let wide = "ATOM    100  CA  ARGBB10001   100.12-200.456-300.789";
        assert!(row(wide).is_err());
        let wide = "ATOM    100  CA  ARGBB10001    100.123-200.456-300.789";
        assert_eq!(row(wide), Ok(("BB".into(), 10_001, None, true)));
        let calcium =
            "HETATM  100 CA    CA A 500      10.123  20.456  30.789  1.00  9.00          CA";
        assert_eq!(row(calcium), Ok(("A".into(), 500, None, false)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let line = "ATOM    100  CA  ARG A 100      10.123  20.456  30.789  1.00";
        assert!(row(line).is_ok());
        for (place, text, words) in [
            (22, "a-cd", "columns 23 to 26"),
            (30, "    nan ", "a number is expected for x"),
            (38, " 1e400  ", "a number is expected for y"),
            (46, "        ", "a number is expected for z"),
            (54, "  x.00", "occupancy"),
        ] {
            let mut wrong = line.to_owned();
            wrong.replace_range(place..place + text.len(), text);
            let problem = row(&wrong).unwrap_err();
            assert!(problem.contains(words), "{problem}");
        }
        assert!(row(&line[..50]).unwrap_err().contains("the line has 50"));
    }
}
