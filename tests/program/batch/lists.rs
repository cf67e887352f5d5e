//! Which items of a list are done, by whom, and which lists are refused.

use super::{bench_with, litter, manifest};
use std::fs;

#[test]
fn shards_are_parts_of_the_list() {
    let bench = bench_with(7);
    let mut seen = 0;
    for part in ["1/3", "2/3", "3/3"] {
        let run = bench.run(&format!(
            "fit --batch list.txt --out-dir out --method independent --shard {part}"
        ));
        assert_eq!(run.code, 0, "{}", run.stderr);
        let rows = manifest(&bench, "out");
        let new = &rows[seen..];
        assert!(
            new.iter()
                .all(|row| row["where"].contains(&format!("shard {part},")))
        );
        seen = rows.len();
    }
    // Each by one part: an output that is there would have failed.
    let rows = manifest(&bench, "out");
    assert_eq!(rows.len(), 7);
    assert!(rows.iter().all(|row| row["status"] == "done"));
    bench.fails(
        "fit --batch list.txt --out-dir new --shard 4/3",
        2,
        &["#SBATCH --array=1-3"],
    );
}

#[test]
fn what_is_there_is_skipped_or_fails_and_never_lost() {
    let bench = bench_with(2);
    assert_eq!(
        bench
            .run("fit --batch list.txt --out-dir out --shard 1/2 -q")
            .code,
        0
    );
    let before = fs::read(bench.path("out/f0.h5")).unwrap();
    let run = bench.run("fit --batch list.txt --out-dir out --skip-existing");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("1 done, 1 skipped in"),
        "{}",
        run.stderr
    );
    let run = bench.run("fit --batch list.txt --out-dir out");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("out/f0.h5 exists already"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read(bench.path("out/f0.h5")).unwrap(), before);
    assert_eq!(
        bench.run("fit --batch list.txt --out-dir out --force").code,
        0
    );
    assert!(litter(&bench, "out").is_empty());
}

#[test]
fn a_list_with_a_mistake_starts_nothing() {
    let bench = bench_with(2);
    for (list, words) in [
        (
            "x/f0.fa\nf0.fa\n",
            "line 2: the name 'f0' is that of line 1",
        ),
        (
            "alignment\tlambda-k\nf0.fa\t1\n",
            "'lambda-k' is no option of potts fit",
        ),
        ("alignment\tthreads\nf0.fa\t1\n", "'threads' is no option"),
        ("name\tmodel\na\tf0.fa\n", "no column 'alignment'"),
        (
            "alignment\tlambda-j\nf0.fa\t\nf1.fa\tmany\n",
            "line 3, record 'f1'",
        ),
        (
            "alignment\tmethod\tpseudocount\nf0.fa\tplm\t0.5\n",
            "--pseudocount has no effect",
        ),
        (
            "alignment\tno-focus\nf0.fa\tperhaps\n",
            "neither yes nor no",
        ),
        ("", "the file is empty"),
    ] {
        bench.write("list.txt", list);
        bench.fails(
            "fit --batch list.txt --out-dir out",
            3,
            &["list.txt", words],
        );
    }
    bench.write("list.txt", "f0.fa\n");
    for (options, words) in [
        ("--lambda-j x", "--lambda-j"),
        ("--pseudocount 0.1", "--pseudocount has no effect"),
        ("--weights -", "--weights -"),
        ("-o model.h5", "cannot be used with"),
        ("--json", "cannot be used with"),
        ("--checkpoint c", "cannot be used with"),
        ("f0.fa", "cannot be used with"),
    ] {
        bench.fails(
            &format!("fit --batch list.txt --out-dir out {options}"),
            2,
            &[words],
        );
    }
    bench.fails("fit --batch list.txt", 2, &["--out-dir"]);
    bench.fails("fit f0.fa --skip-existing", 2, &["--batch"]);
    bench.fails(
        "score-mutants --batch list.txt --out-dir out",
        2,
        &["no mutants to score"],
    );
}

#[test]
fn two_batches_in_one_folder_share_the_work() {
    let bench = bench_with(30);
    let command = "fit --batch list.txt --out-dir out --skip-existing --method independent";
    let mut jobs = [bench.start(command), bench.start(command)];
    for job in &mut jobs {
        assert_eq!(job.wait().unwrap().code(), Some(0));
    }
    let rows = manifest(&bench, "out");
    assert_eq!(rows.len(), 60);
    for k in 0..30 {
        let name = format!("f{k}");
        let of_item = rows.iter().filter(|row| row["name"] == name);
        let mut statuses: Vec<&str> = of_item.map(|row| row["status"].as_str()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, ["done", "skipped"], "{name}");
    }
    assert!(
        litter(&bench, "out").is_empty(),
        "{:?}",
        litter(&bench, "out")
    );
}
