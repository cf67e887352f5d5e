//! Drawings: a canvas of SVG, scales and axes, and the finished thing as a file or as a part of a page.

pub mod axis;
pub mod canvas;
pub mod ink;
pub mod legend;
pub mod outlines;
pub mod places;
pub mod scale;
pub mod text;

#[cfg(feature = "cli")]
pub mod pixels;

pub use canvas::{Anchor, Canvas, Paint, Style};
pub use ink::Ink;
pub use places::Places;

use canvas::{escaped, short};
use serde_json::Value;

/// A finished drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// A line that says what is to be seen.
    pub title: String,
    /// Sentences for who cannot see it.
    pub description: String,
    /// Width and height.
    pub size: (f64, f64),
    /// Where what is, for a page that says what is under the pointer: one object a panel.
    pub panels: Vec<Value>,
    body: String,
    font: f64,
}

/// The fonts of drawings, the embedded one first.
pub const FONTS: &str = "Noto Sans, Helvetica, Arial, sans-serif";

impl Drawing {
    /// Ends a drawing of this height.
    pub fn of(canvas: Canvas, height: f64, title: &str, description: &str) -> Self {
        let style = canvas.style();
        Self {
            title: title.into(),
            description: description.into(),
            size: (style.width, height),
            panels: Vec::new(),
            body: canvas.into_body(),
            font: style.font,
        }
    }

    /// With what is where.
    #[must_use]
    pub fn with_panels(self, panels: Vec<Value>) -> Self {
        Self { panels, ..self }
    }

    /// An SVG file whose unit has this many millimetres, the title above the drawing where there is one.
    pub fn to_svg(&self, millimetres: f64) -> String {
        let (width, height) = self.size;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {w} {h}\" font-family=\"{FONTS}\" role=\"img\">\n\
             <title>{}</title>\n<desc>{}</desc>\n<rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>\n{}\n</svg>\n",
            short(width * millimetres),
            short(height * millimetres),
            escaped(&self.title),
            escaped(&self.description),
            Ink::Paper.colour(),
            self.body,
            w = short(width),
            h = short(height),
        )
    }

    /// A part of a page.
    pub fn to_inline(&self, name: &str) -> String {
        let (width, height) = self.size;
        format!(
            "<svg id=\"figure-{name}\" viewBox=\"0 0 {w} {h}\" style=\"max-width:{w}px\" font-size=\"{}\" role=\"img\" aria-labelledby=\"figure-{name}-title\">\
             <title id=\"figure-{name}-title\">{}</title><desc>{}</desc>{}</svg>",
            short(self.font),
            escaped(&self.title),
            escaped(&self.description),
            self.body,
            w = short(width),
            h = short(height),
        )
    }
}
