//! How many of the pairs at the top of a list are right, where the truth is known.

/// A pair of a ranked list whose contact is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// |i - j| in the chain; `None` between chains.
    pub separation: Option<u64>,
    /// What the list is sorted by.
    pub score: f64,
    /// Probability of a contact, where there is one.
    pub probability: Option<f64>,
    /// Whether the two are in contact.
    pub contact: bool,
}

/// A range of separations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeparationClass {
    /// 6 to 11.
    Short,
    /// 12 to 23.
    Medium,
    /// 24 and more.
    Long,
    /// 6 and more.
    All,
    /// Between chains.
    BetweenChains,
}

impl SeparationClass {
    /// All of them, as they are listed.
    pub const ALL: [Self; 5] = [
        Self::All,
        Self::Short,
        Self::Medium,
        Self::Long,
        Self::BetweenChains,
    ];

    /// The separations in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Short => "6-11",
            Self::Medium => "12-23",
            Self::Long => ">=24",
            Self::All => ">=6",
            Self::BetweenChains => "between chains",
        }
    }

    /// Whether it has pairs so far apart; `None` between chains.
    pub fn holds(self, separation: Option<u64>) -> bool {
        let in_chain =
            |range: std::ops::RangeInclusive<u64>| separation.is_some_and(|n| range.contains(&n));
        match self {
            Self::Short => in_chain(6..=11),
            Self::Medium => in_chain(12..=23),
            Self::Long => in_chain(24..=u64::MAX),
            Self::All => in_chain(6..=u64::MAX),
            Self::BetweenChains => separation.is_none(),
        }
    }
}

/// Lengths of lists at which precision is told, as shares of L.
const SHARES: [(&str, f64); 5] = [
    ("L/10", 0.1),
    ("L/5", 0.2),
    ("L/2", 0.5),
    ("L", 1.0),
    ("2L", 2.0),
];

/// Precision of the pairs of one class.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Precision {
    /// The class.
    pub class: SeparationClass,
    /// Pairs of known contact.
    pub pairs: usize,
    /// Contacts among them.
    pub contacts: usize,
    /// Share of contacts: the precision of a list in random order.
    pub random: f64,
    /// The chance that a contact stands above a pair that is none; `None` if there are not both. Equal scores count half.
    pub auc: Option<f64>,
    /// Of the pairs at the top.
    pub top: Vec<TopPrecision>,
}

/// Precision of the first pairs.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct TopPrecision {
    /// How long the list is: `L/2`.
    pub list: &'static str,
    /// Pairs in it.
    pub pairs: usize,
    /// Contacts among these.
    pub right: usize,
    /// Their share.
    pub precision: f64,
    /// Mean probability of the pairs that have one.
    pub mean_probability: Option<f64>,
}

/// Precision by class of `list`, sorted by falling score, of a model of `sites` sites; classes without pairs are left out.
pub fn of_classes(list: &[Judged], sites: usize) -> Vec<Precision> {
    let of_class = |class: SeparationClass| {
        let own: Vec<Judged> = list
            .iter()
            .filter(|pair| class.holds(pair.separation))
            .copied()
            .collect();
        (!own.is_empty()).then(|| of_pairs(class, &own, sites))
    };
    SeparationClass::ALL
        .into_iter()
        .filter_map(of_class)
        .collect()
}

fn of_pairs(class: SeparationClass, list: &[Judged], sites: usize) -> Precision {
    let contacts = count(list);
    Precision {
        class,
        pairs: list.len(),
        contacts,
        random: contacts as f64 / list.len() as f64,
        auc: auc(list),
        top: SHARES
            .map(|(words, share)| top(words, list, share * sites as f64))
            .to_vec(),
    }
}

fn count(list: &[Judged]) -> usize {
    list.iter().filter(|pair| pair.contact).count()
}

fn top(list_words: &'static str, list: &[Judged], length: f64) -> TopPrecision {
    let first = &list[..(length.round() as usize).clamp(1, list.len())];
    let known: Vec<f64> = first.iter().filter_map(|pair| pair.probability).collect();
    let right = count(first);
    TopPrecision {
        list: list_words,
        pairs: first.len(),
        right,
        precision: right as f64 / first.len() as f64,
        mean_probability: (!known.is_empty())
            .then(|| known.iter().sum::<f64>() / known.len() as f64),
    }
}

/// Going down the list, each contact stands above all others that are still to come.
fn auc(list: &[Judged]) -> Option<f64> {
    let contacts = count(list);
    let others = list.len() - contacts;
    let (mut below, mut sum) = (others as f64, 0.0);
    for tied in list.chunk_by(|a, b| a.score == b.score) {
        let own = count(tied) as f64;
        let beside = tied.len() as f64 - own;
        below -= beside;
        sum += own * (below + beside / 2.0);
    }
    (contacts > 0 && others > 0).then(|| sum / (contacts as f64 * others as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(separation: u64, score: f64, contact: bool) -> Judged {
        Judged {
            separation: Some(separation),
            score,
            probability: Some(0.5),
            contact,
        }
    }

    #[test]
    fn a_list_is_counted_by_hand() {
        let list = [
            judged(6, 9.0, true),
            judged(30, 8.0, false),
            judged(12, 7.0, true),
            judged(40, 6.0, true),
            judged(8, 5.0, false),
            judged(7, 5.0, true),
        ];
        let found = of_classes(&list, 4);
        let words: Vec<&str> = found
            .iter()
            .map(|precision| precision.class.as_str())
            .collect();
        assert_eq!(words, [">=6", "6-11", "12-23", ">=24"]);
        let all = &found[0];
        assert_eq!((all.pairs, all.contacts), (6, 4));
        let rights: Vec<usize> = all.top.iter().map(|top| top.right).collect();
        // Of L/10, L/5: one pair at least; L/2 = 2, L = 4, 2L = 8 of which there are six.
        assert_eq!(rights, [1, 1, 1, 3, 4]);
        assert_eq!(all.top[4].pairs, 6);
        // Contacts above others: 2 + 1 + 1 + half of one.
        assert_eq!(all.auc, Some(4.5 / 8.0));
        assert_eq!(found[2].auc, None);
    }

    proptest! {
        #[test]
        fn auc_is_that_of_all_two_pairs(pairs in prop::collection::vec((0u8..6, any::<bool>()), 1..40)) {
            let mut list: Vec<Judged> = pairs.iter().map(|&(score, contact)| judged(9, f64::from(score), contact)).collect();
            list.sort_by(|a, b| b.score.total_cmp(&a.score));
            let (mut sum, mut both) = (0.0, 0.0);
            for one in list.iter().filter(|pair| pair.contact) {
                for other in list.iter().filter(|pair| !pair.contact) {
                    both += 1.0;
                    sum += match one.score.total_cmp(&other.score) {
                        std::cmp::Ordering::Greater => 1.0,
                        std::cmp::Ordering::Equal => 0.5,
                        std::cmp::Ordering::Less => 0.0,
                    };
                }
            }
            let found = auc(&list);
            prop_assert_eq!(found.is_some(), both > 0.0);
            prop_assert!(found.is_none_or(|auc| (auc - sum / both).abs() < 1e-9));
        }
    }
}
