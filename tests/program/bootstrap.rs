//! Replicates of a fit, and the errors that they give.

use super::support::{Bench, Run, data};
use std::fs;

/// A bench with `b.h5`, a fit of the planted family with replicates.
fn replicated(options: &str) -> Bench {
    let bench = Bench::new();
    fit(&bench, "b.h5", options);
    bench
}

fn fit(bench: &Bench, model: &str, options: &str) -> Run {
    let planted = data("planted.a2m").display().to_string();
    bench.works(&format!(
        "fit {planted} -o {model} --tolerance 1e-3 {options}"
    ))
}

#[test]
fn contacts_and_mutants_have_errors() {
    let bench = replicated("--bootstrap 4");
    let contacts = bench.works("contacts b.h5 --top all --min-separation 1");
    let (cn, errors) = (contacts.numbers("cn"), contacts.numbers("cn_se"));
    let support = contacts.numbers("support");
    assert_eq!(cn.len(), 76 * 75 / 2);
    assert!(errors.iter().all(|error| *error > 0.0 && *error < 0.5));
    assert!(support.iter().all(|share| (0.0..=1.0).contains(share)));
    // L pairs a replicate.
    assert!((support.iter().sum::<f64>() - 76.0).abs() < 1e-6);
    let far = bench.works("contacts b.h5 --top all");
    let (cn, support) = (far.numbers("cn"), far.numbers("support"));
    let strongest = (0..cn.len())
        .max_by(|&a, &b| cn[a].total_cmp(&cn[b]))
        .unwrap();
    assert_eq!(support[strongest], 1.0);
    let mutants = bench.works("score-mutants b.h5 A24V L25P A24V:L25P wt");
    let errors = mutants.column("potts_se");
    let number = |k: usize| errors[k].parse::<f64>().unwrap();
    assert!(number(0) > 0.0 && number(1) > 0.0 && number(2) > 0.0);
    assert!(number(2) < number(0) + number(1) + 0.5);
    let words = mutants.column("confidence");
    assert!(
        words[..3]
            .iter()
            .all(|word| ["high", "medium", "low"].contains(word))
    );
    let info = bench.json("info b.h5");
    assert_eq!(info["bootstrap"]["replicates"], 4);
    assert_eq!(info["bootstrap"]["seed"], 0);
    assert!(bench.works("info b.h5").stdout.contains("4, drawn from"));
}

#[test]
fn the_fit_is_the_same_with_replicates_and_for_any_threads() {
    let bench = replicated("--bootstrap 3 --threads 1");
    fit(&bench, "plain.h5", "");
    assert!(super::support::same_numbers(
        &bench.model("b.h5"),
        &bench.model("plain.h5")
    ));
    fit(&bench, "c.h5", "--bootstrap 3 --threads 3");
    fit(&bench, "d.h5", "--bootstrap 3 --seed 1 --threads 2");
    let numbers = |model: &str| {
        let contacts = bench.works(&format!("contacts {model} --top all"));
        let mutants = bench.works(&format!("score-mutants {model} --all-single"));
        contacts.stdout + &mutants.stdout
    };
    assert_eq!(numbers("b.h5"), numbers("c.h5"));
    assert_ne!(numbers("b.h5"), numbers("d.h5"));
    let contacts = bench.works("contacts plain.h5").stdout;
    assert!(!contacts.lines().next().unwrap().contains("cn_se"));
    let mutants = bench.works("score-mutants plain.h5 A24V");
    assert_eq!(mutants.column("potts_se"), [""]);
}

#[test]
fn what_has_no_replicates_says_so() {
    let bench = Bench::new();
    for (options, word) in [
        ("--bootstrap 20 --method mean-field", "--method plm"),
        ("--bootstrap 20 --method plm-asymmetric", "--method plm"),
        ("--bootstrap 1", "2..=1000"),
        ("--seed 5", "--bootstrap"),
    ] {
        let run = bench.run(&format!("fit family.fa -o x.h5 {options}"));
        assert_eq!(run.code, 2, "{options}");
        assert!(run.stderr.contains(word), "{}", run.stderr);
    }
    assert!(!bench.files().contains(&"x.h5".to_string()));
}

#[test]
fn a_family_of_few_clusters_has_no_errors() {
    let bench = Bench::new();
    bench.write("same.fa", ">a\nACDE\n>b\nACDE\n>c\nACDF\n");
    bench.fails(
        "fit same.fa -o x.h5 --bootstrap 20",
        1,
        &["clusters", "--bootstrap"],
    );
    assert!(!bench.path("x.h5").exists());
    let run = fit(&bench, "b.h5", "--bootstrap 3");
    for words in ["replicates  3, drawn from", "uncertain by 50 %"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
}

#[test]
fn a_converted_model_loses_them_by_name() {
    let bench = replicated("--bootstrap 2 -q");
    let run = bench.works("convert b.h5 b.params");
    assert!(run.stderr.contains("replicates"), "{}", run.stderr);
    // A damaged file is found out.
    let path = bench.path("b.h5");
    let mut bytes = fs::read(&path).unwrap();
    let mut at = None;
    super::support::look(&path, |file| {
        at = file.dataset("bootstrap/single_scores").unwrap().offset();
    });
    bytes[at.unwrap() as usize + 101] ^= 4;
    fs::write(&path, bytes).unwrap();
    let run = bench.run("score-mutants b.h5 A24V");
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("single_scores"), "{}", run.stderr);
}
