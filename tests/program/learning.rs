//! `potts fit --method bm`.

use crate::support::{Bench, part_of_planted, same_numbers};

/// A folder with `family.a2m`.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("family.a2m", part_of_planted(10, 42));
    bench
}

const QUICK: &str = "fit family.a2m --method bm --stop updates:2 --learning-chains 200";

#[test]
fn a_model_is_learnt_and_the_same_for_a_seed() {
    let bench = bench();
    let fit = bench.json(&format!("{QUICK} -o one.h5 --threads 1"));
    assert_eq!(fit["states"], 21);
    assert_eq!(fit["converged"], true);
    assert_eq!(fit["fit"]["method"], "bm");
    assert_eq!(fit["fit"]["stop"], "updates:2");
    assert_eq!(fit["fit"]["stop_reason"], "updates-done");
    assert_eq!(fit["fit"]["iterations"], 2);
    bench.works(&format!("{QUICK} -o two.h5 --threads 2 -q"));
    bench.works(&format!("{QUICK} -o other.h5 --seed 5 -q"));
    let [one, two, other] = ["one.h5", "two.h5", "other.h5"].map(|name| bench.model(name));
    assert!(same_numbers(&one, &two) && !same_numbers(&one, &other));
    let partition = one.partition.unwrap();
    assert!(partition.log_z.is_finite() && partition.standard_error > 0.0);
    // Every option of it reaches the model.
    let all =
        "--start profile --negative cd:2 --learning-sweeps 3 --edges 100 --lambda-j 0 --seed 3";
    bench.works(&format!("{QUICK} -o all.h5 {all} -q"));
    let fit = &bench.json("info all.h5")["fit"];
    assert_eq!(fit["negative"], "cd:2");
    assert_eq!(fit["sweeps"], 3);
    assert_eq!(fit["edges"], 100);
    assert_eq!(fit["seed"], 3);
    assert_eq!(fit["begin"], "from independent sites");
    bench.works(&format!("{QUICK} -o again.h5 --start one.h5 -q"));
    assert!(bench.json("info again.h5")["fit"]["start_sha256"].is_string());
}

#[test]
fn what_does_not_go_together_is_refused_by_name() {
    let bench = bench();
    for (options, words) in [
        (
            "--method bm --gaps missing",
            &["--method bm", "--gaps missing"][..],
        ),
        ("--method bm --stop soon", &["soon", "held-out"]),
        ("--method bm --stop pearson:2", &["correlation"]),
        ("--method bm --negative cd:0", &["sweeps"]),
        ("--method bm --edges 0", &["couplings"]),
        ("--method bm --pseudocount 0.1", &["--pseudocount"]),
        ("--method bm --bootstrap 20", &["--bootstrap"]),
        ("--method bm --validate", &["--validate"]),
        ("--stop updates:3", &["--stop", "--method plm"]),
        ("--negative pcd", &["--negative", "--method plm"]),
        ("--learning-chains 100", &["--learning-chains"]),
    ] {
        bench.fails(&format!("fit family.a2m -o x.h5 {options}"), 2, words);
    }
}
