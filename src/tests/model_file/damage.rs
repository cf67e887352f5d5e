//! Files that are no models, are damaged or contradict themselves.

use super::examples::{mean_field_model, model_of_two_chains, potts_model};
use super::{refusal, set, set_text, written};
use crate::Error;
use crate::alignment::IdentityRule;
use crate::io::models::hdf5::{OF_ATTRIBUTES, of_attributes, read};
use crate::tests::support::edit;
use ndarray::array;

#[test]
fn what_is_no_model_is_named_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    assert!(matches!(read(&path), Err(Error::Io { action: "read", .. })));
    for contents in ["", "\u{89}HD", ">sequence\nACDEF\n"] {
        std::fs::write(&path, contents).unwrap();
        assert!(refusal(&path).contains("not an HDF5 file"));
    }
    assert!(refusal(folder.path()).contains("not a regular file"));
    let foreign = folder.path().join("foreign.h5");
    hdf5::File::create(&foreign).unwrap().close().unwrap();
    assert!(refusal(&foreign).contains("not a model of this program"));
    edit(&foreign, |file| set_text(file, "format", "keras"));
    assert!(refusal(&foreign).contains("not a model of this program"));
}

#[test]
fn a_newer_schema_asks_for_an_update() {
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| {
        set(file, "schema_minor", 7u64);
        set(file, OF_ATTRIBUTES, of_attributes(file).unwrap());
    });
    assert!(read(&path).is_ok());
    edit(&path, |file| set(file, "schema_version", 2u64));
    let message = refusal(&path);
    assert!(message.contains("written by a newer potts (schema 2), this one reads 1"));
    assert!(message.contains("update potts"));
}

#[test]
fn a_truncated_file_is_damaged_wherever_it_ends() {
    let (_folder, path) = written(&potts_model());
    let whole = std::fs::read(&path).unwrap();
    for length in (8..whole.len()).step_by(97).chain([whole.len() - 1]) {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(refusal(&path).contains("damaged or incomplete"), "{length}");
    }
}

#[test]
fn contradictions_are_found() {
    type Change = fn(&hdf5::File);
    let changes: [(&str, Change); 15] = [
        ("not [4, 3]", |f| set(f, "sites", 4u64)),
        ("not [18446744073709551615, 3]", |f| {
            set(f, "sites", u64::MAX)
        }),
        ("0 sites", |f| set(f, "sites", 0u64)),
        ("3 sites of 4 states", |f| set(f, "states", 4u64)),
        ("alphabet", |f| set_text(f, "alphabet", "AAD")),
        ("gaps as 'state'", |f| set_text(f, "gaps", "state")),
        ("is no gauge", |f| set_text(f, "gauge", "lattice")),
        ("of the kind 'rbm', which this version does not know", |f| {
            set_text(f, "model_kind", "rbm")
        }),
        ("is no identity_rule", |f| set_text(f, "identity_rule", "<")),
        ("weights", |f| set(f, "sequences", 2u64)),
        ("Neff is 3", |f| set(f, "neff", 3.0f64)),
        ("'neff' is NaN", |f| set(f, "neff", f64::NAN)),
        ("'neff' is missing", |f| f.delete_attr("neff").unwrap()),
        ("fields", |f| f.unlink("model/fields").unwrap()),
        ("columns/position", |f| f.unlink("columns").unwrap()),
    ];
    let mut wrong = Vec::new();
    for (word, change) in changes {
        let (_folder, path) = written(&potts_model());
        edit(&path, change);
        let message = refusal(&path);
        if !message.contains(word) {
            wrong.push(format!("{word}: {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files from before there was a choice.
#[test]
fn a_file_without_a_rule_for_identity_means_at_least() {
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| file.delete_attr("identity_rule").unwrap());
    let provenance = read(&path).unwrap().provenance;
    assert_eq!(provenance.identity, Some(0.8));
    assert_eq!(provenance.identity_rule, Some(IdentityRule::AtLeast));
}

#[test]
fn numbers_must_be_finite_and_flags_flags() {
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| {
        let couplings = file.dataset("model/couplings").unwrap();
        let place = ndarray::s![1, 1, 0..1];
        couplings.write_slice(&array![f32::NAN], place).unwrap();
    });
    assert!(refusal(&path).contains("not a finite number"));
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| {
        let kept = file.dataset("alignment/kept").unwrap();
        kept.write(&[1u8, 0, 2, 1]).unwrap();
    });
    assert!(refusal(&path).contains("flags"));
}

/// Compressed by another program: read as well, but not if the storage cannot hold what the shape claims.
#[test]
fn an_array_must_be_in_the_file() {
    let (_folder, path) = written(&potts_model());
    let values = read(&path).unwrap().fields().unwrap().clone();
    edit(&path, |file| {
        file.unlink("model/fields").unwrap();
        let builder = file.new_dataset_builder().deflate(9);
        let builder = builder.with_data(&values);
        builder.create("model/fields").unwrap();
    });
    assert_eq!(read(&path).unwrap().fields().unwrap(), &values);
    edit(&path, |file| {
        file.unlink("model/fields").unwrap();
        let builder = file.new_dataset::<f32>().shape((3, 3));
        builder.create("model/fields").unwrap();
    });
    assert!(refusal(&path).contains("claims an array of shape [3, 3]"));
}

#[test]
fn a_huge_claim_is_refused_before_memory_is_taken() {
    let sites = 4_000_000_000;
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| {
        set(file, "sites", sites as u64);
        for name in ["model/fields", "model/independent_fields"] {
            file.unlink(name).unwrap();
            let builder = file.new_dataset::<f32>().shape((sites, 3));
            builder.create(name).unwrap();
        }
    });
    assert!(refusal(&path).contains("claims an array"));
}

/// A bit of every seventh byte of a file (all of them have been tried): an error or a model, never a crash.
#[test]
fn flipped_bits_never_crash() {
    let (_folder, path) = written(&mean_field_model());
    let whole = std::fs::read(&path).unwrap();
    let mut read_well = 0;
    for byte in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << (byte % 8);
        std::fs::write(&path, &damaged).unwrap();
        match read(&path) {
            Ok(_) => read_well += 1,
            Err(Error::Input { .. }) => {}
            Err(other) => panic!("byte {byte}: {other}"),
        }
    }
    assert!(read_well < whole.len());
}

/// What looks like text among the numbers of any dataset, of a newer version say, is none. Outside of them it is damage.
#[test]
fn numbers_are_not_taken_for_text() {
    let (_folder, path) = written(&potts_model());
    let numbers = b"GCOL\x01 with a length that is none".to_vec();
    edit(&path, |file| {
        let group = file.create_group("newer").unwrap();
        let builder = group.create_group("kind").unwrap().new_dataset_builder();
        let builder = builder.no_chunk().with_data(&numbers);
        builder.create("numbers").unwrap();
        // A circle of links ends all the same.
        file.link_hard("/", "newer/again").unwrap();
    });
    read(&path).unwrap();
    let file = std::fs::read(&path).unwrap();
    std::fs::write(&path, [file, numbers].concat()).unwrap();
    assert!(refusal(&path).contains("its text is not intact"));
}

#[test]
fn chains_in_pieces_are_damage() {
    let letters = |text: &str| -> Vec<hdf5::types::FixedAscii<1>> {
        let letters = text
            .bytes()
            .map(|b| hdf5::types::FixedAscii::from_ascii(&[b]).unwrap());
        letters.collect()
    };
    let (_folder, path) = written(&model_of_two_chains());
    let put = |text: &str| {
        edit(&path, |file| {
            file.dataset("columns/chain")
                .unwrap()
                .write(&letters(text))
                .unwrap();
        });
        read(&path).map_err(|error| error.to_string())
    };
    assert!(put("LLAA").is_ok());
    for (text, word) in [
        ("HAHA", "stand together"),
        ("HH--", "of a chain or none"),
        ("HAAA", "must rise"),
        ("hhaa", "among the letters"),
    ] {
        let message = put(text).unwrap_err();
        assert!(
            message.contains(word) && message.contains("model.h5"),
            "{text}: {message}"
        );
    }
}
