//! Stories of whole plans, told through the public interface.

#![expect(clippy::unwrap_used, reason = "a story may stop at the first surprise")]

mod common;
mod demo_county;
mod demo_plan;
mod files;
mod jingxian;
mod needs;
mod outer;
mod refusals;
mod regroup;
mod regroup_demo;
mod scenarios;
mod tiny;
