//! HOST as `InetAddress.getByName` takes it.
//!
//! Java reads numeric addresses itself and asks the system for names alone. What it takes for an
//! address is not what `getaddrinfo` or [`std::net`] take: a leading zero is no octal number, a
//! number may stand for several bytes, an IPv6 address may stand in brackets, and what looks like a
//! hexadecimal or octal address is refused and not looked up.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs};

/// What a HOST is, before any name is looked up.
///
/// # Examples
///
/// ```
/// use std::net::{IpAddr, Ipv4Addr};
///
/// use javatalk::chat::Host;
///
/// let address = |bytes: [u8; 4]| Host::Address {
///     ip: bytes.into(),
///     scope: 0,
/// };
/// assert_eq!(Host::of("0177.1").unwrap(), address([177, 0, 0, 1]));
/// assert_eq!(Host::of("").unwrap(), address([127, 0, 0, 1]));
/// assert_eq!(Host::of("localhost").unwrap(), Host::Name);
/// assert!(Host::of("0x7f.0.0.1").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// A numeric address.
    Address {
        /// The address; IPv4 also where it was written as an IPv4-mapped address of IPv6.
        ip: IpAddr,
        /// The number of the network interface, of an IPv6 address; 0 for none.
        scope: u32,
    },
    /// Something else, which is for the system to look up.
    Name,
}

impl Host {
    /// Reads a HOST; asks the system for nothing but the number of a network interface.
    ///
    /// # Errors
    ///
    /// Where Java throws an `UnknownHostException` without looking anything up.
    pub(crate) fn of(text: &str) -> io::Result<Self> {
        if text.is_empty() {
            return Ok(Self::without_scope(Ipv4Addr::LOCALHOST));
        }
        if text.contains('\0') {
            return Err(invalid("a host holds no NUL"));
        }
        let bracketed = match text.strip_prefix('[') {
            Some(rest) => match rest.strip_suffix(']') {
                Some(inside) if !inside.is_empty() => Some(inside),
                _ => return Err(invalid(NO_IPV6)),
            },
            None => None,
        };
        let literal = bracketed.unwrap_or(text);
        if bracketed.is_none() {
            if !literal.starts_with(|first: char| first.is_ascii_hexdigit() || first == ':') {
                return Ok(Self::Name);
            }
            if let Some(ip) = ipv4(literal) {
                return Ok(Self::without_scope(ip));
            }
            if is_bsd_ipv4(literal) {
                return Err(invalid(
                    "in an address of IPv4 Java takes decimal numbers alone, of 15 characters in all",
                ));
            }
        }
        match ipv6(literal) {
            Some(ip) => Self::with_zone(ip, literal.split_once('%').map(|(_, zone)| zone)),
            None if bracketed.is_some() || literal.contains(':') => Err(invalid(NO_IPV6)),
            None => Ok(Self::Name),
        }
    }

    fn without_scope(ip: impl Into<IpAddr>) -> Self {
        Self::Address {
            ip: ip.into(),
            scope: 0,
        }
    }

    fn with_zone(ip: Ipv6Addr, zone: Option<&str>) -> io::Result<Self> {
        match (ip.to_ipv4_mapped(), zone) {
            (Some(ip), None) => Ok(Self::without_scope(ip)),
            (Some(_), Some(_)) => Err(invalid(
                "an IPv4-mapped address belongs to no network interface",
            )),
            (None, zone) => Ok(Self::Address {
                ip: ip.into(),
                scope: zone.map_or(Ok(0), scope)?,
            }),
        }
    }
}

/// The address that `new Socket(host, port)` connects to: the first one, those of IPv4 before
/// those of IPv6, and no other.
pub(crate) fn resolve(host: &str, port: u16) -> io::Result<SocketAddr> {
    match Host::of(host)? {
        Host::Address {
            ip: IpAddr::V6(ip),
            scope,
        } => Ok(SocketAddrV6::new(ip, port, 0, scope).into()),
        Host::Address { ip, .. } => Ok((ip, port).into()),
        Host::Name => {
            let addresses: Vec<SocketAddr> = (host, port).to_socket_addrs()?.collect();
            addresses
                .iter()
                .find(|address| address.is_ipv4())
                .or(addresses.first())
                .copied()
                .ok_or_else(|| io::Error::new(ErrorKind::NotFound, "it has no address"))
        }
    }
}

/// The address of this machine that a HOST means, to listen on.
pub(crate) fn interface(host: &str) -> io::Result<IpAddr> {
    match resolve(host, 0)? {
        SocketAddr::V6(address) if address.scope_id() > 0 => Err(invalid(
            "an address that belongs to a network interface cannot be listened on: leave the % out, \
             or use ::",
        )),
        address => Ok(address.ip()),
    }
}

const NO_IPV6: &str = "not an address of IPv6";

fn invalid(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}

/// One to four decimal numbers. Each is a byte but the last one, which fills up the rest.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    if text.len() > LONGEST_IPV4 {
        return None;
    }
    let numbers: Vec<&str> = text.split('.').collect();
    let (last, bytes) = numbers.split_last()?;
    let decimal = |number: &str| {
        let is_decimal = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_decimal.then(|| number.parse::<u64>().ok()).flatten()
    };
    let mut address = 0;
    for byte in bytes {
        address = address << 8 | u32::from(u8::try_from(decimal(byte)?).ok()?);
    }
    let rest = 8 * (4_u32.checked_sub(u32::try_from(bytes.len()).ok()?)?);
    let last = decimal(last).filter(|&last| rest > 0 && last < 1 << rest)?;
    let address = u64::from(address) << rest | last;
    Some(Ipv4Addr::from(u32::try_from(address).ok()?))
}

/// The longest text that Java takes for an address of IPv4.
const LONGEST_IPV4: usize = "255.255.255.255".len();

/// Whether this would be an address of IPv4 where octal and hexadecimal numbers are known.
fn is_bsd_ipv4(text: &str) -> bool {
    let fields: Vec<&str> = text.split('.').collect();
    let Some((last, bytes)) = fields.split_last() else {
        return false;
    };
    let starts_as_number = text.starts_with(|first: char| first.is_ascii_digit());
    // Java asks for a digit here, be the last number decimal or not.
    let ends_as_number = text.ends_with(|last: char| last.is_ascii_hexdigit());
    let rest = 8 * 4_usize.saturating_sub(bytes.len());
    starts_as_number
        && ends_as_number
        && rest > 0
        && bytes
            .iter()
            .all(|field| bsd_number(field).is_some_and(|number| number <= 0xFF))
        && bsd_number(last).is_some_and(|number| number < 1 << rest)
}

fn bsd_number(field: &str) -> Option<u64> {
    let (digits, radix) = match field.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&field[2..], 16),
        [b'0', _, ..] => (&field[1..], 8),
        _ => (field, 10),
    };
    // No sign, and nothing but ASCII.
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_number
        .then(|| u64::from_str_radix(digits, radix).ok())
        .flatten()
}

/// Up to eight groups of hexadecimal digits, with as many zeros before them as one likes, where `::`
/// may stand for zeros and the last two groups may be four bytes of IPv4. What follows `%` is left
/// alone.
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    let groups = match text.split_once('%') {
        Some((_, "")) => return None,
        Some((groups, _)) => groups,
        None => text,
    };
    if text.len() < 2 {
        return None;
    }
    let (before, after) = match groups.split_once("::") {
        Some((before, after)) => (before, Some(after)),
        None => (groups, None),
    };
    let mut bytes = [0; 16];
    let front = put_groups(before, after.is_none(), &mut bytes)?;
    match after {
        None => (front == bytes.len()).then(|| bytes.into()),
        Some(after) => {
            let mut tail = [0; 16];
            let back = put_groups(after, true, &mut tail)?;
            let start = bytes
                .len()
                .checked_sub(back)
                .filter(|&start| start > front)?;
            bytes[start..].copy_from_slice(&tail[..back]);
            Some(bytes.into())
        }
    }
}

/// Writes groups between colons, and tells how many bytes they are.
fn put_groups(groups: &str, may_end_in_ipv4: bool, bytes: &mut [u8; 16]) -> Option<usize> {
    if groups.is_empty() {
        return Some(0);
    }
    let mut count = 0;
    let mut left = groups.split(':').peekable();
    while let Some(group) = left.next() {
        if group.contains('.') {
            let is_last = may_end_in_ipv4 && left.peek().is_none();
            let ip = ipv4(group).filter(|_| is_last && group.matches('.').count() == 3)?;
            bytes
                .get_mut(count..count + 4)?
                .copy_from_slice(&ip.octets());
            return Some(count + 4);
        }
        // `from_str_radix` takes a sign.
        let is_number = group.bytes().all(|digit| digit.is_ascii_hexdigit());
        let digits = group.trim_start_matches('0');
        let number = match digits {
            "" if !group.is_empty() => 0,
            _ => u16::from_str_radix(digits, 16).ok().filter(|_| is_number)?,
        };
        bytes
            .get_mut(count..count + 2)?
            .copy_from_slice(&number.to_be_bytes());
        count += 2;
    }
    Some(count)
}

/// The number of a network interface, which is given as such or by its name.
fn scope(zone: &str) -> io::Result<u32> {
    let is_number = zone.bytes().all(|digit| digit.is_ascii_digit());
    let number = if is_number {
        // Java counts in an int.
        zone.parse()
            .ok()
            .filter(|&number| i32::try_from(number).is_ok())
    } else {
        number_of_interface(zone)
    };
    number.ok_or_else(|| io::Error::new(ErrorKind::NotFound, "there is no such network interface"))
}

/// The number of the network interface of this name.
fn number_of_interface(name: &str) -> Option<u32> {
    // The name of an interface is all that the system has to look up here.
    let address = (format!("fe80::1%{name}"), 0)
        .to_socket_addrs()
        .ok()?
        .next()?;
    match address {
        SocketAddr::V6(address) => Some(address.scope_id()).filter(|&scope| scope > 0),
        SocketAddr::V4(_) => None,
    }
}
