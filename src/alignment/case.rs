//! Whether lower-case letters of the target are insertions, as A2M has them, or say nothing: in files all of lower case, as MAFFT writes
//! nucleotides, and where repeats are masked by lower case.

use super::Rows;

/// What lower-case letters mean in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Insertions: the format says so, or the user.
    Insertions,
    /// The rows tell.
    Told,
    /// Nothing: the format has no such rule.
    Nothing,
}

/// What the lower-case letters of one row are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LowerCaseOf {
    /// Insertions, or there are none.
    Insertions,
    /// Residues, because the format knows no insertions.
    Format,
    /// Residues, because no row has an upper-case letter.
    NoUpperCase,
    /// Residues, because so many of the other rows have columns for them.
    Contradicted {
        /// Rows with upper-case letters or `-` there.
        rows: usize,
        /// All other rows.
        of: usize,
    },
}

impl LowerCaseOf {
    /// Whether the letters are residues like all others.
    pub fn are_residues(self) -> bool {
        self != Self::Insertions
    }

    /// Why, for the log; nothing to say of insertions.
    pub fn reason(self) -> Option<String> {
        Some(match self {
            Self::Insertions => return None,
            Self::Format => "this format marks no insertions by it".into(),
            Self::NoUpperCase => "no sequence has an upper-case letter".into(),
            Self::Contradicted { rows, of } => {
                format!("{rows} of {of} other sequences have upper-case letters or '-' there")
            }
        })
    }
}

/// What the lower-case letters of a row are, of which `letters` are all, those without columns too. An insertion stands above `.` or
/// lower-case letters of other rows; where more than half of them have upper-case letters or `-` instead, upper-case letters at
/// least once, it is none.
pub(super) fn lower_case_of(case: Case, letters: &[u8], rows: &Rows, row: usize) -> LowerCaseOf {
    let has_lower = letters.iter().any(u8::is_ascii_lowercase);
    match case {
        _ if !has_lower => LowerCaseOf::Insertions,
        Case::Insertions => LowerCaseOf::Insertions,
        Case::Nothing => LowerCaseOf::Format,
        Case::Told if !rows.iter().any(has_upper) => LowerCaseOf::NoUpperCase,
        Case::Told => compared(rows, row),
    }
}

fn compared(rows: &Rows, row: usize) -> LowerCaseOf {
    let columns: Vec<usize> = (0..rows[row].len())
        .filter(|&column| rows[row][column].is_ascii_lowercase())
        .collect();
    let mut upper = 0;
    let (mut contradicting, mut of) = (0, 0);
    for (n, other) in rows.iter().enumerate() {
        if n == row {
            continue;
        }
        let count = |is: fn(u8) -> bool| columns.iter().filter(|&&k| is(other[k])).count();
        let capitals = count(|byte| byte.is_ascii_uppercase());
        let against = capitals + count(|byte| byte == b'-');
        let agreeing = count(|byte| byte.is_ascii_lowercase() || byte == b'.');
        upper += capitals;
        contradicting += usize::from(against > agreeing);
        of += 1;
    }
    // Without a capital there, these are insertions in a file whose `.` were replaced by `-`.
    match 2 * contradicting > of && upper > 0 {
        true => LowerCaseOf::Contradicted {
            rows: contradicting,
            of,
        },
        false => LowerCaseOf::Insertions,
    }
}

fn has_upper(row: &[u8]) -> bool {
    row.iter().any(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_of(rows: &[&str], case: Case) -> LowerCaseOf {
        let rows: Rows = rows.iter().collect();
        lower_case_of(case, &rows[0], &rows, 0)
    }

    fn told(rows: &[&str]) -> LowerCaseOf {
        first_of(rows, Case::Told)
    }

    #[test]
    fn insertions_stay() {
        for rows in [
            &["ACdE", "AC.E", "ACeE"][..],
            &["ACdE", "AC.E", "ACDE"],
            &["ACdE", "AC.E", "AC.E", "ACDE", "AC-E"],
            &["ACDE", "acde", "acde"],
            &["ACdE", "AC-E", "AC-E", "ACgE"],
            &["ACdE", "AC-E", "AC-E"],
        ] {
            assert_eq!(told(rows), LowerCaseOf::Insertions, "{rows:?}");
        }
    }

    #[test]
    fn case_that_says_nothing_is_recognised() {
        assert_eq!(told(&["acde", "ac-e", "a..e"]), LowerCaseOf::NoUpperCase);
        let contradicted = |rows, of| LowerCaseOf::Contradicted { rows, of };
        assert_eq!(told(&["ACde", "ACDE", "AC-E", "AC.."]), contradicted(2, 3));
        assert_eq!(told(&["acde", "ACDE", "ACDE", "ac-e"]), contradicted(2, 3));
        assert_eq!(told(&["ACde", "AC--", "ACD-"]), contradicted(2, 2));
    }

    #[test]
    fn what_the_user_or_the_format_says_wins() {
        let rows = ["acde", "ACDE", "ACDE"];
        let of = |case| first_of(&rows, case);
        assert_eq!(of(Case::Insertions), LowerCaseOf::Insertions);
        assert_eq!(of(Case::Nothing), LowerCaseOf::Format);
        assert_eq!(first_of(&rows[1..], Case::Nothing), LowerCaseOf::Insertions);
    }
}
