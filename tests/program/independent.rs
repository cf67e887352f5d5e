//! The model of independent sites, from the fit to everything that can be asked of it.

use crate::support::{Bench, look};

fn bench() -> Bench {
    let bench = Bench::new();
    bench.works("fit family.fa --method independent -o alone.h5 -q");
    bench
}

#[test]
fn it_is_saved_and_opened_as_what_it_is() {
    let bench = bench();
    let model = bench.model("alone.h5");
    assert_eq!(model.parameters.name(), "independent");
    assert!(model.pairwise().is_none() && model.couplings().is_none());
    // It is its own baseline.
    assert_eq!(model.fields(), model.independent_fields.as_ref());
    look(&bench.path("alone.h5"), |file| {
        assert!(file.dataset("model/fields").is_ok());
        assert!(file.dataset("model/couplings").is_err());
    });
    let info = bench.json("info alone.h5");
    assert_eq!(info["model_kind"], "independent");
    assert!(info["coupling_bytes"].is_null());
    assert_eq!(info["fit"]["method"], "independent");
    assert_eq!(info["fit"]["converged"], true);
    let info = bench.works("info alone.h5").stdout;
    for line in ["independent", "couplings:          none"] {
        assert!(info.contains(line), "{line}\n{info}");
    }
}

/// P(x) = prod_i p_i(x_i), so that the states of a site share a probability of 1.
#[test]
fn its_probabilities_add_up() {
    let bench = bench();
    let model = bench.model("alone.h5");
    let energies = model.energy_model().unwrap();
    let sequence = vec![0; model.sites()];
    for site in 0..model.sites() {
        let mut changed = sequence.clone();
        let states = 0..model.states() as u8;
        let ratio = |state| {
            changed[site] = state;
            energies.log_probability(&changed).unwrap()
        };
        let log_p: Vec<f64> = states.map(ratio).collect();
        let sum: f64 = log_p.iter().map(|p| (p - log_p[0]).exp()).sum();
        let first = energies.site_log_probabilities(&sequence, site)[0];
        assert!((-sum.ln() - first).abs() < 1e-9, "{site}");
    }
}

#[test]
fn mutants_are_scored_site_by_site() {
    let bench = bench();
    let run = bench.works("score-mutants alone.h5 A10T F14Y A10T:F14Y A10A");
    assert_eq!(
        run.column("status"),
        ["scored", "scored", "scored", "synonymous"]
    );
    let numbers = |name: &str| -> Vec<f64> {
        let cells = run.column(name).into_iter();
        cells.map(|cell| cell.parse().unwrap()).collect()
    };
    let scores = numbers("potts_score");
    assert_eq!(scores, numbers("independent_score"));
    assert_eq!(scores, numbers("additive_score"));
    assert_eq!(numbers("epistasis"), [0.0; 4]);
    assert!((scores[0] + scores[1] - scores[2]).abs() < 2e-6 && scores[0] != 0.0);
    assert_eq!(scores[3], 0.0);
    // The baseline of a model with couplings is the same.
    bench.works("fit family.fa -q");
    let baseline = bench.works("score-mutants family.h5 --all-single");
    let alone = bench.works("score-mutants alone.h5 --all-single");
    let column = "independent_score";
    assert_eq!(baseline.column(column), alone.column("potts_score"));
}

#[test]
fn its_objective_has_no_couplings() {
    let bench = bench();
    let found = bench.json("objective alone.h5 family.fa");
    let number = |name: &str| found[name].as_f64().unwrap();
    assert_eq!(number("coupling_penalty"), 0.0);
    let parts = number("negative_log_pseudolikelihood") + number("field_penalty");
    assert!((number("objective") - parts).abs() < 1e-9 * parts);
    // It is what the fit minimised.
    let claimed = bench.json("info alone.h5")["fit"]["objective"].as_f64();
    assert!((number("objective") - claimed.unwrap()).abs() < 1e-6 * parts);
}

#[test]
fn contacts_need_couplings() {
    let bench = bench();
    bench.fails(
        "contacts alone.h5",
        1,
        &["no couplings", "--method plm", "independent"],
    );
}
