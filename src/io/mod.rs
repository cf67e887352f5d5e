//! placeholder
pub mod contact_formats;
