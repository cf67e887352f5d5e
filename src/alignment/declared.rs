//! What the first line of a file says of its chains, as ColabFold writes it.

/// The chains of paired proteins, as the first line `#76,50<TAB>1,1` of an A3M of ColabFold declares them: the length of each distinct
/// chain, and how many copies of it the complex has.
///
/// The columns hold each distinct chain once, however many copies it has: the lengths add up to the number of columns, the copies
/// say nothing about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredChains {
    /// Residues, and columns, of each distinct chain.
    pub lengths: Vec<u64>,
    /// How often each chain occurs in the complex, one number a chain.
    pub copies: Vec<u64>,
}

impl DeclaredChains {
    /// What a line declares; `None` if it is any other line.
    pub fn from_line(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let mut lists = text.strip_prefix('#')?.trim_end().split([' ', '\t']);
        let lengths = numbers(lists.next()?)?;
        // Tabs become blanks where files are pasted.
        let mut others = lists.filter(|list| !list.is_empty());
        let copies = numbers(others.next()?)?;
        let whole = others.next().is_none() && lengths.len() == copies.len();
        whole.then_some(Self { lengths, copies })
    }

    /// Columns that the chains have together; `None` where that is no number.
    pub fn total(&self) -> Option<u64> {
        let mut lengths = self.lengths.iter();
        lengths.try_fold(0u64, |sum, length| sum.checked_add(*length))
    }
}

/// Numbers from 1 on, with commas between.
fn numbers(list: &str) -> Option<Vec<u64>> {
    let number = |word: &str| {
        let plain = word.bytes().all(|byte| byte.is_ascii_digit());
        let number = word.parse().ok().filter(|_| plain);
        number.filter(|&number: &u64| number > 0)
    };
    list.split(',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(line: &str) -> Option<(Vec<u64>, Vec<u64>)> {
        let chains = DeclaredChains::from_line(line.as_bytes())?;
        Some((chains.lengths, chains.copies))
    }

    #[test]
    fn lengths_and_copies_are_read() {
        for (line, lengths, copies) in [
            ("#76,50\t1,1", &[76, 50][..], &[1, 1][..]),
            ("#40,20\t1,1\r", &[40, 20], &[1, 1]),
            ("#62\t6", &[62], &[6]),
            ("#3,4,5\t2,1,1", &[3, 4, 5], &[2, 1, 1]),
            ("#19,22  1,1 ", &[19, 22], &[1, 1]),
        ] {
            let expected = Some((lengths.to_vec(), copies.to_vec()));
            assert_eq!(declared(line), expected, "{line:?}");
        }
    }

    #[test]
    fn other_lines_are_comments() {
        for line in [
            "",
            "#",
            "#A3M#",
            "76,50\t1,1",
            "#76,50",
            "#76,50\t",
            "#76,50\t1",
            "#76\t1,1",
            "#76,\t1,1",
            "#76,x\t1,1",
            "#76,0\t1,1",
            "#76,50\t1,0",
            "#76,-5\t1,1",
            "#+76,50\t1,1",
            "#76, 50\t1,1",
            "# 76,50\t1,1",
            "#76,50\t1,1\tx",
            "#76,99999999999999999999\t1,1",
            "# STOCKHOLM 1.0",
        ] {
            assert_eq!(declared(line), None, "{line:?}");
        }
        assert_eq!(DeclaredChains::from_line(b"#76,\xff\t1,1"), None);
    }

    #[test]
    fn the_total_is_that_of_distinct_chains() {
        let total = |line: &[u8]| DeclaredChains::from_line(line).unwrap().total();
        assert_eq!(total(b"#76,50\t2,1"), Some(126));
        let most = format!("#{0},{0}\t1,1", u64::MAX);
        assert_eq!(total(most.as_bytes()), None);
    }
}
