//! An upload whose answer was lost and that is sent again is done once: the answer is kept for a
//! while, in memory only, because it holds one-time links. After a restart a second upload is refused
//! like any other that names people who are there.

use crate::ApiError;
use axum::http::HeaderMap;
use domain::CountyCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use tokio::sync::{Mutex, MutexGuard};

/// Answers that are kept.
const MOST: usize = 16;
/// For so long.
const AGE: SignedDuration = SignedDuration::from_mins(15);
/// Longest key of a request.
const KEY: usize = 100;

/// Whose upload, under which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    county: CountyCode,
    user: i64,
    key: String,
}

impl Sent {
    /// The key of a request, one's own; `None` where it has none.
    ///
    /// # Errors
    /// A key that is none.
    pub(crate) fn of(
        headers: &HeaderMap,
        county: &CountyCode,
        user: i64,
    ) -> Result<Option<Self>, ApiError> {
        let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
        let key = key.to_str().ok().filter(|key| (1..=KEY).contains(&key.len()));
        let wrong = || ApiError::field("Idempotency-Key", format!("应为 1 至 {KEY} 个可见字符"));
        let key = key.ok_or_else(wrong)?.to_owned();
        Ok(Some(Self { county: county.clone(), user, key }))
    }
}

#[derive(Debug)]
struct Answered {
    sent: Sent,
    content: Vec<u8>,
    at: Timestamp,
    answer: Value,
}

/// The answers of late.
#[derive(Debug, Default)]
pub(crate) struct Once(Mutex<VecDeque<Answered>>);

/// One upload's turn: nobody else's is looked at until it is over.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    kept: MutexGuard<'a, VecDeque<Answered>>,
    sent: Sent,
    content: Vec<u8>,
}

impl Once {
    /// Begins an upload, or finds the answer that it had.
    ///
    /// # Errors
    /// The key was used for another content.
    pub(crate) async fn begin(
        &self,
        sent: Sent,
        content: &[u8],
        now: Timestamp,
    ) -> Result<Result<Value, Turn<'_>>, ApiError> {
        let content = Sha256::digest(content).to_vec();
        let mut kept = self.0.lock().await;
        kept.retain(|answered| now.duration_since(answered.at).abs() < AGE);
        match kept.iter().find(|answered| answered.sent == sent) {
            Some(answered) if answered.content == content => Ok(Ok(answered.answer.clone())),
            Some(_) => {
                let why = "这个幂等键已用于另一份文件；请换一个";
                Err(ApiError::field("Idempotency-Key", why))
            }
            None => Ok(Err(Turn { kept, sent, content })),
        }
    }
}

impl Turn<'_> {
    /// Keeps what the upload came to.
    pub(crate) fn end(mut self, answer: Value, now: Timestamp) {
        let (sent, content) = (self.sent, self.content);
        self.kept.push_front(Answered { sent, content, at: now, answer });
        self.kept.truncate(MOST);
    }
}
