// Runs a codec of npm through the vectors: answers each question on stdin with a line on stdout.
//
//     npm install mutf-8 prismarine-nbt nbtify
//     javatalk vectors --ask --group readUTF | node tests/vectors/runners/node.mjs mutf-8 |
//         javatalk vectors --score -
//
// A codec has no streams: it is asked for the bodies of class files and of readUTF, and for writeUTF.
// The readers of NBT get a compound with one string.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);

const CODECS = {
  "mutf-8": async () => {
    const { MUtf8Decoder, MUtf8Encoder } = require("mutf-8");
    const decoder = new MUtf8Decoder("mutf-8", { fatal: true, ignoreBOM: true });
    const encoder = new MUtf8Encoder();
    return {
      decode: (body) => decoder.decode(body),
      encode: (text) => encoder.encode(text),
    };
  },
  "prismarine-nbt": async () => {
    const nbt = require("prismarine-nbt");
    return {
      decode: (body) => nbt.parseUncompressed(tag(body)).value.a.value,
      encode: (text) =>
        nbt
          .writeUncompressed({ type: "compound", name: "", value: { a: { type: "string", value: text } } })
          .subarray(BEFORE.length + 2, -1),
    };
  },
  nbtify: async () => {
    const { read, write } = await import(require.resolve("nbtify"));
    const options = { rootName: "", endian: "big", compression: null, bedrockLevel: false, strict: true };
    return {
      decode: async (body) => (await read(tag(body), options)).data.a,
      encode: async (text) => (await write({ a: text }, options)).subarray(BEFORE.length + 2, -1),
    };
  },
};

// A compound without a name, and in it a string with the name "a".
const BEFORE = [0x0a, 0, 0, 0x08, 0, 1, 0x61];

function tag(body) {
  return Buffer.from([...BEFORE, body.length >> 8, body.length & 0xff, ...body, 0]);
}

// The bytes of a notation in which PART*COUNT is repeated.
function expand(notation) {
  const parts = notation.split(" ").map((token) => {
    const [part, count] = token.split("*");
    return part.repeat(count ?? 1);
  });
  return Buffer.from(parts.join(""), "hex");
}

async function decoded(decode, body) {
  try {
    const text = await decode(body);
    return { returns: Buffer.from(text, "utf16le").swap16().toString("hex") };
  } catch {
    return { throws: true };
  }
}

async function answer({ stream, input, calls }, { decode, encode }) {
  const [{ method, argument }] = calls;
  if (calls.length > 1) {
    return { unsupported: "a codec has no streams" };
  }
  if (method === "constant") {
    return { calls: [await decoded(decode, expand(input))] };
  }
  if (method === "readUTF" && stream === "DataInputStream") {
    const data = expand(input);
    const length = data.length < 2 ? 0 : data.readUInt16BE(0);
    if (data.length < 2 + length) {
      return { unsupported: "a codec has no streams" };
    }
    return { calls: [await decoded(decode, data.subarray(2, 2 + length))] };
  }
  if (method === "writeUTF") {
    const text = expand(argument).swap16().toString("utf16le");
    let body;
    try {
      body = Buffer.from(await encode(text));
    } catch {
      return { calls: [{ throws: true }] };
    }
    if (body.length > 65535) {
      return { unsupported: "the limit is the caller's" };
    }
    const length = Buffer.from([body.length >> 8, body.length & 0xff]);
    return { calls: [{ written: Buffer.concat([length, body]).toString("hex") }] };
  }
  return { unsupported: "not a codec's" };
}

const codec = await CODECS[process.argv[2]]();
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify({ id: question.id, ...(await answer(question, codec)) }));
}
