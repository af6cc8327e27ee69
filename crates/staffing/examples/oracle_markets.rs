//! A thousand random markets with the assignments found for them, as JSON for the reference
//! implementation of `tests/oracle/`:
//!
//! ```sh
//! cargo run --example oracle_markets -- target/oracle/markets.json
//! ```

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use serde_json::json;
use staffing::rotation::stable::{Market, deferred_acceptance};

const MARKETS: u64 = 1_000;

/// A generator of numbers that anybody can write again (splitmix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(most).unwrap()).unwrap()
    }

    fn shuffled(&mut self, mut list: Vec<usize>) -> Vec<usize> {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
        list
    }
}

fn market(draw: &mut Draw) -> Market {
    let (applicants, kinds) = (1 + draw.below(25), 1 + draw.below(8));
    let mut wishes = Vec::new();
    for _ in 0..applicants {
        let length = 1 + draw.below(kinds);
        let mut list = draw.shuffled((0..kinds).collect());
        list.truncate(length);
        wishes.push(list);
    }
    let claims = (0..kinds)
        .map(|kind| {
            let all = draw.shuffled((0..applicants).collect());
            all.into_iter().filter(|a| wishes[*a].contains(&kind)).collect()
        })
        .collect();
    let places = (0..kinds).map(|_| 1 + draw.below(5)).collect();
    Market { wishes, places, claims }
}

fn main() {
    let path = std::env::args().nth(1).unwrap_or_else(|| "target/oracle/markets.json".to_owned());
    let markets: Vec<_> = (0..MARKETS)
        .map(|seed| {
            let market = market(&mut Draw(seed));
            let given = deferred_acceptance(&market);
            json!({
                "wishes": market.wishes,
                "places": market.places,
                "claims": market.claims,
                "given": given,
            })
        })
        .collect();
    if let Some(folder) = std::path::Path::new(&path).parent() {
        std::fs::create_dir_all(folder).unwrap();
    }
    std::fs::write(&path, serde_json::to_string(&markets).unwrap()).unwrap();
    println!("{path}: {} markets", markets.len());
}
