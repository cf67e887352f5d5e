//! Depth of an alignment at several identities.

use super::bench;
use crate::support::data;

#[test]
fn a_sweep_has_a_line_for_each_threshold() {
    let bench = bench();
    let run = bench.works("weights family.fa --sweep");
    let shares = ["0.6", "0.65", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95"];
    assert_eq!(run.column("identity"), shares);
    assert_eq!(run.column("rule"), [">="; 8]);
    assert_eq!(run.column("neff")[4..6], ["2.0000", "3.0000"]);
    assert_eq!(run.column("neff_per_site")[4], "0.4000");
    let strict = bench.works("weights family.fa --sweep >0.7:1:0.1 --format json");
    let strict = strict.json();
    let neff: Vec<f64> = strict
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["neff"].as_f64().unwrap())
        .collect();
    assert_eq!(neff, [2.0, 3.0, 3.0, 4.0]);
    assert_eq!(strict[3]["rule"], ">");
    let csv = bench.works("weights family.fa --sweep --format csv -o s.csv");
    assert_eq!(csv.stdout, "");
    let csv = bench.read("s.csv");
    assert_eq!(csv, run.stdout.replace('\t', ","));
}

#[test]
fn a_sweep_without_a_rule_takes_that_of_the_tool() {
    let bench = bench();
    let rule = |tool: &str, range: &str| {
        let run = bench.works(&format!("weights family.fa --like {tool} --sweep {range}"));
        run.column("rule")[0].to_owned()
    };
    assert_eq!(rule("gremlin", "0.8:0.8:1"), ">");
    assert_eq!(rule("ccmpred", "0.8:0.8:1"), ">ceil");
    assert_eq!(rule("plmc", "0.8:0.8:1"), ">=");
    assert_eq!(rule("gremlin", ">=0.8:0.8:1"), ">=");
}

/// One pass gives, to the last bit, what a run for each threshold gives; with any number of threads.
#[test]
fn a_sweep_is_many_runs_in_one() {
    let bench = bench();
    let planted = data("planted.a2m");
    let planted = planted.to_str().unwrap();
    let sweep = |threads: &str| {
        bench.works(&format!(
            "weights {planted} --sweep --format json -t {threads}"
        ))
    };
    let run = sweep("1");
    assert_eq!(run.stdout, sweep("3").stdout);
    for depth in run.json().as_array().unwrap() {
        let identity = depth["identity"].to_string();
        let single = bench.works(&format!("weights {planted} --identity {identity}"));
        let weights = single.column("weight");
        let neff: f64 = weights.iter().map(|w| w.parse::<f64>().unwrap()).sum();
        assert_eq!(depth["neff"].as_f64(), Some(neff), "{identity}");
    }
}
