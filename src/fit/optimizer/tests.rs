use super::*;
use crate::fit::optimizer::descent::{Direction, Gram, KEPT_STEPS, Products};
use crate::state::Keeper;

/// 1 + sum_k c_k d_k^2 + d_k^4 with d_k = x_k - k / n and curvatures c_k over three orders of magnitude, with plain vectors.
struct Bowl {
    x: Vec<f32>,
    new_gradient: Vec<f32>,
    gradient: Vec<f32>,
    /// Steps, then changes of the gradient.
    history: Vec<Vec<f32>>,
}

impl Bowl {
    fn new(size: usize) -> Self {
        Self {
            x: vec![2.0; size],
            new_gradient: vec![0.0; size],
            gradient: vec![0.0; size],
            history: vec![vec![0.0; size]; 2 * KEPT_STEPS],
        }
    }

    fn vector(&self, k: usize) -> &[f32] {
        self.history.get(k).unwrap_or(&self.gradient)
    }

    fn product(&self, k: usize, l: usize) -> f64 {
        let pairs = self.vector(k).iter().zip(self.vector(l));
        pairs.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    }
}

impl Persistent for Bowl {
    fn serialise(&mut self, state: &mut Transfer) -> std::io::Result<()> {
        state.numbers(&mut self.x)?;
        state.numbers(&mut self.gradient)?;
        let mut vectors = self.history.iter_mut();
        vectors.try_for_each(|vector| state.numbers(vector))
    }
}

impl Descent for Bowl {
    fn slots(&self) -> usize {
        KEPT_STEPS
    }

    fn evaluate(&mut self, _: bool) -> f64 {
        let (x, mut gradient) = (self.x.clone(), std::mem::take(&mut self.new_gradient));
        let value = self.value_and_gradient(&x, &mut gradient);
        self.new_gradient = gradient;
        value
    }

    fn take_step(&mut self, direction: &Direction, slot: usize) -> [f64; KEPT_STEPS] {
        let number = |n: usize| {
            let history = (0..KEPT_STEPS).map(|k| {
                direction.steps[k] * self.history[k][n]
                    + direction.changes[k] * self.history[KEPT_STEPS + k][n]
            });
            direction.gradient * self.gradient[n] + history.sum::<f32>()
        };
        let step: Vec<f32> = (0..self.x.len()).map(number).collect();
        self.x.iter_mut().zip(&step).for_each(|(x, d)| *x += d);
        self.history[slot] = step;
        std::array::from_fn(|k| self.product(slot, KEPT_STEPS + k))
    }

    fn shorten_step(&mut self, ratio: f32, slot: usize) {
        for (x, step) in self.x.iter_mut().zip(&mut self.history[slot]) {
            *x += (ratio - 1.0) * *step;
            *step *= ratio;
        }
    }

    fn update(&mut self, slot: usize) -> Products {
        let pairs = self.new_gradient.iter().zip(&self.gradient);
        self.history[KEPT_STEPS + slot] = pairs.map(|(new, old)| new - old).collect();
        self.gradient.clone_from(&self.new_gradient);
        Products {
            gradient: std::array::from_fn(|k| self.product(k, 2 * KEPT_STEPS)),
            change: std::array::from_fn(|k| self.product(k, KEPT_STEPS + slot)),
            square: self.product(2 * KEPT_STEPS, 2 * KEPT_STEPS),
        }
    }

    fn largest_decrease(&mut self) -> Option<f64> {
        None
    }

    fn rescale(&mut self) -> Gram {
        std::array::from_fn(|k| std::array::from_fn(|l| self.product(k, l)))
    }
}

impl SmoothFunction for Bowl {
    fn start(&self) -> Vec<f32> {
        self.x.clone()
    }

    fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64 {
        self.x.copy_from_slice(x);
        let size = x.len() as f64;
        let mut value = 1.0;
        for (k, (x, g)) in x.iter().zip(gradient).enumerate() {
            let curvature = 10f64.powf(3.0 * k as f64 / size);
            let d = f64::from(*x) - k as f64 / size;
            value += curvature * d * d + d.powi(4);
            *g = (2.0 * curvature * d + 4.0 * d.powi(3)) as f32;
        }
        value
    }
}

fn settings(optimizer: Optimizer) -> Settings {
    Settings {
        optimizer,
        max_iterations: 500,
        tolerance: 1e-9,
    }
}

#[test]
fn both_minimisers_find_the_bottom() {
    for optimizer in [Optimizer::Lbfgs, Optimizer::ArgminLbfgs] {
        // Its gradient is no better known in single precision.
        let settings = Settings {
            tolerance: 1e-6,
            ..settings(optimizer)
        };
        let (minimum, bowl) = minimize(Bowl::new(50), &settings, &Watch::default()).unwrap();
        assert!(minimum.stop_reason.converged(), "{optimizer:?}");
        let objective = minimum.objective;
        assert!((objective - 1.0).abs() < 1e-4, "{optimizer:?} {objective}");
        assert_eq!(minimum.history.len() as u64, minimum.iterations + 1);
        for (k, x) in bowl.x.iter().enumerate() {
            assert!((x - k as f32 / 50.0).abs() < 0.02, "{optimizer:?} {k} {x}");
        }
    }
}

#[test]
fn too_few_iterations_are_said() {
    let settings = Settings {
        max_iterations: 2,
        ..settings(Optimizer::Lbfgs)
    };
    let (minimum, _) = minimize(Bowl::new(50), &settings, &Watch::default()).unwrap();
    assert_eq!(minimum.stop_reason, StopReason::MaxIterations);
    assert_eq!(minimum.iterations, 2);
}

/// A bowl whose values are rough: no step lowers them once the noise is larger than the decrease.
struct Rough(Bowl, u64);

impl Persistent for Rough {
    fn serialise(&mut self, state: &mut Transfer) -> std::io::Result<()> {
        state.number(&mut self.1)?;
        self.0.serialise(state)
    }
}

impl Descent for Rough {
    fn slots(&self) -> usize {
        self.0.slots()
    }

    fn evaluate(&mut self, curvature: bool) -> f64 {
        self.1 += 1;
        self.0.evaluate(curvature) + 1e-3 * self.1 as f64
    }
    fn take_step(&mut self, direction: &Direction, slot: usize) -> [f64; KEPT_STEPS] {
        self.0.take_step(direction, slot)
    }
    fn shorten_step(&mut self, ratio: f32, slot: usize) {
        self.0.shorten_step(ratio, slot);
    }
    fn update(&mut self, slot: usize) -> Products {
        self.0.update(slot)
    }
    fn largest_decrease(&mut self) -> Option<f64> {
        self.0.largest_decrease()
    }
    fn rescale(&mut self) -> Gram {
        self.0.rescale()
    }
}

impl SmoothFunction for Rough {
    fn start(&self) -> Vec<f32> {
        self.0.start()
    }
    fn value_and_gradient(&mut self, x: &[f32], gradient: &mut [f32]) -> f64 {
        self.0.value_and_gradient(x, gradient)
    }
}

#[test]
fn noise_ends_the_search_and_is_said() {
    let settings = Settings {
        tolerance: 0.0,
        ..settings(Optimizer::Lbfgs)
    };
    let (minimum, _) = minimize(Rough(Bowl::new(50), 0), &settings, &Watch::default()).unwrap();
    assert_eq!(minimum.stop_reason, StopReason::PrecisionReached);
    assert!(minimum.evaluations < 200);
}

/// An estimate against its least share of the tolerance, as a share of the objective, whatever its sign.
#[test]
fn an_optimum_is_known_by_its_distance() {
    assert!(is_optimum(0.34e-3, 100.0, 1e-5));
    assert!(!is_optimum(0.36e-3, 100.0, 1e-5));
    assert!(is_optimum(0.34e-3, -100.0, 1e-5));
    assert!(!is_optimum(f64::NAN, 100.0, 1e-5));
}

#[test]
fn a_fit_that_can_go_no_further_is_ended() {
    let flat = |count: usize| (vec![1.0; count], vec![1.0; count]);
    let stalls = |(objectives, squares): (Vec<f64>, Vec<f64>)| has_stalled(&objectives, &squares);
    assert!(!stalls(flat(50)) && !stalls(flat(99)) && stalls(flat(100)) && !stalls(flat(101)));
    let (mut objectives, mut squares) = flat(100);
    objectives[99] = 1.0 - 1e-7;
    assert!(!has_stalled(&objectives, &squares));
    objectives[99] = 1.0 - 1e-9;
    squares[70] = 0.2;
    assert!(!has_stalled(&objectives, &squares));
    squares[10] = 0.2;
    assert!(has_stalled(&objectives, &squares));
}

#[test]
fn a_bound_holds_the_error_small() {
    assert!(is_bounded(None, 100.0, 1e-5));
    assert!(is_bounded(Some(0.009), 100.0, 1e-5));
    assert!(!is_bounded(Some(0.011), 100.0, 1e-5));
}

/// Keeps a state in memory, and stops after so many questions.
#[derive(Default)]
struct Memory {
    left: Mutex<u64>,
    keeps_end: bool,
    state: Mutex<Option<Vec<u8>>>,
}

impl Keeper for Memory {
    fn must_stop(&self) -> bool {
        let mut left = lock(&self.left);
        *left = left.saturating_sub(1);
        *left == 0
    }

    fn keeps_end(&self) -> bool {
        self.keeps_end
    }

    fn keep(&self, _: &str, state: &mut dyn Persistent) -> Result<()> {
        let mut bytes = Vec::new();
        state.serialise(&mut Transfer::Save(&mut bytes)).unwrap();
        *lock(&self.state) = Some(bytes);
        Ok(())
    }

    fn recall(&self, state: &mut dyn Persistent) -> Result<bool> {
        let Some(bytes) = lock(&self.state).take() else {
            return Ok(false);
        };
        let mut bytes = bytes.as_slice();
        state.serialise(&mut Transfer::Restore(&mut bytes)).unwrap();
        assert!(bytes.is_empty());
        Ok(true)
    }
}

#[test]
fn a_run_that_was_kept_at_its_end_ends_where_it_did() {
    let settings = settings(Optimizer::Lbfgs);
    let keeper = Arc::new(Memory {
        left: Mutex::new(u64::MAX),
        keeps_end: true,
        ..Memory::default()
    });
    let watch = Watch {
        observer: None,
        keeper: Some(keeper.clone()),
    };
    let (first, at_first) = minimize(Bowl::new(50), &settings, &watch).unwrap();
    assert!(lock(&keeper.state).is_some());
    let (again, at_again) = minimize(Bowl::new(50), &settings, &watch).unwrap();
    assert_eq!(at_again.x, at_first.x);
    assert_eq!(
        (again.iterations, again.evaluations, again.stop_reason),
        (first.iterations, first.evaluations, first.stop_reason)
    );
}

#[test]
fn a_run_in_pieces_is_the_run_in_one() {
    let settings = Settings {
        tolerance: 1e-12,
        ..settings(Optimizer::Lbfgs)
    };
    let (whole, at_whole) = minimize(Bowl::new(50), &settings, &Watch::default()).unwrap();
    let keeper = Arc::new(Memory::default());
    let watch = Watch {
        observer: None,
        keeper: Some(keeper.clone()),
    };
    let mut stops = 0;
    let (pieces, at_pieces) = loop {
        // One more iteration a run: the first question is asked before the first.
        *lock(&keeper.left) = 2;
        match minimize(Bowl::new(50), &settings, &watch) {
            Ok(end) => break end,
            Err(Error::Stopped { at }) => {
                stops += 1;
                assert_eq!(at, format!("iteration {stops}"));
            }
            Err(other) => panic!("{other}"),
        }
    };
    assert!(stops > 5, "{stops}");
    assert_eq!(at_pieces.x, at_whole.x);
    assert_eq!(pieces.objective.to_bits(), whole.objective.to_bits());
    let without_time = |minimum: &Minimum| -> Vec<(u64, u64, u64)> {
        let of = |k: &Iteration| (k.iteration, k.evaluations, k.objective.to_bits());
        minimum.history.iter().map(of).collect()
    };
    assert_eq!(without_time(&pieces), without_time(&whole));
    assert_eq!(
        (pieces.iterations, pieces.evaluations, pieces.stop_reason),
        (whole.iterations, whole.evaluations, whole.stop_reason)
    );
}
