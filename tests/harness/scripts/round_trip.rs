//! Printing and reading are each other's reverse.

use javatalk::JavaString;
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::protocol::call::{
    Call, Kind, Method, ObjectContent, Primitive, Value, Write,
};
use javatalk::internals::interop::scenario::language::{Script, Step};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{calls, parsed};

fn value_of(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Whole(least, most) => (least..=most).prop_map(Value::Whole).boxed(),
        Kind::Count => (0..=i64::from(i32::MAX)).prop_map(Value::Whole).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::Float => any::<u32>().prop_map(Value::Float).boxed(),
        Kind::Double => any::<u64>().prop_map(Value::Double).boxed(),
        Kind::Text => texts().prop_map(Value::Text).boxed(),
        Kind::Bytes => repetitive(any::<u8>()).prop_map(Value::Bytes).boxed(),
        Kind::Object => objects().boxed(),
    }
}

/// Null, strings, boxed values and arrays, with numbers and without.
fn objects() -> impl Strategy<Value = Value> {
    let primitive = || prop::sample::select(Primitive::ALL);
    let bits = |primitive: Primitive| {
        value_of(primitive.kind()).prop_map(move |value| primitive.bits(&value).unwrap())
    };
    let boxed = primitive().prop_flat_map(move |primitive| {
        bits(primitive).prop_map(move |bits| ObjectContent::Boxed(primitive, bits))
    });
    let array = primitive().prop_flat_map(move |primitive| {
        repetitive(bits(primitive)).prop_map(move |all| ObjectContent::Array(primitive, all))
    });
    let content = prop_oneof![texts().prop_map(ObjectContent::String), boxed, array];
    let numbered = (prop::option::of(0..=u32::MAX >> 1), content);
    prop_oneof![
        1 => Just(Value::Null),
        9 => numbered.prop_map(|(number, content)| Value::object(number, content)),
    ]
}

/// Strings of anything, with runs.
fn texts() -> impl Strategy<Value = JavaString> {
    let unit = prop_oneof![
        any::<u16>(),
        0xD800..=0xDFFFu16,
        0x00..=0x7Fu16,
        0x0300..=0x0310u16
    ];
    // All from one code unit to another, or from one pair of surrogates to another.
    let range = (any::<u16>(), 0..200u16, any::<bool>()).prop_map(|(first, length, pairs)| {
        let units = first..=first.saturating_add(length);
        if pairs {
            let pair = |unit: u16| [0xD83D | unit >> 6 & 1, 0xDC00 | unit & 0x3FF];
            return units.flat_map(pair).collect();
        }
        units.collect::<Vec<u16>>()
    });
    let piece = prop_oneof![3 => repetitive(unit), 1 => range];
    vec(piece, 0..3).prop_map(|pieces| JavaString::from(pieces.concat()))
}

fn repetitive<T: Copy + std::fmt::Debug + 'static>(
    element: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Vec<T>> {
    let run = (vec(element, 0..5), 1..30usize).prop_map(|(piece, times)| piece.repeat(times));
    vec(run, 0..4).prop_map(|runs| runs.concat())
}

fn a_call() -> impl Strategy<Value = Call> {
    prop::sample::select(Method::ALL).prop_flat_map(|method| match method.takes() {
        None => Just(Call::new(method, None).unwrap()).boxed(),
        Some(kind) => value_of(kind)
            .prop_map(move |value| Call::new(method, Some(value)).unwrap())
            .boxed(),
    })
}

fn a_step() -> impl Strategy<Value = Step> {
    let role = prop::sample::select(vec![Role::Client, Role::Server]);
    prop_oneof![
        8 => (role, a_call()).prop_map(|(role, call)| Step::Call { role, call, line: 0 }),
        1 => Just(Step::Sync { line: 0 }),
    ]
}

/// Lines of a file, blanks as they come.
fn a_body() -> impl Strategy<Value = String> {
    let blanks = || "[ \t]{0,3}";
    let line = (blanks(), a_step(), blanks())
        .prop_map(|(before, step, after)| format!("{before}{step}{after}\n"));
    let other = prop::sample::select(vec!["\n", "#\n", "  #  why  \n", "# é\n"]);
    let plain = prop_oneof![4 => line, 1 => other.prop_map(str::to_owned)];
    let block = (1..4usize, vec(plain.clone(), 0..4)).prop_map(|(times, lines)| {
        format!("repeat  {times}\n{}client flush\n end\n", lines.concat())
    });
    let rounds = (texts(), 1..9usize, vec(plain.clone(), 0..4)).prop_map(|(text, size, lines)| {
        let step = Step::Call {
            role: Role::Client,
            call: Call::Write(Write::Utf(text)),
            line: 0,
        };
        let literal = step.to_string().split_off("client writeUTF ".len());
        format!(
            "repeat  for ROUND in  {literal} ,\"a\" .. \"z\"  by {size}\n{}\
             client writeUTF ROUND\nend\n",
            lines.concat()
        )
    });
    vec(prop_oneof![4 => plain, 1 => block, 1 => rounds], 0..8).prop_map(|lines| lines.concat())
}

/// A header, and steps that use what it names.
fn a_header() -> impl Strategy<Value = (String, String)> {
    let generator = vec(any::<i8>(), 1..4).prop_map(|numbers| {
        let values: Vec<String> = numbers
            .iter()
            .enumerate()
            .map(|(index, number)| format!("v{index}:{number}"))
            .collect();
        (
            format!("for X in {}\n", values.join(" ,")),
            "client writeByte X\nserver writeDouble X\n".to_owned(),
        )
    });
    let text = texts().prop_map(|text| {
        let step = Step::Call {
            role: Role::Client,
            call: Call::Write(Write::Utf(text)),
            line: 0,
        };
        let literal = step.to_string().split_off("client writeUTF ".len());
        (
            format!("for TEXT in t:{literal},\"more\"\n"),
            "client writeUTF TEXT * 2 + \"x\"\n".to_owned(),
        )
    });
    let both = Just(("both  ways\n".to_owned(), String::new()));
    let none = Just((String::new(), "client flush\n".to_owned()));
    prop_oneof![generator, text, both, none]
}

proptest! {
    #[test]
    fn a_printed_script_parses_as_the_same_script(header in a_header(), body in a_body()) {
        let (generators, steps) = header;
        let text = format!("# A claim.\n{generators}{steps}{body}client close\n");
        let script = parsed(&text);
        let printed = script.to_string();
        let again = parsed(&printed);
        prop_assert_eq!(&again, &script);
        prop_assert_eq!(again.to_string(), printed);
        for scenario in script.scenarios() {
            let file = format!("{}.scenario", scenario.name);
            let again = Script::parse(&file, &scenario.to_string()).unwrap().scenarios();
            prop_assert_eq!(again.len(), 1);
            prop_assert_eq!(&again[0].name, &scenario.name);
            prop_assert_eq!(&again[0].claim, &scenario.claim);
            prop_assert_eq!(again[0].to_string(), scenario.to_string());
            prop_assert_eq!(calls(&again[0]), calls(&scenario));
        }
    }

    #[test]
    fn a_printed_call_parses_as_the_same_call(role in prop::bool::ANY, call in a_call()) {
        let role = if role { Role::Client } else { Role::Server };
        let step = Step::Call { role, call: call.clone(), line: 2 };
        let read = parsed(&format!("# A claim.\n{step}\n")).scenarios();
        prop_assert_eq!(&read[0].steps, &vec![step]);
    }

    #[test]
    fn no_input_makes_the_parser_panic(text in "(\\PC|\n| |\"|\\[|\\\\){0,60}") {
        let _ = Script::parse("a.scenario", &text);
        let _ = Script::parse("a.scenario", &format!("# A claim.\nclient writeUTF {text}"));
        let _ = Script::parse("a.scenario", &format!("# A claim.\nfor X in {text}\nclient writeUTF X"));
    }
}
