//! Many documents in one run: side by side, in bounded memory, and one that goes wrong is one
//! outcome among the others.

mod moments;
mod pipeline;

pub use moments::Moments;
pub use pipeline::{Capacity, Order, Pipeline};
