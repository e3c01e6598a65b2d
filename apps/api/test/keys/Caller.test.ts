// Shows what a caller may do, and what can be the name of an account.
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { AccountName } from "../../src/keys/AccountName.ts"
import { has, mayUse, type Scope } from "../../src/keys/Caller.ts"
import * as schemas from "../../src/keys/schemas.ts"

const scopes = fc.uniqueArray(fc.constantFrom<Scope>("read", "ingest"))

describe("what a caller may do", () => {
  it("is what the scopes say, each by itself", () =>
    fc.assert(
      fc.property(scopes, fc.constantFrom<Scope>("read", "ingest", "admin"), (own, scope) => {
        expect(has({ scopes: own, accounts: "*" }, scope)).toBe(own.includes(scope))
      }),
    ))

  it("is everything for an admin of all accounts, and nothing more for an admin of some", () => {
    const all: ReadonlyArray<Scope> = ["read", "ingest", "admin"]
    expect(all.map((scope) => has({ scopes: ["admin"], accounts: "*" }, scope))).toEqual([true, true, true])
    const some = { scopes: ["admin", "read"], accounts: ["london"] } as const
    expect(all.map((scope) => has(some, scope))).toEqual([true, false, false])
  })

  it("is about the accounts that are named, or about all", () => {
    expect(["london", "londo", "London", "*"].map((name) => mayUse({ accounts: ["london"] }, name))).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect(mayUse({ accounts: "*" }, "anything")).toBe(true)
    expect(mayUse({ accounts: [] }, "london")).toBe(false)
  })
})

describe("the name of an account", () => {
  it.each(["main", "_old", "a", "A.b-c_1", "9", "x".repeat(64)])("can be %s", (name) => {
    expect(Schema.is(AccountName)(name)).toBe(true)
  })

  it.each(["", "*", ".", "..", "-a", "a/b", "a b", "ä", "__proto__", "a\n", "x".repeat(65)])("can't be %j", (name) => {
    expect(Schema.is(AccountName)(name)).toBe(false)
  })
})

describe("what is said over HTTP", () => {
  const decode = Schema.decodeUnknownEither(schemas.NewKey, { onExcessProperty: "error" })
  const body = { name: "collector", scopes: ["ingest"], accounts: ["london"], expiresAt: null }

  it("makes a key of what is asked for", () => {
    expect(decode(body)).toEqual(Either.right(body))
  })

  it.each([
    ["no name", { ...body, name: "" }],
    ["a name that moves the cursor", { ...body, name: "\u001b[2J" }],
    ["no scope", { ...body, scopes: [] }],
    ["a scope that there is not", { ...body, scopes: ["write"] }],
    ["no account", { ...body, accounts: [] }],
    ["an admin of some accounts", { ...body, scopes: ["admin"] }],
    ["a name too long", { ...body, name: "x".repeat(101) }],
    ["milliseconds", { ...body, expiresAt: 1_780_000_000_000 }],
    ["half a second", { ...body, expiresAt: 1.5 }],
    ["no word on its end", { name: "a", scopes: ["read"], accounts: "*" }],
    ["something else besides", { ...body, owner: "ada" }],
  ])("does not make one with %s", (_, wrong) => {
    expect(Either.isLeft(decode(wrong))).toBe(true)
  })

  it("rotates at once unless a grace is given", () => {
    expect(Schema.decodeUnknownSync(schemas.Rotation)({})).toEqual({ graceSeconds: 0 })
  })

  it("has a JSON schema, with a description of every field", () => {
    for (const schema of [schemas.NewKey, schemas.IssuedKey, schemas.KeyList, schemas.Rotation, schemas.AuditLog]) {
      const fields = propertiesIn(JSONSchema.make(Schema.make(schema.ast)))
      expect(fields.length).toBeGreaterThan(0)
      expect(fields.filter(([, field]) => !isDescribed(field))).toEqual([])
    }
  })
})

/** The entries of an object, or of an array. */
function entriesOf(value: unknown): ReadonlyArray<readonly [string, unknown]> {
  return typeof value === "object" && value !== null ? Object.entries<unknown>({ ...value }) : []
}

/** All the fields of a schema and of those inside it. */
function propertiesIn(schema: unknown): ReadonlyArray<readonly [string, unknown]> {
  return entriesOf(schema).flatMap(([key, value]) => [
    ...(key === "properties" ? entriesOf(value) : []),
    ...propertiesIn(value),
  ])
}

/** Whether a field has a description of ours, rather than "a string", or is a schema that stands by itself. */
function isDescribed(field: unknown): boolean {
  if (typeof field !== "object" || field === null) return false
  return "$ref" in field || ("description" in field && /^[A-Z]/.test(String(field.description)))
}
