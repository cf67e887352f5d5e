//! When two sequences are neighbours: a share of identical columns, and on which side of it a tie falls.

use std::fmt;
use std::str::FromStr;

/// How the identical columns of two sequences are held against a share t of L columns. Tools differ here, and ties are common:
/// 0.8 of 20 columns is 16 exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum IdentityRule {
    /// identical >= t L: plmc and EVcouplings.
    #[default]
    #[serde(rename = ">=")]
    AtLeast,
    /// identical > t L: adabmDCA, pydca, and GREMLIN, whose > int(t L) is the same for whole numbers.
    #[serde(rename = ">")]
    Above,
    /// identical > ceil(t L): CCMpred.
    #[serde(rename = ">ceil")]
    AboveCeil,
}

impl IdentityRule {
    /// The word in model files and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::AboveCeil => ">ceil",
        }
    }

    /// `>= 0.8`, `> 0.8` or `> ceil(0.8 L)`, to follow the word "identity".
    pub fn with_share(self, share: f64) -> String {
        match self {
            Self::AtLeast => format!(">= {share}"),
            Self::Above => format!("> {share}"),
            Self::AboveCeil => format!("> ceil({share} L)"),
        }
    }
}

/// A share of identical columns and its rule. The share is kept as an integer: 0.8 of 20 columns is 16 exactly, which no binary
/// fraction can promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityThreshold {
    /// The share in billionths: products with any number of columns stay far inside 64 bits.
    billionths: u64,
    rule: IdentityRule,
}

/// Most decimals of a share.
const MOST_DECIMALS: usize = 9;
const BILLION: u64 = 1_000_000_000;

impl IdentityThreshold {
    /// At least 0.8, the field's habit.
    pub const DEFAULT: Self = Self {
        billionths: 800_000_000,
        rule: IdentityRule::AtLeast,
    };

    /// At least so many percent, of 100 at most.
    pub const fn of_percent(percent: u64) -> Self {
        Self {
            billionths: percent * (BILLION / 100),
            rule: IdentityRule::AtLeast,
        }
    }

    /// The same share under another rule.
    #[must_use]
    pub fn with_rule(self, rule: IdentityRule) -> Self {
        Self { rule, ..self }
    }

    /// On which side a tie falls.
    pub fn rule(self) -> IdentityRule {
        self.rule
    }

    /// The largest number of mismatches between neighbours over `columns` columns; `None` if not even identical sequences are
    /// neighbours, as for `> 1`.
    pub fn max_mismatches(self, columns: usize) -> Option<usize> {
        let product = self.billionths * columns as u64;
        let needed = match self.rule {
            IdentityRule::AtLeast => product.div_ceil(BILLION),
            IdentityRule::Above => product / BILLION + 1,
            IdentityRule::AboveCeil => product.div_ceil(BILLION) + 1,
        };
        columns.checked_sub(needed as usize)
    }

    /// The share as a number.
    pub fn as_f64(self) -> f64 {
        self.billionths as f64 / BILLION as f64
    }
}

/// As a user writes it, with blanks: `>= 0.8`, `> 0.8`, `> ceil(0.8 L)`.
impl fmt::Display for IdentityThreshold {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.rule.with_share(self.as_f64()))
    }
}

/// Reads `0.8`, `>=0.8`, `>0.8` or `>ceil(0.8L)`, with or without blanks.
impl FromStr for IdentityThreshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rule, share) = split_rule(text);
        let billionths = billionths(share)
            .filter(|billionths| (1..=BILLION).contains(billionths))
            .ok_or_else(|| {
                format!("'{text}' is not a share between 0 and 1, such as 0.8, '>=0.8' or '>0.8'")
            })?;
        Ok(Self {
            billionths,
            rule: rule.unwrap_or_default(),
        })
    }
}

/// Equally spaced shares, under a rule or none in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentitySweep {
    rule: Option<IdentityRule>,
    billionths: Vec<u64>,
}

impl IdentitySweep {
    /// Most thresholds of a sweep: each takes memory for every sequence.
    pub const MOST: u64 = 100;

    /// The thresholds, rising; under `rule` if the sweep has none of its own.
    pub fn thresholds(&self, rule: IdentityRule) -> Vec<IdentityThreshold> {
        let rule = self.rule.unwrap_or(rule);
        let shares = self.billionths.iter();
        shares
            .map(|&billionths| IdentityThreshold { billionths, rule })
            .collect()
    }
}

/// Reads `0.6:0.95:0.05`: from, to (reached, if the steps meet it) and step, after a rule or none.
impl FromStr for IdentitySweep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rule, range) = split_rule(text);
        let numbers: Vec<u64> = range
            .split(':')
            .map_while(|number| billionths(number.trim()))
            .collect();
        let wrong = || {
            format!(
                "'{text}' is not FROM:TO:STEP, shares between 0 and 1 such as 0.6:0.95:0.05; for the default, put the alignment before `sweep`"
            )
        };
        let [from, to, step] = numbers[..] else {
            return Err(wrong());
        };
        if range.split(':').count() != 3 || from == 0 || from > to || to > BILLION || step == 0 {
            return Err(wrong());
        }
        let count = (to - from) / step + 1;
        if count > Self::MOST {
            return Err(format!(
                "'{text}' asks for {count} thresholds, but {} are the most: take a larger step",
                Self::MOST
            ));
        }
        Ok(Self {
            rule,
            billionths: (0..count).map(|k| from + k * step).collect(),
        })
    }
}

/// The rule that `text` begins with, if any, and the rest.
fn split_rule(text: &str) -> (Option<IdentityRule>, &str) {
    let text = text.trim();
    let (rule, rest) = if let Some(rest) = text.strip_prefix(">=") {
        (Some(IdentityRule::AtLeast), rest)
    } else if let Some(rest) = text.strip_prefix('>') {
        match inside_ceil(rest.trim()) {
            Some(share) => (Some(IdentityRule::AboveCeil), share),
            None => (Some(IdentityRule::Above), rest),
        }
    } else {
        (None, text)
    };
    (rule, rest.trim())
}

/// The share in `ceil(0.8 L)`.
fn inside_ceil(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("ceil(")?.strip_suffix(')')?;
    Some(inside.trim().strip_suffix('L').unwrap_or(inside))
}

/// A number in plain decimals, in billionths.
fn billionths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{decimals}");
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain || decimals.len() > MOST_DECIMALS {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    number.checked_mul(10u64.pow((MOST_DECIMALS - decimals.len()) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn threshold(text: &str) -> IdentityThreshold {
        text.parse().unwrap()
    }

    #[test]
    fn a_tie_at_the_threshold_is_a_neighbour_or_not() {
        for (text, columns, expected) in [
            ("0.8", 20, Some(4)),
            (">0.8", 20, Some(3)),
            (">ceil(0.8L)", 20, Some(3)),
            // 0.8 of 159 columns is 127.2: no tie, but CCMpred asks for more than 128.
            ("0.8", 159, Some(31)),
            (">0.8", 159, Some(31)),
            (">ceil(0.8L)", 159, Some(30)),
            ("1", 7, Some(0)),
            (">1", 7, None),
            (">ceil(0.9L)", 5, None),
            (">0.9", 5, Some(0)),
        ] {
            assert_eq!(threshold(text).max_mismatches(columns), expected, "{text}");
        }
    }

    #[test]
    fn equal_thresholds_are_equal_however_written() {
        for text in ["0.8", ".8", "0.80", ">=0.8", " >= 0.800 "] {
            assert_eq!(threshold(text), IdentityThreshold::DEFAULT, "{text}");
        }
        let strict = IdentityThreshold::DEFAULT.with_rule(IdentityRule::Above);
        assert_eq!(threshold("> 0.8"), strict);
        let ceil = IdentityThreshold::DEFAULT.with_rule(IdentityRule::AboveCeil);
        assert_eq!(threshold("> ceil( 0.8 L )"), ceil);
    }

    #[test]
    fn a_sweep_steps_exactly() {
        let sweep: IdentitySweep = "0.6:0.95:0.05".parse().unwrap();
        let thresholds = sweep.thresholds(IdentityRule::AtLeast);
        let shares: Vec<String> = thresholds.iter().map(ToString::to_string).collect();
        let expected = ["0.6", "0.65", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95"];
        assert_eq!(shares, expected.map(|share| format!(">= {share}")));
        assert!(thresholds.contains(&IdentityThreshold::DEFAULT));
        let strict: IdentitySweep = "> 0.7:1:0.2".parse().unwrap();
        let expected = [threshold(">0.7"), threshold(">0.9")];
        assert_eq!(strict.thresholds(IdentityRule::AtLeast), expected);
        let one: IdentitySweep = "0.8:0.8:1".parse().unwrap();
        let under = |rule| one.thresholds(rule);
        assert_eq!(under(IdentityRule::AtLeast), [threshold(">=0.8")]);
        assert_eq!(under(IdentityRule::Above), [threshold(">0.8")]);
        for (wrong, word) in [
            ("0.6:0.95", "FROM:TO:STEP"),
            ("0.6:0.95:0.05:1", "FROM:TO:STEP"),
            ("0.9:0.6:0.1", "FROM:TO:STEP"),
            ("0:1:0.1", "FROM:TO:STEP"),
            ("0.5:1.1:0.1", "FROM:TO:STEP"),
            ("0.6:0.9:0", "FROM:TO:STEP"),
            ("family.a2m", "before `sweep`"),
            ("", "FROM:TO:STEP"),
            ("0.1:0.9:0.000000001", "800000001 thresholds"),
        ] {
            let message = wrong.parse::<IdentitySweep>().unwrap_err();
            assert!(message.contains(word), "{wrong}: {message}");
        }
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for wrong in [
            "0",
            "1.1",
            "-0.5",
            "x",
            "",
            ".",
            "1e-1",
            "NaN",
            ">",
            ">=",
            ">0",
            "<0.8",
            "=0.8",
            "0.8L",
            ">ceil(0.8",
            "0.1234567891",
            ">>0.8",
            "0.8.8",
            "0. 8",
        ] {
            assert!(wrong.parse::<IdentityThreshold>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read(numerator in 1u64..=1000, rule in 0usize..3) {
            let rule = [IdentityRule::AtLeast, IdentityRule::Above, IdentityRule::AboveCeil][rule];
            let shown = rule.with_share(numerator as f64 / 1000.0);
            let read = threshold(&shown);
            prop_assert_eq!(read.rule(), rule);
            prop_assert_eq!(read.to_string(), shown);
        }

        /// Against the definitions, counted out.
        #[test]
        fn rules_are_what_they_say(numerator in 1u64..=100, columns in 1usize..300) {
            let share = threshold(&format!("0.{numerator:03}"));
            for identical in 0..=columns {
                let (found, needed) = (1000 * identical as u64, numerator * columns as u64);
                let neighbours = |rule| {
                    let allowed = share.with_rule(rule).max_mismatches(columns);
                    allowed.is_some_and(|allowed| columns - identical <= allowed)
                };
                prop_assert_eq!(neighbours(IdentityRule::AtLeast), found >= needed);
                prop_assert_eq!(neighbours(IdentityRule::Above), found > needed);
                let ceil = needed.div_ceil(1000);
                prop_assert_eq!(neighbours(IdentityRule::AboveCeil), identical as u64 > ceil);
            }
        }
    }
}
