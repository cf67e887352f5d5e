//! The weights of the networks, as `workflows/measure/pattern/train.py` writes them.
//!
//! A file has five lines of text, and numbers of 32 bits behind them, the lowest byte first:
//!
//! ```text
//! potts pattern 1
//! features z zN lz ...
//! networks 2 units 24 channels 16 dilations 1 1 2 4
//! calibration 0.2287 1.0448 ...
//! base_rate 0.5811 -0.8156
//! ```
//!
//! mean(k) and deviation(k) of the features, then of each network A(k, u), b(u), c(u), d, P(u, c), q(c), e(c), and of each of its
//! convolutions K(t, c, c') of the taps t = 0, 1, 2, 3, 4, 6 and k(c). The taps 5, 7 and 8 are those of 1, 3 and 0 turned round: a chain
//! read backwards has the same score.

use super::features;
use crate::error::{Error, Result};
use crate::kernels::convolution::{CHANNELS, ConvolutionLayer, TAPS};

/// As they are shipped.
const SHIPPED: &[u8] = include_bytes!("weights.bin");

/// Coefficients of the calibration.
pub const CALIBRATION: usize = 7;

/// All that was learnt.
#[derive(Debug, Clone)]
pub struct Weights {
    /// Of each feature, over the pairs that it was learnt from.
    pub means: Vec<f32>,
    /// One over the standard deviation.
    pub scales: Vec<f32>,
    /// The networks whose mean is the score.
    pub networks: Vec<Network>,
    /// Of the logit of the probability: see [`super::calibration`].
    pub calibration: [f64; CALIBRATION],
    /// Of the share of pairs in contact, exp(a + b ln L).
    pub base_rate: [f64; 2],
}

/// A network.
#[derive(Debug, Clone)]
pub struct Network {
    /// A(k, u): from features to hidden units.
    pub hidden: Vec<f32>,
    /// b(u).
    pub hidden_shifts: Vec<f32>,
    /// From hidden units to channels, P(u, c), and last to the score, c(u).
    pub outputs: Vec<f32>,
    /// q(c), and d.
    pub output_shifts: Vec<f32>,
    /// The convolutions over the map of channels.
    pub layers: Vec<ConvolutionLayer>,
    /// e(c): from the channels of the last map to the score.
    pub last: Vec<f32>,
}

impl Network {
    /// Number of hidden units.
    pub fn units(&self) -> usize {
        self.hidden_shifts.len()
    }
}

impl Weights {
    /// As they are shipped.
    ///
    /// # Errors
    /// Of a build with other features than the weights were learnt for.
    pub fn shipped() -> Result<Self> {
        Self::parse(SHIPPED)
    }

    /// Of a file.
    ///
    /// # Errors
    /// If it is none, or of other features.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let wrong =
            |what: &str| Error::Model(format!("the weights of pattern are damaged: {what}"));
        let mut rest = bytes;
        let mut line = |keyword: &str| -> Result<Vec<&str>> {
            let end = rest.iter().position(|&byte| byte == b'\n');
            let (text, behind) = rest.split_at(end.ok_or_else(|| wrong("a line is missing"))?);
            rest = &behind[1..];
            let text = std::str::from_utf8(text).map_err(|_| wrong("a line is no text"))?;
            let words = text.strip_prefix(keyword).ok_or_else(|| wrong(keyword))?;
            Ok(words.split_whitespace().collect())
        };
        if line("potts pattern")? != ["1"] {
            return Err(wrong("another version"));
        }
        if line("features")? != features::names() {
            return Err(wrong("they are of other features"));
        }
        let shape = line("networks")?;
        let numbers = |words: &[&str]| -> Option<Vec<f64>> {
            words.iter().map(|word| word.parse().ok()).collect()
        };
        let calibration = numbers(&line("calibration")?).and_then(|c| c.try_into().ok());
        let base_rate = numbers(&line("base_rate")?).and_then(|b| b.try_into().ok());
        let shape = Shape::of(&shape).ok_or_else(|| wrong("networks"))?;
        let mut numbers = Numbers(rest);
        let count = features::names().len();
        let read = || {
            let means = numbers.take(count)?;
            let scales = numbers
                .take(count)?
                .into_iter()
                .map(|sd| 1.0 / sd)
                .collect();
            let networks: Option<_> = (0..shape.networks)
                .map(|_| shape.read(count, &mut numbers))
                .collect();
            numbers.0.is_empty().then_some(Self {
                means,
                scales,
                networks: networks?,
                calibration: calibration?,
                base_rate: base_rate?,
            })
        };
        let mut read = read;
        read().ok_or_else(|| wrong("its length"))
    }
}

/// How large the networks are.
struct Shape {
    networks: usize,
    units: usize,
    dilations: Vec<usize>,
}

impl Shape {
    fn of(words: &[&str]) -> Option<Self> {
        let [
            networks,
            "units",
            units,
            "channels",
            channels,
            "dilations",
            dilations @ ..,
        ] = words
        else {
            return None;
        };
        let dilations: Option<_> = dilations.iter().map(|d| d.parse().ok()).collect();
        let shape = Self {
            networks: networks.parse().ok()?,
            units: units.parse().ok()?,
            dilations: dilations?,
        };
        (channels.parse() == Ok(CHANNELS)).then_some(shape)
    }

    fn read(&self, features: usize, numbers: &mut Numbers<'_>) -> Option<Network> {
        let hidden = numbers.take(features * self.units)?;
        let hidden_shifts = numbers.take(self.units)?;
        let direct = numbers.take(self.units)?;
        let direct_shift = numbers.take(1)?;
        let channels = numbers.take(self.units * CHANNELS)?;
        let channel_shifts = numbers.take(CHANNELS)?;
        let last = numbers.take(CHANNELS)?;
        let with_direct = channels.chunks(CHANNELS).zip(&direct);
        let outputs = with_direct.flat_map(|(channels, &direct)| {
            channels.iter().copied().chain(std::iter::once(direct))
        });
        let layer = |&dilation: &usize| {
            let taps = numbers.taps()?;
            Some(ConvolutionLayer::new(
                &taps,
                &numbers.take(CHANNELS)?,
                dilation,
            ))
        };
        Some(Network {
            hidden,
            hidden_shifts,
            outputs: outputs.collect(),
            output_shifts: [channel_shifts, direct_shift].concat(),
            layers: self.dilations.iter().map(layer).collect::<Option<_>>()?,
            last,
        })
    }
}

/// What is left to be read.
struct Numbers<'b>(&'b [u8]);

impl Numbers<'_> {
    fn take(&mut self, count: usize) -> Option<Vec<f32>> {
        let (own, rest) = self.0.split_at_checked(count * size_of::<f32>())?;
        self.0 = rest;
        let (quadruples, _) = own.as_chunks::<4>();
        Some(
            quadruples
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect(),
        )
    }

    /// All taps of a convolution, of those that the file has.
    fn taps(&mut self) -> Option<Vec<f32>> {
        let size = CHANNELS * CHANNELS;
        let mut taps = vec![0.0; TAPS * size];
        for tap in 0..TAPS {
            // (a, b) and (-b, -a).
            let turned = 3 * (2 - tap % 3) + (2 - tap / 3);
            if tap <= turned {
                let own = self.take(size)?;
                taps[tap * size..(tap + 1) * size].copy_from_slice(&own);
                taps[turned * size..(turned + 1) * size].copy_from_slice(&own);
            }
        }
        Some(taps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_those_of_the_features() {
        let weights = Weights::shipped().unwrap();
        assert_eq!(weights.means.len(), features::names().len());
        assert!(
            weights
                .networks
                .iter()
                .all(|network| network.units() == network.outputs.len() / (CHANNELS + 1))
        );
        assert!(
            weights
                .scales
                .iter()
                .all(|scale| scale.is_finite() && *scale > 0.0)
        );
    }

    #[test]
    fn what_is_cut_or_of_other_features_is_refused() {
        for wrong in [
            &SHIPPED[..SHIPPED.len() - 1],
            &SHIPPED[..100],
            b"potts pattern 2\n".as_slice(),
        ] {
            assert!(Weights::parse(wrong).is_err());
        }
        let mut renamed = SHIPPED.to_vec();
        let place = renamed.windows(4).position(|word| word == b" zN ").unwrap();
        renamed[place + 1] = b'y';
        let message = Weights::parse(&renamed).unwrap_err().to_string();
        assert!(message.contains("other features"), "{message}");
    }
}
