//! Population numbers of PSUs that cannot be, told as people know the file: line, column, value, stratum.

use crate::weigh::{Beside, PopulationFault};

use super::csv::{Field, line_of};
use super::faults::{Fault, Faults};
use super::responses::FILE;

const DIFFERENT: Fault = Fault {
    what: "population numbers of PSUs that differ from most of their stratum",
    remedy: "give every row of a stratum the same number",
};
const TOO_SMALL: Fault = Fault {
    what: "population numbers of PSUs below those in the sample",
    remedy: "write the number of PSUs in the stratum's population",
};

/// One line about all of them. `stratum` tells a stratum's code as people know it.
pub fn told(
    faults: &[PopulationFault],
    column: &str,
    bytes: &[u8],
    ids: &[Field],
    stratum: impl Fn(u32) -> String,
) -> String {
    let mut gathered = Faults::default();
    for fault in faults {
        let place = || {
            let line = line_of(bytes, ids.get(fault.response).map_or(0, |id| id.start));
            let (value, stratum) = (fault.value, stratum(fault.stratum));
            let beside = match fault.beside {
                Beside::Usual { value, responses: 1 } => format!("where the first row has {value}"),
                Beside::Usual { value, responses } => {
                    format!("where {responses} rows have {value}")
                }
                Beside::Sampled(1) => "which has 1 PSU in the sample".into(),
                Beside::Sampled(count) => format!("which has {count} PSUs in the sample"),
            };
            format!("line {line}, column {column}: {value} for stratum {stratum}, {beside}")
        };
        let kind = match fault.beside {
            Beside::Usual { .. } => DIFFERENT,
            Beside::Sampled(_) => TOO_SMALL,
        };
        gathered.add(kind, place);
    }
    gathered.told(FILE)
}
