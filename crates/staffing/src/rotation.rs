//! Rotation: who may be asked to move, and the best lawful assignment.

pub mod eligibility;
