//! What goes through the pipes between the program and its worker: frames of a length (8 bytes,
//! little-endian) and a [postcard](https://docs.rs/postcard) message. Binary, because a model of
//! 10⁵ columns is megabytes, and because JSON has no infinity.

use crate::{Model, Settings, Solution, SolverError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::{Read, Write};
use std::path::PathBuf;

/// What a worker is to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Job<'a> {
    pub(super) model: Cow<'a, Model>,
    pub(super) settings: Cow<'a, Settings>,
    /// Address space in bytes.
    pub(super) memory_limit: Option<u64>,
    /// Where to write a log that the program follows.
    pub(super) log: PathBuf,
    /// Where to write every better solution.
    pub(super) best: PathBuf,
}

/// What it has to say.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Solved(Box<Solution>),
    Failed { solver: String, message: String },
}

/// Longest message believed: 4 GiB.
const MOST: u64 = 1 << 32;

pub(super) fn write(out: &mut impl Write, message: &impl Serialize) -> Result<(), SolverError> {
    let bytes = postcard::to_stdvec(message).map_err(|cause| broken(&cause))?;
    let length = u64::try_from(bytes.len()).map_err(|cause| broken(&cause))?;
    out.write_all(&length.to_le_bytes()).map_err(|cause| broken(&cause))?;
    out.write_all(&bytes).map_err(|cause| broken(&cause))?;
    out.flush().map_err(|cause| broken(&cause))
}

pub(super) fn read<T: DeserializeOwned>(input: &mut impl Read) -> Result<T, SolverError> {
    let mut length = [0; 8];
    input.read_exact(&mut length).map_err(|cause| broken(&cause))?;
    let length = u64::from_le_bytes(length);
    if length > MOST {
        return Err(broken(&format!("长度 {length}")));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes).map_err(|cause| broken(&cause))?;
    postcard::from_bytes(&bytes).map_err(|cause| broken(&cause))
}

fn broken(cause: &dyn ToString) -> SolverError {
    SolverError::Protocol { cause: cause.to_string() }
}

#[cfg(test)]
mod tests {
    use super::{Job, read, write};
    use crate::{Model, Settings};
    use std::borrow::Cow;

    #[test]
    fn a_job_comes_through_whole_infinities_included() {
        let mut model = Model::new();
        let x = model.integer("教室", 0.0, f64::INFINITY, 0.1);
        model.at_least("座位", [(x, 40.0)], 100.0);
        model.set_start(vec![3.0]);
        let job = Job {
            model: Cow::Borrowed(&model),
            settings: Cow::Owned(Settings::default()),
            memory_limit: Some(1 << 30),
            log: "log".into(),
            best: "best".into(),
        };
        let mut pipe = Vec::new();
        write(&mut pipe, &job).unwrap();
        let back: Job<'static> = read(&mut pipe.as_slice()).unwrap();
        assert_eq!(*back.model, model);
        assert_eq!(*back.settings, Settings::default());
        let cut = read::<Job<'static>>(&mut &pipe[..pipe.len() - 1]).unwrap_err();
        assert!(cut.to_string().starts_with("O-CHILD-03"), "{cut}");
        let nonsense = read::<Job<'static>>(&mut [255_u8; 16].as_slice()).unwrap_err();
        assert!(nonsense.to_string().contains("长度"), "{nonsense}");
    }
}
