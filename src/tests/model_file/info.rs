//! What `potts info` says of a model file.

use super::examples::{independent_model, model_of_two_chains, potts_model};
use super::written;
use crate::cli::info::{InfoArgs, run};
use std::path::Path;

fn info(path: &Path, map: bool, json: bool) -> String {
    let args = InfoArgs {
        model: path.to_path_buf(),
        map,
        json,
    };
    let mut printed = Vec::new();
    run(&args, &mut printed).unwrap();
    String::from_utf8(printed).unwrap()
}

#[test]
fn info_tells_a_person() {
    let (_folder, path) = written(&potts_model());
    let printed = info(&path, false, false);
    for line in [
        "Target and numbering",
        "  target:             SPIKE_β/40-44 the target",
        "  positions:          40 to 44",
        "  couplings:          27 numbers, 108 bytes in memory",
        "  sequences read:     4",
        "  Neff/L:             0.67: little data; expect few reliable contacts",
        "  converged:          yes: the objective fell by less than the tolerance over five iterations",
    ] {
        assert!(printed.lines().any(|l| l == line), "{line}\n{printed}");
    }
    let (_folder, path) = written(&independent_model());
    assert!(info(&path, false, false).contains("converged:          NO: the largest number"));
}

#[test]
fn info_prints_the_column_map() {
    let (_folder, path) = written(&potts_model());
    let expected = "alignment_column\tposition\tletter\tmodelled\n1\t40\tA\t1\n3\t41\tC\t0\n4\t42\tD\t1\n9\t44\tA\t1\n";
    assert_eq!(info(&path, true, false), expected);
}

#[test]
fn info_tells_the_chains_where_there_are_some() {
    let (_folder, path) = written(&model_of_two_chains());
    let printed = info(&path, false, false);
    assert!(
        printed.contains("\n  chains:             H 5 to 6, A 1 to 3\n"),
        "{printed}"
    );
    let map = "alignment_column\tchain\tposition\tletter\tmodelled\n1\tH\t5\tA\t1\n3\tH\t6\tC\t0\n4\tA\t1\tD\t1\n9\tA\t3\tA\t1\n";
    assert_eq!(info(&path, true, false), map);
    let object: serde_json::Value = serde_json::from_str(&info(&path, true, true)).unwrap();
    assert_eq!(object["chains"][1]["chain"], "A");
    assert_eq!(object["chains"][1]["last_position"], 3);
    assert_eq!(object["chains"][1]["sites"], 2);
    assert_eq!(object["columns"][0]["chain"], "H");
    assert!(object["first_position"].is_null());
}

#[test]
fn info_as_json_is_one_object() {
    let (_folder, path) = written(&potts_model());
    let object: serde_json::Value = serde_json::from_str(&info(&path, false, true)).unwrap();
    assert_eq!(object["sites"], 3);
    assert_eq!(object["fit"]["penalties"]["lambda_j"], 0.06);
    assert_eq!(object["fit"]["converged"], true);
    assert!(object.get("columns").is_none());
    let object: serde_json::Value = serde_json::from_str(&info(&path, true, true)).unwrap();
    assert_eq!(object["columns"][1]["letter"], "C");
    assert_eq!(object["columns"][1]["modelled"], false);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (_folder, path) = written(&potts_model());
    for (map, json) in [(false, false), (true, false), (false, true)] {
        let model = path.clone();
        let args = InfoArgs { model, map, json };
        run(&args, &mut Gone).unwrap();
    }
}
