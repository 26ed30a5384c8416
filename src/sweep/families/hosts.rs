//! Hosts: what `InetAddress.getByName` accepts as an address, rejects, or would look up.
//!
//! Neither side looks up a name; that a name would be looked up is the outcome. Names of existing
//! network interfaces are left out, because they differ between machines; some names that do not
//! exist are included.

use crate::sweep::block::{Block, Work};
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 4] = [
    Family {
        name: "host_forms",
        claim: "Each form of a host that people write means the same as in Java.",
        long: false,
        blocks: 1,
        asynchronous_in: 1,
        block: forms,
    },
    Family {
        name: "host_dotted_numbers",
        claim: "Up to five numbers with dots between them are the same address of IPv4 as in Java, or none.",
        long: false,
        blocks: 5,
        asynchronous_in: 1,
        block: dotted_numbers,
    },
    Family {
        name: "host_groups",
        claim: "Groups with colons between them are the same address of IPv6 as in Java, or none.",
        long: false,
        blocks: 11,
        asynchronous_in: 1,
        block: groups,
    },
    Family {
        name: "host_short_strings",
        claim: "Every string of up to five of the characters that addresses consist of means the same as in Java.",
        long: false,
        blocks: 6,
        asynchronous_in: 1,
        block: short_strings,
    },
];

fn block(hosts: Vec<String>) -> Block {
    Block {
        cases: hosts.len(),
        work: Work::Hosts(hosts),
    }
}

fn forms(_: u64, _: usize) -> Block {
    let mut hosts: Vec<String> = FORMS.iter().map(|&form| form.to_owned()).collect();
    for form in FORMS {
        hosts.extend([
            format!("[{form}]"),
            format!(" {form}"),
            format!("{form} "),
            format!("{form}."),
            format!("{form}\0"),
            format!("{form}%1"),
            form.to_uppercase(),
            form.replace('1', "１"),
        ]);
    }
    // A JDK answers these without parsing an address.
    hosts.retain(|host| !host.trim_end_matches('.').eq_ignore_ascii_case("localhost"));
    block(hosts)
}

const FORMS: [&str; 41] = [
    "",
    "a",
    "abc",
    "localhost",
    "example.invalid",
    "xn--nxasmq6b.invalid",
    "-1",
    "+1",
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0X7F.1",
    "0x7f000001",
    "017700000001",
    "2130706433",
    "4294967295",
    "4294967296",
    "1.2.3.4.5",
    "256.1.1.1",
    "1..1",
    "000000127.0.0.1",
    "0000000127.0.0.1",
    "::",
    "::1",
    "::1%",
    "::1%0",
    "::1%1",
    "::1%no-such-interface",
    "::1%2147483647",
    "::1%2147483648",
    "::1%99999999999",
    "fe80::1%1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "1:2:3:4:5:6:7:8",
    "00000000001::",
    "[::1",
    "::1]",
];

/// All sequences of `length` items, joined by `between`.
fn sequences(items: &[&str], length: usize, between: &str) -> Vec<String> {
    let count = items.len();
    let exponent = u32::try_from(length).unwrap_or_default();
    (0..count.pow(exponent))
        .map(|number| {
            let mut rest = number;
            let item = |_| {
                let item = items[rest % count];
                rest /= count;
                item
            };
            (0..length).map(item).collect::<Vec<_>>().join(between)
        })
        .collect()
}

fn dotted_numbers(_: u64, index: usize) -> Block {
    const NUMBERS: [&str; 24] = [
        "",
        "0",
        "1",
        "255",
        "256",
        "010",
        "0x1",
        "a",
        "00",
        "08",
        "0x",
        "0X1f",
        "0xg",
        "0377",
        "0400",
        "65535",
        "65536",
        "0177777",
        "16777215",
        "16777216",
        "4294967295",
        "4294967296",
        "-1",
        "1a",
    ];
    let numbers = match index {
        0..3 => &NUMBERS[..],
        _ => &NUMBERS[..8],
    };
    block(sequences(numbers, index + 1, "."))
}

/// Few groups of every kind, then many groups of few kinds, with `::` and an IPv4 address at every
/// position.
fn groups(_: u64, index: usize) -> Block {
    const GROUPS: [&str; 11] = [
        "",
        "0",
        "1",
        "ffff",
        "FFFF",
        "10000",
        "00001",
        "g",
        "1.2.3.4",
        "1.2.3",
        "256.1.1.1",
    ];
    if index < 4 {
        return block(sequences(&GROUPS, index + 1, ":"));
    }
    let length = index;
    let mut hosts = Vec::new();
    for first in 0..=length {
        for second in first..=length {
            for tail in ["", ":1.2.3.4", ":1.2.3.4:5", ":ffff:1.2.3.4", ":ffff", ":"] {
                for zone in ["", "%", "%1", "%2147483648", "%no-such-interface", "%1%1"] {
                    let mut groups = vec!["1"; length];
                    // The same position twice gives no new address.
                    if let Some(group) = groups.get_mut(first) {
                        *group = "";
                    }
                    if let Some(group) = groups.get_mut(second) {
                        *group = "";
                    }
                    hosts.push(format!("{}{tail}{zone}", groups.join(":")));
                    hosts.push(format!(":{}{tail}{zone}", groups.join(":")));
                }
            }
        }
    }
    block(hosts)
}

fn short_strings(_: u64, index: usize) -> Block {
    const CHARACTERS: [&str; 9] = ["1", "0", "x", "f", "g", ".", ":", "[", "]"];
    block(sequences(&CHARACTERS, index, ""))
}
