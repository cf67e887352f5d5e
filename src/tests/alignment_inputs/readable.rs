//! What a fit accepts, every command reads: whatever bytes stand in names, targets and rows.

use super::read;
use crate::alignment::{ChainRows, Focus, FocusOptions, UnknownLetters, focus};
use crate::alphabet::Alphabet;
use crate::contacts::{self, ContactOptions};
use crate::fit::FitOptions;
use crate::io::models::hdf5;
use crate::model::MethodName;
use crate::mutants::MutantScorer;
use crate::tests::support::fitted;
use proptest::prelude::*;

/// Letters and gaps for the most part, and now and then any byte but a line end.
fn letters() -> impl Strategy<Value = Vec<u8>> {
    let letter = prop_oneof![
        60 => prop::sample::select(b"ACDEFGHIKLMNPQRSTVWY".to_vec()),
        6 => prop::sample::select(b"acdg-.~XBZ".to_vec()),
        1 => any::<u8>().prop_filter("a line end", |byte| !b"\r\n".contains(byte)),
    ];
    prop::collection::vec(letter, 8)
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let plain = "[A-Za-z|_]{1,8}(/[0-9]{1,3}-[0-9]{1,3})?".prop_map(String::into_bytes);
    let byte = any::<u8>().prop_filter("a line end", |byte| !b"\r\n".contains(byte));
    prop_oneof![plain, prop::collection::vec(byte, 0..12)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_a_fit_accepts_is_read(
        rows in prop::collection::vec((name(), letters()), 2..6),
        target in 0usize..4,
        gap in any::<bool>(),
        complex in any::<bool>(),
    ) {
        let mut file = Vec::new();
        for (name, letters) in &rows {
            file.extend([b">", &name[..], b"\n", letters, b"\n"].concat());
        }
        let Ok(records) = read(&file) else { return Ok(()) };
        let options = FocusOptions {
            focus: match target {
                0 | 1 => Focus::First,
                2 => Focus::EveryColumn,
                _ => Focus::None { target: None },
            },
            unknown: if gap { UnknownLetters::Gap } else { UnknownLetters::Drop },
            chains: if complex { "4,4".parse().ok() } else { None },
            chain_rows: ChainRows::ByTheirChains,
            min_sequence_coverage: 0.0,
            ..FocusOptions::default()
        };
        let alphabet = Alphabet::protein();
        let Ok(alignment) = focus::focus(&records, &alphabet, &options) else { return Ok(()) };
        let model = fitted(&alignment, &FitOptions::with_method(MethodName::MeanField));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.h5");
        hdf5::write(&model, &path, false).unwrap();
        let back = hdf5::read(&path).unwrap();
        prop_assert_eq!(&back.columns, &model.columns);
        prop_assert_eq!(&back.target, &model.target);
        prop_assert!(back.family == model.family);
        contacts::list(&back, &ContactOptions::default()).unwrap();
        if back.columns.has_target() {
            MutantScorer::new(&back).unwrap();
        }
    }
}
