//! Model files of an earlier version open, and give the numbers that the program of that version printed.

use crate::support::{Bench, checkout, same_numbers, text};
use std::path::PathBuf;

fn earlier(name: &str) -> PathBuf {
    checkout("tests/data/schema_1_1").join(name)
}

/// A bench with all files of that version.
fn bench() -> Bench {
    let bench = Bench::new();
    for entry in std::fs::read_dir(earlier("")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), bench.folder.path().join(entry.file_name())).unwrap();
    }
    bench
}

/// The first columns of a table: later versions have more.
fn columns(table: &str, first: usize) -> String {
    let line = |line: &str| line.split('\t').take(first).collect::<Vec<_>>().join("\t") + "\n";
    table.lines().map(line).collect()
}

#[test]
fn contacts_are_those_of_then() {
    let bench = bench();
    bench.works("merge part_1.h5 part_2.h5 -o merged.h5 -q");
    for model in ["plm", "mean_field", "merged"] {
        let table = bench.works(&format!("contacts {model}.h5 --top all --min-separation 1"));
        let expected = text(&earlier(&format!("{model}_contacts.tsv")));
        assert_eq!(columns(&table.stdout, 8), columns(&expected, 8), "{model}");
        // Of 24 sequences, too few for a z-score, as has been found since.
        assert!(table.column("z").iter().all(|cell| cell.is_empty()));
    }
    let table = bench.works("contacts mean_field.h5 --score di --top all --min-separation 1");
    let expected = text(&earlier("mean_field_di.tsv"));
    assert_eq!(columns(&table.stdout, 8), columns(&expected, 8));
    bench.fails("contacts independent.h5", 1, &["no couplings"]);
}

#[test]
fn scores_of_mutants_are_those_of_then() {
    let bench = bench();
    for model in ["plm", "independent", "mean_field"] {
        let table = bench.works(&format!("score-mutants {model}.h5 --all-single -q"));
        let expected = text(&earlier(&format!("{model}_singles.tsv")));
        assert_eq!(columns(&table.stdout, 7), expected, "{model}");
    }
}

#[test]
fn objectives_are_those_of_then() {
    let bench = bench();
    for model in ["plm", "independent", "mean_field"] {
        let now = bench.json(&format!("objective {model}.h5 family.fa"));
        let then = text(&earlier(&format!("{model}_objective.json")));
        let then: serde_json::Value = serde_json::from_str(&then).unwrap();
        let then = then.as_object().unwrap();
        assert_eq!(then.len(), 6);
        for (name, value) in then {
            let (now, then) = (now[name].as_f64().unwrap(), value.as_f64().unwrap());
            // Sums of the same numbers, in another order.
            let near = (now - then).abs() <= 1e-12 * then.abs();
            assert!(near, "{model}, {name}: {now} {then}");
        }
    }
}

#[test]
fn what_they_know_is_told_and_what_they_lack() {
    let bench = bench();
    for (model, method, kind) in [
        ("plm", "plm", "potts"),
        ("independent", "independent", "independent"),
        ("mean_field", "mean-field", "potts"),
    ] {
        let info = bench.json(&format!("info {model}.h5"));
        assert_eq!(info["fit"]["method"], method);
        assert_eq!(info["fit"]["converged"], true);
        assert_eq!(info["model_kind"], kind);
        assert_eq!(info["sequences"], 23);
        assert_eq!(info["sequences_stored"], false);
        assert_eq!(info["provenance"]["created_by"], "potts 0.1.0");
        assert!(info["fit"]["start_sha256"].is_null());
        bench.works(&format!("convert {model}.h5 again.h5 --force -q"));
        let (old, new) = (format!("{model}.h5"), "again.h5");
        assert!(same_numbers(&bench.model(&old), &bench.model(new)));
    }
}

#[test]
fn they_are_a_start() {
    let bench = bench();
    let fit = bench.json("fit family.fa -o warm.h5 --start plm.h5");
    let then = bench.json("info plm.h5")["fit"]["objective"].clone();
    let (now, then) = (&fit["fit"]["objective"], then.as_f64().unwrap());
    assert!((now.as_f64().unwrap() - then).abs() < 1e-5 * then);
}
