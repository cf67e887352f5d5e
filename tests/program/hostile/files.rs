//! Files of the user, files that others left, and what is no file at all.

use super::temporary;
use crate::support::{Bench, part_of_planted};
use std::fs::File;
use std::time::{Duration, SystemTime};

/// Exit code and standard error of a line of bash.
fn script(bench: &Bench, script: &str) -> (Option<i32>, String) {
    let output = bench.script(script);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

#[test]
fn what_is_no_state_of_a_fit_is_not_discarded() {
    let bench = Bench::with_model();
    bench.write("notes.txt", "mine");
    for file in ["family.h5", "notes.txt"] {
        let before = std::fs::read(bench.path(file)).unwrap();
        for restart in ["", "--restart"] {
            let fit = format!("fit family.fa -o o.h5 -q --checkpoint {file} {restart}");
            bench.fails(&fit, 3, &[file, "not a checkpoint", "--checkpoint"]);
            assert_eq!(std::fs::read(bench.path(file)).unwrap(), before);
        }
    }
}

#[test]
fn a_pipe_or_a_folder_in_the_place_of_a_model_is_not_waited_for() {
    let bench = Bench::new();
    bench.script("mkfifo pipe; mkdir folder");
    for (name, command) in [
        ("pipe", "info pipe"),
        ("pipe", "score-mutants pipe A10C"),
        ("folder", "info folder"),
        ("/dev/zero", "info /dev/zero"),
    ] {
        let (code, said) = script(&bench, &format!("timeout -s KILL 10 potts {command}"));
        assert_eq!(code, Some(3), "{command}: {said}");
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn locks_of_others_stay() {
    let bench = Bench::new();
    bench.write("list", "family.fa\n");
    std::fs::create_dir(bench.path("out")).unwrap();
    for name in [".package.lock", ".empty.lock", ".full.lock"] {
        bench.write(
            &format!("out/{name}"),
            if name == ".empty.lock" {
                ""
            } else {
                "important"
            },
        );
    }
    bench.works("fit --batch list --out-dir out -q");
    for name in [".package.lock", ".empty.lock", ".full.lock"] {
        assert!(bench.path(&format!("out/{name}")).exists(), "{name}");
    }
    bench.write("out/.family.lock", "mine");
    let run = bench.run("fit --batch list --out-dir out -q --force");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(bench.read("out/.family.lock"), "mine");
}

#[test]
fn any_command_sweeps_what_a_killed_one_left() {
    let bench = Bench::with_model();
    let left = bench.path(".potts-d.tsv.gz-abcdef.partial");
    let file = File::create(&left).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60))
        .unwrap();
    bench.works("contacts family.h5 -o contacts.tsv");
    assert!(!left.exists());
}

#[test]
fn of_many_that_make_one_model_one_wins_and_nothing_is_left() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(5, 42));
    let run = "for i in 1 2 3 4; do potts fit family.a2m -q -o two.h5 --tolerance 1e-7 --checkpoint-every 0s & done; \
               codes=; for job in $(jobs -p); do wait $job; codes=\"$codes $?\"; done; echo $codes >&2";
    let (_, said) = script(&bench, run);
    let codes: Vec<&str> = said.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(
        codes.iter().filter(|code| **code == "0").count(),
        1,
        "{said}"
    );
    assert_eq!(
        codes.iter().filter(|code| **code == "1").count(),
        3,
        "{said}"
    );
    assert_eq!(
        bench.files(),
        ["family.a2m", "family.fa", "two.h5"],
        "{said}"
    );
}

#[test]
fn a_file_that_appears_during_the_fit_loses_nothing() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(5, 42));
    // Once the fit has said what it takes, it has found that there is no such file.
    let run = "potts fit family.a2m -o m.h5 --tolerance 1e-9 2> log & until grep -q machine log; do sleep 0.01; done; \
               sleep 0.05; echo mine > m.h5; wait $!; code=$?; cat log >&2; rm log; exit $code";
    let (code, said) = script(&bench, run);
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(bench.read("m.h5"), "mine\n");
    assert!(said.contains("the model was written to"), "{said}");
    let files = bench.files();
    let kept = files
        .iter()
        .find(|name| name.starts_with("potts-"))
        .expect("the model");
    bench.works(&format!("info {kept}"));
    assert!(temporary(&bench).is_empty() && !bench.path("m.h5.checkpoint").exists());
}

#[test]
fn devices_and_pipes_take_tables() {
    let bench = Bench::with_model();
    let expected = bench.works("contacts family.h5 -q").stdout;
    for (run, printed) in [
        ("potts contacts family.h5 -q -o /dev/null", false),
        ("potts contacts family.h5 -q -o /dev/stdout", true),
        ("potts contacts family.h5 -q -o >(cat) | cat", true),
    ] {
        let output = bench.script(run);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{run}: {said}");
        let wanted = if printed { expected.as_str() } else { "" };
        assert_eq!(String::from_utf8_lossy(&output.stdout), wanted, "{run}");
    }
    let (code, _) = script(&bench, "potts fit family.fa -q -o /dev/null");
    assert_eq!(code, Some(1));
}

#[test]
fn a_link_that_leads_nowhere_is_in_the_way_before_the_work() {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(20, 60));
    std::os::unix::fs::symlink("nowhere", bench.path("o.h5")).unwrap();
    bench.fails("fit family.a2m -o o.h5", 1, &["o.h5 exists already"]);
    assert!(bench.path("o.h5").is_symlink());
    bench.works("fit family.a2m -o o.h5 --force -q");
}
