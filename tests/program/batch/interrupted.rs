//! Batches that are stopped or killed.

use super::{litter, manifest};
use crate::support::{Bench, part_of_planted, send, wait_until};
use rustix::process::Signal;
use std::fs;
use std::time::{Duration, Instant};

/// A bench with so many families that take a while.
fn slow_bench(families: usize) -> (Bench, String) {
    let bench = Bench::new();
    let text = part_of_planted(5, 42);
    let mut list = String::new();
    for k in 0..families {
        bench.write(&format!("f{k}.fa"), &text);
        list += &format!("f{k}.fa\n");
    }
    bench.write("list.txt", list);
    let command = "fit --batch list.txt --out-dir out --skip-existing -t 2 --tolerance 1e-6";
    (bench, command.into())
}

/// Whether any process is at work in the folder `out`: it holds a lock there.
fn at_work(bench: &Bench) -> bool {
    let Ok(entries) = fs::read_dir(bench.path("out")) else {
        return false;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut locks = paths.filter(|path| path.extension().is_some_and(|e| e == "lock"));
    locks.any(|path| fs::File::open(path).is_ok_and(|file| file.try_lock().is_err()))
}

#[test]
fn a_signal_stops_a_batch_and_its_children() {
    let (bench, command) = slow_bench(6);
    let mut batch = bench.start(&command);
    wait_until("two at work", || {
        let logs = fs::read_dir(bench.path("out/logs"));
        logs.is_ok_and(|logs| logs.count() >= 2) && at_work(&bench)
    });
    send(Signal::TERM, &batch);
    assert_eq!(batch.wait().unwrap().code(), Some(75));
    assert!(!at_work(&bench), "a child outlived its batch");
    assert!(
        litter(&bench, "out").is_empty(),
        "{:?}",
        litter(&bench, "out")
    );
    let rows = manifest(&bench, "out");
    let of = |status: &str| rows.iter().filter(|row| row["status"] == status).count();
    assert!(of("stopped") + of("checkpointed") > 0, "{rows:?}");
    assert!(rows.len() < 6, "{rows:?}");
    for row in &rows {
        let there = bench.path("out").join(&row["output"]).exists();
        assert_eq!(there, row["status"] == "done", "{row:?}");
    }
    assert_eq!(bench.run(&command).code, 0);
    assert_eq!(bench.run("batch-status out list.txt").code, 0);
}

/// How often the test kills, unless the variable POTTS_TEST_KILLS says so: `.ci/long/kills.sh` asks for many more.
const KILLS: u32 = 5;

#[test]
fn a_batch_that_is_killed_is_finished_by_the_next() {
    let kills = std::env::var("POTTS_TEST_KILLS").map_or(KILLS, |n| n.parse().unwrap());
    let whole = {
        let (bench, command) = slow_bench(3);
        let begun = Instant::now();
        bench.works(&command);
        begun.elapsed()
    };
    for k in 0..kills {
        let (bench, command) = slow_bench(3);
        let mut batch = bench.start(&command);
        // Spread over the time that the batch takes, from before its first child to about its end.
        std::thread::sleep(whole * k / kills + Duration::from_millis(5));
        batch.kill().unwrap();
        batch.wait().unwrap();
        // Children that live on keep their locks: whoever comes meanwhile leaves them alone.
        let next = bench.run(&command);
        assert_eq!(next.code, 0, "{}", next.stderr);
        wait_until("the orphans' end", || !at_work(&bench));
        let last = bench.run(&command);
        assert_eq!(last.code, 0, "{}", last.stderr);
        let status = bench.run("batch-status out list.txt");
        assert_eq!(status.code, 0, "{}", status.stdout);
        assert!(
            litter(&bench, "out").is_empty(),
            "{:?}",
            litter(&bench, "out")
        );
        for family in 0..3 {
            let info = bench.run(&format!("info out/f{family}.h5"));
            assert_eq!(info.code, 0, "{}", info.stderr);
        }
    }
}
