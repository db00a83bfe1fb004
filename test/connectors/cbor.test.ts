import { encode } from "cbor-x";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonFromCbor } from "../../engine/model/cbor.ts";

const read = (hex: string) => jsonFromCbor(Buffer.from(hex, "hex"));

// RFC 8949, appendix A.
const examples: [string, string][] = [
  ["00", "0"],
  ["1818", "24"],
  ["1a000f4240", "1000000"],
  ["1b000000e8d4a51000", "1000000000000"],
  ["3903e7", "-1000"],
  ["f90001", "5.960464477539063e-8"],
  ["f93e00", "1.5"],
  ["f9c400", "-4"],
  ["fa47c35000", "100000"],
  ["fb3ff199999999999a", "1.1"],
  ["f97c00", "null"],
  ["fb7ff8000000000000", "null"],
  ["f4", "false"],
  ["f6", "null"],
  ["f7", "null"],
  ["c11a514b67b0", "1363896240"],
  ["4401020304", '"AQIDBA"'],
  ["62c3bc", '"ü"'],
  ["83010203", "[1,2,3]"],
  ["a201020304", '{"1":2,"3":4}'],
  ["a26161016162820203", '{"a":1,"b":[2,3]}'],
  ["5f42010243030405ff", '"AQIDBAU"'],
  ["7f657374726561646d696e67ff", '"streaming"'],
  ["9f018202039f0405ffff", "[1,[2,3],[4,5]]"],
  ["bf6346756ef563416d7421ff", '{"Fun":true,"Amt":-2}'],
  ["a1695f5f70726f746f5f5f01", '{"__proto__":1}'],
];

test.each(examples)("CBOR %s is JSON %s", (hex, json) => {
  expect(read(hex)).toBe(json);
});

const faults: [string, string, string][] = [
  ["a text that breaks off", "62c3", "CBOR ends in the middle"],
  ["an array longer than its bytes", "9a01ffffff", "CBOR ends in the middle"],
  ["an array without end", "9f01", "CBOR ends in the middle"],
  ["bytes after the item", "0000", "1 bytes follow"],
  ["a break alone", "ff", "break"],
  ["a break in an array of known length", "82ff", "break"],
  ["a map that ends after a key", "bf6161ff", "ends after a key"],
  ["a reserved length", "1c", "length of kind 28"],
  ["an unknown simple value", "f0", "no simple value 16"],
  ["a number of no value", "1f", "no value"],
  ["too deep a nesting", "81".repeat(70), "deeper than 64"],
];

test.each(faults)("%s is an error that says so", (_, hex, message) => {
  expect(() => read(hex)).toThrow(message);
});

test("what cbor-x encodes comes back as the same JSON", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, (given) => {
      expect(JSON.parse(jsonFromCbor(encode(given)))).toEqual(JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 300 },
  );
});

test("no bytes at all make it do anything but answer or throw an Error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        JSON.parse(jsonFromCbor(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(SyntaxError);
      }
    }),
    { numRuns: 1000 },
  );
});
