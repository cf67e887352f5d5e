use super::*;
use crate::kernels::testing::{Noise, family};
use proptest::prelude::*;

/// Numbers of one lane are those of the twin.
fn are_close(fast: &[F32x8], lane: usize, slow: &[f64], size: f32) -> Result<(), TestCaseError> {
    for (fast, slow) in fast.iter().map(|lanes8| lanes8.0[lane]).zip(slow) {
        let tolerance = f64::from(size.max(1.0)) * 1e-4 + 1e-6 * slow.abs();
        prop_assert!((f64::from(fast) - slow).abs() < tolerance, "{fast} {slow}");
    }
    Ok(())
}

/// Parameters are some `size`: logits of some hundreds lose digits in proportion.
fn check(
    (sequences, sites): (usize, usize),
    states: usize,
    size: f32,
    seed: u64,
) -> Result<(), TestCaseError> {
    let q = states;
    let rounding = f64::from(size.max(1.0));
    let mut noise = Noise::new(seed);
    let alignment = family((sequences, sites), q, 5, &mut noise);
    let weights: Vec<f64> = (0..sequences).map(|_| 0.1 + noise.uniform()).collect();
    let total: f64 = weights.iter().sum();
    let tree = SequenceTree::new(&alignment, sites, q, &weights);
    let mut workspace = Workspace::new(&tree);
    // fields[i][a], couplings[i][j][b][a]; each lane its own.
    let mut number = |scale: f32| noise.number() * scale * size / 2.0;
    let padded = tree.groups() * LANES;
    let fields: Vec<f32> = (0..padded * q).map(|_| number(2.0)).collect();
    let couplings: Vec<f32> = (0..padded * sites * q * q).map(|_| number(1.0)).collect();
    let coupling = |i: usize, j: usize, k: usize| match i == j {
        true => 0.0,
        false => couplings[(i * sites + j) * q * q + k],
    };
    let mut block = vec![F32x8::ZERO; q * q];
    for group in 0..tree.groups() {
        let site = |lane: usize| group * LANES + lane;
        let of_state = |a: usize| F32x8(std::array::from_fn(|lane| fields[site(lane) * q + a]));
        workspace.begin(&(0..q).map(of_state).collect::<Vec<_>>());
        for j in 0..sites {
            for (k, number) in block.iter_mut().enumerate() {
                *number = F32x8(std::array::from_fn(|lane| coupling(site(lane), j, k)));
            }
            workspace.set_column(&tree, j, &block);
        }
        let (values, curvature) = workspace.sweep_with_curvature(&tree, group);
        let mut field_gradient = vec![F32x8::ZERO; q];
        workspace.field_gradient(&mut field_gradient);
        for lane in (0..LANES).filter(|&lane| site(lane) < sites) {
            let i = site(lane);
            let own: Vec<f64> = fields[i * q..][..q].iter().map(|&h| f64::from(h)).collect();
            let directed: Vec<f64> = (0..sites * q * q)
                .map(|k| f64::from(coupling(i, k / (q * q), k % (q * q))))
                .collect();
            let (value, by_fields, by_couplings) =
                conditional_plain(&alignment, (sites, q), &weights, i, &own, &directed);
            prop_assert!((values[lane] - value).abs() < 1e-5 * value.abs().max(rounding));
            are_close(&field_gradient, lane, &by_fields, size)?;
            for j in (0..sites).filter(|&j| j != i) {
                workspace.gradient_column(&tree, j, &mut block);
                are_close(&block, lane, &by_couplings[j * q * q..], size)?;
            }
            let fast = curvature.of_lane(lane, q);
            let slow = curvature_plain(&alignment, (sites, q), &weights, i, &own, &directed);
            for (fast, slow) in fast.iter().zip(slow) {
                prop_assert!((fast - slow).abs() < rounding * (1e-4 + 1e-6 * total));
            }
        }
    }
    Ok(())
}

/// sum_n w (p(a) \[a = b\] - p(a) p(b)).
fn curvature_plain(
    alignment: &[u8],
    (sites, q): (usize, usize),
    weights: &[f64],
    i: usize,
    fields: &[f64],
    couplings: &[f64],
) -> Vec<f64> {
    let mut h = vec![0.0; q * q];
    for (sequence, w) in alignment.chunks_exact(sites).zip(weights) {
        if usize::from(sequence[i]) >= q {
            continue;
        }
        let neighbours = (0..sites).filter(|&j| j != i && usize::from(sequence[j]) < q);
        let rows: Vec<usize> = neighbours
            .map(|j| (j * q + usize::from(sequence[j])) * q)
            .collect();
        let logit = |a: usize| {
            let coupled: f64 = rows.iter().map(|row| couplings[row + a]).sum();
            fields[a] + coupled
        };
        let largest = (0..q).map(logit).fold(f64::NEG_INFINITY, f64::max);
        let terms: Vec<f64> = (0..q).map(|a| (logit(a) - largest).exp()).collect();
        let z: f64 = terms.iter().sum();
        for a in 0..q {
            h[a * q + a] += w * terms[a] / z;
            for b in 0..q {
                h[a * q + b] -= w * terms[a] * terms[b] / (z * z);
            }
        }
    }
    h
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn all_is_as_by_the_twin(
        sequences in 1usize..60,
        sites in 1usize..20,
        states in 2usize..23,
        seed in any::<u64>(),
    ) {
        check((sequences, sites), states, 1.0, seed)?;
    }

    /// Beyond what an exponential in single precision can hold, at some of the sites or at all.
    #[test]
    fn large_logits_are_as_by_the_twin(
        sequences in 1usize..60,
        sites in 1usize..20,
        states in 2usize..23,
        size in prop::sample::select(vec![20.0f32, 60.0, 300.0]),
        seed in any::<u64>(),
    ) {
        check((sequences, sites), states, size, seed)?;
    }
}

#[test]
fn several_blocks_are_as_by_the_twin() {
    check((2500, 9), 4, 1.0, 11).unwrap();
}

#[test]
fn all_states_may_be_used() {
    check((40, 9), 32, 1.0, 5).unwrap();
}

#[test]
fn no_columns_are_no_couplings() {
    let (sites, q) = (12, 6);
    let alignment = family((1500, sites), q, 5, &mut Noise::new(8));
    let tree = SequenceTree::new(&alignment, sites, q, &vec![0.7; 1500]);
    let fields: Vec<F32x8> = (0..q).map(|a| F32x8::splat(0.3 * a as f32)).collect();
    let mut workspace = Workspace::new(&tree);
    let mut swept = |columns: usize| {
        let mut found = vec![F32x8::ZERO; (sites + 1) * q * q];
        workspace.begin(&fields);
        (0..columns).for_each(|j| workspace.set_column(&tree, j, &vec![F32x8::ZERO; q * q]));
        let values = workspace.sweep(&tree, 1);
        let blocks = found.chunks_exact_mut(q * q).take(sites).enumerate();
        blocks.for_each(|(j, block)| workspace.gradient_column(&tree, j, block));
        workspace.field_gradient(&mut found[sites * q * q..][..q]);
        (values, found)
    };
    assert_eq!(swept(0), swept(sites));
    assert_eq!(swept(0), swept(0));
}

/// All numbers that a sweep over the first group gives.
#[cfg(target_arch = "x86_64")]
fn swept(tree: &SequenceTree, sites: usize, q: usize) -> Vec<u64> {
    let mut noise = Noise::new(3);
    let mut lanes = |count: usize| -> Vec<F32x8> {
        let lanes8 = |_| F32x8(std::array::from_fn(|_| noise.number()));
        (0..count).map(lanes8).collect()
    };
    let mut workspace = Workspace::new(tree);
    workspace.begin(&lanes(q));
    for j in 0..sites {
        let mut block = lanes(q * q);
        if j < LANES {
            block.iter_mut().for_each(|lanes8| lanes8.0[j] = 0.0);
        }
        workspace.set_column(tree, j, &block);
    }
    let (values, curvature) = workspace.sweep_with_curvature(tree, 0);
    let mut found = curvature.0;
    let mut gradient = vec![F32x8::ZERO; q * q];
    for j in 0..sites {
        workspace.gradient_column(tree, j, &mut gradient);
        found.extend_from_slice(&gradient);
    }
    let found = found.iter().flat_map(|lanes8| lanes8.0);
    let found = found.map(|x| u64::from(x.to_bits()));
    found.chain(values.map(f64::to_bits)).collect()
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_width_of_registers_changes_no_bit() {
    use crate::kernels::f32x8::WITHOUT_AVX512;
    for q in [2, 5, 20, 21] {
        let alignment = family((300, 20), q, 5, &mut Noise::new(2));
        let tree = SequenceTree::new(&alignment, 20, q, &[1.0; 300]);
        let wide = swept(&tree, 20, q);
        WITHOUT_AVX512.set(true);
        let narrow = swept(&tree, 20, q);
        WITHOUT_AVX512.set(false);
        assert!(wide == narrow, "{q} states");
    }
}
