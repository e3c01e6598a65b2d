import { readFileSync } from "node:fs"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Category from "../src/Category.ts"

const issueOf = (text: string) => {
  const parsed = Category.parse(text, "table.json")
  return Either.isLeft(parsed) ? parsed.left.message : "accepted"
}

describe("the default categories", () => {
  it("are the table of docs/definitions.md", () => {
    const text = readFileSync(new URL("../../../docs/definitions.md", import.meta.url), "utf8")
    const named: Array<[string, string]> = []
    for (const category of Category.categories.filter((each) => each !== "other")) {
      const row = new RegExp(`^\\| \`${category}\` \\| ([^|]*) \\|`, "m").exec(text)
      for (const status of (row?.[1] ?? "").split(", ")) named.push([status, category])
    }
    expect([...Category.defaults]).toEqual(named)
  })

  it("have a status that they do not name as other", () => {
    expect(Category.of(Category.defaults, "training")).toBe("other")
    expect(Category.of(Category.defaults, "constructor")).toBe("other")
    expect(Category.of(Category.defaults, "wrap")).toBe("afterCall")
  })
})

describe("a table of categories", () => {
  it("overrides and extends entry by entry", () => {
    const table = Either.getOrThrow(Category.parse('{" Lunch ": "offline", "TRAINING": "idle"}', "table.json"))
    expect(Category.of(table, "lunch")).toBe("offline")
    expect(Category.of(table, "training")).toBe("idle")
    expect(table.size).toBe(Category.defaults.size + 1)
    expect(Category.of(Category.defaults, "lunch")).toBe("idle")
  })

  it("takes a status out of its category by naming it other", () => {
    const table = Either.getOrThrow(Category.parse('{"lunch": "other"}', "table.json"))
    expect(Category.of(table, "lunch")).toBe("other")
  })

  it("may be an empty object, have a byte-order mark, one status twice in one category, and awkward names", () => {
    expect(Category.parse("{}", "table.json")).toEqual(Either.right(Category.defaults))
    expect(Category.parse("\uFEFF{}", "table.json")).toEqual(Either.right(Category.defaults))
    expect(issueOf('{"Lunch": "idle", "lunch": "idle"}')).toBe("accepted")
    const table = Either.getOrThrow(Category.parse('{"__proto__": "idle"}', "table.json"))
    expect(Category.of(table, "__proto__")).toBe("idle")
  })

  it.each([
    ["{", /^table\.json: it is not JSON \(.+\)\. Give a JSON object of status to category/],
    ["", /^table\.json: it is not JSON/],
    ["[]", /^table\.json: it is JSON but not an object\. /],
    ["null", /not an object/],
    ['"idle"', /not an object/],
    ['{"lunch": "resting"}', /the entry "lunch" has "resting", which is not a category\. Give one of available, handl/],
    ['{"lunch": "Idle"}', /the entry "lunch" has "Idle"/],
    ['{"lunch": null}', /the entry "lunch" has null/],
    ['{"lunch": {"a": 1}}', /the entry "lunch" has an object or a list, which/],
    ['{"lunch": "toString"}', /the entry "lunch" has "toString"/],
    [
      '{"Lunch": "idle", "lunch ": "offline"}',
      /"Lunch" and "lunch " give one status two categories, idle and offline\. /,
    ],
    ['{"": "idle"}', /the entry "" names no status/],
    ['{"  ": "idle"}', /the entry " {2}" names no status/],
  ])("is refused, with the reason, when it is %s", (text, message) => {
    expect(issueOf(text)).toMatch(message)
  })

  it("says of any table what it holds, and of any other status what the defaults say", () => {
    const status = fc.stringMatching(/^[a-z_]{1,6}$/)
    const table = fc.dictionary(status, fc.constantFrom(...Category.categories))
    fc.assert(
      fc.property(table, status, (given, asked) => {
        const parsed = Either.getOrThrow(Category.parse(JSON.stringify(given), "table.json"))
        const expected = Object.hasOwn(given, asked) ? given[asked] : Category.of(Category.defaults, asked)
        expect(Category.of(parsed, asked)).toBe(expected)
        for (const [key, category] of Object.entries(given)) expect(Category.of(parsed, key)).toBe(category)
      }),
    )
  })

  it("is read or refused, and never makes the reader throw", () => {
    const text = fc.oneof(fc.string(), fc.json())
    const read = fc.property(text, (each) => Either.isEither(Category.parse(each, "table.json")))
    expect(fc.check(read).failed).toBe(false)
  })
})
